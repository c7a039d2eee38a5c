"""Which of the columns of a list are used: whose names, which ids, and what is left alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from sheetgen.classroom.roster.header import (
    FIRST_ROWS,
    IDS,
    NAMES,
    Header,
    Table,
    columns_of,
    kind_of,
    looks_like_header,
)
from sheetgen.classroom.students import CLASS_TITLES, plain
from sheetgen.errors import SheetgenError

SHORTENED = re.compile(r"\d[.,]?\d*[Ee]\+?\d+")
"""A long number as a spreadsheet writes it: digits are lost."""
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_DATE = rf"(?:{_DAY}[./-]\s?{_DAY}[./-]\s?(?:\d{{4}}|\d\d)|\d{{4}}[./-]{_DAY}[./-]{_DAY})"
DATE = re.compile(rf"[(*\s]*{_DATE}\)?(?:[T ]\d\d:\d\d(?::\d\d)?)?")
"""A day, most likely that of a birth: it tells nobody apart and is nobody's name."""
_DATED = re.compile(rf"(.*?[^\W\d].*?)[\s,;:|*(–-]+{_DATE}\)?|{_DATE}[\s,;:|–-]+([^\W\d].*)")


NONE = "-"
"""In place of a title: no column holds that."""


def undated(name: str) -> str:
    """A name without the date that stands behind or before it."""
    may_hold_one = len(name) <= 300 and any(map(str.isdigit, name))
    found = _DATED.fullmatch(name) if may_hold_one else None
    return found[1] or found[2] if found else name


def chosen_header(table: Table, title: str) -> Header:
    """The header with a column that a teacher says holds the names. Raises SheetgenError."""
    wanted = plain(title)
    for place, (_, cells) in enumerate(table[:FIRST_ROWS]):
        here = [k for k, cell in enumerate(cells) if cell == title or (wanted == plain(cell) != "")]
        if here:
            found = {kind: [k for k in some if k not in here]
                     for kind, some in columns_of(cells).items() if kind not in NAMES}  # fmt: skip
            found = {kind: some for kind, some in found.items() if some}
            for k, cell in enumerate(cells):  # of a row that alone is no header
                kind = kind_of(cell)
                if kind and kind not in NAMES and k not in here and kind not in found:
                    found[kind] = [k]
            return Header(place, tuple(cells), found | {"name": here[:1]})
    titles = ", ".join(f'"{cell[:30]}"' for cell in table[0][1][:8])
    raise SheetgenError(f'--names: no column is called "{title[:40]}"; row {table[0][0]} has '
                        f"{titles}")  # fmt: skip


def chosen_column(header: Header, title: str, flag: str) -> int | None:
    """The column that a teacher says holds something; None for ``-``. Raises SheetgenError."""
    if title == NONE:
        return None
    here = [k for k, cell in enumerate(header.titles)
            if cell == title or (plain(title) == plain(cell) != "")]  # fmt: skip
    if not here or header.place < 0:
        raise SheetgenError(f'{flag}: no column is called "{title[:40]}"')
    return here[0]


def with_groups(header: Header, title: str) -> Header:
    """The header with the column that a teacher says holds the groups, if one is named. Raises
    SheetgenError."""
    if not title:
        return header
    place = chosen_column(header, title, "--groups")
    others = {kind: some for kind, some in header.columns.items() if kind != "group"}
    return replace(header, columns=others if place is None else others | {"group": [place]})


def check_names(header: Header, body: Table) -> None:
    """Raises SheetgenError for a list whose names may stand in a column that is not known, or in
    two of one title."""
    columns = header.columns
    if not set(NAMES) & set(columns):
        used = {k for some in columns.values() for k in some}
        if any(title and k not in used and _holds_words(k, body)
               for k, title in enumerate(header.titles)):  # fmt: skip
            said = ", ".join(f'"{title[:30]}"' for title in header.titles[:12] if title)
            raise SheetgenError(
                f'no column of names is known among {said}; say which with --names "TITLE", '
                f"or call it Name"
            )
    places = columns.get("name", [])
    for one, other in pairwise(places):
        if header.titles[one] == header.titles[other] and other - one > 1:
            title = header.titles[one][:40]
            raise SheetgenError(f'two columns are called "{title}"; give one another title')


def _holds_words(column: int, body: Table) -> bool:
    return any(any(c.isalpha() for c in cells[column]) for _, cells in body if column < len(cells))


def id_column(header: Header, people: Table, named: bool, remarks: list[str]) -> int | None:
    """The column that tells students apart for certain; a proper id goes before a login, and what
    only counts the rows is none, unless nothing else names them, or the table is our own."""
    spare, ours = None, header.titles[: len(CLASS_TITLES)] == CLASS_TITLES
    for kind in IDS:
        for k in header.columns.get(kind, ()):
            cells = [row[k] for _, row in people if k < len(row) and row[k]]
            why = _no_ids(kind, cells) if named and not (ours and kind == "code") else ""
            if why and kind != "number":
                remarks.append(f'"{header.title(k)[:40]}" {why}; it is not used')
            elif cells and not why and len(cells) * 2 >= len(people):
                return k
            elif cells and not why and spare is None and kind != "number":
                spare = k
    return spare


def _no_ids(kind: str, cells: Sequence[str]) -> str:
    """Why the cells of a column are no ids; nothing if they may be."""
    if counts_rows(cells):
        return "counts the rows and is no id"
    if any(map(SHORTENED.fullmatch, cells)):
        return f"has numbers such as {cells[0][:20]}, which a spreadsheet cut short"
    if cells and all(map(DATE.fullmatch, cells)):
        return "holds dates"
    if kind == "number" and _may_be_points(cells):
        return "may be points"
    return "may be places in the list" if kind == "number" and _weak(cells) else ""


def counts_rows(cells: Sequence[str]) -> bool:
    """Whether cells are 1, 2, 3 ... in order: they are places in the list, not people."""
    said = [cell.rstrip(".)") for cell in cells]
    return bool(said) and said == [str(k) for k in range(1, len(said) + 1)]


def _weak(cells: Sequence[str]) -> bool:
    """Whether numbers of a column such as "Nr." may be places in a list that change with it: short
    ones, or some that stand twice."""
    return len(set(cells)) < len(cells) or all(
        len(cell.rstrip(".)")) < 4 and cell.rstrip(".)").isdigit() for cell in cells
    )


def guessed(table: Table, remarks: list[str]) -> Header:
    """What the columns of a table without a header hold, from what stands in them. Raises
    SheetgenError where that is not certain: what is not known is never part of a name."""
    width = max(len(cells) for _, cells in table)
    if width == 1:
        kind = "email" if all("@" in cells[0] for _, cells in table) else "name"
        return Header(-1, (), {kind: [0]})
    found: dict[str, list[int]] = {}
    text: list[int] = []
    for k in range(width):
        cells = [c[k] for _, c in table if k < len(c) and c[k]]
        if cells and all("@" in c for c in cells):
            found.setdefault("email", []).append(k)
        elif cells and all(map(DATE.fullmatch, cells)):
            remarks.append(f"column {k + 1} holds dates; it is not used")
        elif cells and all(any(d.isdigit() for d in c) and " " not in c for c in cells):
            found.setdefault("number" if _may_be_points(cells) else "code", []).append(k)
        elif cells:
            text.append(k)
    if len(text) == 1:
        found["name"] = text
    elif len(text) == 2 and text[1] - text[0] == 1 and _two_parts(table, text):
        found["joined"] = text
    elif text:
        raise _no_header(table, len(text))
    if looks_like_header(table[0][1]) and len(table) > 1:
        row, cells = table[0]
        remarks.append(f'row {row} ("{", ".join(cells)[:60]}") may be a header in words that are '
                       f"not known here; it was read as a student")  # fmt: skip
    return Header(-1, (), found)


def _may_be_points(cells: Sequence[str]) -> bool:
    """Whether cells may be marks or points: short numbers, perhaps with a part after the point."""
    return all(re.fullmatch(r"\d{1,3}([.,]\d{1,2})?", cell) for cell in cells)


def _two_parts(table: Table, places: Sequence[int]) -> bool:
    """Whether two columns are the parts of names: no digit, no part of many words, first letters
    that are capital where there are such, and hardly a part that stands there twice."""
    pairs = [tuple(cells[k] if k < len(cells) else "" for k in places) for _, cells in table]
    one, two = zip(*pairs, strict=True)
    parts = [part for pair in pairs for part in pair if part]
    names = all(len(part.split()) <= 3 and not any(c.isdigit() for c in part)
                and part[:1].isalpha() and not (part[0].islower() and part.islower())
                for part in parts)  # fmt: skip
    several = sum(len(part.split()) > 1 for part in one)
    few = len(pairs) - min(len({*one}), len({*two}))  # such as houses
    alone = len(pairs) >= 4 and few * 4 >= len(pairs)
    letters = any(max(map(len, side)) < 2 for side in (one, two))  # such as f and m
    return names and not alone and not letters and several * 2 <= len(pairs)


def _no_header(table: Table, count: int) -> SheetgenError:
    row, cells = table[0]
    said = ", ".join(f'"{cell[:30]}"' for cell in cells[:8])
    return SheetgenError(
        f"row {row} ({said}) is no header that is known, and {count} columns hold words; say which "
        f'has the names: --names "TITLE", or begin with a row such as Name,ID,Group'
    )
