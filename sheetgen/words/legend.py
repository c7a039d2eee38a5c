"""What the fills of boxes mean."""

from __future__ import annotations

from sheetgen.graph.nodes import Graph, Step

_SAID = {
    **{f"token-{k}": f"token t_{k}" for k in range(1, 5)},
    "input": "input", "parameter": "weight", "bias": "bias", "state": "state", "activation": "",
    "output": "output", "target": "target", "gradient": "gradient",
    "bias-gradient": "gradient of a bias", "query": "query", "key": "key", "value": "value",
    "attention": "share", "masked": "not seen: 0", "statistic": "sum",
    "constant": "fixed",
    "outside": "outside: 0", "link": "link", "bottleneck": "bottleneck",
}  # fmt: skip


ORDER = tuple(_SAID)
"""The kinds in the order in which they are listed."""


def is_bent(step: Step) -> bool:
    """Whether a step is what an activation makes of a layer: no output, no share, no gate."""
    op, known = step.op, ("", "state", "bottleneck")
    return bool(op.activation) and not op.shares and step.part in known and step.role == "state"


def said_of(kind: str, graph: Graph) -> str:
    """What boxes of a kind hold, empty for what needs no word."""
    if kind == "activation":
        bent = dict.fromkeys(s.op.activation for s in graph.steps if s.op.dies or is_bent(s))
        return f"after {' or '.join(bent)}" if bent else ""
    if kind == "masked" and not any(s.params.get("causal") for s in graph.steps):
        return "from no later step: 0"
    if kind == "statistic" and all(s.op.contest for s in graph.steps if s.op.kind == kind):
        return "choice"
    if kind == "statistic" and any(s.op.kind == kind and not s.op.sums_down for s in graph.steps):
        return kind
    return _SAID.get(kind, "")
