"""What a student is told to do."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sheetgen.api import make
from sheetgen.formats.json import exercise_json
from sheetgen.graph.work import numbered
from sheetgen.words.labels import label, label_text
from sheetgen.words.sentences import sentence
from tests.support import CASE_IDS, CASES


@pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
def test_every_step_says_what_to_do_in_plain_words(topic: str, options: dict[str, Any]) -> None:
    made = make(topic, 3, **options)
    steps = exercise_json(made)["steps"]
    for step, (_, group) in zip(steps, numbered(made.graph), strict=True):
        assert step["text"].endswith(".")
        assert not re.search(r"[{}]|None|_\d", step["text"] + step["formula"]), step
        assert step["formula"].count(" = ") >= len(group)
        for made_here in group:
            assert label_text(made_here) in step["text"]
            assert label(made_here) in sentence(group)


FORWARD = {"forward": "blank"}
SAID: list[tuple[str, dict[str, str], str, str]] = [
    ("backpropagation", FORWARD, "z1", "z_1: each row of [W_1 | b_1] times the column [x ; 1]."),
    ("backpropagation", FORWARD, "a1", "a_1: z_1, but 0 for what is negative (ReLU)."),
    ("backpropagation", FORWARD, "y_pred",
     "y_{pred}: raise e to each box of z_3, divide by the sum."),
    ("backpropagation", {"batch": "2", **FORWARD}, "Y_pred",
     "Y_{pred}: raise e to each box of Z_3, divide by the sum of its column."),
    ("backpropagation", {}, "dz3", "∂L/∂z_3 = y_{pred} − y_{target}, entry by entry."),
    ("backpropagation", {"loss": "squared-error"}, "dz3",
     "∂L/∂z_3 = 2 × (z_3 − y_{target}), entry by entry."),
    ("backpropagation", {}, "dW3",
     "∂L/∂W_3, ∂L/∂b_3: each of ∂L/∂z_3 times each of [a_2 ; 1]."),
    ("backpropagation", {"batch": "2"}, "dW3",
     "∂L/∂W_3, ∂L/∂b_3: each row of ∂L/∂Z_3 times each row of [A_2 ; 1]."),
    ("backpropagation", {}, "da2", "∂L/∂a_2: each column of W_3 times ∂L/∂z_3."),
    ("backpropagation", {}, "dz2", "∂L/∂z_2: keep ∂L/∂a_2 where z_2 > 0; write 0 elsewhere."),
    ("backpropagation", {"update": "yes", "learning_rate": "0.5"}, "W1_new",
     "W_1^{new} and b_1^{new}: take .5 times its gradient from each weight and bias."),
    ("backpropagation", {"update": "yes", "learning_rate": "1"}, "W1_new",
     "W_1^{new} and b_1^{new}: take its gradient from each weight and bias."),
    ("seven-layer-mlp", {}, "A1", "Z_1 and A_1: rows of W_1 times the column above; "
     "cross out what is negative and write 0."),
    ("matrix-multiplication", {}, "C", "C: each row of A times each column of B."),
    ("self-attention", {}, "S",
     "S: copy Q up and K on its side, then rows times columns."),
    ("self-attention", {"causal": "yes"}, "E",
     "E: raise 3 to each box of scaled; grey boxes are 0 (no look ahead)."),
    ("self-attention", {"backward": "yes"}, "dscaled",
     "∂L/∂scaled: From each box of P take A times the sum of its column."),
    ("softmax", {}, "sum", "sum: Add up each column of exp."),
]  # fmt: skip
"""Topic, options, one of the matrices that the step makes, what is said."""


@pytest.mark.parametrize(("topic", "options", "matrix", "said"), SAID)
def test_each_kind_of_step_says_what_it_always_said(
    topic: str, options: dict[str, str], matrix: str, said: str
) -> None:
    made = make(topic, 3, **options)
    [group] = [g for _, g in numbered(made.graph) if matrix in {s.name for s in g}]
    assert sentence(group) == said
