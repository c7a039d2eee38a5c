"""The table of ops: each row registers itself when its file is imported."""

from __future__ import annotations

from typing import Any

from sheetgen.graph.numbers import PLACES
from sheetgen.graph.op import Op
from sheetgen.graph.op_parts import Say

OPS: dict[str, Op] = {}
"""Name -> op, of the files that are imported."""


def op(
    name: str, inputs: str, cell: str, numpy: str, equation: str, say: str | Say, vjp: Any = None,
    **facts: Any,
) -> Op:  # fmt: skip
    """A row of the table; a plain text is said after the result's name."""
    if name in OPS:
        raise ValueError(f"there already is an op {name}")
    said = Say(f"{{made}} = {say}") if isinstance(say, str) else say
    found = OPS[name] = Op(name, inputs, cell, numpy, equation, said, vjp, **facts)
    return found


EXACT = {"decimals": PLACES}
"""Params of an op that rounds only where more decimals would not fit on a page."""
