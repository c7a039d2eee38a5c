"""Who is in the class: the students, and how namesakes are told apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import Struct

from sheetgen.errors import SheetgenError

MOST = 5000
"""Students of a class."""

CLASS_TITLES = ("name", "id", "email", "group", "row", "code", "effort")
"""The columns of ``class.csv`` with which others may come."""


@dataclass(frozen=True)
class Student:
    """One row of the roster. Without a name the id stands for it."""

    id: str
    name: str
    email: str = ""
    group: str = ""
    row: int = 0


class Chosen(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a teacher says of a list, where its words do not say it, or say something else."""

    names: str = ""
    """The title of the column of names."""
    sheet: str = ""
    """The sheet of a workbook; the first if nothing is said."""
    ids: str = ""
    """The title of the column of ids; ``-``: there are none."""
    groups: str = ""
    """The title of the column of groups; ``-``: there are none."""
    keep: str = ""
    """The numbers of rows that are students though they look like none: ``3,32``."""

    @property
    def kept(self) -> frozenset[int]:
        """The rows to keep. Raises SheetgenError."""
        parts = [part.strip() for part in self.keep.split(",") if part.strip()]
        wrong = next((part for part in parts if not (part.isdecimal() and int(part))), None)
        if wrong is not None:
            raise SheetgenError(f"--keep: {wrong[:20]!r} is not the number of a row, such as 3,32")
        return frozenset(map(int, parts))


@dataclass(frozen=True)
class Reading:
    """How a list was understood."""

    names: tuple[str, ...] = ()
    """The titles of the columns from which names come."""
    ids: str = ""
    emails: str = ""
    groups: str = ""
    left_out: tuple[tuple[int, str], ...] = ()
    """Rows that are no students of the class, and why not."""
    named: tuple[int, ...] = ()
    """Those of them that have a name, so that a teacher may keep them."""
    unused: tuple[str, ...] = ()
    """The titles of columns that are not printed."""
    titles: tuple[str, ...] = ()
    """The titles of all columns; none if the list has no header."""
    header: int = 0
    """The row of the titles; 0 if there is none."""


@dataclass(frozen=True)
class Roster:
    """The students in the file's order, and what the teacher should know about the file."""

    students: tuple[Student, ...]
    remarks: tuple[str, ...] = ()
    reading: Reading | None = None
    """None for students who stand in no list."""
    sha256: str = ""
    """Of the file, if it was one."""


def numbered_students(count: int) -> Roster:
    """A class without names. Raises SheetgenError beyond 1 to 5,000."""
    if not 1 <= count <= MOST:
        raise SheetgenError(f"--students: {count} is not between 1 and {MOST}")
    return Roster(tuple(Student(f"student-{k}", "", row=k) for k in range(1, count + 1)))


def told_apart(students: Sequence[Student]) -> list[str]:
    """For each student what tells namesakes apart in little room: the ids if each has another, else
    the rows in the roster; nothing for who shares a name with nobody."""
    places: dict[str, list[int]] = {}
    for k, student in enumerate(students):
        if student.name or student.id:
            places.setdefault(student.name or student.id, []).append(k)
    found = [""] * len(students)
    for some in places.values():
        alike = [students[k] for k in some]
        ids = {s.id for s in alike if s.id}
        for k, student in zip(some, alike, strict=True) if len(some) > 1 else ():
            found[k] = student.id if len(ids) == len(some) else f"row {student.row}"
    return found


_BASES = str.maketrans({"ß": "ss", "ł": "l", "ı": "i", "đ": "d", "ø": "o", "æ": "ae"})


def plain(text: str) -> str:
    """A text without case, accents, blanks and signs, for comparisons."""
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_BASES))
    return "".join(c for c in parts if c.isalnum() or unicodedata.category(c) == "Mc")
