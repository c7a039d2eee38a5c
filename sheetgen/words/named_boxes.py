"""Boxes in a line of words, named as a page draws their matrix: they are marked in the line until
it is known how it does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sheetgen.graph.nodes import Graph, Node, Step
from sheetgen.words.drawn import Drawn
from sheetgen.words.labels import listed

_MARKED = re.compile("\x02(.)([^\x03]*)\x03")


def as_drawn(said: str, graph: Graph, drawn: Drawn | Callable[[str], Drawn]) -> str:
    """A line with its boxes named as a page draws them, or each matrix as the page of its own."""

    def named(found: re.Match[str]) -> str:
        kind, places = found.group(1), [p.split(",") for p in found.group(2).split(";")]
        node = graph.by_name[places[0][0]]
        how = drawn if isinstance(drawn, Drawn) else drawn(node.name)
        lies = node.name in how.turned
        rows, columns = node.shape[::-1] if lies else node.shape
        if kind == "n":
            return how.name(node)
        if kind == "k":
            return "row" if columns == 1 else "column" if rows == 1 else "box"
        boxes = [(int(i), int(j))[:: -1 if lies else 1] for _, i, j in places]
        parts = [_counted("row", [i for i, _ in boxes])] * (rows > 1)
        parts += [_counted("column", [j for _, j in boxes])] * (columns > 1)
        return f"{', '.join(parts)} of {how.name(node)}" if parts else how.name(node)

    return _MARKED.sub(named, said)


def _counted(kind: str, places: list[int]) -> str:
    """``row 2``, ``columns 1, 2 and 4``."""
    found = [str(k + 1) for k in dict.fromkeys(places)]
    return f"{kind} {found[0]}" if len(found) == 1 else f"{kind}s {listed(found)}"


def name_of(node: Node) -> str:
    """``z_1``."""
    return f"\x02n{node.name}\x03"


def kind_of_box(node: Node) -> str:
    """``row`` where each has one box."""
    return f"\x02k{node.name}\x03"


def box_of(step: Node, i: int, j: int) -> str:
    """``row 2 of z_1``."""
    return f"\x02b{step.name},{i},{j}\x03"


def some_of(boxes: Sequence[tuple[Step, int, int]]) -> str:
    """Some boxes; those of one row or column of a matrix in one."""
    steps, rows, columns = (set(part) for part in zip(*boxes, strict=True))
    if len(steps) == 1 and 1 in (len(rows), len(columns)):
        places = ";".join(f"{step.name},{i},{j}" for step, i, j in boxes)
        return f"\x02b{places}\x03"
    return listed([box_of(*box) for box in boxes])
