"""Pairs that belong together: what fits is drawn near, the rest pushed away."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from sheetgen.graph.givens import given_made, given_matrix, given_weights
from sheetgen.graph.gradients import gradients
from sheetgen.graph.nodes import Graph, Step, apply, printed
from sheetgen.graph.numbers import from_decimals
from sheetgen.graph.ops.bends import power, quotient
from sheetgen.graph.ops.pairs import row_cross_entropy, row_quotient
from sheetgen.graph.ops.sums import add, column_sum, cross_entropy, linear, row_sum, transposed
from sheetgen.topics.layers import Decimals
from sheetgen.topics.options import Range
from sheetgen.topics.registry import topic

ORDER = 85

Few = Annotated[int, Range(1, 6)]


@topic(
    "CLIP",
    arrangement="pairs",
    code="F.cross_entropy(s, labels) + F.cross_entropy(s.T, labels)",
    levels={
        "easy": {"pairs": 2, "inputs": "0..2"},
        "medium": {"inputs": "0..2"},
        "hard": {"pixels": 4, "words": 3, "dimension": 3, "inputs": "0..2"},
    },
)
def clip(
    pairs: Annotated[int, Range(2, 4)] = 3,
    pixels: Few = 3,
    words: Few = 2,
    dimension: Annotated[int, Range(1, 4)] = 2,
    decimals: Decimals = 2,
    backward: bool = False,
) -> list[Step]:
    """Find for each picture its text, and for each text its picture."""
    with printed(backward):
        pictures = given_matrix("P", pixels, pairs, label="pictures")
        U = apply(linear, given_weights("W1", dimension, pictures), pictures, name="U")
        texts = given_matrix("T", words, pairs, label="texts")
        V = apply(linear, given_weights("W2", dimension, texts), texts, name="V")
        S = apply(transposed, U, V, name="S", part="similarity")
        E = apply(power, S, name="E", base="3", decimals=0)
        down = apply(column_sum, E, name="down", label="Σ↓")
        across = apply(row_sum, E, name="across", label="Σ→")
        A = apply(quotient, E, down, name="A", through=S, decimals=decimals)
        B = apply(row_quotient, E, across, name="B", through=S, decimals=decimals)
    if not backward:
        return [A, B]
    same = [[Decimal(i == j) for j in range(pairs)] for i in range(pairs)]
    target = given_made("I", pairs, pairs, "fixed", "target", table=from_decimals(same))
    loss = apply(add, apply(cross_entropy, A, target, hidden=True, through=S, name="loss_A"),
                 apply(row_cross_entropy, B, target, hidden=True, through=S, name="loss_B"),
                 hidden=True, name="loss")  # fmt: skip
    return gradients(loss, [g for g in Graph.of([loss]).givens if g.role == "parameter"], add)
