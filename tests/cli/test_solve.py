"""``solve``: the solution of numbers from elsewhere, and what is said of those that do not fit."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.support import Run


def _given(folder: Path, text: str) -> str:
    path = folder / "given.json"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_solve_prints_the_solution_of_published_numbers(run: Run, tmp_path: Path) -> None:
    file = _given(tmp_path, '{"x": [2, 1, 3], "w": [[1, -1, 1]], "b": [[-5]]}')
    code, out, err = run("solve", "single-neuron", "--given", file)
    values = {m["name"]: m["values"] for m in json.loads("\n".join(out))["matrices"]}
    assert (code, values["z"], values["a"]) == (0, [[-1]], [[0]])
    assert err == ["sheetgen: warning: all units of a are dead"]


def test_solve_reads_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = '{"A": [[1, 1], [-1, 1]], "B": [[1, 5, 2], [2, 4, 2]]}'
    monkeypatch.setattr(sys, "stdin", io.StringIO(numbers))
    _, out, _ = run("solve", "matrix-multiplication", "--given", "-")
    values = {m["name"]: m["values"] for m in json.loads("\n".join(out))["matrices"]}
    assert values["C"] == [[3, 9, 4], [1, -1, 0]]


BAD_GIVEN = {
    '{"A": [[1, 2], [3]], "B": [[1, 2], [3, 4]]}': "A is ragged",
    '{"A": [[1, 2], [3, 4]]}': "B is missing",
    '{"A": [[1, "x"], [3, 4]], "B": [[1, 2], [3, 4]]}': "A, row 1, column 2: 'x' is not a number",
    '{"A": [[1, NaN], [3, 4]], "B": [[1, 2], [3, 4]]}': "not a finite number",
    '{"A": [[1, 2': "not JSON",
    '{"A": [[1e9, 2], [3, 4]], "B": [[1, 2], [3, 4]]}': "too large",
    '{"A": [[1, 2], [3, 4]], "B": [[1, 2], [3, 4], [5, 6]]}': "B is 3×2",
    '{"Q": [[1]]}': "no matrix Q",
    "[1]": "expected an object",
    '{"A": [], "B": []}': "A is empty",
    f'{{"A": {[[1] * 40]}, "B": {[[1]] * 40}}}': "no side may be longer",
}


@pytest.mark.parametrize("text", BAD_GIVEN)
def test_bad_numbers_get_one_line_that_names_them(text: str, run: Run, tmp_path: Path) -> None:
    code, out, err = run("solve", "matrix-multiplication", "--given", _given(tmp_path, text))
    assert (code, out, len(err)) == (1, [], 1)
    assert BAD_GIVEN[text] in err[0]


def test_a_recipe_says_what_is_solved(run: Run) -> None:
    code, out, err = run("solve", "--recipe", "rnn?steps=3&seed=5&edition=1")
    assert (code, err) == (0, [])
    assert json.loads("\n".join(out))["recipe"] == "rnn?steps=3&seed=5&edition=1"
    assert run("solve", "rnn", "--recipe", "rnn?steps=3&seed=5&edition=1")[1] == out
    assert run("solve", "rnn", "--seed", "5", "--steps", "3")[1] == out
