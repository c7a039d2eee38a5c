"""Neurons and layers, forward only."""

from __future__ import annotations

from typing import Annotated, Literal

from sheetgen.graph.nodes import (
    Given,
    Node,
    Role,
    Step,
    apply,
    given_bias,
    given_input,
    given_weights,
)
from sheetgen.graph.ops.bends import relu, sigmoid, three_levels
from sheetgen.graph.ops.sums import affine, linear
from sheetgen.topics.options import Length, Range, Size, Widths
from sheetgen.topics.registry import topic

ORDER = 20

Batch = Annotated[int, Range(1, 4)]
Activation = Literal["relu", "sigmoid"]
Levels = Literal["value", "table", "levels"]
Decimals = Annotated[int, Range(1, 2)]


def dense(
    source: Node, units: int, weights: str, bias: str, name: str, with_bias: bool = True,
    role: Role = "state", label: str = "",
) -> Step:  # fmt: skip
    """A linear layer: a weight row a unit, and a bias unless ``with_bias`` is off."""
    W = given_weights(weights, units, source)
    if with_bias:
        return apply(affine, W, given_bias(bias, units), source, name=name, role=role,
                     label=label)  # fmt: skip
    return apply(linear, W, source, name=name, role=role, label=label)


def layers(
    x: Given, widths: tuple[int, ...], bias: bool, last_relu: bool = True, output: bool = True
) -> Step:
    """Layer after layer with ReLU between them, and after the last if ``last_relu``; what comes
    last is the ``output`` unless more follows. Capital names for a batch."""
    z_name, a_name = ("Z", "A") if x.name.isupper() else ("z", "a")
    node: Node = x
    for k, units in enumerate(widths, start=1):
        last: Role = "output" if output and k == len(widths) else "state"
        sums: Role = "state" if last_relu else last
        node = dense(node, units, f"W{k}", f"b{k}", f"{z_name}{k}", bias, sums)
        if last_relu or k < len(widths):
            node = apply(relu, node, name=f"{a_name}{k}", role=last)
    assert isinstance(node, Step)
    return node


def one_input(width: int, batch: int) -> Given:
    """``x`` for one sample, ``X`` for a batch of columns."""
    return given_input("x" if batch == 1 else "X", width, batch)


def bent(z: Step, activation: Activation, how: Levels, decimals: int) -> Step:
    """The output ``a`` after ReLU, or after a sigmoid by value, by a printed table or in three
    levels."""
    if activation == "relu":
        return apply(relu, z, name="a", role="output")
    if how == "levels":
        return apply(three_levels, z, name="a", role="output")
    return apply(sigmoid, z, name="a", role="output", decimals=decimals, how=how)


@topic(
    "A Single Neuron",
    code="a = relu(w @ x + b)",
    levels={
        "easy": {"features": 4, "weights": "0..1", "biases": "-9..5"},
        "medium": {},
        "hard": {"features": 6, "weights": "-2..2"},
    },
)
def single_neuron(
    features: Size = 3,
    bias: bool = True,
    activation: Activation = "relu",
    sigmoid: Levels = "value",
    decimals: Decimals = 1,
) -> Step:
    """Weigh the inputs of one neuron, add the bias, apply ReLU."""
    z = dense(given_input("x", features), 1, "w", "b", "z", bias)
    return bent(z, activation, sigmoid, decimals)


@topic(
    "Four Neurons",
    plain="A Layer of Neurons",
    code="nn.Linear(3, 4), nn.ReLU()",
    levels={
        "easy": {"features": 2, "neurons": 3, "weights": "0..1"},
        "medium": {},
        "hard": {"features": 5, "neurons": 6, "weights": "-2..2"},
    },
)
def four_neurons(
    features: Size = 3,
    neurons: Size = 4,
    bias: bool = True,
    activation: Activation = "relu",
    sigmoid: Levels = "value",
    decimals: Decimals = 1,
) -> Step:
    """Carry one input through a layer of neurons, and draw its links."""
    z = dense(given_input("x", features), neurons, "W", "b", "z", bias)
    return bent(z, activation, sigmoid, decimals)


@topic(
    "Hidden Layer",
    code="nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2), nn.ReLU()",
    levels={
        "easy": {"widths": "2-3-2", "weights": "0..1"},
        "medium": {},
        "hard": {"widths": "4-6-3"},
    },
)
def hidden_layer(widths: Widths = (3, 4, 2), bias: bool = True) -> Step:
    """Carry one input through a hidden layer to the outputs."""
    return layers(one_input(widths[0], 1), widths[1:], bias)


@topic(
    "A Batch of Three",
    plain="A Batch of Inputs",
    code="nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2), nn.ReLU()",
    levels={
        "easy": {"widths": "2-3-2", "weights": "0..1"},
        "medium": {},
        "hard": {"widths": "4-5-3", "batch": 4},
    },
)
def batch_of_three(widths: Widths = (3, 4, 2), batch: Batch = 3, bias: bool = True) -> Step:
    """Carry three inputs at once through the same weights, a column each."""
    return layers(one_input(widths[0], batch), widths[1:], bias)


@topic(
    "Seven Layers",
    plain="A Multilayer Perceptron",
    code="7 × nn.Linear(…, bias=False), nn.ReLU() after the first 6",
    levels={
        "easy": {"widths": "2-3-2-2-2-2-1", "batch": 1},
        "medium": {},
        "hard": {"widths": "4-6-3-4-3-3-2-2"},
    },
)
def seven_layer_mlp(
    widths: Annotated[tuple[int, ...], Range(1, 8), Length(2, 8)] = (3, 5, 2, 3, 2, 2, 2, 1),
    batch: Batch = 2,
    bias: bool = False,
) -> Step:
    """Carry a batch through a multilayer perceptron, down one tower."""
    return layers(one_input(widths[0], batch), widths[1:], bias, last_relu=False)
