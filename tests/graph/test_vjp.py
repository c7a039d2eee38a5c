"""Each op's vjp against central differences of what the op works out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from sheetgen.graph.nodes import Given, Node, Step, apply
from sheetgen.graph.numbers import PLACES, Fixed
from sheetgen.graph.ops.catalogue import OPS
from sheetgen.graph.solve import run
from tests.graph.examples import FORWARD, Example
from tests.graph.ways import Floats, applied
from tests.support import fractions, matrix, reals


def _late(z: Floats, causal: bool) -> Any:
    """Cells behind a causal mask: keys (rows) later than the query (column)."""
    return (np.arange(len(z))[:, None] > np.arange(z.shape[1])) & causal


def _softmax(z: Floats, causal: bool = False) -> Floats:
    z = np.where(_late(z, causal), -np.inf, z)
    powers = np.exp(z - z.max(axis=0))
    return np.asarray(powers / powers.sum(axis=0))


SMOOTH: dict[str, Callable[..., Floats]] = {
    "softmax": lambda z, base="e", decimals=1, causal=False: _softmax(z, causal),
    "sigmoid": lambda z, decimals=1: np.asarray(1 / (1 + np.exp(-z))),
    "tanh": lambda z, decimals=1: np.tanh(z),
    "leaky_relu": lambda z, leak=".1", decimals=6: np.where(z > 0, z, float(leak) * z),
    "half_squared_error": lambda y, t: ((y - t) ** 2).sum(keepdims=True) / 2,
    "mean_squared_error": lambda y, t, decimals=2: ((y - t) ** 2).mean(keepdims=True),
    "divide_down": lambda a, by=1: a / by,
    "divide": lambda a, by="1", decimals=6: a / float(by),
    "gated": lambda g, c, decimals=2: g * c,
    "power": lambda z, base="e", decimals=0, causal=False: np.exp(z) * ~_late(z, causal),
    "quotient": lambda a, total, decimals=1: a / total,
    "row_mean": lambda a, decimals=6: a.mean(axis=1, keepdims=True),
    "square_root": lambda a, decimals=1: np.sqrt(a),
    "averaged": lambda a, by=1, decimals=6: a / by,
    "over_rows": lambda c, s, decimals=1, centred=True: c / s,
    "over_columns": lambda c, s, decimals=1, centred=True: c / s,
    "descend": lambda w, d, rate="1": w - float(rate) * d,
    "error_gradient": lambda y, t: 2 * (y - t),
    "squared_error": lambda y, t: ((y - t) ** 2).sum(keepdims=True),
    "divergence_loss": lambda m, v: (0.5 * (m * m + v * v - 1) - np.log(v)).sum(keepdims=True),
}
"""Ops that round, or stand for a loss: what their gradient is the gradient of."""

STRAIGHT = {
    "row_cross_entropy": "takes softmax and logarithm at once: p − t at the logits, tested below",
    "three_levels": "has the gradient of sigmoid at the level that it gives",
    "binary_cross_entropy": "takes σ and logarithm at once: p − t at the logits, tested below",
    "cross_entropy": "takes softmax and logarithm at once: p − t at the logits, tested below",
}

def _differentiable() -> list[str]:
    found = []
    for name, examples in FORWARD.items():
        step = applied(OPS[name], examples[0])
        upstream = Given("g", step.shape, "gradient", "numbers")
        vjp = OPS[name].vjp
        if vjp is not None and any(term is not None for term in vjp(step, upstream)):
            found.append(name)
    return found


def test_an_op_with_a_vjp_is_tested() -> None:
    known = _differentiable()
    assert {"conv2d", "max_pool", "row_mean", "square_root", "running_sum"} <= set(known)
    without = {name for name, op in OPS.items() if op.vjp is None}
    assert without == {
        "sigmoid_gradient", "softmax_gradient", "divisor_gradient", "conv2d_kernel_gradient",
        "conv2d_input_gradient", "max_pool_gradient", "row_mean_gradient", "square_root_gradient",
        "one_hot", "look_up_gradient", "pick", "mean_of_columns", "largest_size", "whole_steps",
        "times_row",
        "drop_mask", "row_quotient",
        "tanh_gradient", "leaky_gate", "mean_error_gradient", "elu", "softplus", "bell",
        "density", "gelu_slope",
        "weighted", "relu_slope", "leaky_slope", "elu_slope", "silu_slope", "momentum",
        "running_mean", "running_square", "corrected", "ratio", "lowered", "nudged", "per_nudge",
        "after_weight", "after_input",
        "running_sum_gradient", "largest", "shares_gradient", "total", "gated_pool_gradient",
        "twice_rows", "twice_columns", "divisor_of_rows", "divisor_of_columns", "centred_rows",
        "divergence", "divergence_gradient", "centred_columns", "lean_rows", "lean_columns",
    }  # fmt: skip
    assert set(known) == set(OPS) - without


def _terms(step: Step, upstream: Node) -> Sequence[Step | None]:
    assert step.op.vjp is not None
    return step.op.vjp(step, upstream)


def _value(node: Node, values: dict[str, Fixed]) -> Fixed:
    if isinstance(node, Given) or node.name in values:
        return values[node.name]
    inputs = [_value(n, values) for n in node.inputs]
    named = {f"in{k}": v for k, v in enumerate(inputs)}
    leaves = tuple(Given(k, n.shape, "input", "numbers")
                   for k, n in zip(named, node.inputs, strict=True))  # fmt: skip
    return run(apply(node.op, *leaves, **node.params), named)


def _reals_off_the_kink(rng: np.random.Generator, shape: tuple[int, int]) -> Fixed:
    """Random numbers of three decimals, none within a hundredth of 0, no two the same."""
    sizes = rng.choice(np.arange(10, 3000), shape, replace=False)
    return Fixed(sizes * rng.choice([-1, 1], shape), 3)


def _moved(value: Fixed, place: tuple[int, int], by: int) -> Fixed:
    digits = value.digits.copy()
    digits[place] += by
    return Fixed(digits, value.decimals)


LINEAR = [(name, example) for name in sorted(set(_differentiable()) - set(STRAIGHT) - set(SMOOTH))
          for example in FORWARD[name]
          if example[1].get("decimals", PLACES) == PLACES]  # fmt: skip


@pytest.mark.parametrize(("name", "example"), LINEAR)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_vjp_is_the_slope_by_exact_central_differences(
    name: str, example: Example, seed: int
) -> None:
    """These ops are linear in each entry, so the difference quotient is exact."""
    rng = np.random.default_rng(seed)
    step = applied(OPS[name], example)
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


ROUNDED = [(name, example) for name in SMOOTH for example in FORWARD[name]
           if name == "power" or example[1].get("base", "e") == "e"]  # fmt: skip


@pytest.mark.parametrize(("name", "example"), ROUNDED)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_vjp_of_a_rounding_op_is_the_slope_of_what_it_rounds(
    name: str, example: Example, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    params = dict(example[1])
    if name in ("softmax", "sigmoid", "tanh", "leaky_relu", "mean_squared_error", "power",
                "quotient", "square_root", "over_rows", "over_columns"):  # fmt: skip
        params["decimals"] = 4
    if name == "row_mean":
        params.pop("decimals", None)
    if name == "power":
        params["base"] = "e"  # for which 3 and others stand elsewhere
    step = applied(OPS[name], (example[0], params, ""))
    given = {n.name: Fixed(rng.integers(-20, 21, n.shape), 1) for n in step.inputs}
    if name == "leaky_relu":  # not at its kink
        given["x0"] = Fixed(np.where(given["x0"].digits == 0, 7, given["x0"].digits), 1)
    if name == "square_root":
        given["x0"] = Fixed(rng.integers(10, 41, step.inputs[0].shape), 1)
    if name in ("quotient", "over_rows", "over_columns", "divergence_loss"):
        given["x1"] = Fixed(rng.integers(10, 41, step.inputs[1].shape), 1)
    g = Fixed(rng.integers(-9, 10, step.shape))
    values = {**given, "g": g, "y": step.op.forward(*given.values(), **params)}
    upstream = Given("g", step.shape, "gradient", "numbers")
    if name.endswith(("squared_error", "_loss")):
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
    step = applied(OPS["cross_entropy"], (["0; 0; 0", "0; 1; 0"], {}, ""))
    (term,) = _terms(step, step)
    assert term is not None
    ours = _value(term, {"x0": p, "x1": matrix("0; 1; 0"), "y": p})
    assert reals(ours)[:, 0] == pytest.approx(slopes, abs=1e-5)


def test_sigma_with_binary_cross_entropy_goes_straight_to_the_logits() -> None:
    z, t = np.array([[0.7, -1.1]]), np.array([[0.0, 1.0]])

    def loss(x: Floats) -> Any:
        p = 1 / (1 + np.exp(-x))
        return -(t * np.log(p) + (1 - t) * np.log(1 - p)).sum()

    steps = np.eye(2)[:, None, :] * 1e-5
    slopes = [(loss(z + s) - loss(z - s)) / 2e-5 for s in steps]
    p = OPS["sigmoid"].forward(Fixed(np.array([[7, -11]]), 1), decimals=6)
    step = applied(OPS["binary_cross_entropy"], (["0 0", "0 1"], {}, ""))
    (term,) = _terms(step, step)
    assert term is not None
    ours = _value(term, {"x0": p, "x1": matrix("0 1"), "y": p})
    assert reals(ours)[0] == pytest.approx(slopes, abs=1e-5)


def test_the_quotient_of_powers_has_the_gradient_of_softmax() -> None:
    z = np.array([[0.0], [1.0], [2.0]])
    g = np.array([[2.0], [-1.0], [1.0]])
    p = OPS["softmax"].forward(Fixed(z.astype(np.int64)), decimals=6)
    ours = OPS["softmax_gradient"].forward(p, Fixed(g.astype(np.int64)))
    steps = np.eye(3)[:, :, None] * 1e-5
    slopes = [((_softmax(z + s) - _softmax(z - s)) * g).sum() / 2e-5 for s in steps]
    assert reals(ours)[:, 0] == pytest.approx(slopes, abs=1e-5)
