"""What is circled at a step, by two texts, held against numbers that were circled by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sheetgen.graph.exact import compiled
from sheetgen.graph.ops.catalogue import OPS
from sheetgen.verify.dual import Dual
from tests.support import matrix

EXAMPLES: dict[str, list[tuple[list[str], dict[str, Any], str]]] = {
    "largest": [(["1 5 -2; 3 4 -1; 2 0 -7"], {}, "0 1 0; 1 0 1; 0 0 0")],
    "pick": [
        (["0.25 0.5 0.1; 0.5 0.75 0.1; 1 1 0.9", "0.25 0.6 0.05"], {}, "0 0 1; 1 1 0; 0 0 0"),
        (["0.5; 1", "0.3"], {}, "1; 0"),
    ],
    "largest_size": [(["1 -5 2; 3 0.5 -2"], {}, "0 1 0; 1 0 0")],
    "max_pool": [
        (["1 3 0 9; 2 0 4 8; 5 6 7 7"], {"size": 2, "tall": 2}, "0 1 0 1; 0 0 0 0; 0 0 0 0"),
        (["1 3 2 0 8"], {"size": 2, "tall": 1}, "0 1 1 0 0"),
        (["-1; -3; -2; 8"], {"size": 1, "tall": 3}, "1; 0; 0; 0"),
    ],
    "max_pool_gradient": [
        (["1 3 0 9; 2 0 4 8; 5 6 7 7", "1 2"], {"size": 2, "tall": 2},
         "0 1 0 1; 0 0 0 0; 0 0 0 0"),
    ],
    "gated_pool_gradient": [
        (["-1 -3 0 9; -2 -4 4 8; 5 6 7 7", "1 2"], {"size": 2, "tall": 2},
         "0 0 0 1; 0 0 0 0; 0 0 0 0"),
    ],
}  # fmt: skip
CASES = [(name, *case) for name, cases in EXAMPLES.items() for case in cases]


def test_each_op_at_which_something_is_circled_has_an_example() -> None:
    assert {op.name for op in OPS.values() if op.circled} == set(EXAMPLES)


@pytest.mark.parametrize(("name", "inputs", "params", "circled"), CASES)
def test_both_texts_circle_the_same(
    name: str, inputs: list[str], params: dict[str, Any], circled: str
) -> None:
    op, values = OPS[name], [matrix(text) for text in inputs]
    assert op.circling is not None
    assert op.circled is not None
    wanted = matrix(circled).digits != 0
    shapes = [(v.digits.shape[-2], v.digits.shape[-1]) for v in values]
    found, _ = compiled(op.circling, shapes, {**op.params, **params})
    assert ((found(*values).digits != 0) == wanted).all()
    floats = {n: v.digits / 10.0**v.decimals for n, v in zip(op.names, values, strict=True)}
    names = {"np": np, **op.helpers, **op.params, **params}
    assert (np.asarray(eval(op.circled.numpy, names | floats), bool) == wanted).all()
    many = {name: Dual(np.stack([v, -v, v])) for name, v in floats.items()}
    of_many = np.asarray(eval(op.circled.numpy, names | many).value, bool)
    assert (of_many[[0, 2]] == wanted).all()
