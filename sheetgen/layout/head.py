"""What stands at the head and the foot of each page of a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sheetgen.layout.cells import Boxes
from sheetgen.layout.frame import ALONE, Frame
from sheetgen.layout.page_plate import Draft, Larger, Writer
from sheetgen.layout.sizes import SIZES, Sizes
from sheetgen.page.figure import placed
from sheetgen.page.items import Circle, Item, Label, Line, Rule
from sheetgen.page.paths import straight
from sheetgen.type.fit import NAME_ROOM, name_lines
from sheetgen.type.fonts import text_width
from sheetgen.type.markup import plain

TRACK, ABOVE, TITLE, NOTED_TITLE = 8.4, 9.4, 18.0, 16.3
NOTE, NAME_LINE, HINT = 24.2, 30.5, 35.5
CODE, KEY = 27.9, 32.7
"""Middles of lines in millimetres from the upper edge of the paper; those of the sheet's code and
of what tells a key stand at the right."""
BESIDE_NOTE = 17.0
"""Left at both sides of a note, for the QR code of a class."""
FOOT_LINE = 8.0
"""Middle of the foot's line in millimetres from the lower edge."""


def key_mark(sizes: Sizes, width: float) -> Label:
    """What tells a key from its worksheet, on paper so wide: at the right, between the code of the
    sheet and the figures, with white on all its sides."""
    said = "ANSWER KEY"
    at = width - sizes.margin, KEY
    return Label(*at, said, sizes.key_mark, "end", "answer", "label", True)


@dataclass(frozen=True)
class HeadAndFoot:
    """Title and name line above, recipe and page number below.

    A page that only the key has bears a subtitle, and name and number like any other, so that it
    finds its place in a dropped stack.
    """

    paper: tuple[float, float]
    sizes: Sizes
    title: str
    note: str
    """Below the title of pages without a subtitle; may be empty."""
    named: bool | None
    """Whether a name is printed, or else a rule to write it on; None for neither."""
    frame: Frame = ALONE
    """What the sheet is a part of."""

    def add_head(self, draft: Draft | Larger, subtitle: str = "") -> None:
        sizes, middle = self.sizes, self.paper[0] / 2
        right = self.paper[0] - sizes.margin
        title = plain(self.frame.title) or self.title
        title = f"{self.title}: {subtitle.lower()}" if subtitle else title
        told = None if subtitle else self.frame.told
        new = told.new if told else self.frame.new
        note = new or self.note
        noted = note and not subtitle
        size = sizes.subtitle if subtitle else sizes.title
        draft.add(
            Label(middle, NOTED_TITLE if noted else TITLE, title, size, "middle", face="title",
                  width=self.paper[0] - 2 * (sizes.margin + 28.0))
        )
        if noted:
            draft.add(Label(middle, NOTE, note, sizes.note, "middle", "ink" if new else "soft",
                            width=self.paper[0] - 2 * (sizes.margin + BESIDE_NOTE)))  # fmt: skip
        hint = told.hint if told else self.note if new else ""
        if told:
            draft.add(*track(self.frame))
        if told or (hint and not subtitle):
            draft.add(Label(sizes.margin, HINT, hint, sizes.note, "start", "soft"))
        if self.frame.above:
            draft.add(Label(middle, ABOVE, plain(self.frame.above), sizes.note, "middle", "soft"))
        code = Label(right, CODE, "Sheet", sizes.code, "end")
        draft.vary(code, lambda boxes, name: replace(
            code, markup=f"Sheet {boxes.exercise.code}"))  # fmt: skip
        draft.add(key_mark(sizes, self.paper[0]))
        self._add_name_line(draft, subtitle)

    def _add_name_line(self, draft: Draft | Larger, subtitle: str) -> None:
        left, size = self.sizes.margin, self.sizes.name_line
        if self.named is None:
            self._add_date(draft, left, size, subtitle)
            return
        who = Label(left + 11.5, NAME_LINE, "", size, "start", width=NAME_ROOM)

        def line(which: int) -> Writer:
            def write(boxes: Boxes, name: str) -> Label:
                lines = name_lines(name, size)
                if which >= len(lines):
                    return who
                text, em = lines[which]
                y = NAME_LINE if len(lines) == 1 else NAME_LINE + (-2.4, 1.0)[which]
                return replace(who, markup=plain(text), size=em, y=y)

            return write

        if self.named or not subtitle:
            draft.add(Label(left, NAME_LINE, "Name", size, "start"))
        if self.named:
            draft.vary(who, line(0))
            draft.vary(who, line(1))
        elif not subtitle:
            draft.add(Rule(left + 11, NAME_LINE + 2.1, 62.0))
        self._add_date(draft, left + 78, size, subtitle)

    def _add_date(self, draft: Draft | Larger, left: float, size: float, subtitle: str) -> None:
        if subtitle:
            return
        draft.add(Label(left, NAME_LINE, "Date", size, "start"),
                  Rule(left + 10, NAME_LINE + 2.1, 32.0))  # fmt: skip
        if self.frame.date:
            draft.add(Label(left + 11, NAME_LINE, plain(self.frame.date), size, "start",
                            width=30.0))  # fmt: skip

    def add_foot(self, draft: Draft | Larger, number: int, total: int, subtitle: str = "") -> None:
        (width, height), sizes = self.paper, self.sizes
        left, y, room = sizes.margin, height - FOOT_LINE, width - 2 * sizes.margin - 24
        foot = Label(left, y, "", sizes.recipe, "start", "soft", "small", width=room)

        def recipe(boxes: Boxes, name: str) -> Label:
            said = ("by hand", *filter(None, [boxes.exercise.printed_recipe]))
            return replace(foot, markup=plain(" · ".join(said)))

        draft.vary(foot, recipe)
        if subtitle or (total > 1 and not self.frame.booklet):
            which = f"{subtitle.lower()} {number} / {total}".lstrip()
            right = width - sizes.margin
            draft.add(Label(right, y, which, sizes.recipe, "end", "soft", "small"))


def track(frame: Frame) -> Iterator[Item]:
    """The sheets of a packet in a row at the top, this one in a heavy frame."""
    x, size, high = SIZES.margin, SIZES.name_line, 6.4
    for k, said in enumerate(frame.parts):
        here = k == frame.track
        wide = 9.5 + text_width(said, size, "label") + 3
        y = TRACK - high / 2
        path = straight([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)])
        bounds = (x, y, x + wide, y + high)
        yield Line(path, "ink" if here else "soft", 0.8 if here else 0.2, bounds=bounds)
        yield Circle(x + 5, TRACK, 2.3, str(k + 1))
        yield Label(x + 9, TRACK, said, size, "start", "ink" if here else "soft")
        x += wide
        if k + 1 < len(frame.parts):
            yield Line(straight([(x, TRACK), (x + 5, TRACK)]), "soft", 0.3,
                       bounds=(x, TRACK, x + 5, TRACK))  # fmt: skip
            x += 5


def number_at_foot(number: int, total: int, paper: tuple[float, float]) -> Item:
    """Which page of a booklet it is, at the right of the foot."""
    sizes = SIZES.on(paper)
    by = sizes.larger
    x, y = paper[0] / by - SIZES.margin, paper[1] / by - FOOT_LINE
    label = Label(x, y, f"page {number} of {total}", SIZES.note, "end")
    return placed(label, by, 0.0, 0.0)


def page_number(number: int, total: int, paper: tuple[float, float]) -> Item:
    """Which page of a packet it is."""
    said, by = f"page {number} of {total}", SIZES.on(paper).larger
    label = Label(paper[0] / by - SIZES.margin, TRACK, said, SIZES.name_line, "end")
    return placed(label, by, 0.0, 0.0)
