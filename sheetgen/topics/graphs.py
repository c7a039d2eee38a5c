"""Networks on graphs: each node looks at its neighbours."""

from __future__ import annotations

from typing import Annotated

from sheetgen.graph.givens import given_adjacency, given_input
from sheetgen.graph.nodes import Step, apply, printed
from sheetgen.graph.ops.bends import relu
from sheetgen.graph.ops.norms import over_columns
from sheetgen.graph.ops.sums import column_sum, matmul
from sheetgen.topics.layers import dense
from sheetgen.topics.options import Range
from sheetgen.topics.registry import topic
from sheetgen.topics.vision import trained

ORDER = 80

Few = Annotated[int, Range(1, 5)]


@topic(
    "Graph Convolution",
    arrangement="graph",
    code="torch.relu(W @ (X @ A) + b)",
    levels={
        "easy": {"nodes": 4, "features": 2},
        "medium": {},
        "hard": {"nodes": 6, "features": 3, "units": 4},
    },
)
def graph_convolution(
    nodes: Annotated[int, Range(3, 6)] = 5,
    features: Few = 3,
    units: Few = 3,
    normalised: bool = False,
    backward: bool = False,
) -> list[Step]:
    """Let each node add up itself and its neighbours, then weigh the sums, the same for all."""
    X = given_input("X", features, nodes)
    A = given_adjacency("A", nodes)
    with printed(backward):
        M = apply(matmul, X, A, name="M", part="mix")
        if normalised:
            count = apply(column_sum, A, name="d", part="sums")
            M = apply(over_columns, M, count, name="N", part="mean", decimals=1)
        H = apply(relu, dense(M, units, "W", "b", "Z"), name="H", role="output")
    return trained(H) if backward else [H]
