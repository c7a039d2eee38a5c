"""What no page holds is refused before its numbers are sought, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from sheetgen.api import make
from sheetgen.errors import SheetgenError
from sheetgen.exercise.settings import settings
from sheetgen.layout.foreseen import refuse_too_large
from sheetgen.layout.sheet import Layout
from sheetgen.layout.sizes import SIZES
from sheetgen.topics.catalogue import TOPICS


def largest(name: str) -> list[dict[str, str]]:
    """A topic's sizes at their largest, each alone and all at once, with the way back too."""
    sizes = {o.name: str(o.high) for o in TOPICS[name].options.values() if o.kind == "int"}
    some = [{size: most} for size, most in sizes.items()] + [sizes] * (len(sizes) > 1)
    if "backward" in TOPICS[name].options:
        some += [one | {"backward": "yes"} for one in some]
    return some


@pytest.mark.parametrize("name", sorted(TOPICS))
def test_what_is_refused_before_there_are_numbers_is_refused_with_them(name: str) -> None:
    for options in largest(name):
        try:
            asked = settings(name, options)
            asked.graph  # noqa: B018 -- sizes that contradict each other are told here
        except SheetgenError:
            continue
        said = refusal(lambda asked=asked: refuse_too_large(asked, "a4"))
        if said:
            found = refusal(lambda options=options: Layout().sheet(make(name, 3, **options)))
            assert found == said or "no hand-friendly" in found, options


def refusal(do: Callable[[], object]) -> str:
    """What is said where something cannot be; empty if it can."""
    try:
        do()
    except SheetgenError as problem:
        return str(problem)
    return ""


def test_a_net_that_no_page_holds_is_refused_without_numbers() -> None:
    asked = settings("seven-layer-mlp", {"widths": "3-5-2-3-2"})
    refuse_too_large(asked, "a4")
    large = replace(SIZES, smallest_cell=25.0)
    with pytest.raises(SheetgenError, match="seven-layer-mlp is too large for the paper"):
        refuse_too_large(asked, "a4", large)


def test_usual_sizes_are_not_tried() -> None:
    refuse_too_large(settings("gan", {"backward": "yes"}), "a4")
