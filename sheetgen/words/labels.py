"""The steps in the order in which a student works, their numbers, and what they say in plain words.

The page, the worked sums and the JSON all read them here, so that they say the same.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sheetgen.graph.nodes import Node, Step
from sheetgen.type.markup import plain_text

_WORDS = {
    "y_pred": "y_{pred}",
    "y_target": "y_{target}",
    "Y_pred": "Y_{pred}",
    "Y_target": "Y_{target}",
    "exp": "exp",
    "sum": "sum",
    "sums": "sums",
}


def label(node: Node) -> str:
    """The node's name as markup: ``z_3``, ``∂L/∂W_3``, ``y_{pred}``."""
    return _label(node.name, isinstance(node, Step) and node.role == "gradient")


@lru_cache(1 << 10)
def _label(name: str, gradient: bool = False) -> str:
    if gradient and name.startswith("d"):
        return _of_gradient(name[1:])
    if name in _WORDS:
        return _WORDS[name]
    if name.endswith("_new"):
        return f"{_label(name[:-4])}^{{new}}"
    found = re.fullmatch(r"([A-Za-z]+?)([qkvo]?)(\d*)", name)
    if found and len(found[1]) == 1:
        below = found[2] + found[3]
        lowered = f"_{{{below}}}" if len(below) > 1 else f"_{below}" if below else ""
        return found[1] + lowered
    return re.sub(r"_(\w{2,})", r"_{\1}", name)


def _of_gradient(name: str) -> str:
    """The gradient of a matrix, or one term of it: ``A_2`` is ``∂L/∂A^{(2)}``."""
    matrix, _, term = name.rpartition("_") if re.fullmatch(r".*_\d+", name) else (name, "", "")
    shown = f"∂L/∂{_label(matrix)}"
    return f"{shown}^{{({term})}}" if term else shown


def label_text(node: Node) -> str:
    """The label as plain text: ``∂L/∂W₃``."""
    return plain_text(label(node))
