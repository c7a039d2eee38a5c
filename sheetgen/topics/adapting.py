"""What is done to a net that is trained: adapted by a few more weights, thinned out, rounded."""

from __future__ import annotations

from typing import Annotated, Literal

from sheetgen.graph.givens import given_input, given_made, given_target, given_weights
from sheetgen.graph.gradients import gradients
from sheetgen.graph.nodes import Graph, Node, Role, Step, apply, printed
from sheetgen.graph.ops.bends import relu
from sheetgen.graph.ops.gates import drop_mask
from sheetgen.graph.ops.language import divide, largest_size, times_row, whole_steps
from sheetgen.graph.ops.sums import add, linear, matmul, squared_error, subtract
from sheetgen.topics.layers import Batch, dense
from sheetgen.topics.options import Length, Range
from sheetgen.topics.registry import Ask, topic

ORDER = 80


def trained(graph: Graph) -> str:
    """How many weights are trained."""
    return str(graph.parameter_count)


def frozen(graph: Graph) -> str:
    """How many weights a frozen block has."""
    [block] = [g for g in graph.givens if g.draw == "weights" and g.role == "constant"]
    return str(block.shape[0] * block.shape[1])


@topic(
    "LoRA",
    code="y = W @ x + B @ (A @ x)",
    levels={
        "easy": {"outputs": 3, "features": 3},
        "medium": {},
        "hard": {"rank": 2, "merged": True},
    },
    asks=(Ask("How many weights are trained?", trained), Ask("How many does W have?", frozen)),
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
    found: list[Step] = []
    if merged:
        change = apply(matmul, B, A, name="BA")
        whole = apply(add, W, change, name="M", label="W′")
        found.append(apply(linear, whole, x, name="y2", label="y′", role="output"))
    u = apply(linear, A, x, name="u" if batch == 1 else "U")
    d = apply(linear, B, u, name="d" if batch == 1 else "D")
    frozen = apply(linear, W, x, name="f" if batch == 1 else "F")
    y = apply(add, frozen, d, name="y" if batch == 1 else "Y", role="output")
    found.append(y)
    if not backward:
        return found
    target = given_target("t" if batch == 1 else "T", y, one_hot=False, label=named_target(batch))
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


def named_target(batch: int) -> str:
    """What a page calls the target."""
    return "y_{target}" if batch == 1 else "Y_{target}"


RATES = {"0.5": "2", "0.33": "1.5"}
"""How many are dropped -> 1 / (1 − that), rounded, by which the others grow."""


def dropped(node: Node, rate: str, tail: str, name: str, role: Role = "state") -> Step:
    """A layer's results without those of the units that printed random numbers drop."""
    r = given_made(f"r{tail}", node.shape[0], 1, "hundredths", "constant")
    mask = apply(drop_mask, r, name=f"M{tail}", rate=rate.lstrip("0"), factor=RATES[rate])
    return apply(matmul, mask, node, name=name, role=role)


@topic(
    "Dropout",
    code="nn.Dropout(0.5)",
    levels={
        "easy": {"widths": "2-3-2"},
        "medium": {},
        "hard": {"rate": "0.33", "widths": "3-4-4-2"},
    },
)
def dropout(
    widths: Annotated[tuple[int, ...], Range(1, 6), Length(3, 5)] = (2, 4, 3, 2),
    batch: Batch = 2,
    rate: Literal["0.5", "0.33"] = "0.5",
    backward: bool = False,
) -> list[Step]:
    """Drop some units by printed random numbers, and make the others larger to make up for it."""
    node: Node = given_input("x" if batch == 1 else "X", widths[0], batch)
    z, a, d = ("Z", "A", "D") if batch > 1 else ("z", "a", "d")
    last = len(widths) - 1
    with printed(backward):
        for k, units in enumerate(widths[1:], 1):
            role: Role = "output" if k == last else "state"
            node = dense(node, units, f"W{k}", f"b{k}", f"{z}{k}", role=role)
            if k == last:
                break
            node = dropped(apply(relu, node, name=f"{a}{k}"), rate, str(k), f"{d}{k}")
    assert isinstance(node, Step)
    if not backward:
        return [node]
    target = given_target("T" if batch > 1 else "t", node, one_hot=False, label=named_target(batch))
    loss = apply(squared_error, node, target, hidden=True, name="loss")
    trained = [g for g in Graph.of([node]).givens if g.role == "parameter"]
    return gradients(loss, sorted(trained, key=lambda g: g.order))
