"""The names of nodes as a student reads them: ``dW2`` is ∂L/∂W₂."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from sheetgen.graph.formula import Box
from sheetgen.graph.nodes import Node, Step, written
from sheetgen.type.markup import plain_text

NUMBER, BRACES = re.compile(r"(\d+)"), re.compile("[{}]")


def label(node: Node) -> str:
    """The node's name as markup: ``z_3``, ``∂L/∂W_3``, ``y_{pred}``; where a step is practised,
    with the number of the exercise raised."""
    node = written(node)
    if node.copy_of is not None and not (isinstance(node, Step) and node.hidden):
        return f"{label(node.copy_of)}^{{({node.copy})}}"
    if isinstance(node, Step):
        if node.hidden and node.op.moves and len(node.inputs) > 1 and not node.label:
            return _of_some(node)
        if node.hidden and node.op.passes and len(node.inputs) == 1:
            return label(node.inputs[0])
        if node.role == "gradient":
            return _of_gradient(node)
        if node.op.updates:
            return f"{label(node.inputs[0])}^{{new}}"
    return node.label or of_name(node.name)


def _of_some(step: Step) -> str:
    """Matrices side by side or over one another that have no name of their own: ``[x_1 ; h_0]``;
    of such side by side the upper ones, then the lower ones: ``[x_1 x_2 ; h_0 h_1]``."""
    names = [label(n) for n in step.inputs]
    body = step.op.formula.body
    if isinstance(body, Box) and body.join == "over":
        return f"[{' ; '.join(names)}]"
    parts = [within(name).split(" ; ") if name.startswith("[") else [name] for name in names]
    if len({len(some) for some in parts}) > 1:
        return f"[{_beside(names)}]"
    return f"[{' ; '.join(map(_beside, zip(*parts, strict=True)))}]"


def _beside(names: Sequence[str]) -> str:
    """Some names side by side, of many the first and the last: ``x_1 x_2``, ``x_1 … x_4``."""
    return " ".join(names) if len(names) < 3 else f"{names[0]} … {names[-1]}"


def within(name: str) -> str:
    """What stands within the brackets of matrices over one another."""
    return name[1:-1] if name.startswith("[") and name.endswith("]") else name


def _of_gradient(step: Step) -> str:
    """The gradient of a matrix, or one term of it: ``∂L/∂A^{(2)}``."""
    node = step.of if step.of is not None else step.term_of
    if node is None:
        return step.label or of_name(step.name)
    whole = (step.loss.label if step.loss is not None else "") or "L"
    term = f"^{{({step.name.rpartition('_')[2]})}}" if step.of is None else ""
    return f"∂{whole}/∂{label(node)}{term}"


def listed(names: Sequence[str]) -> str:
    """``a, b and c``; of many that follow one another the first and the last."""
    if len(names) > 4 and _follow(names):
        return f"{names[0]} to {names[-1]}"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _follow(names: Sequence[str]) -> bool:
    """Whether each of some names has the next number of the one before it, and nothing else is
    other; or the next letter."""
    parts = [NUMBER.split(BRACES.sub("", name)) for name in names]
    if all(len(name) == 1 and name.isalpha() for name in names):
        return all(ord(b) - ord(a) == 1 for a, b in pairwise(names))
    if any(some[::2] != parts[0][::2] for some in parts):
        return False
    steps = [[int(b) - int(a) for a, b in zip(one[1::2], other[1::2], strict=True)]
             for one, other in pairwise(parts)]  # fmt: skip
    return all(sorted(step) == [*[0] * (len(step) - 1), 1] and step == steps[0] for step in steps)


@lru_cache(1 << 10)
def of_name(name: str) -> str:
    """The markup of a plain name: a letter with its number lowered, a word after ``_`` too. Behind
    a point stands which of several exercises it is of."""
    name = name.partition(".")[0]
    found = re.fullmatch(r"([A-Za-z])(\d*)", name)
    if found:
        below = found[2]
        return found[1] + (f"_{{{below}}}" if len(below) > 1 else f"_{below}" if below else "")
    return re.sub(r"_(\w{2,})", r"_{\1}", name)


def label_text(node: Node) -> str:
    """The label as plain text: ``∂L/∂W₃``."""
    return plain_text(label(node))
