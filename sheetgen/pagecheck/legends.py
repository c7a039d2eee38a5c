"""What the fills of boxes mean, where a page says it: each sample at the left of its words, and one
for every fill of the page that has a meaning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Graph
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
    """Raises SheetgenError for a fill that means something else, is on no box of the sheet, or is
    left out of the legend of its page and of that of the first one."""
    graph = standing.graph
    here = [_fills(sight, graph) for sight in standing.sights]
    told: list[set[str]] = []
    for page, sight in enumerate(standing.sights):
        told.append(set())
        for sample in samples(sight):
            kind = sample.cells[0][0].kind
            said = said_of(kind, graph)
            texts = [i.markup for i in sight.labels("label") if explains(i, sample)]
            if texts != [said] or sample.outline != (kind in ("parameter", "bias")):
                raise SheetgenError(f"a sample of the fill of “{said}” stands elsewhere")
            told[page].add(said)
        found = list(samples(sight))
        _check_columns(found)
        _check_words(sight, found, set().union(*here))
        needless = told[page] - (here[page] if page else set().union(*here))
        left_out = here[page] - told[page] - told[0] if told[page] else set()
        if needless or left_out:
            which = min(needless or left_out)
            raise SheetgenError(f"the fill of “{which}” is left out, or on no box")


def _fills(sight: Sight, graph: Graph) -> set[str]:
    """What the fills of a page mean."""
    legend = {id(sample) for sample in samples(sight)}
    blocks = [i for i in sight.items if isinstance(i, Block) and id(i) not in legend]
    kinds = {cell.kind for block in blocks for row in block.cells for cell in row}
    return {said_of(kind, graph) for kind in kinds} - {""}


def _check_words(sight: Sight, found: Sequence[Block], every: set[str]) -> None:
    """Raises SheetgenError for words of a legend without their sample."""
    texts = [i for i in sight.labels("label") if i.markup in every]
    told = [i for i in texts if any(explains(i, sample) for sample in found)]
    lefts = {(i.x, i.size) for i in told}
    if any((i.x, i.size) in lefts and not any(i is one for one in told) for i in texts):
        raise SheetgenError("a legend has words without a sample")


def _check_columns(found: Sequence[Block]) -> None:
    """Raises SheetgenError for samples that do not stand in columns, each as high as the first or
    lower."""
    columns: dict[float, set[float]] = {}
    for sample in found:
        columns.setdefault(sample.x, set()).add(sample.y)
    tops = [sorted(ys) for _, ys in sorted(columns.items())]
    if len({sample.cell for sample in found}) > 1 or any(
        ys != tops[0][: len(ys)] for ys in tops
    ):
        raise SheetgenError("the samples of fills do not stand in columns")
