"""What a terminal shows: a bar, tables, the help."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console
from rich.table import Table

from sheetgen.cli.terminal import Bar, carried_table, help_text, numbers_text, stress_table
from sheetgen.exercise.carried import carried
from sheetgen.exercise.recipe import Recipe
from sheetgen.exercise.settings import settings
from sheetgen.stress.numbers import Failure, stress
from sheetgen.stress.pages import PagesReport
from tests.support import matrix


class _Terminal(StringIO):
    """A stream that says it is a terminal, and what was written to it since it was asked last."""

    def isatty(self) -> bool:
        return True

    def new(self) -> str:
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        return text


def _shown(table: Table, colours: bool = False) -> str:
    console = Console(width=100, file=StringIO(), color_system="standard" if colours else None)
    with console.capture() as shown:
        console.print(table)
    return shown.get()


def test_a_bar_is_drawn_at_each_step_and_has_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    terminal, before = _Terminal(), threading.active_count()
    with Bar(quiet=False, out=terminal) as bar:
        assert threading.active_count() == before
        terminal.new()
        bar.start(50)
        assert " 0/50" in terminal.new()
        bar.step(25)
        assert "25/50" in terminal.new()
        bar.step()
        assert "26/50" in terminal.new()
        bar.start(7, "drawing")
        assert "0/7" in terminal.new()
        bar.step()
        assert "1/7" in (said := terminal.new())
        assert "drawing" in said


@pytest.mark.parametrize(("quiet", "out"), [(True, _Terminal()), (False, StringIO())])
def test_a_bar_is_for_terminals_of_those_who_want_it(quiet: bool, out: StringIO) -> None:
    with Bar(quiet, out) as bar:
        bar.start(50)
        bar.step(25)
    assert out.getvalue() == ""


def test_a_report_is_a_table_of_what_it_says() -> None:
    report = stress(settings("hidden-layer", {"level": "hard"}), 60)
    shown = _shown(stress_table(report))
    assert shown.startswith("hidden-layer level=hard")
    for name, value in report.lines():
        assert any(name in line and value in line for line in shown.splitlines())
    assert "[" not in shown


def test_what_broke_a_promise_is_listed_red_ten_of_them() -> None:
    good = stress(settings("hidden-layer"), 5)
    pages = PagesReport(5, 10, 1, ((8, "a [b] on c"), (9, "over the edge")), (1.0, 1.0))
    failures = tuple(Failure(k, f"problem {k}") for k in range(12))
    bad = replace(good, failures=failures, pages=pages)
    shown = _shown(stress_table(bad))
    assert [f"seed {k} " in shown for k in range(13)] == [True] * 10 + [False] * 3
    assert any("and more" in line and " 4 " in line for line in shown.splitlines())
    assert re.search(r"failures.*\[31m +12", _shown(stress_table(bad), colours=True))
    assert re.search(r"failures.*\[32m +0", _shown(stress_table(good), colours=True))
    pages_only = _shown(stress_table(replace(good, pages=pages)))
    assert "a [b] on c" in pages_only


def test_carried_errors_are_a_table_of_a_row_a_step() -> None:
    lines = carried(Recipe("hidden-layer", 4), "z1[2]=9")
    table = carried_table(lines)
    assert table.row_count == len(lines)
    shown = _shown(table)
    for line in lines:
        assert f" {line.name} " in shown
        assert numbers_text(line.key) in shown


def test_numbers_of_a_matrix_stand_in_a_line() -> None:
    assert numbers_text(matrix("1 -2; 0.5 3")) == "1  −2 | .5  3"
    assert numbers_text(matrix("1; -2; 3")) == "1  −2  3"


def test_a_help_has_its_panels_and_takes_no_text_for_markup(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    rows = {"Some": [("--got", "NUMBERS", "z2=[5,3] or z2[1]=5"), ("--all", "", "All.")],
            "None": []}  # fmt: skip
    lines = help_text("sheetgen x [OPTIONS]", "Say [it].", rows, "At the end.").splitlines()
    assert [line for line in lines if "Usage" in line] == [" Usage: sheetgen x [OPTIONS]"]
    assert any("--got  NUMBERS  z2=[5,3] or z2[1]=5" in line for line in lines)
    assert any(line.startswith("╭─ Some ─") for line in lines)
    assert not any("None" in line for line in lines)
    assert lines[-1] == " At the end."
    assert max(map(len, lines)) <= 60
