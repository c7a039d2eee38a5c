"""The worked sums set in columns, for the key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache

from sheetgen.layout.sizes import Sizes
from sheetgen.page.figure import legible
from sheetgen.page.items import Label
from sheetgen.type.fonts import text_width
from sheetgen.type.markup import has_tail
from sheetgen.words.sums import PLUS, Worked

MOST, MOST_IN_ROOM = 4, 6
"""Columns on a page, and in the room to work."""
TOGETHER, LEAST = 16, 3
"""A step with no more lines than that stays in one column if it can; of a longer one at least so
many stand in a column."""
TOGETHER_BEHIND = 30
"""The same on a page of sums alone, where some go on in further lines."""
LEAST_WHOLE = 2.85
"""Em down to which sums are set smaller so that a step's stay together."""
BESIDE = 4.0
"""What a column has beside its lines, in millimetres."""
RAISED = 2.0
"""What it has more beside those with raised exponents, whose letters are larger."""

BEHIND = 3.0
"""Between a name and a sum behind it."""
NARROW = 0.5
"""The same where nothing stands beside it."""
UP = 0.15
"""How much higher names with tails stand, and those over raised exponents, in ems."""
FURTHER = 0.9
"""Indent in ems of what goes on in a further line."""
NAMED = 1.2
"""Height of the name above the lines of a step, in lines."""
NAME = 1.1
"""How much larger it is than these."""
Corner = tuple[float, float]
"""x and y in millimetres."""
Slot = tuple[int, int, int, float]
"""Which step, which of its lines (-1 for its name), the column, and where the line's top is."""


class Columns:
    """The worked sums of an exercise, to be set in columns."""

    def __init__(
        self, sums: Sequence[Worked], sizes: Sizes, together: int = TOGETHER
    ) -> None:
        self.sums, self.sizes, self.together = sums, sizes, together
        self._counts = tuple(len(w.lines) for w in sums)
        """Lines of each step."""

    def shapes(self) -> Iterator[tuple[float, int, float, float]]:
        """Size, count of columns, width and height in which the sums may be set: with those of each
        step together and then otherwise, the largest and narrowest first."""
        for size, whole in self._ways:
            pitch = self._pitch(size)
            for count in (1, 2, 3):
                least = max(self.tall(size, count), (self._most + 1.3) * pitch * whole)
                yield size, count, count * self.wide(size), least

    def fitted(
        self, at: Corner, width: float, height: float, least: float = 0.0
    ) -> list[Label]:
        """The sums in a box, as large as can be with those of each step together, else as large as
        can be; nothing if they do not fit in letters of the ``least`` size."""
        for size, whole in self._ways:
            if size < least:
                continue
            count, pitch = min(MOST_IN_ROOM, int(width // self.wide(size))), self._pitch(size)
            if not count or (whole and (self._most + 1.2) * pitch > height):
                continue
            if len(_slots(self._counts, count, height, pitch, self.together)) == 1:
                even = self._even(count, height, size)
                [slots] = _slots(self._counts, count, even, pitch, self.together)
                count = 1 + max(slot[2] for slot in slots)
                return self.in_columns(at, count, even, width, size)[0]
        return []

    @property
    def _ways(self) -> Iterator[tuple[float, bool]]:
        """Ems that are tried, the largest first, and whether the sums of a step stay together."""
        sizes = *self.sizes.larger_sums, *self.tried
        least = LEAST_WHOLE * self.sizes.larger
        yield from ((size, True) for size in sizes if size >= least)
        yield from ((size, False) for size in sizes)

    @property
    def _most(self) -> int:
        """The lines of the longest step that should stay together."""
        return max((n for n in self._counts if n <= self.together), default=0)

    def _even(self, count: int, height: float, size: float) -> float:
        """The least height of some columns of about the same height, on as few pages as can
        be."""
        pitch, counts = self._pitch(size), self._counts
        pages = len(_slots(counts, count, height, pitch, self.together))
        low = sum(n + 1.7 for n in counts) / (count * pages) * pitch
        low = min(max(low, (max(self._most, LEAST) + 1.3) * pitch), height)
        while low < height and len(_slots(counts, count, low, pitch, self.together)) > pages:
            low += pitch
        return min(low, height)

    def pages(
        self, at: Corner, width: float, height: float, size: float, count: int
    ) -> list[list[Label]]:
        """The sums page after page, from the corner ``at``, in ``count`` columns of about the same
        height, those of the last page too if that begins with a step; all of them answers."""
        even, em = self._even(count, height, size), self.em(size)
        pages = self.in_columns(at, count, even, width, size, em)
        which, line, *_ = _slots(self._counts, count, even, self._pitch(size), self.together)[-1][0]
        if which and line < 0:
            last = Columns(self.sums[which:], self.sizes, self.together)
            low = last._even(count, even, size)
            pages[-1:] = last.in_columns(at, count, low, width, size, em)
        return pages

    def taken(self, count: int, height: float, size: float) -> int:
        """How many pages they take."""
        return len(_slots(self._counts, count, height, self._pitch(size), self.together))

    def in_columns(
        self, at: Corner, count: int, height: float, width: float, size: float,
        em: float = 0.0,
    ) -> list[list[Label]]:  # fmt: skip
        """The sums in ``count`` columns that are ``height`` high, page after page; the names of
        steps in letters of one size, lines in such of one ``em`` if it is given."""
        left, top = at
        named = self.name(size)
        lines = em or size
        each, pitch = width / count, self._pitch(size)
        pages: list[list[Label]] = []
        for slots in _slots(self._counts, count, height, pitch, self.together):
            page = []
            for which, line, column, y in slots:
                step = self.sums[which]
                x = round(left + column * each, 3)
                if line < 0:
                    name = replace(_name(_said(step), size), size=named)
                    close = self._raised or has_tail(name.markup)
                    middle = top + y + pitch * 0.6 - close * UP * name.size
                    page.append(replace(name, x=x, y=round(middle, 3)))
                else:
                    of = step.places[line] if step.places else None
                    x = round(x + 3 + FURTHER * lines * step.lines[line].startswith("+ "), 3)
                    page.append(legible(Label(x, round(top + y + pitch / 2, 3),
                                              step.lines[line], lines, "start", "answer", "answer",
                                              True, each - BESIDE, of=of)))  # fmt: skip
            pages.append(page)
        return pages

    def in_a_row(self, at: Corner, size: float) -> list[Label]:
        """A single sum behind its name."""
        [step], (x, top) = self.sums, at
        y = round(top + self._pitch(size) * NAMED / 2, 3)
        name = replace(_name(_said(step), size), x=x, y=y)
        start = round(x + self.named(size) + BEHIND, 3)
        of = step.places[0] if step.places else None
        line = Label(start, y, step.lines[0], size, "start", "answer", "answer", True, of=of)
        return [name, legible(line)]

    def row(self, size: float, ems: float, legible: float) -> tuple[float, float]:
        """Its width and height, if it is so wide."""
        wide = self.named(size) + BEHIND + max(ems * size, legible) + NARROW
        return wide, self._pitch(size) * NAMED

    @property
    def tried(self) -> tuple[float, ...]:
        """Ems that are tried, the largest first."""
        return self.sizes.sum, *self.sizes.smaller_sums

    @cached_property
    def _raised(self) -> bool:
        return any("^" in line for step in self.sums for line in step.lines)

    @cached_property
    def ems(self) -> float:
        """Width of the widest line in ems."""
        return max(text_width(line, 1.0, "answer") for w in self.sums for line in w.lines)

    def wide(self, size: float) -> float:
        """Width of a column in which each line and each name fits."""
        lines = max(self.ems * size + self.sizes.sum_indent, self.legible + BESIDE + RAISED)
        return max(lines, self.named(size) + BESIDE)

    def narrow(self, size: float, ems: float, legible: float) -> float:
        """The same where nothing stands beside it, for lines of other widths: in ems, and in mm
        where exponents are raised, for which letters are set larger."""
        return max(ems * size + BESIDE, legible and legible + BESIDE, self.named(size)) + NARROW

    def named(self, size: float) -> float:
        """Width of the widest name."""
        em = self.name(size)
        return max(_width_of(_said(step), size) * em / _name(_said(step), size).size
                   for step in self.sums)  # fmt: skip

    def name(self, size: float) -> float:
        """The em of all names, above lines of a size."""
        return max(_name(_said(step), size).size for step in self.sums)

    def tall(self, size: float, count: int) -> float:
        """Height of all in some columns of about the same height."""
        return _least(self._counts, count, self._pitch(size), self.together)

    @cached_property
    def legible(self) -> float:
        """Width of the widest line with raised exponents, in the smallest letters for them."""
        lines = [line for w in self.sums for line in w.lines if "^" in line]
        labels = (legible(Label(0.0, 0.0, line, 0.0, face="answer")) for line in lines)
        return max((text_width(i.markup, i.size, i.face) for i in labels), default=0.0)

    def em(self, size: float) -> float:
        """The em of lines that are to be alike: no smaller than raised exponents may be."""
        return legible(Label(0.0, 0.0, "0^{0}" if self._raised else "0", size)).size

    def _pitch(self, size: float) -> float:
        """Height of a line in millimetres; the smallest lines stand closer, but for raised
        exponents, which are no smaller than elsewhere."""
        close = size == self.sizes.smaller_sums[-1] and not self._raised
        return size * (self.sizes.close_sum_pitch if close else self.sizes.sum_pitch)


def set_behind(
    sums: Sequence[Worked], at: Corner, room: tuple[float, float], sizes: Sizes
) -> list[list[Label]]:
    """The sums on pages of their own, whose ``room`` is so wide and high: on as few as can be, in
    letters as large as can be with few lines that go on in further ones."""
    width, height = room
    ways = []
    for size in (*sizes.larger_sums, sizes.sum, *sizes.smaller_sums[:-1]):
        for count in range(1, MOST + 1):
            columns = _fitting(sums, width / count, size, sizes)
            if columns is not None:
                more = sum(len(w.lines) for w in columns.sums) / sum(len(w.lines) for w in sums)
                pages = columns.taken(count, height, size)
                ways.append((pages, -size / more**2, count, size, columns))
    if not ways:
        return _shrunk(sums, at, room, sizes)
    _, _, count, size, columns = min(ways, key=lambda way: way[:3])
    return columns.pages(at, width, height, size, count)


def _fitting(sums: Sequence[Worked], wide: float, size: float, sizes: Sizes) -> Columns | None:
    """The sums in letters of a size for columns so wide, those that are too long going on in
    further lines; None if some cannot."""
    whole = Columns(sums, sizes, TOGETHER_BEHIND)
    em = whole.em(size)
    if whole.named(size) + BESIDE > wide:
        return None
    room = wide - sizes.sum_indent
    if whole.ems * em <= room:
        return whole
    broken = Columns(in_further_lines(sums, room / em), sizes, TOGETHER_BEHIND)
    return broken if broken.ems * em <= room else None


def _shrunk(
    sums: Sequence[Worked], at: Corner, room: tuple[float, float], sizes: Sizes
) -> list[list[Label]]:
    """The sums in one column, in letters that are smaller the longer what cannot be broken is."""
    wide = room[0] - sizes.sum_indent
    broken = Columns(in_further_lines(sums, wide / sizes.smallest_sum), sizes)
    size = max(wide / broken.ems, sizes.smallest_sum)
    return broken.pages(at, *room, min(size, sizes.smaller_sums[-1]), 1)


def in_further_lines(sums: Sequence[Worked], ems: float) -> list[Worked]:
    """Sums of which those that are wider than some ``ems`` go on in further lines, each from a plus
    on."""
    found = []
    for step in sums:
        broken = [_broken(line, ems) for line in step.lines]
        places = [place for place, lines in zip(step.places, broken, strict=True) for _ in lines] \
            if step.places else []  # fmt: skip
        lines = [line for some in broken for line in some]
        found.append(replace(step, lines=tuple(lines), places=tuple(places)))
    return found


def _broken(line: str, ems: float) -> list[str]:
    if text_width(line, 1.0, "answer") <= ems:
        return [line]
    first, *terms = PLUS.split(line)
    lines = [first]
    for term in terms:
        longer = f"{lines[-1]} + {term}"
        if text_width(longer, 1.0, "answer") <= ems - FURTHER * (len(lines) > 1):
            lines[-1] = longer
        else:
            lines.append(f"+ {term}")
    return lines


@lru_cache(1 << 12)
def _name(said: str, size: float) -> Label:
    return legible(Label(0.0, 0.0, said, size * NAME, "start", "gradient", answer=True))


@lru_cache(1 << 12)
def _width_of(said: str, size: float) -> float:
    label = _name(said, size)
    return text_width(said, label.size, label.face)


def _said(step: Worked) -> str:
    """What stands above the lines of a step."""
    return f"[{step.number}] {step.name}" if step.number else step.name


@lru_cache(1 << 10)
def _least(counts: tuple[int, ...], count: int, pitch: float, together: int) -> float:
    """The least height of columns for steps with so many lines each."""
    low = (sum(counts) + 1.7 * len(counts)) / count * pitch
    while len(_slots(counts, count, low, pitch, together)) > 1:
        low += pitch
    return low


@lru_cache(1 << 10)
def _slots(
    counts: tuple[int, ...], count: int, height: float, pitch: float, together: int
) -> tuple[tuple[Slot, ...], ...]:
    """Where the lines of steps with so many lines each go, page after page."""
    pages: list[list[Slot]] = [[]]
    column, y = 0, 0.0
    for which, lines in enumerate(counts):
        whole = pitch * (NAMED + lines)
        for line in range(lines):
            if line == 0:
                keep = lines <= together and whole <= height
                needed = whole if keep else pitch * (NAMED + min(lines, LEAST))
            else:
                needed = pitch
            if y and y + needed > height:
                column, y = column + 1, pitch * NAMED * (line > 0)  # level with the lines before
                if column == count:
                    pages.append([])
                    column = 0
            if line == 0:
                pages[-1].append((which, -1, column, y))
                y += pitch * NAMED
            pages[-1].append((which, line, column, y))
            y += pitch
        y += pitch * 0.5
    return tuple(map(tuple, pages))
