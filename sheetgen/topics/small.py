"""The small graphs of which the chapters of the workbook are made: those of some topics, and a few
that are too small for one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from sheetgen.graph.givens import given_bias, given_input, given_weights
from sheetgen.graph.nodes import Node, Step, apply, printed
from sheetgen.graph.ops.bends import relu
from sheetgen.graph.ops.nudges import nudged, per_nudge
from sheetgen.graph.ops.sums import affine, linear, subtract
from sheetgen.topics.layers import (
    Activation,
    Bend,
    Levels,
    four_neurons,
    layers,
    one_input,
    single_neuron,
)
from sheetgen.topics.products import dot_product, matrix_multiplication
from sheetgen.topics.softmaxes import softmax

Form = Callable[..., Step | Iterable[Step]]


def pair(length: int = 2) -> Step:
    """One dot product."""
    [step] = dot_product(length=length, products=1)
    assert isinstance(step, Step)
    return step


def net(
    widths: tuple[int, ...] = (1, 1), batch: int = 1, bias: bool = True,
    activation: Activation = "relu", last: Activation = "relu", how: Levels = "value",
) -> Step:  # fmt: skip
    """Layer after layer."""
    return layers(one_input(widths[0], batch), widths[1:], bias, Bend(last, how),
                  between=Bend(activation, how))  # fmt: skip


def bend(values: int = 1, activation: Activation = "relu", how: Levels = "levels",
         batch: int = 1) -> Step:  # fmt: skip
    """An activation of numbers that are given."""
    z = given_input("z" if batch == 1 else "Z", values, batch)
    return Bend(activation, how).of(z, "a" if batch == 1 else "A", "output")


def nudge(
    features: int = 1, units: int = 1, bias: bool = False, of: Literal["W", "x", "z", "b"] = "W",
    by: str = ".1", row: int = 1, column: int = 1, through: bool = False,
) -> Step:  # fmt: skip
    """A number is moved by a little: how far does the result move? ``through`` ReLU, if that is
    said; ``of`` z, ReLU alone."""
    at: dict[str, Any] = {"row": row - 1, "col": column - 1, "by": by}
    if of == "z":
        source = given_input("z", units)
        with printed():
            zn = apply(nudged, source, name="zn", label="z′", part="nudged", **at)
            a = apply(relu, source, name="a", part="before", role="state")
        return _rate(apply(relu, zn, name="an", label="a′", part="after"), a, "a", "z", by)
    W, x = given_weights("W", units, features), given_input("x", features)
    b = given_bias("b", units) if bias else None
    whole = {"W": W, "x": x, "b": b}
    still = whole[of]
    assert still is not None, "there is no bias to be moved"
    with printed():
        z = _sum(W, b, x, "z", "z")
        moved = apply(nudged, still, name=f"{of}n", label=f"{of}′", part="nudged", **at)
        a = apply(relu, z, name="a") if through else z
    new: dict[str, Node | None] = {**whole, of: moved}
    zn = _sum(new["W"], new["b"], new["x"], "zn", "z′")
    an = apply(relu, zn, name="an", label="a′") if through else zn
    return _rate(an, a, "a" if through else "z", _called(of, row, column, still), by)


def _called(of: str, row: int, column: int, node: Node) -> str:
    """``w_2``: the number that is moved."""
    rows, columns = node.shape
    place = f"{row}{column}" if rows > 1 and columns > 1 else str(max(row, column))
    return of.lower() if rows * columns == 1 else (
        f"{of.lower()}_{place}" if len(place) == 1 else f"{of.lower()}_{{{place}}}")  # fmt: skip


def _sum(W: Node | None, b: Node | None, x: Node | None, name: str, label: str) -> Step:
    assert W is not None
    assert x is not None
    part = "before" if name == "z" else "after"
    if b is None:
        return apply(linear, W, x, name=name, label=label, part=part)
    return apply(affine, W, b, x, name=name, label=label, part=part)


def _rate(after: Step, before: Step, letter: str, over: str, by: str) -> Step:
    d = apply(subtract, after, before, name="d", label=f"d{letter}", part="difference")
    return apply(per_nudge, d, name="rate", label=f"d{letter} / d{over}", role="output",
                 part="rate", by=by)  # fmt: skip


FORMS: Mapping[str, Form] = {
    "pair": pair, "product": matrix_multiplication, "layer": four_neurons,
    "neuron": single_neuron, "net": net, "bend": bend, "softmax": softmax, "nudge": nudge,
}  # fmt: skip
"""By the names that a chapter's file has for them."""
