"""The head and the foot of a page in large print: the name in a line of its own, date and key below
it, and a long recipe in two lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.cells import Boxes
from sheetgen.layout.frame import Frame
from sheetgen.layout.head import HeadAndFoot
from sheetgen.layout.page_plate import Draft, Larger, Writer
from sheetgen.layout.sizes import LARGE_PRINT
from sheetgen.page.items import Item, Label, Line, Rule
from sheetgen.page.paths import straight
from sheetgen.page.theme import BY_HAND
from sheetgen.type.fit import that_fits
from sheetgen.type.fonts import text_width
from sheetgen.type.markup import plain

EDGE, TITLE, NOTE, NAME, DATE, TOP = 3.8, 7.2, 11.3, 13.4, 18.2, 21.4
"""Middles of lines from the upper edge of the small paper on which large print is laid out, and
where the figures start; name and date are lower beneath notes."""
NOTED = 3.0
"""Height of the line of a note."""
CORNER = 8.0
"""Width at both sides of the title, for a code and a logo."""
SHEET = 20.5
"""Width of the code at the end of the line of the name."""
DATE_ROOM = 18.8
"""Of a date; on large paper twice as much."""
FOOT, PITCH = 5.6, 3.0
"""Middle of the foot's last line from the lower edge, and its distance from the one above."""
LAST_ROOM = 26.0
"""Beside the foot's last line, for the number of the page."""
SEED = 7
"""Digits of a usual seed."""
LEAST = BY_HAND.smallest_type


@dataclass(frozen=True)
class LargeHeadAndFoot(HeadAndFoot):
    """As that of other pages, in the same places on each; nothing is smaller than the smallest
    type, so that what is too long is broken, or else cut short."""

    rows: int = 1
    """Lines of the foot."""

    def add_head(self, draft: Draft | Larger, subtitle: str = "") -> None:
        sizes, (width, _) = self.sizes, self.paper
        left, right = sizes.margin, width - sizes.margin
        self._add_title(draft, subtitle)
        if not subtitle:
            for k, (line, colour) in enumerate(self._notes):
                y = self._title + NOTE - TITLE + NOTED * k
                draft.add(Label(width / 2, y, line, sizes.note, "middle", colour))
            draft.add(*_track(self.frame, left))
        if self.frame.above:
            above = _cut(plain(self.frame.above), right - left - CORNER, sizes.note, "label")
            draft.add(Label(left, EDGE, above, sizes.note, "start", "soft"))
        code = Label(right, self._y(NAME), "Sheet", sizes.code, "end")
        draft.vary(code, lambda boxes, name: replace(
            code, markup=f"Sheet {boxes.exercise.code}"))  # fmt: skip
        draft.add(Label(right, self._y(DATE), "ANSWER KEY", sizes.key_mark, "end", "answer",
                        "label", True))  # fmt: skip
        self._add_name(draft, subtitle, right - left - SHEET)
        if not subtitle:
            self._add_date_line(draft)

    @property
    def top(self) -> float:
        """Where the figures start."""
        return self._y(TOP)

    @cached_property
    def _notes(self) -> tuple[tuple[str, str], ...]:
        """The lines below the title, with their colours."""
        told, room = self.frame.told, self.paper[0] - 2 * self.sizes.margin
        hint = told.hint if told else self.note
        notes = [(told.new if told else self.frame.new, "ink"), (hint, "soft")]
        return tuple((line, colour) for note, colour in notes if note
                     for line in _broken(note, room, self.sizes.note))  # fmt: skip

    @property
    def _title(self) -> float:
        return TITLE + 1.6 * bool(self.frame.parts)

    def _y(self, usual: float) -> float:
        """The middle of a line of the head below the notes."""
        return usual + self._title - TITLE + NOTED * len(self._notes)

    def _add_title(self, draft: Draft | Larger, subtitle: str) -> None:
        title = plain(self.frame.title) or self.title
        title = f"{self.title}: {subtitle.lower()}" if subtitle else title
        size, room = self.sizes.title, self.paper[0] - 2 * (self.sizes.margin + CORNER)
        wide = text_width(title, size, "title")
        size = max(LEAST, min(size, 0.98 * size * room / wide if wide else size))
        draft.add(Label(self.paper[0] / 2, self._title, _cut(title, room, size, "title"), size,
                        "middle", face="title"))  # fmt: skip

    def _add_name(self, draft: Draft | Larger, subtitle: str, room: float) -> None:
        """The name, or a rule to write it on, in a room in mm."""
        left, size = self.sizes.margin, self.sizes.name_line
        if self.named is None:
            return
        start, y = left + 8.6, self._y(NAME)
        if self.named or not subtitle:
            draft.add(Label(left, y, "Name", size, "start"))
        if self.named:
            who = Label(start, y, "", size, "start")
            draft.vary(who, _named(who, room - 8.6))
        elif not subtitle:
            draft.add(Rule(start, y + 1.5, room - 8.6))

    def _add_date_line(self, draft: Draft | Larger) -> None:
        left, size, y = self.sizes.margin, self.sizes.name_line, self._y(DATE)
        wide = date_room(self.paper[0])
        draft.add(Label(left, y, "Date", size, "start"), Rule(left + 7.2, y + 1.5, wide))
        if self.frame.date:
            said = that_fits(self.frame.date, wide, LEAST)
            draft.add(Label(left + 7.4, y, plain(said), LEAST, "start"))

    def add_foot(self, draft: Draft | Larger, number: int, total: int, subtitle: str = "") -> None:
        (width, height), sizes = self.paper, self.sizes
        left, right, y = sizes.margin, width - sizes.margin, height - FOOT
        which = f"{subtitle.lower()} {number} / {total}".lstrip()
        taken = LAST_ROOM
        if subtitle or (total > 1 and not self.frame.booklet):
            draft.add(Label(right, y, which, sizes.recipe, "end", "soft", "small"))
            taken = max(taken, text_width(which, sizes.recipe, "small") + 2.0)
        for k in reversed(range(self.rows)):  # from the first line down, as they are read
            foot = Label(left, y - PITCH * k, "", sizes.recipe, "start", "soft", "small")
            draft.vary(foot, _recipe(foot, k, (right - left - taken, right - left)))

    @property
    def foot(self) -> float:
        """Height of what stands below the figures and their step list."""
        return FOOT + PITCH * (self.rows - 0.4)


def date_room(width: float) -> float:
    """Width of a date on small paper of a width."""
    return DATE_ROOM if width < 100.0 else 2 * DATE_ROOM


def large_number_at_foot(number: int, total: int, paper: tuple[float, float]) -> Label:
    """Which page of a booklet it is, at the right of the foot's last line."""
    x, y = paper[0] - LARGE_PRINT.margin, paper[1] - FOOT
    return Label(x, y, f"page {number} of {total}", LARGE_PRINT.recipe, "end", "soft", "small")


def large_page_number(number: int, total: int, paper: tuple[float, float]) -> Label:
    """Which page of a packet it is."""
    size, right = LARGE_PRINT.note, paper[0] - LARGE_PRINT.margin
    return Label(right, EDGE, f"page {number} of {total}", size, "end")


def _track(frame: Frame, x: float) -> Iterator[Item]:
    """The sheets of a packet in a row at the top, this one in a frame."""
    size, high = LARGE_PRINT.note, 3.4
    for k, part in enumerate(frame.parts):
        said, here = f"{k + 1} {part}", k == frame.track
        wide = text_width(said, size, "label") + 2.0
        y0, y1 = EDGE - high / 2, EDGE + high / 2
        path = straight([(x, y0), (x + wide, y0), (x + wide, y1), (x, y1), (x, y0)])
        yield Line(path, "ink" if here else "soft", 0.35 if here else 0.1,
                   bounds=(x, y0, x + wide, y1))  # fmt: skip
        yield Label(x + 1.0, EDGE, said, size, "start", "ink" if here else "soft")
        x += wide + 1.5


def _named(who: Label, room: float) -> Writer:
    """A name in one line, set smaller if that is enough, else cut short."""

    def write(boxes: Boxes, name: str) -> Label:
        wide = text_width(plain(name), who.size, "label")
        size = max(LEAST, min(who.size, who.size * room / wide if wide else who.size))
        return replace(who, markup=plain(that_fits(name, room, size)), size=size)

    return write


def rows_of_foot(exercise: Exercise, width: float) -> int:
    """Lines of the foot of sheets like one, whatever their seeds, on small paper of a width."""
    room, longest = width - 2 * LARGE_PRINT.margin, "0" * SEED
    said = _foot(exercise).replace(f"seed={exercise.seed}", f"seed={longest}")
    return len(_lines(said, (room - LAST_ROOM, room), LARGE_PRINT.recipe))


def _foot(exercise: Exercise) -> str:
    return " · ".join(("by hand", *filter(None, [exercise.printed_recipe])))


def _recipe(foot: Label, line: int, rooms: tuple[float, float]) -> Writer:
    """One of the lines of the recipe, counted from the last."""

    def write(boxes: Boxes, name: str) -> Label:
        lines = _lines(_foot(boxes.exercise), rooms, foot.size)
        return replace(foot, markup=plain(lines[-1 - line] if line < len(lines) else ""))

    return write


def _lines(said: str, rooms: tuple[float, float], size: float) -> list[str]:
    """A recipe in lines of a room, the last of a smaller one, broken behind signs between its
    parts where that can be."""

    def fits(text: str, room: float) -> bool:
        return text_width(plain(text), size, "small") <= room

    found: list[str] = []
    while not fits(said, rooms[0]):
        ends = [k + 1 for k, sign in enumerate(said[:-1]) if sign in " &?"]
        any_end = max(k for k in range(1, len(said)) if k == 1 or fits(said[:k], rooms[1]))
        end = max((k for k in ends if fits(said[:k], rooms[1])), default=any_end)
        found.append(said[:end].rstrip())
        said = said[end:]
    return [*found, said]


def _broken(said: str, room: float, size: float) -> list[str]:
    """A text in one line, or in two."""
    if text_width(said, size, "label") <= room:
        return [said]
    words = said.split(" ")
    cuts = [(" ".join(words[:k]), " ".join(words[k:])) for k in range(1, len(words))]
    best = min(cuts, key=lambda two: max(text_width(t, size, "label") for t in two),
               default=(said,))  # fmt: skip
    return [_cut(line, room, size, "label") for line in best]


def _cut(said: str, room: float, size: float, face: str) -> str:
    """A text as it is, if there is room, else its start and dots."""
    if text_width(plain(said), size, face) <= room:
        return said
    while len(said) > 1 and text_width(plain(f"{said}…"), size, face) > room:
        said = said[:-1].rstrip()
    return f"{said}…"
