"""Normalisations: mean 0 and deviation 1, then a scale and a shift that are learned."""

from __future__ import annotations

from typing import Annotated

from sheetgen.errors import SheetgenError
from sheetgen.graph.givens import given_bias, given_gains, given_levelled, given_weights
from sheetgen.graph.nodes import Node, Role, Step, apply, printed
from sheetgen.graph.ops.norms import (
    averaged,
    column_squares,
    over_columns,
    over_rows,
    row_squares,
    scale_rows,
    scale_shift,
)
from sheetgen.graph.ops.sums import (
    affine,
    column_sum,
    row_sum,
    spread_columns,
    spread_rows,
    subtract,
)
from sheetgen.graph.ops.windows import square_root
from sheetgen.topics.options import Range
from sheetgen.topics.registry import topic
from sheetgen.topics.vision import trained

ORDER = 75

Few = Annotated[int, Range(1, 4)]
Spread = Annotated[int, Range(4, 6)]
"""How many numbers may have a whole mean and a whole deviation."""
BATCH = """found = F.batch_norm((Z if {linear} else X).T, None, None, gamma[:, 0], beta[:, 0], True,
                     eps=1e-9).T"""
LAYER = "found = F.layer_norm(X.T, ({features},), gamma[:, 0], beta[:, 0], eps=0).T"
ROOT = "found = F.rms_norm(X.T, ({features},), gamma[:, 0], eps=0).T"
COMES_OUT = (4, 5)
"""By how many a mean of the way back can be divided without rounding."""


def _check(option: str, count: int, backward: bool) -> None:
    """Raises SheetgenError where means of the way back would have to be rounded."""
    if backward and count not in COMES_OUT:
        raise SheetgenError(f"--{option}: the means of the way back do not come out with {count}; "
                            "give 4 or 5")  # fmt: skip


def normalised(X: Node, down: bool, centred: bool = True) -> Step:
    """Each row, or ``down`` each column, with its mean taken off (if ``centred``) and divided by
    its deviation, in small steps."""
    count = X.shape[0 if down else 1]
    squares = column_squares if down else row_squares
    C = X
    if centred:
        total = apply(column_sum if down else row_sum, X, name="sum", label="Σ", part="total")
        mean = apply(averaged, total, name="mu", label="μ", part="mean", by=count,
                     decimals=0)  # fmt: skip
        wide = (apply(spread_rows, mean, name="means", label="μ", hidden=True, rows=count) if down
                else apply(spread_columns, mean, name="means", label="μ", hidden=True,
                          cols=count))  # fmt: skip
        C = apply(subtract, X, wide, name="C", part="centred")
    Q = apply(squares, C, name="Q", label=f"Σ{'C' if centred else X.name}²", part="total")
    V = apply(averaged, Q, name="V", label="σ²" if centred else "r²", part="total", by=count,
              decimals=0)  # fmt: skip
    S = apply(square_root, V, name="sigma" if centred else "r", label="σ" if centred else "r",
              part="deviation", decimals=0)  # fmt: skip
    return apply(over_columns if down else over_rows, C, S, name="N", part="normed", through=X,
                 decimals=1, centred=centred)  # fmt: skip


def learned(N: Step, name: str = "Y", role: Role = "output") -> Step:
    """γ times what was normalised, plus β."""
    rows = N.shape[0]
    return apply(scale_shift, N, given_gains("gamma", rows, "γ"), given_bias("beta", rows, "β"),
                 name=name, role=role, part="scaled")  # fmt: skip


@topic(
    "Batch Normalization",
    arrangement="normalised",
    code="nn.Linear(3, 3), nn.BatchNorm1d(3, eps=1e-9)",
    torch={"Y": BATCH},
    levels={
        "easy": {"features": 2, "linear": "no"},
        "medium": {},
        "hard": {"features": 4},
    },
)
def batch_norm(
    features: Few = 3,
    batch: Spread = 5,
    linear: bool = True,
    backward: bool = False,
) -> list[Step]:
    """Give each feature of a batch mean 0 and deviation 1, then a scale and a shift."""
    _check("batch", batch, backward)
    with printed(backward):
        if linear:
            W = given_weights("W", features, features)
            X = given_levelled("X", features, batch, through="W")
            Z: Node = apply(affine, W, given_bias("b", features), X, name="Z")
        else:
            Z = given_levelled("X", features, batch)
        Y = learned(normalised(Z, down=False))
    return trained(Y, () if linear else ("X",), but=("b",)) if backward else [Y]


@topic(
    "Layer Normalization",
    arrangement="normalised",
    code="nn.LayerNorm(5, eps=0)",
    torch={"Y": LAYER},
    levels={
        "easy": {"tokens": 2},
        "medium": {},
        "hard": {"tokens": 4},
    },
)
def layer_norm(features: Spread = 5, tokens: Few = 3, backward: bool = False) -> list[Step]:
    """Give each token mean 0 and deviation 1, down its column, then a scale and a shift."""
    _check("features", features, backward)
    X = given_levelled("X", features, tokens, down=True)
    with printed(backward):
        Y = learned(normalised(X, down=True))
    return trained(Y, ("X",)) if backward else [Y]


@topic(
    "RMS Normalization",
    arrangement="normalised",
    code="nn.RMSNorm(5, eps=0)",
    torch={"Y": ROOT},
    levels={
        "easy": {"features": 4, "tokens": 2},
        "medium": {},
        "hard": {"tokens": 4},
    },
)
def rms_norm(
    features: Spread = 5, tokens: Few = 3, backward: bool = False
) -> list[Step]:
    """Divide each token by the root of the mean of its squares, then scale it."""
    _check("features", features, backward)
    X = given_levelled("X", features, tokens, down=True, centred=False)
    with printed(backward):
        N = normalised(X, down=True, centred=False)
        Y = apply(scale_rows, N, given_gains("gamma", features, "γ"), name="Y", role="output",
                  part="scaled")  # fmt: skip
    return trained(Y, ("X",)) if backward else [Y]
