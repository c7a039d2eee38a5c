"""The topics. Each is one short function; importing this package registers them all.

A topic function builds a graph without numbers and returns its outputs; its keyword parameters are
the options of the command line, its docstring is the summary, ``levels`` are its presets.
"""

from __future__ import annotations

from importlib import import_module

from sheetgen.topics.registry import TOPICS, Size, Topic, Widths, find, topic

FAMILIES = ("products", "layers", "training", "softmaxes", "attention", "recurrent")
"""The files of this folder that register topics, in the order in which topics are listed."""

for _family in FAMILIES:
    import_module(f"{__name__}.{_family}")

__all__ = ["FAMILIES", "TOPICS", "Size", "Topic", "Widths", "find", "topic"]
