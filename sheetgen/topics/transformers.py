"""What a transformer is made of beside attention: its block, gated layers, experts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from sheetgen.errors import SheetgenError
from sheetgen.graph.givens import (
    given_bias,
    given_input,
    given_made,
    given_matrix,
    given_target,
    given_weights,
)
from sheetgen.graph.gradients import gradients
from sheetgen.graph.nodes import Graph, Node, Step, apply, printed, together, told_apart
from sheetgen.graph.ops.bends import relu
from sheetgen.graph.ops.routing import expert
from sheetgen.graph.ops.sums import add, affine, linear, matmul, multiply, squared_error
from sheetgen.graph.ops.windows import largest
from sheetgen.topics.attention import head
from sheetgen.topics.layers import Bend, Decimals, Levels, dense
from sheetgen.topics.options import Range
from sheetgen.topics.registry import topic

ORDER = 55

Few = Annotated[int, Range(1, 6)]


def way_back(Y: Step, but: Sequence[Node] = ()) -> list[Step]:
    """The gradients of all weights and biases that a result is made with, ``but`` for some, for
    squared error."""
    target = given_target(f"{Y.name}_target", Y, one_hot=False)
    loss = apply(squared_error, Y, target, hidden=True, name="loss")
    parameters = [g for g in Graph.of([loss]).givens if g.role == "parameter" and g not in but]
    return gradients(loss, parameters, add)


@topic(
    "Transformer Block",
    arrangement="attention and layers",
    code="x += attention(x); x += nn.Linear(4, 3)(F.relu(nn.Linear(3, 4)(x)))",
    levels={
        "easy": {"tokens": 3, "hidden": 3, "inputs": "0..3"},
        "medium": {"inputs": "0..3"},
        "hard": {"features": 4, "hidden": 5, "inputs": "0..3"},
    },
)
def transformer_block(
    features: Few = 3,
    tokens: Annotated[int, Range(2, 5)] = 5,
    hidden: Few = 4,
    attention: Literal["given", "worked"] = "given",
    backward: bool = False,
) -> list[Step]:
    """Let the tokens mix, then think each for itself; what went in is added after both."""
    X = given_matrix("X", features, tokens)
    with printed(backward):
        if attention == "given":
            A = given_made("A", tokens, tokens, "links", part="attention")
            Z = apply(matmul, X, A, name="Z")
        else:
            Z = head(X, 4, features)
        N = apply(add, X, Z, name="N")
        R = apply(relu, dense(N, hidden, "W1", "b1", "H"), name="R")
        F = dense(R, features, "W2", "b2", "F")
        Y = apply(add, N, F, name="Y", role="output")
    return way_back(Y) if backward else [Y]


@topic(
    "SwiGLU",
    code="w3(F.silu(w1(x)) * w2(x))",
    levels={
        "easy": {"tokens": 1, "hidden": 3, "inputs": "0..3"},
        "medium": {"inputs": "0..3"},
        "hard": {"features": 4, "hidden": 5, "tokens": 3, "inputs": "0..3"},
    },
)
def swiglu(
    features: Few = 3,
    hidden: Few = 4,
    tokens: Annotated[int, Range(1, 4)] = 2,
    sigmoid: Levels = "levels",
    decimals: Decimals = 1,
    backward: bool = False,
) -> list[Step]:
    """Let one branch say how much of the other passes, box by box."""
    X = given_matrix("X", features, tokens)
    with printed(backward):
        Z = apply(linear, given_weights("W1", hidden, X), X, name="Z")
        S = Bend("sigmoid", sigmoid, decimals).after(Z, "S", "state")
        A = apply(multiply, Z, S, name="A")
        U = apply(linear, given_weights("W2", hidden, X), X, name="U")
        H = apply(multiply, A, U, name="H", part="gated")
        Y = apply(linear, given_weights("W3", features, H), H, name="Y", role="output")
    return way_back(Y) if backward else [Y]


@topic(
    "Mixture of Experts",
    code="y = torch.relu(experts[gate(x).argmax()](x))",
    levels={
        "easy": {"outputs": 2, "weights": "0..1"},
        "medium": {},
        "hard": {"experts": 3, "tokens": 3},
    },
)
def mixture_of_experts(
    features: Few = 3,
    tokens: Annotated[int, Range(1, 4)] = 2,
    experts: Annotated[int, Range(2, 4)] = 2,
    outputs: Annotated[int, Range(2, 6)] = 4,
    backward: bool = False,
) -> list[Step]:
    """Send each token to the one expert that its gate chooses; the others rest."""
    if backward and tokens < experts:
        raise SheetgenError(f"--backward: each expert learns from tokens that chose it; "
                            f"give --tokens {experts} or more")  # fmt: skip
    with told_apart():
        X = given_input("X", features, tokens,
                        columns_said=tuple(f"t_{k}" for k in range(1, tokens + 1)))  # fmt: skip
    with printed(backward), told_apart():
        gate = given_weights("Wg", experts, X, "W_g"), given_bias("bg", experts, "b_g")
        scores = apply(affine, *gate, X, name="S")
        G = apply(largest, scores, name="G")
        parts: list[Node] = []
        for k in range(1, experts + 1):
            with together(f"expert {k}"):
                W, b = given_weights(f"W{k}", outputs, X), given_bias(f"b{k}", outputs)
                parts.append(apply(expert, W, b, X, G, name=f"Z{k}", number=k, label=f"Z_{k}"))
        Y = apply(relu, apply(add, *parts, name="Z"), name="Y", role="output")
    return way_back(Y, gate) if backward else [Y]
