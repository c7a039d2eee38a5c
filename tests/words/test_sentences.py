"""What a student is told to do."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sheetgen.api import make
from sheetgen.formats.json import exercise_json
from sheetgen.graph.nodes import Node, Step
from sheetgen.graph.work import numbered
from sheetgen.words.labels import label, label_text, within
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
    ("backpropagation", FORWARD, "z1", "z_1 = each row of [W_1 | b_1] times the column [x ; 1]."),
    ("backpropagation", FORWARD, "a1", "a_1 = z_1 with negatives replaced by 0."),
    ("backpropagation", FORWARD, "y_pred",
     "y_{pred} = e to the power of each z_3, divided by their sum."),
    ("backpropagation", {"batch": "2", **FORWARD}, "Y_pred",
     "Y_{pred} = e to the power of each Z_3, divided by the sum of its column."),
    ("backpropagation", {}, "dz3", "∂L/∂z_3 = y_{pred} − y_{target}."),
    ("backpropagation", {"loss": "squared-error"}, "dz3", "∂L/∂z_3 = 2 × (z_3 − y_{target})."),
    ("backpropagation", {}, "dW3",
     "∂L/∂W_3 = each box of ∂L/∂z_3 times each box of a_2^T. ∂L/∂b_3 = ∂L/∂z_3."),
    ("dot-product", {"products": 1}, "c", "c = the row a times the column b."),
    ("dot-product", {"products": 1, "length": 1}, "c", "c = a times b."),
    ("lora", {}, "d", "d = each box of B times u."),
    ("lora", {}, "u", "u = the row A times the column x."),
    ("lora", {"rank": 2}, "d", "d = each row of B times u."),
    ("backpropagation", {"batch": "2"}, "dW3",
     "∂L/∂W_3 = each row of ∂L/∂Z_3 times each column of A_2^T. "
     "∂L/∂b_3 = the sum of each row of ∂L/∂Z_3."),
    ("backpropagation", {}, "da2", "∂L/∂a_2 = each row of W_3^T times ∂L/∂z_3."),
    ("backpropagation", {}, "dz2", "∂L/∂z_2 = ∂L/∂a_2 where z_2 > 0, else 0."),
    ("backpropagation", {"update": "yes", "learning_rate": "0.5"}, "W1_new",
     "W_1^{new} = W_1 − .5 × ∂L/∂W_1. b_1^{new} = b_1 − .5 × ∂L/∂b_1."),
    ("backpropagation", {"update": "yes", "learning_rate": "1"}, "W1_new",
     "W_1^{new} = W_1 − ∂L/∂W_1. b_1^{new} = b_1 − ∂L/∂b_1."),
    ("seven-layer-mlp", {}, "A1", "Z_1, A_1 = each row of W_1 times each column of X; "
     "cross out what is negative and write 0."),
    ("matrix-multiplication", {}, "C", "C = each row of A times each column of B."),
    ("self-attention", {}, "S", "S = each row of K^T times each column of Q."),
    ("self-attention", {"causal": "yes"}, "E",
     "E = 3 to the power of each box of S′; 0 in grey boxes (no look ahead)."),
    ("self-attention", {"backward": "yes"}, "dscaled",
     "∂L/∂S′ = each box of P minus A times the ΣP of its column."),
    ("self-attention", {"heads": "3"}, "Z", "Z = Z_1 on top of Z_2 on top of Z_3."),
    ("softmax", {}, "sum", "sum = the sum of exp."),
    ("rnn", {}, "z2", "z_2 = each row of [B | A] times the column [x_2 ; h_1]."),
]  # fmt: skip
"""Topic, options, one of the matrices that the step makes, what is said."""


@pytest.mark.parametrize(("topic", "options", "matrix", "said"), SAID)
def test_each_kind_of_step_says_what_it_always_said(
    topic: str, options: dict[str, str], matrix: str, said: str
) -> None:
    made = make(topic, 3, **options)
    [group] = [g for _, g in numbered(made.graph) if matrix in {s.name for s in g}]
    assert sentence(group) == said


def is_named(node: Node, said: str) -> bool:
    """Whether a node has its name in a sentence, or else all that it is put together of."""
    if within(label(node)) in said or label(node) in said:
        return True
    parts = node.inputs if isinstance(node, Step) and node.hidden else ()
    return bool(parts) and all(is_named(part, said) for part in parts)


@pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
def test_a_sentence_names_every_input(topic: str, options: dict[str, Any]) -> None:
    """Nothing that a step takes is left to be guessed."""
    graph = make(topic, 3, **options).graph
    for _, group in numbered(graph):
        said = sentence(group)
        for step in group:
            for node in step.inputs:
                assert is_named(node, said) or node in group or node is step.through


@pytest.mark.parametrize(("options", "said"), [
    ({"sigmoid": "table"}, "a: look up σ of each box of z."),
    ({"sigmoid": "value"}, "a = σ of each box of z, rounded."),
])  # fmt: skip
def test_only_what_has_a_table_is_looked_up(options: dict[str, str], said: str) -> None:
    graph = make("four-neurons", 3, activation="sigmoid", **options).graph
    assert sentence(numbered(graph)[1][1]) == said


def test_rows_that_are_moved_are_numbered() -> None:
    graph = make("self-attention", 3, heads="2", backward="yes").graph
    moved = [sentence((s,)) for s in graph.worked if s.op.name == "rows_of"]
    assert sorted(m.partition(" = ")[2] for m in moved) == [
        "rows 1 and 2 of ∂L/∂Z.", "rows 3 and 4 of ∂L/∂Z."]
