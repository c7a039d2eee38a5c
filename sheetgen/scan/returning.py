"""The scanned pages of each student once more, with the marks beside the boxes, to hand back."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from markupsafe import Markup

from sheetgen.classroom.points import written
from sheetgen.errors import SheetgenError
from sheetgen.files import make_folder, write_all
from sheetgen.graph.numbers import Fixed, text
from sheetgen.press.printing import printer
from sheetgen.scan.pictures import upright
from sheetgen.scan.said import Marked, Said, read_said
from sheetgen.scan.stack import Area, Paper, Place, ScannedPage, Stack
from sheetgen.type.markup import pieces, with_mark
from sheetgen.words.labels import label

LINE, HEAD, FOOT = 5.0, 13.0, 3.0
"""In mm, of what is written above the first page: a line, the name with the total, what is left."""
MOST_SLIPS = 6
PER_LINE = 92
"""Letters of a note that stand in a line, at least."""


@dataclass(frozen=True)
class Mark:
    """A box with what is said of it; the place is in mm."""

    area: Area
    verdict: str
    right: str
    """The number that it should be, where it is another."""


@dataclass(frozen=True)
class Sheet:
    """A page to hand back."""

    size: tuple[float, float]
    picture: str
    """Its address."""
    place: Area
    """The picture's place on the page."""
    marks: list[Mark]
    top: float = 0.0
    """What is written above it takes so many mm; it is set smaller by as much."""

    @property
    def scale(self) -> float:
        return (self.size[1] - self.top) / self.size[1]

    @property
    def left(self) -> float:
        return self.size[0] * (1 - self.scale) / 2


@dataclass(frozen=True)
class Head:
    """What is written above a student's first page."""

    name: str
    code: str
    total: str
    parts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """The teacher's note, in lines."""
    slips: list[Markup] = field(default_factory=list)
    follows: int = 0

    @property
    def height(self) -> float:
        lines = len(self.notes) + len(self.slips) + bool(self.follows) + bool(self.parts)
        return HEAD + LINE * lines + FOOT


def hand_back(stack: Stack, marks: Path, folder: Path, force: bool = False) -> list[Path]:
    """Write a PDF for each student of whom something was marked, all of them or none. Raises
    SheetgenError for marks that do not fit the stack, and names that are taken."""
    files = list(returned(stack, read_said(marks, stack)))
    if not files:
        raise SheetgenError(f"{marks}: nothing is marked of the sheets that were scanned")
    make_folder(folder)
    write_all([(folder / name, data) for name, data in files], force)
    return [folder / name for name, _ in files]


def returned(stack: Stack, said: Mapping[str, Marked]) -> Iterator[tuple[str, bytes]]:
    """For each student with pages and marks the name of the file, and the PDF."""
    for k, student in enumerate(stack.students):
        papers = [paper for paper in stack.papers if paper.student == k]
        if not any(said[p.code].boxes for p in papers if p.code in said):
            continue
        if not any(paper.pages for paper in papers):
            continue
        head = _head(stack, k, papers, said)
        sheets = [_sheet(stack, paper, page, said.get(paper.code))
                  for paper in papers for page in paper.pages]  # fmt: skip
        first = sheets[0]
        sheets[0] = replace(first, top=head.height)
        page = printer().templates.render("marking/return.html", head=head, sheets=sheets,
                                          line=LINE)  # fmt: skip
        pictures = {sheet.picture for sheet in sheets}
        yield (f"{_slug(student.name or student.id or f'student {k + 1}')}-{papers[0].code}.pdf",
               printer().weasy.print_html(page, pictures))


def _sheet(stack: Stack, paper: Paper, page: ScannedPage, said: Marked | None) -> Sheet:
    data, place = upright(page)
    boxes = said.boxes if said else {}
    due = said.due(paper) if said else {}
    marks = [Mark(paper.crops[at].box, one.verdict, _right(stack, due, at, one))
             for at, one in boxes.items()
             if at in paper.crops and paper.crops[at].page == page.number]  # fmt: skip
    address = f"data:image/jpeg;base64,{base64.b64encode(data).decode('ascii')}"
    return Sheet(page.size, address, place, marks)


def _right(stack: Stack, due: Mapping[str, Fixed], place: Place, said: Said) -> str:
    """What a box should be, if it is not that."""
    if said.verdict not in ("wrong", "empty"):
        return ""
    name, i, j = place
    return with_mark(text(int(due[name].digits[i, j]), due[name].decimals), stack.decimal_mark)


# --- what is written above


def _head(stack: Stack, student: int, papers: Sequence[Paper], said: Mapping[str, Marked]) -> Head:
    who, marked = stack.students[student], [said.get(paper.code) for paper in papers]
    points = [one.points for one in marked if one is not None and one.points is not None]
    total, most = sum(points, Decimal()), sum((paper.most for paper in papers), Decimal())
    done = len(points) == len(papers)
    parts = [f"{paper.exercise_number} {paper.exercise.settings.title}: "
             f"{_points(stack, one)} / {written(paper.most)}"
             for paper, one in zip(papers, marked, strict=True)]  # fmt: skip
    note = " ".join(one.note for one in marked if one is not None and one.note)
    slips = [slip for paper, one in zip(papers, marked, strict=True) if one is not None
             for slip in _slips(stack, paper, one)]  # fmt: skip
    if len(slips) > MOST_SLIPS:
        slips = [*slips[: MOST_SLIPS - 1], Markup(f"and {len(slips) - MOST_SLIPS + 1} more")]
    follows = sum(box.verdict == "follows" for one in marked if one is not None
                  for box in one.boxes.values())  # fmt: skip
    return Head(
        who.name or who.id, " ".join(paper.code for paper in papers),
        with_mark(f"{written(total)} / {written(most)}", stack.decimal_mark) if done
        else "not all marked yet",
        parts if len(papers) > 1 else [], _lines(note), slips, follows,
    )  # fmt: skip


def _points(stack: Stack, marked: Marked | None) -> str:
    if marked is None or marked.points is None:
        return "–"
    return with_mark(written(marked.points), stack.decimal_mark)


def _slips(stack: Stack, paper: Paper, marked: Marked) -> Iterator[Markup]:
    """``∂L/∂z₃, column 1: −.9 is wrong, .9 is right``, of each box that does not count."""
    due = marked.due(paper)
    for place, said in marked.boxes.items():
        if not (right := _right(stack, due, place, said)):
            continue
        where = _where(paper, place)
        wrote = with_mark(said.value, stack.decimal_mark)
        what = "empty" if said.verdict == "empty" else f"{wrote} is wrong" if wrote else "wrong"
        yield Markup("{}{}: <i>{}</i>, <i>{}</i> is right").format(
            _label(paper, place[0]), f", {where}" if where else "", what, right
        )


def _label(paper: Paper, name: str) -> Markup:
    tags = {"base": "{}", "sub": "<sub>{}</sub>", "sup": "<sup>{}</sup>"}
    return Markup("").join(Markup(tags[kind]).format(part)
                           for kind, part in pieces(label(paper.exercise.graph.by_name[name])))


def _where(paper: Paper, place: Place) -> str:
    """Where a box stands in its matrix, as the page draws it: some are on their side."""
    name, i, j = place
    rows, columns = paper.exercise.graph.by_name[name].shape
    side = _on_its_side(paper, name)
    words = ("column", "row") if side else ("row", "column")
    said = [f"{word} {k + 1}" for word, k, n in ((words[0], i, rows), (words[1], j, columns))
            if n > 1]  # fmt: skip
    return ", ".join(reversed(said) if side else said)


def _on_its_side(paper: Paper, name: str) -> bool:
    mine = {place: crop.box for place, crop in paper.crops.items() if place[0] == name}
    for (_, i, j), (x, y, *_) in mine.items():
        for step, below in ((1, True), (-1, False)):
            other = mine.get((name, i + 1, j) if step > 0 else (name, i, j + 1))
            if other is not None:
                across = abs(other[0] - x) > abs(other[1] - y)
                return across if below else not across
    return False


def _lines(note: str) -> list[str]:
    """A note in lines, as many letters in each as surely have room."""
    found: list[str] = []
    for word in note.split():
        while len(word) > PER_LINE:
            found.append(word[:PER_LINE])
            word = word[PER_LINE:]
        if found and len(found[-1]) + 1 + len(word) <= PER_LINE:
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found


def _slug(name: str) -> str:
    """A name as part of a file's name: letters and digits of any script, the rest a dash."""
    text = unicodedata.normalize("NFC", name)
    return re.sub(r"[^\w]+", "-", text).strip("-_")[:60] or "student"
