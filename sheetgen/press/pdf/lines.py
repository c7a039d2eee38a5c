"""The texts of an item as lines in their places, with the operators that show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from sheetgen.page import marks
from sheetgen.page.items import COLOURS, Block, Cell, Circle, Item, Label
from sheetgen.page.theme import BY_HAND
from sheetgen.press.pdf.paths import number
from sheetgen.press.pdf.shapes import colour
from sheetgen.press.pdf.text import PX, Set, Show, set_space, set_text
from sheetgen.type.markup import plain
from sheetgen.type.truetype import NotSimpleError

LABEL, ANSWER, DIGITS = (
    ("label", "math", "world"),
    ("answer", "math", "world"),
    ("digits", "world"),
)
STACKS = {"fl": LABEL, "ft": LABEL, "fa": ANSWER}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text in its place on the page."""

    colour: str
    """The operator that chooses it."""
    parts: tuple[Show, ...]
    set: Set


@cache
def _style(style: str) -> tuple[tuple[str, ...], str, str]:
    """Fonts, colour operator and alignment of a text's classes."""
    names = style.split()
    stack = next((STACKS[n] for n in names if n in STACKS), DIGITS)
    colours = [n for n in names if n in COLOURS]
    align = next((n for n in names if n in ("start", "end")), "")
    return stack, f"{colour(BY_HAND.looks[colours[-1]]['color'])} rg\n", align


@lru_cache(1 << 14)
def _lines(item: Item, key: bool) -> tuple[Line, ...]:
    return tuple(map(_placed, marks.words(item, key)))


@lru_cache(1 << 16)
def number_at(
    x: float, y: float, side: float, least: float, text: str, blank: bool, struck: str, free: bool,
    worked: bool, key: bool,
) -> tuple[Line, ...]:
    """The lines of a cell with such a face, at a place in a block with such least letters."""
    cell = Cell(text, blank, struck=struck, struck_blank=free, worked=worked)
    return tuple(map(_placed, marks.words(Block(x, y, side, ((cell,),), least=least), key)))


def _numbers(block: Block, key: bool) -> Iterator[tuple[Line, ...]]:
    """The texts of each of a block's cells, as ``marks.words`` has them."""
    side = block.cell
    for r, row in enumerate(block.cells):
        y = block.y + r * side
        for c, cell in enumerate(row):
            if cell.text and (key or not cell.blank):
                yield number_at(block.x + c * side, y, side, block.least, *cell.face, key)
            else:
                yield ()


def _placed(text: marks.Text) -> Line:
    """A text of a page, set and put where its box has it."""
    stack, chosen, align = _style(text.style)
    line = set_text(str(text.html), stack, marks.mm(text.size), marks.mm(text.height))
    left, top = float(marks.mm(text.left)) * PX, float(marks.mm(text.top)) * PX
    room = float(marks.mm(text.width)) * PX - line.width
    if room > 0 and align != "start":
        left += room if align == "end" else room / 2
    parts: list[Show] = []
    for dx, dy, shows in line.parts:
        place = f"1 0 0 -1 {number(left + dx)} {number(top + dy)} Tm\n"
        for font, shown in shows:
            parts.append((font, place + shown))
            place = ""
    return Line(chosen, tuple(parts), line)


def space_at(x: float, y: float, em: float) -> Line:
    """A space, its left end on the baseline at a place."""
    line = set_space(DIGITS[0], marks.mm(em))
    place = f"1 0 0 -1 {number(x * PX)} {number(y * PX)} Tm\n"
    parts = tuple((font, place + shown) for _, _, shows in line.parts for font, shown in shows)
    return Line(_style("ink")[1], parts, line)


def is_settable(text: str) -> bool:
    """Whether a text can be set here, without Pango."""
    try:
        return text.isascii() or bool(texts(Label(0, 0, plain(text), 5), True))
    except NotSimpleError:
        return False


def texts(item: Item, key: bool) -> Iterable[tuple[Line, ...]]:
    """The lines of an item, those of each cell of a block together. Raises NotSimpleError for what
    only Pango can set."""
    if isinstance(item, Block):
        return _numbers(item, key)
    if isinstance(item, Label):
        return (_lines(item, True),) if key or not item.answer else ()
    return (_lines(item, key),) if isinstance(item, Circle) else ()
