"""``slips.pdf`` of a class without names on its sheets: a list of who has which code, for the
teacher, beside a slip for each student to be torn off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO

from sheetgen.classroom.plan import Plan
from sheetgen.classroom.pupils import Pupil
from sheetgen.classroom.students import told_apart
from sheetgen.page.items import PAPERS, Item, Label, Line, Page, Printed, Rule
from sheetgen.page.paths import straight
from sheetgen.press.printing import printer
from sheetgen.type.fit import that_fits
from sheetgen.type.markup import plain

SLIPS = "slips.pdf"
MARGIN, TOP, FOOT = 12.0, 22.0, 14.0
HIGH = 12.0
"""Of a slip."""
CUT = 0.52
"""Where the list ends and the slips begin, as a part of the width."""
NAME, SMALL, CODE = 4.0, 3.0, 4.6
"""Ems in mm."""


def slips_pdf(plan: Plan, pupils: Sequence[Pupil]) -> bytes:
    """The list with its slips, in the order of ``pupils``. The same class, the same bytes."""
    out = BytesIO()
    title = f"{plan.title}: who has which sheet"
    sheets = ((Printed((page,), title, False), None) for page in pages(plan, pupils, title))
    printer().write_pack(out, sheets, title, leave_off=True)
    return out.getvalue()


def pages(plan: Plan, pupils: Sequence[Pupil], title: str) -> Iterator[Page]:
    """The pages, one after the other."""
    width, height = PAPERS[plan.paper]
    most = int((height - TOP - FOOT) // HIGH)
    apart = told_apart([pupil.student for pupil in pupils])
    starts = range(0, len(pupils), most)
    for number, start in enumerate(starts, 1):
        some = range(start, min(start + most, len(pupils)))
        items = [*_around(width, height, title, f"{number} / {len(starts)}"),
                 *_cuts(width, len(some))]  # fmt: skip
        for row, k in enumerate(some):
            items += _row(pupils[k], apart[k], plan.title, width, TOP + row * HIGH)
        yield Page(width, height, tuple(items))


def _around(width: float, height: float, title: str, number: str) -> Iterator[Item]:
    room = width * CUT - 2 * MARGIN
    yield Label(MARGIN, 12.0, plain(that_fits(title, room, NAME)), 5.0, "start", face="title",
                width=room)  # fmt: skip
    yield Label(width * CUT + 6, 12.4, "Tear off: each student keeps a slip", SMALL, "start",
                "soft")  # fmt: skip
    yield Label(width - MARGIN, height - 7.5, number, 2.6, "end", "soft", "small")
    said = "The list stays with you; it alone tells whose sheet a code is."
    yield Label(MARGIN, height - 7.5, said, 2.6, "start", "soft", "small")


def _cuts(width: float, rows: int) -> Iterator[Item]:
    """Dotted where it is torn, thin between the lines of the list."""
    cut, bottom = round(width * CUT, 2), TOP + rows * HIGH
    for k in range(rows + 1):
        y = TOP + k * HIGH
        yield _line((MARGIN, y), (cut - 4, y), "soft", 0.1, dotted=False)
        yield _line((cut, y), (width - MARGIN, y), "ink", 0.25, dotted=True)
    yield _line((cut, TOP - 6), (cut, bottom + 4), "ink", 0.25, dotted=True)


def _line(
    start: tuple[float, float], end: tuple[float, float], colour: str, weight: float, dotted: bool
) -> Line:
    return Line(straight([start, end]), colour, weight, dotted=dotted, bounds=(*start, *end))


def _row(
    pupil: Pupil, apart: str, title: str, width: float, top: float
) -> Iterator[Item]:
    """A student's line of the list, and the slip beside it."""
    cut, y = width * CUT, round(top + HIGH / 2, 2)
    others = ", ".join(list(dict.fromkeys(e.code for e in pupil.exercises))[1:])
    group = "" if pupil.spare else pupil.student.group
    code = 26.0
    for left, right, said in (
        (MARGIN, cut - 6, (apart, group, others)), (cut + 6, width - MARGIN, (title, others)),
    ):  # fmt: skip
        note = " · ".join(filter(None, said))
        room = right - left - code - 5
        if pupil.spare:
            yield Rule(left, y + 0.6, room)
        else:
            name = plain(that_fits(pupil.shown, room, SMALL))
            yield Label(left, y - 1.6 if note else y, name, NAME, "start", width=room)
        if note:
            yield Label(left, y + 3.2, plain(that_fits(note, room, 2.6)), 2.6, "start", "soft",
                        "small", width=room)  # fmt: skip
        yield Label(right, y, pupil.code, CODE, "end", face="digits")
