"""Notebooks are valid, run, and say what the scripts say."""

from __future__ import annotations

import json
import re
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from sheetgen.api import Exercise, make, make_packet
from sheetgen.exercise.settings import settings
from sheetgen.formats.format import Request
from sheetgen.formats.ipynb import markdown
from sheetgen.formats.py import script
from sheetgen.formats.registry import files, formats
from sheetgen.type.markup import plain
from tests.formats.scripts import executed, told
from tests.support import NAMES

every_topic = pytest.mark.parametrize("topic", NAMES)


def notebooks(exercise: Exercise, name: str = "") -> dict[str, Any]:
    """The worksheet's notebook and the key's."""
    made = exercise.files("ipynb", name=name)
    return {kind: nbformat.reads(next(d for n, d in made.items() if kind in n).decode(), 4)
            for kind in ("worksheet", "key")}  # fmt: skip


def code_of(notebook: Any) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


@every_topic
def test_a_notebook_is_valid_and_holds_no_output(topic: str) -> None:
    for notebook in notebooks(make(topic, seed=3)).values():
        nbformat.validate(notebook)
        assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
        ids = [cell.id for cell in notebook.cells]
        assert len(set(ids)) == len(ids)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                assert (cell.outputs, cell.execution_count) == ([], None)
        assert notebook.cells[0].source.count("](data:image/png;base64,iVBOR") >= 1


@every_topic
def test_a_notebook_has_the_code_of_the_script(topic: str) -> None:
    exercise = make(topic, seed=3)
    for kind, notebook in notebooks(exercise).items():
        text = script(exercise, complete=kind == "key")
        lines = [line for line in text.split('"""\n', 1)[1].splitlines()
                 if line and not line.startswith("# ")]  # fmt: skip
        mine = [line for line in code_of(notebook).splitlines()
                if line and not line.startswith("# ")]  # fmt: skip
        assert mine == lines


@every_topic
def test_ids_are_the_same_for_all_exercises_of_a_topic(topic: str) -> None:
    one, other = (notebooks(make(topic, seed=k)) for k in (1, 2))
    for kind in one:
        assert [c.id for c in one[kind].cells] == [c.id for c in other[kind].cells]


@every_topic
def test_its_cells_run(topic: str) -> None:
    exercise = make(topic, seed=5)
    for kind, notebook in notebooks(exercise).items():
        _, lines = executed(code_of(notebook))
        assert (lines[-1].endswith("of the key.") if kind == "key" else "to do" in told(
            lines).values())  # fmt: skip


@pytest.mark.jupyter
@every_topic
def test_jupyter_runs_it(topic: str) -> None:
    for kind, notebook in notebooks(make(topic, seed=5)).items():
        NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
        said = "".join(out.get("text", "") for cell in notebook.cells if cell.cell_type == "code"
                       for out in cell.outputs)  # fmt: skip
        assert ("of the key." in said) if kind == "key" else ("to do" in said)


@every_topic
def test_a_step_is_said_as_on_the_sheet(topic: str) -> None:
    exercise = make(topic, seed=3)
    notebook = notebooks(exercise)["worksheet"]
    said = [json.loads(exercise.json())["steps"], [
        re.sub(r"\\(.)", r"\1", c.source.split("\n\n")[-1]) for c in notebook.cells
        if c.id.startswith("step-") and c.cell_type == "markdown"]]  # fmt: skip
    assert len(said[0]) == len(said[1])
    for step, text in zip(*said, strict=True):
        assert text.startswith(f"[{step['number']}] ")


def test_a_notebook_is_light() -> None:
    for topic in NAMES:
        for data in make(topic, seed=1).files("ipynb").values():
            pictures = data.count(b'"image/png"') + data.count(b"data:image/png")
            assert len(data) < 80_000 * max(2, pictures)


def test_what_a_name_holds_is_no_markdown() -> None:
    name = "<b>*x*</b> [a](b) _c_ `d` # $e$"
    shown = notebooks(make("softmax", seed=1), name)["worksheet"].cells[0].source
    line = next(line for line in shown.splitlines() if line.startswith("Name: "))
    assert re.sub(r"\\(.)", r"\1", line) == f"Name: {name}"
    assert not re.search(r"(?<!\\)[*_`<\[$]", line)


def test_markup_becomes_markdown() -> None:
    assert markdown("∂L/∂W_{3}^T") == "∂L/∂W<sub>3</sub><sup>T</sup>"
    assert markdown(plain("a_b")) == r"a\_b"


def test_a_packet_is_a_notebook_each() -> None:
    request = Request(tuple(make_packet(settings("single-neuron"), 5)))
    made = files([formats()["ipynb"]], request)
    assert len(made) == 6
    assert sum("-key-" in name for name in made) == 3
