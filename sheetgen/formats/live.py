"""A sheet as a live page: one HTML file in which it is solved, or explored by changing its numbers.

The page holds the givens and the cell formulas, no answer: its script works out what it judges by.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from math import hypot

from markupsafe import Markup

from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.format import Format, Request
from sheetgen.formats.page_data import page_data
from sheetgen.formats.paper_colours import on_dark_paper
from sheetgen.formats.shorter import joined_script, shorter_styles
from sheetgen.graph.work import numbered
from sheetgen.page.items import Block, Cell, Circle, Label, Page
from sheetgen.page.theme import BY_HAND
from sheetgen.press.html import Classes
from sheetgen.press.printing import printer
from sheetgen.press.webfont import small_web_font
from sheetgen.type.fonts import TEMPLATES
from sheetgen.words.labels import label_text

FOLDER = TEMPLATES / "live"
SCRIPT = "page.js"
"""The module of the page's script that needs all others."""
COLOURS = "@colours-of-the-paper;"
"""Where the styles have the colours of the paper, once it is known which it has."""
DIGITS = "0123456789−.,?"
TYPED = f"{DIGITS}+-,/×÷=()√<>≥≤ ½¼¾"
"""What may stand in a box or in a sum, whatever the sheet; words there have the face of labels."""
PLAIN = "abcdefghijklmnopqrstuvwxyzC0123456789.,:;=+−-→()[]|?∂·"
"""What the page's own words beside the sheet are written with."""


@dataclass(frozen=True)
class Box:
    """A box of a table: what it shows, and the number that it is for, if it is for one."""

    text: str
    matrix: str = ""
    row: int = 0
    column: int = 0
    blank: bool = False
    masked: bool = False
    copied: bool = False
    """Whether the number is copied here from elsewhere on the page."""
    after: str = ""
    """The matrix after ReLU, where the box holds both."""

    @property
    def says(self) -> str:
        """What the page's script reads of it, but its place, as attributes. The names of matrices
        need no quotes."""
        return "".join((
            f" data-m={self.matrix}", " data-b" * self.blank, " data-c" * self.copied,
            f" data-a={self.after}" if self.after else "",
        )) if self.matrix else " data-m"  # fmt: skip


@dataclass(frozen=True)
class Table:
    """A block as a table; measures in mm."""

    x: float
    y: float
    side: float
    caption: str
    rows: list[list[Box]]

    @cached_property
    def says(self) -> str:
        """What most of its boxes say, and whether the matrix is turned: they need not say it."""
        found = Counter(
            box.says + turned for i, row in enumerate(self.rows) for j, box in enumerate(row)
            if box.matrix
            for turned, place in (("", (i, j)), (" data-t", (j, i)))
            if (box.row, box.column) == place
        )  # fmt: skip
        return max(found, key=lambda says: (found[says], -len(says))) if found else ""

    def box(self, i: int, j: int) -> Markup:
        """What the box in row i and column j says for itself."""
        box, says = self.rows[i][j], self.says
        turned = says.endswith(" data-t")
        mine = box.says
        if not says:
            mine = mine if box.matrix else ""
        elif mine + " data-t" * turned == says and (
            (box.row, box.column) == ((j, i) if turned else (i, j))
        ):
            return Markup(" class=masked" * box.masked)
        place = f" data-i={box.row} data-j={box.column}" if box.matrix else ""
        return Markup(mine + place + " class=masked" * box.masked)


@dataclass(frozen=True)
class LivePage:
    """A page without the numbers in its boxes, and its tables."""

    page: Page
    tables: list[Table]


def live(exercise: Exercise, request: Request) -> str:
    """The live page of one of a request's exercises as one HTML file that needs no other."""
    mark = request.decimal_mark
    sheet = next(sheet for made, sheet in zip(request.exercises, request.worksheets, strict=True)
                 if made is exercise)  # fmt: skip
    pages = _live_pages([page for page in sheet.pages if not page.blank], exercise)
    data = page_data(exercise, mark)
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    script = joined_script(FOLDER / SCRIPT)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    made = printer().templates.render(
        "live/page.html", pages=pages, classes=Classes(), css=Markup(_css(_letters(pages, data))),
        title=exercise.settings.title, code=exercise.code, point="," if mark == "comma" else ".",
        data=Markup(text.replace("<", "\\u003c")), script_text=Markup(script),
        script_hash=f"sha256-{digest}",
    )  # fmt: skip
    return made.replace(COLOURS, shorter_styles(on_dark_paper(BY_HAND, made)), 1)


def _live_pages(pages: Sequence[Page], exercise: Exercise) -> list[LivePage]:
    homes = _homes(pages, exercise)
    found = []
    for page in pages:
        tables = []
        for block in filter(_has_numbers, _blocks(page)):
            copied = [name for name in _names(block) if homes.get(name, block) is not block]
            tables.append(_table(block, exercise, copied))
        items = tuple(_emptied(item) if isinstance(item, Block) else item for item in page.items)
        found.append(LivePage(Page(page.width, page.height, items), tables))
    return found


def _blocks(page: Page) -> list[Block]:
    return [item for item in page.items if isinstance(item, Block)]


def _has_numbers(block: Block) -> bool:
    """Whether there is something in its boxes; of the colours explained there is not."""
    return any(cell.source or cell.text for row in block.cells for cell in row)


def _names(block: Block) -> list[str]:
    """The matrices that have boxes in a block."""
    return [*dict.fromkeys(c.source[0] for row in block.cells for c in row if c.source)]


def _homes(pages: Sequence[Page], exercise: Exercise) -> dict[str, Block]:
    """The block in which each result is worked out, which is that nearest to the number of its
    step; in any other it is copied."""
    found: dict[str, Block] = {}
    steps = {str(number): steps for number, steps in numbered(exercise.graph)}
    for page in pages:
        for circle in page.items:
            if not isinstance(circle, Circle) or circle.node or circle.text not in steps:
                continue
            for step in steps[circle.text]:
                places = [block for block in _blocks(page) if step.name in _names(block)]
                if places:
                    found[step.name] = min(places, key=partial(_gap, circle))
    return found


def _gap(circle: Circle, block: Block) -> float:
    """How far a circle's middle is from a block."""
    right, bottom = block.x + block.cols * block.cell, block.y + block.rows * block.cell
    return hypot(max(block.x - circle.x, 0, circle.x - right),
                 max(block.y - circle.y, 0, circle.y - bottom))  # fmt: skip


def _emptied(block: Block) -> Block:
    """The block with nothing in its boxes."""
    return replace(block, cells=tuple(
        tuple(replace(cell, text="", struck="", blank=False) for cell in row)
        for row in block.cells
    ))  # fmt: skip


def _table(block: Block, exercise: Exercise, copied: Sequence[str]) -> Table:
    """A block as a table; some of its results are ``copied``."""
    labels = [label_text(exercise.graph.by_name[name]) for name in _names(block)]
    caption = f"{' and '.join(labels)}, {block.rows} by {block.cols}" if labels else ""
    rows = [[_box(cell, copied) for cell in row] for row in block.cells]
    return Table(block.x, block.y, block.cell, caption, rows)


def _box(cell: Cell, copied: Sequence[str]) -> Box:
    shown = "" if cell.blank else cell.text
    if cell.source is None:
        return Box(shown, masked=cell.kind == "masked")
    return Box(shown, *cell.source, blank=cell.blank, masked=cell.kind == "masked",
               copied=cell.copied or (cell.blank and cell.source[0] in copied),
               after=cell.compact[1] if cell.compact else "")  # fmt: skip


def _letters(pages: Iterable[LivePage], data: dict[str, object]) -> dict[str, frozenset[str]]:
    """The characters that the page may show in each of its own faces; those of mathematics stand in
    for what the others lack."""
    labels = "".join([json.dumps(data, ensure_ascii=False), *_texts(pages), PLAIN])
    labels = re.sub(r'["\\\\^_{}]', "", labels)
    numbers = "".join(box.text for page in pages for table in page.tables for row in table.rows
                      for box in row) + DIGITS  # fmt: skip
    answers = "".join([*_texts(pages, answers=True), TYPED])
    found = {"label": labels, "answer": answers, "digits": numbers,
             "math": "".join(c for c in labels + answers if not c.isascii())}  # fmt: skip
    return {name: frozenset(text) for name, text in found.items()}


def _texts(pages: Iterable[LivePage], *, answers: bool = False) -> Iterator[str]:
    """The words on the pages; or those alone that stand there as an answer does."""
    for page in pages:
        for item in page.page.items:
            if isinstance(item, Label) and not item.answer and answers <= (item.face == "answer"):
                yield item.markup


def _css(letters: dict[str, frozenset[str]]) -> str:
    """The styles of the screen and of the paper, fonts inside."""
    return re.sub(r"live:(\w+)", lambda found: small_web_font(found[1], letters[found[1]]),
                  _styles())  # fmt: skip


@cache
def _styles() -> str:
    screen, page = ((folder / name).read_text(encoding="utf-8")
                    for folder, name in ((TEMPLATES, "screen.css"), (FOLDER, "live.css")))
    return f"{shorter_styles(screen + page)}\n{COLOURS}"


def _write(request: Request) -> dict[str, bytes]:
    several = len(request.exercises) > 1
    return {f"-worksheet{f'-{number}' if several else ''}-live.html":
            live(exercise, request).encode()
            for number, exercise in enumerate(request.exercises, 1)}  # fmt: skip


FORMATS = (
    Format("live", "a page for a browser in which the sheet is solved or explored", _write,
           pages=True, private=True, nameless=True,
           takes=frozenset({"paper", "name", "decimal_mark"})),
)  # fmt: skip
