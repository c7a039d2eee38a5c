"""Rows -> students: what a name is made of, and which rows are no students of the class."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sheetgen.classroom.roster.cells import rows_told
from sheetgen.classroom.roster.columns import (
    DATE,
    check_names,
    chosen_column,
    chosen_header,
    guessed,
    id_column,
    undated,
    with_groups,
)
from sheetgen.classroom.roster.header import IDS, NAMES, Header, Table, find_header, values
from sheetgen.classroom.students import MOST, Chosen, Reading, Roster, Student, plain
from sheetgen.errors import SheetgenError

GUARD = re.compile(r"'(?=[=+\-@])")
"""What a spreadsheet, and ``class.csv``, puts before a text that looks like a formula."""
SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv", "phd", "md", "esq", "msc", "bsc"])
"""What stands behind a comma and is no first name."""


@dataclass
class _List:
    """A list whose columns are known."""

    header: Header
    body: Table
    remarks: list[str]
    kept: frozenset[int]
    """Rows that are students though they look like none."""
    id: int | None = None
    turned: bool = False
    """Whether names are written "Surname, First name"."""
    left_out: list[tuple[int, str]] = field(default_factory=list)
    named: list[int] = field(default_factory=list)
    """Rows that are left out and have a name."""
    header_row: int = 0

    def leave_out(self, row: int, why: str, name: str) -> None:
        """A row is no student of the class, unless a teacher keeps it."""
        self.left_out.append((row, why))
        if name:
            self.named.append(row)

    def cell(self, cells: Sequence[str], kind: str) -> str:
        """The first cell of a kind that is filled."""
        places = self.header.columns.get(kind, ())
        said = next((cells[k] for k in places if k < len(cells) and cells[k]), "")
        return undated(said) if kind in NAMES else said


def roster_of(table: Table, remarks: list[str], chosen: Chosen, above: Table) -> Roster:
    """The students of a table, and of what a teacher says of it; ``above`` stands over the people
    of a list without titles. Raises SheetgenError."""
    header = chosen_header(table, chosen.names) if chosen.names else find_header(table)
    header = with_groups(header or guessed(table, remarks), chosen.groups)
    body = table[header.place + 1 :]
    check_names(header, body)
    found = _List(header, _unguarded(body, remarks), remarks, chosen.kept)
    for row, cells in above:
        found.leave_out(row, f'"{cells[0][:40]}"', cells[0])
    found.header_row = table[header.place][0] if header.place >= 0 else 0
    found.left_out += [(row, "above the header") for row, _ in table[: max(header.place, 0)]]
    named = bool({*NAMES, "joined"} & set(header.columns))
    _check_parts(found)
    found.turned = _commas(found)
    people = [(row, cells) for row, cells in found.body if not _is_added(found, cells)]
    found.id = chosen_column(header, chosen.ids, "--ids") if chosen.ids else id_column(
        header, people, named, remarks
    )
    _fill_groups(found)
    students = _students(found)
    if not students:
        raise SheetgenError("there is a header and no student below it" if header.place >= 0
                            else "there is no student in it")  # fmt: skip
    reading = _reading(found)
    return Roster(tuple(students), tuple(remarks + _duplicates(students)), reading)


def _unguarded(body: Table, remarks: list[str]) -> Table:
    guarded = [row for row, cells in body if any(map(GUARD.match, cells))]
    if guarded:
        remarks.append(f"{rows_told(guarded)}: the ' that guards against formulas was taken off")
    return [(row, [GUARD.sub("", cell, count=1) if GUARD.match(cell) else cell for cell in cells])
            for row, cells in body]  # fmt: skip


def _check_parts(found: _List) -> None:
    """Tells of dates beside names. Raises SheetgenError where the only column that is called
    something holds names and numbers, since those have no title and are no part of a name."""
    kinds = [kind for kind in NAMES if kind in found.header.columns]
    places = {k for kind in kinds for k in found.header.columns[kind]}
    dated = [row for row, cells in found.body
             if any(undated(cells[k]) != cells[k] for k in places if k < len(cells))]  # fmt: skip
    if dated:
        found.remarks.append(f"{rows_told(dated)}: the date beside the name was taken off")
    if len(found.header.titles) != 1 or kinds != ["name"]:
        return
    beside = [row for row, cells in found.body
              if re.fullmatch(r"[^,;\d]+[,;]\s*\S*\d{3}.*", found.cell(cells, "name"))]  # fmt: skip
    if len(beside) * 2 > len(found.body):
        raise SheetgenError(
            f"row {beside[0]} has more than the name, and the header has one title only; give each "
            f"column a title, such as Name,ID"
        )


def _commas(found: _List) -> bool:
    """Whether nearly all names are "Surname, First name"."""
    columns = found.header.columns
    if len(columns.get("name", ())) != 1 or found.header.place < 0:
        return False
    cells = [found.cell(c, "name") for _, c in found.body]
    cells = [c for c in cells if c and plain(c) not in values("summaries") | values("tests")]
    turned = [c for c in cells if _parts(c)]
    if not turned or len(turned) * 5 < len(cells) * 4:
        return False
    found.remarks.append(f'"{turned[0][:40]}" was read as {turn(turned[0])[:40]}, and so on')
    return True


def _parts(name: str) -> tuple[str, str] | None:
    last, comma, first = (part.strip() for part in name.partition(","))
    if not (last and comma and first) or "," in first or plain(first) in SUFFIXES:
        return None
    if _is_remark(last, first):
        return None
    return last, first


def _is_remark(last: str, first: str) -> bool:
    """Whether what stands behind a comma is a number, or a small word behind names that are not
    small: "Ada Lovelace, ill"."""
    return any(map(str.isdigit, first)) or (
        first == first.lower() != first.upper() and last[:1] != last[:1].lower()
    )


def turn(name: str) -> str:
    """``Okafor, Ngozi`` as Ngozi Okafor; any other name as it is."""
    parts = _parts(name)
    return f"{parts[1]} {parts[0]}" if parts else name


def _fill_groups(found: _List) -> None:
    """A group that stands in its first row only is that of the rows below: the column is before
    the names, and no group stands twice."""
    columns = found.header.columns
    places, people = columns.get("group", []), [k for kind in NAMES for k in columns.get(kind, [])]
    if not places or not people or places[0] > min(people) or found.header.place < 0:
        return
    group = places[0]
    cells = [row[group] for _, row in found.body]
    said = [cell for cell in cells if cell]
    if not cells or not cells[0] or len(said) == len(cells) or len({*said}) < len(said):
        return
    last = ""
    for _, row in found.body:
        row[group] = last = row[group] or last
    found.remarks.append(f"groups were filled down: {', '.join(said[:4])[:60]}"
                         + " ..." * (len(said) > 4))  # fmt: skip


def _students(found: _List) -> list[Student]:
    width = len(found.header.titles) or len(found.body[0][1]) if found.body else 0
    students: list[Student] = []
    why_not = _judge(found)
    for row, cells in found.body:
        why, name = why_not(cells), _name(found, cells)
        if why and not (name and row in found.kept):
            found.leave_out(row, why, name)
            continue
        student = _student(found, row, cells)
        if len(cells) > width:
            found.remarks.append(f"row {row} has {len(cells)} columns where the first has {width}; "
                                 f"read as {student.name or student.id}")  # fmt: skip
        if DATE.fullmatch(student.name):
            raise SheetgenError(f'row {row}: "{student.name[:30]}" is a date and no name')
        students.append(student)
        if len(students) > MOST:
            raise SheetgenError(f"row {row}: more than {MOST} students; split the class")
    for row in sorted(found.kept - {student.row for student in students}):
        raise SheetgenError(f"--keep: row {row} has no name of a student")
    _told_preferred(found, students)
    return students


def _student(found: _List, row: int, cells: Sequence[str]) -> Student:
    name, code, email = _name(found, cells), _code(found, cells), found.cell(cells, "email")
    if not name:
        name = "" if code else email.partition("@")[0]
        if {*NAMES, "joined"} & set(found.header.columns) or not code:
            found.remarks.append(f"row {row} has no name; {code or name} stands for it")
    return Student(code, name, email, found.cell(cells, "group"), row)


def _code(found: _List, cells: Sequence[str]) -> str:
    return cells[found.id] if found.id is not None and found.id < len(cells) else ""


def _name(found: _List, cells: Sequence[str]) -> str:
    columns = found.header.columns
    name, last = found.cell(cells, "name"), found.cell(cells, "last")
    if len(_same_title(found.header)) > 1:
        name = " ".join(cells[k] for k in columns["name"] if k < len(cells) and cells[k])
    if found.turned:
        name = turn(name)
    name = name or f"{found.cell(cells, 'first')} {last}".strip()
    name = name or turn(found.cell(cells, "lastfirst"))
    if not name and "joined" in columns:
        name = " ".join(cells[k] for k in columns["joined"] if k < len(cells) and cells[k])
    preferred = found.cell(cells, "preferred")
    return _preferred(preferred, name, last or _last_of(found, cells)) if preferred else name


def _last_of(found: _List, cells: Sequence[str]) -> str:
    parts = _parts(found.cell(cells, "lastfirst")
                   or (found.cell(cells, "name") if found.turned else ""))  # fmt: skip
    return parts[0] if parts else ""


def _preferred(preferred: str, name: str, last: str) -> str:
    """A name as somebody prefers it: the first name replaced, or the whole."""
    preferred = turn(preferred)
    words = {*map(plain, preferred.split())}
    if last:
        own = {*map(plain, last.split())}
        return preferred if own & words else f"{preferred} {last}"
    if len(words) > 1 or len(name.split()) < 2:
        return preferred
    return f"{preferred} {name.split(' ', 1)[1]}"


def _same_title(header: Header) -> list[int]:
    """Columns of one title for names that stand side by side: the parts of a name."""
    places = header.columns.get("name", [])
    return [k for k in places if header.place >= 0
            and header.titles[k] == header.titles[places[0]]]  # fmt: skip


def _told_preferred(found: _List, students: Sequence[Student]) -> None:
    rows = {row: cells for row, cells in found.body}
    changed = [s for s in students if found.cell(rows[s.row], "preferred")]
    if changed:
        title = found.header.title(found.header.columns["preferred"][0])
        more = f" and {len(changed) - 1} more" if changed[1:] else ""
        found.remarks.append(f'"{title[:40]}" goes before the first name: '
                             f"{changed[0].name[:40]}{more}")  # fmt: skip


def _judge(found: _List) -> Callable[[Sequence[str]], str]:
    """Says of a row why it is no student of the class; nothing of one who is."""
    filled = Counter(sum(map(bool, cells)) for _, cells in found.body)
    usual = filled.most_common(1)[0][0] if filled else 1
    codes = [_code(found, c) for _, c in found.body if _name(found, c)]
    known = [bool(_code(found, c) or found.cell(c, "email")) for _, c in found.body
             if plain(_name(found, c)) not in values("marks")]  # fmt: skip
    marks: frozenset[str] = values("marks") if sum(known) * 2 > len(known) else frozenset()
    digits = bool(codes) and sum(any(map(str.isdigit, c)) for c in codes) * 2 > len(codes)

    def why_not(cells: Sequence[str]) -> str:
        name, code = _name(found, cells), _code(found, cells)
        email, said = found.cell(cells, "email"), " ".join(c for c in cells if c)[:40]
        if not (name or code or email):
            return "points" if plain(said) in values("summaries") else f"no name: {said}"
        if name and not code and not email and (_is_summary(name) or plain(name) in marks):
            return "points" if "possible" in name.casefold() else name[:40]
        if plain(name) in values("tests"):
            return f'"{(found.cell(cells, "name") or name)[:40]}"'
        if found.header.place >= 0 and sum(map(bool, cells)) == 1 and usual > 1:
            only = next(cell for cell in cells if cell)
            if (not name and digits and not any(map(str.isdigit, only))) or _is_note(only):
                return f'"{only[:40]}"'
        return _not_here(found, cells)

    return why_not


def _is_added(found: _List, cells: Sequence[str]) -> bool:
    """Whether a platform added a row to the people: without a name, a summary, a test student."""
    name = _name(found, cells)
    return bool(set(NAMES) & set(found.header.columns)) and (
        not name or _is_summary(name) or plain(name) in values("tests")
    )


def _is_summary(name: str) -> bool:
    """Whether a name is that of a row which gradebooks add, with or without a number."""
    bare = re.sub(r"[\d.,:=%/]+", " ", name).strip()
    return bool(bare) and plain(bare) in values("summaries")


def _is_note(cell: str) -> bool:
    """Whether a cell that is alone in its row is a remark, such as a date of printing."""
    return len(cell) > 60 or sum(map(str.isdigit, cell)) >= 4 or cell.rstrip().endswith(":")


def _not_here(found: _List, cells: Sequence[str]) -> str:
    """Why the role or status of a row says that nobody of the class is meant."""
    role, status = found.cell(cells, "role"), found.cell(cells, "status")
    parts = [plain(part) for part in re.split(r"[,;/|]", role)]
    if role and not values("members") & {*parts} and values("staff") & {*parts}:
        return role[:40]
    return status[:40] if plain(status) in values("gone") else ""


def _reading(found: _List) -> Reading:
    header, columns = found.header, found.header.columns
    kinds = [k for k in ("name", "first", "preferred", "last", "lastfirst", "joined")
             if k in columns]  # fmt: skip
    if "name" in columns:
        kinds = [k for k in kinds if k in ("name", "preferred")]
    names = [k for kind in kinds for k in columns[kind][: 2 if kind == "joined" else 1]]
    if len(_same_title(header)) > 1:
        names = columns["name"]
    one = {kind: columns[kind][0] for kind in ("email", "group") if kind in columns}
    used = {*names, *one.values(), *([found.id] if found.id is not None else [])}
    unused = [title for k, title in enumerate(header.titles) if title and k not in used]
    twice = [k for kind in IDS for k in columns.get(kind, ()) if k != found.id
             and found.id is not None and header.title(k) == header.title(found.id)]  # fmt: skip
    if twice:
        found.remarks.append(f'there are {len(twice) + 1} columns "{header.title(twice[0])[:40]}"; '
                             f"ids are those of the first")  # fmt: skip
    return Reading(
        tuple(map(header.told, names)),
        "" if found.id is None else header.told(found.id),
        header.told(one["email"]) if "email" in one else "",
        header.told(one["group"]) if "group" in one else "",
        tuple(found.left_out), tuple(found.named), tuple(unused),
        header.titles if header.place >= 0 else (), found.header_row,
    )  # fmt: skip


def _duplicates(students: Sequence[Student]) -> list[str]:
    """Names and ids that stand there more than once; all of them are kept."""
    said = []
    for what, cells in (("name", [s.name for s in students]), ("id", [s.id for s in students])):
        rows: dict[str, list[int]] = {}
        for student, value in zip(students, cells, strict=True):
            if value:
                rows.setdefault(value, []).append(student.row)
        for value, places in rows.items():
            if len(places) > 1:
                listed = ", ".join(map(str, places[:6])) + (" ..." if len(places) > 6 else "")
                said.append(f"the {what} {value[:60]} stands in rows {listed}; each has its own "
                            f"sheet")  # fmt: skip
    return said
