"""Recurrent networks with gates, and the selective state space: what is kept from step to step."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from sheetgen.graph.givens import (
    given_bias,
    given_input,
    given_made,
    given_target,
    given_weights,
    given_zeros,
)
from sheetgen.graph.gradients import Joins, gradients
from sheetgen.graph.nodes import Given, Node, Role, Step, apply, printed, together
from sheetgen.graph.ops.bends import sigmoid, three_levels
from sheetgen.graph.ops.gates import clipped, complement, gated, tanh
from sheetgen.graph.ops.moves import column, columns, rows_of, stack_rows
from sheetgen.graph.ops.sums import add, affine, linear, recur, squared_error, transposed
from sheetgen.topics.options import Range
from sheetgen.topics.registry import topic

ORDER = 62

Few = Annotated[int, Range(1, 4)]
Steps = Annotated[int, Range(1, 3)]
Gates = Literal["usual", "levels", "value"]


class Bends:
    """How a sheet bends sums and multiplies by gates: σ in three levels and tanh clipped, or both
    by value; where a gradient is to pass, it is usually by value, as levels let few through."""

    def __init__(self, gates: Gates, backward: bool) -> None:
        self.by_value = gates == "value" or (gates == "usual" and backward)

    def gate(self, z: Step, name: str) -> Step:
        return apply(sigmoid if self.by_value else three_levels, z, name=name, part="gate")

    def tanh(self, z: Node, name: str) -> Step:
        return apply(tanh if self.by_value else clipped, z, name=name, part="bent")

    def times(self, gate: Step, node: Node, name: str, t: int, **facts: Any) -> Step:
        decimals = 1 if self.by_value else 2
        return apply(gated, gate, node, name=f"{name}{t}", label=f"{name}_{t}", decimals=decimals,
                     **facts)  # fmt: skip


class Strip:
    """The blocks of weights of some gates, each for the input over the state, and a bias."""

    def __init__(self, gates: str, features: int, hidden: int) -> None:
        self.weights: dict[str, tuple[Given, Given]] = {
            g: (given_weights(f"W{g}", hidden, features + hidden, f"W_{g}"),
                given_bias(f"b{g}", hidden, f"b_{g}")) for g in gates
        }  # fmt: skip

    def sums(self, gate: str, over: Step, t: int) -> Step:
        """``z`` of a gate at a step of time."""
        W, b = self.weights[gate]
        return apply(affine, W, b, over, name=f"z{gate}{t}", label=f"z_{{{gate}{t}}}")


class LongShortTerm:
    """The cell of an LSTM: its weights, and the states that it carries from step to step."""

    def __init__(self, features: int, hidden: int, by: Bends) -> None:
        self.h: Node = given_made("h0", hidden, 1, "halves", "constant")
        self.c: Node = given_made("c0", hidden, 1, "halves", "constant")
        self.strip, self.by = Strip("figo", features, hidden), by

    def step(self, x: Step, t: int, role: Role) -> Step:
        """The state after one more step of time."""
        by = self.by
        s = apply(stack_rows, x, self.h, name=f"s{t}", hidden=True)
        z = {gate: self.strip.sums(gate, s, t) for gate in "figo"}
        f, i, o = (by.gate(z[gate], f"{gate}{t}") for gate in "fio")
        g = by.tanh(z["g"], f"g{t}")
        self.c = apply(add, by.times(f, self.c, "kept", t), by.times(i, g, "new", t),
                       name=f"c{t}", part="state")  # fmt: skip
        h = by.times(o, by.tanh(self.c, f"r{t}"), "h", t, part="state", role=role)
        self.h = h
        return h


@topic(
    "LSTM",
    code="nn.LSTMCell(3, 2)",
    arrangement="cell-state",
    levels={
        "easy": {"features": 2, "steps": 1, "inputs": "0..3"},
        "medium": {"inputs": "0..3"},
        "hard": {"features": 4, "inputs": "0..3"},
    },
)
def lstm(
    features: Few = 3,
    hidden: Annotated[int, Range(1, 3)] = 2,
    steps: Steps = 2,
    gates: Gates = "usual",
    backward: bool = False,
) -> list[Step]:
    """Carry a cell state from step to step: forget some of it, add something new, show a part."""
    X = given_input("X", features, steps, sequence=True)
    cell = LongShortTerm(features, hidden, Bends(gates, backward))
    hs = []
    for t in range(1, steps + 1):
        with printed(backward), together(f"step {t}"):
            x = apply(column, X, name=f"x{t}", role="input", hidden=True, t=t - 1)
            hs.append(cell.step(x, t, "output" if t == steps else "state"))
    H = apply(columns, *hs, name="H", hidden=True)
    if not backward:
        return [H]
    return [H, *through_time(H, hs, cell.strip)]


def through_time(H: Step, hs: list[Step], strip: Strip) -> list[Step]:
    """The gradients of all weights, from a target for each state."""
    T = given_target("T", H, one_hot=False)
    ts = [apply(column, T, name=f"t{k}", role="target", hidden=True, t=k - 1)
          for k in range(1, len(hs) + 1)]  # fmt: skip
    losses = [apply(squared_error, h, t, hidden=True) for h, t in zip(hs, ts, strict=True)]
    loss = losses[0] if len(losses) == 1 else apply(add, *losses, hidden=True)
    return gradients(loss, [n for pair in strip.weights.values() for n in pair],
                     joins=Joins(add, columns, stack_rows), leaves_last=True)  # fmt: skip


@topic(
    "GRU",
    code="nn.GRUCell(2, 2)",
    arrangement="mixed-state",
    levels={
        "easy": {"steps": 1, "inputs": "0..3"},
        "medium": {"inputs": "0..3"},
        "hard": {"features": 3, "inputs": "0..3"},
    },
)
def gru(
    features: Few = 2,
    hidden: Annotated[int, Range(1, 3)] = 2,
    steps: Steps = 2,
    gates: Gates = "usual",
    backward: bool = False,
) -> list[Step]:
    """Mix the old state with a new one: one gate resets, one says how much stays."""
    X = given_input("X", features, steps, sequence=True)
    h: Node = given_made("h0", hidden, 1, "halves", "constant")
    strip, by = Strip("zrn", features, hidden), Bends(gates, backward)
    hs = []
    for t in range(1, steps + 1):
        with printed(backward), together(f"step {t}"):
            x = apply(column, X, name=f"x{t}", role="input", hidden=True, t=t - 1)
            s = apply(stack_rows, x, h, name=f"s{t}", hidden=True)
            r = by.gate(strip.sums("r", s, t), f"r{t}")
            z = by.gate(strip.sums("z", s, t), f"z{t}")
            over = apply(stack_rows, x, by.times(r, h, "reset", t), name=f"u{t}", hidden=True)
            n = by.tanh(strip.sums("n", over, t), f"n{t}")
            kept = by.times(z, h, "kept", t)
            new = by.times(apply(complement, z, name=f"rest{t}", label=f"rest_{t}"), n, "new", t)
            last: Role = "output" if t == steps else "state"
            h = apply(add, kept, new, name=f"h{t}", part="state", role=last)
            hs.append(h)
    H = apply(columns, *hs, name="H", hidden=True)
    if not backward:
        return [H]
    return [H, *through_time(H, hs, strip)]


@topic(
    "Mamba",
    arrangement="scan",
    code="h = A[t] @ h + B[t] * x[t]; y = C[t] @ h",
    levels={
        "easy": {"steps": 3, "inputs": "0..3"},
        "medium": {"inputs": "0..3"},
        "hard": {"steps": 5, "inputs": "0..3"},
    },
)
def mamba(
    steps: Annotated[int, Range(2, 5)] = 4,
    state: Annotated[int, Range(1, 3)] = 2,
) -> list[Step]:
    """Choose weights by the input, then scan with others at every step: h = A·h + B·x, y = C·h."""
    x = given_input("x", steps)
    h: Node = given_zeros("h0", state)
    ys = []
    for t in range(1, steps + 1):
        W = given_made(f"W{t}", 2 * state, steps, "differences", "parameter")
        with together(f"step {t}"):
            s = apply(linear, W, x, name=f"s{t}", label=f"[B_{t} ; C_{t}]")
            A = given_made(f"A{t}", state, state, "signs", "parameter")
            B = apply(rows_of, s, name=f"B{t}", start=0, rows=state, hidden=True)
            C = apply(rows_of, s, name=f"C{t}", start=state, rows=state, hidden=True)
            now = apply(rows_of, x, name=f"x{t}", start=t - 1, rows=1, hidden=True, role="input")
            h = apply(recur, A, h, B, now, name=f"h{t}", part="state")
            ys.append(apply(transposed, C, h, name=f"y{t}", role="output"))
    return [apply(stack_rows, *ys, name="y", hidden=True)]
