"""Activations: one column a function, one row a number."""

from __future__ import annotations

from typing import Annotated, Literal

from sheetgen.graph.givens import given_made
from sheetgen.graph.nodes import Node, Step, apply, together
from sheetgen.graph.ops.bends import relu, sigmoid
from sheetgen.graph.ops.curves import (
    bell,
    density,
    elu,
    elu_slope,
    gelu_slope,
    leaky_relu,
    leaky_slope,
    relu_slope,
    silu_slope,
    softplus,
    weighted,
)
from sheetgen.graph.ops.moves import column
from sheetgen.graph.ops.sums import copy
from sheetgen.topics.options import Range
from sheetgen.topics.registry import topic

ORDER = 22

Functions = Literal["all", "hinges", "curves"]


@topic(
    "Activations",
    arrangement="ledger",
    code="F.relu(x), F.leaky_relu(x, 0.1), F.elu(x), F.silu(x), F.gelu(x), F.softplus(x)",
    levels={
        "easy": {"functions": "hinges", "slopes": True, "values": 6},
        "medium": {},
        "hard": {"functions": "curves", "values": 7, "slopes": True},
    },
)
def activations(
    functions: Functions = "all",
    values: Annotated[int, Range(3, 9)] = 9,
    slopes: bool = False,
) -> list[Step]:
    """Bend the same numbers in several ways, by printed values; and see how steep each bend is."""
    X = given_made("X", values, 1, "apart")
    with together("values"):
        x: Node = apply(column, X, name="x", role="input", hidden=True, part="x", t=0)
        made: dict[str, Step] = {}
        if functions != "curves":
            made["relu"] = apply(relu, x, name="relu", part="relu", label="ReLU x")
            made["leaky"] = apply(leaky_relu, x, name="leaky", part="leaky",
                                  label="leaky x")  # fmt: skip
        if functions != "hinges":
            made |= curves(x)
    if not slopes:
        return list(made.values())
    with together("slopes"):
        x = apply(column, X, name="x_again", role="input", hidden=True, part="x", label="x", t=0)
        return [*made.values(), *steepness(x, made)]


def curves(x: Node) -> dict[str, Step]:
    """ELU, SiLU by σ, GELU by Φ, softplus."""
    made = {"elu": apply(elu, x, name="elu", part="elu", label="ELU x", how="table")}
    s = made["sigma"] = apply(sigmoid, x, name="sigma", part="sigma", label="σ x", how="table")
    made["silu"] = apply(weighted, x, s, name="silu", part="silu", label="SiLU x")
    p = made["phi"] = apply(bell, x, name="phi", part="phi", label="Φ x", how="table")
    made["gelu"] = apply(weighted, x, p, name="gelu", part="gelu", label="GELU x")
    made["softplus"] = apply(softplus, x, name="softplus", part="softplus", how="table",
                             label="softplus x")  # fmt: skip
    return made


def steepness(x: Node, made: dict[str, Step]) -> list[Step]:
    """The slopes of those functions; GELU's takes the slope of Φ from a table."""
    found = []
    if "relu" in made:
        found += [
            apply(relu_slope, x, name="relu_slope", part="relu", label="ReLU′"),
            apply(leaky_slope, x, name="leaky_slope", part="leaky", label="leaky′"),
        ]
    if "elu" in made:
        found += [
            apply(elu_slope, x, made["elu"], name="elu_slope", part="elu", label="ELU′"),
            apply(silu_slope, made["sigma"], made["silu"], name="silu_slope", part="silu",
                  label="SiLU′", decimals=2),
        ]  # fmt: skip
        steep = apply(density, x, name="bell_slope", part="phi", label="φ x", how="table")
        found += [
            steep,
            apply(gelu_slope, made["phi"], x, steep, name="gelu_slope", part="gelu",
                  label="GELU′", decimals=2),
            apply(copy, made["sigma"], name="softplus_slope", part="softplus", label="softplus′"),
        ]  # fmt: skip
    return found
