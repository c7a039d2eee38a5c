"""The grid of a class: every student a line, in order, with the right numbers."""

from __future__ import annotations

from io import BytesIO

import pdfplumber
import pypdfium2
import pytest

from sheetgen.classroom import Heading, Plan, Pupil, assign, piece
from sheetgen.exercise import make
from sheetgen.figure import box_of
from sheetgen.grid import _Grid, checkpoints, grid_pdf
from sheetgen.page import PAPERS
from sheetgen.recipe import read_recipe
from sheetgen.roster import Student, numbered_students
from sheetgen.topics import TOPICS

ODD = ("Ada", "=HYPERLINK(1)", "<script>", "a_b^c", "Ann Lee " * 12, "", "O'Brien", "Žofie Ñandú")


def class_of(plan: Plan, *names: str, groups: str = "") -> list[Pupil]:
    students = [Student(f"id{k}", n, group=groups[k % len(groups)] if groups else "")
                for k, n in enumerate(names)]  # fmt: skip
    return assign(plan, students, [], 5)


def lines(data: bytes) -> list[list[str]]:
    """The words of each line of all pages, from the top down."""
    found = []
    with pdfplumber.open(BytesIO(data)) as pdf:
        for page in pdf.pages:
            rows: dict[int, list[tuple[float, str]]] = {}
            for word in page.extract_words(x_tolerance=1):
                middle = round((word["top"] + word["bottom"]) / 2 / 6)
                rows.setdefault(middle, []).append((word["x0"], word["text"]))
            found += [[text for _, text in sorted(rows[y])] for y in sorted(rows)]
    return found


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("topic", TOPICS)
def test_a_line_shows_the_numbers_of_the_recipe(topic: str, paper: str) -> None:
    plan = Plan((piece(topic),), paper=paper)
    pupils = class_of(plan, "Ada", "Bo", "Cy")
    with pypdfium2.PdfDocument(grid_pdf(plan, pupils, "Week 1")) as document:
        said = "".join(page.get_textpage().get_text_range() for page in document).split()
    for pupil in pupils:
        assert pupil.code in said
        recipe = read_recipe(pupil.exercises[0].recipe)
        exercise = make(recipe.topic, recipe.seed, **recipe.options)
        nodes = checkpoints(exercise)
        assert nodes
        for node in nodes:
            assert exercise.blanks[node.name].any()
            for number in (n for row in exercise.shown(node.name) for n in row):
                assert number in said


def test_lines_stand_in_the_rosters_order_with_each_number_in_its_column() -> None:
    plan = Plan((piece("single-neuron"),))
    pupils = class_of(plan, *(f"Student{k}" for k in range(60)))
    found = [row for row in lines(grid_pdf(plan, pupils, "W")) if row[0] in
             {p.code for p in pupils}]  # fmt: skip
    assert [row[0] for row in found] == [p.code for p in pupils]
    for row, pupil in zip(found, pupils, strict=True):
        exercise = pupil.exercises[0]
        z, a = (exercise.shown(name)[0][0] for name in ("z", "a"))
        assert row[1:] == [pupil.student.name, z, a]


def test_heads_are_on_every_page_and_pages_are_counted() -> None:
    plan = Plan((piece("hidden-layer"),), Heading(course="ML", date="2026-12-01"))
    pupils = assign(plan, numbered_students(120).students, [], 1)
    with pypdfium2.PdfDocument(grid_pdf(plan, pupils, "Week 1")) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    assert 2 <= len(pages) <= 3
    for number, said in enumerate(pages, 1):
        assert "Code" in said
        assert "Week 1: answers of the class" in said
        assert "ML · 2026-12-01" in said
        assert f"{number} / {len(pages)}" in said


@pytest.mark.parametrize("paper", PAPERS)
def test_nothing_leaves_the_paper_whatever_the_names_and_exercises(paper: str) -> None:
    topics = ("self-attention", "backpropagation", "batch-of-three")
    plan = Plan(tuple(piece(t) for t in topics), paper=paper)
    pupils = class_of(plan, *ODD, groups="AB")
    for page in _Grid(plan, pupils, "A title " * 30).pages():
        for item in page.items:
            x0, y0, x1, y1 = box_of(item)
            assert x0 >= 5, item
            assert y0 >= 0, item
            assert x1 <= page.width - 5, item
            assert y1 <= page.height - 4, item
    assert grid_pdf(plan, pupils, "T") == grid_pdf(plan, pupils, "T")


def test_groups_have_a_column_and_spares_no_name() -> None:
    plan = Plan((piece("softmax"),))
    pupils = [*class_of(plan, "Ada", "Bo", groups="XY")]
    spares = assign(plan, [], [Student("spare-1", "", group="Spares")], 9)
    found = lines(grid_pdf(plan, [*pupils, *spares], "W"))
    first = next(row for row in found if row[0] == pupils[0].code)
    assert first[1:3] == ["Ada", "X"]
    assert "Spares" not in [word for row in found for word in row]
    assert "spare-1" not in [word for row in found for word in row]
