"""Steps that belong together: one number for a gate, one line for heads that do alike."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sheetgen.api import make
from sheetgen.graph.givens import given_input
from sheetgen.graph.nodes import Step, apply, together
from sheetgen.graph.ops.bends import relu
from sheetgen.graph.ops.moves import stack_rows
from sheetgen.graph.ops.sums import add
from sheetgen.graph.work import numbered
from sheetgen.topics.catalogue import TOPICS
from sheetgen.topics.layers import dense
from sheetgen.topics.registry import topic
from sheetgen.words.lines import step_lines


@pytest.fixture(params=[False, True])
def gates(request: pytest.FixtureRequest) -> Iterator[tuple[str, bool]]:
    """A topic of two gates and their sum; a gate is one step, or two."""

    @topic("Two Gates")
    def two_gates(features: int = 2) -> Step:
        """Work out two gates."""
        x = given_input("x", features)
        made = []
        for k in "fi":
            with together(f"gate {k}", one=request.param):
                z = dense(x, 2, f"W{k}", "", f"z{k}", False)
                made.append(apply(add, z, z, name=k))
        return apply(relu, apply(add, *made, name="s"), name="a", role="output")

    yield "two-gates", request.param
    del TOPICS["two-gates"]


def test_a_group_may_be_one_step_under_one_number(gates: tuple[str, bool]) -> None:
    name, one = gates
    exercise = make(name, 1)
    groups = [tuple(s.name for s in steps) for _, steps in numbered(exercise.graph)]
    apart = [("zf",), ("f",), ("zi",), ("i",)]
    assert groups == [*([("zf", "f"), ("zi", "i")] if one else apart), ("s",), ("a",)]
    said = [line.markup for line in step_lines(exercise)]
    if one:
        assert "[1] zf = each row of Wf times x. f = zf + zf." in said
    else:
        assert "[1] zf = each row of Wf times x." in said


@pytest.mark.parametrize("tokens", ["2", "3"])
def test_what_heads_do_alike_is_said_once(tokens: str) -> None:
    exercise = make("self-attention", 11, heads="2", tokens=tokens)
    said = [line.markup for line in step_lines(exercise)]
    assert said[0] == (
        "[1, 10] Q_1 = each row of W_{q1} times each column of X. Likewise Q_2."
    )
    assert [line.partition("]")[0] for line in said] == [
        *(f"[{k}, {k + 9}" for k in range(1, 10)), "[19", "Rounding: quotients to 1 decimal; a 5 "
        "goes away from 0. Go on with the rounded numbers.",
    ]  # fmt: skip
    assert exercise.graph.outputs[0].op is stack_rows
