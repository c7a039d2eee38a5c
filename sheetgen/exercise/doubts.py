"""What a teacher should know of exercises whose training does not help, or that have less than was
asked for."""

from __future__ import annotations

from collections.abc import Sequence

from sheetgen.draw.rules.training import helps, updates
from sheetgen.errors import counted
from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.numbers import Fixed

NAMED = 3
"""Codes that are named."""


def training_that_harms(exercises: Sequence[Exercise]) -> list[str]:
    """A line on the exercises in which a step of training makes the loss no smaller, or a layer
    dies of it; nothing if there are none."""
    harmed = [e for e in exercises if updates(e.graph) and not _helps(e)]
    if not harmed:
        return []
    rate = updates(harmed[0].graph)[0].params["rate"]
    some = ", ".join(e.code for e in harmed[:NAMED]) + (" ..." if len(harmed) > NAMED else "")
    return [
        f"at the learning rate {rate} the loss does not fall, or a layer dies, on "
        f"{counted(len(harmed), 'sheet')} ({some}); leave --learning-rate out, or make it smaller"
    ]


def gradients_left_out(exercises: Sequence[Exercise]) -> list[str]:
    """A line on sheets that are solved backwards and have none of the gradients that were asked
    for; nothing if there are none."""
    if not any(e.settings.leaves_gradients_out for e in exercises):
        return []
    return ["--blank backwards asks by the results of the way forward; the gradients are left out"]


def _helps(exercise: Exercise) -> bool:
    values = {name: Fixed(v.digits[None], v.decimals) for name, v in exercise.values.items()}
    return bool(helps(exercise.graph, values)[0])
