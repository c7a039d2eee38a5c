"""Neurons and layers, forward only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from sheetgen.graph.givens import given_bias, given_input, given_weights
from sheetgen.graph.nodes import Given, Node, Role, Step, apply
from sheetgen.graph.ops.bends import relu, three_levels
from sheetgen.graph.ops.bends import sigmoid as sigma
from sheetgen.graph.ops.curves import leaky_relu
from sheetgen.graph.ops.gates import clipped
from sheetgen.graph.ops.gates import tanh as hyperbolic
from sheetgen.graph.ops.sums import affine, linear
from sheetgen.topics.options import Length, Range, Size, Widths
from sheetgen.topics.registry import topic

ORDER = 20

Batch = Annotated[int, Range(1, 4)]
Activation = Literal["relu", "sigmoid", "tanh", "leaky-relu", "none"]
Levels = Literal["value", "table", "levels"]
"""How σ or tanh is found: worked out, looked up in a printed table, or in levels."""
Decimals = Annotated[int, Range(1, 2)]


def dense(
    source: Node, units: int, weights: str, bias: str, name: str, with_bias: bool = True,
    role: Role = "state", label: str = "", near: Node | None = None, **options: Any,
) -> Step:  # fmt: skip
    """A linear layer: a weight row a unit, and a bias unless ``with_bias`` is off, which may bring
    the sums ``near`` something; ``options`` are those of the weights."""
    W = given_weights(weights, units, source, **options)
    if with_bias:
        b = given_bias(bias, units, near=None if near is None else (W, source, near))
        return apply(affine, W, b, source, name=name, role=role, label=label)
    return apply(linear, W, source, name=name, role=role, label=label)


@dataclass(frozen=True)
class Bend:
    """An activation, how it is found, and to how many decimals."""

    activation: Activation = "relu"
    how: Levels = "value"
    decimals: int = 1
    leak: str = ".1"
    """What leaky ReLU multiplies negatives by."""

    def after(self, z: Step, name: str, role: Role, **facts: Any) -> Step:
        """``z`` after the activation, with the ``facts`` of a step; ``z`` itself if there is
        none."""
        return z if self.activation == "none" else self.of(z, name, role, **facts)

    def of(self, z: Node, name: str, role: Role, **facts: Any) -> Step:
        """The activation of any matrix. Raises ValueError if there is none."""
        match self.activation, self.how:
            case "none", _:
                raise ValueError(f"no activation makes {name}")
            case "relu", _:
                return apply(relu, z, name=name, role=role, **facts)
            case "leaky-relu", _:
                decimals = max(self.decimals, len(self.leak.partition(".")[2]))
                return apply(leaky_relu, z, name=name, role=role, leak=self.leak,
                             decimals=decimals, **facts)  # fmt: skip
            case "sigmoid", "levels":
                return apply(three_levels, z, name=name, role=role, **facts)
            case "tanh", "levels":
                return apply(clipped, z, name=name, role=role, **facts)
        op = sigma if self.activation == "sigmoid" else hyperbolic
        return apply(op, z, name=name, role=role, decimals=self.decimals, how=self.how, **facts)


RELU = Bend()
NONE = Bend("none")


def layers(
    x: Given, widths: tuple[int, ...], bias: bool, last: Bend = RELU, output: bool = True,
    between: Bend = RELU, named: str = "", near: Node | None = None,
    parts: Mapping[int, str] | None = None,
) -> Step:  # fmt: skip
    """Layer after layer with an activation between them, and the ``last`` after the last; what
    comes last is the ``output`` unless more follows, may be ``named`` for it, and may be brought
    ``near`` something by its bias; ``parts`` say what the results of some layers are. Capital names
    for a batch."""
    z_name, a_name = ("Z", "A") if x.name.isupper() else ("z", "a")
    node: Node = x
    for k, units in enumerate(widths, start=1):
        final = k == len(widths)
        bend = last if final else between
        role: Role = "output" if output and final else "state"
        sums: Role = "state" if bend.activation != "none" else role
        z = dense(node, units, f"W{k}", f"b{k}", f"{z_name}{k}", bias, sums,
                  near=near if final else None)  # fmt: skip
        name = named if final and named else f"{a_name}{k}"
        node = bend.after(z, name, role, part=(parts or {}).get(k, ""))
    assert isinstance(node, Step)
    return node


def one_input(width: int, batch: int) -> Given:
    """``x`` for one sample, ``X`` for a batch of columns."""
    return given_input("x" if batch == 1 else "X", width, batch)


def bent(widths: tuple[int, ...], batch: int, bias: bool, bend: Bend) -> Step:
    """A net that bends after each of its layers."""
    return layers(one_input(widths[0], batch), widths[1:], bias, bend, between=bend)


def layer(units: int, features: int, names: tuple[str, str], bias: bool, bend: Bend) -> Step:
    """One layer over one input; ``names`` are those of its weights and of its bias."""
    role: Role = "output" if bend.activation == "none" else "state"
    z = dense(given_input("x", features), units, *names, "z", bias, role)
    return bend.after(z, "a", "output")


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
    return layer(1, features, ("w", "b"), bias, Bend(activation, sigmoid, decimals))


@topic(
    "Four Neurons",
    plain="A Layer of Neurons",
    told="neurons",
    one="A Single Neuron",
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
    return layer(neurons, features, ("W", "b"), bias, Bend(activation, sigmoid, decimals))


@topic(
    "Hidden Layer",
    code="nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2), nn.ReLU()",
    levels={
        "easy": {"widths": "2-3-2", "weights": "0..1"},
        "medium": {},
        "hard": {"widths": "4-6-3"},
    },
)
def hidden_layer(
    widths: Widths = (3, 4, 2),
    bias: bool = True,
    activation: Activation = "relu",
    sigmoid: Levels = "value",
    decimals: Decimals = 1,
) -> Step:
    """Carry one input through a hidden layer to the outputs."""
    return bent(widths, 1, bias, Bend(activation, sigmoid, decimals))


@topic(
    "A Batch of Three",
    plain="A Batch of Inputs",
    told="batch",
    one="A Single Input",
    code="nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2), nn.ReLU()",
    levels={
        "easy": {"widths": "2-3-2", "weights": "0..1"},
        "medium": {},
        "hard": {"widths": "4-5-3", "batch": 4},
    },
)
def batch_of_three(
    widths: Widths = (3, 4, 2),
    batch: Batch = 3,
    bias: bool = True,
    activation: Activation = "relu",
    sigmoid: Levels = "value",
    decimals: Decimals = 1,
) -> Step:
    """Carry three inputs at once through the same weights, a column each."""
    return bent(widths, batch, bias, Bend(activation, sigmoid, decimals))


@topic(
    "Seven Layers",
    plain="A Multilayer Perceptron",
    told="widths",
    one="A Linear Layer",
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
    activation: Activation = "relu",
    sigmoid: Levels = "value",
    decimals: Decimals = 1,
) -> Step:
    """Carry a batch through a multilayer perceptron, down one tower."""
    bend = Bend(activation, sigmoid, decimals)
    return layers(one_input(widths[0], batch), widths[1:], bias, NONE, between=bend)
