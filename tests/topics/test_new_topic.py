"""A new topic really is one function: the README's example goes all the way to its PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sheetgen.api import make
from sheetgen.formats.json import exercise_json
from sheetgen.graph.givens import given_input
from sheetgen.graph.nodes import Step, apply
from sheetgen.graph.ops.bends import relu
from sheetgen.layout.sheet import lay_out
from sheetgen.topics import catalogue
from sheetgen.topics.catalogue import TOPICS
from sheetgen.topics.layers import dense
from sheetgen.topics.options import Size
from sheetgen.topics.registry import topic

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def two_neurons() -> Iterator[str]:
    code = re.search(
        r"```python\n(@topic\(\"Two Neurons\"\).*?)```",
        README.read_text(encoding="utf-8"),
        re.DOTALL,
    )
    assert code is not None
    names = {
        "topic": topic,
        "Size": Size,
        "Step": Step,
        "apply": apply,
        "relu": relu,
        "dense": dense,
        "given_input": given_input,
    }
    exec(compile(code[1], "README.md", "exec", dont_inherit=True), names)
    yield "two-neurons"
    del TOPICS["two-neurons"]


def test_the_readmes_topic_has_options_numbers_pages_and_json(two_neurons: str) -> None:
    assert list(catalogue.find(two_neurons).options) == ["features", "bias"]
    exercise = make(two_neurons, 4, features=3)
    assert exercise.values["W"].digits.shape == (2, 3)
    sheet = lay_out(exercise)
    assert len(sheet.pages) == 1
    named = {m["name"]: m["values"] for m in exercise_json(exercise)["matrices"]}
    for row, (b,), (z,), (a,) in zip(named["W"], named["b"], named["z"], named["a"], strict=True):
        assert z == sum(w * x for w, (x,) in zip(row, named["x"], strict=True)) + b
        assert a == max(z, 0)
