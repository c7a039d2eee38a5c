"""A class whose sheets are filled in, as a stack: each student has another hand, and some slip. No
scanner is in it: the pages are straight, and every box is where it was printed."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from PIL import Image, ImageDraw, ImageFont

from sheetgen.api import settings
from sheetgen.classroom.points import worth
from sheetgen.classroom.students import Student
from sheetgen.exercise.carried import recompute
from sheetgen.exercise.exercise import Exercise, build
from sheetgen.exercise.written import Slip
from sheetgen.formats.format import Request
from sheetgen.graph.numbers import Fixed, text
from sheetgen.page.items import Block
from sheetgen.press.printing import printer
from sheetgen.scan.marking import asked
from sheetgen.scan.stack import MARGIN, Area, Aside, Crop, Paper, Place, ScannedPage, Stack
from sheetgen.type.fonts import TEMPLATES

DPI = 150
MM = DPI / 25.4
NAMES = (
    "Mei Tanaka", "Omar Haddad", "Priya Sharma", "Jonas Weber", "Zoë Müller", "Ana Souza",
    "Liam O’Brien", "Fatima Zahra", "Hana Kim", "Noah Cohen", "Ivan Petrov", "Chen Wei",
    "Sara Lindqvist", "David Mensah", "Elif Yıldız", "Tomás García", "Ruth Adler", "Kofi Boateng",
    "Nina Rossi", "Yusuf Demir", "Grace Lee", "Pavel Novák", "Amina Diallo", "Marta Kowalska",
    "Luca Bianchi", "Aiko Sato", "Leo Martin", "Dana Levi", "Arjun Patel", "Eva Horvat",
)  # fmt: skip


@dataclass
class Filled:
    """A stack, and what was written in its boxes."""

    stack: Stack
    written: dict[tuple[int, Place], str] = field(default_factory=dict)
    """Paper and place -> the text in the box; empty where nothing was written."""
    slips: dict[tuple[int, Place], str] = field(default_factory=dict)
    """Those that are slips, or left empty."""


def filled(
    count: int = 30, topic: str = "backpropagation", seed: int = 5,
    slips: Mapping[int, tuple[Place, str]] | None = None, pages: bool = True,
) -> Filled:  # fmt: skip
    """A class of ``count`` whose ``slips`` (student -> box and number, or "" for nothing) are
    carried on with."""
    exercises = build(settings(topic, {}), [seed + k for k in range(count)])
    students = tuple(Student(f"s{1001 + k}", NAMES[k % len(NAMES)], group="Lab A")
                     for k in range(count))  # fmt: skip
    return stack_of(exercises, students, slips or {}, pages)


def stack_of(
    exercises: Sequence[Exercise], students: tuple[Student, ...],
    slips: Mapping[int, tuple[Place, str]] | None = None, pages: bool = True,
) -> Filled:  # fmt: skip
    """The same of students with an exercise each."""
    title = f"Quiz 3 · {exercises[0].settings.title}"
    found = Filled(Stack(title, f"class of {exercises[0].code}", students, ()))
    papers = [_paper(k, exercise, (slips or {}).get(k), pages, found)
              for k, exercise in enumerate(exercises)]  # fmt: skip
    told = (Aside("stack.pdf, page 14", "no code found"), Aside("stack.pdf, page 21",
            "of another class"), Aside("Hana Kim, stack.pdf, page 9", "page 1 twice"))
    found.stack = replace(found.stack, papers=tuple(papers), told=told)
    return found


def _paper(
    student: int, exercise: Exercise, slip: tuple[Place, str] | None, pages: bool, found: Filled
) -> Paper:
    says = _written(exercise, slip)
    request = Request((exercise,))
    pictures = _pictures(request) if pages else []
    chance, crops = random.Random(student), dict[Place, Crop]()
    boxes = _boxes(request)
    for place in asked(exercise):
        number, area = boxes[place]
        if pages:
            picture = pictures[number - 1]
        else:
            picture = Image.new("L", (round(220 * MM), round(330 * MM)), 252)
            left, top, width, height = (round(side * MM) for side in area)
            ImageDraw.Draw(picture).rectangle((left, top, left + width, top + height), outline=90)
        _write(picture, area, says[place], chance, student)
        crops[place] = Crop(_cut(picture, area), number, area,
                            _likeness(says[place], exercise, place, chance))  # fmt: skip
        found.written[student, place] = says[place]
        if slip is not None and slip[0] == place:
            found.slips[student, place] = says[place]
    shots = tuple(
        ScannedPage(k, _jpeg(picture), (MM, 0, 0, MM, 0, 0), (page.width, page.height))
        for k, (picture, page) in enumerate(
            zip(pictures, request.worksheets[0].pages, strict=True), 1)
    ) if pages else ()  # fmt: skip
    return Paper(student, 1, exercise.code, exercise, Decimal(worth(exercise)), crops, shots)


def _written(exercise: Exercise, slip: tuple[Place, str] | None) -> dict[Place, str]:
    """What a student writes who slips once, and goes on with it."""
    values: dict[str, Fixed | None] = dict(exercise.values)
    if slip is not None and slip[1]:
        (name, i, j), said = slip
        one = Slip(name, (i, j), ((Decimal(said),),))
        values, _ = recompute(exercise.graph, exercise.values, {name: [one]})
    found = {}
    for name, i, j in asked(exercise):
        value = values[name]
        assert value is not None
        found[name, i, j] = text(int(value.digits[i, j]), value.decimals)
    if slip is not None:
        found[slip[0]] = slip[1].replace("-", "−").replace("−0.", "−.").removeprefix("0")
    return found


def fraction(said: str) -> Fraction:
    """A number as it is written on paper."""
    return Fraction(said.replace("−", "-"))


def _boxes(request: Request) -> dict[Place, tuple[int, Area]]:
    """Of each number the page and the place of its first box."""
    found: dict[Place, tuple[int, Area]] = {}
    for number, page in enumerate(request.worksheets[0].pages, 1):
        for block in page.items:
            if not isinstance(block, Block):
                continue
            for i, row in enumerate(block.cells):
                for j, cell in enumerate(row):
                    if cell.source is None or cell.copied:
                        continue
                    area = (block.x + j * block.cell, block.y + i * block.cell, block.cell,
                            block.cell)  # fmt: skip
                    found.setdefault(cell.source, (number, area))
                    if cell.compact is not None:
                        found.setdefault((cell.compact[1], *cell.source[1:]), (number, area))
    return found


def _pictures(request: Request) -> list[Image.Image]:
    made = printer().png(printer().pdf(request.worksheets), DPI)
    return [Image.open(io.BytesIO(png)).convert("L") for png in made]


def _write(picture: Image.Image, area: Area, said: str, chance: random.Random, hand: int) -> None:
    """A number in pencil, a little off the middle."""
    left, top, width, height = (side * MM for side in area)
    size = (0.5 + 0.04 * (hand % 4)) * height * min(1.0, 3.4 / max(1, len(said)))
    font = ImageFont.truetype(str(TEMPLATES / "fonts" / "answer.ttf"), round(size))
    at = (left + width * (0.5 + chance.uniform(-0.07, 0.07)),
          top + height * (0.5 + chance.uniform(-0.06, 0.06)))  # fmt: skip
    ImageDraw.Draw(picture).text(at, said, fill=60 + 15 * (hand % 5), font=font, anchor="mm")


def _cut(picture: Image.Image, area: Area) -> bytes:
    left, top, width, height = area
    cut = picture.crop((round((left - MARGIN) * MM), round((top - MARGIN) * MM),
                        round((left + width + MARGIN) * MM), round((top + height + MARGIN) * MM)))
    data = io.BytesIO()
    cut.save(data, "PNG")
    return data.getvalue()


def _jpeg(picture: Image.Image) -> bytes:
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=70)
    return data.getvalue()


def _likeness(said: str, exercise: Exercise, place: Place, chance: random.Random) -> float:
    name, i, j = place
    same = exercise.shown(name)[i][j] == said
    return chance.uniform(0.5, 1) if same else chance.uniform(0, 0.25)
