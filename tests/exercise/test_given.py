"""Numbers from elsewhere: any shape that fits is solved, and what does not fit is named."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheetgen.api import many
from sheetgen.errors import SheetgenError
from sheetgen.exercise.given import from_given, matrix, read_json
from sheetgen.graph.nodes import Graph
from sheetgen.topics.catalogue import TOPICS, find
from sheetgen.topics.registry import Topic
from tests.support import CASE_IDS, CASES, NAMES, fractions, reals, rows_of, solved

HIDDEN = {
    "x": [2, 1, 3],
    "W1": [[1, -1, 1], [1, 1, 0], [0, 1, 1], [1, 0, 1]],
    "b1": [-5, 0, 1, -2],
    "W2": [[1, 1, -1, 0], [0, 0, 1, -1]],
    "b2": [0, 1],
}


def _shapes(graph: Graph) -> dict[str, tuple[int, int]]:
    return {g.name: g.shape for g in graph.givens if g.always is None}


def _unseen(topic: Topic, options: dict[str, Any]) -> dict[str, Any]:
    """The options that the given matrices do not tell: these a teacher must state."""
    settled = topic.settle(options)
    shapes = _shapes(topic.graph(settled))
    found = {}
    for name, option in topic.options.items():
        if settled[name] == option.default:
            continue
        try:
            other = _shapes(topic.graph({**settled, name: option.default}))
        except SheetgenError:  # it goes with this value alone
            other = shapes
        switches = [o.name for o in topic.options.values() if o.kind == "bool" and o.name != name]
        others = [{**settled, name: option.default, switch: True} for switch in switches]
        brought = option.kind == "bool" and any(
            _shapes(topic.graph(one)) == shapes for one in others if one != settled)
        if other == shapes or brought or option.kind == "decimal":
            found[name] = settled[name]
    return found


@pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
def test_sizes_are_found_from_the_matrices(topic: str, options: dict[str, Any]) -> None:
    found = find(topic)
    graph = found.graph(options)
    values = solved(graph, 1)
    data = json.loads(json.dumps({g.name: rows_of(values[g.name]) for g in graph.givens}))
    exercise, _ = from_given(topic, data, _unseen(found, options))
    assert _shapes(exercise.graph) == _shapes(graph)
    for step in graph.worked:
        assert fractions(exercise.values[step.name]) == fractions(values[step.name]), step.name


@pytest.mark.parametrize("topic", NAMES)
def test_the_givens_of_a_drawn_exercise_give_it_again(topic: str) -> None:
    for drawn in many(topic, range(5)):
        data = {g.name: rows_of(drawn.values[g.name]) for g in drawn.graph.givens}
        again, warnings = from_given(topic, data)
        assert again.settings.options == drawn.settings.options
        for name, value in drawn.values.items():
            assert (reals(again.values[name]) == reals(value)).all(), name
        assert again.effort == pytest.approx(drawn.effort)
        assert not [w for w in warnings if "dead" in w and "neuron" not in topic]


def test_a_flat_list_is_a_column_and_a_joint_block_holds_the_bias() -> None:
    one, _ = from_given("four-neurons", {"x": [2, 1], "W": [[1, 0], [0, 1]], "b": [3, -4]})
    other, _ = from_given("four-neurons", {"x": [[2], [1]], "Wb": [[1, 0, 3], [0, 1, -4]]})
    assert {k: fractions(v) for k, v in one.values.items()} == {
        k: fractions(v) for k, v in other.values.items()
    }


def test_decimals_are_exact() -> None:
    made, _ = from_given("matrix-multiplication", {"A": [[0.1, "−0.2"]], "B": [["0.3"], [1e-1]]})
    assert [[str(f) for f in row] for row in fractions(made.values["C"])] == [["1/100"]]


def test_a_matrix_left_out_by_option_is_not_asked_for() -> None:
    given = {k: v for k, v in HIDDEN.items() if k[0] != "b"}
    made, _ = from_given("hidden-layer", given)
    assert made.settings.options["bias"] is False


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"W1": [[1, 2, 3], [1, 2]]}, "W1 is ragged: row 1 has 3 numbers, row 2 has 2"),
        ({"W1": [[1, 2, 3], 4]}, "W1: row 2 is not a list of numbers"),
        ({"W1": []}, "W1 is empty"),
        ({"W1": [[]]}, "W1 is empty"),
        ({"x": [1, 2, float("nan")]}, "x, row 3, column 1: nan is not a finite number"),
        ({"x": [1, 2, float("inf")]}, "x, row 3, column 1: inf is not a finite number"),
        ({"x": [1, "two", 3]}, "x, row 2, column 1: 'two' is not a number"),
        ({"x": [1, None, 3]}, "a missing number is found from what is worked out; tell it, too:"),
        ({"x": [1, True, 3]}, "x, row 2, column 1: expected a number, found true"),
        ({"x": [1, {}, 3]}, "x, row 2, column 1: expected a number, found a dict"),
        ({"x": [1, 1e9, 3]}, "x, row 2, column 1: .*too large"),
        ({"x": [1, 1e-9, 3]}, "x, row 2, column 1: .*more than 6 decimals"),
        ({"W2": None}, "W2"),
        ({"W2": [[1, 2, 3]]}, "W2 is 1×3"),
        ({"b1": [1, 2]}, "b1 is 2×1; to fit the other matrices it must be 4×1"),
        ({"x": [1, 2]}, "(x|W1) is "),
        ({"W9": [[1]]}, "no matrix W9; did you mean W"),
        ({"x": [[1] * 40]}, "x is 1×40; no side may be longer than 32"),
        ({"x": [1] * 9, "W1": [[1] * 9] * 4}, "x is 9×1; --widths goes from 1 to 8"),
    ],
)
def test_a_misfit_names_the_matrix(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(SheetgenError, match=problem):
        from_given("hidden-layer", {**HIDDEN, **change})


@pytest.mark.parametrize("name", HIDDEN)
def test_a_missing_matrix_is_named(name: str) -> None:
    rest = {k: v for k, v in HIDDEN.items() if k != name}
    with pytest.raises(SheetgenError, match=rf"\b{name} is missing: a \d×\d matrix"):
        from_given("hidden-layer", rest)


def test_numbers_that_a_pencil_does_not_like_are_solved_with_a_warning() -> None:
    _, warnings = from_given("hidden-layer", {**HIDDEN, "x": [20, 10, 30]})
    assert "z1 goes beyond ±20" in warnings
    _, warnings = from_given("hidden-layer", {**HIDDEN, "b1": [-50, -50, -50, -50]})
    assert "all units of a1 are dead" in warnings
    _, warnings = from_given("hidden-layer", {**HIDDEN, "x": [0.25, 1, 1]})
    assert "z1 has more than one decimal" in warnings
    _, warnings = from_given("hidden-layer", HIDDEN)
    assert warnings == []


def test_numbers_too_large_to_check_are_refused_and_named() -> None:
    given = {"x": [999_999], "W1": [[999_999]], "b1": [1], "W2": [[999_999]], "b2": [0]}
    with pytest.raises(SheetgenError, match=r"^z2: .*give smaller numbers"):
        from_given("hidden-layer", given)


def test_large_numbers_are_still_checked_to_the_last_digit() -> None:
    given = {"A": [[9_999.5, 3]], "B": [[7_777], [0.25]]}
    made, _ = from_given("matrix-multiplication", given)
    exact = Fraction("9999.5") * 7_777 + Fraction("0.75")
    assert fractions(made.values["C"]) == [[exact]]


# --- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "not JSON: .* in line 1, column 2"),
        (b"", "not JSON"),
        (b"[1, 2]", "expected an object of matrices"),
        (b"\xff\xfe\x00", "not a text file in UTF-8"),
        (b"[" * 100_000, "nested too deeply|not JSON"),
    ],
)
def test_a_file_that_is_no_json_object_is_refused(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(content)
    with pytest.raises(SheetgenError, match=problem):
        read_json(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SheetgenError, match=r"none\.json: there is no such file"):
        read_json(tmp_path / "none.json")
    with pytest.raises(SheetgenError, match="directory"):
        read_json(tmp_path)


def test_a_file_may_hold_the_matrices_bare_or_as_given(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    for data in (HIDDEN, {"topic": "hidden-layer", "given": HIDDEN}):
        path.write_text(json.dumps(data), encoding="utf-8-sig")
        assert read_json(path) == HIDDEN


# --- anything at all ------------------------------------------------------------------------------

leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4)
    | st.integers(-9, 9)
)  # fmt: skip
anything = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=12,
)
numbers = st.integers(-9, 9) | st.floats(-99, 99).map(lambda v: round(v, 2))
blocks = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda size: st.lists(
        st.lists(numbers, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)


@pytest.mark.parametrize("topic", NAMES)
@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_json_is_solved_or_refused_with_one_clear_line(topic: str, data: st.DataObject) -> None:
    names = [g.name for g in TOPICS[topic].graph().givens] + list(TOPICS[topic].options)
    keys = st.sampled_from(names) | st.text(max_size=3)
    raw = data.draw(st.dictionaries(keys, blocks | anything, max_size=len(names)))
    _solved_or_refused(topic, raw)


@pytest.mark.parametrize("topic", NAMES)
@given(st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_numbers_that_fit_are_solved_or_refused(topic: str, data: st.DataObject) -> None:
    graph = TOPICS[topic].graph()
    large = st.integers(-(10**6), 10**6) | st.sampled_from([0.000001, 0.5, -999999.5, 1, 2])
    cells = data.draw(st.sampled_from([numbers, large, st.integers(-3, 3)]))
    raw = {
        g.name: [[data.draw(cells) for _ in range(g.shape[1])] for _ in range(g.shape[0])]
        for g in graph.givens
    }
    _solved_or_refused(topic, raw)


def _solved_or_refused(topic: str, raw: Any) -> None:
    refusal = "-"
    try:
        from_given(topic, raw)
    except SheetgenError as problem:
        refusal = str(problem)
    assert refusal
    assert refusal.isprintable()


def test_half_of_a_large_number_with_six_decimals_is_no_alarm() -> None:
    """It ends in 5 at the seventh place, which no float of that size holds."""
    raw = {"P": [[0, 0], [0.000001, -65538], [0, 0]], "R": [[0, 0]] * 3,
           "s": [[1], [-1]], "y_target": [[1]]}  # fmt: skip
    exercise, _ = from_given("dpo", raw)
    assert fractions(exercise.values["h"]) == [[Fraction("32769.000001")]]


@given(anything)
def test_anything_is_a_matrix_or_refused_by_name(value: Any) -> None:
    refusal = "A"
    try:
        assert matrix("A", value).digits.ndim == 2
    except SheetgenError as problem:
        refusal = str(problem)
    assert refusal.startswith("A")


def test_a_target_beyond_what_its_loss_takes_is_refused() -> None:
    numbers = {"X": [[1, 2, 3], [2, 1, 2]], "W": [[1, -1]], "b": [[0]], "Y_target": [[0, 2, 1]]}
    with pytest.raises(SheetgenError, match=r"^Y_target: the target of binary"):
        from_given("logistic-regression", numbers)


def test_a_missing_number_is_found_from_gradients_that_are_told() -> None:
    """They stay on the sheet, which leaves them out where its numbers are drawn."""
    told = {"x": [1, 1], "W": [[1, None], [1, 0]], "b": [1, 0], "y_target": [0, 1],
            "z": [3, 1], "dW": [[0.9, 0.9], [-0.9, -0.9]]}  # fmt: skip
    exercise, _ = from_given("softmax", told, {"backward": "yes"})
    assert exercise.shown("W") == [["1", "1"], ["1", "0"]]
    assert exercise.graph.has_gradients
