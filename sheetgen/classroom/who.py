"""Who in a class is meant: a student by name, id or code, never by a guess."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from pathlib import Path

from sheetgen.classroom.manifest import FormerStudent, Handed, Manifest
from sheetgen.classroom.students import plain
from sheetgen.errors import SheetgenError, counted

NEAREST = 3
"""Students named where nobody has the name that was typed."""


def student_called(text: str, data: Manifest, folder: Path) -> Handed:
    """The one student who has a name, an id or an address. Raises SheetgenError for several, with
    what tells them apart, and for nobody, with the nearest."""
    found = called(text, data)
    if len(found) == 1:
        return found[0]
    if found:
        each = ", ".join(f"{s.code} ({who})" if (who := apart(s)) else s.code for s in found)
        raise SheetgenError(f"{folder}: {counted(len(found), 'student')} are called "
                            f"{text[:60]}: {each}; say which with --code")  # fmt: skip
    raise SheetgenError(f"{folder}: nobody is called {text[:60]!r}{nearest(text, data)}")


def called(text: str, data: Manifest) -> list[Handed]:
    """Those with exactly this name (in any order of its words, with or without accents and signs),
    id or address."""
    words = _words(text)
    return [s for s in data.everybody
            if text.strip() in _exact(s) or (words and words == _words(s.name))]  # fmt: skip


def like(text: str, data: Manifest) -> list[Handed]:
    """Those in whose name all words of a text begin words."""
    words = _words(text)
    return [s for s in data.everybody if words
            and all(any(own.startswith(w) for own in _words(s.name)) for w in words)]  # fmt: skip


def nearest(text: str, data: Manifest) -> str:
    """``; nearest: Ada Lovelace (3KUJ-K28P)``, or how to see who there is."""
    everybody = data.everybody
    names = [plain(s.name or s.id) for s in everybody]
    close = difflib.get_close_matches(plain(text), names, NEAREST, 0.6)
    some = [*like(text, data), *(everybody[names.index(name)] for name in close)]
    told = dict.fromkeys(f"{s.name or s.id} ({s.code})" for s in some)
    if not told:
        return "; class.csv lists everybody"
    return f"; nearest: {', '.join([*told][:NEAREST])}"


def apart(student: Handed) -> str:
    """What tells a student from a namesake."""
    said = [f"id {student.id}" if student.id and student.name else "",
            f"group {student.group}" if student.group else "",
            "no longer in the class" if isinstance(student, FormerStudent) else ""]  # fmt: skip
    return ", ".join(filter(None, said))


def _exact(student: Handed) -> Sequence[str]:
    email = "" if isinstance(student, FormerStudent) else student.email
    return [said for said in (student.name, student.id, email) if said]


def _words(text: str) -> list[str]:
    """The words of a name, whatever their order and signs."""
    return sorted(filter(None, map(plain, re.split(r"[\s,;]+", text))))
