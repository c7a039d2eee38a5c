"""The header of a list: which column holds what, told by its words in many languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from sheetgen.classroom.students import plain

FIRST_ROWS = 30
"""The header stands within so many rows."""
PEOPLE = ("name", "first", "last", "preferred", "lastfirst", "id", "code", "login", "email")
"""What tells who somebody is; a header has one of these."""
NAMES = ("name", "first", "last", "preferred", "lastfirst")
IDS = ("id", "code", "login", "number")
"""What tells students apart, the best first; ``number`` may only count the rows."""

Table = list[tuple[int, list[str]]]
"""Row number in the file, counted from 1, and the cleaned cells of each row that is not blank."""
Columns = Mapping[str, Sequence[int]]
"""What is found -> the places of the columns that hold it."""


@dataclass(frozen=True)
class Header:
    """Where the students begin, and what the columns hold."""

    place: int
    """The index of the header in the table; -1 if there is none."""
    titles: tuple[str, ...]
    columns: dict[str, list[int]] = field(default_factory=dict)

    def told(self, column: int) -> str:
        """A column for a sentence: its title in quotes, or which it is."""
        said = self.title(column)[:40]
        return said if self.place < 0 or not self.titles[column:][:1] else f'"{said}"'

    def title(self, column: int) -> str:
        """What a column is called, or which it is."""
        said = self.titles[column] if column < len(self.titles) and self.place >= 0 else ""
        return said or f"column {column + 1}"


@lru_cache(1)
def words() -> Any:
    """``headers.json``: the words by language."""
    return json.loads((Path(__file__).parent / "headers.json").read_bytes())


@lru_cache(1)
def _kinds() -> dict[str, str]:
    found: dict[str, str] = {}
    for kinds in words()["columns"].values():
        for kind, said in kinds.items():
            for word in said:
                found.setdefault(plain(word), kind)
    return found


@lru_cache(1)
def _persons() -> tuple[str, ...]:
    said = {plain(word) for some in words()["person"].values() for word in some}
    return tuple(sorted(said, key=len, reverse=True))


@lru_cache(8)
def values(name: str) -> frozenset[str]:
    """The words of one kind of cell, such as ``staff``, without case, accents and signs."""
    return frozenset(plain(word) for word in words()[name])


@lru_cache(4096)
def kind_of(cell: str) -> str:
    """What a column with this title holds; nothing if the words are not known."""
    if cell.strip() in ("#", "№", "N°", "Nº", "n°", "nº"):
        return "number"
    if len(cell) > 80 or "@" in cell:
        return ""
    for text in dict.fromkeys((cell, re.sub(r"[(\[（【].*?[)\]）】]", " ", cell))):
        found = _kind(plain(text)) or _of_two(text)
        if found:
            return found
    return ""


def _of_two(title: str) -> str:
    """What a title in two languages means, "Name / Nom", "学号 Student ID", if both say so."""
    parts = re.split(r"\s*[/|]\s*", title)
    if len(parts) == 1:
        parts = [" ".join(word for word in title.split() if word.isascii() == plain_word)
                 for plain_word in (True, False)]  # fmt: skip
    kinds = {_kind(plain(part)) for part in parts}
    return kinds.pop() if len(kinds) == 1 and len(parts) > 1 else ""


def _kind(said: str) -> str:
    kinds = _kinds()
    if not said or said in kinds:
        return kinds.get(said, "")
    for person in _persons():  # "Prénom de l'élève", "Student first name"
        for rest in (said.removeprefix(person), said.removesuffix(person)):
            if rest != said and rest in kinds:
                return kinds[rest]
    return ""


def columns_of(cells: Sequence[str]) -> dict[str, list[int]]:
    """What each column holds, if this row is a header; else nothing."""
    found: dict[str, list[int]] = {}
    for k, cell in enumerate(cells):
        kind = kind_of(cell)
        if kind:
            found.setdefault(kind, []).append(k)
    if not set(PEOPLE) & set(found) or "@" in "".join(cells):
        return {}
    if len(cells) > 1 and len(found) == 1 and not {"name", "lastfirst", "id", "code", "login",
                                                   "email"} & set(found):  # fmt: skip
        return {}
    _settle(found)
    return found


def _settle(found: dict[str, list[int]]) -> None:
    """What depends on the other columns: in German and French "Name, Vorname" the name alone is
    the last one."""
    if "name" in found and ("first" in found) != ("last" in found):
        found["last" if "first" in found else "first"] = found.pop("name")
    if "preferred" in found and not set(NAMES) - {"preferred", "last"} & set(found):
        found["first" if "last" in found else "name"] = found.pop("preferred")


def find_header(table: Table) -> Header | None:
    """The header within the first rows. Raises nothing; None if no row has known words."""
    for place, (_, cells) in enumerate(table[:FIRST_ROWS]):
        columns = columns_of(cells)
        if columns and (place == 0 or _certain(cells, columns, table[:place])):
            below = columns_of(table[place + 1][1]) if place + 1 < len(table) else {}
            if _known(below) > _known(columns):  # a header of two rows
                place, cells, columns = place + 1, table[place + 1][1], below
            return Header(place, tuple(cells), columns)
    return None


def _known(columns: Columns) -> int:
    return sum(map(len, columns.values()))


def _certain(cells: Sequence[str], columns: Columns, above: Table) -> bool:
    """Whether a row that is not the first is a header, and no student who is called like one."""
    known, filled = _known(columns), sum(map(bool, cells))
    if filled > 1:
        return known >= 2 or (known == 1 and len(above) < 6 and _wide(above) == 1)
    only = next(cell for cell in cells if cell)
    return len(above) < 4 and "name" in columns and len(plain(only)) >= 4 and _wide(above) == 1


def _wide(rows: Iterable[tuple[int, Sequence[str]]]) -> int:
    return max(sum(map(bool, cells)) for _, cells in rows)


def looks_like_header(cells: Sequence[str]) -> bool:
    """Whether a row whose words are not known could be a header: short words, no digit."""
    filled = [cell for cell in cells if cell]
    return len(filled) > 1 and all(
        len(cell.split()) <= 3 and not any(c.isdigit() or c == "@" for c in cell) for cell in filled
    )
