"""What was understood of a list, in one line."""

from __future__ import annotations

from sheetgen.classroom.roster.cells import rows_told
from sheetgen.classroom.students import Roster
from sheetgen.errors import counted

MOST_TOLD = 6
"""Reasons for leaving rows out that are told."""


def understood(roster: Roster) -> str:
    """``28 students: names from "Student", ids from "SIS User ID"; left out: rows 2, 3 (points);
    first Ada, last Bob``."""
    reading, students = roster.reading, roster.students
    said = [counted(len(students), "student")]
    if reading is not None:
        found = {"names": " and ".join(reading.names), "ids": reading.ids,
                 "e-mails": reading.emails, "groups": reading.groups}  # fmt: skip
        from_where = [f"{what} from {where}" for what, where in found.items() if where]
        said[0] += f": {', '.join(from_where)}"
        out = left_out(roster)
        said.append(f"left out: {out}" if out else "all kept")
    first, last = (s.name or s.id or s.email for s in (students[0], students[-1]))
    said.append(f"first {first[:40]}, last {last[:40]}" if students[1:] else first[:40])
    return "; ".join(said)


def left_out(roster: Roster) -> str:
    """The rows that are no students of the class, by reason; nothing if there are none."""
    rows: dict[str, list[int]] = {}
    for row, why in roster.reading.left_out if roster.reading else ():
        rows.setdefault(why, []).append(row)
    said = [f"{rows_told(some)} {why}" if why.startswith('"') else f"{rows_told(some)} ({why})"
            for why, some in rows.items()]  # fmt: skip
    more = sum(map(len, list(rows.values())[MOST_TOLD:]))
    return ", ".join(said[:MOST_TOLD]) + (f" and {counted(more, 'more row')}" if more else "")


def not_printed(roster: Roster) -> str:
    """The columns of which nothing is printed; nothing if there are none."""
    unused = roster.reading.unused if roster.reading else ()
    said = ", ".join(f'"{title[:30]}"' for title in unused[:3])
    return said + (f" and {len(unused) - 3} more" if unused[3:] else "")
