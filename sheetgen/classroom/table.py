"""``class.csv``: the class with its codes, for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from sheetgen.classroom.pupils import Pupil
from sheetgen.classroom.students import CLASS_TITLES
from sheetgen.exercise.recipe import LARGEST_SEED

SEED_TITLE = "class seed"
"""The column that says from which seed the class was made, should its manifest be lost."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


EXACT = 10**15
"""From here on, spreadsheets round what looks like a number."""


def seed_cell(seed: int) -> str:
    """A class's seed as no spreadsheet rounds it."""
    return str(seed) if seed < EXACT else f"seed {seed}"


def seed_told(folder: Path) -> str:
    """The seed that the table in a class's folder says, nothing if it says none."""
    try:
        with (folder / "class.csv").open(encoding="utf-8-sig", newline="") as file:
            row = next(csv.DictReader(file), {})
    except (OSError, ValueError, csv.Error):
        return ""
    said = (row.get(SEED_TITLE) or "").removeprefix("seed ")
    return said if said.isascii() and said.isdigit() and int(said[:30]) <= LARGEST_SEED else ""


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text


def class_csv(pupils: Sequence[Pupil], seed: int) -> bytes:
    """Student, row in the roster, code, effort and the class's seed, for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*CLASS_TITLES, SEED_TITLE])
    for p in pupils:
        who = p.student
        cells = (who.name, who.id, who.email, who.group)
        codes = " ".join(e.code for e in p.exercises)
        row = who.row or "", codes, f"{p.effort:g}", seed_cell(seed)
        writer.writerow([*map(safe_cell, cells), *row])
    return ("\ufeff" + out.getvalue()).encode()
