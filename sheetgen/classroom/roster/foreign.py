"""What is no table: several people in a line, JSON, and what is refused with a word on it."""

from __future__ import annotations

import json
import re
from typing import Any

from sheetgen.classroom.roster.cells import clean
from sheetgen.classroom.roster.columns import DATE
from sheetgen.classroom.roster.header import Table, columns_of
from sheetgen.classroom.students import Student
from sheetgen.errors import SheetgenError

REFUSED = (
    (r"\s*<\?xml", "this is XML, not a table in text; open it in a spreadsheet and save it as CSV"),
    (r"\s*<(!doctype html|html|head|body|table|div|meta|script)\b|[\s\S]{0,2000}<(html|table)\b",
     "this is a web page (HTML), not a table in text; open it in a spreadsheet and save it as CSV"),
    (r"\s*<\w[\w:.-]*(\s[^>]*)?>\s*<",
     "this is XML, not a table in text; open it in a spreadsheet and save it as CSV"),
    (r"[\s\S]{0,4000}^[ \t]*\[\[exercise\]\]",
     "this is a plan, not a class list; give it in place of the topic"),
    (r"#!|\s*<\?php|[\s\S]{0,4000}^(?-i:import [a-z_][\w.]*( as \w+)?$|from [a-z_.]+ import |"
     r"def \w+\(.*:$|#include\s*[<\"]|public class |function \w+\(.*\{$|using namespace )",
     "this is a program, not a class list"),
    (r"\{\\rtf|%!PS|\\documentclass", "this is a document, not a table in text; save it as CSV"),
    (r"BEGIN:V(CARD|CALENDAR)", "these are contacts or dates, not a table; save the list as CSV"),
)  # fmt: skip
"""What the beginning of a file looks like, and what to say of it."""
LONGEST_NAME = 200
LONGEST_LINE = 500_000
"""Of addresses."""
_MAIL = re.compile(r"\s*\"?([^<>;\"]{0,200}?)\"?\s*<([^<>@\s]+@[^<>@\s]+)>\s*(?:[;,\n]|$)")
_HEADING = re.compile(r"[^\W\d_][^:;,\d]{1,30}:.*")
MOST_HEADINGS = 5
"""Lines above the people."""
_MARK = re.compile(r"\s*(?:\(?\d{1,3}[.)]|[-*•–·])\s+(?=\S)")


def refuse(text: str) -> None:
    """Raises SheetgenError for a text that is something else than a list."""
    beginning = text.lstrip()[:8000]
    for pattern, said in REFUSED:
        if re.match(pattern, beginning, re.IGNORECASE | re.MULTILINE):
            raise SheetgenError(said)


def json_table(text: str) -> Table | None:
    """The table in a JSON text: a list of objects, or an object that holds one; None for what is
    no JSON. Raises SheetgenError for JSON without a list of students."""
    if text.lstrip()[:1] not in ("[", "{"):
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(data, dict):
        lists = [value for value in data.values() if isinstance(value, list)]
        data = lists[0] if len(lists) == 1 else None
    if isinstance(data, list) and data and all(isinstance(item, str) for item in data):
        return [(1, ["name"]), *((k, [clean(item)]) for k, item in enumerate(data, 2) if item)]
    if not isinstance(data, list) or not data or not all(isinstance(item, dict) for item in data):
        raise SheetgenError("this is JSON without a list of students; "
                            'write [{"name": "Ada", "id": "7"}, ...] or a CSV file')  # fmt: skip
    titles = list(dict.fromkeys(clean(str(key)) for item in data for key in item))
    return [(1, titles), *((k, [_cell(item.get(title)) for title in titles])
                           for k, item in enumerate(data, 2))]  # fmt: skip


def _cell(value: Any) -> str:
    if value is None or isinstance(value, dict | list | bool):
        return ""
    return clean(str(value).encode("utf-8", "replace").decode())


def addresses(text: str) -> list[Student] | None:
    """The people of a mail's line of addresses, ``Okafor, Ngozi <n@x.org>; ...``; None for
    anything else."""
    if "<" not in text or "@" not in text or len(text) > LONGEST_LINE:
        return None
    found, end = [], 0
    for match in _MAIL.finditer(text):
        if match.start() != end:
            return None
        name, row = clean(match[1].strip(" ,")), text[: match.start(2)].count("\n") + 1
        last, comma, first = (part.strip() for part in name.partition(","))
        name = f"{first} {last}" if comma and first else name
        found.append(Student("", name, match[2], row=row))
        end = match.end()
    return found if found and not text[end:].strip() else None


def people_in_lines(table: Table, remarks: list[str]) -> Table:
    """A table without a header in which a row holds several people, each with two names or more,
    as a row for each; else the table."""
    rows = [(row, [cell for cell in cells if cell]) for row, cells in table]
    if columns_of(table[0][1]) or not all(map(_is_full_name, (c for _, r in rows for c in r))):
        return table
    widths = {len(cells) for _, cells in rows}
    if widths == {1} or (len(rows) > 1 and len(widths) == 1):
        return table
    found = [(row, [cell]) for row, cells in rows for cell in cells]
    remarks.append(f"several people in a line were read as {len(found)} people")
    return found


def headed(table: Table, kept: frozenset[int]) -> tuple[Table, Table]:
    """The lines at the top of a list without titles that say what it is, and the people: up to the
    last such as ``Teacher: Mr Smith`` with ``Class 7b`` above it, or all above people who are
    numbered. What a teacher keeps is no such line."""
    first = [cells[0] for _, cells in table[: MOST_HEADINGS + 1]]
    labels = [k for k, cell in enumerate(first[:MOST_HEADINGS]) if _HEADING.fullmatch(cell)]
    end = labels[-1] + 1 if labels else 0
    if not all(_HEADING.fullmatch(cell) or any(map(str.isdigit, cell)) for cell in first[:end]):
        end = 0
    marks = [bool(_MARK.match(cells[0])) for _, cells in table]
    if any(marks[: MOST_HEADINGS + 1]) and sum(marks) > 1 and all(marks[marks.index(True) :]):
        end = marks.index(True)
    end = 0 if end == len(table) else end
    above = [line for line in table[:end] if line[0] not in kept]
    return above, [line for line in table if line not in above]


def _is_full_name(cell: str) -> bool:
    return 2 <= len(cell.split()) <= 5 and not any(c.isdigit() or c == "@" for c in cell)


def without_marks(table: Table, remarks: list[str]) -> Table:
    """Names without ``1.`` and ``-`` where most lines have such marks."""
    marked = [row for row, cells in table if _MARK.match(cells[0])]
    if len(marked) * 2 <= len(table) or any(len(cells) > 1 for _, cells in table):
        return table
    remarks.append(f"{len(marked)} list marks, such as {table[0][1][0].split()[0][:6]}, "
                   f"were taken off")  # fmt: skip
    return [(row, [_MARK.sub("", cells[0], count=1)]) for row, cells in table]


def with_ids_apart(table: Table, remarks: list[str]) -> Table:
    """Lines of a name and a number, ``Ngozi Okafor 0012``, as two columns, if all are so."""
    name, number = r"(?P<name>\D+)", r"(?P<id>\S*\d{3,}\S*)"
    for pattern in (rf"{name}\s+{number}", rf"{number}\s+{name}"):
        found = [re.fullmatch(pattern, cells[0]) for _, cells in table if len(cells) == 1]
        parts = [one for one in found if one]
        if len(parts) == len(table) and not any(DATE.fullmatch(one["id"]) for one in parts):
            remarks.append(f"each line was read as a name and an id, such as {parts[0]['id'][:20]}")
            return [(row, [one["name"].strip(" ,;:-"), one["id"].strip("()")])
                    for (row, _), one in zip(table, parts, strict=True)]  # fmt: skip
    return table


def check_lengths(table: Table) -> None:
    """Raises SheetgenError for a list of one column whose lines are no names."""
    for row, cells in table:
        if len(cells[0]) > LONGEST_NAME and len(cells) == 1:
            raise SheetgenError(f'row {row} is no name: "{cells[0][:40]} ..."')
