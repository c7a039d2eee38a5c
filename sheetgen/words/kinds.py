"""The kinds of boxes that matrices have, which give them their fills."""

from __future__ import annotations

from sheetgen.graph.nodes import Given, Node
from sheetgen.page.theme import TOKENS

STATES = ("zeros", "halves")
"""How a first state is drawn."""
FACTORS = ("left", "right", "query", "key", "value", "attention", "link", "constant",
           "bottleneck")  # fmt: skip
"""What a topic may call a matrix that has a fill of its own."""
OF_LAYERS = ("", "before", "after")
"""What a topic may call what a layer's activation makes; a gate is none."""


def token_of(node: Node, column: int) -> str:
    """The kind of cell of a token whose column is told apart, empty for any other."""
    return TOKENS[column % len(TOKENS)] if node.told_apart else ""


def kind_of(node: Node) -> str:
    """The kind of cell, which gives it its fill."""
    if node.part in FACTORS:
        return node.part
    if isinstance(node, Given):
        if node.draw == "bias":
            return "bias"
        if node.role == "constant":
            return "state" if node.draw in STATES else "constant"
        return node.role
    if node.role == "gradient":
        bias = isinstance(node.of, Given) and node.of.draw == "bias"
        return "bias-gradient" if bias else "gradient"
    if node.op.updates:
        return kind_of(node.inputs[0])
    if node.role in ("output", "input", "target"):
        return node.role
    if node.part == "state":
        return "state"
    bent = node.op.activation and not node.op.shares and node.part in OF_LAYERS
    return "activation" if bent else node.op.kind or "result"
