"""Attention: tokens that look at each other."""

from __future__ import annotations

from math import isqrt
from typing import Annotated

from sheetgen.errors import SheetgenError
from sheetgen.graph.gradients import gradients
from sheetgen.graph.nodes import (
    Given,
    Graph,
    Node,
    Step,
    apply,
    given_matrix,
    given_target,
    given_weights,
    printed,
    together,
)
from sheetgen.graph.ops.bends import divide_down, power, quotient
from sheetgen.graph.ops.moves import stack_rows
from sheetgen.graph.ops.sums import column_sum, linear, matmul, squared_error, transposed
from sheetgen.topics.options import Range
from sheetgen.topics.registry import topic

ORDER = 50

MODULES = {
    f"Z{tail}": f"found = F.scaled_dot_product_attention(Q{tail}.T, K{tail}.T, V{tail}.T, "
                "is_causal={causal}).T"
    for tail in ("", "1", "2", "3")
}  # fmt: skip


def _weights(which: str, tail: str, units: int, source: Node) -> Given:
    """``W_q``, of the second head ``W_{q2}``."""
    below = f"{which}{tail}"
    lowered = f"{{{below}}}" if tail else below
    return given_weights(f"W{below}", units, source, f"W_{lowered}")


def head(X: Given, keys: int, values: int, causal: bool, tail: str) -> Step:
    """One head: which tokens match, each column's shares by softmax with base 3, the mix of
    values."""
    below = f"_{tail}" if tail else ""
    Q = apply(linear, _weights("q", tail, keys, X), X, name=f"Q{tail}", part="query")
    K = apply(linear, _weights("k", tail, keys, X), X, name=f"K{tail}", part="key")
    S = apply(transposed, K, Q, name=f"S{tail}", part="scores")
    scaled = apply(divide_down, S, name=f"scaled{tail}", part="scaled", by=isqrt(keys),
                   label=f"S′{below}")  # fmt: skip
    E = apply(power, scaled, name=f"E{tail}", part="powers", base="3", decimals=0, causal=causal)
    sums = apply(column_sum, E, name=f"sums{tail}", part="sums", label=f"ΣE{below}")
    A = apply(quotient, E, sums, name=f"A{tail}", part="shares", through=scaled, decimals=1)
    V = apply(linear, _weights("v", tail, values, X), X, name=f"V{tail}", part="value")
    return apply(matmul, V, A, name=f"Z{tail}", role="output", part="mix")


@topic(
    "Self-Attention",
    arrangement="attention",
    code="F.scaled_dot_product_attention(Q, K, V)",
    torch=MODULES,
    levels={
        "easy": {"features": 3, "tokens": 2, "inputs": "0..2"},
        "medium": {"inputs": "0..2"},
        "hard": {"tokens": 4, "causal": True, "inputs": "0..2"},
    },
)
def self_attention(
    features: Annotated[int, Range(1, 6)] = 4,
    tokens: Annotated[int, Range(1, 4)] = 3,
    keys: Annotated[int, Range(1, 4)] = 4,
    values: Annotated[int, Range(1, 4)] = 2,
    heads: Annotated[int, Range(1, 3)] = 1,
    causal: bool = False,
    output: bool = False,
    backward: bool = False,
) -> list[Step]:
    """Let each token look at the others, and mix what they say."""
    if isqrt(keys) ** 2 != keys:
        raise SheetgenError(f"--keys: {keys} has no whole square root to divide by; give 1 or 4")
    if causal and tokens < 2:
        raise SheetgenError("a mask needs at least two tokens; raise --tokens")
    X = given_matrix("X", features, tokens)
    with printed(backward):
        tails = [""] if heads == 1 else [str(k) for k in range(1, heads + 1)]
        mixed = []
        for tail in tails:
            with together(f"head {tail}" if tail else "head"):
                mixed.append(head(X, keys, values, causal, tail))
        Z = mixed[0] if heads == 1 else apply(stack_rows, *mixed, name="Z", role="output")
        if output:
            Wo = _weights("o", "", features, Z)
            Z = apply(linear, Wo, Z, name="O", role="output", part="joined")
    if not backward:
        return [Z]
    target = given_target(f"{Z.name}_target", Z, one_hot=False)
    loss = apply(squared_error, Z, target, hidden=True, name="loss")
    return gradients(loss, [g for g in Graph.of([Z]).givens if g.role == "parameter"])
