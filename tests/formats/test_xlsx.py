"""Workbooks, worked out by an engine that is not ours: the live sheet comes to the key, and a
status says what is right."""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from sheetgen.api import make, make_packet
from sheetgen.errors import MissingError
from sheetgen.exercise.exercise import Exercise
from sheetgen.exercise.settings import settings
from sheetgen.formats.format import Request
from sheetgen.formats.registry import formats
from sheetgen.formats.workbook.formulas import address
from sheetgen.formats.workbook.grid import Grid, circled, grid_of
from sheetgen.formats.xlsx import FORMATS, TOP, workbook
from sheetgen.graph.nodes import Given, Step
from sheetgen.graph.numbers import Fixed
from sheetgen.graph.solve import solve
from tests.formats.scripts import exercise_of
from tests.support import CASE_IDS, CASES, NAMES, reals

every_case = pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
every_topic = pytest.mark.parametrize("topic", NAMES)

Values = dict[tuple[str, str], Any]
Evaluate = Callable[[bytes], Values]


@pytest.fixture
def evaluate(tmp_path: Path) -> Evaluate:
    """What an engine of its own makes of a workbook: sheet and cell -> value."""
    formulas = pytest.importorskip("formulas", reason="no engine for spreadsheets is installed")

    def values(data: bytes) -> Values:
        path = tmp_path / "book.xlsx"
        path.write_bytes(data)
        found = formulas.ExcelModel().loads(str(path)).finish().calculate()
        cells = ((re.fullmatch(r"'\[.*\](.*)'!([A-Z]+\d+)", str(key)), value)
                 for key, value in found.items())  # fmt: skip
        return {(m[1], m[2]): value.value[0, 0] for m, value in cells if m}

    return values


pytestmark = pytest.mark.filterwarnings("ignore")
"""What that engine warns of is its own."""


def grid(exercise: Exercise) -> Grid:
    return grid_of(exercise, Request((exercise,)).worksheets[0].pages)


def book(exercise: Exercise, key: bool) -> bytes:
    return workbook(exercise, Request((exercise,)).worksheets[0], key=key)


def homes(exercise: Exercise) -> dict[tuple[str, int, int], str]:
    """Where each number is written."""
    return {source: address((row + TOP, column))
            for source, (row, column) in grid(exercise).home.items()}  # fmt: skip


def number(exercise: Exercise, source: tuple[str, int, int]) -> float:
    name, i, j = source
    return float(reals(exercise.values[name])[i, j])


def statuses(values: Values, sheet: str) -> list[str]:
    """In the order of the steps."""
    found = [(int(re.sub(r"\D", "", cell)), value) for (title, cell), value in values.items()
             if title == sheet and value in ("NOT DONE", "CORRECT", "INCORRECT")]  # fmt: skip
    return [value for _, value in sorted(found)]


def changed(data: bytes, sheet: str, cells: dict[str, Any]) -> bytes:
    loaded = openpyxl.load_workbook(BytesIO(data))
    for cell, value in cells.items():
        loaded[sheet][cell] = value
    file = BytesIO()
    loaded.save(file)
    return file.getvalue()


# --- the live sheet


@every_case
def test_live_formulas_come_to_the_key(
    topic: str, options: dict[str, Any], evaluate: Evaluate
) -> None:
    exercise = exercise_of(topic, options, 1)
    values = evaluate(book(exercise, True))
    for source, cell in homes(exercise).items():
        assert values["LIVE", cell] == pytest.approx(number(exercise, source), abs=1e-9), source
    assert set(statuses(values, "KEY")) == {"CORRECT"}


@every_topic
def test_a_change_of_a_given_number_changes_all_that_follows(
    topic: str, evaluate: Evaluate
) -> None:
    exercise = exercise_of(topic, {}, 1)
    cells = homes(exercise)
    for given in [g for g in exercise.graph.givens if (g.name, 0, 0) in cells][:2]:
        numbers = {g.name: exercise.values[g.name] for g in exercise.graph.givens}
        digits = numbers[given.name].digits.copy()
        digits[0, 0] += 1
        numbers[given.name] = Fixed(digits, numbers[given.name].decimals)
        expected = solve(exercise.graph, numbers)
        data = changed(book(exercise, True), "Live", {cells[given.name, 0, 0]: int(digits[0, 0])})
        values = evaluate(data)
        for (name, i, j), cell in cells.items():
            right = reals(expected[name])[i, j]
            assert values["LIVE", cell] == pytest.approx(right, abs=1e-9), (given.name, name)


def test_a_product_is_written_as_on_paper() -> None:
    exercise = exercise_of("matrix-multiplication", {"inner": 2}, 1)
    cells = homes(exercise)
    live = openpyxl.load_workbook(BytesIO(book(exercise, True)))["Live"]
    a, b, c, d = (cells[k] for k in (("A", 0, 0), ("B", 0, 0), ("A", 0, 1), ("B", 1, 0)))
    assert live[cells["C", 0, 0]].value == f"={a}*{b}+{c}*{d}"


# --- the status of a step


@every_topic
def test_a_status_says_what_is_done_and_what_is_right(topic: str, evaluate: Evaluate) -> None:
    exercise = make(topic, seed=2)
    data, cells = book(exercise, False), homes(exercise)
    open_ = {s: cell for s, cell in cells.items()
             if s[0] in exercise.blanks and exercise.blanks[s[0]][s[1:]]}  # fmt: skip
    empty = statuses(evaluate(data), "WORKSHEET")
    assert empty
    assert set(empty) == {"NOT DONE"}
    right = {cell: number(exercise, s) for s, cell in open_.items()}
    assert set(statuses(evaluate(changed(data, "Worksheet", right)), "WORKSHEET")) == {"CORRECT"}
    one = next(iter(right))
    for wrong in (right[one] - 0.1, "five"):
        found = statuses(evaluate(changed(data, "Worksheet", right | {one: wrong})), "WORKSHEET")
        assert sorted(found) == sorted(["INCORRECT", *["CORRECT"] * (len(empty) - 1)])
    left_out = {cell: v for cell, v in right.items() if cell != one}
    found = statuses(evaluate(changed(data, "Worksheet", left_out)), "WORKSHEET")
    assert sorted(found) == sorted(["NOT DONE", *["CORRECT"] * (len(empty) - 1)])


def test_missing_numbers_have_a_status_of_their_own(evaluate: Evaluate) -> None:
    exercise = make("hidden-layer", seed=1, blank="backwards")
    found = statuses(evaluate(book(exercise, False)), "WORKSHEET")
    assert found
    assert set(found) == {"NOT DONE"}


# --- what stands in it


@every_case
def test_a_worksheet_holds_no_answer(topic: str, options: dict[str, Any]) -> None:
    for blank in ("results", *(["percent:50"] if not options else [])):
        exercise = exercise_of(topic, options, 2, blank)
        data = book(exercise, False)
        loaded = openpyxl.load_workbook(BytesIO(data))
        shown = openpyxl.load_workbook(BytesIO(data), data_only=True)["Worksheet"]
        assert loaded.sheetnames == ["Worksheet"]
        for row in loaded["Worksheet"].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert re.match(r"=IF\(([A-Z]+\d+=\"\",\"\",[A-Z]+\d+\)$|COUNTA\()", cell.value)
        made = grid(exercise)
        for (row, column), cell in made.boxes.items():
            name, i, j = cell.source or ("", 0, 0)
            open_ = name in exercise.blanks and exercise.blanks[name][i, j]
            if open_ and cell.kind != "masked":
                assert shown.cell(row + TOP + 1, column + 1).value in (None, "")
            elif cell.source:
                value = shown.cell(row + TOP + 1, column + 1).value
                assert value == pytest.approx(number(exercise, cell.source))


@every_case
def test_each_number_of_the_sheet_has_its_place(topic: str, options: dict[str, Any]) -> None:
    exercise = exercise_of(topic, options, 2)
    made = grid(exercise)
    for node in exercise.graph.nodes:
        if isinstance(node, Given):  # which may stand there by what shows parts of it
            parts = [s for s in exercise.graph.users(node) if s.hidden and not s.op.loss]
            shown = [n for n in (node, *parts) if (n.name, 0, 0) in made.home]
            assert shown
            assert node in shown or len(shown) == len(parts)
        elif not (node.hidden or node.op.loss):
            assert all((node.name, i, j) in made.home for i, j in np.ndindex(node.shape)), node.name
    assert not set(made.boxes) & set(made.texts)
    assert all(row >= 0 and column >= 0 for row, column in (*made.boxes, *made.texts))


@every_topic
def test_factors_stand_flush_with_their_product(topic: str) -> None:
    """A left factor has its rows where the result has them, a top factor its columns; on every page
    that shows all three."""
    exercise = exercise_of(topic, {}, 1)
    made = grid(exercise)
    at: dict[Any, list[tuple[int, int]]] = {}
    for place, cell in made.boxes.items():
        at.setdefault(cell.source, []).append(place)
    found = asked = 0
    for step in exercise.graph.steps:
        if step.hidden or not step.op.products:
            continue
        (left, turned, top, _) = step.op.products[-1]
        sides = step.inputs[left].name, step.inputs[top].name
        if turned or step.role == "gradient":
            continue
        asked += not any(isinstance(n, Step) and n.hidden for n in step.inputs)
        if any((n, 0, 0) not in at for n in sides):
            continue
        row, column = made.home[step.name, 0, 0]
        found += 1
        rows, columns = ({place[k] for place in at[sides[k], 0, 0]} for k in (0, 1))
        if (row, column) not in product(rows, columns):  # its turned one stands there
            rows, columns = ({place[k] for place in at[sides[1 - k], 0, 0]} for k in (0, 1))
        assert row in rows, step.name
        assert column in columns, step.name
    assert found or not asked


@pytest.mark.parametrize("name", ["=1+1", "+A1", "-2+3", "@SUM(A1)", "=HYPERLINK(\"x\")"])
def test_a_name_is_no_formula(name: str) -> None:
    request = Request((make("softmax", seed=3),), name=name)
    for data in FORMATS[0].write(request).values():
        cell = openpyxl.load_workbook(BytesIO(data)).worksheets[0]["C2"]
        assert (cell.data_type, cell.value) == ("s", name)
        assert cell.quotePrefix


def test_a_name_with_signs_that_nobody_prints_is_written_without_them() -> None:
    request = Request((make("softmax", seed=3),), name="A\x00\ud800\nB")
    for name in ("py", "ipynb", "xlsx"):
        assert all(formats()[name].write(request).values())
    data = FORMATS[0].write(request)["-worksheet.xlsx"]
    assert openpyxl.load_workbook(BytesIO(data)).worksheets[0]["C2"].value == "A   B"


def test_a_workbook_says_no_time() -> None:
    for data in make("softmax", seed=3).files("xlsx").values():
        with zipfile.ZipFile(BytesIO(data)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            times = re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+Z", archive.read("docProps/core.xml"))
        assert set(times) == {b"2000-01-01T00:00:00Z"}


def test_files_of_a_packet_are_numbered() -> None:
    made = FORMATS[0].write(Request(tuple(make_packet(settings("single-neuron"), 5))))
    assert [*made] == [f"-{kind}-{k}.xlsx" for kind in ("worksheet", "key") for k in (1, 2, 3)]


def test_a_missing_package_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingError, match=r'pip install "sheetgen\[office\]"'):
        make("softmax", seed=3).files("xlsx")


def columns() -> Iterator[str]:
    yield from (address((0, k)) for k in (0, 25, 26, 51, 52, 701, 702))


def test_columns_are_lettered_as_in_a_spreadsheet() -> None:
    assert [*columns()] == ["A1", "Z1", "AA1", "AZ1", "BA1", "ZZ1", "AAA1"]


def test_numbers_are_circled() -> None:
    assert [circled(n) for n in ("1", "20", "21", "35", "36", "50", "51")] == [
        "①", "⑳", "㉑", "㉟", "㊱", "㊿", "(51)"]  # fmt: skip
