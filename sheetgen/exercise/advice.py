"""What to turn where options leave no room for hand-friendly numbers and no range of numbers
helps: the size or the choice that stands in the way."""

from __future__ import annotations

from collections.abc import Iterator

from sheetgen.draw.drawing import may_be
from sheetgen.errors import SheetgenError
from sheetgen.exercise.settings import Settings, settings
from sheetgen.topics.options import Option, Value

MOST = 2
"""Options that are named."""
TRIES = 6


def sizes_that_help(asked: Settings) -> str:
    """``--batch 2 or --gates usual``: sizes and usual choices with which there are numbers, tried
    one at a time; nothing if none is found."""
    found: list[str] = []
    for tried, (option, value) in enumerate(_smaller(asked)):
        if tried >= TRIES or len(found) >= MOST:
            break
        shown = option.show(value)
        if _possible(asked, option.name, shown):
            found.append(f"--{option.flag} {shown}")
    return " or ".join(found)


def _smaller(asked: Settings) -> Iterator[tuple[Option, Value]]:
    """Each choice that is not usual as usual; each size of those that are not usual, one step
    smaller and then as usual; then the others, one step smaller."""
    for option in (o for o in asked.topic.options.values() if o.kind == "choice"):
        if asked.options[option.name] != option.default:
            yield option, option.default
    options = [o for o in asked.topic.options.values() if o.kind in ("int", "widths")]
    for option in sorted(options, key=lambda o: asked.options[o.name] == o.default):
        value = asked.options[option.name]
        if isinstance(value, tuple):
            widest = max(range(len(value)), key=lambda k: value[k])
            if value[widest] > option.low:
                yield option, (*value[:widest], value[widest] - 1, *value[widest + 1 :])
        elif isinstance(value, int) and value > option.low:
            yield option, value - 1
            if isinstance(option.default, int) and value - 1 > option.default:
                yield option, option.default


def _possible(asked: Settings, name: str, shown: str) -> bool:
    try:
        other = settings(asked.topic.name, {**asked.asked, name: shown})
        return may_be(other.drawn, other.knobs, other.sheets)
    except SheetgenError:
        return False
