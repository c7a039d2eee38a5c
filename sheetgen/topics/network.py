"""A net of your own, in the words of PyTorch."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from sheetgen.errors import SheetgenError
from sheetgen.graph.gradients import Joins
from sheetgen.graph.nodes import Node, Step, apply, printed
from sheetgen.graph.ops.moves import column, columns, stack_rows
from sheetgen.graph.ops.sums import add
from sheetgen.topics.layers import Decimals, Levels
from sheetgen.topics.nets.build import Look, Net
from sheetgen.topics.nets.sizes import plan
from sheetgen.topics.nets.words import KNOWN, Word, normal, read_layers
from sheetgen.topics.options import Range, Written
from sheetgen.topics.registry import topic
from sheetgen.topics.training import USUAL, Loss, compared, target_of, trained, usual_rate

ORDER = 90

Layers = Annotated[str, Written(normal, f"Layers as PyTorch writes them, of {', '.join(KNOWN)}.")]
Columns = Literal["usual", "1", "2", "3", "4", "5", "6"]
Side = Literal["usual", "2", "3", "4", "5", "6", "7", "8"]
ForLoss = Literal[
    "usual", "cross-entropy", "squared-error", "half-squared-error", "mean-squared-error",
    "binary-cross-entropy",
]  # fmt: skip
USUAL_LOSS: dict[str, Loss] = {"Softmax": "cross-entropy", "Sigmoid": "binary-cross-entropy"}
"""Last layer -> the loss if none is given; of others it is the squared error."""


def loss_for(loss: ForLoss, last: Word) -> Loss:
    """The loss that is taken of the last layer. Raises SheetgenError for one that is not."""
    chosen: Loss = USUAL_LOSS.get(last.name, "squared-error") if loss == "usual" else loss
    asked = {usual: name for name, usual in USUAL_LOSS.items()}.get(chosen)
    if asked is not None and last.name != asked:
        raise SheetgenError(f"--loss {chosen} is taken of {asked}; let it be the last layer of "
                            "--layers, or give --loss squared-error")  # fmt: skip
    if last.name == "Softmax" and chosen != "cross-entropy":
        raise SheetgenError(f"--loss {chosen} is not taken of Softmax; leave it out, which gives "
                            "cross-entropy")  # fmt: skip
    return chosen


@topic(
    "Your Own Network",
    arrangement="by layers",
    code="nn.Sequential({layers})",
    levels={
        "easy": {"layers": "Linear(2,3),ReLU,Linear(3,2)", "weights": "0..1"},
        "medium": {},
        "hard": {"layers": "Linear(3,5),ReLU,Linear(5,3),ReLU,Linear(3,2),Softmax"},
    },
    drawn_as={"forward": "blank", "update": True, "learning_rate": USUAL},
    drawn_if=("backward", "update"),
)
def network(
    layers: Layers = "Linear(3,4),ReLU,Linear(4,2),Softmax",
    batch: Columns = "usual",
    size: Side = "usual",
    sigmoid: Levels = "value",
    decimals: Decimals = 1,
    softmax_base: Literal["e", "3"] = "e",
    softmax_decimals: Annotated[int, Range(1, 2)] = 1,
    loss: ForLoss = "usual",
    backward: bool = False,
    forward: Literal["given", "blank"] = "given",
    update: bool = False,
    learning_rate: Decimal = USUAL,
) -> list[Step]:
    """Carry inputs through layers of your own, and the error back through them."""
    words = read_layers(layers)
    backward = backward or update  # new weights come of gradients
    if loss != "usual" and not backward:
        raise SheetgenError("--loss is of the way back; give --backward too")
    planned = plan(words, _number(batch), _number(size), backward)
    chosen = loss_for(loss, words[-1])
    look = Look(sigmoid, decimals, softmax_base, softmax_decimals,
                chosen == "binary-cross-entropy")  # fmt: skip
    net = Net(words, planned, look, predicts=backward)
    with printed(backward and forward == "given"):
        net.build()
        whole = net.outputs[0] if len(net.outputs) == 1 else apply(
            columns, *net.outputs, name="Y", hidden=True)  # fmt: skip
    if not backward:
        return [whole]
    error = _error(net, whole, chosen)
    joins = Joins(add, columns, stack_rows)
    return [whole, *trained(error, update, learning_rate or usual_rate(chosen, net.end), net.idle,
                            joins)]  # fmt: skip


def _number(text: str) -> int:
    """0 for what is usual."""
    return 0 if text == "usual" else int(text)


def _error(net: Net, whole: Step, loss: Loss) -> Step:
    """The loss of what comes out, added up over the steps of time if there are some."""
    if len(net.outputs) == 1:
        name = "Y_target" if net.wide else "y_target"
        return compared(loss, whole, net.sums[0], target_of(loss, whole, name, net.end), "loss")
    T = target_of(loss, whole, "T", net.end)
    errors = []
    for t, (y, z) in enumerate(zip(net.outputs, net.sums, strict=True), 1):
        target: Node = apply(column, T, name=f"t{t}", role="target", hidden=True, t=t - 1)
        errors.append(compared(loss, y, z, target, f"loss{t}"))
    return apply(add, *errors, hidden=True, name="loss")
