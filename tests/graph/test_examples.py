"""Each op comes to its literal numbers in every way that there is."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import pytest

from sheetgen.errors import SheetgenError
from sheetgen.graph.exact import compiled
from sheetgen.graph.formula import Param, walk
from sheetgen.graph.formula_text import read
from sheetgen.graph.numbers import Fixed
from sheetgen.graph.op import Op
from sheetgen.graph.ops.catalogue import OPS
from sheetgen.verify.dual import Dual
from tests.graph.examples import FORWARD, LOSSES, SLOPES, THROUGH, Example, Rate
from tests.graph.ways import WAYS, applied, by_line, can_be_read, same, surroundings
from tests.support import fractions, matrix, reals

LITERAL = [(name, example) for name, found in FORWARD.items() for example in found]
IDS = [f"{name}-{example[2]}" for name, example in LITERAL]
LOST = [(name, example) for name, found in LOSSES.items() for example in found]
RATES = [(OPS[name], OPS[name].slope, rate) for name, found in SLOPES.items() for rate in found]
RATES += [
    (OPS[name], OPS[name].slope_through, rate) for name, found in THROUGH.items() for rate in found
]


def test_every_op_has_literal_numbers() -> None:
    assert sorted(OPS) == sorted(FORWARD), "give the new op a line of literal numbers in FORWARD"
    assert sorted(LOSSES) == sorted(name for name, op in OPS.items() if op.loss)
    assert sorted(SLOPES) == sorted(name for name, op in OPS.items() if op.slope)
    assert sorted(THROUGH) == sorted(name for name, op in OPS.items() if op.slope_through)


@pytest.mark.parametrize("name", sorted(set(FORWARD) - set(LOSSES)))
def test_examples_tell_sides_signs_decimals_and_params_apart(name: str) -> None:
    inputs = [matrix(text) for example in FORWARD[name] for text in example[0]]
    assert any(v.digits.shape[0] != v.digits.shape[1] for v in inputs)
    assert any((v.digits < 0).any() for v in inputs) or name == "square_root"
    assert any(v.decimals for v in inputs)
    said = [set(example[1]) for example in FORWARD[name]]
    assert set() in said
    assert set(OPS[name].params) - {"how"} == set.union(*said), "how is a word of the sheet"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("name", "example"), LITERAL, ids=IDS)
def test_each_way_comes_to_the_literal_numbers(name: str, example: Example, way: str) -> None:
    WAYS[way](OPS[name], example)


def test_the_sums_of_most_ops_can_be_read() -> None:
    plain = [name for name, op in OPS.items() if can_be_read(op)]
    assert len(plain) > len(OPS) / 2
    assert {"affine", "conv2d", "descend", "divide_down", "quotient", "row_mean"} <= set(plain)


@pytest.mark.parametrize(("name", "example"), LOST)
def test_the_line_of_a_loss_gives_its_number(name: str, example: Example) -> None:
    inputs = [reals(matrix(text)) for text in example[0]]
    expected = reals(matrix(example[2]))
    assert same(by_line(OPS[name].numpy, {"np": np, **OPS[name].named(inputs)}), expected, 5e-7)
    duals = [Dual(value[None]) for value in inputs]
    found = eval(OPS[name].numpy, {"np": np, **OPS[name].named(duals)}).value[0]
    assert same(found, expected, 5e-7)


@pytest.mark.parametrize(("op", "line", "rate"), RATES, ids=[op.name for op, _, _ in RATES])
def test_a_slope_gives_the_literal_rates(op: Op, line: str, rate: Rate) -> None:
    numbers = {name: reals(matrix(text)) for name, text in rate[0].items()}
    around = surroundings(op, {**op.params, **rate[1]})
    expected = reals(matrix(rate[2]))
    assert same(by_line(line, {**around, **numbers}), expected)
    duals = {name: Dual(np.stack([value, value])) for name, value in numbers.items()}
    found = eval(line, {**around, **duals}).value
    assert same(found[0], expected)
    assert same(found[1], expected)


# --- other texts of the row


@pytest.mark.parametrize("name", sorted(OPS))
def test_texts_use_no_name_that_the_row_does_not_give(name: str) -> None:
    op = OPS[name]
    known = {n.removesuffix("...") for n in op.names} | set(op.params)
    if not op.loss:
        bodies = [op.formula.body, *(read(op.inputs, s.cell, op.shape, op.outside).body
                                     for s in op.slips)]  # fmt: skip
        used = {part.name for body in bodies for part in walk(body) if isinstance(part, Param)}
        assert used <= set(op.params)
    assert _names(op.numpy) <= known | set(op.helpers) | {"np", "sum"}
    rates = {f"d{n}" for n in op.names} | {"out"}
    assert _names(op.slope) <= known | rates
    assert _names(op.slope_through) <= known | set(op.helpers) | {"np", "out", "dthrough"}
    assert _names(op.torch) <= known | {"torch", "F", "sum"}


def _names(text: str) -> set[str]:
    tree = ast.parse(text or "0", mode="eval")
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


SLIPS = [(op, slip) for op in OPS.values() for slip in op.slips]


@pytest.mark.parametrize(("op", "slip"), SLIPS, ids=[f"{o.name}-{s.name}" for o, s in SLIPS])
def test_a_usual_slip_comes_to_other_numbers(op: Op, slip: Any) -> None:
    formula = read(op.inputs, slip.cell, op.shape, op.outside)
    others = 0
    for inputs, params, expected in FORWARD[op.name]:
        values = [matrix(text) for text in inputs]
        shapes = [v.digits.shape for v in values]
        try:
            run, _ = compiled(formula, shapes, {**op.params, **params})
        except ValueError:
            continue  # as a transposed matrix, where sides differ
        others += fractions(run(*values)) != fractions(matrix(expected))
    assert others


@pytest.mark.parametrize(("name", "example"), LITERAL, ids=IDS)
def test_the_line_for_torch_gives_the_literal_numbers(name: str, example: Example) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    op = OPS[name]
    params = {**op.params, **example[1]}
    unsaid = (_names(op.numpy) & set(params)) - _names(op.torch) - {"decimals"}
    if op.loss or not op.torch or any(params[p] != op.params[p] for p in unsaid):
        return  # it is said for the row's own params
    inputs = [torch.tensor(reals(matrix(text))) for text in example[0]]
    around = {**surroundings(op, params), "torch": torch, "F": torch.nn.functional}
    found = np.asarray(eval(op.torch, {**around, **op.named(inputs)}), np.float64)
    expected = matrix(example[2])
    slack = (0.5 + 1e-6) * 10.0**-int(params["decimals"]) if "decimals" in params else 1e-6
    assert same(found, reals(expected), slack)


@pytest.mark.parametrize(("name", "example"), LOST)
def test_the_loss_of_torch_is_the_same(name: str, example: Example) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    inputs = [torch.tensor(reals(matrix(text))) for text in example[0]]
    found = eval(OPS[name].torch, {"torch": torch, **OPS[name].named(inputs)})
    assert float(found) == pytest.approx(float(example[2]), abs=5e-7)


# --- misuse


@pytest.mark.parametrize(
    ("name", "inputs", "params"),
    [
        ("matmul", ["1 2", "1 2"], {}),
        ("affine", ["1 2; 3 4", "1", "1; 2"], {}),
        ("add", ["1 2", "1"], {}),
        ("subtract", ["1 2", "1"], {}),
        ("gate", ["1 2", "1"], {}),
        ("quotient", ["1 2", "1"], {}),
        ("softmax", ["1 2"], {"causal": True}),
        ("column", ["1 2"], {"t": 2}),
        ("columns_of", ["1 2 3"], {"start": 2, "cols": 2}),
        ("rows_of", ["1; 2; 3"], {"start": 2, "rows": 2}),
        ("max_pool", ["1 2 3"], {}),
        ("conv2d", ["1 2 3", "1 2"], {}),
        ("columns", ["1", "1; 2"], {}),
        ("descend", ["1 2", "1"], {}),
    ],
)
def test_shapes_that_do_not_fit_are_refused(
    name: str, inputs: list[str], params: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"."):
        OPS[name].forward(*map(matrix, inputs), **params)
    with pytest.raises(SheetgenError, match=f"^y: {name} does not fit x0 "):
        applied(OPS[name], (inputs, params, ""))


def test_numbers_that_cannot_be_checked_are_refused() -> None:
    large = Fixed(np.array([[4_000_000]]), 0)
    with pytest.raises(SheetgenError, match="digits; give smaller numbers"):
        OPS["matmul"].forward(large, large)
    with pytest.raises(SheetgenError, match="digits; give smaller numbers"):
        OPS["power"].forward(matrix("90"))
    tiny = Fixed(np.array([[1]]), 40)
    with pytest.raises(SheetgenError, match="digits; give smaller numbers"):
        OPS["add"].forward(tiny, matrix("1"))


AMOUNTS = {
    "cross_entropy": ([[[1, 0], [0, 2]], [[0, 1], [1, 0]]],
                      [[[1, 0], [0, 1]], [[1, 0], [0, 1]]], 3,
                      [np.log(4 / 3) + np.log(10 / 9), 2 * np.log(4)]),
    "row_cross_entropy": ([[[1, 0], [0, 2]], [[0, 1], [1, 0]]],
                          [[[1, 0], [0, 1]], [[1, 0], [0, 1]]], 3,
                          [np.log(4 / 3) + np.log(10 / 9), 2 * np.log(4)]),
    "squared_error": ([[[2], [1]], [[-1], [0]]], [[[0], [3]], [[1], [0]]], 3, [8, 4]),
    "half_squared_error": ([[[2], [1]], [[-1], [0]]], [[[0], [3]], [[1], [0]]], 3, [4, 2]),
    "mean_squared_error": ([[[2], [1]], [[-1], [0]]], [[[0], [3]], [[1], [0]]], 3, [4, 2]),
    "divergence_loss": ([[[1], [-2]], [[0], [1]]], [[[2], [1]], [[4], [1]]], 3,
                        [4 - np.log(2), 8 - np.log(4)]),
    "binary_cross_entropy": ([[[0], [0]], [[np.log(3)], [0]]], [[[0], [1]], [[1], [0]]], 3,
                             [2 * np.log(2), np.log(4 / 3) + np.log(2)]),
}  # fmt: skip
"""Scores (or results), targets, the base of the powers, and the loss of each exercise."""


def test_losses_amount_to_literal_numbers_many_exercises_at_once() -> None:
    assert {name for name, op in OPS.items() if op.amount is not None} == set(AMOUNTS)
    for name, (scores, targets, base, losses) in AMOUNTS.items():
        amount = OPS[name].amount
        assert amount is not None
        found = amount(np.array(scores), np.array(targets), base)
        assert np.allclose(found, losses, rtol=1e-12)
    surprise = OPS["cross_entropy"].amount
    assert surprise is not None  # a score from which no float has a power
    assert np.allclose(surprise(np.array([[[900.0], [0.0]]]), np.array([[[0], [1]]]), 10.0),
                       900 * np.log(10))  # fmt: skip
