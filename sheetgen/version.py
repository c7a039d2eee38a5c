"""The version of the program, which recipes, manifests and caches name."""

__version__ = "0.2.0"
