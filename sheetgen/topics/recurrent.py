"""Recurrent networks: the same weights at every step."""

from __future__ import annotations

from typing import Annotated, Literal

from sheetgen.graph.givens import given_input, given_target, given_weights, given_zeros
from sheetgen.graph.gradients import Joins, gradients
from sheetgen.graph.nodes import Node, Step, apply, printed, together
from sheetgen.graph.ops.moves import column, columns, stack_rows
from sheetgen.graph.ops.sums import add, linear, recur, squared_error
from sheetgen.topics.layers import Bend, Levels
from sheetgen.topics.options import Range
from sheetgen.topics.registry import topic

ORDER = 60

Few = Annotated[int, Range(1, 4)]

MODULE = """rnn = nn.RNN({features}, {hidden}, nonlinearity="{activation}", bias=False)
with torch.no_grad():
    rnn.weight_ih_l0[:], rnn.weight_hh_l0[:] = B, A
found = rnn(X.T, h0.T)[0].T"""


@topic(
    "Recurrent Network",
    arrangement="recurrence",
    code="nn.RNN(1, 2, nonlinearity='relu', bias=False)",
    torch={"H": MODULE},
    levels={
        "easy": {"steps": 3, "inputs": "0..3"},
        "medium": {"inputs": "0..3"},
        "hard": {"features": 2, "hidden": 3, "outputs": 2, "inputs": "0..3"},
    },
)
def rnn(
    features: Few = 1,
    hidden: Few = 2,
    outputs: Few = 1,
    steps: Annotated[int, Range(2, 5)] = 4,
    activation: Literal["relu", "tanh"] = "relu",
    tanh: Levels = "value",
    backward: bool = False,
) -> list[Step]:
    """Carry a state from step to step: h = ReLU(A·h + B·x), y = C·h."""
    bend = Bend(activation, tanh)
    X = given_input("X", features, steps, sequence=True)
    A, B = given_weights("A", hidden, hidden), given_weights("B", hidden, features)
    C = given_weights("C", outputs, hidden)
    h: Node = given_zeros("h0", hidden)
    zs, hs, ys = [], [], []
    with printed(backward):
        for t in range(steps):
            with together(f"step {t + 1}"):
                x = apply(column, X, name=f"x{t + 1}", role="input", hidden=True, t=t)
                zs.append(apply(recur, A, h, B, x, name=f"z{t + 1}", part="sums"))
                hs.append(h := bend.after(zs[t], f"h{t + 1}", "state", part="state"))
                ys.append(apply(linear, C, h, name=f"y{t + 1}", role="output", part="output"))
    Z, H, Y = (apply(columns, *row, name=name, hidden=True)
               for name, row in (("Z", zs), ("H", hs), ("Y", ys)))  # fmt: skip
    if not backward:
        return [Z, H, Y]
    T = given_target("T", Y, one_hot=False)
    ts = [apply(column, T, name=f"t{t + 1}", role="target", hidden=True, t=t) for t in range(steps)]
    losses = [apply(squared_error, y, t, hidden=True) for y, t in zip(ys, ts, strict=True)]
    loss, joins = apply(add, *losses, hidden=True), Joins(add, columns, stack_rows)
    return [Z, H, Y, *gradients(loss, [C, A, B], joins=joins, leaves_last=True)]
