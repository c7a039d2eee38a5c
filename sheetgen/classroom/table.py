"""``class.csv``: the class with its codes, and columns to write points into, for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from sheetgen.classroom.plan import Plan
from sheetgen.classroom.points import worth, written
from sheetgen.classroom.pupils import Pupil
from sheetgen.classroom.students import CLASS_TITLES
from sheetgen.exercise.recipe import LARGEST_SEED

SEED_TITLE = "class seed"
"""The column that says from which seed the class was made, should its manifest be lost."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NAME = "class.csv"

Typed = Mapping[str, Mapping[str, str]]
"""The codes of a student -> title -> what somebody wrote into a column of points."""


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


def class_csv(
    pupils: Sequence[Pupil], plan: Plan, seed: int, typed: Typed | None = None
) -> bytes:
    """Student, row in the roster, code, effort, the class's seed and the most points, for a
    spreadsheet; ``typed`` is what was written into the columns of points before."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    columns = titles_of_points(len(plan.pieces))
    writer.writerow([*CLASS_TITLES, SEED_TITLE, "max", *columns])
    for p in pupils:
        who = p.student
        cells = (who.name, who.id, who.email, who.group)
        codes = codes_of(p)
        own = (typed or {}).get(codes, {})
        parts = (worth(e, piece.points) for e, piece in zip(p.exercises, plan.pieces, strict=True))
        most = written(sum(map(Decimal, parts), Decimal()))
        points = [own.get(title, "") for title in columns]
        writer.writerow([*map(safe_cell, cells), who.row or "", codes, f"{p.effort:g}",
                         seed_cell(seed), most, *points])  # fmt: skip
    return ("\ufeff" + out.getvalue()).encode()


def codes_of(pupil: Pupil) -> str:
    """The codes of a student's exercises, as the table has them."""
    return " ".join(dict.fromkeys(e.code for e in pupil.exercises))


def titles_of_points(exercises: int) -> list[str]:
    """The columns to write points into: one an exercise where there are several, and the total."""
    parts = [f"points {k}" for k in range(1, exercises + 1)] if exercises > 1 else []
    return [*parts, "points"]


def typed_points(folder: Path) -> dict[str, dict[str, str]]:
    """What somebody wrote into the columns of points of a class's table that is there; nothing
    where there is none that can be read."""
    try:
        text = (folder / NAME).read_bytes().decode("utf-8-sig")
        head = text.partition("\n")[0]
        rows = list(csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=head.count)))
    except (OSError, ValueError, csv.Error):
        return {}
    found = {}
    for row in rows:
        points = {title: said.strip() for title, said in row.items()
                  if title and title.startswith("points") and said and said.strip()}  # fmt: skip
        if points and row.get("code"):
            found[row["code"]] = points
    return found


def lost_points(typed: Typed, pupils: Sequence[Pupil]) -> list[str]:
    """Points that were written into the table of before for sheets that are no longer in it, to
    be told: ``AAAA-BBBB: 7``."""
    here = {codes_of(pupil) for pupil in pupils}
    return [f"{codes}: {', '.join(points.values())}" for codes, points in typed.items()
            if codes not in here]  # fmt: skip
