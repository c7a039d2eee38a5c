"""Every page of every topic, option and level says what is so."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sheetgen.api import many
from sheetgen.errors import SheetgenError
from sheetgen.exercise.blanks import PATTERNS
from sheetgen.layout.sheet import Layout
from sheetgen.page.items import PAPERS
from sheetgen.pagecheck.check import FalsePageError
from sheetgen.stress.pages import stress_pages
from sheetgen.topics.catalogue import TOPICS
from sheetgen.topics.options import Option
from tests.layout.cases import every_case


@every_case
def test_a_class_of_any_shape_is_laid_out(case: tuple[str, dict[str, str]]) -> None:
    name, options = case
    for blank in ("results", "none"):
        exercises = many(name, range(4), blank=blank, **options)
        assert len(Layout().sheets([(e, "") for e in exercises])) == 4


@pytest.mark.parametrize("name", TOPICS)
@pytest.mark.parametrize("level", ["easy", "medium", "hard"])
def test_levels_patterns_and_checks_are_laid_out(name: str, level: str) -> None:
    for blank in PATTERNS:
        pattern = blank.partition(":")[0]
        asked = {"faded": "faded:1", "steps": "steps:1", "names": ""}.get(pattern, blank)
        if not asked:
            continue
        try:
            exercises = many(name, range(2), level=level, blank=asked, check="yes")
        except FalsePageError:
            raise
        except SheetgenError:
            continue  # a pattern that this topic has not
        assert len(Layout().sheets([(e, "Ada") for e in exercises], "letter")) == 2


def _values(option: Option) -> st.SearchStrategy[str]:
    match option.kind:
        case "int":
            return st.integers(option.low, option.high).map(str)
        case "bool":
            return st.sampled_from(["yes", "no"])
        case "choice":
            return st.sampled_from(option.choices)
        case "decimal":
            return st.sampled_from(["1", ".5", ".1", "2"])
    low, high = option.lengths
    widths = st.lists(st.integers(option.low, min(option.high, 5)), min_size=low,
                      max_size=min(high, 5))  # fmt: skip
    return widths.map(lambda some: "-".join(map(str, some)))


@st.composite
def asked(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A topic with some of its options."""
    name = draw(st.sampled_from(list(TOPICS)))
    options = {k: draw(_values(o)) for k, o in TOPICS[name].options.items() if draw(st.booleans())}
    options["blank"] = draw(st.sampled_from(["results", "none", "percent:50", "one-per-block"]))
    options["check"] = draw(st.sampled_from(["yes", "no"]))
    return name, options


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(asked(), st.integers(0, 10_000))
def test_random_options(case: tuple[str, dict[str, Any]], seed: int) -> None:
    name, options = case
    try:
        exercises = many(name, [seed, seed + 1], **options)
        sheets = Layout().sheets([(e, "") for e in exercises])
    except FalsePageError:
        raise
    except SheetgenError:
        assume(False)  # options that contradict each other, or find no paper large enough
        return
    assert len(sheets) == 2


def test_stress_tells_of_a_false_page(monkeypatch: pytest.MonkeyPatch) -> None:
    from sheetgen.exercise.settings import settings as settings_of
    from sheetgen.pagecheck.check import PageCheck

    def false(*some: Any) -> None:
        raise FalsePageError("the row [A] = [B]", "recipe")

    monkeypatch.setattr(PageCheck, "check", false)
    report = stress_pages(settings_of("single-neuron", {}), 2)
    assert len(report.problems) == 2 * len(PAPERS)
    assert all("the row [A] = [B]" in said for _, said in report.problems)
