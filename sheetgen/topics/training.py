"""Training: the backward pass and gradient descent."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from typing import Annotated, Literal

from sheetgen.errors import SheetgenError
from sheetgen.graph.gradients import gradients
from sheetgen.graph.nodes import Graph, Step, apply, given_target, printed
from sheetgen.graph.ops.bends import softmax
from sheetgen.graph.ops.sums import add, cross_entropy, descend, squared_error
from sheetgen.topics.layers import Batch, layers, one_input
from sheetgen.topics.options import Length, Range
from sheetgen.topics.registry import topic

ORDER = 30

USUAL = Decimal(0)
"""The learning rate if none is given: that of ``RATES``, at which numbers are drawn."""
RATES = {"cross-entropy": Decimal(1), "squared-error": Decimal("0.01")}
"""With these new weights are as short as gradients are, or have one decimal."""


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
    loss: Literal["cross-entropy", "squared-error"] = "cross-entropy",
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
    with printed() if forward == "given" else contextlib.nullcontext():
        classify = loss == "cross-entropy"
        z = layers(one_input(widths[0], batch), widths[1:], bias, False, output=not classify)
        name = "y_pred" if batch == 1 else "Y_pred"
        y = (
            apply(softmax, z, name=name, role="output",
                  decimals=softmax_decimals, base=softmax_base)
            if classify
            else z
        )
    target = given_target("y_target" if batch == 1 else "Y_target", y, one_hot=classify)
    if classify:
        error = apply(cross_entropy, y, target, hidden=True, name="loss", through=z)
    else:
        error = apply(squared_error, y, target, hidden=True, name="loss")
    parameters = sorted(
        (g for g in Graph.of([error]).givens if g.role == "parameter"), key=lambda g: g.order
    )
    steps = gradients(error, parameters, add)
    if update:
        rate = learning_rate or RATES[loss]
        steps += [
            apply(descend, p, d, name=f"{p.name}_new", role="parameter", rate=f"{rate:f}")
            for p, d in zip(parameters, list(steps), strict=True)
        ]
    return steps
