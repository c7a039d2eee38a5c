"""Topics, their options and what else a sheet can be asked for, as data for the page's knobs."""

from __future__ import annotations

from functools import cache
from typing import Any

from sheetgen.draw.knobs import BIASES, HIGHEST, INPUTS, WEIGHTS, Knobs
from sheetgen.exercise.blanks import PATTERNS
from sheetgen.exercise.settings import ANSWERS, LEVELS, SWITCHES
from sheetgen.formats.registry import formats
from sheetgen.formats.script.frameworks import SAID
from sheetgen.page.items import PAPERS
from sheetgen.topics.catalogue import TOPICS
from sheetgen.topics.options import Option
from sheetgen.topics.registry import Topic

HOUSE = {"weights": WEIGHTS, "biases": BIASES, "inputs": INPUTS}
"""Knob -> how often each number is drawn, as long as nobody turns it."""
LOWEST = 9
"""The least of the largest numbers that are offered."""


def ranges() -> dict[str, tuple[int, int]]:
    """Knob -> the smallest and the largest number that is drawn, as long as nobody turns it."""
    return {name: (min(table), max(table)) for name, table in HOUSE.items()}


@cache
def catalogue() -> dict[str, Any]:
    """All that the page offers: topics with their knobs, levels, patterns of blanks, papers,
    formats."""
    return {
        "topics": [_topic(topic) for topic in TOPICS.values()],
        "levels": [*LEVELS],
        "patterns": {**PATTERNS, "packet": "a worked example, a faded one, a blank one"},
        "papers": [*PAPERS], "switches": [*SWITCHES], "answers": [*ANSWERS],
        "frameworks": {**SAID},
        "numbers": {name: {str(n): share for n, share in sorted(table.items())}
                    for name, table in HOUSE.items()},
        "largest": [LOWEST, Knobs().max, HIGHEST],
        "formats": {name: {"said": form.said, "key": form.key, "per": form.per}
                    for name, form in formats().items()},
    }  # fmt: skip


def _topic(topic: Topic) -> dict[str, Any]:
    return {
        "name": topic.name,
        "title": topic.title,
        "summary": topic.summary,
        "levels": [level for level in LEVELS if level == "medium" or level in topic.levels],
        "options": [_option(option) for option in topic.options.values()],
    }


def _option(option: Option) -> dict[str, Any]:
    return {
        "name": option.name, "kind": option.kind, "default": option.show(option.default),
        "low": option.low, "high": option.high, "lengths": [*option.lengths],
        "choices": [*option.choices],
    }  # fmt: skip
