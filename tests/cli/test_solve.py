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


WIDELY_READ = """{"x": [0.05, 0.10], "W1": [[0.15, 0.20], [0.25, 0.30]], "b1": [0.35, 0.35],
 "W2": [[0.40, 0.45], [0.50, 0.55]], "b2": [0.60, 0.60], "y_target": [0.01, 0.99]}"""
SIGMOID = ("--activation", "sigmoid", "--loss", "half-squared-error")


def _solved(out: list[str]) -> dict[str, list[list[float]]]:
    return {m["name"]: m["values"] for m in json.loads("\n".join(out))["matrices"]}


def test_the_widely_read_net_of_two_layers_comes_out_digit_for_digit(
    run: Run, tmp_path: Path
) -> None:
    file = _given(tmp_path, WIDELY_READ)
    code, out, err = run("solve", "backpropagation", "--given", file, *SIGMOID,
                         "--rounding", "end", "--decimals", "9")  # fmt: skip
    found = _solved(out)
    assert (code, err) == (0, [])
    assert found["dW2"] == [[0.082167041, 0.082667628], [-0.022602540, -0.022740242]]
    assert found["dW1"] == [[0.000438568, 0.000877135], [0.000497713, 0.000995425]]
    assert found["y_pred"] == [[0.751365070], [0.772928465]]
    assert json.loads("\n".join(out))["rounded"] == "end"


def test_rounded_step_by_step_the_same_net_comes_out_as_on_paper(run: Run, tmp_path: Path) -> None:
    _, out, _ = run("solve", "backpropagation", "--given", _given(tmp_path, WIDELY_READ), *SIGMOID)
    found = _solved(out)
    assert (found["a1"], found["y_pred"]) == ([[0.6], [0.6]], [[0.8], [0.8]])


def test_what_no_longer_fits_at_the_end_is_refused(run: Run, tmp_path: Path) -> None:
    file = _given(tmp_path, '{"A": [[1000]], "B": [[1000]]}')
    code, out, err = run("solve", "matrix-multiplication", "--given", file, "--rounding", "end")
    assert (code, out) == (1, [])
    assert err == ["sheetgen: C: a result would have more than 13 digits; give smaller numbers"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--rounding", "often"), "none of step, end"),
        (("--rounding", "end", "--decimals", "13"), "--decimals: 13 is not between 1 and 12"),
        (("--decimals", "3"), "--decimals goes with --rounding end"),
    ],
)
def test_another_rounding_is_refused(run: Run, words: tuple[str, ...], says: str) -> None:
    code, out, err = run("solve", "matrix-multiplication", "--seed", "3", *words)
    assert (code, out, len(err)) == (2, [], 1)
    assert says in err[0]


def test_a_drawn_exercise_is_solved_without_rounding(run: Run) -> None:
    _, out, _ = run("solve", "softmax", "--seed", "3", "--rounding", "end", "--decimals", "12")
    _, rounded, _ = run("solve", "softmax", "--seed", "3")
    wide, short = _solved(out), _solved(rounded)
    powers = [3.0**z for (z,) in short["z"]]
    assert [y for (y,) in wide["y"]] == pytest.approx([p / sum(powers) for p in powers], abs=1e-12)
