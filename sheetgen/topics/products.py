"""Products: where it all starts."""

from __future__ import annotations

from sheetgen.graph.nodes import Step, apply, given_matrix
from sheetgen.graph.ops.sums import matmul
from sheetgen.topics.options import Size
from sheetgen.topics.registry import topic

ORDER = 10


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
