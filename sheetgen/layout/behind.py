"""Step lists that stand behind the figures, on pages of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sheetgen.layout.sizes import Sizes
from sheetgen.page.figure import box_of, placed
from sheetgen.page.items import Item
from sheetgen.words.lines import StepLine

ABOVE = 3.0
"""White above the list of a page, in mm, at least."""

Setting = Callable[[Sequence[StepLine]], tuple[list[Item], float]]
"""Sets a list from y = 0 on; its items and its height."""
Laid = tuple[list[list[Item]], list[float]]
"""Pages, and where their figures must end."""


def behind(
    pages: Sequence[list[Item]], whole: Sequence[StepLine], lists: Sequence[Sequence[StepLine]],
    setting: Setting, sizes: Sizes, foot: float,
) -> Laid:  # fmt: skip
    """The ``whole`` list behind the figures, on one page, or in large print on as many as it needs;
    or the ``lists`` of pages, if they are told, on those that have room, the others behind, if that
    takes no more."""
    last = _alone(whole, setting, sizes, foot)
    own = _own(pages, lists, setting, sizes, foot)
    if own:
        left = [line for k, lines in enumerate(lists) if k not in own for line in lines]
        rest = _alone(list(dict.fromkeys(left)), setting, sizes, foot)
        if len(rest) <= len(last):
            ends = [min((box_of(i)[1] for i in own.get(k, ())), default=foot) - 4
                    for k in range(len(pages))]  # fmt: skip
            found = [[*items, *own.get(k, ())] for k, items in enumerate(pages)]
            return [*found, *rest], [*ends, *[foot - sizes.above_foot] * len(rest)]
    return [*pages, *last], [foot - sizes.above_foot] * (len(pages) + len(last))


def _alone(
    lines: Sequence[StepLine], setting: Setting, sizes: Sizes, foot: float
) -> list[list[Item]]:
    """Pages that have a list alone."""
    pages: list[list[Item]] = []
    room = foot - sizes.above_foot - sizes.top
    while lines:
        count = len(lines)
        while count > 1 and sizes.is_large and setting(lines[:count])[1] > room:
            count -= 1
        texts, _ = setting(lines[:count])
        pages.append([placed(t, 1.0, sizes.margin, sizes.top) for t in texts])
        lines = lines[count:]
    return pages


def _own(
    pages: Sequence[Sequence[Item]], lists: Sequence[Sequence[StepLine]], setting: Setting,
    sizes: Sizes, foot: float,
) -> dict[int, list[Item]]:  # fmt: skip
    """The list of each page that has room for it below its figures."""
    found: dict[int, list[Item]] = {}
    for k, lines in enumerate(lists):
        texts, height = setting(lines)
        lowest = max((box_of(item)[3] for item in pages[k]), default=sizes.top)
        if lines and lowest + ABOVE <= foot - height:
            found[k] = [placed(t, 1.0, sizes.margin, foot - height) for t in texts]
    return found
