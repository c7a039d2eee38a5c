"""A class from the order to its files, and the check of the press while it is made."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pytest

from sheetgen.classroom.earlier import WORK
from sheetgen.classroom.find import recipe_for
from sheetgen.classroom.plan import Order, Plan, piece, plan_of
from sheetgen.classroom.run import OnProgress, run
from sheetgen.classroom.students import Student
from sheetgen.cores import Cores
from sheetgen.page.items import Printed
from sheetgen.press import check as press_check
from sheetgen.press.printing import printer
from tests.classroom.support import digests, manifest, order, texts


def test_a_plan_of_two_exercises_with_points_and_heading(tmp_path: Path) -> None:
    data = {"title": "Week 3", "course": "ML_1", "teacher": "A. L.", "exercise": [
        {"topic": "single-neuron", "points": 5}, {"topic": "softmax", "points": 1}]}  # fmt: skip
    run(order(tmp_path, "Ada", plan=plan_of(data, tmp_path)))
    student = manifest(tmp_path)["students"][0]
    assert len(student["exercises"]) == 2
    first, second = texts(tmp_path / "worksheets.pdf")[:2]
    assert "/ 5 points" in first
    assert "/ 1 point" in second
    assert "Week 3" in first
    assert recipe_for(student["exercises"][1]["code"], tmp_path).topic == "softmax"


@pytest.mark.parametrize(("blank", "told"), [("none", True), ("results", False)])
def test_a_check_that_adds_nothing_is_told(blank: str, told: bool, tmp_path: Path) -> None:
    plan = Plan((piece("single-neuron"), piece("rnn", {"check": "yes", "blank": blank})))
    done = run(Order(plan, (Student("1", "Ada"), Student("2", "Bo")), tmp_path, 1))
    assert any("--check adds no line" in r for r in done.remarks) == told


MANY = tuple(f"name {k}" for k in range(30))


@pytest.mark.parametrize("cores", [Cores(1, "fork"), Cores(2, "fork"), Cores(2, "spawn")])
def test_progress_is_told_and_all_cores_make_the_same_bytes(cores: Cores, tmp_path: Path) -> None:
    told: list[tuple[str, list[int]]] = []
    progress = OnProgress(lambda total, what: told.append((f"{what} {total}", [])),
                          lambda count: told[-1][1].append(count))  # fmt: skip
    done = run(order(tmp_path / "a", *MANY), progress, cores)
    assert [what for what, _ in told] == ["drawing 30", "printing 30"]
    assert sum(told[0][1]) == 30
    assert sorted(told[1][1]) == [5, 25]
    assert done.remarks == ()
    run(order(tmp_path / "b", *MANY))
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


@pytest.fixture
def unproved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(press_check.VARIABLE, str(tmp_path / "cache"))


@pytest.mark.parametrize("difference", ["", "the line at 3"])
def test_a_press_that_is_refuted_prints_nothing(
    difference: str, unproved: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered = list[int]()
    weasy = printer().weasy
    real = weasy.pdf

    def pdf(sheets: Sequence[Printed], **options: bool) -> bytes:
        rendered.append(sum(len(sheet.pages) for sheet in sheets))
        return real(sheets, **options)

    monkeypatch.setattr(weasy, "pdf", pdf)
    monkeypatch.setattr(printer().check, "difference", lambda: difference)
    run(order(tmp_path / "class", "Ada", "Bo"))
    assert printer().check.known() is (not difference)
    pages = 0
    for side in ("worksheets", "keys"):
        with pikepdf.open(tmp_path / "class" / f"{side}.pdf") as document:
            pages += sum("/Contents" in page for page in document.pages)
    grid = (0, 1)  # that page may be made by another process
    assert sum(rendered) in ([pages + k for k in grid] if difference else [0])
    assert not (tmp_path / "class" / WORK).exists()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the check is not made beside")
def test_a_proof_whose_process_dies_is_found_by_the_class_itself(
    unproved: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = os.getpid()

    def difference() -> str:
        if os.getpid() != here:
            os._exit(9)
        return ""

    monkeypatch.setattr(printer().check, "difference", difference)
    run(order(tmp_path / "class", "Ada", "Bo"))
    assert printer().check.known() is True
