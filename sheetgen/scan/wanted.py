"""What is sought in the scans of a class: its sheets as they were printed, and the numbers that
their boxes ask for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sheetgen.classroom.boxes import ClassBoxes, PrintedPage, check_unchanged, read_boxes
from sheetgen.classroom.find import exercises_of
from sheetgen.classroom.manifest import MANIFEST, Manifest, ManifestStudent, read_manifest
from sheetgen.classroom.points import worth
from sheetgen.classroom.students import Student
from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise
from sheetgen.scan.marking import asked
from sheetgen.scan.stack import Area, Place
from sheetgen.type.markup import with_mark

PACK = "worksheets.pdf"


@dataclass(frozen=True)
class WantedPage:
    """A page of an exercise as it was printed."""

    printed: PrintedPage
    boxes: tuple[tuple[Place, Area, str], ...]
    """The numbers that are worked out on it, where, and what they are, as they are written."""


@dataclass(frozen=True)
class WantedPaper:
    """The pages of one exercise of one student."""

    code: str
    who: str
    """Of whom it is, as it is told."""
    printings: tuple[tuple[WantedPage, ...], ...]
    """The last printing first."""
    pack_page: int | None
    """Where its first page is in the pack of worksheets, from 0."""

    @property
    def pages(self) -> int:
        return len(self.printings[0])


@dataclass(frozen=True)
class WantedPages:
    """All that a page of a scan may be; it can be sent to another process."""

    papers: dict[str, WantedPaper]
    """Code -> paper."""
    former: dict[str, str]
    """Code -> name of those who are no longer in the class."""
    pack: Path | None
    """The pack of worksheets, where it is as it was printed."""


@dataclass(frozen=True)
class Wanted:
    """All papers of a class."""

    title: str
    code_of_class: str
    students: tuple[Student, ...]
    exercises: tuple[tuple[int, int, Exercise, Decimal], ...]
    """The exercise of each paper, with the place of its student, its number, from 1, and the points
    that it is worth."""
    decimal_mark: str
    pages: WantedPages


def wanted_of(folder: Path) -> Wanted:
    """What is sought of the class in a folder. Raises SheetgenError in one line if it is none, if
    it does not say where its boxes stand, or if this version draws other numbers."""
    path = folder / MANIFEST
    data = read_manifest(path)
    if data.series:
        raise SheetgenError(f"{folder} is a class with a series; booklets are marked on paper, by "
                            f"grid.pdf, since one code stands for several exercises")  # fmt: skip
    boxes = read_boxes(folder)
    check_unchanged(folder, data)
    made = exercises_of(path, data, data.students)
    papers: dict[str, WantedPaper] = {}
    exercises: list[tuple[int, int, Exercise, Decimal]] = []
    for k, (student, own) in enumerate(zip(data.students, made, strict=True)):
        papers |= _papers(student, own, boxes, data)
        exercises += ((k, number, exercise, Decimal(worth(exercise, asks.points)))
                      for number, (exercise, asks)
                      in enumerate(zip(own, data.exercises, strict=True), 1)
                      if exercise.code in papers)  # fmt: skip
    left = zip(data.former, exercises_of(path, data, data.former), strict=True)
    former = {e.code: gone.name or gone.id for gone, own in left for e in own}
    mark = hashlib.sha256(f"{data.seed} {[*papers]}".encode()).hexdigest()[:16]
    topics = dict.fromkeys(exercise.settings.title for _, _, exercise, _ in exercises)
    return Wanted(
        data.title or ", ".join(topics), mark, tuple(s.student for s in data.students),
        tuple(exercises), data.look.decimal_mark,
        WantedPages(papers, former, _pack(folder, data)),
    )  # fmt: skip


def _pack(folder: Path, data: Manifest) -> Path | None:
    """The pack of worksheets, if it is that which was printed."""
    path = folder / PACK
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
    return path if data.printed.files.get(PACK) == found else None


def _papers(
    student: ManifestStudent, own: Sequence[Exercise], boxes: ClassBoxes, data: Manifest
) -> dict[str, WantedPaper]:
    found = {}
    first = student.first_page - 1 if isinstance(student.first_page, int) else None
    name = "" if data.look.anonymous else student.name or student.id
    for exercise in own:
        printings = boxes.printings(exercise.code)
        if not printings:
            continue  # nobody printed it
        made = tuple(_pages(exercise, pages, data.look.decimal_mark) for pages in printings)
        who = f"{exercise.code} ({name})" if name else exercise.code
        found[exercise.code] = WantedPaper(exercise.code, who, made, first)
        first = None if first is None else first + len(printings[0])
    return found


def _pages(
    exercise: Exercise, pages: Sequence[PrintedPage], mark: str
) -> tuple[WantedPage, ...]:
    """The pages of a printing; a number that stands in several boxes is worked out in the first."""
    wanted = dict.fromkeys(asked(exercise))
    shown = {name: exercise.shown(name) for name, _, _ in wanted}
    found = []
    for page in pages:
        own: list[tuple[Place, Area, str]] = []
        for block in page.blocks:
            for k, number in enumerate(block.numbers):
                if number is None:
                    continue
                i, j = divmod(k, block.cols)
                area = (block.x + j * block.side, block.y + i * block.side, block.side, block.side)
                name, row, col, after = number
                for place in ((name, row, col), (after, row, col)):
                    if place in wanted:
                        del wanted[place]
                        text = shown[place[0]][row][col]
                        own.append((place, area, with_mark(text, mark)))
        found.append(WantedPage(page, tuple(own)))
    return tuple(found)
