"""Preferences: which of two answers is better."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

import numpy as np

from sheetgen.graph.givens import given_input, given_made, given_table
from sheetgen.graph.gradients import gradients
from sheetgen.graph.nodes import Step, apply
from sheetgen.graph.numbers import Fixed
from sheetgen.graph.ops.bends import sigmoid
from sheetgen.graph.ops.losses import binary_cross_entropy
from sheetgen.graph.ops.sums import add, column_sum, matmul, scale, subtract
from sheetgen.topics.layers import Decimals, dense
from sheetgen.topics.options import Range
from sheetgen.topics.registry import topic
from sheetgen.topics.training import trained

ORDER = 75

ANSWERS = ("chosen", "rejected")


def preferred(margin: Step, decimals: int) -> tuple[Step, Step]:
    """How sure it is that the chosen answer, ahead by a ``margin``, is the better one; and −log of
    that, as the cross-entropy with 1."""
    p = apply(sigmoid, margin, name="p", role="output", decimals=decimals)
    one = given_table("y_target", Fixed(np.ones((1, 1), np.int64)))
    return p, apply(binary_cross_entropy, p, one, hidden=True, name="loss", through=margin)


def ahead(scores: Step, name: str) -> Step:
    """The score of the chosen answer minus that of the other: a product with 1 and −1."""
    signs = given_table("s", Fixed(np.array([[1], [-1]])))
    return apply(matmul, scores, signs, name=name, part="ahead")


@topic(
    "Direct Preference Optimization",
    arrangement="preference",
    code="-F.logsigmoid(beta * ((P - R).sum(0) @ s))",
    levels={"easy": {"tokens": 2}, "medium": {}, "hard": {"tokens": 4, "decimals": 2}},
)
def dpo(
    tokens: Annotated[int, Range(1, 5)] = 3,
    beta: Literal["0.5", "1", "0.1"] = "0.5",
    decimals: Decimals = 1,
    backward: bool = True,
) -> list[Step]:
    """Compare two answers by how likely a model and its reference find them; push them apart."""
    P = given_made("P", tokens, 2, "logarithms", label="model", columns_said=ANSWERS)
    R = given_made("R", tokens, 2, "logarithms", label="reference", columns_said=ANSWERS)
    D = apply(subtract, P, R, name="D", columns_said=ANSWERS)
    S = apply(column_sum, D, name="S", columns_said=ANSWERS)
    h = apply(scale, ahead(S, "m"), name="h", factor=beta.lstrip("0"))
    p, loss = preferred(h, decimals)
    return gradients(loss, [D], add) if backward else [p]


@topic(
    "Reward Model",
    arrangement="preference",
    code="-F.logsigmoid(reward(chosen) - reward(rejected))",
    levels={
        "easy": {"features": 3, "inputs": "0..3"},
        "medium": {},
        "hard": {"features": 5, "decimals": 2},
    },
    drawn_as={"update": True},
    drawn_if=("backward", "update"),
)
def rlhf_reward(
    features: Annotated[int, Range(1, 6)] = 4,
    decimals: Decimals = 1,
    backward: bool = True,
    update: bool = False,
) -> list[Step]:
    """Give two answers a reward each, and learn that the one which people chose has more."""
    X = given_input("X", features, 2, columns_said=ANSWERS)
    r = dense(X, 1, "W", "", "r", False)
    p, loss = preferred(ahead(r, "m"), decimals)
    # new weights come of gradients
    return trained(loss, update, Decimal(1)) if backward or update else [p]
