"""Paths as points and commands.

A command is a letter with its numbers, as in SVG: a capital takes points of the page, a small one
measures from where the path has come to. ``M`` begins at a point, ``L`` goes straight to one, ``C``
goes by two handles to one; ``h`` goes across, ``v`` down, ``l`` both; ``a`` goes round, clockwise,
by a radius to a place as far across; ``z`` closes.
"""

from __future__ import annotations

from collections.abc import Iterable

Command = tuple[str, *tuple[float, ...]]
Path = tuple[Command, ...]
Point = tuple[float, float]

LETTERS = "MLChvlaz"


def scaled(path: Path, scale: float, dx: float, dy: float) -> Path:
    """A path scaled, then moved; its numbers are whole thousandths."""
    return tuple(_scaled(command, scale, dx, dy) for command in path)


def _scaled(command: Command, scale: float, dx: float, dy: float) -> Command:
    letter, *numbers = command
    if letter in "ML":
        x, y = numbers
        return letter, round(x * scale + dx, 3), round(y * scale + dy, 3)
    if letter.isupper():
        by = dx, dy
        return letter, *(round(v * scale + by[k % 2], 3) for k, v in enumerate(numbers))
    return letter, *(round(v * scale, 3) for v in numbers)


def traced(path: Path, parts: int = 12) -> list[list[Point]]:
    """The points of a path's strokes in their order; of a curve some between its ends. Rounds are
    left out."""
    strokes: list[list[Point]] = []
    for letter, *n in path:
        if letter == "M":
            strokes.append([(n[0], n[1])])
            continue
        x, y = strokes[-1][-1]
        if letter == "C":
            for k in range(1, parts + 1):
                t = k / parts
                a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
                strokes[-1].append((a * x + b * n[0] + c * n[2] + d * n[4],
                                    a * y + b * n[1] + c * n[3] + d * n[5]))  # fmt: skip
        elif letter == "z":
            strokes[-1].append(strokes[-1][0])
        elif letter in ("h", "v", "l"):
            dx, dy = {"h": (n[0], 0.0), "v": (0.0, n[0])}.get(letter, (n[0], n[-1]))
            strokes[-1].append((x + dx, y + dy))
        elif letter == "L":
            strokes[-1].append((n[0], n[1]))
    return strokes


def straight(points: Iterable[Point]) -> Path:
    """From point to point, in whole thousandths."""
    first, *others = ((round(x, 3), round(y, 3)) for x, y in points)
    return ("M", *first), *(("L", *point) for point in others)


def across(x: float, y: float, length: float) -> Path:
    """A stroke to the right, in whole hundredths, as is all that follows."""
    return ("M", hundredths(x), hundredths(y)), ("h", hundredths(length))


def down(x: float, y: float, length: float) -> Path:
    """A stroke down."""
    return ("M", hundredths(x), hundredths(y)), ("v", hundredths(length))


def rectangle(x: float, y: float, width: float, height: float) -> Path:
    return (
        ("M", hundredths(x), hundredths(y)), ("h", hundredths(width)), ("v", hundredths(height)),
        ("h", hundredths(-width)), ("z",),
    )  # fmt: skip


def disc(x: float, y: float, radius: float) -> Path:
    """A circle around a point."""
    r, wide = hundredths(radius), hundredths(2 * radius)
    return ("M", hundredths(x - radius), hundredths(y)), ("a", r, wide), ("a", r, -wide), ("z",)


def hundredths(value: float) -> float:
    """The nearest whole hundredth; never a negative zero."""
    return round(value, 2) + 0.0
