"""Regression: one layer, one step of training."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from typing import Annotated, Literal

from sheetgen.graph.givens import given_input
from sheetgen.graph.nodes import Step, printed
from sheetgen.topics.layers import NONE, Bend, Decimals, dense
from sheetgen.topics.options import Range, Value
from sheetgen.topics.registry import topic
from sheetgen.topics.training import USUAL, loss_of, trained, usual_rate

ORDER = 28

Features = Annotated[int, Range(1, 4)]
Samples = Annotated[int, Range(2, 5)]
Forward = Literal["blank", "given"]
Squares = Literal["half-squared-error", "squared-error", "mean-squared-error"]
DRAWN: dict[str, Value] = {"forward": "blank", "update": True, "learning_rate": USUAL}


@topic(
    "Linear Regression",
    code="nn.Linear(1, 1); loss.backward(); optimizer.step()",
    levels={
        "easy": {"samples": 3, "weights": "-3..4", "biases": "-6..6"},
        "medium": {"weights": "-2..3"},
        "hard": {"features": 2, "weights": "-2..3"},
    },
    drawn_as=DRAWN,
)
def linear_regression(
    features: Features = 1,
    samples: Samples = 4,
    bias: bool = True,
    loss: Squares = "half-squared-error",
    forward: Forward = "blank",
    update: bool = True,
    learning_rate: Decimal = USUAL,
) -> list[Step]:
    """Draw a line through points: predict, compare, and move slope and intercept one step."""
    X = given_input("X", features, samples, points=features == 1)
    with printed() if forward == "given" else contextlib.nullcontext():
        y = dense(X, 1, "W", "b", "Y_pred", bias, "output", drawn_from="slopes")
    error = loss_of(loss, y, y, "Y_target", NONE, wide=True)
    return trained(error, update, learning_rate or usual_rate(loss, NONE))


@topic(
    "Logistic Regression",
    code="nn.Linear(2, 1), nn.Sigmoid(); loss.backward(); optimizer.step()",
    levels={
        "easy": {"inputs": "0..4", "weights": "-2..2"},
        "medium": {"inputs": "0..4"},
        "hard": {"features": 3, "samples": 4, "decimals": 2},
    },
    drawn_as=DRAWN,
)
def logistic_regression(
    features: Features = 2,
    samples: Samples = 3,
    bias: bool = True,
    sigmoid: Literal["value", "table"] = "value",
    decimals: Decimals = 1,
    forward: Forward = "blank",
    update: bool = True,
    learning_rate: Decimal = USUAL,
) -> list[Step]:
    """Say yes or no with σ, compare with what is right, and move the weights one step."""
    X = given_input("X", features, samples, points=features == 1)
    bend = Bend("sigmoid", sigmoid, decimals)
    with printed() if forward == "given" else contextlib.nullcontext():
        z = dense(X, 1, "W", "b", "Z", bias)
        y = bend.after(z, "Y_pred", "output")
    error = loss_of("binary-cross-entropy", y, z, "Y_target", bend)
    return trained(error, update, learning_rate or usual_rate("binary-cross-entropy", bend))
