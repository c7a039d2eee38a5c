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
    made = " and ".join(label(s) for s in steps)
    if first.role == "gradient" and first.op.name == "outer":
        other = f"[{names[1]} ; 1]" if len(steps) > 1 else names[1]
        if first.inputs[1].shape[1] == 1:
            both = ", ".join(label(s) for s in steps)
            return f"{both}: each of {names[0]} times each of {other}."
        both = ", ".join(label(s) for s in steps)
        return f"{both}: each row of {names[0]} times each row of {other}."
    if first.role == "gradient" and first.op.name == "back":
        each = "" if first.inputs[1].shape[1] == 1 else "each column of "
        return f"{made}: each column of {names[0]} times {each}{names[1]}."
    if first.role == "gradient" and first.op.name == "subtract":
        return f"{made} = {names[0]} − {names[1]}, entry by entry."
    if first.role == "gradient" and first.op.name == "error_gradient":
        return f"{made} = 2 × ({names[0]} − {names[1]}), entry by entry."
    if first.role == "gradient" and first.op.name == "gate":
        return f"{made}: keep {names[0]} where {names[1]} > 0; write 0 elsewhere."
    if first.op.name == "softmax_gradient":
        return (
            f"{made}: {names[0]} ⊙ (g − the column sums of {names[0]} ⊙ g), where g = {names[1]}."
        )
    if first.op.name == "descend":
        rate = first.params["rate"]
        by = "" if rate == "1" else f" {rate.lstrip('0')} times"
        return f"{made}: take{by} its gradient from each weight and bias."
    if len(steps) > 1 and steps[1].op.name == "relu":
        return (
            f"{made}: rows of {names[0]} times the column above; "
            "cross out what is negative and write 0."
        )
    if first.op.name == "affine":
        column = "the column" if first.shape[1] == 1 else "each column of"
        rows = "each row of " if first.shape[0] > 1 else ""
        return f"{made}: {rows}[{names[0]} | {names[1]}] times {column} [{names[2]} ; 1]."
    if first.op.name in ("linear", "matmul"):
        rows = "each row of " if first.shape[0] > 1 else ""
        columns = "each column of " if first.shape[1] > 1 else ""
        return f"{made}: {rows}{names[0]} times {columns}{names[1]}."
    if first.op.name == "relu":
        return f"{made}: {names[0]}, but 0 for what is negative (ReLU)."
    if first.op.name == "softmax":
        total = "the sum" if first.shape[1] == 1 else "the sum of its column"
        return f"{made}: raise {first.params['base']} to each box of {names[0]}, divide by {total}."
    if first.op.name == "power" and first.params.get("causal"):
        base = first.params["base"]
        return f"{made}: raise {base} to each box of {names[0]}; grey boxes are 0 (no look ahead)."
    if first.op.name == "transposed" and first.role != "gradient":
        return f"{made}: copy {names[1]} up and {names[0]} on its side, then rows times columns."
    return f"{made}: {first.op.say.format(*names, **dict(first.params))}"
