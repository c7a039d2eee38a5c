"""Scripts in PyTorch: autograd comes to the page's gradients from where the page rounds."""

from __future__ import annotations

import ast
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sheetgen.api import make
from sheetgen.cli.main import main
from sheetgen.errors import SheetgenError, UsageError
from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.format import Request
from sheetgen.formats.py import FORMATS, script
from sheetgen.formats.registry import formats
from sheetgen.graph.layers import layer_of
from sheetgen.graph.nodes import Node, Step
from sheetgen.graph.op import Op
from sheetgen.graph.ops import bends
from tests.formats.scripts import assignments, executed, exercise_of
from tests.support import CASE_IDS, CASES, NAMES

every_case = pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
every_topic = pytest.mark.parametrize("topic", NAMES)
with_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="torch is not installed"
)


def text_of(exercise: Exercise) -> str:
    return script(exercise, complete=True, framework="torch")


@with_torch
@every_case
def test_a_script_in_torch_comes_to_the_key(topic: str, options: dict[str, Any]) -> None:
    for seed in (1, 2):
        _, lines = executed(text_of(exercise_of(topic, options, seed)))
        assert any(line.endswith("of the key.") for line in lines)


@every_case
def test_each_result_of_the_page_is_in_the_key(topic: str, options: dict[str, Any]) -> None:
    """All but the terms of a gradient, which autograd adds up at once."""
    exercise = exercise_of(topic, options, 1)
    text = text_of(exercise)
    key = next(n for n in ast.parse(text).body if isinstance(n, ast.Assign)
               and ast.unparse(n.targets[0]) == "key")  # fmt: skip
    assert isinstance(key.value, ast.Dict)
    told = {ast.literal_eval(k) for k in key.value.keys if k is not None}
    for step in exercise.graph.steps:
        term = step.role == "gradient" and step.of is None
        if not step.hidden and not term:
            assert {step.name, f"{step.name}_"} & told, step.name


def added_again(exercise: Exercise, bias: Node | None) -> bool:
    """Whether a layer works more than once (at each time step, on real and fake): it is written
    out each time."""
    users = exercise.graph.users(bias) if bias is not None else ()
    return len([s for s in users if s.role != "gradient" and not s.op.updates]) > 1


@every_case
def test_layers_are_modules_with_the_givens_loaded(topic: str, options: dict[str, Any]) -> None:
    exercise = exercise_of(topic, options, 1)
    text = text_of(exercise)
    layers = {found[0] for s in exercise.graph.steps if s.role != "gradient"
              and (found := layer_of(s)) and not added_again(exercise, found[1])
              and len(s.inputs) <= 2 + (found[1] is not None)}  # fmt: skip
    for W in layers:
        rows, columns = W.shape
        assert f"linear_{W.name} = nn.Linear({columns}, {rows}" in text
        assert f"linear_{W.name}.weight[:] = torch.tensor(" in text


def used(step: Step) -> set[Node]:
    """What a line is written with, and what that is."""
    inside = {n for n in step.inputs if isinstance(n, Step) and n.use is None}
    return inside.union(*map(used, inside))


@every_case
def test_autograd_is_given_as_little_as_can_be(topic: str, options: dict[str, Any]) -> None:
    """No line of a gradient but of one that comes back through a rounded step or the loss."""
    exercise = exercise_of(topic, options, 1)
    of = {s.name: s for s in exercise.graph.steps if s.role == "gradient"}
    for name, value in assignments(text_of(exercise)):
        step = of.get(name)
        if step is not None and not value.endswith((".grad", ".grad[:, None]")):
            use = step.use or next(s.use for s in exercise.graph.steps if s.use and step in used(s))
            through = use.step
            assert through.hidden or through.op.rounds or through.op.slope, name


@every_topic
def test_scripts_in_torch_are_clean(topic: str, tmp_path: Path) -> None:
    for k, options in enumerate(o for name, o in CASES if name == topic):
        text = text_of(exercise_of(topic, options, k))
        (tmp_path / f"{k}.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--line-length", "100",
               "--select", "E,F,I,B,UP,W,SIM,PIE",
               "--ignore", "SIM300", str(tmp_path)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.fixture
def no_line() -> Iterator[Op]:
    """An op that has no line in PyTorch."""
    op = bends.relu
    line = op.torch
    object.__setattr__(op, "torch", "")
    yield op
    object.__setattr__(op, "torch", line)


def test_an_op_without_a_line_is_refused_by_name(
    no_line: Op, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError, match=r"relu \(a\) has no line in PyTorch"):
        text_of(make("single-neuron", seed=1))
    words = "make single-neuron --seed 1 --format py --framework torch --out"
    assert main([*words.split(), str(tmp_path / "out")]) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    assert not (tmp_path / "out").exists()


def test_from_python_a_framework_is_named() -> None:
    exercise = make("softmax", seed=1)
    with pytest.raises(SheetgenError, match="'jax' is none of numpy, torch"):
        exercise.files("py", framework="jax")


def test_a_notebook_has_the_same_lines() -> None:
    exercise = make("rnn", seed=1)
    _, data = formats()["ipynb"].write(Request((exercise,), framework="torch")).values()
    cells = json.loads(data)["cells"]
    code = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    _, text = FORMATS[0].write(Request((exercise,), framework="torch")).values()
    lines = [line for line in text.decode().split('"""\n', 1)[1].splitlines()
             if line and not line.startswith("# ")]  # fmt: skip
    assert [line for line in code.splitlines() if line and not line.startswith("# ")] == lines
    assert "nn.RNN(1, 2" in code


@pytest.mark.parametrize(("words", "said"), [
    ("--format py --framework jax", "--framework: 'jax' is none of numpy, torch"),
    ("--format pdf --framework torch", "--framework is nothing that pdf can show"),
    ("--format xlsx --framework torch", "--framework is nothing that xlsx can show"),
    ("--format live --tagged", "--tagged is nothing that live can show"),
    ("--format py,xlsx --decimal-mark comma", "--decimal-mark is nothing that py, xlsx can show"),
    ("--format py --tagged", "--tagged is nothing that py can show"),
    ("--format py --paper letter", "--paper is nothing that py can show"),
    ("--format xlsx,py --tagged", "--tagged is nothing that xlsx, py can show"),
])  # fmt: skip
def test_an_option_that_no_format_shows_is_refused(
    words: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["make", "softmax", "--seed", "1", *words.split(), "--out", str(tmp_path / "out")]
    assert main(command) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    assert said in shown.err
    assert not (tmp_path / "out").exists()


def test_an_option_that_one_of_some_formats_shows_is_taken(tmp_path: Path) -> None:
    words = "make softmax --seed 1 --format py,pdf --paper letter --framework torch --quiet --out"
    assert main([*words.split(), str(tmp_path)]) == 0
    assert sorted(p.name.partition("-")[2][10:] for p in tmp_path.iterdir()) == [
        "key.pdf", "key.py", "worksheet.pdf", "worksheet.py"]  # fmt: skip
