"""A way to gradients that shares nothing with sheetgen: SymPy differentiates the traced graph.

Numbers are rationals. The printed, rounded probabilities of a softmax are taken as they stand, and
so is every gradient that is rounded on paper: the loss is linear in what such numbers stand for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

from sheetgen.graph import Graph, Node, Step
from sheetgen.numbers import Fixed
from tests.support import is_rounded

Matrix = Any


def relu(z: Any) -> Any:
    return sp.Piecewise((z, z > 0), (sp.Integer(0), True))


def _rest(z: Matrix, at: Matrix, p: Matrix) -> Matrix:
    """Softmax near the printed probabilities p of the logits ``at``, to first order."""
    found = sp.zeros(*p.shape)
    for j in range(p.cols):
        mean = sum(p[k, j] * (z[k, j] - at[k, j]) for k in range(p.rows))
        for i in range(p.rows):
            found[i, j] = p[i, j] + p[i, j] * (z[i, j] - at[i, j] - mean)
    return found


FORWARD: dict[str, Callable[..., Matrix]] = {
    "matmul": lambda a, b: a * b,
    "linear": lambda w, x: w * x,
    "affine": lambda w, b, x: w * x + sp.Matrix.hstack(*[b] * x.cols),
    "recur": lambda a, h, b, x: a * h + b * x,
    "transposed": lambda a, b: a.T * b,
    "add": lambda *parts: sum(parts[1:], parts[0]),
    "subtract": lambda a, b: a - b,
    "copy": lambda a: a,
    "scale": lambda a, factor="1", decimals=6: a * sp.Rational(factor),
    "divide_down": lambda a, by=1: a / by,
    "relu": lambda z: z.applyfunc(relu),
    "column": lambda x, t=0: x[:, t],
    "columns": lambda *parts: sp.Matrix.hstack(*parts),
    "stack_rows": lambda *parts: sp.Matrix.vstack(*parts),
    "rows_of": lambda a, start=0, rows=1: a[start : start + rows, :],
    "row_sum": lambda a: sp.Matrix(a.rows, 1, lambda i, _: sum(a[i, :])),
    "column_sum": lambda a: sp.Matrix(1, a.cols, lambda _, j: sum(a[:, j])),
}
"""Forward op -> SymPy. A new op that gradients pass needs a line here."""


def rational(value: Fixed) -> Matrix:
    """The exact numbers as a SymPy matrix."""
    unit = 10**value.decimals
    rows, cols = value.digits.shape
    return sp.Matrix(rows, cols, lambda i, j: sp.Rational(int(value.digits[i, j]), unit))


def _at_loss(step: Step) -> bool:
    return not any(isinstance(n, Step) and n.role == "gradient" for n in step.inputs)


def gradients_of(graph: Graph, values: Mapping[str, Fixed]) -> dict[str, Matrix]:
    """The exact gradient for each gradient step that does not come straight from the loss."""
    of = {id(s.of): s for s in graph.steps if s.role == "gradient" and s.of is not None}
    point = {n.name: rational(values[n.name]) for n in graph.nodes}
    found = {}
    for node in graph.nodes:
        step = of.get(id(node))
        if step is not None and not _at_loss(step):
            found[step.name] = _gradient(graph, node, of, point)
    return found


def _gradient(graph: Graph, node: Node, of: Mapping[int, Step], point: Mapping[str, Matrix]) -> Any:
    rows, cols = node.shape
    unknown = sp.Matrix(rows, cols, lambda i, j: sp.Symbol(f"u{i}_{j}", real=True))
    moving: dict[str, Matrix] = {node.name: unknown}
    loss = sp.Integer(0)
    for step in graph.steps:
        if step.role == "gradient" or step.hidden or step.op.name == "descend":
            continue
        through = step.through
        if through is not None:
            if through.name not in moving:
                continue
            z, at = moving[through.name], point[through.name]
            expression = _rest(z, at, point[step.name])
        elif not any(n.name in moving for n in step.inputs):
            continue
        elif step.op.name == "softmax":
            name = step.inputs[0].name
            expression = _rest(moving[name], point[name], point[step.name])
        elif step.op.name in ("power", "column_sum") and _is_softmax_part(graph, step):
            continue
        else:
            inputs = [moving.get(n.name, point[n.name]) for n in step.inputs]
            expression = FORWARD[step.op.name](*inputs, **step.params)
        gradient = of.get(id(step))
        if gradient is not None and (_at_loss(gradient) or is_rounded(gradient)):
            given = point[gradient.name]
            loss += sum(g * e for g, e in zip(given, expression, strict=True))
            if is_rounded(gradient):
                continue
        moving[step.name] = expression
    here = dict(zip(unknown, point[node.name], strict=True))
    return sp.Matrix(rows, cols, lambda i, j: sp.diff(loss, unknown[i, j]).subs(here))


def _is_softmax_part(graph: Graph, step: Step) -> bool:
    return any(s.op.name == "quotient" for s in graph.steps)
