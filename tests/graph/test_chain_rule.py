"""The table of the chain rule names each op through which a gradient passes, and no other."""

from __future__ import annotations

import re

import sheetgen.graph.ops
from sheetgen.graph.ops.catalogue import OPS


def test_the_table_of_the_chain_rule_is_whole() -> None:
    told = re.findall(r"^    (\w+)(?:\(| through )", sheetgen.graph.ops.__doc__ or "", re.MULTILINE)
    assert set(told) == {op.name for op in OPS.values() if op.vjp is not None}
