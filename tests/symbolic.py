"""A way to gradients that shares nothing with sheetgen: SymPy differentiates the traced graph.

Numbers are rationals, a matrix is an array of SymPy's polynomials in the unknown entries of one
matrix, ReLU is the branch on which the numbers stand. The printed, rounded probabilities of a
softmax are taken as they stand, and so is every gradient that is rounded on paper: the loss is
linear in what such numbers stand for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from sympy import QQ
from sympy.polys.rings import ring

from sheetgen.graph.nodes import Graph, Node, Step
from sheetgen.graph.numbers import Fixed
from tests.support import fractions, is_rounded

Matrix = Any


def rational(value: Fixed) -> Matrix:
    """The exact numbers as an array of fractions."""
    return np.array(fractions(value), dtype=object)


def _softmax(z: Matrix, at: Matrix, p: Matrix) -> Matrix:
    """Softmax near the printed probabilities p of the logits ``at``, to first order."""
    change = z - at
    return p + p * (change - (p * change).sum(axis=0, keepdims=True))


def _one_hot(t: Matrix, rows: int) -> Matrix:
    """The columns that take the columns t of a matrix; t does not move."""
    return np.array([[int(k + 1 == v) for v in t[0]] for k in range(rows)], object)


def _shares(step: Step, z: Matrix, at: Matrix, p: Matrix, others: Others) -> Matrix:
    return _softmax(z, at, p)


def _row_shares(step: Step, z: Matrix, at: Matrix, p: Matrix, others: Others) -> Matrix:
    return _softmax(z.T, at.T, p.T).T


def _normed(axis: int) -> Callable[..., Matrix]:
    def near(step: Step, z: Matrix, at: Matrix, n: Matrix, others: Others) -> Matrix:
        """What was normalised near its printed value, to first order."""
        change, count = z - at, z.shape[axis]
        lean = (n * change).sum(axis=axis, keepdims=True) * QQ(1, count)
        mean = change.sum(axis=axis, keepdims=True) * QQ(int(step.params["centred"]), count)
        root = others(step.inputs[1].name)
        return n + (change - mean - n * lean) * np.array([
            [QQ(s.denominator, s.numerator) for s in row] for row in root], object)

    return near


def _pooled(step: Step, z: Matrix, at: Matrix, p: Matrix, others: Others) -> Matrix:
    """The largest of each window after ReLU."""
    tall, wide = step.params["tall"], step.params["size"]
    made = p * 0
    for i in range(p.shape[0]):
        for j in range(p.shape[1]):
            places = [(i * tall + u, j * wide + v) for u in range(tall) for v in range(wide)]
            best = max(at[k].coeff(1) for k in places)
            made[i, j] += sum((z[k] for k in places if best > 0 and at[k].coeff(1) == best),
                              start=made[i, j])  # fmt: skip
    return made


Others = Callable[[str], Matrix]
"""Name -> the numbers of another matrix, as fractions."""
WHOLE: dict[str, Callable[..., Matrix]] = {
    "quotient": _shares, "row_quotient": _row_shares, "cross_entropy": _shares,
    "over_rows": _normed(1),
    "over_columns": _normed(0), "max_pool": _pooled,
}
"""Op that is taken whole, through some of what it is made of -> what it is near its number."""


def _convolve(x: Matrix, k: Matrix, b: Matrix, stride: int, padding: int, above: int) -> Matrix:
    zero = x.flat[0] * 0
    rows = (x.shape[0] + 2 * above - k.shape[0]) // stride + 1
    cols = (x.shape[1] + 2 * padding - k.shape[1]) // stride + 1
    wide = np.full((x.shape[0] + 2 * above, x.shape[1] + 2 * padding), zero, object)
    wide[above : above + x.shape[0], padding : padding + x.shape[1]] = x
    return np.array([
        [(wide[i * stride : i * stride + k.shape[0], j * stride : j * stride + k.shape[1]] * k
          ).sum() + b[0, 0] for j in range(cols)] for i in range(rows)
    ], object)  # fmt: skip


FORWARD: dict[str, Callable[..., Matrix]] = {
    "matmul": lambda a, b: a @ b,
    "linear": lambda w, x: w @ x,
    "affine": lambda w, b, x: w @ x + b,
    "recur": lambda a, h, b, x: a @ h + b @ x,
    "transposed": lambda a, b: a.T @ b,
    "add": lambda *parts: sum(parts[1:], parts[0]),
    "gated": lambda g, c, decimals=2: g * c,
    "complement": lambda z: 1 - z,
    "look_up": lambda e, t: e @ _one_hot(t, e.shape[1]),
    "columns_at": lambda e, o: e @ o,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "expert": lambda w, b, x, chosen, number=1: (w @ x + b) * np.where(
        np.vectorize(_is_chosen)(chosen[number - 1]), QQ(1), QQ(0)),
    "copy": lambda a: a,
    "scale": lambda a, factor="1", decimals=6: a * QQ(*Fraction(factor).as_integer_ratio()),
    "divide_down": lambda a, by=1: a * QQ(1, by),
    "column": lambda x, t=0: x[:, t : t + 1],
    "columns": lambda *parts: np.hstack(parts),
    "stack_rows": lambda *parts: np.vstack(parts),
    "rows_of": lambda a, start=0, rows=1: a[start : start + rows],
    "convolve": _convolve,
    "affine_both": lambda u, x, w, a, b: u @ x + w @ a + b,
    "scale_rows": lambda n, g: n * g,
    "scale_shift": lambda n, g, b: n * g + b,
    "row_sum": lambda a: a.sum(axis=1, keepdims=True),
    "column_sum": lambda a: a.sum(axis=0, keepdims=True),
}
"""Forward op -> its definition. A new op that gradients pass needs a line here."""


SLOPES: dict[str, Callable[[Matrix, Matrix], Matrix]] = {
    "sigmoid": lambda y, z: y * (1 - y),
    "three_levels": lambda y, z: y * (1 - y),
    "tanh": lambda y, z: 1 - y * y,
    "clipped": lambda y, z: np.where((z > -1) & (z < 1), Fraction(1), Fraction(0)),
    "leaky_relu": lambda y, z: np.where(z > 0, Fraction(1), Fraction(1, 10)),
}
"""Activation whose result is rounded -> its slope, by the printed result and by what it bends."""


def _is_chosen(share: Any) -> bool:
    return bool(share != 0)


def _at_loss(step: Step) -> bool:
    """Whether it comes straight from the loss, or is a sum of what does."""
    back = [n for n in step.inputs if isinstance(n, Step) and n.role == "gradient"]
    return not back or (step.op.name == "add" and all(map(_at_loss, back)))


def gradients_of(graph: Graph, values: Mapping[str, Fixed]) -> dict[str, Matrix]:
    """The exact gradient for each gradient step that does not come straight from the loss."""
    every = [s for s in graph.steps if s.role == "gradient" and s.of is not None]
    point = {n.name: rational(values[n.name]) for n in graph.nodes}
    found = {}
    for step in every:
        if not _at_loss(step):
            of = {id(s.of): s for s in every if s.loss is step.loss}
            found[step.name] = _gradient(graph, step.of, of, point)
    return found


def _gradient(graph: Graph, node: Node, of: Mapping[int, Step], point: Mapping[str, Matrix]) -> Any:
    rows, cols = node.shape
    polynomials, *symbols = ring([f"u{k}" for k in range(rows * cols)], QQ)
    moving: dict[str, Matrix] = {node.name: np.array(symbols, object).reshape(rows, cols)}

    def constant(name: str) -> Matrix:
        exact = [polynomials(QQ(v.numerator, v.denominator)) for v in point[name].flat]
        return np.array(exact, object).reshape(point[name].shape)

    def from_loss(node: Node) -> Any:
        """What comes straight from a loss of a node that leads elsewhere too."""
        terms = [s for s in graph.steps if s.term_of is node and _at_loss(s)]
        return sum(((constant(s.name) * moving[node.name]).sum() for s in terms), polynomials(0))

    loss = from_loss(node)
    path = {id(s) for g in of.values() if g.loss is not None for s in _path(g.loss)}
    for step in graph.steps:
        if step.role == "gradient" or step.op.loss or step.op.name == "descend":
            continue
        logits = step.inputs[0] if step.op.name == "softmax" else step.through
        if id(step) not in path and logits is None:
            continue
        if logits is not None:
            if logits.name not in moving:
                continue
            at, p = constant(logits.name), constant(step.name)
            near = WHOLE.get(step.op.name, _shares)
            expression = near(step, moving[logits.name], at, p, point.__getitem__)
        elif not any(n.name in moving for n in step.inputs) or _in_softmax(graph, step):
            continue
        elif step.op.name in SLOPES:
            z = step.inputs[0].name
            slope = SLOPES[step.op.name](point[step.name], point[z])
            change = moving[z] - constant(z)
            expression = constant(step.name) + change * np.vectorize(
                lambda v: QQ(v.numerator, v.denominator), otypes=[object])(slope)  # fmt: skip
        elif step.op.name == "power":
            z, p = step.inputs[0].name, constant(step.name)
            expression = p + p * (moving[z] - constant(z))  # as if of e, to first order
        elif step.op.name == "relu":
            z = step.inputs[0].name
            expression = np.where(point[z] > 0, moving[z], polynomials(0))
        else:
            inputs = [moving[n.name] if n.name in moving else constant(n.name) for n in step.inputs]
            expression = FORWARD[step.op.name](*inputs, **step.params)
        gradient = of.get(id(step))
        if gradient is not None and (_at_loss(gradient) or is_rounded(gradient)):
            loss = loss + (constant(gradient.name) * expression).sum()
            if is_rounded(gradient):
                continue
            moving[step.name] = expression
        else:
            moving[step.name] = expression
            loss = loss + from_loss(step)
    here = [(u, QQ(v.numerator, v.denominator))
            for u, v in zip(symbols, point[node.name].flat, strict=True)]  # fmt: skip
    slopes = [loss.diff(u).evaluate(here) for u in symbols]
    exact = [Fraction(int(s.numerator), int(s.denominator)) for s in slopes]
    return np.array(exact, object).reshape(rows, cols)


def _path(loss: Step) -> list[Step]:
    """The steps from which a loss comes, past what is taken whole."""
    found, todo = [], [loss]
    while todo:
        step = todo.pop()
        found.append(step)
        todo += [n for n in step.receivers if isinstance(n, Step)]
    return found


def _in_softmax(graph: Graph, step: Step) -> bool:
    """Whether a step is a part of a softmax that is taken whole."""
    return step.op.name in ("power", "column_sum", "row_sum") and any(
        s.op.name == "quotient" for s in graph.steps
    )
