"""Optimisers: what is kept of the gradients from step to step."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from sheetgen.graph.givens import given_made, given_weights, given_zeros
from sheetgen.graph.nodes import Node, Step, apply, together
from sheetgen.graph.ops.moves import column
from sheetgen.graph.ops.optimisers import (
    corrected,
    lowered,
    ratio,
    running_mean,
    running_square,
)
from sheetgen.graph.ops.optimisers import momentum as momentum_of
from sheetgen.graph.ops.windows import square_root
from sheetgen.topics.options import Range
from sheetgen.topics.registry import topic

ORDER = 35

Parameters = Annotated[int, Range(1, 5)]
RATE = Decimal("0.1")

MEANS: tuple[dict[str, Any], ...] = (dict(times=2, how="2"), dict(times=4, over=3, how="4 ÷ 3"))
SQUARES: tuple[dict[str, Any], ...] = (dict(times=4, how="4"), dict(times=16, over=7, how="16 ÷ 7"))
"""1 / (1 − β^t) as a fraction, for β of .5 and of .75, in the first two steps."""
STEPS = """p = nn.Parameter(w0.clone())
optimiser = torch.optim.{made}
for g in G.T[:{steps}]:
    p.grad = g[:, None].clone()
    optimiser.step()
found = p.detach()"""


def modules(made: str, most: int) -> dict[str, str]:
    """PyTorch's optimiser, for the weights after each step."""
    return {f"w{t}": STEPS.replace("{made}", made).replace("{steps}", str(t))
            for t in range(1, most + 1)}  # fmt: skip


@topic(
    "SGD with Momentum",
    arrangement="ledger",
    code="torch.optim.SGD([w], lr=0.1, momentum=0.5)",
    torch=modules("SGD([p], lr={learning_rate}, momentum={momentum})", 3),
    levels={"easy": {"parameters": 2}, "medium": {}, "hard": {"parameters": 4, "steps": 3}},
)
def sgd_momentum(
    parameters: Parameters = 3,
    steps: Annotated[int, Range(1, 3)] = 2,  # a fourth has weights of four decimals
    momentum: Literal["0.5", "0.9"] = "0.5",
    learning_rate: Decimal = RATE,
) -> Step:
    """Let the weights roll: each step keeps part of the last one, and adds the new gradient."""
    G = given_made("G", parameters, steps, "gradients", part="gradient")
    v: Node = given_zeros("v0", parameters)
    w: Node = given_weights("w0", parameters, 1)
    for t in range(1, steps + 1):
        with together(f"step {t}"):
            g = apply(column, G, name=f"g{t}", role="input", hidden=True, part="gradient", t=t - 1)
            v = apply(momentum_of, v, g, name=f"v{t}", part="velocity", beta=momentum.lstrip("0"))
            w = apply(lowered, w, v, name=f"w{t}", part="weights", rate=f"{learning_rate:f}")
    assert isinstance(w, Step)
    return w


@topic(
    "Adam",
    arrangement="ledger",
    code="torch.optim.Adam([w], lr=0.1, betas=(0.5, 0.75), eps=0)",
    torch=modules("Adam([p], lr=0.1, betas=(0.5, 0.75), eps=0)", 2),
    levels={"easy": {"parameters": 2}, "medium": {}, "hard": {"parameters": 4}},
)
def adam(parameters: Parameters = 3, steps: Annotated[int, Range(1, 2)] = 2) -> Step:
    """Give each weight a step of its own size: its gradient's mean over its root mean square."""
    G = given_made("G", parameters, steps, "gradients with whole roots", part="gradient")
    m: Node = given_zeros("m0", parameters)
    v: Node = given_zeros("v0", parameters)
    w: Node = given_weights("w0", parameters, 1)
    for t in range(1, steps + 1):
        with together(f"step {t}"):
            g = apply(column, G, name=f"g{t}", role="input", hidden=True, part="gradient", t=t - 1)
            m = apply(running_mean, m, g, name=f"m{t}", part="mean")
            mean = apply(corrected, m, name=f"mc{t}", part="corrected mean", label=f"m′_{t}",
                         decimals=1, **MEANS[t - 1])  # fmt: skip
            v = apply(running_square, v, g, name=f"v{t}", part="square", decimals=2)
            square = apply(corrected, v, name=f"vc{t}", part="corrected square",
                           label=f"v′_{t}", decimals=1, **SQUARES[t - 1])  # fmt: skip
            root = apply(square_root, square, name=f"r{t}", part="root")
            u = apply(ratio, mean, root, name=f"u{t}", part="direction")
            w = apply(lowered, w, u, name=f"w{t}", part="weights")
    assert isinstance(w, Step)
    return w
