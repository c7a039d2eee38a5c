"""Where one script ends and another begins."""

from __future__ import annotations

import pytest

from sheetgen.type.scripts import UnknownScriptError, starts
from sheetgen.type.truetype import runs

STACK = ("label", "math", "world")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("a b", []),
        ("σ x", [2]),
        ("[6] Φ x: look up Φ", [6, 17]),
        ("x (Φ y) z", [3, 5]),
        ("x (Φ) z", [3, 4]),
        ("(Φ x) y", [3, 4, 6]),
        ("1 (x Σ→ 2) 3", [5, 9]),
        ("а σ б", [2, 4]),
    ],
)  # fmt: skip
def test_a_bracket_has_the_script_in_which_it_was_opened(text: str, places: list[int]) -> None:
    assert sorted(starts(text)) == places


def test_a_letter_of_no_known_script_is_told() -> None:
    with pytest.raises(UnknownScriptError):
        starts("a ש")


def test_steps_with_greek_words_are_set_here() -> None:
    found = runs("[5] SiLU x = x ⊙ σ x, box by box.", STACK)
    assert {run.face for run in found} == {"label", "math", "world"}
    assert sum(len(run.glyphs) for run in found) == 33
