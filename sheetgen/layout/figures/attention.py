"""Self-attention on the page: columns are tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheetgen.graph.nodes import Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.parts import input_block, steps_called, tag
from sheetgen.layout.figures.registry import arrangement
from sheetgen.layout.figures.softmax import powers, quotients, softmax_below
from sheetgen.layout.figures.steps import gradient_figures, step_figure
from sheetgen.page.figure import LABEL, Arrangement, Figure, arrow, block, text
from sheetgen.words.labels import label


@arrangement("attention")
def attention(boxes: Boxes) -> Iterator[Arrangement]:
    """X over Wq, Wk, Wv at the left; at the right Q over Kᵀ's scores, softmax down the columns, V
    times A beneath. Where that is too high, the way turns the corner: A goes below at the left."""
    graph = boxes.exercise.graph
    scores, scaled = steps_called(graph, "scores"), steps_called(graph, "scaled")
    if len(scores) != 1 or len(scaled) > 1:
        return
    S = scores[0]
    K, Q = S.inputs
    A = steps_called(graph, "shares")[0]
    Z = next(s for s in steps_called(graph, "mix") if A in s.inputs)
    V = Z.inputs[0]
    assert isinstance(Q, Step)
    assert isinstance(K, Step)
    assert isinstance(V, Step)
    tokens, keys = S.shape[1], K.shape[0]
    left, foot = _projections(boxes, (Q, K, V))
    logits = scaled[0] if scaled else S
    after = [step_figure(boxes, s) for s in steps_called(graph, "joined") if Z in s.inputs]
    flow = gradient_figures(boxes)

    x = tokens + 2.6 + max(keys, tokens)
    figure, y = _scores(boxes, S, logits, x)
    steps, y = softmax_below(boxes, logits, x, y)
    figure += left + steps + _mixed(boxes, Z, x, y + 0.45)
    for more in after:
        figure += more.at(left.box[0], foot)
    yield Arrangement(whole=figure, flow=flow)

    x = tokens + 2.3 + max(keys, tokens)
    figure, y = _scores(boxes, S, logits, x)
    steps, y = powers(boxes, logits, x, y)
    top = max(foot + 0.2, y - tokens - 0.6)
    row = max(min(y - 1.7, top + 0.9), top + 0.3)  # beside the powers, above A's name
    figure += left + steps + quotients(boxes, logits, 0.0, top)
    figure += text("each ÷ its sum", (tokens + x) / 2, row - 0.36, 0.46, colour="soft")
    figure += arrow(x - 0.15, row, tokens + 0.15, row, "soft")
    figure += _mixed(boxes, Z, 0.0, top + tokens + 0.45)
    yield Arrangement(whole=figure, flow=(*after, *flow))


def _projections(boxes: Boxes, made: Sequence[Step]) -> tuple[Figure, float]:
    """X, and beneath it Q, K and V with their weights at the left; and where the next may start."""
    X = made[0].inputs[-1]
    tokens = X.shape[1]
    figure = input_block(boxes, X)
    y = X.shape[0] + 0.55
    for step in made:
        W = step.inputs[0]
        rows = step.shape[0]
        figure += block(boxes.of(W), -0.4 - W.shape[1], y, True, W.name)
        figure += text(label(W), -0.6 - W.shape[1], y + rows / 2, 0.66, "end", "top")
        figure += block(boxes.of(step), 0.0, y, name=step.name)
        figure += tag(boxes, step, tokens + 0.25, y + rows / 2, "start")
        y += rows + 0.55
    return figure, y


def _scores(boxes: Boxes, S: Step, logits: Step, x: float) -> tuple[Figure, float]:
    """Kᵀ times Q with its left edge at x, then scaled; and where the last block ends."""
    K, Q = S.inputs
    keys, tokens = K.shape
    figure = block(boxes.of(Q), x, 0.0, name=Q.name)
    figure += text(label(Q), x + tokens / 2, -0.42, LABEL * 1.1)
    y = keys + 0.45
    figure += block(boxes.of(K, turned=True), x - 0.4 - keys, y, name=K.name)
    figure += text(f"{label(K)}^T", x - 0.4 - keys / 2, y - 0.36, LABEL)
    figure += block(boxes.of(S), x, y, name=S.name)
    figure += tag(boxes, S, x + tokens + 0.25, y + tokens / 2, "start")
    y += tokens
    if logits is not S:
        said = f"÷ {logits.params['by']}, rounded down"
        figure += text(said, x + tokens / 2, y + 0.42, 0.46, colour="soft")
        y += 0.85
        figure += block(boxes.of(logits), x, y, name=logits.name)
        figure += tag(boxes, logits, x + tokens + 0.25, y + tokens / 2, "start")
        y += tokens
    return figure, y


def _mixed(boxes: Boxes, Z: Step, x: float, y: float) -> Figure:
    """V times A, beneath A; the corner of Z at (x, y)."""
    V = Z.inputs[0]
    tokens = Z.shape[1]
    figure = block(boxes.of(V), x - 0.4 - tokens, y, name=V.name)
    figure += text(label(V), x - 0.4 - tokens / 2, y - 0.36, LABEL)
    figure += block(boxes.of(Z, kind="output"), x, y, name=Z.name)
    return figure + tag(boxes, Z, x + tokens + 0.25, y + Z.shape[0] / 2, "start")
