"""What a class gets: the plan and the order of a teacher, and ``plan.toml``, whose errors name the
key."""

from __future__ import annotations

import datetime
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, Struct, structs

from sheetgen.classroom.logo import logo_url
from sheetgen.classroom.records import record
from sheetgen.classroom.students import Chosen, Student
from sheetgen.errors import SheetgenError
from sheetgen.exercise.blanks import read_pattern
from sheetgen.exercise.settings import Settings, settings
from sheetgen.files import reason
from sheetgen.formats.format import FRAMEWORKS, Format
from sheetgen.page.items import PAPERS
from sheetgen.series.series import Series
from sheetgen.type.markup import DECIMAL_MARKS

MOST_PIECES = 12


@dataclass(frozen=True)
class Piece:
    """One exercise of a class's sheet: topic, options and the points it is worth."""

    asked: Settings
    points: str = ""


def piece(topic: str, options: Mapping[str, Any] | None = None, points: str = "") -> Piece:
    """A topic and its options as a piece. Raises SheetgenError."""
    return Piece(settings(topic, options), points)


class Heading(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What stands small above the title of every sheet."""

    title: str = ""
    course: str = ""
    date: str = ""
    teacher: str = ""
    logo: str = ""
    """An image as a ``data:`` URL."""

    @property
    def words(self) -> tuple[str, ...]:
        """What it says, in the order of the page."""
        said = (self.course, self.title, self.teacher, self.date)
        return tuple(part for part in said if part)


class Look(Struct, frozen=True, omit_defaults=True):
    """How sheets are printed, whatever is on them."""

    decimal_mark: str = "point"
    anonymous: bool = False
    """With the code alone, no name."""
    tagged: bool = False
    """For screen readers."""
    large_print: bool = False
    """With letters of 18 pt or more."""
    secret: str = ""
    """Of a class whose sheets say no recipe: what their codes are salted with."""

    def __post_init__(self) -> None:
        if self.decimal_mark not in DECIMAL_MARKS:
            raise ValueError(
                f"decimal_mark: {self.decimal_mark[:40]!r} is none of {', '.join(DECIMAL_MARKS)}"
            )


@dataclass(frozen=True)
class Plan:
    """What every student of the class gets."""

    pieces: tuple[Piece, ...]
    heading: Heading = field(default_factory=Heading)
    paper: str = "a4"
    look: Look = field(default_factory=Look)
    series: Series | None = None
    """What the pieces are the pages of, if they are a booklet's."""

    @property
    def title(self) -> str:
        """What the packs are called."""
        if self.series:
            return self.heading.title or self.series.source.title
        topics = dict.fromkeys(piece.asked.title for piece in self.pieces)
        return self.heading.title or ", ".join(topics)


def plan_of_series(series: Series) -> Plan:
    """A booklet for every student."""
    return Plan(tuple(Piece(page.asked) for page in series.pages), series=series)


def with_look(
    plan: Plan, decimal_mark: str, anonymous: bool, tagged: bool, large_print: bool = False
) -> Plan:
    """The plan with another look; without a ``decimal_mark`` its own stays. Raises
    SheetgenError."""
    if large_print and plan.series:
        raise SheetgenError("--large-print: a series has none; leave it out, or give a topic")
    mark = _mark(decimal_mark) if decimal_mark else plan.look.decimal_mark
    look = Look(mark, anonymous, tagged, large_print)
    return replace(plan, look=look)


def _mark(text: str) -> str:
    """The decimal mark of a name, the very text of the table, by which defaults are known. Raises
    SheetgenError."""
    if text not in DECIMAL_MARKS:
        raise SheetgenError(f"decimal_mark: {text[:40]!r} is none of {', '.join(DECIMAL_MARKS)}")
    return DECIMAL_MARKS[DECIMAL_MARKS.index(text)]


@dataclass(frozen=True)
class Binding:
    """How the packs are put together."""

    simplex: bool = False
    staple: int = 0
    """Sheets of paper that every student gets, 0 for as many as needed; keys are as they are."""
    separate: bool = False
    """A file for each student, no packs."""
    group_by: str = ""

    def sides(self, pages: int, who: str) -> int:
        """Printed sides with the blank ones. Raises SheetgenError if a stapled set is too thin."""
        each = 1 if self.simplex else 2
        if self.staple and pages > self.staple * each:
            raise SheetgenError(
                f"--staple: {who} needs {-(-pages // each)} sheets of paper, not {self.staple}"
            )
        return self.staple * each if self.staple else -(-pages // each) * each


class ListFile(Chosen, frozen=True, omit_defaults=True, kw_only=True):
    """The list that a class was made of: what is needed to find it once more and to read it the
    same way, and nothing that stands in it."""

    file: str = ""
    """Seen from the class's folder; nothing if it came from standard input."""
    sha256: str = ""


def list_file(file: str, folder: Path, sha256: str, chosen: Chosen) -> ListFile:
    """Where a list is, seen from the class's folder, so that both may be moved together; ``-``, or
    nothing, is no file."""
    if file in ("", "-"):
        return ListFile(sha256=sha256, **structs.asdict(chosen))
    try:
        seen = os.path.relpath(file, folder)
    except ValueError:  # on another drive
        seen = os.path.abspath(file)
    return ListFile(file=Path(seen).as_posix(), sha256=sha256, **structs.asdict(chosen))


@dataclass(frozen=True)
class Order:
    """What a teacher asked for."""

    plan: Plan
    students: tuple[Student, ...]
    folder: Path
    seed: int | None = None
    spares: int = 0
    binding: Binding = field(default_factory=Binding)
    force: bool = False
    renamed: tuple[tuple[str, str], ...] = ()
    """Students who are called otherwise than when the class was made: names before and now."""
    no_recipe: bool = False
    """For graded work: no student's file says from what it is made."""
    formats: tuple[Format, ...] = ()
    """Formats of files beside the packs."""
    roster: ListFile = field(default_factory=ListFile)
    framework: str = FRAMEWORKS[0]
    """Of scripts and notebooks."""
    picture: bool = False
    """Whether a question for a learning platform shows the page."""


# --- the file


LONGEST = 200
"""Letters of a line of the heading."""
Line = Annotated[str, Meta(max_length=LONGEST)]


class PlanExercise(Struct):
    """An ``[[exercise]]``, the options in one table."""

    topic: str = ""
    points: Annotated[float, Meta(gt=0, le=1000)] | str = ""
    options: dict[str, Any] = {}


class PlanFile(Struct):
    """``plan.toml``, with texts for dates."""

    title: Line = ""
    course: Line = ""
    date: Line = ""
    teacher: Line = ""
    logo: Line = ""
    paper: Line = ""
    decimal_mark: Line = ""
    exercise: Annotated[list[PlanExercise], Meta(max_length=MOST_PIECES)] = []


def read_plan(path: Path) -> Plan:
    """The plan in a TOML file. Raises SheetgenError naming the file and the key."""
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise SheetgenError(f"plan {path}: there is no such file") from None
    except OSError as problem:
        raise SheetgenError(f"plan {path}: {reason(problem)}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as problem:
        raise SheetgenError(f"plan {path}: this is no TOML: {problem}") from None
    try:
        return plan_of(data, path.parent)
    except SheetgenError as problem:
        raise SheetgenError(f"plan {path}: {problem}") from None


def plan_of(data: Mapping[str, Any], folder: Path) -> Plan:
    """A plan from the table of a TOML file. Raises SheetgenError naming the key."""
    keys = PlanFile.__struct_fields__
    for key in data:
        if key not in keys:
            raise SheetgenError(f"there is no key {key}; there are {', '.join(keys)}")
    file = record({key: _plain(value) for key, value in data.items()}, PlanFile)
    paper = _one_line(file.paper).lower() or "a4"
    if paper not in PAPERS:
        raise SheetgenError(f"paper: {paper!r} is none of {', '.join(PAPERS)}")
    if not file.exercise:
        raise SheetgenError('exercise: give one or more [[exercise]] tables with topic = "…"')
    heading = Heading(
        _one_line(file.title), _one_line(file.course), _one_line(file.date),
        _one_line(file.teacher), logo_url(_one_line(file.logo), folder),
    )  # fmt: skip
    mark = _mark(_one_line(file.decimal_mark).lower() or "point")
    pieces = tuple(_piece(e, k) for k, e in enumerate(file.exercise, 1))
    return Plan(pieces, heading, paper, Look(mark))


def with_heading(heading: Heading, said: Mapping[str, str], folder: Path) -> Heading:
    """The heading with what is ``said`` of it, by the names of its fields, in their place; a logo
    is an image in the ``folder``. Raises SheetgenError."""
    lines = {key: _one_line(text) for key, text in said.items()}
    for key, line in lines.items():
        if len(line) > LONGEST:
            raise SheetgenError(f"--{key}: more than {LONGEST} letters find no room above a sheet")
    if lines.get("date"):
        _check_date(lines["date"])
    if "logo" in lines:
        lines["logo"] = logo_url(lines["logo"], folder)
    return structs.replace(heading, **lines)


_ISO = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)")
_NUMERIC = re.compile(r"(\d\d?)([./-])(\d\d?)\2(\d{2}|\d{4})")


def _check_date(text: str) -> None:
    """Raises SheetgenError for what is no date; how one is written is the teacher's business."""
    iso, numeric = _ISO.fullmatch(text), _NUMERIC.fullmatch(text)
    if iso:
        good = _is_day(*map(int, iso.groups()))
    elif numeric:
        one, _, other, year = numeric.groups()
        pairs = [(int(other), int(one)), (int(one), int(other))][: 1 if numeric[2] == "." else 2]
        good = any(_is_day(2000 + int(year) % 100, *pair) for pair in pairs)
    else:
        days = [int(word) for word in re.findall(r"\d+", text)]
        good = bool(days) and (len(days) > 1 or 0 < days[0] <= 31 or days[0] > 999)
    if not good:
        raise SheetgenError(f"--date: {text[:40]!r} is no date; write 2026-12-01, or as it is to "
                            "be printed: 1 December 2026")  # fmt: skip


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True


def _plain(value: Any) -> Any:
    """A value of the file as the record has it: the text of a date, and for the exercises the
    options in one table, whether they stand in ``options`` or beside it."""
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    if isinstance(value, list):
        return [_with_options(v) if isinstance(v, dict) else v for v in value]
    return value


def _with_options(exercise: Mapping[str, Any]) -> Mapping[str, Any]:
    fields = PlanExercise.__struct_fields__
    options = exercise.get("options", {})
    if isinstance(options, dict):
        options = {k: v for k, v in exercise.items() if k not in fields} | options
    return {k: v for k, v in exercise.items() if k in fields} | {"options": options}


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _piece(exercise: PlanExercise, number: int) -> Piece:
    where = f"exercise {number}"
    if not exercise.topic:
        raise SheetgenError(f'{where}, topic: give the name of a topic, such as "backpropagation"')
    points = _points(exercise.points, where)
    try:
        options = {key: _option(value, key) for key, value in exercise.options.items()}
        read_pattern(options.get("blank", "results"))
        return piece(exercise.topic, options, points)
    except SheetgenError as problem:
        raise SheetgenError(f"{where}: {str(problem).replace('--', '')}") from None


def _points(said: float | str, where: str) -> str:
    """What an exercise is worth; a text may hold a number too. Raises SheetgenError."""
    if isinstance(said, str):
        if not said.strip():
            return ""
        try:
            said = float(said.replace(",", "."))
        except ValueError:
            said = 0.0
        if not 0 < said <= 1000:
            raise SheetgenError(f"{where}, points: write a number above 0 and up to 1000, such as "
                                f"points = 6")  # fmt: skip
    return f"{said:g}"


def _option(value: Any, key: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(v, int) for v in value):
        return "-".join(map(str, value))
    if isinstance(value, str | int | float):
        return str(value)
    raise SheetgenError(f"{key}: give a text or a number")
