"""The theme: a CSS file with inks, fills, lines and sizes.

Its classes say what things look like. The custom properties of its ``:root`` are the sizes: numbers
without a unit, which ``Theme`` has as fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from sheetgen.errors import SheetgenError
from sheetgen.type.fonts import TEMPLATES


@dataclass(frozen=True, slots=True)
class Role:
    """How the boxes of a kind look beside their fill, which the theme's file has."""

    ink: str = "ink"
    """Colour of the matrix's name."""
    pattern: str = ""
    """What lies over the fill and is seen in grey."""
    dotted: bool = False
    """Its boxes have dotted lines."""


ROLES: Mapping[str, Role] = {
    "input": Role(), "parameter": Role(), "target": Role(),
    "constant": Role(pattern="falling"), "result": Role(),
    "right": Role("top"), "left": Role("left", "upright"), "bias": Role(pattern="rising"),
    "state": Role("state", "dotted"), "activation": Role("state", "dotted"),
    "bottleneck": Role("state", "dotted"), "output": Role("output", "level"),
    "query": Role("top", "falling"),
    "key": Role("state", "upright"), "value": Role("value", "crossed"),
    "attention": Role("attention", "rising"),
    "link": Role("attention", "stitched"), "nudged": Role("top", "rising"),
    "masked": Role(), "outside": Role(),
    "statistic": Role("top", "checked"),
    "gradient": Role("gradient", dotted=True),
    "bias-gradient": Role("gradient", "rising", dotted=True),
    "token-1": Role(), "token-2": Role(pattern="dotted"), "token-3": Role(pattern="dashed"),
    "token-4": Role(pattern="stitched"),
}  # fmt: skip
"""Kind of boxes -> look: the one place that decides it."""

TOKENS = tuple(kind for kind in ROLES if kind.startswith("token-"))
"""The kinds of tokens that are told apart, in their order."""

_COMMENT = re.compile(r"(?s)/\*.*?\*/")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIZES = re.compile(r"\n:root \{[^{}]*\}\n")


@dataclass(frozen=True, eq=False)
class Theme:
    """The looks of a theme by the names of its classes, and its sizes."""

    css: str
    """The style sheet that a page needs: the file without its sizes."""
    looks: Mapping[str, Mapping[str, str]]
    """Class -> property -> value."""
    printed_size: float
    """Em of a printed number relative to its box."""
    answer_size: float
    """Em of an answer relative to its box."""
    number_room: float
    """Part of a box's width that its number may take."""
    replacement_size: float
    """Em of what the key writes beside a crossed-out number, relative to the box."""
    replacement_room: float
    """Part of the box's width that it may take."""
    circle_size: float
    """Em of a number in a circle, relative to the radius."""
    circle_room: float
    """The width that it may take, relative to the radius."""
    label_size: float
    """Em of a figure's labels, in boxes."""
    ones_size: float
    """Em of the row of 1s with which the biases are multiplied, in boxes."""
    badge_radius: float
    """Radius of a step's circle, in boxes."""
    size_step: float
    """Ems of texts that are set smaller to fit are multiples of this many mm, so that a document
    has few of them."""
    smallest_type: float
    """Em in mm of the smallest letters that a student must read."""
    arrow_head: float
    """Length in mm of an arrow head."""
    margin: float
    """In mm, as are all that follow."""
    figures_top: float
    """Where the figures start, below title and name line."""
    foot: float
    largest_cell: float
    smallest_cell: float
    list_line: float
    """Height of a line of the step list."""
    list_size: float
    """Em of the step list."""

    def look(self, style: str, weight: str = "") -> dict[str, str]:
        """Property -> value of something with some classes, the last of which wins, and with a
        line of its own weight in mm."""
        found: dict[str, str] = {}
        for name in style.split():
            found |= self.looks[name]
        return found | {"stroke-width": weight} if weight else found


def read_theme(path: Path) -> Theme:
    """The theme of a file. Raises SheetgenError for a size that is missing or no number."""
    text = path.read_text(encoding="utf-8")
    looks: dict[str, dict[str, str]] = {}
    for selectors, body in _RULE.findall(_COMMENT.sub("", text)):
        for selector in selectors.split(","):
            look = looks.setdefault(selector.strip().removeprefix("."), {})
            for declaration in filter(None, map(str.strip, body.split(";"))):
                name, _, value = declaration.partition(":")
                look[name.strip()] = value.strip()
    told = looks.pop(":root", {})
    sizes: dict[str, float] = {}
    for field in fields(Theme)[2:]:
        name = f"--{field.name.replace('_', '-')}"
        try:
            sizes[field.name] = float(told[name])
        except (KeyError, ValueError):
            raise SheetgenError(f"{path.name}: {name} must be a number") from None
    return Theme(_SIZES.sub("", text), looks, **sizes)


BY_HAND = read_theme(TEMPLATES / "by-hand.css")
"""The theme of all pages."""
