"""The names of matrices as markup and as plain text."""

from __future__ import annotations

import pytest

from sheetgen.api import make
from sheetgen.formats.json import exercise_json
from sheetgen.words.labels import label, listed


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


@pytest.mark.parametrize(("names", "said"), [
    (["2", "4", "5"], "2, 4 and 5"), (["1", "2", "3", "4", "5"], "1 to 5"),
    (["1", "3", "4", "8", "9"], "1, 3, 4, 8 and 9"),
    (["A_1", "A_2", "A_3", "A_4", "A_{5}"], "A_1 to A_{5}"),
    (["z_3", "z_4", "z_5", "z_6", "z_7"], "z_3 to z_7"),
    (["y_2", "z_3", "y_3", "z_4", "y_4"], "y_2, z_3, y_3, z_4 and y_4"),
    (["p", "q", "r", "s", "t"], "p to t"), (["s", "t", "u", "v", "k"], "s, t, u, v and k"),
])  # fmt: skip
def test_many_names_are_shortened_only_where_they_follow_one_another(
    names: list[str], said: str
) -> None:
    assert listed(names) == said


@pytest.mark.parametrize("topic", ["lstm", "gru"])
def test_columns_over_one_another_side_by_side_have_one_pair_of_brackets(topic: str) -> None:
    graph = make(topic, 7, backward="yes").graph
    names = {label(node) for node in graph.nodes}
    assert "[x_1 x_2 ; h_0 h_1]" in names
    assert not any("[[" in name or "]]" in name for name in names)
