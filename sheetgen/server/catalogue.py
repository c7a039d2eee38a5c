"""Topics, their options and what else a sheet can be asked for, as data for the page's knobs."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from sheetgen.draw.knobs import BIASES, HIGHEST, INPUTS, WEIGHTS, Knobs, reached
from sheetgen.errors import SheetgenError
from sheetgen.exercise.blanks import PATTERNS
from sheetgen.exercise.settings import ANSWERS, LEVELS, SWITCHES
from sheetgen.formats.registry import formats
from sheetgen.formats.script.frameworks import SAID
from sheetgen.page.items import PAPERS
from sheetgen.topics.catalogue import TOPICS
from sheetgen.topics.options import Option, Value
from sheetgen.topics.registry import Topic

HOUSE = {"weights": WEIGHTS, "biases": BIASES, "inputs": INPUTS}
"""Knob -> how often each number is drawn, as long as nobody turns it."""
LOWEST = 9
"""The least of the largest numbers that are offered."""


def ranges() -> dict[str, tuple[int, int]]:
    """Knob -> the smallest and the largest number that is drawn, as long as nobody turns it."""
    return {name: (min(table), max(table)) for name, table in HOUSE.items()}


def ranges_of(topic: Topic, options: Mapping[str, Value]) -> frozenset[str]:
    """The ranges in which some of a topic's numbers lie with these options."""
    if topic.parts:
        return frozenset()
    return reached(topic.graph({**options, **topic.drawn_with(options)}))


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
        "family": _family(topic),
        "summary": topic.summary,
        "levels": [level for level in LEVELS if level == "medium" or level in topic.levels],
        "options": [_option(option) for option in topic.options.values()],
        "ranges": [name for name in HOUSE if name in _ranges(topic)],
    }


def _ranges(topic: Topic) -> frozenset[str]:
    """The ranges of a topic as it is, or with one switch turned."""
    usual = {name: option.default for name, option in topic.options.items()}
    found = ranges_of(topic, usual)
    for name, option in topic.options.items():
        if option.kind == "bool":
            with suppress(SheetgenError):  # a switch that needs another option
                found |= ranges_of(topic, {**usual, name: not option.default})
    return found


def _family(topic: Topic) -> str:
    """What the file of a topic is about: the first words of its own."""
    said = inspect.getdoc(sys.modules[topic.build.__module__]) or ""
    return re.split(r"[:,.\n]", said, maxsplit=1)[0]


def _option(option: Option) -> dict[str, Any]:
    return {
        "name": option.name, "kind": option.kind, "default": option.show(option.default),
        "low": option.low, "high": option.high, "lengths": [*option.lengths],
        "choices": [*option.choices],
    }  # fmt: skip
