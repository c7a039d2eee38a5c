"""An exercise as a workbook that stands as its page does: the worksheet's with empty boxes and a
status for each step, the key's filled in, and once more with live formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from sheetgen.errors import MissingError
from sheetgen.formats.format import Format, Request, one_line
from sheetgen.page.items import Printed
from sheetgen.page.theme import BY_HAND

if TYPE_CHECKING:
    from sheetgen.exercise.exercise import Exercise
    from sheetgen.formats.workbook.grid import Grid, Place, Source

WIDTH, HEIGHT = 6.4, 22
"""Of the cells of a figure."""
TOP = 3
"""Rows above the figures."""
MADE = datetime(2000, 1, 1)
"""What a workbook says of its making: always the same, so that its bytes are."""


def workbook(exercise: Exercise, sheet: Printed, *, key: bool, name: str = "") -> bytes:
    """The workbook of a worksheet, or of its ``key``; ``sheet`` are its pages. Raises MissingError
    where what writes it is not installed."""
    try:
        import xlsxwriter
    except ImportError:
        raise MissingError('workbooks need more packages: pip install "sheetgen[office]"') from None
    from sheetgen.formats.workbook.grid import grid_of

    grid = grid_of(exercise, sheet.pages)
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        title = f"{exercise.settings.title} {exercise.code}"
        book.set_properties({"title": title, "author": "sheetgen", "created": MADE})
        _Writer(book, exercise, grid, name).sheet("Key" if key else "Worksheet", key)
        if key:
            _Writer(book, exercise, grid, name).live("Live")
    return file.getvalue()


class _Writer:
    """Writes the cells of one exercise."""

    def __init__(self, book: Any, exercise: Exercise, grid: Grid, name: str) -> None:
        self.book, self.exercise, self.grid, self.name = book, exercise, grid, name
        self.formats: dict[tuple[Any, ...], Any] = {}
        self.page: Any = None

    # --- sheets

    def sheet(self, title: str, key: bool) -> None:
        """The sheet to fill in, or filled in; with a status for each step."""
        self._begin(title, "ANSWER KEY" if key else "")
        for place, cell in self.grid.boxes.items():
            if cell.source is None:
                self.page.write_string(*self._at(place), cell.text, self._box(place))
                continue
            home = self.grid.home[cell.source]
            is_open = self._is_open(cell.source)
            value = "" if is_open and not key else self._value(cell.source)
            look = self._box(place, is_open and key)
            if home != place:
                self._link(place, home, look, value)
            elif value == "":
                self.page.write_blank(*self._at(place), None, look)
            else:
                self.page.write_number(*self._at(place), value, look)
        self._steps(key)

    def live(self, title: str) -> None:
        """The sheet on which all follows from the given numbers."""
        from sheetgen.formats.workbook.formulas import Live

        self._begin(title, "Change a given number: all else follows.")
        homes = {source: self._at(place) for source, place in self.grid.home.items()}
        live = Live(self.exercise, homes)
        for place, cell in self.grid.boxes.items():
            if cell.source is None:
                self.page.write_string(*self._at(place), cell.text, self._box(place))
                continue
            home, value = self.grid.home[cell.source], self._value(cell.source)
            formula = live.formula(cell.source)
            look = self._box(place, formula is not None)
            if home != place:
                self._link(place, home, look, value)
            elif formula is None:
                self.page.write_number(*self._at(place), value, look)
            else:
                self.page.write_formula(*self._at(place), f"={formula}", look, value)

    def _begin(self, title: str, said: str) -> None:
        self.page = self.book.add_worksheet(title)
        self.page.hide_gridlines(2)
        self.page.set_landscape()
        self.page.fit_to_pages(1, 0)
        self.page.set_column(0, self.grid.columns, WIDTH)
        self.page.set_default_row(HEIGHT)
        heading = f"{self.exercise.settings.title}, sheet {self.exercise.code}"
        self.page.write_string(0, 0, heading, self._look(bold=True, font_size=16))
        quoted = self._look(quote_prefix=True)
        if self.name:
            self.page.write_string(1, 0, "Name:", self._look())
            self.page.write_string(1, 2, self.name, quoted)
        if said:
            self.page.write_string(2, 0, said, self._look(bold=True, font_color=_INK["answer"]))
        for place, (text, align) in self.grid.texts.items():
            look = self._look(align=align, valign="vcenter", quote_prefix=True)
            self.page.write_string(*self._at(place), text, look)

    def _steps(self, key: bool) -> None:
        """At the right what to do, and whether it is done."""
        from sheetgen.formats.workbook.formulas import DONE, OPEN, WRONG, status

        column = self.grid.columns + 2
        self.page.set_column(column - 1, column - 1, 5)
        self.page.set_column(column, column, 13)
        self.page.set_column(column + 1, column + 1, 70)
        text = self._look(valign="vcenter", quote_prefix=True, indent=1)
        look = self._look(align="center", valign="vcenter", border=1, bold=True)
        row = TOP
        for number, said, open_ in self._asked():
            self.page.write_string(row, column - 1, number, text)
            self.page.write_string(row, column + 1, said, text)
            if open_:
                boxes = [(source, self._at(place)) for source, place in open_]
                shown = DONE if key else OPEN
                self.page.write_formula(row, column, status(self.exercise, boxes), look, shown)
            row += 1
        for word, colours in ((DONE, ("#1e6b24", "#e6f2de")), (WRONG, ("#a01010", "#fbe0dc"))):
            ink, fill = colours
            self.page.conditional_format(TOP, column, row, column, {
                "type": "cell", "criteria": "==", "value": f'"{word}"',
                "format": self.book.add_format({"font_color": ink, "bg_color": fill})})  # fmt: skip

    def _asked(self) -> Iterator[tuple[str, str, Sequence[tuple[Source, Place]]]]:
        """Number, words and open boxes of each step; before them those that are to be found."""
        from sheetgen.graph.nodes import Given
        from sheetgen.graph.work import numbered
        from sheetgen.type.markup import plain_text
        from sheetgen.words.sentences import sentence

        graph = self.exercise.graph
        missing = [g.name for g in graph.givens if g.name in self.exercise.blanks]
        if missing:
            yield "", "The missing numbers.", self._open(missing)
        for number, steps in numbered(graph):
            names = [s.name for s in steps if not isinstance(s, Given)]
            yield f"[{number}]", plain_text(sentence(steps)), self._open(names)

    def _open(self, names: Sequence[str]) -> list[tuple[Source, Place]]:
        return [(s, place) for s, place in self.grid.home.items()
                if s[0] in names and self._is_open(s)]  # fmt: skip

    # --- cells

    def _at(self, place: Place) -> Place:
        return place[0] + TOP, place[1]

    def _is_open(self, source: Source) -> bool:
        blanks = self.exercise.blanks.get(source[0])
        masked = self.grid.boxes[self.grid.home[source]].kind == "masked"
        return blanks is not None and not masked and bool(blanks[source[1], source[2]])

    def _value(self, source: Source) -> float:
        from sheetgen.graph.numbers import plain

        value = self.exercise.values[source[0]]
        return plain(int(value.digits[source[1], source[2]]), value.decimals)

    def _link(self, place: Place, home: Place, look: Any, value: Any) -> None:
        """A number that stands elsewhere, or nothing while that is empty."""
        from sheetgen.formats.workbook.formulas import address

        there = address(self._at(home))
        formula = f'=IF({there}="","",{there})'
        self.page.write_formula(*self._at(place), formula, look, value)

    def _box(self, place: Place, answer: bool = False) -> Any:
        """The look of a box: its fill, its rim, an answer's ink."""
        fill = BY_HAND.look(f"k-{self.grid.boxes[place].kind}")["fill"]
        rim = self.grid.outlined.get(place, "")
        sides: dict[str, Any] = {}
        for letter, side in (("t", "top"), ("b", "bottom"), ("l", "left"), ("r", "right")):
            if letter in rim:
                sides |= {side: 2, f"{side}_color": "#c00000"}
        more = {"font_color": _INK["answer"], "bold": True} if answer else {}
        return self._look(border=1, **sides, bg_color=fill, align="center", valign="vcenter",
                          **more)  # fmt: skip

    def _look(self, **properties: Any) -> Any:
        found = tuple(sorted({"font_size": 12, **properties}.items()))
        if found not in self.formats:
            self.formats[found] = self.book.add_format(dict(found))
        return self.formats[found]


_INK: Mapping[str, str] = {"answer": BY_HAND.look("answer")["color"]}


def _write(request: Request) -> dict[str, bytes]:
    found = {}
    several = len(request.exercises) > 1
    for kind in ("worksheet", "key"):
        for number, pair in enumerate(zip(request.exercises, request.worksheets, strict=True), 1):
            data = workbook(*pair, key=kind == "key", name=one_line(request.name))
            found[f"-{kind}{f'-{number}' if several else ''}.xlsx"] = data
    return found


FORMATS = (Format("xlsx", "a workbook: to fill in, and with live formulas", _write, pages=True,
                  key=True, private=True, takes=frozenset({"paper", "name"})),)  # fmt: skip
