"""What one turn of a knob leads to: what a teacher may ask for next, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sheetgen.errors import SheetgenError
from sheetgen.exercise.blanks import PATTERNS
from sheetgen.exercise.settings import ANSWERS, LEVELS, SWITCHES, settings
from sheetgen.page.items import PAPERS
from sheetgen.server.catalogue import ranges, ranges_of
from sheetgen.server.sheets import Asked
from sheetgen.topics.catalogue import TOPICS, find
from sheetgen.topics.options import Option

Turn = tuple[Asked, str]
"""A sheet, and the side of it that is looked at."""
MOST = 200
"""Turns that are worth being ready for."""


def neighbours(asked: Asked, side: str, before: Asked | None = None) -> list[Turn]:
    """The sheets one turn away: of the knob that was turned last, then the other side, then a step
    of each knob, then what is farther away, and the other topics."""
    known = find(asked.topic).options
    last = dict(before.options) if before and before.topic == asked.topic else {}
    now = dict(asked.options)
    turned = [name for name in known if now.get(name) != last.get(name)]
    near, far = [], []
    for name in dict.fromkeys((*turned, *known)):
        steps = [_with(asked, name, value) for value in _values(known[name], now.get(name))]
        near += steps[:2] if known[name].kind == "int" else steps
        far += steps[2:] if known[name].kind == "int" else []
    sheets = [*near, *_of_every_topic(asked), *far,
              *(replace(asked, topic=topic, options=()) for topic in TOPICS)]  # fmt: skip
    other = "worksheet" if side == "key" else "key"
    found = [(asked, other), *((sheet, side) for sheet in sheets)]
    return [*dict.fromkeys(found)][:MOST]


def _with(asked: Asked, name: str, value: str) -> Asked:
    return replace(asked, options=tuple({**dict(asked.options), name: value}.items()))


def _values(option: Option, now: str | None) -> Iterator[str]:
    """The other values that one turn of an option leads to, the nearest first."""
    value = option.show(option.default) if now is None else now
    if option.kind == "bool":
        yield "no" if value == "yes" else "yes"
    elif option.kind == "choice":
        yield from (choice for choice in option.choices if choice != value)
    elif option.kind == "int" and value.isdigit():
        all_others = (n for n in range(option.low, option.high + 1) if n != int(value))
        yield from map(str, sorted(all_others, key=lambda n: (abs(n - int(value)), -n)))
    elif option.kind == "widths" and all(part.isdigit() for part in value.split("-")):
        yield from _widths(option, [int(part) for part in value.split("-")])


def _widths(option: Option, widths: Sequence[int]) -> Iterator[str]:
    """Widths with one more or less in a layer, and with a layer more or less."""
    found = [[*widths[:k], width + step, *widths[k + 1 :]]
             for k, width in enumerate(widths) for step in (1, -1)
             if option.low <= width + step <= option.high]  # fmt: skip
    fewest, most = option.lengths
    found += [[*widths[:-1], *widths[-2:]]] if len(widths) < most else []
    found += [[*widths[:-2], widths[-1]]] if len(widths) > fewest else []
    yield from ("-".join(map(str, some)) for some in found)


def _ranges(asked: Asked) -> dict[str, tuple[int, int]]:
    """The ranges that may be turned, with the numbers at their ends; none of what is refused."""
    topic = find(asked.topic)
    try:
        options = settings(topic.name, dict(asked.options)).options
    except SheetgenError:
        return {}
    there = ranges_of(topic, options)
    return {name: ends for name, ends in ranges().items() if name in there}


def _of_every_topic(asked: Asked) -> Iterator[Asked]:
    """One turn of the knobs that every topic has."""
    now = dict(asked.options)
    for level in LEVELS:
        if level == "medium" or level in find(asked.topic).levels:
            yield _with(asked, "level", level)
    for name in SWITCHES:
        yield _with(asked, name, "no" if now.get(name) == "yes" else "yes")
    for answers in ANSWERS:
        if answers != now.get("answers", ANSWERS[0]):
            yield _with(asked, "answers", answers)
    for name, (low, high) in _ranges(asked).items():
        text = now.get(name, f"{low}..{high}")
        ends = text.split("..")
        if len(ends) == 2 and all(end.lstrip("-").isdigit() for end in ends):
            low, high = map(int, ends)
        for one, other in ((low, high + 1), (low - 1, high), (low, high - 1), (low + 1, high)):
            if one < other:
                yield _with(asked, name, f"{one}..{other}")
    for pattern in (*PATTERNS, "packet"):
        if ":" not in pattern and pattern != now.get("blank", "results"):
            yield _with(asked, "blank", pattern)
    yield from (replace(asked, paper=paper) for paper in PAPERS if paper != asked.paper)
