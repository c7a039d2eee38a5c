"""Practice of one step: what it needs is printed, and what goes wrong usually would show."""

from __future__ import annotations

import pytest

from sheetgen.api import make
from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Given


@pytest.mark.parametrize("seed", range(6))
def test_a_gate_that_is_practised_closes_somewhere(seed: int) -> None:
    """Though the second layer of this topic never has a dead unit."""
    made = make("backpropagation", seed, after="dz2")
    shown = {node.name: made.shown(node.name) for node in made.graph.nodes}
    times = [name.removeprefix("dz2_") for name in shown if name.startswith("dz2_")]
    assert len(times) == 5
    closed = 0
    for k in times:
        for [z], [above], [result] in zip(
            shown[f"z2_{k}"], shown[f"da2_{k}"], shown[f"dz2_{k}"], strict=True
        ):
            dead = z.startswith("−") or z == "0"
            assert result == ("0" if dead else above)
            closed += dead
    assert closed >= 2


def test_what_a_step_needs_is_given_and_only_its_results_are_open() -> None:
    made = make("backpropagation", 3, after="∂L/∂z₂")
    assert {node.name for node in made.graph.nodes if not isinstance(node, Given)} == {
        name for name, open_ in made.blanks.items() if open_.all()
    }


def test_a_step_that_there_is_not_is_told_with_those_there_are() -> None:
    with pytest.raises(SheetgenError, match=r"no dz9 to be worked out; there are z1, a1"):
        make("backpropagation", 3, after="dz9")
