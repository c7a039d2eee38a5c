"""The same seed keeps its numbers: whatever is asked of them, alone or among many."""

from __future__ import annotations

import time
from typing import Any

import pytest

from sheetgen.classroom.plan import Plan, piece
from sheetgen.classroom.pupils import assign
from sheetgen.classroom.students import numbered_students
from sheetgen.errors import SheetgenError
from sheetgen.exercise.different import make_different
from sheetgen.exercise.exercise import build
from sheetgen.exercise.settings import settings
from tests.support import NAMES

SEEDS = range(40)
PAGES: list[dict[str, Any]] = [{"blank": "one-per-block"}, {"blank": "none"}, {"check": "yes"}]
TRAINED: list[dict[str, Any]] = [
    {"update": "yes"}, {"forward": "blank"}, {"update": "yes", "learning_rate": "0.5"},
    {"forward": "blank", "update": "yes", "learning_rate": "2", "blank": "percent:40"},
]  # fmt: skip


def _givens(topic: str, options: dict[str, Any]) -> list[Any]:
    return [{g.name: e.values[g.name].digits.tolist() for g in e.graph.givens}
            for e in build(settings(topic, options), SEEDS)]  # fmt: skip


@pytest.mark.parametrize("topic", NAMES)
def test_what_is_printed_and_what_is_asked_changes_no_number(topic: str) -> None:
    plain = _givens(topic, {})
    for options in PAGES:
        assert _givens(topic, options) == plain


@pytest.mark.parametrize("level", ["easy", "medium", "hard"])
@pytest.mark.parametrize("options", TRAINED)
def test_training_on_changes_no_given(level: str, options: dict[str, Any]) -> None:
    plain = _givens("backpropagation", {"level": level})
    assert _givens("backpropagation", {"level": level, **options}) == plain


@pytest.mark.parametrize("options", TRAINED[:2])
def test_each_of_the_sheets_that_share_numbers_is_within_the_band(options: dict[str, Any]) -> None:
    efforts = sorted(e.effort for e in build(settings("backpropagation", options), range(60)))
    assert efforts[-1] / efforts[0] <= 1.15 / 0.85


def test_another_rate_moves_the_weights_by_another_step() -> None:
    asked = settings("backpropagation", {"update": "yes", "learning_rate": "0.5"})
    for e in build(asked, range(5)):
        W, dW, new = (e.values[n] for n in ("W1", "dW1", "W1_new"))
        at = 10.0**-new.decimals
        expected = W.digits - 0.5 * dW.digits / 10**dW.decimals
        assert abs(new.digits * at - expected).max() < 1e-9


def test_what_is_found_alone_is_found_among_many() -> None:
    asked = settings("rnn", {"backward": "yes", "steps": "5"})
    many = build(asked, range(12))
    for seed in (0, 7, 11):
        [alone] = build(asked, [seed])
        for name, value in alone.values.items():
            assert (value.digits == many[seed].values[name].digits).all()


def test_a_class_too_large_for_its_options_is_refused_at_once() -> None:
    options = {"weights": "0..1", "inputs": "0..1"}
    plan = Plan((piece("softmax", options),))
    start = time.process_time()
    with pytest.raises(SheetgenError, match=r"only about \d+ different .* for 5000 students"):
        assign(plan, numbered_students(5000).students, [], 1)
    with pytest.raises(SheetgenError, match=r"only about \d+ different"):
        make_different(settings("softmax", options), 1, 3000)
    assert time.process_time() - start < 10  # two of them, however busy the machine is


@pytest.mark.parametrize(
    ("topic", "options", "said"),
    [
        ("softmax", {"classes": "6", "batch": "4"}, "some with --classes 2 or --batch 1$"),
        ("softmax", {"weights": "-20..-10"}, "loosen --weights$"),
    ],
)
def test_advice_names_what_helps(topic: str, options: dict[str, str], said: str) -> None:
    with pytest.raises(SheetgenError, match=said):
        build(settings(topic, options), [1])
    helpful = {n: v for n, v in options.items() if n not in ("batch", "weights")}
    assert build(settings(topic, helpful), [1])
