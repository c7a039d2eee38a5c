"""The one table of commands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from sheetgen.cli.asked import Asked
from sheetgen.cli.classes import run_class, run_find, run_mark
from sheetgen.cli.make import run_make, run_solve
from sheetgen.cli.marks import run_marks
from sheetgen.cli.scan import run_scan
from sheetgen.cli.series import OWN, known_series, run_series
from sheetgen.cli.serve import run_serve
from sheetgen.cli.topics import clear, list_topics, run_stress
from sheetgen.cli.workbook import run_workbook
from sheetgen.topics.catalogue import TOPICS


class Argument(NamedTuple):
    """What stands after a command without a name of its own."""

    name: str
    metavar: str
    said: str
    required: bool = True
    several: bool = False
    signed: bool = False
    """Whether it may begin with a minus."""
    choices: Callable[[], Collection[str]] = tuple


def topics() -> Mapping[str, str]:
    return {name: topic.summary for name, topic in TOPICS.items()}


def _chapters() -> Collection[str]:
    from sheetgen.topics.chapters import NAMES

    return (*NAMES, "all")


class Verb(NamedTuple):
    """A command: what is said of it, and what it does."""

    name: str
    said: str
    run: Callable[[Asked], None]
    argument: Argument | None = None
    more: Argument | None = None
    note: str = ""
    """Stands at the end of its help."""

    @property
    def arguments(self) -> list[Argument]:
        return [a for a in (self.argument, self.more) if a]

    @property
    def has_topic(self) -> bool:
        """Whether a topic, with its options, may stand after it."""
        return self.argument in (_TOPIC, _TARGET)


_TOPIC = Argument("target", "TOPIC", "What to practise.", False, choices=topics)
_ONE = Argument("target", "TOPIC|WORD", "One of them, told in full; or a word to search for.",
                False, choices=topics)
_CHAPTER = Argument("target", "CHAPTER|all", "A chapter, or the whole book.", False,
                    choices=_chapters)  # fmt: skip
_TARGET = Argument("target", "TOPIC|SERIES|PLAN.toml", "A topic, a series, or a plan.",
                   choices=lambda: {**topics(), **known_series()})  # fmt: skip
_SERIES = Argument("target", "SERIES|FILE.toml", "A series, or a file of your own; without one, "
                   "those that there are are listed.", False, choices=known_series)  # fmt: skip
_FOLDER = Argument("folder", "FOLDER", "The folder that `sheetgen class` made.")
_NUMBERS = Argument("numbers", "NAME|CODE|NUMBER...", "A name, a code, or numbers side by side.",
                    False, several=True, signed=True)  # fmt: skip
_MARKS = Argument("marks", "MARKS.csv", "The points: code,id,name,exercise,points,max,note, or "
                  "class.csv with points in it; without it, such a table to fill in.", False)
_SCANS = Argument("scans", "SCANS...", "PDF, TIFF, PNG or JPEG files, or folders of them, in any "
                  "order, upside down too.", False, several=True)  # fmt: skip
_CODE = Argument("sheet", "CODE", "The code on the sheet.")
_WHAT = Argument("what", "clear", "Delete what is kept of the press; it is made again when needed.",
                 False, choices=lambda: ("clear",))  # fmt: skip

VERBS = {verb.name: verb for verb in (
    Verb("topics", "List what there is to practise, by family; or search for a word, or tell one "
         "topic in full: its flow, options, levels, rules, boxes and effort.", list_topics, _ONE),
    Verb("make", "Make a worksheet and its answer key.", run_make, _TOPIC,
         note="The same recipe makes the same bytes with one zlib; where another (zlib-ng) "
              "compresses otherwise, the same numbers and marks."),
    Verb("workbook", "A chapter of the workbook: 25 small exercises, one new idea and one blank at "
         "a time; or the whole book.", run_workbook, _CHAPTER,
         note="A chapter for each student: sheetgen class workbook-dot-product --students 30"),
    Verb("series", "Several topics as one story, in one booklet: each page adds one thing, and the "
         "same numbers go from page to page.", run_series, _SERIES,
         note=f"{OWN}\nFor a class: sheetgen class foundations --roster list.csv"),
    Verb("class", "One sheet a student, in packs for the printer, with keys and a grid to mark by.",
         run_class, _TARGET,
         note="Every option of the topic may follow: "
              "sheetgen class backpropagation --students 30 --widths 3-4-2"),
    Verb("solve", "Solve an exercise: the solution as JSON on stdout.", run_solve, _TOPIC),
    Verb("stress", "Draw many exercises of a topic, check all of them, report.",
         run_stress, _TOPIC),
    Verb("find", "Whose sheet is it? By name, by code, or by numbers of a row or column: "
         "sheetgen find FOLDER 3 -1 2", run_find, _FOLDER, _NUMBERS),
    Verb("mark", "Which later answers follow from a slip (error carried forward).",
         run_mark, _CODE),
    Verb("marks", "Points back into the gradebook: the class's list, with a column of points.",
         run_marks, _FOLDER, _MARKS,
         note="A blank is one point unless a plan says points; what follows from a slip has full "
              "points."),
    Verb("scan", "Scanned sheets of a class, ready to be marked box by box on one offline page.",
         run_scan, _SCANS,
         note="Scan or photograph the sheets as they come, in grey, at 150 dpi or more. Pages that "
              "are not read for certain, of another class, missing or there twice are listed "
              "(then exit code 1), never guessed. Nothing leaves this machine."),
    Verb("serve", "The same in a browser: knobs, the sheet as it will print, downloads, a class.",
         run_serve),
    Verb("cache", "What is kept between runs.", clear, _WHAT),
)}  # fmt: skip
"""The commands, in the order of the help."""
