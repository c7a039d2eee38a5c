"""Products: where it all starts."""

from __future__ import annotations

from typing import Annotated

from sheetgen.graph.givens import given_matrix
from sheetgen.graph.nodes import Step, apply
from sheetgen.graph.ops.sums import matmul
from sheetgen.topics.options import Range, Size
from sheetgen.topics.registry import topic

ORDER = 10


@topic(
    "Dot Product",
    arrangement="dots",
    code="c = a @ b",
    levels={
        "easy": {"length": 2, "products": 6, "inputs": "0..5"},
        "medium": {},
        "hard": {"length": 4, "inputs": "-3..5"},
    },
)
def dot_product(
    length: Annotated[int, Range(1, 4)] = 3, products: Annotated[int, Range(1, 6)] = 4
) -> list[Step]:
    """Multiply the numbers of a row and of a column pair by pair, and add up."""
    tails = [""] if products == 1 else [str(k) for k in range(1, products + 1)]
    return [
        apply(
            matmul,
            given_matrix(f"a{tail}", 1, length, "left"),
            given_matrix(f"b{tail}", length, 1, "right"),
            name=f"c{tail}",
            role="output",
            part="pairs",
        )
        for tail in tails
    ]


@topic(
    "Matrix Multiplication",
    arrangement="product",
    code="C = A @ B",
    levels={
        "easy": {"rows": 2, "inner": 2, "columns": 2, "inputs": "0..3"},
        "medium": {},
        "hard": {"rows": 3, "inner": 4, "columns": 3, "inputs": "-3..5"},
    },
)
def matrix_multiplication(rows: Size = 2, inner: Size = 2, columns: Size = 3) -> Step:
    """Multiply two matrices, a row by a column for each box."""
    return apply(
        matmul,
        given_matrix("A", rows, inner, "left"),
        given_matrix("B", inner, columns, "right"),
        name="C",
        role="output",
    )
