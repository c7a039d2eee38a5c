"""Training: the backward pass and gradient descent."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from decimal import Decimal
from typing import Annotated, Literal

from sheetgen.errors import SheetgenError
from sheetgen.graph.givens import given_target
from sheetgen.graph.gradients import Joins, gradients
from sheetgen.graph.nodes import Given, Graph, Node, Step, apply, printed
from sheetgen.graph.ops.bends import softmax
from sheetgen.graph.ops.losses import binary_cross_entropy, half_squared_error, mean_squared_error
from sheetgen.graph.ops.sums import add, cross_entropy, descend, squared_error
from sheetgen.topics.layers import (
    Activation,
    Batch,
    Bend,
    Decimals,
    Levels,
    layers,
    one_input,
)
from sheetgen.topics.options import Length, Range
from sheetgen.topics.registry import topic

ORDER = 30

USUAL = Decimal(0)
"""The learning rate if none is given: that of ``RATES``, at which numbers are drawn."""
RATES = {
    "cross-entropy": Decimal(1), "binary-cross-entropy": Decimal(1),
    "squared-error": Decimal("0.01"), "half-squared-error": Decimal("0.01"),
    "mean-squared-error": Decimal("0.01"),
}  # fmt: skip
"""With these new weights are as short as gradients are, or have one decimal. (Where the last
activation ends somewhere, gradients are small, and it is 1.)"""
SQUARES = {
    "squared-error": squared_error, "half-squared-error": half_squared_error,
    "mean-squared-error": mean_squared_error,
}  # fmt: skip
ENDS: dict[Activation, int] = dict(sigmoid=0, tanh=-1)
"""Activations that end somewhere, with the lower of the two numbers between which they lie; the
upper one is 1."""
Loss = Literal[
    "cross-entropy", "squared-error", "half-squared-error", "mean-squared-error",
    "binary-cross-entropy",
]  # fmt: skip
Last = Literal["usual", "none", "relu", "sigmoid", "tanh", "leaky-relu"]


def usual_last(loss: Loss, between: Activation) -> Activation:
    """The activation after the last layer if none is given: σ for classes that are decided one by
    one; for a squared error the net's own where it bends both ways, else none."""
    if loss == "binary-cross-entropy":
        return "sigmoid"
    return between if between in ("sigmoid", "tanh") and loss in SQUARES else "none"


def last_of(loss: Loss, last: Last, bend: Bend) -> Bend:
    """What stands after the last layer, but for softmax. Raises SheetgenError if the loss asks for
    something else."""
    usual = usual_last(loss, bend.activation)
    if last not in ("usual", usual) and loss not in SQUARES:
        asked = "softmax" if loss == "cross-entropy" else "σ"
        raise SheetgenError(f"--last {last}: {loss} is taken of {asked} alone; leave --last out, "
                            f"or give --loss squared-error")  # fmt: skip
    chosen = usual if last == "usual" else last
    how = "value" if loss == "binary-cross-entropy" else bend.how
    return Bend(chosen, how, bend.decimals)


def loss_of(
    loss: Loss, y: Step, z: Step, name: str, last: Bend, wide: bool = False
) -> Step:  # fmt: skip
    """The loss of a prediction ``y`` and its target, numbers not so near to it if ``wide``."""
    return compared(loss, y, z, target_of(loss, y, name, last, wide), "loss")


def target_of(loss: Loss, y: Step, name: str, last: Bend, wide: bool = False) -> Given:
    """What a prediction is held against: one-hot columns, 0 or 1 after σ, −1 or 1 after tanh, else
    numbers near the prediction, or not so near if ``wide``."""
    if loss == "cross-entropy":
        return given_target(name, y)
    if last.activation in ENDS:
        return given_target(name, y, False, "bits", low=ENDS[last.activation])
    count = y.shape[0] * y.shape[1] if loss == "mean-squared-error" else 2
    return given_target(name, y, False, step=count if count % 2 else count // 2, wide=wide)


def compared(loss: Loss, y: Step, z: Step, target: Node, name: str) -> Step:
    """The loss of a prediction ``y``, made of the sums ``z``, and its target."""
    if loss == "cross-entropy":
        return apply(cross_entropy, y, target, hidden=True, name=name, through=z)
    if loss == "binary-cross-entropy":
        return apply(binary_cross_entropy, y, target, hidden=True, name=name, through=z)
    return apply(SQUARES[loss], y, target, hidden=True, name=name)


def usual_rate(loss: Loss, end: Bend) -> Decimal:
    """The learning rate if none is given; ``end`` is the last activation."""
    return Decimal(1) if end.activation in ENDS else RATES[loss]


def trained(
    error: Step, update: bool, rate: Decimal, but: Collection[str] = (), joins: Joins | None = None
) -> list[Step]:  # fmt: skip
    """The gradient of each parameter ``but`` some, and its new value if there is an ``update``."""
    parameters = sorted(
        (g for g in Graph.of([error]).givens if g.role == "parameter" and g.name not in but),
        key=lambda g: g.order,
    )  # fmt: skip
    steps = gradients(error, parameters, add, joins)
    if update:
        steps += [
            apply(descend, p, d, name=f"{p.name}_new", role="parameter", rate=f"{rate:f}")
            for p, d in zip(parameters, list(steps), strict=True)
        ]
    return steps


@topic(
    "Backpropagation",
    code="loss.backward()",
    levels={
        "easy": {"widths": "2-3-2", "weights": "-1..1"},
        "medium": {},
        "hard": {"widths": "3-5-3-3"},
    },
    drawn_as={"forward": "blank", "update": True, "learning_rate": USUAL},
)
def backpropagation(
    widths: Annotated[tuple[int, ...], Range(1, 8), Length(2, 6)] = (3, 4, 2, 3),
    batch: Batch = 1,
    bias: bool = True,
    loss: Loss = "cross-entropy",
    activation: Activation = "relu",
    sigmoid: Levels = "value",
    decimals: Decimals = 1,
    last: Last = "usual",
    softmax_base: Literal["e", "3"] = "e",
    softmax_decimals: Annotated[int, Range(1, 2)] = 1,
    forward: Literal["given", "blank"] = "given",
    update: bool = False,
    learning_rate: Decimal = USUAL,
) -> list[Step]:
    """Send the error back through the layers: a gradient for every weight and bias."""
    if loss == "cross-entropy" and widths[-1] < 2:
        raise SheetgenError(
            "--widths: softmax with cross-entropy needs two outputs or more; raise the last width "
            "or give --loss squared-error"
        )
    bend = Bend(activation, sigmoid, decimals)
    end = last_of(loss, last, bend)
    y_name = "y_pred" if batch == 1 else "Y_pred"
    with printed() if forward == "given" else contextlib.nullcontext():
        classify = loss == "cross-entropy"
        y = layers(one_input(widths[0], batch), widths[1:], bias, end, not classify, bend, y_name)
        z = y.inputs[0] if end.activation != "none" else y
        assert isinstance(z, Step)
        if classify:
            y = apply(softmax, z, name=y_name, role="output", decimals=softmax_decimals,
                      base=softmax_base)  # fmt: skip
    error = loss_of(loss, y, z, "y_target" if batch == 1 else "Y_target", end)
    return trained(error, update, learning_rate or usual_rate(loss, end))
