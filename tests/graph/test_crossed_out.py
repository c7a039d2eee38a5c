"""What is crossed out at a step, by two texts, held against what was crossed out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sheetgen.graph.exact import compiled
from sheetgen.graph.ops.catalogue import OPS
from sheetgen.verify.dual import Dual
from tests.support import matrix

EXAMPLES: dict[str, list[tuple[list[str], dict[str, Any], str]]] = {
    "expert": [
        (["1 0; 0 1; 2 2", "1; 1; 1", "1 2 3; 0 5 -1", "0 1 1; 1 0 0"], {}, "1 0 0"),
        (["1 0; 0 1; 2 2", "1; 1; 1", "1 2 3; 0 5 -1", "0 1 1; 1 0 0"], {"number": 2}, "0 1 1"),
        (["3", "1", "1 2", "0.5 -1; 0 1"], {}, "0 1"),
    ],
}
CASES = [(name, *case) for name, cases in EXAMPLES.items() for case in cases]


def test_each_op_at_which_something_is_crossed_out_has_an_example() -> None:
    assert {op.name for op in OPS.values() if op.crossed} == set(EXAMPLES)


@pytest.mark.parametrize(("name", "inputs", "params", "out"), CASES)
def test_both_texts_cross_out_the_same_and_that_is_0(
    name: str, inputs: list[str], params: dict[str, Any], out: str
) -> None:
    op, values = OPS[name], [matrix(text) for text in inputs]
    assert op.crossing is not None
    assert op.crossed is not None
    wanted = matrix(out).digits != 0
    shapes = [(v.digits.shape[-2], v.digits.shape[-1]) for v in values]
    found, _ = compiled(op.crossing, shapes, {**op.params, **params})
    assert ((found(*values).digits != 0) == wanted).all()
    floats = {n: v.digits / 10.0**v.decimals for n, v in zip(op.names, values, strict=True)}
    names = {"np": np, **op.helpers, **op.params, **params}
    assert (np.asarray(eval(op.crossed.numpy, names | floats), bool) == wanted).all()
    many = {name: Dual(np.stack([v, -v, v])) for name, v in floats.items()}
    of_many = np.asarray(eval(op.crossed.numpy, names | many).value, bool)
    assert (of_many[[0, 2]] == wanted).all()
    result = op.forward(*values, **params).digits
    assert not result[np.broadcast_to(wanted, result.shape)].any()
