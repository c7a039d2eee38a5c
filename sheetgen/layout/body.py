"""What stands between the head and the foot of each page of a worksheet: figures and step list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.arranged import Filled
from sheetgen.layout.cells import Boxes
from sheetgen.layout.composer import Composer
from sheetgen.layout.drawn import numbers_in
from sheetgen.layout.equations import height_of, letters
from sheetgen.layout.equations import lines as equation_lines
from sheetgen.layout.extras import Extras
from sheetgen.layout.frame import ALONE, Frame
from sheetgen.layout.free_places import around
from sheetgen.layout.legends import unsaid
from sheetgen.layout.page_plate import Writer
from sheetgen.layout.room import Ruled
from sheetgen.layout.sizes import Sizes
from sheetgen.page.figure import Box, box_of
from sheetgen.page.items import PAPERS, Item, Label, Rule
from sheetgen.pagecheck.cards import Place
from sheetgen.words.way import Equation


@dataclass(frozen=True)
class Body:
    """The items between head and foot."""

    pages: tuple[tuple[Item, ...], ...]
    bottoms: tuple[float, ...]
    """Down to where each page's figures may go: where its step list begins."""
    rooms: tuple[tuple[int, Box], ...] = ()
    """Pages, counted from 0, with a free lower part, and where the key may write in it."""
    ruled: tuple[tuple[int, Ruled], ...] = ()
    """Pages with lines for sums."""
    equations: frozenset[str] = frozenset()
    """Matrices whose missing numbers have lines for their equations."""
    labels: tuple[tuple[tuple[Label, Writer], ...], ...] = ()
    """Those of each page that are written anew for other numbers, beside the figures'."""
    tells_sums: bool = False
    """Whether check sums of blocks are said in words: they hold for one exercise alone."""
    reserved: tuple[tuple[Rule, ...], ...] = ()
    """Places of labels of each page, whatever they say."""
    marched: bool = False
    """Whether some of its figures are those of any graph, which adapt to the room."""
    cards: tuple[Place, ...] = ()
    """Where each exercise stands, where there are several."""


def compose(
    boxes: Boxes, paper: tuple[float, float], sizes: Sizes, frame: Frame = ALONE
) -> Body:
    """Figures and step lists on paper of a size in millimetres, with the picture of the net where
    it finds room.

    Raises SheetgenError naming the option to lower if something cannot be placed.
    """
    composer = Composer(boxes, paper, sizes, frame)
    found = _composed(composer)
    if found is None:
        by = sizes.scale
        raise too_large(boxes.exercise, (paper[0] * by, paper[1] * by), sizes)
    missing = unsaid(found.pages, boxes.exercise.graph)
    if missing and not sizes.is_large:  # rather smaller boxes than fills that are not told
        composer.strips = frozenset(missing)
        again = _composed(composer)
        if again is not None and len(again.pages) == len(found.pages) and (
            len(unsaid(again.pages, boxes.exercise.graph)) < len(missing)
        ):
            return again
    return found


def _composed(composer: Composer) -> Body | None:
    """The same; None if something cannot be placed."""
    filled = composer.with_sums()
    if filled is None:
        return None
    for items, bottom in zip(filled.pages, filled.bottoms, strict=True):
        free = _free(items, bottom, composer.width, composer.sizes)
        if not composer.work.has_room(items, free):
            items[:] = composer.margins.aside(items, bottom)
    extras = [composer.margins.guided(items) for items in filled.pages]
    found = _finished(composer, filled, extras, frozenset())
    graph, large = composer.boxes.exercise.graph, composer.sizes.is_large
    missing = unsaid(found.pages, graph, large)
    if missing:  # rather less room to work than fills of which no word is said
        again = _finished(composer, filled, extras, frozenset(missing))
        if len(unsaid(again.pages, graph, large)) < len(missing):
            return again
    return found


def _finished(
    composer: Composer, filled: Filled, extras: Sequence[Extras], lead: frozenset[int]
) -> Body:
    """Pages with figures and lists and all else for which these leave room; the legends of those
    that ``lead`` stand before there is room to work."""
    sizes, exercise, width = composer.sizes, composer.boxes.exercise, composer.width
    pages = [list(items) for items in filled.pages]
    rooms, lined, equations = [], [], set[str]()
    asked = composer.lists.equations(pages)
    for k, (items, bottom) in enumerate(zip(pages, filled.bottoms, strict=True)):
        items += extras[k].items
        if composer.way is not None:
            items += letters(items, composer.way)
        if k in lead:
            items += composer.margins.legend_of(k, pages, extras[k].reserved)
        free = _free([*items, *extras[k].reserved], bottom, width, sizes)
        if free is None or _has_equations(composer, items, free, asked[k]):
            equations |= {equation.of for equation in asked[k]} if free else set()
            continue
        found, count = composer.work.below(items, free), len(composer.work.lines(items))
        if found is None or len(found.lines) < count:
            found = composer.margins.all_beside(items, extras[k].reserved) or found
        if found is not None:
            items += found.items()
            lined.append((k, found))
            free = free[0], max(free[1], around(found.items())[3] + 6.0), free[2], free[3]
        least = (1 + (found is not None)) * sizes.least_room
        if free[3] - free[1] >= least and (
            asked[k] or composer.work.has_others(items, found)
        ):
            if (asked[k] or numbers_in(items)) and not exercise.settings.is_example:
                items += _room_to_work(free, sizes)[: 2 if found is None else 1]
                x0, y0, x1, y1 = free
                free = x0 + 4, y0 + 7, x1 - 4, y1 - 2
            rooms.append((k, free))
    wanted = unsaid(pages, exercise.graph) - lead
    for k, items in enumerate(pages):
        kept = [Rule(x0, y0, x1 - x0, y1 - y0) for n, (x0, y0, x1, y1) in rooms if n == k]
        if k == 0:
            items += composer.margins.code(items, [*extras[0].reserved, *kept])
        if k in wanted:
            items += composer.margins.legend_of(k, pages, [*extras[k].reserved, *kept])
    lined += _at_the_side(composer, pages, extras, rooms, lined)
    labels = tuple(tuple(more.labels) for more in extras)
    reserved = tuple(tuple(more.reserved) for more in extras)
    return Body(tuple(map(tuple, pages)), tuple(filled.bottoms), tuple(rooms), tuple(lined),
                frozenset(equations), labels, composer.tells_sums, reserved,
                composer.marched)  # fmt: skip


def _has_equations(
    composer: Composer, items: list[Item], free: Box, some: tuple[Equation, ...]
) -> bool:
    """Adds a line for the equation of each missing number of a page, if there is room below its
    figures for all of these; whether it has."""
    sizes, (x0, y0, x1, y1) = composer.sizes, free
    if not some or y1 - y0 < height_of(some, x1 - x0, sizes, sizes.narrow_pitch):
        return False
    items += equation_lines(some, free, sizes)
    return True


def _at_the_side(
    composer: Composer, pages: Sequence[list[Item]], extras: Sequence[Extras],
    rooms: Sequence[tuple[int, Box]], lined: Sequence[tuple[int, Ruled]],
) -> list[tuple[int, Ruled]]:  # fmt: skip
    """Adds ruled lines at the side of figures to pages that have no room below these, and short
    words to circles; the lines of each page."""
    made: list[tuple[int, Ruled]] = []
    taken = {k for k, _ in (*rooms, *lined)}
    for k, items in enumerate(pages if composer.way is None else ()):
        found = None if k in taken else composer.margins.ruled_beside(items, extras[k].reserved)
        if found is None and k == 0 and k not in taken:
            found = composer.margins.ruled_for_legend(items, extras[k].reserved)
        if found is not None:
            items += found.items()
            made.append((k, found))
        here = [box for n, box in rooms if n == k]
        here += [around(ruled.items()) for n, ruled in (*lined, *made) if n == k]
        rest = [Rule(x0, y0, x1 - x0, y1 - y0) for x0, y0, x1, y1 in here]
        if not (composer.sizes.is_large or composer.boxes.exercise.settings.is_example):
            items += composer.margins.verbs(items, [*extras[k].reserved, *rest])
    return made


def _free(items: Sequence[Item], bottom: float, width: float, sizes: Sizes) -> Box | None:
    """The free part below some items, if it is high enough to be of use."""
    lowest = max((y for y in (box_of(i)[3] for i in items) if y < bottom + 3), default=sizes.top)
    y, height = lowest + 7, bottom - lowest - 9
    if height < sizes.least_lines:
        return None
    return sizes.margin, y, width - sizes.margin, y + height


def _room_to_work(free: Box, sizes: Sizes) -> list[Item]:
    """A dotted box: for the student's sums, and for those of the key. A worked example has none, as
    its sums are printed."""
    x0, y0, x1, y1 = free
    return [
        Rule(x0, y0, x1 - x0, y1 - y0),
        Label(x0 + 3, y0 + 3.6, "Room to work", sizes.room_to_work, "start", "soft"),
    ]


class NoRoomError(SheetgenError):
    """An exercise has no place on some paper."""


def too_large(
    exercise: Exercise, paper: tuple[float, float], sizes: Sizes
) -> NoRoomError:
    """What is said of an exercise that has no place on some paper."""
    name, lower = exercise.topic.name, f"lower {_largest_option(exercise)}"
    if not sizes.is_large:
        return NoRoomError(f"{name} is too large for the paper with these options; {lower}")
    wide = paper[0] >= PAPERS["a3"][0]
    way = lower if wide else f"add --paper a3, or {lower}"
    return NoRoomError(f"{name} is too large for --large-print with these options; {way}")


def _largest_option(exercise: Exercise) -> str:
    """The option whose lowering makes the page smaller: that which was raised most, or else the
    largest."""
    found: dict[str, tuple[float, int]] = {}
    for name, option in exercise.topic.options.items():
        if option.kind in ("int", "widths"):
            value = _size_of(exercise.settings.options[name])
            found[option.flag] = value / max(1, _size_of(option.default)), value
    if not found:
        return "the sizes"
    raised = {flag: sizes for flag, sizes in found.items() if sizes[0] > 1.0}
    most = max(raised, key=lambda f: raised[f]) if raised else max(found, key=lambda f: found[f][1])
    return f"--{most}"


def _size_of(value: object) -> int:
    """How large a number is, or the largest of some widths."""
    if isinstance(value, tuple):
        return max(int(side) for side in value)
    return value if isinstance(value, int) else 0
