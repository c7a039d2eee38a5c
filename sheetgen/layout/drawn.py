"""What the words of a page must know of its figures: which matrices lie on their side, which share
boxes, which steps have their circles there."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from sheetgen.graph.nodes import Given, Graph, Node, Step
from sheetgen.graph.terms import origins_of
from sheetgen.page.figure import Cells
from sheetgen.page.items import Block, Circle, Item, Label
from sheetgen.words.drawn import UPRIGHT, Drawn
from sheetgen.words.labels import label


class Drawings:
    """How figures draw the matrices of a graph: read once, however often and in whatever sizes they
    are tried on pages."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._drawn: dict[Hashable, tuple[list[Cells], Drawn]] = {}
        self._standing: dict[Hashable, tuple[list[Cells], frozenset[str]]] = {}
        """What was read, by whose boxes these are; and the boxes, so that they stay."""

    def of(self, items: Sequence[Item], elsewhere: Drawn = UPRIGHT) -> Drawn:
        """The same as :func:`drawn_in`; one and the same for items that draw the same."""
        cells = _cells(items)
        said = frozenset(item.markup for item in items if isinstance(item, Label))
        key = tuple(map(id, cells)), said, elsewhere.turned, elsewhere.made_turned
        if key not in self._drawn:
            self._drawn[key] = cells, drawn_in(self._graph, items, elsewhere)
        return self._drawn[key][1]

    def standing(self, items: Sequence[Item]) -> frozenset[str]:
        """The same as :func:`standing_in`."""
        cells = _cells(items)
        key = tuple(map(id, cells))
        if key not in self._standing:
            self._standing[key] = cells, standing_in(self._graph, items)
        return self._standing[key][1]


def _cells(items: Sequence[Item]) -> list[Cells]:
    """The boxes of some items, wherever they stand and however large they are."""
    return [item.cells for item in items if isinstance(item, Block)]


def drawn_in(graph: Graph, items: Iterable[Item], elsewhere: Drawn = UPRIGHT) -> Drawn:
    """How some items draw the matrices of a graph; of what they do not draw, that of which a result
    is made box by box that lies on its side does so too, if it lies so ``elsewhere``."""
    ways: dict[str, dict[bool, None]] = {}  # in the order in which they are drawn
    named: dict[str, Node] = {}
    compact: set[str] = set()
    items = list(items)
    said = {item.markup for item in items if isinstance(item, Label)}
    for block in (item for item in items if isinstance(item, Block)):
        for r, row in enumerate(block.cells):
            for c, cell in enumerate(row):
                if cell.compact is not None:
                    before, after = cell.compact
                    named[before] = graph.by_name[after]
                    compact.add(after)
                elif cell.source is not None:
                    _note(ways, block, r, c)
        for name in _single(graph, block):
            ways[name].setdefault(True)
    for step in graph.steps:
        if step.name in ways and not ways[step.name] and _lies(step, ways):
            ways[step.name].setdefault(True)
    turned = frozenset(name for name, found in ways.items() if set(found) == {True})
    read = {n.name for step in graph.steps if step.name in turned and not step.op.products
            for n in step.inputs}  # fmt: skip
    turned |= (elsewhere.turned | elsewhere.made_turned) & read - ways.keys()
    both = frozenset(name for name, found in ways.items() if next(iter(found), False)
                     and len(found) == 2)  # fmt: skip
    alone = {before: after for before, after in named.items()
             if before not in ways and label(graph.by_name[before]) not in said}  # fmt: skip
    return Drawn(turned - compact, frozenset(compact), alone, both - compact, _carried(items))


def _carried(items: Iterable[Item]) -> frozenset[str]:
    """Matrices of which the numbers of some row stand side by side without boxes."""
    at = {item.source: item.y for item in items if isinstance(item, Label) and item.source}
    return frozenset(name for (name, i, j), y in at.items() if j and at.get((name, i, 0)) == y)


def standing_in(graph: Graph, items: Iterable[Item]) -> frozenset[str]:
    """The matrices that have boxes among some items, by their own names where a part of them is
    drawn."""
    found: set[str] = set()
    shown: set[str] = set()
    for block in (item for item in items if isinstance(item, Block)):
        for cell in (cell for row in block.cells for cell in row):
            if cell.compact is not None:
                found.update(cell.compact)
            elif cell.source is not None:
                shown.add(cell.source[0])
    for node in (graph.by_name[name] for name in shown):
        if isinstance(node, Step) and node.hidden:
            found.update(place[0] for row in origins_of(node) for place in row)
        else:
            found.add(node.name)
    return frozenset(found)


def numbers_in(items: Sequence[Item]) -> frozenset[int]:
    """The steps whose circles are among some items."""
    return frozenset(int(i.text) for i in items if isinstance(i, Circle) and not i.node and i.text)


def _single(graph: Graph, block: Block) -> list[str]:
    """Gradients of one weight that have the gradient of a bias beneath them, as no upright one
    does."""
    column = [row[0].source for row in block.cells] if block.cols == 1 else []
    nodes = [graph.by_name[source[0]] for source in column if source is not None]
    if len(set(nodes)) < 2 or not all(isinstance(n, Step) and isinstance(n.of, Given)
                                      for n in nodes):  # fmt: skip
        return []
    return [node.name for node in nodes if node.shape == (1, 1)]


def _lies(step: Step, ways: dict[str, dict[bool, None]]) -> bool:
    """Whether a single box lies on its side: a row that it is made of stands as a column."""
    if not step.op.products:
        return False
    found = step.op.products[0]
    left = step.inputs[found.left]
    return left.shape != (1, 1) and set(ways.get(left.name, ())) == {not found.left_turned}


def _note(ways: dict[str, dict[bool, None]], block: Block, r: int, c: int) -> None:
    """Note whether a matrix lies on its side, by a box and the one at its right or beneath it."""
    source = block.cells[r][c].source
    assert source is not None
    name, i, j = source
    ways.setdefault(name, {})
    neighbours = ((r, c + 1, (name, i, j + 1), (name, i + 1, j)),
                  (r + 1, c, (name, i + 1, j), (name, i, j + 1)))  # fmt: skip
    for row, column, upright, turned in neighbours:
        if row < block.rows and column < block.cols:
            beside = block.cells[row][column].source
            if beside in (upright, turned):
                ways[name].setdefault(beside == turned)
