"""What a format is, and what it is asked to write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from sheetgen.errors import SheetgenError
from sheetgen.type.markup import DECIMAL_MARKS

if TYPE_CHECKING:
    from sheetgen.exercise.exercise import Exercise
    from sheetgen.layout.frame import Frame
    from sheetgen.layout.sheet import Sheet
    from sheetgen.page.items import Printed

FRAMEWORKS = ("numpy", "torch")
"""In what a script may be; the usual one first."""
USUAL = "pdf"
"""The format of those who ask for none."""


def one_line(text: str | None) -> str:
    """A text, such as somebody's name, with a space for each sign that nobody can print."""
    return "".join(c if c.isprintable() else " " for c in text or "")


class Booklet(NamedTuple):
    """Exercises whose pages are counted through: what the files are called, what the booklet is
    called, and what the head of each exercise says."""

    name: str
    title: str
    frames: tuple[Frame, ...]


class Request:
    """Exercises that belong together, and how their files are to be: the paper, the name on the
    name line (None for no such line), whether a PDF is tagged for screen readers, what ``several``
    exercises are called in the names of the files, whether a question of a learning platform shows
    a ``picture`` of the page, the decimal mark of the pages, the framework of a script, whether
    pages are in ``large_print``, and the ``booklet`` that the exercises are, if they are one."""

    leave_off = False
    """Whether pages go without what only Pango prints where it is not there."""

    def __init__(
        self, exercises: tuple[Exercise, ...], paper: str = "a4", name: str | None = "",
        tagged: bool = False, several: str = "packet", picture: bool = False,
        decimal_mark: str = "point", framework: str = FRAMEWORKS[0], large_print: bool = False,
        booklet: Booklet | None = None,
    ) -> None:  # fmt: skip
        if not isinstance(name, str | None):
            raise SheetgenError(f"name: {str(name)[:40]} is not a text")
        if framework not in FRAMEWORKS:
            raise SheetgenError(f"{framework!r} is none of {', '.join(FRAMEWORKS)}")
        if decimal_mark not in DECIMAL_MARKS:
            raise SheetgenError(
                f"decimal_mark: {decimal_mark!r} is none of {', '.join(DECIMAL_MARKS)}"
            )
        self.exercises, self.framework = exercises, framework
        self.decimal_mark = decimal_mark
        self.paper, self.name, self.tagged, self.several = paper, name, tagged, several
        self.picture, self.large_print, self.booklet = picture, large_print, booklet

    @property
    def stem(self) -> str:
        """What the names of the files begin with: topic and code."""
        first = self.exercises[0]
        if self.booklet:
            return f"{self.booklet.name}-{first.code}"
        kind = f"{self.several}-" if len(self.exercises) > 1 else ""
        return f"{first.topic.name}-{kind}{first.code}"

    def title(self, what: str) -> str:
        """What a file with all pages is called; nothing if that is what the first sheet is
        called."""
        if not self.booklet:
            return ""
        return f"{self.booklet.title}, {what} {self.exercises[0].code}"

    @cached_property
    def usual(self) -> Request:
        """The same in usual print, for what has no large one."""
        if not self.large_print:
            return self
        found = copy(self)
        found.__dict__ = {k: v for k, v in self.__dict__.items() if k not in _LAID_OUT}
        found.large_print = False
        return found

    @cached_property
    def _sheets(self) -> list[Sheet]:
        """The exercises laid out."""
        from sheetgen.layout.booklet import lay_out_booklet
        from sheetgen.layout.large_print import layout_for
        from sheetgen.layout.packet import lay_out_packet
        from sheetgen.layout.sheet import lay_out_all

        layout = layout_for(self.large_print)
        if self.booklet:
            parts = list(zip(self.exercises, self.booklet.frames, strict=True))
            return lay_out_booklet(parts, self.paper, self.name, self.decimal_mark, layout)
        if len(self.exercises) > 1 and self.several == "packet":
            return lay_out_packet(self.exercises, self.paper, self.name, self.decimal_mark, layout)
        named = [(exercise, self.name) for exercise in self.exercises]
        return lay_out_all(named, self.paper, self.decimal_mark, layout=layout)

    @cached_property
    def worksheets(self) -> list[Printed]:
        """The pages to be filled in; laid out at the first use, for all formats that need them."""
        return [sheet.worksheet() for sheet in self._sheets]

    @cached_property
    def keys(self) -> list[Printed]:
        """The pages with the answers."""
        return [sheet.key() for sheet in self._sheets]


_LAID_OUT = ("_sheets", "worksheets", "keys", "usual")
"""What a request keeps once it is made."""


class Format(NamedTuple):
    """One kind of file: a module of this folder lists it in ``FORMATS``, and the command line and
    the Python API have it."""

    name: str
    said: str
    """What it is, in a few words."""
    write: Callable[[Request], Mapping[str, bytes]]
    """The files: how their names go on after the stem, and what is in them."""
    pages: bool = False
    """Whether it shows the pages."""
    key: bool = False
    """Whether the answers have a file of their own, called ``-key``."""
    per: Literal["sheet", "set"] = "sheet"
    """Whether there is a file for each sheet, or one for all that are made at once."""
    asks: bool = False
    """Whether answers are typed into it, so that a sheet without a blank makes no sense."""
    private: bool = False
    """Whether a student's file says neither recipe nor seed where the exercise keeps them secret;
    else the format is refused for graded work."""
    nameless: bool = False
    """Whether a student's file of a class names nobody, since it may be put where others see it."""
    large: bool = False
    """Whether it can be in large print."""
    parts: bool = False
    """Whether it can show a sheet of several small exercises, a chapter of the workbook."""
    takes: frozenset[str] | None = None
    """The options of the output (paper, name, tagged, framework, decimal_mark, picture) that it can
    show; None where all may be given but framework and picture."""

    @property
    def bound(self) -> bool:
        """Whether a booklet may be in it."""
        return self.pages and self.large

    def shows(self, option: str, picture: bool = False) -> bool:
        """Whether it can show an option of the output; the paper may be that of a ``picture``."""
        if self.takes is None:
            return option not in ("framework", "picture")
        return option in self.takes or (option == "paper" and picture and "picture" in self.takes)
