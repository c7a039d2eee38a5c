"""Neural networks by hand: worksheets and answer keys.

>>> import sheetgen
>>> sheet = sheetgen.make("backpropagation", seed=7, level="easy")
>>> pdf = sheet.worksheet_pdf()

``make`` takes a topic, a seed and the options of the command line with underscores, and returns an
``Exercise``: ``worksheet_pdf()`` and ``key_pdf()`` are bytes, ``json()`` is text, ``values`` holds
every number; a notebook shows the worksheet. ``many`` makes one a seed, ``make_different`` a number
of them no two alike, ``make_packet`` a worked, a faded and a blank one, ``make_class`` all files of
a class. Problems that a user can solve are a ``SheetgenError`` of one line.
"""

from __future__ import annotations

from sheetgen.version import __version__

TYPE_CHECKING = False  # as type checkers know it; ``typing`` takes long to load
if TYPE_CHECKING:
    from typing import Any

    from sheetgen.api import (
        Exercise,
        from_given,
        make,
        make_class,
        make_different,
        make_packet,
        many,
    )
    from sheetgen.classroom.made import ClassSheet, MadeClass
    from sheetgen.errors import SheetgenError
    from sheetgen.exercise.settings import Settings, settings
    from sheetgen.topics.catalogue import TOPICS
    from sheetgen.topics.registry import topic

_PLACES = {
    "SheetgenError": "errors", "TOPICS": "topics.catalogue", "topic": "topics.registry",
    "Settings": "exercise.settings", "settings": "exercise.settings",
} | dict.fromkeys(
    ("Exercise", "from_given", "make", "make_class", "make_different", "make_packet", "many"), "api"
) | dict.fromkeys(("ClassSheet", "MadeClass"), "classroom.made")  # fmt: skip
"""Name -> the module that has it; imported when first asked for, so that ``import sheetgen`` is
quick."""

__all__ = [
    "TOPICS",
    "ClassSheet",
    "Exercise",
    "MadeClass",
    "Settings",
    "SheetgenError",
    "__version__",
    "from_given",
    "make",
    "make_class",
    "make_different",
    "make_packet",
    "many",
    "settings",
    "topic",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'sheetgen' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"sheetgen.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
