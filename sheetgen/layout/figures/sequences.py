"""Softmax, attention and recurrence on the page: columns are samples, tokens or steps of time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sheetgen.graph.layers import Layer, chain_of
from sheetgen.graph.nodes import Given, Graph, Node, Step
from sheetgen.graph.numbers import from_float
from sheetgen.graph.numbers import text as shown
from sheetgen.layout.cells import Ink, joined
from sheetgen.layout.figures.chain import Painter
from sheetgen.layout.figures.march import gradient_figures, step_figure
from sheetgen.page.figure import LABEL, Arrangement, Figure, arrow, block, curve, ones, tagged, text
from sheetgen.words.labels import label


def _steps(graph: Graph, op: str) -> list[Step]:
    return [s for s in graph.steps if s.op.name == op and not s.hidden and s.role != "gradient"]


def _softmax_of(graph: Graph, logits: Node) -> tuple[Step, Step, Step]:
    """The small steps of a softmax: powers, their sum, the quotients."""
    power = next(s for s in _steps(graph, "power") if s.inputs[0] is logits)
    total = next(s for s in _steps(graph, "column_sum") if s.inputs[0] is power)
    return power, total, next(s for s in _steps(graph, "quotient") if s.inputs[0] is power)


def _powers(ink: Ink, logits: Node, x: float, y: float) -> tuple[Figure, float]:
    """Powers and their sum under the logits, and where the sum ends."""
    power, total, _ = _softmax_of(ink.exercise.graph, logits)
    rows, cols = power.shape
    p = Painter(ink)
    figure = text(
        f"{power.params['base']} to the power", x + cols / 2, y + 0.42, 0.46, colour="soft"
    )
    y += 0.85
    figure += block(ink.cells(power), x, y, name=power.name) + p.tag(
        power, x + cols + 0.25, y + rows / 2, "start"
    )
    y += rows + 0.3
    figure += block(ink.cells(total), x, y, name=total.name) + p.tag(
        total, x + cols + 0.25, y + 0.5, "start"
    )
    return figure, y + 1


def _quotients(ink: Ink, logits: Node, x: float, y: float) -> Figure:
    """The quotients, with their upper left corner at (x, y)."""
    _, _, quotient = _softmax_of(ink.exercise.graph, logits)
    rows, cols = quotient.shape
    return block(ink.cells(quotient), x, y, name=quotient.name) + Painter(ink).tag(
        quotient, x + cols + 0.25, y + rows / 2, "start", "state"
    )


def _down(ink: Ink, logits: Node, x: float, y: float) -> tuple[Figure, float]:
    """Softmax in its small steps under the logits, and where the last block ends."""
    rows, cols = logits.shape
    figure, y = _powers(ink, logits, x, y)
    figure += text("each ÷ its sum", x + cols / 2, y + 0.42, 0.46, colour="soft")
    y += 0.85
    return figure + _quotients(ink, logits, x, y), y + rows


def powers_of_e(step: Step) -> list[str]:
    """A small printed table: e^0 ... e^4 as the sheet rounds them."""
    import numpy as np

    decimals = int(step.params["decimals"])
    rounded = from_float(np.array([[math.e**k for k in range(5)]]), decimals)
    return [
        f"e^{{{shown(k, 0)}}} {'≈' if k else '='} {shown(int(v), decimals)}"
        for k, v in zip(range(5), rounded.digits[0], strict=True)
    ]


def softmax_column(ink: Ink) -> Iterator[Arrangement]:
    """A linear layer, and under its result the steps of softmax."""
    graph = ink.exercise.graph
    p = Painter(ink)
    power = _steps(graph, "power")[0]
    z = power.inputs[0]
    rows, cols = z.shape
    if isinstance(z, Step):
        W, x = z.inputs[0], z.inputs[-1]
        b = z.inputs[1] if z.op.name == "affine" else None
        assert isinstance(W, Given)
        assert b is None or isinstance(b, Given)
        layer = Layer(1, W, b, x, z, None)
        figure = block(ink.cells(x), 0.0, -x.shape[0] - p.bottom(layer), name=x.name)
        figure += text(label(x), cols / 2, -x.shape[0] - p.bottom(layer) - 0.42, LABEL * 1.1)
        if b is not None:
            figure += ones(cols, 0.0, -p.bottom(layer) + 0.36)
        figure += p.weights(layer, -0.5, 0.0) + block(ink.cells(z), 0.0, 0.0, name=z.name)
        figure += p.tag(z, cols + 0.25, rows / 2, "start")
    else:
        figure = block(ink.cells(z), 0.0, 0.0, name=z.name) + text(
            label(z), cols + 0.25, rows / 2, LABEL * 1.1, "start"
        )
    steps, end = _down(ink, z, 0.0, float(rows))
    figure += steps
    target = next((g for g in graph.givens if g.role == "target"), None)
    if target is not None:
        figure += text("−", -cols * 0 + cols + 2.6, end - rows / 2, 0.7)
        figure += block(ink.cells(target), cols + 3.2, end - rows, name=target.name)
        figure += text(label(target), cols * 1.5 + 3.2, end - rows - 0.4, LABEL)
    if power.params["base"] == "e":
        top = figure.box[1]
        for k, line in enumerate(powers_of_e(power)):
            figure += text(line, cols + 3.2, top + 0.3 + k * 0.7, 0.46, "start", "soft")
    yield Arrangement(whole=figure, flow=gradient_figures(ink))


def attention(ink: Ink) -> Iterator[Arrangement]:
    """X over Wq, Wk, Wv at the left; at the right Q over Kᵀ's scores, softmax down the columns, V
    times A beneath. Where that is too high, the way turns the corner: A goes below at the left."""
    graph = ink.exercise.graph
    scores, scaled = _steps(graph, "transposed"), _steps(graph, "divide_down")
    if len(scores) != 1 or len(scaled) > 1:
        return
    S = scores[0]
    K, Q = S.inputs
    A = _steps(graph, "quotient")[0]
    Z = next(s for s in _steps(graph, "matmul") if A in s.inputs)
    V = Z.inputs[0]
    assert isinstance(Q, Step)
    assert isinstance(K, Step)
    assert isinstance(V, Step)
    tokens, keys = S.shape[1], K.shape[0]
    left, foot = _projections(ink, (Q, K, V))
    logits = scaled[0] if scaled else S
    after = [step_figure(ink, s) for s in _steps(graph, "linear") if Z in s.inputs]
    flow = gradient_figures(ink)

    x = tokens + 2.6 + max(keys, tokens)
    figure, y = _scores(ink, S, logits, x)
    steps, y = _down(ink, logits, x, y)
    figure += left + steps + _mixed(ink, Z, x, y + 0.45)
    for more in after:
        figure += more.at(left.box[0], foot)
    yield Arrangement(whole=figure, flow=flow)

    x = tokens + 2.3 + max(keys, tokens)
    figure, y = _scores(ink, S, logits, x)
    steps, y = _powers(ink, logits, x, y)
    top = max(foot + 0.2, y - tokens - 0.6)
    row = max(min(y - 1.7, top + 0.9), top + 0.3)  # beside the powers, above A's name
    figure += left + steps + _quotients(ink, logits, 0.0, top)
    figure += text("each ÷ its sum", (tokens + x) / 2, row - 0.36, 0.46, colour="soft")
    figure += arrow(x - 0.15, row, tokens + 0.15, row, "soft")
    figure += _mixed(ink, Z, 0.0, top + tokens + 0.45)
    yield Arrangement(whole=figure, flow=(*after, *flow))


def _projections(ink: Ink, made: Sequence[Step]) -> tuple[Figure, float]:
    """X, and beneath it Q, K and V with their weights at the left; and where the next may start."""
    X = made[0].inputs[-1]
    tokens = X.shape[1]
    figure = block(ink.cells(X), 0.0, 0.0, name=X.name)
    figure += text(label(X), tokens / 2, -0.42, LABEL * 1.15)
    y = X.shape[0] + 0.55
    for step in made:
        W = step.inputs[0]
        rows = step.shape[0]
        figure += block(ink.cells(W), -0.4 - W.shape[1], y, True, W.name)
        figure += text(label(W), -0.6 - W.shape[1], y + rows / 2, 0.66, "end", "top")
        figure += block(ink.cells(step), 0.0, y, name=step.name)
        figure += Painter(ink).tag(step, tokens + 0.25, y + rows / 2, "start", "state")
        y += rows + 0.55
    return figure, y


def _scores(ink: Ink, S: Step, logits: Step, x: float) -> tuple[Figure, float]:
    """Kᵀ times Q with its left edge at x, then scaled; and where the last block ends."""
    K, Q = S.inputs
    keys, tokens = K.shape
    p = Painter(ink)
    figure = block(ink.cells(Q), x, 0.0, name=Q.name)
    figure += text(label(Q), x + tokens / 2, -0.42, LABEL * 1.1)
    y = keys + 0.45
    figure += block(ink.cells(K, turned=True), x - 0.4 - keys, y, name=K.name)
    figure += text(f"{label(K)}^T", x - 0.4 - keys / 2, y - 0.36, LABEL)
    figure += block(ink.cells(S), x, y, name=S.name)
    figure += p.tag(S, x + tokens + 0.25, y + tokens / 2, "start")
    y += tokens
    if logits is not S:
        said = f"÷ {logits.params['by']}, rounded down"
        figure += text(said, x + tokens / 2, y + 0.42, 0.46, colour="soft")
        y += 0.85
        figure += block(ink.cells(logits), x, y, name=logits.name)
        figure += p.tag(logits, x + tokens + 0.25, y + tokens / 2, "start")
        y += tokens
    return figure, y


def _mixed(ink: Ink, Z: Step, x: float, y: float) -> Figure:
    """V times A, beneath A; the corner of Z at (x, y)."""
    V = Z.inputs[0]
    tokens = Z.shape[1]
    figure = block(ink.cells(V), x - 0.4 - tokens, y, name=V.name)
    figure += text(label(V), x - 0.4 - tokens / 2, y - 0.36, LABEL)
    figure += block(ink.cells(Z, kind="output"), x, y, name=Z.name)
    return figure + Painter(ink).tag(Z, x + tokens + 0.25, y + Z.shape[0] / 2, "start", "state")


def recurrence(ink: Ink) -> Iterator[Arrangement]:
    """The strip [B | A] at the left, a column block for each step of time, the state lifted to the
    next step."""
    graph = ink.exercise.graph
    steps = _steps(graph, "recur")
    for lines in (1, 2):
        per_line = -(-len(steps) // lines)
        figure = Figure()
        for line in range(lines):
            chosen = steps[line * per_line : (line + 1) * per_line]
            if chosen:
                part = _time_line(ink, chosen, line * per_line)
                figure += part.moved(0.0, 0.0 if line == 0 else figure.box[3] + 0.9 - part.box[1])
        yield Arrangement(whole=figure, flow=gradient_figures(ink), smallest=7.4)


def _time_line(ink: Ink, steps: list[Step], first: int) -> Figure:
    graph = ink.exercise.graph
    p = Painter(ink)
    A, _, B, _ = steps[0].inputs
    X = next(g for g in graph.givens if g.role == "input")
    hidden, features = A.shape[0], B.shape[1]
    strip = joined(ink.cells(B), ink.cells(A))
    figure = block(strip, -0.5 - features - hidden, 0.0, True, "B")
    figure += text(label(B), -0.5 - hidden - features / 2, -0.42, 0.6, colour="top")
    figure += text(label(A), -0.5 - hidden / 2, -0.42, 0.6, colour="top")
    outputs = [
        s
        for s in _steps(graph, "linear")
        if any(h.inputs[0] in steps for h in _steps(graph, "relu") if h in s.inputs)
    ]
    C = outputs[0].inputs[0] if outputs else None
    below = hidden + 0.95
    if C is not None:
        figure += block(ink.cells(C), -0.5 - hidden, below, True, C.name)
        figure += text(label(C), -0.7 - hidden, below + C.shape[0] / 2, 0.6, "end", "top")
    x = 0.0
    gap, between = 1.5, 1.25
    top = -0.5 - hidden - features
    for k, z in enumerate(steps):
        before = z.inputs[1]
        t = first + k
        stacked = tuple((ink.cell(X, i, t),) for i in range(features))
        past = tuple((replace(c, kind="activation"),) for (c,) in ink.cells(before))
        figure += block(stacked, x, top, name=X.name) + block(
            past, x, top + features, name=before.name
        )
        figure += text(f"x_{t + 1}", x + 0.5, top - 0.4, LABEL)
        figure += text(label(before), x - 0.16, top + features + 0.45, 0.42, "end", "state")
        h = next(s for s in _steps(graph, "relu") if s.inputs[0] is z)
        figure += block(ink.cells(z), x, 0.0, name=z.name)
        figure += p.activation_sign(h, x + 1 + gap / 2, hidden / 2)
        hx = x + 1 + gap
        figure += block(ink.cells(h), hx, 0.0, name=h.name) + p.tag(
            h, hx + 0.5, -0.42, "middle", "state"
        )
        figure += tagged(label(z), ink.numbers.get(z), x + 0.5, hidden + 0.42, "middle")
        if k + 1 < len(steps):
            nx = hx + 1 + between
            end = top + features + hidden / 2
            figure += curve(
                [
                    (hx + 1.06, hidden / 2),
                    (hx + 1.55, hidden / 2),
                    (hx + 1.3, end),
                    (nx - 0.08, end),
                ],
                "state",
                0,
            )
        y = next((s for s in outputs if h in s.inputs), None)
        if y is not None:
            figure += arrow(hx + 0.5, hidden + 0.1, hx + 0.5, below - 0.1, "top")
            figure += block(ink.cells(y, kind="output"), hx, below, name=y.name)
            figure += p.tag(y, hx + 0.5, below + y.shape[0] + 0.42, "middle", "answer")
            target = _target(graph, t)
            if target is not None:
                column = tuple((ink.cell(target, i, t),) for i in range(target.shape[0]))
                figure += block(column, hx, below + y.shape[0] + 0.95, name=target.name)
                middle = below + y.shape[0] * 1.5 + 0.95
                figure += text(f"target t_{t + 1}", hx - 0.15, middle, 0.4, "end", "soft")
        x = hx + 1 + between
    return figure


def _target(graph: Graph, t: int) -> Given | None:
    return next((g for g in graph.givens if g.role == "target" and g.shape[1] > t), None)


__all__ = ["attention", "chain_of", "powers_of_e", "recurrence", "softmax_column"]
