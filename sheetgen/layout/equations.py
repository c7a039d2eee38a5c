"""What a sheet that is solved backwards has beside its figures: letters in the boxes that are
missing, and a line for the equation of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sheetgen.layout.room import GAP, HEADING, called
from sheetgen.layout.sizes import Sizes
from sheetgen.page.figure import MARK, Box, legible
from sheetgen.page.items import Block, Item, Label, Rule
from sheetgen.page.theme import BY_HAND
from sheetgen.type.fonts import text_width
from sheetgen.words.way import Equation, Way

MANY = 6
"""More equations stand in two columns, where these are wide enough."""
EQUATION, EQUATIONS = "an equation for the missing number", "an equation for each missing number"
SUM, SUMS = "a sum for the box that no result tells", "a sum for each box that no result tells"


def letters(items: Iterable[Item], way: Way) -> Iterator[Label]:
    """The letters in the corners of the boxes that are missing."""
    named = way.letters | way.shown_as
    for block in (item for item in items if isinstance(item, Block)):
        for r, row in enumerate(block.cells):
            for c, cell in enumerate(row):
                if cell.source in named:
                    assert cell.source is not None
                    size = max(0.27 * block.cell, BY_HAND.smallest_type)
                    x, y = block.x + (c + 0.07) * block.cell, block.y + (r + 0.2) * block.cell
                    yield legible(Label(x, y, named[cell.source], size, "start", MARK))


def height_of(
    equations: tuple[Equation, ...], width: float, sizes: Sizes, pitch: float | None = None
) -> float:
    """The height of the lines of some equations in a width, at a pitch or at the usual least."""
    columns, _ = _columns(equations, width, sizes)
    return HEADING + -(-len(equations) // columns) * (pitch or sizes.least_pitch)


def lines(equations: tuple[Equation, ...], room: Box, sizes: Sizes) -> Iterator[Item]:
    """A line for each equation, in one column or two; what the key writes on them."""
    x0, y0, x1, y1 = room
    columns, size = _columns(equations, x1 - x0, sizes)
    rows = -(-len(equations) // columns)
    width, height = _width(x1 - x0, columns), (y1 - y0 - HEADING) / rows
    size = _larger(equations, width, height, size, sizes)
    pitch = min(_pitch(size, sizes), height)
    yield Label(x0, y0 + 2.5, called(_heading(equations), x1 - x0, size), size, "start", "soft")
    wide = _named(equations, size) + 2.0
    for k, equation in enumerate(equations):
        column, row = divmod(k, rows)
        x, y = x0 + column * (width + GAP), y0 + HEADING + (row + 1) * pitch
        yield legible(Label(x, y - 1.8, equation.name, size, "start"))
        yield Rule(x + wide, y, width - wide)
        yield Label(x + wide + 1, y - 1.9, equation.written, size, "start", "answer", "answer",
                    True, width - wide - 1)  # fmt: skip


def _columns(
    equations: tuple[Equation, ...], width: float, sizes: Sizes
) -> tuple[int, float]:
    """Two columns, if there are many equations and the widest finds room in one; and the em of
    their letters."""
    usual = sizes.line_sizes[0]
    for size in sizes.line_sizes:
        if len(equations) > MANY and _wide(equations, size) <= _width(width, 2):
            return 2, size
    return 1, usual


def _width(width: float, columns: int) -> float:
    """The width of one of some columns."""
    return (width - GAP * (columns - 1)) / columns


def _larger(
    equations: tuple[Equation, ...], width: float, height: float, size: float, sizes: Sizes
) -> float:
    """Em of what stands on lines of a width, with some height for each: larger than a size where
    there is room for it."""
    return next((larger for larger in sizes.room_sizes if larger > size
                 and _pitch(larger, sizes) <= height and _wide(equations, larger) <= width),
                size)  # fmt: skip


def _pitch(size: float, sizes: Sizes) -> float:
    """The largest height of a line with letters of a size."""
    return sizes.line_pitches[0] * size / sizes.line_sizes[0]


def _wide(equations: tuple[Equation, ...], size: float) -> float:
    """Width of the widest name and of the widest equation behind it, in letters of a size."""
    wide = _named(equations, size) + 3.0
    return wide + max(text_width(e.written, size, "answer") for e in equations)


def _named(equations: tuple[Equation, ...], size: float) -> float:
    """Width of the widest name, whose raised letters may need larger ones."""
    names = (legible(Label(0.0, 0.0, e.name, size, "start")) for e in equations)
    return max(text_width(name.markup, name.size, name.face) for name in names)


def _heading(equations: tuple[Equation, ...]) -> str:
    """What the lines are for."""
    finds = [e for e in equations if e.finds]
    sums = len(equations) - len(finds)
    said = [EQUATION if len(finds) == 1 else EQUATIONS] * bool(finds)
    said += [SUM if sums == 1 else SUMS] * bool(sums)
    return f"Room to work: {', '.join(said)}."
