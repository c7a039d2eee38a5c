"""README's row of an op is a row of the table."""

from __future__ import annotations

import re
from pathlib import Path

from sheetgen.graph.nodes import apply
from sheetgen.graph.op import Op
from sheetgen.graph.ops.bends import gate
from sheetgen.graph.ops.catalogue import OPS
from sheetgen.graph.ops.table import op

README = Path(__file__).parents[2] / "README.md"


def test_the_readmes_op_is_as_it_stands_in_the_table() -> None:
    code = re.search(r"```python\n(relu = op\(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert code is not None
    names = {"op": op, "apply": apply, "gate": gate}
    try:
        exec(code[1].replace('"relu"', '"as told"'), names)
        told = names["relu"]
    finally:
        OPS.pop("as told", None)
    ours = OPS["relu"]
    assert isinstance(told, Op)
    assert (told.formula, told.numpy, told.equation) == (ours.formula, ours.numpy, ours.equation)
    assert told.say.many == ours.say.many
