"""A ledger: a band a step, a column a quantity; what is kept goes straight down to the next step,
and beneath each block stands how it comes about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sheetgen.graph.nodes import Given, Group, Node, Step
from sheetgen.graph.terms import origins_of
from sheetgen.layout.cells import Boxes, ink_of
from sheetgen.layout.figures.parts import tag
from sheetgen.layout.figures.registry import arrangement
from sheetgen.page.figure import Arrangement, Figure, arrow, badge, block, text
from sheetgen.type.fonts import text_width
from sheetgen.words.kinds import kind_of
from sheetgen.words.labels import label
from sheetgen.words.sentences import rule_lines

GAP = 1.15
"""Between two columns, in boxes."""
ABOVE, BENEATH, BETWEEN = 0.85, 1.0, 0.9
"""Room for a name above a block, for its rule beneath it, and from there to the next band."""
NAME = 0.42
"""Height of the letters of a long name."""
RULE = 0.34
"""Height of the letters of a rule."""


@arrangement("ledger")
def ledger(boxes: Boxes) -> Iterator[Arrangement]:
    """The start, then a band for each group of steps; nothing where these have columns of their
    own."""
    bands: dict[Group, list[Step]] = {}
    for step in boxes.exercise.graph.steps:
        if step.group is not None:
            bands.setdefault(step.group, []).append(step)
    kinds = [[step.part for step in band] for band in bands.values()]
    if not kinds or any(not set(kind) <= set(kinds[0]) for kind in kinds):
        return
    yield Arrangement(whole=_ledger(boxes, bands, _columns(kinds[0])))
    if len(bands) > 1:  # a band that has a page of its own has its own columns alone
        leaves = [_ledger(boxes, {group: band}, _columns(kinds[k]), k == 0)
                  for k, (group, band) in enumerate(bands.items())]  # fmt: skip
        yield Arrangement(leaves=tuple(leaves))


def _columns(parts: Sequence[str]) -> dict[str, float]:
    """Where the column of each part stands."""
    return {part: k * (1 + GAP) for k, part in enumerate(dict.fromkeys(parts))}


def _ledger(
    boxes: Boxes, bands: Mapping[Group, Sequence[Step]], columns: Mapping[str, float],
    start: bool = True,
) -> Figure:  # fmt: skip
    """Some bands, one below the other, what there is at the ``start`` above them."""
    first = next(iter(bands.values()))
    figure = Figure()
    rows = first[0].shape[0]
    for step in first if start else ():
        for node in () if step.hidden else step.inputs:
            if isinstance(node, Given) and node.shape == step.shape:
                x = columns[step.part]
                figure += block(boxes.of(node), x, 0.0, node.role == "parameter", node.name)
                figure += text(label(node), x + 0.5, -0.42, 0.5)
    foot = dict.fromkeys(columns, float(rows))
    y = 0.0
    if figure.items:
        figure += text("start", 0.5, rows / 2, 0.55, "middle", "top")
        y = rows + BETWEEN + ABOVE
    for group, band in bands.items():
        figure += text(group.name, 0.5, y - ABOVE - 0.32, 0.55, "middle", "top")
        over = any(_is_too_wide(boxes, step) for step in band)
        for step in band:
            x = columns[step.part]
            same = any(_part(n, step) == step.part for n in step.inputs)
            kept = y > 0 and same and not step.hidden
            if kept and not over:  # else its number stands where the arrow would end
                figure += arrow(x + 0.5, foot[step.part] + 0.12, x + 0.5, y - ABOVE + 0.02, "state")
            figure += _written(boxes, step, x, y, over)
            foot[step.part] = y + rows + BENEATH
        y += rows + BENEATH + BETWEEN + ABOVE
    return figure


def _part(node: Node, step: Step) -> str:
    """What a node is in its band: a given that is kept is what the step makes of it."""
    if isinstance(node, Step):
        return node.part
    return step.part if node.shape == step.shape else ""


def _written(boxes: Boxes, step: Step, x: float, y: float, over: bool) -> Figure:
    """The block of a step at its place, its name above it and its rule beneath it."""
    if step.hidden:
        origins = [place for [place] in origins_of(step)]
        graph = boxes.exercise.graph
        kind = "gradient" if step.part == "gradient" else "input"
        cells = tuple((boxes.at(graph.by_name[name], i, j, kind),) for name, i, j in origins)
        said = text(label(step), x + 0.5, y - 0.42, 0.5)
        return block(cells, x, y, name=origins[0][0]) + said
    figure = block(boxes.of(step), x, y, kind_of(step) == "parameter", step.name)
    figure += _name(boxes, step, x + 0.5, y - 0.42, over)
    for k, line in enumerate(_rule(step)):
        height = y + step.shape[0] + 0.32 + 0.46 * k
        figure += text(line, x + 0.5, height, RULE, colour="soft")
    return figure


def _is_too_wide(boxes: Boxes, step: Step) -> bool:
    """Whether a column has no room for a step's number beside its name."""
    found = Figure() if step.hidden else tag(boxes, step, 0.0, 0.0, "middle")
    return bool(found.items) and found.width > 1 + GAP - 0.15 and step in boxes.step_numbers


def _name(boxes: Boxes, step: Step, x: float, y: float, over: bool) -> Figure:
    """A step's number and its name, one ``over`` the other or side by side, as all of its band."""
    number = boxes.step_numbers.get(step)
    if not over or number is None:
        return tag(boxes, step, x, y, "middle")
    name = text(label(step), x, y, NAME, colour=ink_of(step))
    return name + badge(number, x, y - 0.72)


def _rule(step: Step) -> list[str]:
    """How a step comes about, in a line or two that fit beneath its block; of what is only copied
    the sentence says it."""
    if step.op.moves:
        return []  # a name alone would be read as that of the block
    parts = rule_lines(step)
    whole = " ".join(parts)
    return [whole] if text_width(whole, RULE, "label") <= 1 + GAP - 0.2 else parts
