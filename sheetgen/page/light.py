"""A page's drawing as light SVG, for a page that is sent or kept: the same strokes to a hundredth
of a millimetre, each measured from where the one before has ended.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from markupsafe import Markup

from sheetgen.page.items import Page
from sheetgen.page.marks import Shape, attributes, late, mm, outlines, stencils
from sheetgen.page.paths import Path
from sheetgen.page.patterns import BANDS, SPACING
from sheetgen.page.theme import BY_HAND, ROLES

Place = tuple[int, int]
"""Hundredths of a millimetre."""
Part = tuple[str, *tuple[int, ...]]
"""A command of SVG that measures from where the path has come to, in hundredths; the numbers of
an ``a`` are its radius and how far across it goes."""


def light_strokes(page: Page, key: bool) -> list[tuple[Markup, str]]:
    """What each shape of a page looks like, as attributes, and its path."""
    shapes = outlines(page.items, key) + late(page.items, key) + stencils(page.items)
    return [(attributes(shape.style, shape.weight), light(shape)) for shape in shapes]


def light_drawing(page: Page, key: bool, number: int) -> Markup:
    """A page's drawing as SVG elements. The strokes of a pattern are the dashes of one broad line,
    seen through the boxes of their kind; ``number`` tells the pages of a document apart."""
    found, kinds = [], dict[str, str]()
    for shape in outlines(page.items, key) + late(page.items, key) + stencils(page.items):
        of, _, kind = shape.style.partition("-")
        look = attributes(shape.style, shape.weight)
        name = ""
        if of == "k":
            name = kinds[kind] = f"k{number}-{len(kinds)}"
        elif of == "h" and ROLES[kind].pattern in BANDS:
            found.append(_bands(kind, kinds[kind], page))
            continue
        if all(len(path) == 4 and path[1][0] == "a" for path in shape.paths):
            discs = Markup().join(map(_round, shape.paths))
            found.append(Markup("<g {}>{}</g>").format(look, discs))
            continue
        found.append(Markup('<path{} {} d="{}"/>').format(
            Markup(f" id={name}") if name else "", look, light(shape)))  # fmt: skip
    return Markup("\n").join(found)


def _round(disc: Path) -> Markup:
    """A circle that is a path."""
    (x, y), (radius, _) = disc[0][1:], disc[1][1:]
    return Markup('<circle cx="{}" cy="{}" r="{}"/>').format(mm(x + radius), mm(y), mm(radius))


def _bands(kind: str, filled: str, page: Page) -> Markup:
    """A pattern over the boxes that are ``filled`` by a path of that name."""
    look = dict(BY_HAND.look(f"h-{kind}", ""))
    weight = float(look.pop("stroke-width"))
    broad = 2 * math.ceil(math.hypot(page.width, page.height))
    lines = "".join(_band(page, turn, weight) for turn in BANDS[ROLES[kind].pattern])
    drawn = Markup(" ").join(Markup('{}="{}"').format(*pair) for pair in look.items())
    return Markup('<clipPath id={0}c><use href="#{0}"/></clipPath><path clip-path="url(#{0}c)" {1} '
                  'stroke-width="{2}" stroke-dasharray="{3} {4}" d="{5}"/>').format(
        Markup(filled), drawn, broad, mm(weight), mm(SPACING - weight), lines)  # fmt: skip


def _band(page: Page, turn: int, weight: float) -> str:
    """A line in line with the page's corner, at right angles to strokes that lie so many degrees
    below level, and as far as the page goes; its dashes have their middles at multiples of the
    spacing from the corner."""
    x, y = -math.sin(math.radians(turn)), math.cos(math.radians(turn))
    ends = [a * x + b * y for a in (0, page.width) for b in (0, page.height)]
    first, last = math.floor(min(ends) / SPACING) * SPACING - weight / 2, max(ends)
    return f"M{mm(first * x)} {mm(first * y)}L{mm(last * x)} {mm(last * y)}"


def light(shape: Shape) -> str:
    """A shape's paths as one in SVG. A single straight stroke is drawn from its nearer end, unless
    it has dashes."""
    free = "dasharray" not in attributes(shape.style, shape.weight)
    pen = _Pen()
    for path in shape.paths:
        for start, parts in _strokes(path):
            pen.draw(start, parts, free)
    return "".join(pen.text)


class _Pen:
    """What has been written of a path, and where it has come to."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self._at: Place = (0, 0)
        self._command = self._number = ""

    def draw(self, start: Place, parts: list[Part], free: bool) -> None:
        """Go to a place without a stroke, and on from there."""
        if free and len(parts) == 1 and parts[0][0] in _STRAIGHT:
            letter, *by = parts[0]
            end = _moved(start, parts[0])
            if len(self._way(end)) < len(self._way(start)):
                start, parts = end, [(letter, *(-n for n in by))]
        self._write("m", *(there - here for there, here in zip(start, self._at, strict=True)))
        self._at = start
        for part in parts:
            self._write(*part)
            self._at = start if part[0] == "z" else _moved(self._at, part)

    def _way(self, place: Place) -> str:
        return " ".join(_written(p - here) for p, here in zip(place, self._at, strict=True))

    def _write(self, letter: str, *by: int) -> None:
        goes_on = letter == self._command or (letter == "l" and self._command == "m")
        if letter in "ma" or not goes_on or letter == "z":
            self.text.append(letter)
            self._number = ""
        self._command = letter
        numbers = [*map(_written, by)]
        if letter == "a":
            radius, wide = numbers
            numbers = [radius, radius, "0", "1", "1", wide, "0"]
        for number in numbers:
            joins = not self._number or number[0] == "-" or (
                number[0] == "." and "." in self._number)  # fmt: skip
            self.text.append(number if joins else f" {number}")
            self._number = number


_STRAIGHT = "hvl"


def _strokes(path: Path) -> Iterator[tuple[Place, list[Part]]]:
    """Where each stroke of a path begins, and its parts. Places are rounded, not the ways between
    them, so that no error adds up."""
    x = y = 0.0
    start: Place | None = None
    parts: list[Part] = []
    for letter, *n in path:
        here = (_hundredths(x), _hundredths(y))
        match letter:
            case "M":
                if start is not None:
                    yield start, parts
                x, y = n
                start, parts = (_hundredths(x), _hundredths(y)), []
                continue
            case "z":
                parts.append(("z",))
                continue
            case "a":
                x += n[1]
                parts.append(("a", _hundredths(n[0]), _hundredths(x) - here[0]))
                continue
            case "C":
                parts.append(("c", *(_hundredths(v) - here[k % 2] for k, v in enumerate(n))))
                x, y = n[4:]
                continue
            case "L":
                x, y = n
            case "h":
                x += n[0]
            case "v":
                y += n[0]
            case "l":
                x, y = x + n[0], y + n[1]
        parts.append(_straight(_hundredths(x) - here[0], _hundredths(y) - here[1]))
    if start is not None:
        yield start, parts


def _straight(across: int, down: int) -> Part:
    if not down:
        return ("h", across)
    return ("l", across, down) if across else ("v", down)


def _moved(place: Place, part: Part) -> Place:
    """Where a part that begins at a place ends."""
    x, y = place
    match part:
        case ("h", across) | ("a", _, across):
            return x + across, y
        case ("v", down):
            return x, y + down
        case (_, *_, across, down):
            return x + across, y + down
        case _:
            return place


def _hundredths(value: float) -> int:
    return round(value * 100)


def _written(value: int) -> str:
    """Hundredths as a decimal number without needless zeros: ``12.5``, ``-.07``."""
    sign, (whole, rest) = "-" * (value < 0), divmod(abs(value), 100)
    decimals = f".{rest:02}".rstrip("0") if rest else ""
    return f"{sign}{whole or ''}{decimals}" if whole or rest else "0"
