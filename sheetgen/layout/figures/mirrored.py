"""The way back on the page: the staircase with the gradients in its free triangle.

A gradient row lies below the block that it makes together with the column on its left, and above
the weights it has passed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise, zip_longest

from sheetgen.graph.layers import Layer, chain_of
from sheetgen.graph.nodes import Node, Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.chain import GAP_ACT, GAP_W
from sheetgen.layout.figures.mirrored_error import compared, with_error
from sheetgen.layout.figures.mirrored_layers import (
    Place,
    forward,
    from_page,
    kept_where,
    once_more,
    passed_gradient,
    result_gradient,
    start,
    through_activation,
    to_page,
    weight_gradients,
)
from sheetgen.layout.figures.registry import arrangement
from sheetgen.layout.figures.update import update_figures
from sheetgen.page.figure import Arrangement, Figure, text
from sheetgen.type.fonts import text_width
from sheetgen.words.labels import label
from sheetgen.words.sums import small_steps


@arrangement("mirrored")
def mirrored(boxes: Boxes) -> Iterator[Arrangement]:
    """All layers with their gradients on one page, else cut between layers over as many pages as it
    takes; nothing if the backward pass is no plain one."""
    graph = boxes.exercise.graph
    layers = chain_of(graph)
    of = {s.of: s for s in graph.steps if s.role == "gradient" and s.of is not None}
    plain = layers is not None and all(layer.W in of and layer.z in of for layer in layers)
    if not plain or layers is None or compared(graph, layers[-1]) is None:
        return
    flow = update_figures(boxes, True)
    for count in range(1, len(layers) + 1):
        cuts = list(_cuts(boxes, layers, count))
        if not cuts:
            return
        found = max((_pages(boxes, cut, of) for cut in cuts), key=_cell)
        if count == 1:
            yield Arrangement(whole=found[0], flow=flow)
        else:
            yield Arrangement(leaves=found, flow=flow)


def _cuts(boxes: Boxes, layers: Sequence[Layer], count: int) -> Iterator[list[Sequence[Layer]]]:
    """The ways to cut the layers into some parts, each behind an activation; behind any layer where
    there is none and all sums are printed."""
    places = [k for k in range(1, len(layers)) if layers[k - 1].act is not None]
    if not places and all(layer.z not in boxes.step_numbers for layer in layers):
        places = list(range(1, len(layers)))
    for ends in combinations(places, count - 1):
        yield [layers[a:b] for a, b in pairwise((0, *ends, len(layers)))]


def _pages(
    boxes: Boxes, parts: list[Sequence[Layer]], of: Mapping[Node, Step]
) -> tuple[Figure, ...]:
    """A page for each part, in the order of the work: from the last layers back where the forward
    pass is printed."""
    back = all(layer.z.shown for part in parts for layer in part)
    page_of = {k: len(parts) - k if back else k + 1 for k in range(len(parts))}
    figures = [
        min((_figure(boxes, part, of, page_of.get(k - 1), page_of.get(k + 1), beside)
             for beside in (True, False)), key=lambda f: -_cell((f,)))
        for k, part in enumerate(parts)
    ]  # fmt: skip
    return tuple(figures[::-1] if back else figures)


def _cell(figures: Sequence[Figure]) -> float:
    """About how large the boxes of some pages may be: what a sheet of paper has room for."""
    return min(min(_WIDE / f.width, _HIGH / f.height) for f in figures)


_WIDE, _HIGH = 182.0, 215.0
"""Width and height for figures on a usual page in mm."""


def _figure(
    boxes: Boxes, layers: Sequence[Layer], of: Mapping[Node, Step], before: int | None,
    after: int | None, beside: bool,
) -> Figure:  # fmt: skip
    """Some layers of the staircase with the gradients ``of`` their matrices; on what pages the
    layers ``before`` and ``after`` them stand, None for none. The target stands ``beside`` the
    output or beneath it."""
    batch = layers[0].source.shape[1]
    figure = start(boxes, layers[0].source, before)
    x, y = 0.0, 0.0
    above, kept = None, Figure()
    for layer in layers:
        place = Place(layer, x, y)
        figure += weight_gradients(boxes, place, of)
        passed_on = layer.act is None and (layer is not layers[-1] or after is not None)
        page = after if layer is layers[-1] else None
        figure += (once_more(boxes, place, of[layer.z], page) if passed_on
                   else result_gradient(boxes, place, of[layer.z]))  # fmt: skip
        kept += kept_where(place, of[layer.z])
        passed = of.get(layer.source)
        if passed is not None:
            figure += passed_gradient(boxes, place, passed)
            if above is not None:
                figure += through_activation(place, above)
            elif before is not None:
                figure += to_page(place, before)
        figure += forward(boxes, place, after if layer is layers[-1] else None)
        x += batch + GAP_ACT if layer.act is not None else 0.0
        y = place.below
        above = place
    if (figure + kept).width < figure.width + 0.01:
        figure += kept
    last = layers[-1]
    if after is not None and above is not None:
        return figure if last.act is None else figure + from_page(above, of[last.act], after)
    first = of.get(last.act) if last.act is not None else None
    if above is not None:
        figure = with_error(boxes, above, figure, (x, y), beside, first)
    if last.act is not None and last.act.op.shares_powers and last.act in boxes.step_numbers:
        figure += _softmax_note(last, figure, x - batch - GAP_ACT - GAP_W, y)
    return figure


def _softmax_note(last: Layer, figure: Figure, right: float, y: float) -> Figure:
    """The small steps of softmax at the left of the last weights, whose right edge is given, or
    below them where there is no room."""
    assert last.act is not None
    size, (lines, table) = 0.42, small_steps(last.act)
    left = figure.box[0]
    end = right - last.W.shape[1] - (last.b is not None) - 0.5
    end -= text_width(label(last.W), 0.78, "label")
    if max(text_width(line, size, "label") for line in lines) <= end - left:
        half = -(-len(table) // 2)
        pairs = zip_longest(table[:half], table[half:], fillvalue="")
        lines = [*lines, *("   ".join(pair) for pair in pairs)]
    else:
        lines = [" ".join(lines), ", ".join(table)]
        y = figure.box[3] + 1.2
    note = Figure()
    for k, line in enumerate(filter(None, lines)):
        note += text(line, left, y - 0.7 + 0.58 * k, size, "start", "soft")
    return note
