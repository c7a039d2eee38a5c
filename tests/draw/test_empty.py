"""Strata that hold nothing good, and orders beyond what there is."""

from __future__ import annotations

import inspect
import time
from typing import Any

import numpy as np
import pytest

from sheetgen.draw import rounds
from sheetgen.draw.drawing import usual_of
from sheetgen.draw.empty import empty_strata
from sheetgen.draw.rules.house import GIVEN_RULES, GRADIENT_RULES, STEP_RULES
from sheetgen.draw.search import Search
from sheetgen.draw.strata import FREE_FROM
from sheetgen.errors import SheetgenError
from sheetgen.exercise.different import Distinct, make_different
from sheetgen.exercise.exercise import build, numbers
from sheetgen.exercise.settings import settings

SMALL: list[tuple[str, dict[str, Any]]] = [
    ("linear-regression", {"samples": 2}),
    ("multi-head-attention", {"features": 1, "tokens": 2, "keys": 1, "values": 1}),
]


@pytest.mark.parametrize(("topic", "options"), SMALL)
def test_from_empty_strata_nothing_comes_however_long_a_seed_looks(
    topic: str, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = settings(topic, options)
    told = usual_of(asked.drawn, asked.knobs, asked.sheets)
    known = empty_strata(Search(asked.drawn, asked.knobs, told.without), told.bands)
    seeds = np.arange(60, dtype=np.uint64)
    vain = known.are_all_of(seeds)
    assert 5 < vain.sum() < 30
    quick = numbers(asked, range(60))
    monkeypatch.setattr(rounds, "LONG", rounds.ROUNDS)
    slow = numbers(asked, range(60))
    assert (slow.rounds[vain] >= FREE_FROM).all()
    assert quick.rounds.tolist() == slow.rounds.tolist()
    for name, value in slow.values.items():
        assert np.array_equal(quick.values[name].digits, value.digits), name


def test_a_vast_space_is_not_tried() -> None:
    asked = settings("backpropagation", {})
    known = empty_strata(Search(asked.drawn, asked.knobs), ())
    assert not known.are_all_of(np.arange(9, dtype=np.uint64)).any()


@pytest.mark.parametrize("rule", [*GIVEN_RULES, *STEP_RULES, *GRADIENT_RULES], ids=lambda r: r.name)
def test_a_rule_that_asks_some_seeds_alone_says_so(rule: Any) -> None:
    """Else a stratum might count as empty that is good for another seed."""
    text = inspect.getsource(rule.good)
    of_seed = any(f"context.{name}" in text for name in ("lots", "dead_at", "full", "live"))
    assert of_seed == rule.seeded


@pytest.mark.parametrize(("topic", "options"), SMALL)
def test_an_order_beyond_the_supply_is_soon_refused(topic: str, options: dict[str, Any]) -> None:
    began = time.process_time()
    with pytest.raises(SheetgenError, match=r"only about 1[5-9]00 different exercises"):
        make_different(settings(topic, options), 12345, 5000)
    assert time.process_time() - began < 10  # some 2 s on a machine that does nothing else


def test_an_order_within_the_supply_is_made() -> None:
    asked = settings("matrix-multiplication", {"level": "easy"})
    assert len(make_different(asked, 12345, 1500)) == 1500


def test_how_many_there_are_is_told_by_how_many_came_again() -> None:
    """Once came two and twice two: 4 + 2² / (2 · 2) by Chao's formula."""
    a, b, c, d = build(settings("single-neuron", {}), range(4))
    found = Distinct()
    assert [found.add(e) for e in (a, b, b, c, c, d)] == [True, True, False, True, False, True]
    assert found.supply() == 5
