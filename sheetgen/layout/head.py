"""What stands at the head and the foot of each page of a sheet."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sheetgen.layout.cells import Boxes
from sheetgen.layout.page_plate import Draft
from sheetgen.layout.sizes import Sizes
from sheetgen.page.items import Label, Rule
from sheetgen.type.fit import NAME_ROOM, name_that_fits
from sheetgen.type.markup import plain

TITLE, NOTED_TITLE, NOTE, NAME_LINE, KEY_MARK = 18.0, 16.8, 25.2, 30.5, 35.7
"""Middles of lines in millimetres from the upper edge of the paper."""
FOOT_LINE = 8.0
"""Middle of the foot's line in millimetres from the lower edge."""


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
    named: bool
    """Whether a name is printed, or else a rule to write it on."""

    def add_head(self, draft: Draft, subtitle: str = "") -> None:
        sizes, middle = self.sizes, self.paper[0] / 2
        right = self.paper[0] - sizes.margin
        title = f"{self.title}: {subtitle.lower()}" if subtitle else self.title
        noted = self.note and not subtitle
        size = sizes.subtitle if subtitle else sizes.title
        draft.add(
            Label(middle, NOTED_TITLE if noted else TITLE, title, size, "middle", face="title")
        )
        if noted:
            draft.add(Label(middle, NOTE, self.note, sizes.note, "middle", "soft"))
        code = Label(right, NAME_LINE, "Sheet", sizes.code, "end")
        draft.vary(code, lambda boxes, name: replace(
            code, markup=f"Sheet {boxes.exercise.code}"))  # fmt: skip
        draft.add(
            Label(right, KEY_MARK, "ANSWER KEY", sizes.key_mark, "end", "answer", "title", True)
        )
        self._add_name_line(draft, subtitle)

    def _add_name_line(self, draft: Draft, subtitle: str) -> None:
        left, size = self.sizes.margin, self.sizes.name_line
        who = Label(left + 11.5, NAME_LINE, "", size, "start", width=NAME_ROOM)
        if self.named or not subtitle:
            draft.add(Label(left, NAME_LINE, "Name", size, "start"))
        if self.named:
            draft.vary(who, lambda boxes, name: replace(who, markup=plain(name_that_fits(name))))
        if not subtitle:
            if not self.named:
                draft.add(Rule(left + 11, NAME_LINE + 2.1, 62.0))
            draft.add(
                Label(left + 78, NAME_LINE, "Date", size, "start"),
                Rule(left + 88, NAME_LINE + 2.1, 32.0),
            )

    def add_foot(self, draft: Draft, number: int, total: int, subtitle: str = "") -> None:
        (width, height), sizes = self.paper, self.sizes
        left, y, room = sizes.margin, height - FOOT_LINE, width - 2 * sizes.margin - 24
        foot = Label(left, y, "", sizes.recipe, "start", "soft", "small", width=room)

        def recipe(boxes: Boxes, name: str) -> Label:
            return replace(foot, markup=f"by hand · {plain(boxes.exercise.recipe)}")

        draft.vary(foot, recipe)
        if total > 1 or subtitle:
            which = f"{subtitle.lower()} {number} / {total}".lstrip()
            right = width - sizes.margin
            draft.add(Label(right, y, which, sizes.recipe, "end", "soft", "small"))
