"""The names at the blocks: each is that of the block at which it stands, with a raised T if, and
only if, the block is drawn on its side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheetgen.errors import SheetgenError
from sheetgen.graph.cell import Place
from sheetgen.graph.nodes import Node
from sheetgen.page.figure import Box, box_of, meet
from sheetgen.page.items import Block, Label, Line
from sheetgen.pagecheck.legends import explains, samples
from sheetgen.pagecheck.standing import NEAR, Part, Sight, Standing
from sheetgen.words.labels import label, label_text

Grid = list[list[Place]]

FAR = 2.5
"""Boxes between a block and a text that is no longer its name."""
BESIDE = 0.6
"""Boxes by which another block may be nearer to a name."""
AROUND = (("", ""), ("", ", copied"), ("target ", ""))
"""What may stand before and after a name."""


def named(standing: Standing) -> dict[str, list[tuple[Grid, bool]]]:
    """Each name on a page -> what it may be the name of, and whether it says that it is turned."""
    found: dict[str, list[tuple[Grid, bool]]] = {}
    for node in standing.graph.nodes:
        own = standing.origins[node.name]
        turned = [list(row) for row in zip(*own, strict=True)]
        for before, after in AROUND:
            found.setdefault(f"{before}{label(node)}{after}", []).append((own, False))
            found.setdefault(f"{before}{label(node)}^T{after}", []).append((turned, True))
    return found


def check_names(standing: Standing) -> None:
    """Raises SheetgenError for a name at a block of another matrix, or of one that lies
    otherwise."""
    names = named(standing)
    for page, sight in enumerate(standing.sights):
        parts = [part for part in standing.parts if part.page == page]
        if not parts:
            continue
        fills = list(samples(sight))
        for item in sight.labels("label"):
            grids = names.get(item.markup)
            if grids is None or any(explains(item, fill) for fill in fills):
                continue
            if not any(_carried(item, grid, sight, parts) for grid, _ in grids):
                _check(item, [grid for grid, _ in grids], parts)


def _check(item: Label, grids: Sequence[Grid], parts: Sequence[Part]) -> None:
    near = list(nearest(box_of(item), parts))
    if not near or any(_names(item, part, grid) for part in near for grid in grids):
        return
    raise SheetgenError(f"{item.markup} is written at a block that is not that, or lies otherwise")


def _carried(item: Label, grid: Grid, sight: Sight, parts: Sequence[Part]) -> bool:
    """Whether a name is that of numbers which stand once more, without boxes, lie as it says, and
    are nearer to it than any block."""
    asked = {place for row in grid for place in row}
    again = sorted((one for one in sight.items if isinstance(one, Label) and one.source in asked),
                   key=lambda one: (one.y, one.x))  # fmt: skip
    wide = len(grid[0])
    if [one.source for one in again] != [place for row in grid for place in row] or any(
        abs(one.y - again[k // wide * wide].y) > NEAR for k, one in enumerate(again)
    ):
        return False
    at = box_of(item)
    places = [box_of(one) for one in again]
    frames = [i.bounds for i in sight.items if isinstance(i, Line) and i.dotted
              and all(meet(i.bounds, place) for place in places)]  # fmt: skip
    return min(apart(at, box) for box in (*places, *frames)) < min(apart(at, p.box) for p in parts)


def _names(item: Label, part: Part, grid: Grid) -> bool:
    """Whether a name is that of a block, or of some of its rows or columns at which it stands."""
    shown = part.grid()
    if shown == grid:
        return True
    height, width = len(grid), len(grid[0])
    for r in range(len(shown) - height + 1):
        for c in range(len(shown[0]) - width + 1):
            if [row[c : c + width] for row in shown[r : r + height]] == grid:
                x = part.rows[0][c].x + (width - 1) / 2 * part.side
                y = part.rows[r][0].y + (height - 1) / 2 * part.side
                return (width == len(shown[0]) and abs(item.y - y) < part.side / 2) or (
                    height == len(shown) and abs(item.x - x) < part.side / 2)  # fmt: skip
    return False


def nearest(at: Box, parts: Sequence[Part]) -> Iterator[Part]:
    """The blocks to which a text is nearest, if it is near any."""
    away = [(apart(at, part.box), part) for part in parts]
    least = min(distance for distance, _ in away)
    for distance, part in away:
        if distance <= least + BESIDE * part.side and distance <= FAR * part.side:
            yield part


def apart(a: Box, b: Box) -> float:
    """How far apart two rectangles are."""
    across = max(b[0] - a[2], a[0] - b[2], 0.0)
    down = max(b[1] - a[3], a[1] - b[3], 0.0)
    return float((across**2 + down**2) ** 0.5)


def check_shown(standing: Standing) -> None:
    """Raises SheetgenError for a given or a result to be worked out that stands on no page."""
    nodes: list[Node] = [*standing.graph.givens, *standing.graph.worked]
    for node in nodes:
        for row in standing.origins[node.name]:
            for place in row:
                if place not in standing.by_place:
                    raise SheetgenError(
                        f"row {place[1] + 1}, column {place[2] + 1} of {label_text(node)} stands "
                        "on no page"
                    )
    for step in standing.graph.steps:
        old, new = ({part.page for part in standing.parts if part.name == n.name}
                    for n in (step.inputs[0], step))  # fmt: skip
        if step.op.updates and not new <= old:
            raise SheetgenError(f"{label_text(step)} stands without what it is made of")


def check_zeros(standing: Standing) -> None:
    """Raises SheetgenError for a printed 0 that is nobody's number and stands in no column, nor
    around a matrix of which some step reads what is outside."""
    wide = {n.name for s in standing.graph.steps if s.op.outside for n in s.inputs}
    for page, sight in enumerate(standing.sights):
        columns = [spot.x for spot in standing.spots if spot.page == page]
        for item in sight.items:
            if not isinstance(item, Block):
                continue
            around = any(c.source is not None and c.source[0] in wide
                         for row in item.cells for c in row)  # fmt: skip
            for row in item.cells:
                for c, cell in enumerate(row):
                    x = item.x + (c + 0.5) * item.cell
                    if cell.source is None and cell.text and (
                        cell.text != "0" or not (
                            around or any(abs(x - other) <= NEAR for other in columns))
                    ):  # fmt: skip
                        raise SheetgenError(f"a printed {cell.text} stands where nothing takes it")
