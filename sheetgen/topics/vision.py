"""What sees pictures: a window that moves over one, and layers with a way past them."""

from __future__ import annotations

from typing import Annotated, Literal

from sheetgen.errors import SheetgenError
from sheetgen.graph.givens import (
    given_bias,
    given_identity,
    given_kernel,
    given_picture,
    given_target,
    given_weights,
)
from sheetgen.graph.gradients import gradients
from sheetgen.graph.nodes import Graph, Step, apply, printed
from sheetgen.graph.ops.bends import relu
from sheetgen.graph.ops.skips import affine_both
from sheetgen.graph.ops.sums import add, squared_error
from sheetgen.graph.ops.windows import convolve, max_pool
from sheetgen.topics.layers import Batch, dense, one_input
from sheetgen.topics.options import Length, Range
from sheetgen.topics.registry import topic

ORDER = 70


def trained(last: Step, wrt: tuple[str, ...] = (), but: tuple[str, ...] = ()) -> list[Step]:
    """The way back from the squared error of what comes last, to all parameters ``but`` some, and
    to some more."""
    target = given_target(f"{last.name}_target", last, one_hot=False)
    loss = apply(squared_error, last, target, hidden=True, name="loss")
    asked = [g for g in Graph.of([last]).givens
             if (g.role == "parameter" and g.name not in but) or g.name in wrt]  # fmt: skip
    return gradients(loss, asked, add)


@topic(
    "Residual Block",
    code="x + nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 4))(x), nn.ReLU()",
    levels={
        "easy": {"widths": "3-2", "batch": 1, "weights": "0..1"},
        "medium": {},
        "hard": {"widths": "4-5", "batch": 3},
    },
)
def residual_block(
    widths: Annotated[tuple[int, ...], Range(1, 6), Length(2, 2)] = (4, 3),
    batch: Batch = 2,
    backward: bool = False,
) -> list[Step]:
    """Carry the inputs past two layers and add them to what these make: [I | W | b]."""
    outer, inner = widths
    X = one_input(outer, batch)
    z, a, y = ("z", "a", "y") if batch == 1 else ("Z", "A", "Y")
    with printed(backward):
        A = apply(relu, dense(X, inner, "W1", "b1", f"{z}1"), name=f"{a}1")
        Z = apply(affine_both, given_identity("I", outer), X, given_weights("W2", outer, A), A,
                  given_bias("b2", outer), name=f"{z}2")  # fmt: skip
        Y = apply(relu, Z, name=y, role="output")
    return trained(Y, (X.name,)) if backward else [Y]


@topic(
    "Convolution and Pooling",
    plain="Convolution",
    plain_if={"pool": 1},
    arrangement="window",
    code="nn.Conv2d(1, 1, 2), nn.ReLU(), nn.MaxPool2d(2)",
    levels={
        "easy": {"size": 4, "pool": 1, "weights": "-1..1", "inputs": "0..3"},
        "medium": {},
        "hard": {"size": 4, "kernel": 3, "padding": 1},
    },
)
def conv2d(
    size: Annotated[int, Range(1, 10)] = 5,
    kernel: Annotated[int, Range(1, 4)] = 2,
    stride: Annotated[int, Range(1, 3)] = 1,
    padding: Annotated[int, Range(0, 2)] = 0,
    pool: Annotated[int, Range(1, 3)] = 2,
    dimensions: Literal["2", "1"] = "2",
    backward: bool = False,
) -> list[Step]:
    """Move a window over a picture: multiply, add up, ReLU, and keep the largest."""
    flat = dimensions == "1"
    made = _size_made(size, kernel, stride, padding, pool, flat)
    X = given_picture("X", 1 if flat else size, size)
    K = given_kernel("K", 1 if flat else kernel, kernel)
    with printed(backward):
        Z = apply(convolve, X, K, given_bias("b", 1), name="Z", stride=stride, padding=padding,
                  above=0 if flat else padding)  # fmt: skip
        last = apply(relu, Z, name="A", role="output" if pool == 1 else "state")
        if pool > 1:
            last = apply(max_pool, last, name="P", role="output", through=Z, size=pool,
                         tall=1 if flat else pool)  # fmt: skip
    assert Z.shape[1] == made
    return trained(last) if backward else [last]


def _size_made(
    size: int, kernel: int, stride: int, padding: int, pool: int, flat: bool
) -> int:  # fmt: skip
    """How many boxes a side of the result has. Raises SheetgenError for what does not fit."""
    picture = f"{'1' if flat else size}×{size}"
    if not flat and size > 8:
        raise SheetgenError(f"--size: a picture of {picture} fits no page; give at most 8, or "
                            "--dimensions 1")  # fmt: skip
    if padding >= kernel:
        raise SheetgenError(f"--padding: with {padding} a kernel of {kernel} would see nothing but "
                            f"zeros at the edge; give at most {kernel - 1}")  # fmt: skip
    if kernel > size:
        raise SheetgenError(f"--kernel: {kernel} is larger than its picture of {picture}; "
                            "raise --size")  # fmt: skip
    made = (size + 2 * padding - kernel) // stride + 1
    if made < 2:
        raise SheetgenError("the window has one place alone; raise --size or lower --kernel or "
                            "--stride")  # fmt: skip
    if pool > made:
        raise SheetgenError(f"--pool: {pool} is larger than what it is taken of, which has {made} "
                            "boxes a side; lower it or raise --size")  # fmt: skip
    return made
