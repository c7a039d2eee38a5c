"""A class list from a file, standard input or a workbook: never more than a class list can have."""

from __future__ import annotations

import hashlib
import stat
import sys
from dataclasses import replace
from pathlib import Path

from sheetgen.classroom.roster.cells import table_of
from sheetgen.classroom.roster.encoding import decoded
from sheetgen.classroom.roster.foreign import (
    addresses,
    check_lengths,
    headed,
    json_table,
    people_in_lines,
    refuse,
    with_ids_apart,
    without_marks,
)
from sheetgen.classroom.roster.header import Table, find_header
from sheetgen.classroom.roster.people import roster_of
from sheetgen.classroom.students import MOST, Chosen, Reading, Roster
from sheetgen.errors import SheetgenError
from sheetgen.files import reason

LARGEST_FILE = 20_000_000
STANDARD_INPUT = "-"
CHOSEN = Chosen()
"""Nothing is said of the list."""


def read_roster(path: Path, chosen: Chosen = CHOSEN) -> Roster:
    """The students of a list, read as a teacher says. Raises SheetgenError naming the file, the row
    and the reason."""
    try:
        data = file_bytes(path)
        found = parse_roster(data, chosen)
        return replace(found, sha256=hashlib.sha256(data).hexdigest())
    except SheetgenError as problem:
        where = "standard input" if str(path) == STANDARD_INPUT else path
        raise SheetgenError(f"roster {where}: {problem}") from None


def file_bytes(path: Path) -> bytes:
    """What is in a file, or comes from standard input, up to a limit. Raises SheetgenError."""
    if str(path) == STANDARD_INPUT:
        if sys.stdin is None or sys.stdin.isatty():
            raise SheetgenError("nothing comes from it; write COMMAND | sheetgen class ...")
        data = sys.stdin.buffer.read(LARGEST_FILE + 1)
    else:
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                folder = "this is a folder"
                what = folder if path.is_dir() else "this is no file but a device or pipe"
                raise SheetgenError(f"{what}; give a file, or - for standard input")
            with path.open("rb") as file:
                data = file.read(LARGEST_FILE + 1)
        except OSError as problem:
            missing = isinstance(problem, FileNotFoundError)
            why = "there is no such file" if missing else reason(problem)
            raise SheetgenError(why) from None
        except ValueError:
            raise SheetgenError("this is not the name of a file") from None
    if len(data) > LARGEST_FILE:
        raise SheetgenError(f"more than {LARGEST_FILE // 10**6} MB are too large for a class list")
    return data


def parse_roster(data: bytes, chosen: Chosen = CHOSEN) -> Roster:
    """The students of a list as bytes, whatever its kind, encoding and separator. Raises
    SheetgenError."""
    from sheetgen.classroom.roster.office import is_workbook, workbook_table

    remarks: list[str] = []
    if is_workbook(data):
        table = workbook_table(data, chosen.sheet, remarks)
    elif chosen.sheet:
        raise SheetgenError("--sheet is of workbooks (.xlsx, .ods), and this is none")
    else:
        text = decoded(data, remarks)
        refuse(text)
        people = addresses(text)
        if people:
            return _of_addresses(Roster(tuple(people), tuple(remarks), Reading(("addresses",))))
        table = json_table(text) or table_of(text, remarks)
    if not table:
        raise SheetgenError("it is empty; one student a row is needed")
    above: Table = []
    if not chosen.names and find_header(table) is None:
        above, table = headed(table, chosen.kept)
        table = _bare(table, remarks)
    return roster_of(table, remarks, chosen, above)


def _of_addresses(found: Roster) -> Roster:
    if len(found.students) > MOST:
        raise SheetgenError(f"more than {MOST} students; split the class")
    return found


def _bare(table: Table, remarks: list[str]) -> Table:
    """A list without a header: people, one or several a line."""
    check_lengths(table)
    return with_ids_apart(without_marks(people_in_lines(table, remarks), remarks), remarks)
