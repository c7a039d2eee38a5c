"""The parts of a script in a framework."""

from __future__ import annotations

from collections.abc import Iterator

from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.script.fill_in import TorchFillIn
from sheetgen.formats.script.parts import Part, Script
from sheetgen.formats.script.pytorch import TorchScript

SAID = {"numpy": "NumPy", "torch": "PyTorch"}
"""What a framework is called."""


def parts_of(exercise: Exercise, complete: bool, framework: str) -> Iterator[Part]:
    """The parts of an exercise's script. Raises UsageError naming an op that has no line in the
    framework."""
    if framework == "numpy":
        return Script(exercise, complete).parts()
    return (TorchScript(exercise) if complete else TorchFillIn(exercise)).parts()
