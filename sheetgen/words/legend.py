"""What the fills of boxes mean."""

from __future__ import annotations

from collections.abc import Iterator

from sheetgen.graph.formula import Choice
from sheetgen.graph.nodes import Graph, Step
from sheetgen.words.kinds import kind_of

_SAID = {
    **{f"token-{k}": f"token t_{k}" for k in range(1, 5)},
    "input": "input", "parameter": "weight", "bias": "bias", "state": "", "activation": "",
    "bottleneck": "bottleneck", "output": "output", "gradient": "gradient",
    "bias-gradient": "gradient of a bias", "query": "query", "key": "key", "value": "value",
    "attention": "share", "masked": "not seen: 0", "statistic": "sum",
    "constant": "fixed",
    "outside": "outside: 0", "link": "link", "nudged": "nudged",
}  # fmt: skip
ALIKE = ("state", "activation")
"""Kinds that have one fill, and are said together."""
MOST = 2
"""Of several activations so many are named, at most."""


ORDER = tuple(_SAID)
"""The kinds in the order in which they are listed."""


def said_of(kind: str, graph: Graph) -> str:
    """What boxes of a kind hold, empty for what needs no word, as plain white boxes do not."""
    if kind in ALIKE:
        return ", ".join(_carried_or_bent(graph))
    if kind == "masked" and not any(s.params.get("causal") for s in graph.steps):
        return "from no later step: 0"
    if kind == "statistic":
        made = [s.op for s in graph.steps if kind_of(s) == kind]
        if all(isinstance(op.formula.body, Choice) for op in made):
            return "choice"
        return _SAID[kind] if all(op.adds_up for op in made) else kind
    if kind == "attention" and not any(isinstance(n, Step) for n in graph.nodes
                                       if kind_of(n) == kind):  # fmt: skip
        return kind  # given as 0 and 1: no shares of a whole
    return _SAID.get(kind, "")


def _carried_or_bent(graph: Graph) -> Iterator[str]:
    """What a graph carries from step to step, what it makes by activations, and what it makes
    without any that has their fill."""
    kinds = {kind_of(node) for node in graph.nodes}
    if "state" in kinds:
        yield "state"
    made = [s for s in graph.steps if kind_of(s) == "activation"]
    names = dict.fromkeys(s.op.activation for s in made if s.op.activation)
    if len(names) > MOST:
        yield "after the activation"
    elif names:
        yield f"after {' or '.join(names)}"
    if not all(s.op.activation for s in made):
        yield "normalised"
