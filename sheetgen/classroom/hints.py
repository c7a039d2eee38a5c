"""What to do at the printer with a class that is made."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from sheetgen.classroom.manifest import Place
from sheetgen.classroom.plan import Order
from sheetgen.classroom.slips import SLIPS
from sheetgen.errors import counted

OTHER_PAPER = {"a4": "letter", "letter": "a4"}


def hints(order: Order, places: Mapping[str, Place]) -> tuple[str, ...]:
    """How worksheets are printed, on what paper and stapled how; and how to make a lost one
    again."""
    binding, plan = order.binding, order.plan
    sides = [binding.sides(place.pages, code) for code, place in places.items()]
    paper = sorted({count if binding.simplex else count // 2 for count in sides})
    each = " to ".join(map(str, dict.fromkeys((paper[0], paper[-1]))))
    how = "one-sided" if binding.simplex else "two-sided"
    where = f"{plan.paper.title()} paper at actual size, not scaled"
    if plan.paper in OTHER_PAPER:
        where += f" (for {OTHER_PAPER[plan.paper].title()} add --paper {OTHER_PAPER[plan.paper]})"
    what = counted(len(places), "file") if binding.separate else counted(sum(sides), "page")
    stapled = f"; staple sets of {binding.staple}" if binding.staple else ""
    kept = "sheet of paper" if each == "1" else "sheets of paper"
    found = [f"{what} to print {how}, on {where}; {each} {kept} a student{stapled}"]
    if plan.look.anonymous:
        found.append(f"{SLIPS} alone tells whose sheet a code is: its slips are for the students")
    named = any(student.name for student in order.students)
    which = "--student NAME" if named else "--code CODE"
    folder = shlex.quote(str(order.folder))
    found.append(f"a lost sheet: sheetgen make {which} --class {folder}")
    return tuple(found)
