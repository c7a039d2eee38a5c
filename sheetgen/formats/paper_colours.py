"""The theme's colours for a screen that is light or dark: on dark paper an ink is light and a fill
is dark, of the same hue."""

from __future__ import annotations

import math
import re
from functools import cache

from sheetgen.page.theme import Theme

Lab = tuple[float, float, float]
"""OKLab: lightness from 0 to 1, and two coordinates of the hue."""


def on_dark_paper(theme: Theme, drawn: str) -> str:
    """CSS that gives each of the theme's colours in an HTML text its dark counterpart in the dark:
    for texts by class, for drawings by their attributes."""
    rules = ["@media screen {"]
    classes = {name for some in re.findall(r'class="([^"]*)"', drawn) for name in some.split()}
    for name, look in sorted(theme.looks.items()):
        if "color" in look and name in classes:
            rules.append(f".page .{name} {{ color: {_pair(look['color'], ink=True)} }}")
    patterns = _strokes(theme, "h-")
    for part, colour in sorted(set(re.findall(r'(stroke|color|fill)="(#[0-9a-f]{6})"', drawn))):
        ink = part != "fill" or _lab(colour)[0] < 0.5
        pair = (f"light-dark({colour}, {dark_pattern(colour)})"
                if part == "stroke" and colour in patterns else _pair(colour, ink=ink))  # fmt: skip
        rules.append(f'.page [{part}="{colour}"] {{ {part}: {pair} }}')
    answer, plain = theme.looks["answer"]["color"], theme.looks["ink"]["color"]
    rules.append("}")
    rules.append(f":root {{ --i-answer: {_pair(answer, ink=True)}; "
                 f"--i-ink: {_pair(plain, ink=True)} }}")  # fmt: skip
    return "\n".join(rules)


def _strokes(theme: Theme, kind: str) -> set[str]:
    """The colours of strokes that no looks but those of a kind have."""
    mine, others = (
        {look["stroke"] for name, look in theme.looks.items()
         if "stroke" in look and name.startswith(kind) is wanted}
        for wanted in (True, False)
    )  # fmt: skip
    return mine - others


def _pair(colour: str, *, ink: bool) -> str:
    return f"light-dark({colour}, {dark_ink(colour) if ink else dark_fill(colour)})"


@cache
def dark_ink(colour: str) -> str:
    """An ink of the same hue for dark paper."""
    lightness, a, b = _lab(colour)
    strength = min(1.0, 0.115 / max(math.hypot(a, b), 1e-9))
    return _hex((0.93 - 0.13 * (lightness > 0.3), a * strength, b * strength))


@cache
def dark_fill(colour: str) -> str:
    """A fill of the same hue for a box on dark paper; white is the paper itself."""
    lightness, a, b = _lab(colour)
    strength = min(1.6, 0.04 / max(math.hypot(a, b), 1e-9))
    return _hex((0.275 + 0.6 * (1 - lightness), a * strength, b * strength))


@cache
def dark_pattern(colour: str) -> str:
    """The strokes of a pattern over such a fill: seen, but not as if they crossed a number out."""
    _, a, b = _lab(colour)
    strength = min(1.0, 0.07 / max(math.hypot(a, b), 1e-9))
    return _hex((0.5, a * strength, b * strength))


def _lab(colour: str) -> Lab:
    r, g, b = (_linear(int(colour[k : k + 2], 16) / 255) for k in (1, 3, 5))
    long, medium, short = (math.cbrt(x) for x in (
        0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b,
        0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b,
        0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b,
    ))  # fmt: skip
    return (0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
            1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
            0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short)  # fmt: skip


def _hex(lab: Lab) -> str:
    lightness, a, b = lab
    long, medium, short = (x**3 for x in (
        lightness + 0.3963377774 * a + 0.2158037573 * b,
        lightness - 0.1055613458 * a - 0.0638541728 * b,
        lightness - 0.0894841775 * a - 1.2914855480 * b,
    ))  # fmt: skip
    rgb = (4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
           -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
           -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short)  # fmt: skip
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, _gamma(x)))):02x}" for x in rgb)


def _linear(x: float) -> float:
    return x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4


def _gamma(x: float) -> float:
    return 12.92 * x if x <= 0.0031308 else float(1.055 * x ** (1 / 2.4) - 0.055)
