"""Attention: tokens that look at each other."""

from __future__ import annotations

from math import isqrt
from typing import Annotated, Any

from sheetgen.errors import SheetgenError
from sheetgen.graph.givens import given_matrix, given_target, given_weights
from sheetgen.graph.gradients import gradients
from sheetgen.graph.nodes import Given, Graph, Node, Step, apply, printed, together
from sheetgen.graph.ops.bends import divide_down, power, quotient
from sheetgen.graph.ops.moves import stack_rows
from sheetgen.graph.ops.sums import column_sum, linear, matmul, squared_error, transposed
from sheetgen.topics.options import Range
from sheetgen.topics.registry import topic

ORDER = 50

Features = Annotated[int, Range(1, 6)]
Tokens = Annotated[int, Range(1, 4)]
Some = Annotated[int, Range(2, 4)]
Keys = Annotated[int, Range(1, 4)]


def _modules(causal: str) -> dict[str, str]:
    """PyTorch's own attention for each head; whether a mask is on is a text."""
    return {
        f"Z{tail}": f"found = F.scaled_dot_product_attention(Q{tail}.T, K{tail}.T, V{tail}.T, "
                    f"is_causal={causal}).T"
        for tail in ("", "1", "2", "3")
    }  # fmt: skip


def _levels(**hard: Any) -> dict[str, dict[str, Any]]:
    """Few small tokens, the usual ones, and what is ``hard``; inputs small enough for powers."""
    small = {"inputs": "0..2"}
    return {"easy": {"features": 3, "tokens": 2, **small}, "medium": small, "hard": hard | small}


def _weights(which: str, tail: str, units: int, source: Node) -> Given:
    """``W_q``, of the second head ``W_{q2}``."""
    below = f"{which}{tail}"
    lowered = f"{{{below}}}" if tail else below
    return given_weights(f"W{below}", units, source, f"W_{lowered}")


def head(
    X: Node, keys: int, values: int, causal: bool = False, tail: str = "",
    memory: Node | None = None,
) -> Step:  # fmt: skip
    """One head: which tokens match, each column's shares by softmax with base 3, the mix of
    values. The tokens of X look at those of a ``memory``, or at each other."""
    below, M = f"_{tail}" if tail else "", memory or X
    decimals = 2 if M is not X and M.shape[1] == 2 else 1  # two have few shares of one decimal
    Q = apply(linear, _weights("q", tail, keys, X), X, name=f"Q{tail}", part="query")
    K = apply(linear, _weights("k", tail, keys, M), M, name=f"K{tail}", part="key")
    S = apply(transposed, K, Q, name=f"S{tail}", part="scores")
    scaled = S if keys == 1 else apply(divide_down, S, name=f"scaled{tail}", part="scaled",
                                       by=isqrt(keys), label=f"S′{below}")  # fmt: skip
    E = apply(power, scaled, name=f"E{tail}", part="powers", base="3", decimals=0, causal=causal)
    sums = apply(column_sum, E, name=f"sums{tail}", part="sums", label=f"ΣE{below}")
    A = apply(quotient, E, sums, name=f"A{tail}", part="shares", through=scaled, decimals=decimals)
    V = apply(linear, _weights("v", tail, values, M), M, name=f"V{tail}", part="value")
    return apply(matmul, V, A, name=f"Z{tail}", role="output", part="mix")


def heads_over(
    X: Node, keys: int, values: int, heads: int = 1, causal: bool = False, output: bool = False,
    memory: Given | None = None, part: str = "joined",
) -> Step:  # fmt: skip
    """Heads that look at the same tokens, over one another if they are several, and the weights
    that make one ``output`` of them, if asked for."""
    tails = [""] if heads == 1 else [str(k) for k in range(1, heads + 1)]
    mixed = []
    for tail in tails:
        with together(f"head {tail}" if tail else "head"):
            mixed.append(head(X, keys, values, causal, tail, memory))
    Z = mixed[0] if heads == 1 else apply(stack_rows, *mixed, name="Z", role="output")
    if not output:
        return Z
    Wo = _weights("o", "", X.shape[0], Z)
    return apply(linear, Wo, Z, name="O", role="output", part=part)


def attending(
    X: Given, keys: int, values: int, heads: int = 1, causal: bool = False, output: bool = False,
    backward: bool = False, memory: Given | None = None,
) -> list[Step]:  # fmt: skip
    """The heads, and the way back, if asked for."""
    if isqrt(keys) ** 2 != keys:
        raise SheetgenError(f"--keys: {keys} has no whole square root to divide by; give 1 or 4")
    if causal and X.shape[1] < 2:
        raise SheetgenError("a mask needs at least two tokens; raise --tokens")
    if backward and (memory or X).shape[1] < 2:
        raise SheetgenError("--backward: a single token has nothing to choose, so that its scores "
                            "learn nothing; give --tokens 2 or more")  # fmt: skip
    with printed(backward):
        Z = heads_over(X, keys, values, heads, causal, output, memory)
    if not backward:
        return [Z]
    target = given_target(f"{Z.name}_target", Z, one_hot=False)
    loss = apply(squared_error, Z, target, hidden=True, name="loss")
    return gradients(loss, [g for g in Graph.of([Z]).givens if g.role == "parameter"])


@topic(
    "Self-Attention",
    arrangement="attention",
    code="F.scaled_dot_product_attention(Q, K, V)",
    torch=_modules("{causal}"),
    levels=_levels(tokens=4, causal=True),
)
def self_attention(
    features: Features = 4,
    tokens: Tokens = 3,
    keys: Keys = 4,
    values: Keys = 2,
    heads: Annotated[int, Range(1, 3)] = 1,
    causal: bool = False,
    output: bool = False,
    backward: bool = False,
) -> list[Step]:
    """Let each token look at the others, and mix what they say."""
    return attending(given_matrix("X", features, tokens), keys, values, heads, causal, output,
                     backward)  # fmt: skip


@topic(
    "Masked Attention",
    arrangement="attention",
    code="F.scaled_dot_product_attention(Q, K, V, is_causal=True)",
    torch=_modules("True"),
    levels=_levels(tokens=4),
)
def masked_attention(
    features: Features = 4,
    tokens: Tokens = 3,
    keys: Keys = 4,
    values: Keys = 2,
    output: bool = False,
    backward: bool = False,
) -> list[Step]:
    """Let each token look at itself and those before it, never ahead."""
    X = given_matrix("X", features, tokens)
    return attending(X, keys, values, 1, True, output, backward)


@topic(
    "Multi-Head Attention",
    arrangement="attention",
    code="nn.MultiheadAttention(4, 2, bias=False)",
    torch=_modules("{causal}"),
    levels=_levels(tokens=4, causal=True),
)
def multi_head_attention(
    features: Features = 4,
    tokens: Some = 3,
    heads: Annotated[int, Range(2, 3)] = 2,
    keys: Keys = 4,
    values: Keys = 2,
    causal: bool = False,
    backward: bool = False,
) -> list[Step]:
    """Let several heads look at the same tokens, and make one output of what they mix."""
    X = given_matrix("X", features, tokens)
    return attending(X, keys, values, heads, causal, True, backward)


@topic(
    "Cross-Attention",
    arrangement="attention",
    code="F.scaled_dot_product_attention(Wq @ X, Wk @ M, Wv @ M)",
    torch=_modules("False"),
    levels=_levels(memory=3, output=True),
)
def cross_attention(
    features: Features = 4,
    tokens: Some = 3,
    memory: Some = 2,
    keys: Keys = 4,
    values: Keys = 2,
    output: bool = False,
    backward: bool = False,
) -> list[Step]:
    """Let each token of one text look at those of another, and mix what these say."""
    X, M = given_matrix("X", features, tokens), given_matrix("M", features, memory)
    return attending(X, keys, values, output=output, backward=backward, memory=M)
