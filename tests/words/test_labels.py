"""The names of matrices as markup and as plain text."""

from __future__ import annotations

import pytest

from sheetgen.api import make
from sheetgen.formats.json import exercise_json
from sheetgen.words.labels import label


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("W1", "W₁"), ("dW3", "∂L/∂W₃"), ("dz3", "∂L/∂z₃"), ("db1", "∂L/∂b₁"), ("x", "x"),
        ("y_pred", "y_pred"), ("y_target", "y_target"),
    ],
)  # fmt: skip
def test_labels_are_written_as_on_paper(name: str, shown: str) -> None:
    data = exercise_json(make("backpropagation", 3))
    assert {m["name"]: m["label"] for m in data["matrices"]}[name] == shown


@pytest.mark.parametrize(("topic", "name", "shown"), [
    ("rnn", "dA_left", "[∂L/∂z_1 … ∂L/∂z_4]"), ("rnn", "dh3_top", "[∂L/∂y_3 ; ∂L/∂z_4]"),
    ("rnn", "h0", "h_0"),
    ("self-attention", "Wq", "W_q"), ("self-attention", "dWq", "∂L/∂W_q"),
    ("self-attention", "scaled", "S′"), ("self-attention", "Z_target", "Z_{target}"),
    ("backpropagation", "y_pred", "y_{pred}"), ("backpropagation", "W1_new", "W_1^{new}"),
])  # fmt: skip
def test_labels_are_markup(topic: str, name: str, shown: str) -> None:
    options = {"update": "yes"} if topic == "backpropagation" else {"backward": "yes"}
    assert label(make(topic, 3, **options).graph.by_name[name]) == shown
