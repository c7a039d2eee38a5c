"""The grid of a class: every student a line, in order, with the right numbers, on few pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from typing import Any

import pdfplumber
import pypdfium2
import pytest

from sheetgen.api import make
from sheetgen.classroom.grid.columns import checkpoints
from sheetgen.classroom.grid.pages import grid_pdf, pages
from sheetgen.classroom.plan import Heading, Plan, piece
from sheetgen.classroom.pupils import Pupil, assign, spare_students
from sheetgen.classroom.students import Student, numbered_students
from sheetgen.exercise.exercise import Exercise
from sheetgen.exercise.recipe import read_recipe
from sheetgen.page.figure import box_of, overlaps
from sheetgen.page.items import PAPERS, Label, Page
from sheetgen.topics.catalogue import TOPICS
from sheetgen.type.markup import plain_text

ODD = ("Ada", "=HYPERLINK(1)", "<script>", "a_b^{c}\\d", "Ann Lee " * 12, "", "O'Brien", "Žofie Ñ",
       "王小明", "🐙 Kim", "محمد علي", "W" * 90)  # fmt: skip
WIDE = Plan(tuple(piece(t) for t in ("self-attention", "backpropagation", "batch-of-three")))


def class_of(plan: Plan, *names: str, groups: str = "", spares: int = 0) -> list[Pupil]:
    students = [Student(f"id{k}", n, group=groups[k % len(groups)] if groups else "")
                for k, n in enumerate(names)]  # fmt: skip
    return assign(plan, students, spare_students(spares), 5)


def many(plan: Plan, count: int) -> list[Pupil]:
    return assign(plan, numbered_students(count).students, [], 1)


def texts(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_range() for page in document]


def lines(data: bytes) -> list[list[str]]:
    """The words of each line of all pages, from the top down, of the left students first."""
    found = []
    with pdfplumber.open(BytesIO(data)) as pdf:
        for page in pdf.pages:
            words = page.extract_words(x_tolerance=1)
            middle = float(page.width) / 2
            heads = [w for w in words if w["text"] == "Name"]
            halves = [(0.0, middle), (middle, 1e6)] if len(heads) > 1 else [(0.0, 1e6)]
            for left, right in halves:
                rows: list[tuple[float, list[Any]]] = []
                some = [w for w in words if left <= w["x0"] < right]
                for word in sorted(some, key=lambda w: (w["top"] + w["bottom"])):
                    at = (word["top"] + word["bottom"]) / 2
                    if not rows or at - rows[-1][0] > 3:
                        rows.append((at, []))
                    rows[-1][1].append(word)
                for _, row in rows:
                    found.append([w["text"] for w in sorted(row, key=lambda w: w["x0"])])
    return found


def answers(exercise: Exercise) -> list[Decimal]:
    """The numbers of the checkpoints from the JSON of an exercise made anew from its recipe."""
    recipe = read_recipe(exercise.recipe)
    again = make(recipe.topic, recipe.seed, **recipe.options)
    data = json.loads(again.json(), parse_float=Decimal, parse_int=Decimal)
    values = {m["name"]: m["values"] for m in data["matrices"]}
    return [x for node in checkpoints(again) for row in values[node.name] for x in row]


def number(said: str) -> Decimal:
    return Decimal(said.replace("−", "-"))


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("topic", TOPICS)
def test_a_line_has_name_code_and_the_numbers_of_the_recipe(topic: str, paper: str) -> None:
    plan = Plan((piece(topic),), paper=paper)
    pupils = class_of(plan, "Ada", "Bo", "Cy")
    found = {row[1]: row for row in lines(grid_pdf(plan, pupils, "Week 1")) if len(row) > 1}
    for pupil in pupils:
        name, _, *numbers = found[pupil.code]
        assert name == pupil.student.name
        assert [number(n) for n in numbers] == answers(pupil.exercises[0])


def test_a_single_neuron_by_its_own_arithmetic() -> None:
    plan = Plan((piece("single-neuron"),))
    pupils = class_of(plan, "Ada", "Bo")
    found = {row[1]: row[2:] for row in lines(grid_pdf(plan, pupils, "W")) if len(row) > 1}
    for pupil in pupils:
        given = {n: v.digits.tolist() for n, v in pupil.exercises[0].values.items()}
        products = (a * b[0] for a, b in zip(given["w"][0], given["x"], strict=True))
        z = sum(products) + given["b"][0][0]
        assert [int(number(n)) for n in found[pupil.code]] == [z, max(z, 0)]


def test_lines_stand_in_the_rosters_order_on_few_pages() -> None:
    plan = Plan((piece("single-neuron"),))
    pupils = many(plan, 300)
    data = grid_pdf(plan, pupils, "W")
    codes = {p.code for p in pupils}
    found = [next(w for w in row if w in codes) for row in lines(data) if codes & {*row}]
    assert found == [p.code for p in pupils]
    assert len(texts(data)) == 3


@pytest.mark.parametrize("topic", TOPICS)
def test_thirty_students_are_one_page_and_three_hundred_few(topic: str) -> None:
    plan = Plan((piece(topic),))
    pupils = many(plan, 300)
    assert len(list(pages(plan, pupils[:30], "W"))) == 1
    whole = list(pages(plan, pupils, "W"))
    assert len(whole) <= 8 + (whole[0].width > whole[0].height)  # on its side it has fewer lines
    said = {i.markup for page in whole for i in page.items if isinstance(i, Label)}
    assert {p.code for p in pupils} <= said


def test_heads_are_on_every_page_and_pages_are_counted() -> None:
    plan = Plan((piece("hidden-layer"),), Heading(course="ML", date="2026-12-01"))
    found = texts(grid_pdf(plan, many(plan, 200), "Week 1"))
    assert len(found) == 2
    for place, said in enumerate(found, 1):
        for head in ("Name", "Code", "Week 1: answers of the class",
                     "ML · 2026-12-01 · 200 students", f"{place} / {len(found)}"):  # fmt: skip
            assert head in said
        assert said.count("a1") == 2 * said.count("Week")


def test_one_student() -> None:
    plan = Plan((piece("backpropagation"),))
    pupil = class_of(plan, "Ada")[0]
    (said,) = texts(grid_pdf(plan, [pupil], "Week 1"))
    assert "1 student" in said
    assert "students" not in said
    assert pupil.code in said


def ends(page: Page, pupil: Pupil, pupils: list[Pupil]) -> list[float]:
    """Where the numbers of a student's line end."""
    y = next(i.y for i in page.items if isinstance(i, Label) and i.markup == pupil.code)
    return [i.x for i in page.items if isinstance(i, Label) and i.anchor == "end" and i.y == y]


def test_numbers_of_a_column_end_below_one_another_and_at_even_distances() -> None:
    plan = Plan((piece("softmax", {"backward": "yes"}),))
    pupils = many(plan, 20)
    (page,) = pages(plan, pupils, "W")
    assert len({tuple(ends(page, p, pupils)) for p in pupils}) == 1
    plan = Plan((piece("four-neurons"),))
    pupils = many(plan, 20)
    (page,) = pages(plan, pupils, "W")
    four = ends(page, pupils[0], pupils)[:4]
    assert len({round(b - a, 1) for a, b in pairwise(four)}) == 1


def all_pages() -> Iterator[tuple[str, list[Pupil], list[Page]]]:
    for paper in PAPERS:
        for pieces in (WIDE.pieces, WIDE.pieces * 4, WIDE.pieces[:1]):
            heading = Heading(course="A course " * 20, teacher="Somebody", date="2026-12-01")
            plan = Plan(pieces, heading, paper)
            pupils = class_of(plan, *ODD, groups="AB", spares=2)
            yield paper, pupils, list(pages(plan, pupils, "A title " * 30))


def test_nothing_leaves_the_paper_nor_covers_anything_whatever_the_names_and_exercises() -> None:
    for paper, pupils, found in all_pages():
        said = [i.markup for page in found for i in page.items if isinstance(i, Label)]
        assert {e.code for p in pupils for e in p.exercises} <= {*said}
        for page in found:
            assert sorted((page.width, page.height)) == sorted(PAPERS[paper])
            assert overlaps(page.items) == []
            for item in page.items:
                x0, y0, x1, y1 = box_of(item)
                assert x0 >= 10, item
                assert y0 >= 5, item
                assert x1 <= page.width - 10, item
                assert y1 <= page.height - 5, item


def test_a_grid_that_is_too_wide_takes_more_lines_a_student() -> None:
    plan = Plan(WIDE.pieces * 3)
    pupils = class_of(plan, "Ada", "Bo")
    (page,) = pages(plan, pupils, "W")
    wanted = [a for e in pupils[0].exercises for a in answers(e)]
    top, bottom = (
        next(i.y for i in page.items if isinstance(i, Label) and i.markup == p.code) for p in pupils
    )
    said = [number(i.markup) for i in page.items
            if isinstance(i, Label) and i.anchor == "end" and top <= i.y < bottom - 1]  # fmt: skip
    assert said == wanted
    for place, part in enumerate(plan.pieces, 1):
        assert any(isinstance(i, Label) and i.markup.startswith(f"{place}  {part.asked.title[:4]}")
                   for i in page.items)  # fmt: skip


def test_an_answer_wider_than_the_paper_goes_on_in_other_columns() -> None:
    plan = Plan((piece("matrix-multiplication", {"rows": "8", "columns": "8"}),))
    pupils = class_of(plan, "Ada", "Bo")
    said = lines(grid_pdf(plan, pupils, "W"))
    start = next(k for k, row in enumerate(said) if pupils[0].code in row)
    stop = next(k for k, row in enumerate(said) if pupils[1].code in row)
    rows = [said[start][2:], *said[start + 1 : stop]]
    assert [number(n) for row in rows for n in row] == answers(pupils[0].exercises[0])


def test_several_exercises_have_heads_codes_and_points() -> None:
    plan = Plan((piece("hidden-layer", points="6"), piece("softmax", points="1")))
    pupils = class_of(plan, "Ada", "Bo", groups="XY")
    data = grid_pdf(plan, pupils, "Quiz")
    (said,) = texts(data)
    assert "1 Hidden Layer · 6 points" in " ".join(said.split())
    assert "2 Softmax · 1 point" in " ".join(said.split())
    for pupil in pupils:
        first, second = pupil.exercises
        row = next(r for r in lines(data) if first.code in r)
        assert row[:3] == [pupil.student.name, pupil.student.group, first.code]
        place = row.index(second.code)
        assert [number(n) for n in row[3:place]] == answers(first)
        assert [number(n) for n in row[place + 1 :]] == answers(second)


def test_names_are_printed_as_they_are_or_shortened_never_clipped() -> None:
    plan = Plan((piece("self-attention"),))
    pupils = class_of(plan, *ODD)
    (page,) = pages(plan, pupils, "W")
    labels = [i for i in page.items if isinstance(i, Label)]
    for pupil in pupils:
        code = next(i for i in labels if i.markup == pupil.code)
        name = next(i for i in labels if i.anchor == "start" and i.y == code.y and i is not code)
        said = pupil.student.name or pupil.student.id
        shown = name.markup.replace("\\", "")
        assert shown == said.replace("\\", "") or (shown[-1] == "…" and said.startswith(shown[:-1]))
        assert name.width <= code.x - name.x
        assert box_of(name)[2] <= code.x
        if shown[-1] == "…":
            assert len(shown) > 15
    (said,) = texts(grid_pdf(plan, pupils, "W"))
    for word in ("=HYPERLINK(1)", "<script>", "a_b^{c}\\d", "O'Brien", "Žofie Ñ", "id5", "Kim"):
        assert word in said


@pytest.mark.parametrize(("ids", "said"), [
    (("17", "18", "19"), ("Ada (17)", "Ada (18)", "Bo")),
    (("", "", ""), ("Ada (row 2)", "Ada (row 3)", "Bo")),
    (("17", "17", ""), ("Ada (row 2)", "Ada (row 3)", "Bo")),
    (("17", "", ""), ("Ada (row 2)", "Ada (row 3)", "Bo")),
])  # fmt: skip
@pytest.mark.parametrize("long", ["", " of a house with a very long name" * 3])
def test_namesakes_are_told_apart(ids: tuple[str, ...], said: tuple[str, ...], long: str) -> None:
    plan = Plan((piece("single-neuron"),))
    names = zip(ids, ("Ada", "Ada", "Bo"), strict=True)
    students = [Student(i, n + long, row=row) for row, (i, n) in enumerate(names, 2)]
    (page,) = pages(plan, assign(plan, students, [], 5), "W")
    labels = [i for i in page.items if isinstance(i, Label) and i.markup[:2] in ("Ad", "Bo")]
    for label, whole in zip(labels, said, strict=True):
        name, _, apart = whole.partition(" ")
        assert label.markup.startswith(name)
        assert label.markup.endswith(apart)
        assert long or label.markup == whole
    assert overlaps(page.items) == []


def test_a_name_that_only_weasyprint_can_set_changes_nothing_else() -> None:
    plan = Plan((piece("single-neuron"),))
    pupils = class_of(plan, "Ada", "דוד", "Bo")
    found = lines(grid_pdf(plan, pupils, "W"))
    rows = [next(row for row in found if p.code in row) for p in pupils]
    assert rows[1][0] in ("דוד", "דוד"[::-1])
    for row, pupil in zip(rows, pupils, strict=True):
        assert [number(n) for n in row[2:]] == answers(pupil.exercises[0])


def test_groups_have_a_column_and_spares_no_name() -> None:
    plan = Plan((piece("softmax"),))
    pupils = class_of(plan, "Ada", "Bo", groups="XY", spares=1)
    found = lines(grid_pdf(plan, pupils, "W"))
    assert next(row for row in found if pupils[0].code in row)[:2] == ["Ada", "X"]
    assert next(row for row in found if pupils[2].code in row)[0] == pupils[2].code
    words = {word for row in found for word in row}
    assert not words & {"Spares", "spare-1"}
    assert {"Group", "2", "students", "spare"} <= words
    (said,) = texts(grid_pdf(plan, class_of(plan, "Ada"), "W"))
    assert "Group" not in said


@pytest.mark.parametrize("plan", [Plan((piece("softmax"),)), WIDE], ids=["one", "several"])
def test_where_nobody_is_named_there_is_no_column_for_names(plan: Plan) -> None:
    pupils = class_of(plan, "Ada Lovelace", "Bo Diddley Johnson")

    def left(data: bytes) -> float:
        """Where the codes stand in mm."""
        with pdfplumber.open(BytesIO(data)) as pdf:
            return min(float(word["x0"]) * 25.4 / 72 for word in pdf.pages[0].extract_words()
                       if word["text"] == pupils[0].code)  # fmt: skip

    named, nameless = (grid_pdf(plan, some, "W")
                       for some in (pupils, [pupil.nameless for pupil in pupils]))  # fmt: skip
    assert "Name" not in texts(nameless)[0]
    assert left(nameless) < 20 < left(named)


def test_heads_name_the_matrices() -> None:
    plan = Plan((piece("backpropagation"),))
    pupils = class_of(plan, "Ada")
    (page,) = pages(plan, pupils, "W")
    said = [plain_text(i.markup) for i in page.items if isinstance(i, Label)]
    assert {"∂L/∂z₃", "∂L/∂b₁"} <= {*said}


def test_worked_examples_have_a_grid_without_numbers() -> None:
    plan = Plan((piece("softmax", {"blank": "none"}),))
    pupils = class_of(plan, "Ada")
    assert pupils[0].code in texts(grid_pdf(plan, pupils, "W"))[0]


def test_the_same_class_the_same_bytes() -> None:
    pupils = class_of(WIDE, *ODD, groups="AB", spares=1)
    assert grid_pdf(WIDE, pupils, "T") == grid_pdf(WIDE, pupils, "T")


def test_the_grid_has_room_for_points_and_says_how_many_there_are() -> None:
    several = Plan((piece("single-neuron", points="6"), piece("softmax", points="14")))
    [page] = texts(grid_pdf(several, class_of(several, "Ada", "Bob"), ""))
    assert page.count("/ 6") == page.count("/ 14") == page.count("Total / 20") == 1
    assert "A blank is one point" not in page
    one = Plan((piece("hidden-layer"),))  # four boxes each of z1, a1, two each of z2, a2
    [page] = texts(grid_pdf(one, class_of(one, "Ada", "Bob"), ""))
    assert "Points / 12" in page
    assert "A blank is one point; what follows from a slip has full points." in page


def test_where_sheets_have_other_numbers_of_blanks_each_line_says_how_many() -> None:
    plan = Plan((piece("self-attention", {"blank": "backwards"}),))
    pupils = class_of(plan, *(f"S{k}" for k in range(8)))
    counts = {sum(int(c.sum()) for c in p.exercises[0].blanks.values()) for p in pupils}
    assert len(counts) > 1
    [page] = texts(grid_pdf(plan, pupils, ""))
    assert sum(page.count(f"/ {n}") for n in counts) == len(pupils)
