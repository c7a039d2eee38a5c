"""Scripts run: the complete one comes to the key, the one to fill in says what is right."""

from __future__ import annotations

import ast
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sheetgen.api import make, make_packet
from sheetgen.exercise.exercise import Exercise, sealed
from sheetgen.exercise.settings import settings
from sheetgen.formats.format import Request
from sheetgen.formats.py import FORMATS, script
from sheetgen.formats.registry import formats
from sheetgen.graph.nodes import Step
from sheetgen.graph.numbers import Fixed
from tests.formats.scripts import executed, exercise_of, filled, open_names, told
from tests.support import CASE_IDS, CASES, NAMES, reals

every_case = pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
every_topic = pytest.mark.parametrize("topic", NAMES)

PATTERNS = ("results", "one-per-block", "steps:1", "percent:40")


def visible(exercise: Exercise) -> list[Step]:
    return [s for s in exercise.graph.steps if not s.hidden and not s.op.loss]


# --- complete


@every_case
def test_a_complete_script_comes_to_the_key(topic: str, options: dict[str, Any]) -> None:
    for seed in range(4):
        exercise = exercise_of(topic, options, seed)
        found, lines = executed(script(exercise, complete=True))
        assert lines[-1].endswith("of the key.")
        for step in visible(exercise):
            name = step.name if step.name in found["key"] else f"{step.name}_"
            assert found[name].shape == step.shape
            assert found[name] == pytest.approx(reals(exercise.values[step.name]), abs=1e-8)


@every_topic
def test_a_complete_script_runs_as_a_process_with_numpy_alone(topic: str, tmp_path: Path) -> None:
    exercise = make(topic, seed=4)
    (tmp_path / "key.py").write_text(script(exercise, complete=True), encoding="utf-8")
    command = [sys.executable, "-I", "-X", "utf8", "-W", "error", "key.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].endswith("of the key.")
    imported = [n.names[0].name for n in ast.walk(ast.parse((tmp_path / "key.py").read_text()))
                if isinstance(n, ast.Import)]  # fmt: skip
    assert imported == ["numpy"]


@every_topic
def test_a_wrong_number_of_the_key_is_found(topic: str) -> None:
    exercise = exercise_of(topic, {}, 1)
    step = visible(exercise)[-1]
    digits, decimals = exercise.values[step.name]
    digits = digits.copy()
    digits[0, 0] += 1
    exercise.values[step.name] = Fixed(digits, decimals)
    with pytest.raises(AssertionError, match="differs from the key"):
        executed(script(exercise, complete=True))


@every_case
def test_time_steps_and_heads_are_written_out(topic: str, options: dict[str, Any]) -> None:
    exercise = exercise_of(topic, options)
    text = script(exercise, complete=True)
    tree = ast.parse(text)
    loops = [n for n in tree.body if isinstance(n, ast.For | ast.While)]
    assert all("show(" in ast.unparse(n) or "key" in ast.unparse(n) for n in loops)
    for name in {s.group.name for s in visible(exercise) if s.group is not None}:
        assert f"# ---- {name[0].upper()}{name[1:]}" in text


# --- to fill in


@every_case
def test_an_untouched_script_says_what_is_to_do(topic: str, options: dict[str, Any]) -> None:
    for blank in PATTERNS:
        text = script(exercise_of(topic, options, 2, blank), complete=False)
        said = told(executed(text)[1])
        assert open_names(text)
        assert {said[name] for name in open_names(text)} == {"to do"}


def test_a_worked_example_leaves_nothing_open() -> None:
    text = script(exercise_of("hidden-layer", {}, 1, "none"), complete=False)
    assert not open_names(text)
    executed(text)


@every_case
def test_right_lines_are_right(topic: str, options: dict[str, Any]) -> None:
    for seed in range(2):
        exercise = exercise_of(topic, options, seed)
        text = filled(exercise)
        _, lines = executed(text)
        said = told(lines)
        checked = [said[n] for n in open_names(script(exercise, complete=False))]
        assert len(checked) >= len(exercise.blanks)
        assert set(checked) == {"right"}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@every_case
def test_what_follows_from_a_slip_is_told_from_it(topic: str, options: dict[str, Any]) -> None:
    exercise = exercise_of(topic, options, 3)
    untouched = script(exercise, complete=False)
    names = [n for n in open_names(untouched) if n != "parameters"]
    right, _ = executed(filled(exercise))
    for name in names[:: max(1, len(names) // 4)]:
        value = np.array(right[name], float)
        value[-1, 0] += 3
        rows, _ = value.shape
        found, lines = executed(filled(exercise, **{name: f"np.array({value.tolist()})"}))
        said = told(lines)
        assert said[name] == f"look again at (row, column) ({rows}, 1)"
        for other in names:
            same = np.allclose(found[other], right[other], rtol=0, atol=1e-8)
            if other != name:
                assert same == (said[other] == "right"), other
                told_of = "follows from " if np.isfinite(found[other]).all() else ""
                assert same or said[other].startswith(told_of), other


@every_topic
@pytest.mark.parametrize(("wrong", "expected"), [
    ("np.zeros((7, 9))", "its shape is (7, 9), it should be ({}, {})"),
    ("np.zeros(7)", "its shape is (7,), it should be ({}, {})"),
    ("'five'", "not an array of numbers"),
    ("[[1, 2], [3]]", "not an array of numbers"),
    ("{'a': 1}", "not an array of numbers"),
    ("None", "to do"),
    ("", "there is no such variable"),
])  # fmt: skip
def test_what_is_no_result_is_said_and_the_rest_runs(topic: str, wrong: str, expected: str) -> None:
    exercise = exercise_of(topic, {}, 3)
    names = [n for n in open_names(script(exercise, complete=False)) if n != "parameters"]
    name = names[0]
    text = filled(exercise, **{name: wrong})
    found, lines = executed(text)
    said = told(lines)
    rows, columns = found[name].shape
    assert said[name] == expected.format(rows, columns)
    assert set(names) <= set(said)


def test_a_list_and_a_plain_number_do_as_well() -> None:
    exercise = exercise_of("single-neuron", {}, 3)
    right, _ = executed(filled(exercise))
    z = float(right["z"][0, 0])
    for form in (f"{z}", f"[[{z}]]"):
        assert told(executed(filled(exercise, z=form))[1])["z"] == "right"


def test_who_forgets_to_round_is_told_so() -> None:
    for topic, name, line in (
        ("softmax", "y", "exp / sum_"),
        ("backpropagation", "y_pred", "softmax(z3)"),
    ):
        exercise = make(topic, seed=3, **({"forward": "blank"} if name == "y_pred" else {}))
        places = exercise.values[name].decimals
        found, lines = executed(filled(exercise, **{name: line}))
        if np.abs(found[name] - reals(exercise.values[name])).max() < 1e-9:
            continue  # nothing to round in these numbers
        told_of = f"right but for the rounding: by_hand(..., {places})"
        assert told(lines)[name] == told_of


@every_topic
def test_a_sheet_solved_backwards_leaves_given_numbers_open(topic: str) -> None:
    exercise = make(topic, seed=1, blank="backwards")
    text = script(exercise, complete=False)
    missing = [g.name for g in exercise.graph.givens if g.name in exercise.blanks]
    said = told(executed(text)[1])
    assert all(said[name].startswith("to do at (row, column) (") for name in missing)
    for name in missing:
        value = reals(exercise.values[name])
        start = text.index(f"\n{name} = with_blanks(") + 1
        end = text.index("])", start) + 2
        text = f"{text[:start]}{name} = np.array({value.tolist()}){text[end:]}"
    assert set(told(executed(text)[1]).values()) == {"right"}


def test_a_name_of_python_gets_an_underscore() -> None:
    text = script(exercise_of("softmax", {}), complete=True)
    assert "\nsum_ = exp.sum(axis=0, keepdims=True)\n" in text


# --- what stands in it


def body(text: str) -> str:
    """What comes after the givens and the marks: all that the student works on."""
    return text[text.index("\n}\n", text.index("\nLINES = {")) :]


@every_case
def test_the_work_is_the_same_whatever_the_numbers(topic: str, options: dict[str, Any]) -> None:
    """So nothing of the numbers stands in it, least of all an answer."""
    one, other = (script(exercise_of(topic, options, k), complete=False) for k in (1, 2))
    assert body(one) == body(other)
    for node in ast.parse(one).body:
        numbers = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)
                   and isinstance(n.value, int | float)]  # fmt: skip
        if isinstance(node, ast.Assign) and ast.unparse(node.value) == "...":
            assert not numbers


@every_case
def test_patterns_of_blanks_differ_in_nothing_but_the_blanks(
    topic: str, options: dict[str, Any]
) -> None:
    def told_apart(text: str) -> list[str]:
        begin = text.index('"""\n', 3)
        mine = [n for n in open_names(text)]
        kept = [
            line for line in text[begin:].splitlines()
            if not line.startswith(("check(", "show(", *(f"{n} = " for n in every)))
        ]  # fmt: skip
        assert set(mine) <= every
        return [line for line in kept if line and "SALT" not in line]

    texts = []
    for blank in PATTERNS:
        exercise = exercise_of(topic, options, 1, blank)
        exercise.__dict__["code"] = "7K3F-2QXD"
        texts.append(script(exercise, complete=False))
    every = {s.name for s in visible(exercise)} | {f"{s.name}_" for s in visible(exercise)} | {
        "parameters"}  # fmt: skip
    first, *others = map(told_apart, texts)
    for other in others:
        assert other == first


def test_no_mark_repeats_for_a_number_that_stands_in_two_boxes() -> None:
    exercise = make("backpropagation", seed=7)
    found, _ = executed(script(exercise, complete=False))
    marks = [m for rows in found["MARKS"].values() for row in rows for m in row.split()]
    assert len(set(marks)) > 0.98 * len(marks)


@every_topic
def test_scripts_are_clean(topic: str, tmp_path: Path) -> None:
    windows = False
    for k, options in enumerate(o for name, o in CASES if name == topic):
        for kind in (True, False):
            text = script(exercise_of(topic, options, k), complete=kind)
            windows |= "import sliding_window_view" in text
            (tmp_path / f"{k}{kind}.py").write_text(text, encoding="utf-8")
    widest = "140" if windows else "100"  # the gradient of a window is one long expression
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--line-length", widest,
               "--select", "E,F,I,B,UP,W,SIM,PIE,RET",
               "--ignore", "SIM300", str(tmp_path)]  # fmt: skip
    if windows:  # imported for the lines that are to be filled in
        command += ["--per-file-ignores", "*False.py:F401"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_name_is_text_and_nothing_else() -> None:
    for name in ('"""; import os', "\\N{x}", "O'Neil \\", "=1+1", "Zoë 王"):
        request = Request((make("softmax", seed=3),), name=name)
        for data in FORMATS[0].write(request).values():
            docstring = ast.get_docstring(ast.parse(data.decode()))
            assert docstring is not None
            assert f"Name:    {name}" in docstring


def test_files_of_a_packet_are_numbered() -> None:
    request = Request(tuple(make_packet(settings("single-neuron"), 5)))
    made = FORMATS[0].write(request)
    assert [*made] == [f"-{kind}-{k}.py" for kind in ("worksheet", "key") for k in (1, 2, 3)]
    for data in made.values():
        executed(data.decode())


@pytest.mark.parametrize("name", ["py", "ipynb", "xlsx"])
def test_a_recipe_that_is_a_secret_is_not_said(name: str) -> None:
    exercise = sealed(make("softmax", seed=987654321))
    for data in formats()[name].write(Request((exercise,))).values():
        texts = [data]
        if zipfile.is_zipfile(BytesIO(data)):
            with zipfile.ZipFile(BytesIO(data)) as archive:
                texts = [archive.read(entry) for entry in archive.namelist()]
        assert not [text for text in texts if b"987654321" in text or b"recipe" in text]
