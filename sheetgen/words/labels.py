"""The steps in the order in which a student works, their numbers, and what they say in plain words.

The page, the worked sums and the JSON all read them here, so that they say the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from sheetgen.graph.nodes import Given, Graph, Node, Step

Numbered = list[tuple[int, tuple[Step, ...]]]

_WORDS = {
    "y_pred": "y_{pred}",
    "y_target": "y_{target}",
    "Y_pred": "Y_{pred}",
    "Y_target": "Y_{target}",
    "exp": "exp",
    "sum": "sum",
    "sums": "sums",
}
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def numbered(graph: Graph) -> Numbered:
    """Worked steps with their numbers; what is done at once (∂W and ∂b of a layer) shares one."""
    groups: list[list[Step]] = []
    keys: list[object] = []
    compact = sum(s.op.name == "relu" for s in graph.steps) > 3
    for step in graph.worked:
        key = _together(graph, step, compact)
        if keys and key is not None and keys[-1] == key:
            groups[-1].append(step)
        else:
            groups.append([step])
            keys.append(key)
    return [(number, tuple(group)) for number, group in enumerate(groups, start=1)]


def _together(graph: Graph, step: Step, compact: bool) -> object:
    """Steps with the same answer here, other than None, are one step on paper."""
    parameter: Node | None = None
    if step.role == "gradient":
        parameter = step.of if isinstance(step.of, Given) else None
    elif step.op.name == "descend":
        parameter = step.inputs[0]
    elif compact and step.op.name == "relu":
        return step.inputs[0]
    elif compact and step.op.name in ("affine", "linear"):
        return step
    if parameter is None:
        return None
    return step.role, next((s for s in graph.users(parameter) if s.op.name == "affine"), parameter)


def label(node: Node) -> str:
    """The node's name as markup: ``z_3``, ``∂L/∂W_3``, ``y_{pred}``."""
    return _label(node.name, isinstance(node, Step) and node.role == "gradient")


@lru_cache(1 << 10)
def _label(name: str, gradient: bool = False) -> str:
    if gradient and name.startswith("d"):
        inner, _, term = (
            name[1:].rpartition("_") if re.fullmatch(r"d.*_\d+", name) else (name[1:], "", "")
        )
        shown = f"∂L/∂{_label(inner)}"
        return f"{shown}^{{({term})}}" if term else shown
    if name in _WORDS:
        return _WORDS[name]
    if name.endswith("_new"):
        return f"{_label(name[:-4])}^{{new}}"
    found = re.fullmatch(r"([A-Za-z]+?)([qkvo]?)(\d*)", name)
    if found and len(found[1]) == 1:
        below = found[2] + found[3]
        return (
            f"{found[1]}_{{{below}}}"
            if len(below) > 1
            else f"{found[1]}_{below}"
            if below
            else found[1]
        )
    return re.sub(r"_(\w{2,})", r"_{\1}", name)


def label_text(node: Node) -> str:
    """The label as plain text: ``∂L/∂W₃``."""
    return plain_text(label(node))


@lru_cache(1 << 10)
def plain_text(markup: str) -> str:
    """Markup as plain text: lowered digits as such, ``y_{pred}`` as y_pred, ``^T`` as ᵀ."""
    shown = re.sub(r"_\{?(\d+)\}?", lambda m: m[1].translate(_SUBSCRIPTS), markup)
    shown = shown.replace("^T", "ᵀ")
    return re.sub(r"([_^])\{([^{}]*)\}", lambda m: f"{m[1]}{m[2]}", shown)


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
