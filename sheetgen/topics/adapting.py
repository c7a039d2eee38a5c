"""What is done to a net that is trained: adapted by a few more weights, thinned out, rounded."""

from __future__ import annotations

from typing import Annotated

from sheetgen.graph.gradients import gradients
from sheetgen.graph.nodes import (
    Step,
    apply,
    given_input,
    given_made,
    given_target,
    given_weights,
)
from sheetgen.graph.ops.language import divide, largest_size, times_row, whole_steps
from sheetgen.graph.ops.sums import add, linear, matmul, squared_error, subtract
from sheetgen.topics.layers import Batch
from sheetgen.topics.options import Range
from sheetgen.topics.registry import topic

ORDER = 80


@topic(
    "LoRA",
    code="y = W @ x + B @ (A @ x)",
    levels={
        "easy": {"outputs": 3, "features": 3},
        "medium": {},
        "hard": {"rank": 2, "batch": 2, "merged": True},
    },
)
def lora(
    features: Annotated[int, Range(2, 6)] = 4,
    outputs: Annotated[int, Range(2, 6)] = 4,
    rank: Annotated[int, Range(1, 3)] = 1,
    batch: Batch = 1,
    merged: bool = False,
    backward: bool = False,
) -> list[Step]:
    """Adapt a layer by a narrow detour beside its frozen weights: y = W·x + B·(A·x)."""
    x = given_input("x" if batch == 1 else "X", features, batch)
    W = given_made("W", outputs, features, "weights", "constant")
    A, B = given_weights("A", rank, features), given_weights("B", outputs, rank)
    u = apply(linear, A, x, name="u" if batch == 1 else "U")
    d = apply(linear, B, u, name="d" if batch == 1 else "D")
    frozen = apply(linear, W, x, name="f" if batch == 1 else "F")
    y = apply(add, frozen, d, name="y" if batch == 1 else "Y", role="output")
    found = [y]
    if merged:
        change = apply(matmul, B, A, name="BA")
        whole = apply(add, W, change, name="M", label="W′")
        found.append(apply(linear, whole, x, name="y2", label="y′", role="output"))
    if not backward:
        return found
    target = given_target("t" if batch == 1 else "T", y, one_hot=False)
    loss = apply(squared_error, y, target, hidden=True, name="loss")
    return [*found, *gradients(loss, [B, A])]


@topic(
    "Quantisation",
    code="q = torch.round(W / s)",
    levels={
        "easy": {"rows": 3, "columns": 2},
        "medium": {},
        "hard": {"columns": 4},
    },
)
def quantisation(
    rows: Annotated[int, Range(1, 6)] = 4,
    columns: Annotated[int, Range(2, 6)] = 3,
) -> list[Step]:
    """Store weights as whole numbers from −7 to 7 and a scale a row, and see what is lost."""
    W = given_made("W", rows, columns, "within a power of two", "parameter")
    m = apply(largest_size, W, name="m")
    s = apply(divide, m, name="s", by="7")
    Q = apply(whole_steps, W, s, name="Q", role="output")
    back = apply(times_row, Q, s, name="R", label="W′")
    return [apply(subtract, W, back, name="E", label="error")]
