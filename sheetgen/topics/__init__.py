"""The topics. Each is one short function; importing this package registers them all.

A topic function builds a graph without numbers and returns its outputs; its keyword parameters are
the options of the command line, its docstring is the summary, ``levels`` are its presets.
"""

from __future__ import annotations

from sheetgen.topics.registry import TOPICS, Size, Topic, Widths, find, topic

from sheetgen.topics import attention, layers, products, recurrent, softmaxes, training  # isort: skip  # registers

__all__ = [
    "TOPICS",
    "Size",
    "Topic",
    "Widths",
    "attention",
    "find",
    "layers",
    "products",
    "recurrent",
    "softmaxes",
    "topic",
    "training",
]
