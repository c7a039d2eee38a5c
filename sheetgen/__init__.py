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

import os  # both are there already: until Ctrl-C is heard, no file is read
import sys


def _is_program() -> bool:
    """Whether ``sheetgen`` or ``python -m sheetgen`` is what runs here."""
    name = os.path.basename(sys.argv[0] if sys.argv else "")
    given = sys.orig_argv
    of_module = name == "-m" and "sheetgen" in given and given[given.index("sheetgen") - 1] == "-m"
    return of_module or name.partition(".")[0] == "sheetgen"


def _until_main(kind: type[BaseException], problem: BaseException,
                place: "TracebackType | None") -> None:  # fmt: skip
    """What Ctrl-C does while the program's first files are read."""
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, problem, place)
        return
    print("sheetgen: interrupted; nothing is half written", file=sys.stderr, flush=True)
    os._exit(130)


if _is_program():
    sys.excepthook = _until_main

from sheetgen.version import __version__  # noqa: E402 - an interrupt is heard from here on

TYPE_CHECKING = False  # as type checkers know it; ``typing`` takes long to load
if TYPE_CHECKING:
    from types import TracebackType
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


def __getattr__(name: str) -> "Any":
    if name not in _PLACES:
        raise AttributeError(f"module 'sheetgen' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"sheetgen.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
