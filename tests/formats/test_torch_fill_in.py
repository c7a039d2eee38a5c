"""Scripts in PyTorch to fill in: no answer in them, and they say what is right."""

from __future__ import annotations

import ast
import base64
import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sheetgen.api import make
from sheetgen.cli.main import main
from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.format import Request
from sheetgen.formats.py import FORMATS, script
from sheetgen.graph.layers import layer_of
from tests.formats.scripts import executed, exercise_of, open_names, told
from tests.formats.test_py import PATTERNS, body
from tests.support import CASE_IDS, CASES, NAMES, reals

every_case = pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
every_topic = pytest.mark.parametrize("topic", NAMES)
with_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="torch is not installed"
)


def text_of(exercise: Exercise) -> str:
    return script(exercise, complete=False, framework="torch")


def lines_of(text: str) -> dict[str, str]:
    """The line by which each result comes about, from the script."""
    [found] = [ast.literal_eval(n.value) for n in ast.parse(text).body
               if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "LINES"]  # fmt: skip
    return {name: base64.b64decode(line).decode() for name, line in found.items()}


def filled(exercise: Exercise, **other: str) -> str:
    """The script filled in rightly, but for some lines."""
    text = text_of(exercise)
    right = {"parameters": str(exercise.graph.parameter_count), **lines_of(text), **other}
    for name in open_names(text):
        lines = text.splitlines()
        [place] = [k for k, line in enumerate(lines) if line.startswith(f"{name} = ...")]
        lines[place] = f"{name} = {right[name]}" if right[name] else ""
        text = "\n".join(lines)
    return text


# --- what stands in it


@every_case
def test_it_leaves_open_what_the_sheet_does(topic: str, options: dict[str, Any]) -> None:
    for blank in PATTERNS:
        exercise = exercise_of(topic, options, 2, blank)
        in_numpy = script(exercise, complete=False)
        assert open_names(text_of(exercise)) == open_names(in_numpy)


@every_case
def test_no_answer_stands_in_it(topic: str, options: dict[str, Any]) -> None:
    """The work is the same whatever the numbers, and what is open has none."""
    one, other = (text_of(exercise_of(topic, options, k)) for k in (1, 2))
    assert body(one) == body(other)
    tree = ast.parse(one).body
    results = {s.name for s in exercise_of(topic, options, 1).graph.steps}
    for node in tree:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in results:
            assert not isinstance(node.value, ast.Constant) or node.value.value is ...
            assert "tensor([" not in ast.unparse(node)
            assert not any(isinstance(n, ast.Constant) and isinstance(n.value, int | float)
                           for n in ast.walk(node) if ast.unparse(node.value) == "...")  # fmt: skip


@every_case
def test_layers_are_modules_with_the_givens_in_them(topic: str, options: dict[str, Any]) -> None:
    exercise = exercise_of(topic, options, 1)
    text = text_of(exercise)
    for step in exercise.graph.steps:
        found = layer_of(step) if step.role != "gradient" else None
        if found is not None and f"linear_{found[0].name} = " in text:
            rows, columns = found[0].shape
            assert f"linear_{found[0].name} = nn.Linear({columns}, {rows}" in text
            assert f"linear_{found[0].name}.weight[:] = {found[0].name}\n" in text


@pytest.mark.parametrize("name", ["py", "ipynb"])
def test_the_same_bytes_twice_for_worksheet_and_key(name: str) -> None:
    exercise = make("softmax", seed=1)
    one, other = (exercise.files(name, framework="torch") for _ in range(2))
    assert one == other
    stem = f"softmax-{exercise.code}"
    assert [*one] == [f"{stem}-worksheet.{name}", f"{stem}-key.{name}"]
    assert all(b"import torch" in data for data in one.values())


@every_topic
def test_scripts_to_fill_in_are_clean(topic: str, tmp_path: Path) -> None:
    texts = [text_of(exercise_of(topic, o, k))
             for k, o in enumerate(o for name, o in CASES if name == topic)]  # fmt: skip
    for k, text in enumerate(texts):
        (tmp_path / f"{k}.py").write_text(text, encoding="utf-8")
    # F is for lines that are looked up, and open ones
    unseen = ["--ignore", "F401"] * any("functional as F" in text for text in texts)
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--line-length", "100",
               "--select", "E,F,I,B,UP,W,SIM,PIE,RET",
               "--ignore", "SIM300", *unseen, str(tmp_path)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


# --- run


@with_torch
@every_case
def test_an_untouched_script_says_what_is_to_do(topic: str, options: dict[str, Any]) -> None:
    for blank in PATTERNS:
        text = text_of(exercise_of(topic, options, 2, blank))
        said = told(executed(text)[1])
        assert {said[name] for name in open_names(text)} == {"to do"}


@with_torch
@every_case
def test_right_lines_are_right(topic: str, options: dict[str, Any]) -> None:
    for seed in range(2):
        for blank in PATTERNS[:2]:
            exercise = exercise_of(topic, options, seed, blank)
            said = told(executed(filled(exercise))[1])
            assert {said[n] for n in open_names(text_of(exercise))} == {"right"}, said


@with_torch
@every_case
def test_what_follows_from_a_slip_is_told_from_it(topic: str, options: dict[str, Any]) -> None:
    exercise = exercise_of(topic, options, 3)
    names = [n for n in open_names(text_of(exercise)) if n != "parameters"]
    right, _ = executed(filled(exercise))
    for name in names[:: max(1, len(names) // 3)]:
        value = np.array(right[name].tolist())
        value[-1, 0] += 3
        rows, _ = value.shape
        found, lines = executed(filled(exercise, **{name: f"torch.tensor({value.tolist()})"}))
        said = told(lines)
        assert said[name] == f"look again at (row, column) ({rows}, 1)"
        for other in names:
            now, before = (np.array(v[other].tolist()) for v in (found, right))
            same = np.allclose(now, before, rtol=0, atol=1e-8)
            if other != name:
                assert same == (said[other] == "right"), other
                told_of = "follows from " if np.isfinite(now).all() else ""
                assert same or said[other].startswith(told_of), other


@with_torch
@every_topic
@pytest.mark.parametrize(("wrong", "expected"), [
    ("torch.zeros(7, 9)", "its shape is (7, 9), it should be ({}, {})"),
    ("'five'", "not an array of numbers"),
    ("[[1, 2], [3]]", "not an array of numbers"),
    ("{'a': 1}", "not an array of numbers"),
    ("None", "to do"),
    ("", "there is no such variable"),
])  # fmt: skip
def test_what_is_no_result_is_said_and_the_rest_runs(topic: str, wrong: str, expected: str) -> None:
    exercise = exercise_of(topic, {}, 3)
    names = [n for n in open_names(text_of(exercise)) if n != "parameters"]
    found, lines = executed(filled(exercise, **{names[0]: wrong}))
    said = told(lines)
    assert said[names[0]] == expected.format(*found[names[0]].shape)
    assert set(names) <= set(said)


@with_torch
@every_topic
def test_a_sheet_solved_backwards_leaves_given_numbers_open(topic: str) -> None:
    exercise = make(topic, seed=1, blank="backwards")
    text = text_of(exercise)
    missing = [g.name for g in exercise.graph.givens if g.name in exercise.blanks]
    said = told(executed(text)[1])
    assert all(said[name].startswith("to do at (row, column) (") for name in missing)
    for name in missing:
        start = text.index(f"\n{name} = with_blanks(") + 1
        end = text.index("])", start) + 2
        value = reals(exercise.values[name]).tolist()
        text = f"{text[:start]}{name} = torch.tensor({value}){text[end:]}"
    assert set(told(executed(text)[1]).values()) == {"right"}


@with_torch
def test_autograd_fills_in_what_the_script_says_it_does() -> None:
    exercise = make("backpropagation", seed=3)
    text = text_of(exercise)
    assert "by z3.backward(dz3.detach()), as in linear_W1.weight.grad." in text.replace("\n# ", " ")
    of = {f"d{letter}{k}": f"linear_{f'W{k}'}.{inside}" for k in (1, 2, 3) for letter, inside in
          (("W", "weight.grad"), ("b", "bias.grad[:, None]"))}  # fmt: skip
    start = f"{lines_of(text)['dz3']}\nz3.backward(dz3.detach())"
    said = told(executed(filled(exercise, dz3=start, **of))[1])
    assert {said[name] for name in of} == {"right"}


# --- in a class


def test_a_class_gets_scripts_in_a_framework(tmp_path: Path) -> None:
    words = ["class", "softmax", "--students", "2", "--seed", "1", "--format", "py", "--quiet",
             "--framework", "torch", "--out", str(tmp_path / "c")]  # fmt: skip
    assert main(words) == 0
    worksheets = sorted((tmp_path / "c" / "py").iterdir())
    keys = sorted((tmp_path / "c" / "py-keys").iterdir())
    assert (len(worksheets), len(keys)) == (2, 2)
    for path in (*worksheets, *keys):
        text = path.read_text(encoding="utf-8")
        assert "import torch\n" in text
        assert "numpy" not in text
    code = worksheets[0].name[:9]
    again = ["make", "--code", code, "--class", str(tmp_path / "c"), "--format", "py", "--quiet",
             "--framework", "torch", "--out", str(tmp_path / "again")]  # fmt: skip
    assert main(again) == 0
    [found] = (tmp_path / "again").glob("*-worksheet.py")
    assert found.read_bytes() == worksheets[0].read_bytes()
    assert main([w if w != "torch" else "numpy" for w in words]) == 0
    assert all(b"torch" not in p.read_bytes() for p in (tmp_path / "c" / "py").iterdir())


@pytest.mark.parametrize(("words", "said"), [
    ("--framework torch", "--framework is nothing that pdf can show"),
    ("--format xlsx --framework torch", "--framework is nothing that xlsx can show"),
    ("--format pdf,json --framework numpy", "--framework is nothing that pdf, json can show"),
    ("--format py --framework jax", "--framework: 'jax' is none of numpy, torch"),
])  # fmt: skip
def test_a_class_without_scripts_has_no_framework(
    words: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["class", "softmax", "--students", "2", "--seed", "1", *words.split(), "--out",
               str(tmp_path / "c")]  # fmt: skip
    assert main(command) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    assert said in shown.err
    assert not (tmp_path / "c").exists()


def test_a_class_from_python_refuses_alike(tmp_path: Path) -> None:
    from sheetgen.api import make_class

    with pytest.raises(SheetgenError, match="--framework is nothing that pdf can show"):
        make_class("softmax", 2, tmp_path / "c", seed=1, framework="torch")
    with pytest.raises(SheetgenError, match="'jax' is none of numpy, torch"):
        make_class("softmax", 2, tmp_path / "c", seed=1, format="py", framework="jax")


def test_a_name_is_said_in_both_files() -> None:
    request = Request((make("softmax", seed=3),), name="Zoë 王", framework="torch")
    for data in FORMATS[0].write(request).values():
        assert "Name:    Zoë 王" in data.decode()
