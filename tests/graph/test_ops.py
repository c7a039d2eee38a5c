"""Each op: its forward pass against literal numbers, its vjp against central differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from sheetgen.errors import SheetgenError
from sheetgen.graph.cell import Cells, Fractions
from sheetgen.graph.nodes import Given, Node, Step, apply
from sheetgen.graph.numbers import Fixed
from sheetgen.graph.ops.catalogue import OPS
from sheetgen.graph.solve import run
from sheetgen.verify.dual import Dual
from sheetgen.verify.duals import worked_out
from tests.support import fractions, matrix, reals

Case = tuple[list[str], dict[str, Any], str]

FORWARD: dict[str, list[Case]] = {
    "matmul": [
        (["1 1; -1 1", "1 5 2; 2 4 2"], {}, "3 9 4; 1 -1 0"),
        (["0.5 -1.2", "2; 0.1"], {}, "0.88"),
    ],
    "linear": [(["1 -1 2; 0 1 1", "3; 1; 0.5"], {}, "3; 1.5")],
    "affine": [
        (["1 -1 1; 1 1 0", "-5; 0", "2; 1; 3"], {}, "-1; 3"),
        (["1 -1 1; 1 1 0", "-5; 0.5", "2 1; 1 1; 3 0"], {}, "-1 -5; 3.5 2.5"),
    ],
    "recur": [(["1 -1; 1 1", "3; 6", "1; 2", "4"], {}, "1; 17")],
    "outer": [
        (["0.5; -0.5; 0", "2; 4"], {}, "1 2; -1 -2; 0 0"),
        (["1 2; 0 -1", "3 1; 1 1; 0 2"], {}, "5 3 4; -1 -1 -2"),
    ],
    "back": [(["1 2; 0 1; -1 1", "0.5; -0.5; 0"], {}, "0.5; 0.5")],
    "transposed": [(["1 2; 0 1", "3 1; 1 -1"], {}, "3 1; 7 1")],
    "row_sum": [(["1 2 -4; 0.5 0 1"], {}, "-1; 1.5")],
    "column_sum": [(["1 2; -4 0.5"], {}, "-3 2.5")],
    "add": [(["1 2", "0.5 -3"], {}, "1.5 -1"), (["1", "2", "-4"], {}, "-1")],
    "copy": [(["1 -2.5"], {}, "1 -2.5")],
    "subtract": [(["1 2", "0.5 -3"], {}, "0.5 5")],
    "multiply": [(["1 -2; 0.5 3", "4 0.5; -2 0"], {}, "4 -1; -1 0")],
    "negate": [(["1 -2.5 0"], {}, "-1 2.5 0")],
    "spread_columns": [(["1; -2.5"], {"cols": 3}, "1 1 1; -2.5 -2.5 -2.5")],
    "spread_rows": [(["1 -2.5 4"], {"rows": 2}, "1 -2.5 4; 1 -2.5 4")],
    "scale": [
        (["3 -4"], {"factor": "0.5"}, "1.5 -2"),
        (["0.5 -0.5 1.5"], {"factor": "0.5", "decimals": 1}, "0.3 -0.3 0.8"),
    ],
    "relu": [(["-1 0 2.5; 3 -0.1 0"], {}, "0 0 2.5; 3 0 0")],
    "sigmoid": [
        (["0 1; -1 9"], {}, "0.5 0.7; 0.3 1"),
        (["2 -0.5"], {"decimals": 2}, "0.88 0.38"),
    ],
    "three_levels": [(["-3 -2 -1.9; 0 2 5"], {}, "0 0 0.5; 0.5 1 1")],
    "sigmoid_gradient": [(["0.5 0.9 1", "2 -1 7"], {}, "0.5 -0.09 0")],
    "gate": [(["5 -3 2 1", "1 0 -2 0.1"], {}, "5 0 0 1")],
    "softmax": [
        (["3; 3; -1"], {}, "0.5; 0.5; 0"),
        (["2; 0"], {"base": "3"}, "0.9; 0.1"),
        (["1; 0; 1; 5"], {"base": "3", "decimals": 3}, "0.012; 0.004; 0.012; 0.972"),
        (["0 1; 0 0"], {"decimals": 2}, "0.5 0.73; 0.5 0.27"),
        (["9 1; 9 1"], {"causal": True}, "1 0.5; 0 0.5"),
        (["0; -40"], {"base": "3"}, "1; 0"),
    ],
    "softmax_gradient": [
        (["0.5; 0.5; 0", "2; 0; 7"], {}, "0.5; -0.5; 0"),
        (["0.3; 0.7", "1; 0"], {"decimals": 1}, "0.2; -0.2"),
    ],
    "conv2d": [
        (["1 0; 0 -1", "1 2 3; 4 5 6; 7 8 10"], {}, "-4 -4; -4 -5"),
        (["1 2; -1 0.5", "1 2; 3 4"], {"padding": 1}, "0.5 0 -2; 3.5 4 -2; 6 11 4"),
        (["2 1", "1 -1 0 3 5; 0 1 2 1 4"], {"stride": 2}, "1 3"),
        (["1 2; 3 -1", "1 2 0; 4 1 3; 2 2 1"], {"stride": 2, "padding": 1}, "-1 6; 6 12"),
    ],
    "conv2d_kernel_gradient": [
        (["1 -1; 2 0", "1 2 3; 4 5 6; 7 8 10"], {"rows": 2, "cols": 2}, "7 9; 13 15"),
        (["1 2; 3 -1", "1 2 0; 4 1 3; 2 2 1"],
         {"stride": 2, "padding": 1, "rows": 2, "cols": 2}, "-1 9; 2 6"),
        (["1 2", "1 -1 0 3 5; 0 1 2 1 4"], {"stride": 2, "rows": 1, "cols": 2}, "1 5"),
    ],
    "conv2d_input_gradient": [
        (["1 0; 0 -1", "1 2; -1 3"], {"rows": 3, "cols": 3}, "1 2 0; -1 2 -2; 0 1 -3"),
        (["1 2; 3 -1", "1 2; 3 -1"],
         {"stride": 2, "padding": 1, "rows": 3, "cols": 3}, "-1 6 -2; 6 -1 -2; -3 -3 1"),
        (["2 1", "1 -1"], {"stride": 2, "rows": 2, "cols": 5}, "2 1 -2 -1 0; 0 0 0 0 0"),
    ],
    "max_pool": [
        (["1 5 2 -1; 3 0 -2 -3; 7 7 4 0; 1 2 9 0.5"], {}, "5 2; 7 9"),
        (["-1 -2 -3; -4 -5 -6; -9 -8 -7"], {"size": 3}, "-1"),
        (["1 5 2; 3 0 4; 7 1 9"], {}, "5"),
    ],
    "max_pool_gradient": [
        (["1 5 2 -1; 3 0 -2 -3", "4 -6"], {}, "0 4 -6 0; 0 0 0 0"),
        (["-1 -2 -3; -4 0 -6; -9 -8 -7", "2"], {"size": 3}, "0 0 0; 0 2 0; 0 0 0"),
    ],
    "row_mean": [
        (["1 2 3; 4 5 -3"], {}, "2; 2"),
        (["1 2 2 0; -1 0 0 0.5"], {"decimals": 1}, "1.3; -0.1"),
    ],
    "row_mean_gradient": [
        (["3; -6"], {"cols": 3}, "1 1 1; -2 -2 -2"),
        (["1; -1"], {"cols": 4, "decimals": 1}, "0.3 0.3 0.3 0.3; -0.3 -0.3 -0.3 -0.3"),
    ],
    "square_root": [
        (["9 2; 0.25 16"], {}, "3 1.4; 0.5 4"),
        (["2 3"], {"decimals": 2}, "1.41 1.73"),
    ],
    "square_root_gradient": [
        (["2 0.5; 4 1", "8 -3; 2 1"], {}, "2 -3; 0.25 0.5"),
        (["2 3", "1 -2"], {"decimals": 1}, "0.3 -0.3"),
    ],
    "running_sum": [(["1 2; -3 4; 0.5 1"], {}, "1 2; -2 6; -1.5 7")],
    "running_sum_gradient": [(["1 2; -3 4; 0.5 1"], {}, "-1.5 7; -2.5 5; 0.5 1")],
    "largest": [(["1 -5 2; 3 -4 2.5; 2 -6 0"], {}, "0 0 0; 1 1 1; 0 0 0")],
    "divide_down": [(["5 4 -1 -4"], {"by": 2}, "2 2 -1 -2"), (["7.5 -0.5"], {"by": 1}, "7 -1")],
    "power": [
        (["0 1; 2 4"], {}, "1 3; 9 81"),
        (["-1 -2"], {"decimals": 2}, "0.33 0.11"),
        (["0 1 -1"], {"base": "e"}, "1 2.7 0.4"),
        (["2 1; 3 0"], {"causal": True}, "9 3; 0 1"),
    ],
    "quotient": [
        (["3 1; 9 1", "12 2"], {}, "0.3 0.5; 0.8 0.5"),
        (["1; 3", "4"], {"decimals": 2}, "0.25; 0.75"),
    ],
    "divisor_gradient": [
        (["0.5 0.2; 0.5 0.8", "2 1; -4 3", "4 5"], {}, "0.25 -0.52"),
        (["0.5; 0.5", "2; 1", "4"], {"decimals": 1}, "-0.4"),
    ],
    "column": [(["1 2 3; 4 5 6"], {"t": 1}, "2; 5")],
    "columns": [(["1; 2", "3; 4.5"], {}, "1 3; 2 4.5")],
    "stack_rows": [(["1 2", "3 4; 5 0.5"], {}, "1 2; 3 4; 5 0.5")],
    "columns_of": [(["1 2 3; 4 5 6.5"], {"start": 1, "cols": 2}, "2 3; 5 6.5")],
    "place_columns": [(["1 2; 4 -5"], {"start": 1, "cols": 4}, "0 1 2 0; 0 4 -5 0")],
    "place_rows": [(["1 2; 4 -5"], {"start": 1, "rows": 3}, "0 0; 1 2; 4 -5")],
    "rows_of": [(["1 2; 3 4; 5 6"], {"start": 1, "rows": 2}, "3 4; 5 6")],
    "descend": [
        (["1 2", "0.5 -1"], {}, "0.5 3"),
        (["1 2", "0.5 -1"], {"rate": "0.1"}, "0.95 2.1"),
    ],
    "cross_entropy": [(["0.5; 0.5", "0; 1"], {}, "0")],
    "squared_error": [(["3; 1", "1; 2"], {}, "0")],
    "error_gradient": [(["3; 1", "1; 2.5"], {}, "4; -3")],
}
"""Op -> inputs, params and the result, worked out by hand."""

LOSSES = ("cross_entropy", "squared_error")
"""Stand for a number that is not on the page; their forward pass is a placeholder."""

LITERAL = [(name, case) for name, cases in FORWARD.items() for case in cases]


def test_every_op_has_literal_numbers() -> None:
    assert sorted(OPS) == sorted(FORWARD), "give the new op a line of literal numbers in FORWARD"


@pytest.mark.parametrize(("name", "case"), LITERAL, ids=[f"{n}-{c[2]}" for n, c in LITERAL])
def test_forward_gives_the_literal_numbers(name: str, case: Case) -> None:
    inputs, params, expected = case
    result = OPS[name].forward(*map(matrix, inputs), **params)
    assert fractions(result) == fractions(matrix(expected))


@pytest.mark.parametrize(("name", "case"), LITERAL, ids=[f"{n}-{c[2]}" for n, c in LITERAL])
def test_forward_of_many_exercises_is_forward_of_each(name: str, case: Case) -> None:
    inputs, params, _ = case
    one = [matrix(text) for text in inputs]
    many = [Fixed(np.stack([v.digits, v.digits, v.digits]), v.decimals) for v in one]
    alone, among = OPS[name].forward(*one, **params), OPS[name].forward(*many, **params)
    assert among.digits.shape == (3, *alone.digits.shape)
    assert (among.digits == alone.digits).all()
    assert among.decimals == alone.decimals


@pytest.mark.parametrize(("name", "case"), LITERAL, ids=[f"{n}-{c[2]}" for n, c in LITERAL])
def test_each_box_alone_is_the_literal_number(name: str, case: Case) -> None:
    if name in LOSSES:
        return  # a loss has no boxes
    op = OPS[name]
    inputs = [fractions(matrix(text)) for text in case[0]]
    shapes = [(len(rows), len(rows[0])) for rows in inputs]
    cells = Cells.of(op.formula, shapes, {**op.params, **case[1]}, Fractions(),
                     lambda n, i, j: inputs[n][i][j])  # fmt: skip
    rows, columns = cells.shape
    assert [[cells.at(i, j) for j in range(columns)] for i in range(rows)] == fractions(
        matrix(case[2])
    )


@pytest.mark.parametrize(("name", "case"), LITERAL, ids=[f"{n}-{c[2]}" for n, c in LITERAL])
def test_the_second_way_comes_to_the_literal_numbers(name: str, case: Case) -> None:
    if name in LOSSES:
        return  # a loss stands for a number that is not on the page
    step = _applied(name, case)
    expected = matrix(case[2])
    found = worked_out(step, [Dual(reals(matrix(text))[None]) for text in case[0]]).value[0]
    nearest = 0.5 + 1e-6 if step.op.rounds and not step.op.rounds_down else 1e-6
    assert (np.abs(found - reals(expected)) * 10.0**expected.decimals <= nearest).all()


# --- gradients ------------------------------------------------------------------------------------

Floats = np.ndarray[Any, np.dtype[np.float64]]


def _late(z: Floats, causal: bool) -> Any:
    """Cells behind a causal mask: keys (rows) later than the query (column)."""
    return (np.arange(len(z))[:, None] > np.arange(z.shape[1])) & causal


def _softmax(z: Floats, causal: bool = False) -> Floats:
    z = np.where(_late(z, causal), -np.inf, z)
    powers = np.exp(z)
    return np.asarray(powers / powers.sum(axis=0))


SMOOTH: dict[str, Callable[..., Floats]] = {
    "softmax": lambda z, base="e", decimals=1, causal=False: _softmax(z, causal),
    "sigmoid": lambda z, decimals=1: np.asarray(1 / (1 + np.exp(-z))),
    "divide_down": lambda a, by=1: a / by,
    "power": lambda z, base="e", decimals=0, causal=False: np.exp(z) * ~_late(z, causal),
    "quotient": lambda a, total, decimals=1: a / total,
    "row_mean": lambda a, decimals=6: a.mean(axis=1, keepdims=True),
    "square_root": lambda a, decimals=1: np.sqrt(a),
    "descend": lambda w, d, rate="1": w - float(rate) * d,
    "error_gradient": lambda y, t: 2 * (y - t),
    "squared_error": lambda y, t: ((y - t) ** 2).sum(keepdims=True),
}
"""Ops that round, or stand for a loss: what their gradient is the gradient of."""

STRAIGHT = {
    "three_levels": "has the gradient of sigmoid at the level that it gives",
    "cross_entropy": "takes softmax and logarithm at once: p − t at the logits, tested below",
}


def _differentiable() -> list[str]:
    found = []
    for name, cases in FORWARD.items():
        step = _applied(name, cases[0])
        upstream = Given("g", step.shape, "gradient", "numbers")
        vjp = OPS[name].vjp
        if vjp is not None and any(term is not None for term in vjp(step, upstream)):
            found.append(name)
    return found


def _terms(step: Step, upstream: Node) -> Sequence[Step | None]:
    assert step.op.vjp is not None
    return step.op.vjp(step, upstream)


def _applied(name: str, case: Case) -> Step:
    leaves = [Given(f"x{k}", matrix(text).digits.shape, "input", "numbers")
              for k, text in enumerate(case[0])]  # fmt: skip
    return apply(OPS[name], *leaves, name="y", **case[1])


def _value(node: Node, values: dict[str, Fixed]) -> Fixed:
    if isinstance(node, Given) or node.name in values:
        return values[node.name]
    inputs = [_value(n, values) for n in node.inputs]
    named = {f"in{k}": v for k, v in enumerate(inputs)}
    leaves = tuple(Given(k, n.shape, "input", "numbers")
                   for k, n in zip(named, node.inputs, strict=True))  # fmt: skip
    return run(apply(node.op, *leaves, **node.params), named)


def _reals_off_the_kink(rng: np.random.Generator, shape: tuple[int, int]) -> Fixed:
    """Random numbers of three decimals, none within a hundredth of 0."""
    return Fixed(rng.integers(10, 3000, shape) * rng.choice([-1, 1], shape), 3)


def _moved(value: Fixed, place: tuple[int, int], by: int) -> Fixed:
    digits = value.digits.copy()
    digits[place] += by
    return Fixed(digits, value.decimals)


@pytest.mark.parametrize("name", sorted(set(_differentiable()) - set(STRAIGHT) - set(SMOOTH)))
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_vjp_is_the_slope_by_exact_central_differences(name: str, seed: int) -> None:
    """These ops are linear in each entry, so the difference quotient is exact."""
    rng = np.random.default_rng(seed)
    step = _applied(name, FORWARD[name][0])
    given = {n.name: _reals_off_the_kink(rng, n.shape) for n in step.inputs}
    g = Fixed(rng.integers(-9, 10, step.shape))
    upstream = Given("g", step.shape, "gradient", "numbers")

    def loss(numbers: dict[str, Fixed]) -> Fraction:
        result = fractions(step.op.forward(*numbers.values(), **step.params))
        weights = fractions(g)
        return sum(
            (
                a * b
                for r, s in zip(result, weights, strict=True)
                for a, b in zip(r, s, strict=True)
            ),
            Fraction(0),
        )

    terms = _terms(step, upstream)
    values = {**given, "g": g, "y": step.op.forward(*given.values(), **step.params)}
    for node, term in zip(step.inputs, terms, strict=True):
        if term is None:
            continue
        ours = fractions(_value(term, values))
        for i in range(node.shape[0]):
            for j in range(node.shape[1]):
                up = loss({**given, node.name: _moved(given[node.name], (i, j), 1)})
                down = loss({**given, node.name: _moved(given[node.name], (i, j), -1)})
                assert ours[i][j] == (up - down) / Fraction(2, 1000), f"{node.name}[{i}, {j}]"


SMOOTH_CASES = [(n, c) for n in SMOOTH for c in FORWARD[n] if c[1].get("base") != "3"]


@pytest.mark.parametrize(("name", "case"), SMOOTH_CASES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_vjp_of_a_rounding_op_is_the_slope_of_what_it_rounds(
    name: str, case: Case, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    params = dict(case[1])
    if name in ("softmax", "sigmoid", "power", "quotient", "square_root"):
        params["decimals"] = 4
    if name == "power":
        params["base"] = "e"  # for which 3 stands elsewhere
    step = _applied(name, (case[0], params, ""))
    given = {n.name: Fixed(rng.integers(-20, 21, n.shape), 1) for n in step.inputs}
    if name == "square_root":
        given["x0"] = Fixed(rng.integers(10, 41, step.inputs[0].shape), 1)
    if name == "quotient":
        given["x1"] = Fixed(rng.integers(10, 41, step.inputs[1].shape), 1)
    g = Fixed(rng.integers(-9, 10, step.shape))
    values = {**given, "g": g, "y": step.op.forward(*given.values(), **params)}
    upstream = Given("g", step.shape, "gradient", "numbers")
    if name == "squared_error":
        g = values["g"] = Fixed(np.ones((1, 1), np.int64))
    for node, term in zip(step.inputs, _terms(step, upstream), strict=True):
        if term is None:
            continue
        ours = reals(_value(term, values))
        for i in range(node.shape[0]):
            for j in range(node.shape[1]):
                sides = []
                for by in (1e-5, -1e-5):
                    moved = {k: reals(v).copy() for k, v in given.items()}
                    moved[node.name][i, j] += by
                    sides.append((SMOOTH[name](*moved.values(), **params) * reals(g)).sum())
                slope = (sides[0] - sides[1]) / 2e-5
                assert ours[i, j] == pytest.approx(
                    slope, abs=0.06 if name == "divide_down" else 4e-3
                )


def test_softmax_with_cross_entropy_goes_straight_to_the_logits() -> None:
    z = np.array([[0.7], [-1.1], [0.2]])
    t = np.array([[0.0], [1.0], [0.0]])
    steps = np.eye(3)[:, :, None] * 1e-5
    slopes = [(-(t * np.log(_softmax(z + s))).sum() + (t * np.log(_softmax(z - s))).sum()) / 2e-5
              for s in steps]  # fmt: skip
    p = OPS["softmax"].forward(Fixed(np.array([[7], [-11], [2]]), 1), decimals=6)
    step = _applied("cross_entropy", (["0; 0; 0", "0; 1; 0"], {}, ""))
    (term,) = _terms(step, step)
    assert term is not None
    ours = _value(term, {"x0": p, "x1": matrix("0; 1; 0"), "y": p})
    assert reals(ours)[:, 0] == pytest.approx(slopes, abs=1e-5)


def test_the_quotient_of_powers_has_the_gradient_of_softmax() -> None:
    z = np.array([[0.0], [1.0], [2.0]])
    g = np.array([[2.0], [-1.0], [1.0]])
    p = OPS["softmax"].forward(Fixed(z.astype(np.int64)), decimals=6)
    ours = OPS["softmax_gradient"].forward(p, Fixed(g.astype(np.int64)))
    steps = np.eye(3)[:, :, None] * 1e-5
    slopes = [((_softmax(z + s) - _softmax(z - s)) * g).sum() / 2e-5 for s in steps]
    assert reals(ours)[:, 0] == pytest.approx(slopes, abs=1e-5)


# --- misuse ---------------------------------------------------------------------------------------


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
        _applied(name, (inputs, params, ""))


def test_numbers_that_cannot_be_checked_are_refused() -> None:
    large = Fixed(np.array([[4_000_000]]), 0)
    with pytest.raises(SheetgenError, match="digits; give smaller numbers"):
        OPS["matmul"].forward(large, large)
    with pytest.raises(SheetgenError, match="digits; give smaller numbers"):
        OPS["power"].forward(matrix("90"))
    tiny = Fixed(np.array([[1]]), 40)
    with pytest.raises(SheetgenError, match="digits; give smaller numbers"):
        OPS["add"].forward(tiny, matrix("1"))
