"""The parts of a script in a framework."""

from __future__ import annotations

from collections.abc import Iterator

from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.script.parts import Part, Script
from sheetgen.formats.script.pytorch import TorchScript

SAID = {"numpy": "NumPy", "torch": "PyTorch"}
"""What a framework is called."""


def parts_of(exercise: Exercise, complete: bool, framework: str) -> Iterator[Part]:
    """The parts of an exercise's script. Raises UsageError naming an op that has no line in the
    framework."""
    made = Script(exercise, complete) if framework == "numpy" else TorchScript(exercise)
    return made.parts()
