"""Softmax, worked out in its own small steps."""

from __future__ import annotations

from typing import Annotated, Literal

from sheetgen.errors import SheetgenError
from sheetgen.graph.givens import given_input, given_target
from sheetgen.graph.gradients import gradients
from sheetgen.graph.nodes import Step, apply
from sheetgen.graph.ops.bends import power, quotient
from sheetgen.graph.ops.sums import column_sum, cross_entropy
from sheetgen.topics.layers import Batch, dense, one_input
from sheetgen.topics.options import Range
from sheetgen.topics.registry import topic

ORDER = 40

MOST_SHARES = 9
"""Of powers of e after a layer: more have all but never numbers that are good by hand."""


@topic(
    "Softmax",
    arrangement="softmax",
    code="nn.Linear(2, 2), nn.Softmax(dim=0)",
    levels={
        "easy": {"features": 3, "weights": "0..1", "inputs": "0..4", "biases": "-2..1"},
        "medium": {"inputs": "0..5", "biases": "-4..4"},
        "hard": {"features": 3, "classes": 3, "batch": 2, "inputs": "0..2", "biases": "-2..2"},
    },
)
def softmax(
    features: Annotated[int, Range(1, 6)] = 2,
    classes: Annotated[int, Range(2, 6)] = 2,
    batch: Batch = 1,
    linear: bool = True,
    base: Literal["3", "e"] = "3",
    decimals: Annotated[int, Range(1, 3)] = 3,
    backward: bool = False,
    pair: bool = False,
) -> list[Step]:
    """Turn scores into probabilities: a power for each, their sum, and each share of it."""
    if pair:  # two columns of scores, one a constant above the other, with the same answer
        batch, linear = 2, False
    if linear and base == "e" and features > 1 and classes * batch > MOST_SHARES:
        raise SheetgenError(
            f"--classes {classes} with --batch {batch}: so many shares of powers of e come out "
            f"hardly ever; lower --classes or --batch until their product is {MOST_SHARES} or "
            "less, or give --base 3"
        )
    z_name, exp_name, sum_name, y_name = ("z", "exp", "sum", "y") if batch == 1 else (
        "Z", "Exp", "Sum", "Y")  # fmt: skip
    x = given_input("X", classes, 2, shifted=True) if pair else one_input(
        features if linear else classes, batch)  # fmt: skip
    z = dense(x, classes, "W", "b", z_name) if linear else x
    powers = apply(power, z, name=exp_name, part="powers", base=base,
                   decimals=3 if base == "3" else 2 if pair else 1)  # fmt: skip
    total = apply(column_sum, powers, name=sum_name, part="sums")
    y = apply(quotient, powers, total, name=y_name, role="output", part="shares", through=z,
              decimals=decimals)  # fmt: skip
    if not backward:
        return [y]
    loss = apply(cross_entropy, y, given_target(f"{y_name}_target", y), hidden=True, name="loss",
                 through=z)  # fmt: skip
    return gradients(loss, z.inputs[:2] if isinstance(z, Step) else [z])
