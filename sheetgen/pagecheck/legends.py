"""What the fills of boxes mean, where a page says it: each sample at the left of its words, and one
for every fill of the page that has a meaning."""

from __future__ import annotations

from collections.abc import Iterator

from sheetgen.errors import SheetgenError
from sheetgen.page.items import Block, Label
from sheetgen.pagecheck.standing import NEAR, Sight, Standing
from sheetgen.words.legend import said_of


def samples(sight: Sight) -> Iterator[Block]:
    """Single boxes that hold nothing."""
    for item in sight.items:
        if isinstance(item, Block) and item.rows == item.cols == 1:
            cell = item.cells[0][0]
            if cell.source is None and not cell.text:
                yield item


def explains(item: Label, sample: Block) -> bool:
    """Whether a text says what the fill of a sample means, at whose right it stands."""
    level = abs(item.y - sample.y - sample.cell / 2) < NEAR
    return level and sample.cell < item.x - sample.x < 2 * sample.cell


def check_legends(standing: Standing) -> None:
    """Raises SheetgenError for a fill that means something else, or that is left out."""
    graph = standing.graph
    for sight in standing.sights:
        told = set()
        for sample in samples(sight):
            kind = sample.cells[0][0].kind
            said = said_of(kind, graph)
            texts = [i.markup for i in sight.labels("label") if explains(i, sample)]
            if texts != [said] or sample.outline != (kind in ("parameter", "bias")):
                raise SheetgenError(f"a sample of the fill of “{said}” stands elsewhere")
            told.add(said)
        if len({(sample.x, sample.cell) for sample in samples(sight)}) > 1:
            raise SheetgenError("the samples of fills do not stand beneath one another")
        fills = {id(sample) for sample in samples(sight)}
        blocks = [i for i in sight.items if isinstance(i, Block) and id(i) not in fills]
        here = {said_of(c.kind, graph) for b in blocks for row in b.cells for c in row} - {""}
        if told and told != here:
            which = min(told ^ here)
            raise SheetgenError(f"the fill of “{which}” is left out, or on no box")
