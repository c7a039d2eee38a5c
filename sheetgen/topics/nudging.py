"""What a gradient is: how far a result moves if a number is nudged."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from sheetgen.graph.givens import given_made, given_weights
from sheetgen.graph.nodes import Given, Graph, Step, apply, printed, together
from sheetgen.graph.ops.bends import relu
from sheetgen.graph.ops.nudges import after_input, after_weight, nudged, per_nudge
from sheetgen.graph.ops.sums import linear, subtract
from sheetgen.topics.options import Range
from sheetgen.topics.registry import Ask, topic

ORDER = 27

Nudge = Literal["0.1", "0.2", "1"]


def _factor(graph: Graph) -> str:
    """What a gradient is, on whichever sheet."""
    return "the nudged one's factor"


def _bent(graph: Graph) -> bool:
    """Whether some exercise goes through ReLU, which cuts off a sum that is below 0."""
    return any(s.op is relu for s in graph.steps)


@topic(
    "Gradient by a Nudge",
    arrangement="nudges",
    code="(f(W + dW) - f(W)) / dW",
    levels={
        "easy": {"exercises": 2, "relu_last": False, "stars": False},
        "medium": {},
        "hard": {"features": 3, "nudge": "0.2"},
    },
    asks=(Ask("Each gradient is a number that is printed above. Which?", _factor,
              lambda graph: not _bent(graph)),
          Ask("Unless ReLU cuts, each gradient is printed above. Which?",
              _factor, _bent)),
)
def gradient_by_nudge(
    features: Annotated[int, Range(1, 3)] = 2,
    exercises: Annotated[int, Range(1, 4)] = 3,
    nudge: Nudge = "0.1",
    relu_last: bool = True,
    stars: bool = True,
) -> list[Step]:
    """Nudge a weight or an input, see how far the result moves, and divide: that is a gradient."""
    by = nudge.replace("0.", ".")
    return [
        step for k in range(1, exercises + 1)
        for step in exercise(k, features, by, k > 2, relu_last and k == exercises,
                             stars and k > 1 and features > 1)
    ]  # fmt: skip


def exercise(
    k: int, features: int, by: str, of_input: bool, through: bool, stars: bool
) -> list[Step]:
    """Number ``k``: a weight moves by ``by``, or an input; with two units and ReLU if it goes
    ``through`` that. With ``stars``, what the nudge does not reach is not told: it does not
    matter."""
    place = (k - 1) % features
    others = [n for n in range(features) if n != place] if stars and not through else []
    W = given_weights(f"W{k}", 2 if through else 1, features, f"W_{k}", drawn_from="slopes",
                      starred=tuple((0, n) for n in others))  # fmt: skip
    x = given_made(f"x{k}", features, 1, "numbers", part="right",
                   starred=tuple((n, 0) for n in others))  # fmt: skip
    with together(f"exercise {k}"):
        with printed():
            z = apply(linear, W, x, name=f"z{k}", label=f"z_{k}", part="before")
            moved: Given = x if of_input else W
            at: dict[str, Any] = {"row": place} if of_input else {"col": place}
            name = "x" if of_input else "W"
            nudged_one = apply(nudged, moved, name=f"{name}n{k}", label=f"{name}_{k}′",
                               part="nudged", by=by, **at)  # fmt: skip
            a = apply(relu, z, name=f"a{k}", label=f"a_{k}") if through else z
        called: dict[str, Any] = {"name": f"zn{k}", "label": f"z_{k}′", "part": "after"}
        if others:
            zn = apply(after_input if of_input else after_weight, z, W if of_input else x,
                       at=place, by=by, **called)  # fmt: skip
        else:
            pair = (W, nudged_one) if of_input else (nudged_one, x)
            zn = apply(linear, *pair, **called)
        an = apply(relu, zn, name=f"an{k}", label=f"a_{k}′") if through else zn
        letter = "a" if through else "z"
        d = apply(subtract, an, a, name=f"diff{k}", label=f"d{letter}_{k}", part="difference")
        over = f"x_{place + 1}" if of_input else f"w_{place + 1}"
        rate = apply(per_nudge, d, name=f"slope{k}", label=f"d{letter}_{k} / d{over}",
                     role="output", part="rate", by=by)  # fmt: skip
    return [nudged_one, rate] if others else [rate]
