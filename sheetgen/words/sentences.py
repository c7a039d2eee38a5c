"""What a student is told to do, in plain words and as an equation."""

from __future__ import annotations

from collections.abc import Sequence

from sheetgen.graph.nodes import Step
from sheetgen.words.labels import label


def formula(step: Step) -> str:
    """The step as one equation in markup."""
    names = [label(n) for n in step.inputs]
    params = {k: v for k, v in step.params.items() if not k.startswith("_")}
    right = step.op.formula.format(*names, **params)
    return f"{label(step)} = {right}"


def sentence(steps: Sequence[Step]) -> str:
    """What the student does in one numbered step, in plain words and markup."""
    first = steps[0]
    names = [label(n) for n in first.inputs]
    if first.role == "gradient" and first.op.name == "outer":
        return _outer(steps, names)
    made = " and ".join(label(s) for s in steps)
    said = _gradient(first, names) if first.role == "gradient" else ""
    if not said and len(steps) > 1 and steps[1].op.name == "relu":
        said = (
            f": rows of {names[0]} times the column above; "
            "cross out what is negative and write 0."
        )
    said = said or _training(first, names) or _layer(first, names) or _attention(first, names)
    return made + (said or f": {first.op.say.format(*names, **dict(first.params))}")


def _outer(steps: Sequence[Step], names: Sequence[str]) -> str:
    """The gradient of weights, and of the bias beside them, as a product of a column and a row."""
    made = ", ".join(label(s) for s in steps)
    other = f"[{names[1]} ; 1]" if len(steps) > 1 else names[1]
    if steps[0].inputs[1].shape[1] == 1:
        return f"{made}: each of {names[0]} times each of {other}."
    return f"{made}: each row of {names[0]} times each row of {other}."


def _gradient(step: Step, names: Sequence[str]) -> str:
    """How a gradient that is no outer product is found; empty for an op that is said as on the way
    forward."""
    match step.op.name:
        case "back":
            each = "" if step.inputs[1].shape[1] == 1 else "each column of "
            return f": each column of {names[0]} times {each}{names[1]}."
        case "subtract":
            return f" = {names[0]} − {names[1]}, entry by entry."
        case "error_gradient":
            return f" = 2 × ({names[0]} − {names[1]}), entry by entry."
        case "gate":
            return f": keep {names[0]} where {names[1]} > 0; write 0 elsewhere."
    return ""


def _training(step: Step, names: Sequence[str]) -> str:
    """What the ops say that stand in a training step alone."""
    match step.op.name:
        case "softmax_gradient":
            return f": {names[0]} ⊙ (g − the column sums of {names[0]} ⊙ g), where g = {names[1]}."
        case "descend":
            rate = step.params["rate"]
            by = "" if rate == "1" else f" {rate.lstrip('0')} times"
            return f": take{by} its gradient from each weight and bias."
    return ""


def _layer(step: Step, names: Sequence[str]) -> str:
    """What the parts of a layer say: the product, the activation."""
    rows = "each row of " if step.shape[0] > 1 else ""
    match step.op.name:
        case "affine":
            column = "the column" if step.shape[1] == 1 else "each column of"
            return f": {rows}[{names[0]} | {names[1]}] times {column} [{names[2]} ; 1]."
        case "linear" | "matmul":
            columns = "each column of " if step.shape[1] > 1 else ""
            return f": {rows}{names[0]} times {columns}{names[1]}."
        case "relu":
            return f": {names[0]}, but 0 for what is negative (ReLU)."
        case "softmax":
            total = "the sum" if step.shape[1] == 1 else "the sum of its column"
            return f": raise {step.params['base']} to each box of {names[0]}, divide by {total}."
    return ""


def _attention(step: Step, names: Sequence[str]) -> str:
    """What the parts of attention say: the scores, and the powers that do not look ahead."""
    match step.op.name:
        case "power" if step.params.get("causal"):
            base = step.params["base"]
            return f": raise {base} to each box of {names[0]}; grey boxes are 0 (no look ahead)."
        case "transposed" if step.role != "gradient":
            return f": copy {names[1]} up and {names[0]} on its side, then rows times columns."
    return ""
