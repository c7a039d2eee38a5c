"""What the fills of boxes mean: a sample of each with its words, in a free place of a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sheetgen.graph.nodes import Graph
from sheetgen.layout.free_places import clear_place
from sheetgen.page.figure import Box, legible
from sheetgen.page.items import Block, Cell, Item, Label
from sheetgen.type.fonts import text_width
from sheetgen.words.legend import ORDER, said_of

LEGEND = "legend"
"""Name of the blocks that are samples."""
SIDE, PITCH, SIZE, GAP = 4.4, 6.0, 3.4, 2.0
"""Side of a sample, height of a row, em of the words and white before them, in mm."""
APART = 5.0
"""White between two columns."""
SCALES = (1.0, 0.92)
"""How large it is, the usual size first."""

Kinds = Mapping[str, str]
"""What boxes hold -> the kind that has their fill."""


def kinds_of(items: Iterable[Item], graph: Graph) -> dict[str, str]:
    """What the fills on a page mean, but for those that need no word, in the order in which they
    are listed."""
    found: dict[str, str] = {}
    blocks = (i for i in items if isinstance(i, Block) and i.name != LEGEND)
    for kind in dict.fromkeys(c.kind for block in blocks for row in block.cells for c in row):
        said = said_of(kind, graph)
        if said:
            found.setdefault(said, kind)
    return dict(sorted(found.items(), key=lambda one: ORDER.index(one[1])))


def unsaid(
    pages: Sequence[Sequence[Item]], graph: Graph, any_before: bool = False
) -> set[int]:
    """The pages with fills of which neither they nor the first page say what they mean, nor
    ``any_before`` them, counted from 0; none where a single fill needs no word."""
    here = [set(kinds_of(items, graph)) for items in pages]
    if len(set().union(*here)) < 2:
        return set()
    told = [told_on(items, graph) for items in pages]
    return {k for k, some in enumerate(here)
            if some - told[k] - set().union(*told[: k if any_before else 1])}  # fmt: skip


def told_on(items: Iterable[Item], graph: Graph) -> set[str]:
    """What the legend of a page says."""
    return {said_of(i.cells[0][0].kind, graph) for i in items
            if isinstance(i, Block) and i.name == LEGEND}  # fmt: skip


def legend(kinds: Kinds, items: Sequence[Item], area: Box, by: float = 1.0) -> list[Item]:
    """Samples of some fills in a free place beside some items, so much larger than usual: beneath
    one another, else in columns or in a row; nothing where no place is free."""
    for scale in SCALES if kinds else ():
        for rows in range(len(kinds), 0, -1):
            if -(-len(kinds) // -(-len(kinds) // rows)) != rows:
                continue  # as many columns as with fewer rows
            wide = _widths(list(kinds), rows, by * scale)
            at = clear_place(items, area, sum(wide), rows * PITCH * by * scale)
            if at is not None:
                return list(_set(kinds, rows, wide, at, by * scale))
    return []


def _widths(said: Sequence[str], rows: int, by: float) -> list[float]:
    """The widths of columns of some rows."""
    columns = [said[k : k + rows] for k in range(0, len(said), rows)]
    return [(SIDE + GAP + APART * (k + 1 < len(columns))) * by + 1.0
            + max(text_width(one, SIZE * by, "label") for one in column)
            for k, column in enumerate(columns)]  # fmt: skip


def _set(
    kinds: Kinds, rows: int, wide: Sequence[float], at: tuple[float, float], by: float
) -> Iterator[Item]:
    """The samples and their words, from a corner on."""
    for k, (said, kind) in enumerate(kinds.items()):
        x, y = at[0] + sum(wide[: k // rows]), at[1] + k % rows * PITCH * by
        outline, side = kind in ("parameter", "bias"), SIDE * by
        yield Block(x, y, side, ((Cell("", kind=kind),),), outline, LEGEND)
        yield legible(Label(x + side + GAP * by, y + side / 2, said, SIZE * by, "start"))
