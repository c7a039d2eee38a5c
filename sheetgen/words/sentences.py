"""What a student is told to do, in plain words and as an equation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sheetgen.graph.nodes import Step
from sheetgen.words.labels import label


def formula(step: Step) -> str:
    """The step as one equation in markup."""
    names = [label(n) for n in step.inputs]
    return f"{label(step)} = {step.op.equation.format(*names, **step.params)}"


def filled(said: str, step: Step) -> str:
    """The words of a row on the page, with the names of a step's inputs and its params; of what it
    takes of a matrix the first and the last row or column, counted from 1."""
    params = {name: pretty(str(value)) for name, value in step.params.items()}
    first = int(step.params.get("start", step.params.get("t", 0))) + 1
    last = first - 1 + max(int(step.params.get(side, 0)) for side in ("rows", "cols"))
    return said.format(*map(label, step.inputs), first=first, last=last, **params)


def pretty(number: str) -> str:
    """A number without the 0 before its point."""
    return number.lstrip("0") or "0" if number.startswith("0.") else number


def sentence(steps: Sequence[Step]) -> str:
    """What the student does in one numbered step, in plain words and markup."""
    first = steps[0]
    if first.group is not None and first.group.one and len(steps) > 1:
        return " ".join(sentence((step,)) for step in steps)
    together = first.role == "gradient" and len(steps) > 1
    glue = ", " if _is_product_of_gradient(first) else " and "
    made = glue.join(label(s) for s in steps)
    said = _chosen(first, together, bent=len(steps) > 1 and steps[1].op.dies)
    names = [label(n) for n in first.inputs]
    return said.format(*names, made=made, over=" over ".join(names), **_params(first))


def _is_product_of_gradient(step: Step) -> bool:
    """Whether it is the gradient of weights, a column times a row."""
    return step.role == "gradient" and bool(step.op.say.with_bias)


def _chosen(step: Step, together: bool, bent: bool) -> str:
    """The sentence that fits, of those that the op's row has."""
    say = step.op.say
    if step.role == "gradient":
        alone = bool(say.alone) and step.inputs[1].shape[1] == 1
        if together and say.with_bias:
            return say.with_bias_alone if alone else say.with_bias
        one = say.gradient_one_column if step.shape[1] == 1 else ""
        found = say.alone if alone else one or say.gradient
        if found:
            return found
    if bent and say.in_one:
        return say.in_one
    if step.params.get("causal") and say.masked:
        return say.masked
    rows, columns = (side > 1 for side in step.shape)
    if not rows and not columns:
        return say.single or say.one_column or say.one_row or say.many
    return (say.many if rows and columns else say.one_column if rows else say.one_row) or say.many


def _params(step: Step) -> dict[str, Any]:
    """The params as a sentence shows them; of a factor also how often it is taken."""
    found = dict(step.params)
    for name in ("rate", "factor"):
        if name in found:
            times = str(found[name])
            found[f"{name}_times"] = "" if times == "1" else f" {times.lstrip('0')} times"
    return found
