"""Neural networks by hand: worksheets and answer keys."""

__version__ = "0.1.0"
