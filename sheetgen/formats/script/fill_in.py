"""An exercise in PyTorch to fill in: the blocks of the script in NumPy, with layers as modules.

Gradients are worked out line by line as on paper; where one start suffices, autograd does as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.script.lines import Named, expression
from sheetgen.formats.script.parts import Part, Script
from sheetgen.formats.script.pytorch import BY_HAND, SHOW, TorchScript, torch_line
from sheetgen.graph.nodes import Step
from sheetgen.graph.numbers import PLACES

NUMBERS = '''def numbers(value):
    """A result as a tensor of numbers."""
    return torch.as_tensor(value, dtype=torch.get_default_dtype())'''

WORKED_OUT = '''def worked_out(line):
    """What a line comes to with the numbers that there are."""
    with torch.no_grad():
        return eval(line, globals())'''

WITH_BLANKS = '''def with_blanks(rows):
    """A matrix; each ... in it is a number to find."""
    return torch.tensor([[float("nan") if box is ... else box for box in row] for row in rows])'''


class TorchFillIn(TorchScript):
    """The script of an exercise in PyTorch, to fill in after the sheet's pattern of blanks. Raises
    UsageError naming an op that has no line for it."""

    checking = (NUMBERS, WORKED_OUT)
    with_blanks = WITH_BLANKS
    array, size = "torch.tensor", "numel()"

    def __init__(self, exercise: Exercise) -> None:
        super().__init__(exercise)
        self.complete = False

    def expression(self, step: Step) -> ast.expr:
        """A step as on paper; a layer by its module."""
        if step in self.modules:
            return self._unrounded(step)
        return self._by_hand(step, self._variable, self._is_exact(step))

    def _by_hand(self, step: Step, named: Named, exact: bool) -> ast.expr:
        found = expression(step, torch_line(step), named, library="torch")
        decimals = step.params.get("decimals", PLACES)
        if not step.op.rounds or step.op.rounds_down or (exact and decimals == PLACES):
            return found
        by_hand = ast.Name("by_hand", ast.Load())
        return ast.Call(by_hand, [found, ast.Constant(int(decimals))], [])

    def parts(self) -> Iterator[Part]:
        return Script.parts(self)

    def _imports(self) -> Part:
        lines = [ast.unparse(self._by_hand(s, self._through, self._is_exact(s)))
                 for s in self.steps]  # fmt: skip
        used = {n.id for line in lines for n in ast.walk(ast.parse(line))
                if isinstance(n, ast.Name)}  # fmt: skip
        return Part("imports", code="\n".join([
            "import ast", "import base64", "import hashlib", "", "import torch",
            *["import torch.nn.functional as F"] * ("F" in used),
            *["from torch import nn"] * bool(self.modules), "",
            "torch.set_default_dtype(torch.float64)",
            "torch.set_printoptions(precision=4, sci_mode=False)",
        ]))  # fmt: skip

    def _functions(self) -> list[str]:
        rounds = any("by_hand(" in ast.unparse(self.expression(s)) for s in self.steps)
        return [*[BY_HAND] * rounds, SHOW]

    def _loaded(self) -> Iterator[Part]:
        """The modules, with the page's matrices in them."""
        made, loaded = [], []
        for name, W, b in dict.fromkeys(self.modules.values()):
            rows, columns = W.shape
            made.append(f"{name} = nn.Linear({columns}, {rows}{'' if b else ', bias=False'})")
            loaded.append(f"    {name}.weight[:] = {self.names[W]}")
            if b is not None:
                loaded.append(f"    {name}.bias[:] = {self.names[b]}[:, 0]")
        if made:
            words = f"A column is a sample; nn.Linear takes rows.{self._autograd()}"
            yield Part("modules", "Layers as modules", words,
                       "\n".join([*made, "with torch.no_grad():", *loaded]))  # fmt: skip

    def _autograd(self) -> str:
        """How autograd comes to the gradients, where it needs one start."""
        found = [where for node, where in self.in_modules.items() if node in self.autograd.of]
        if len(self.autograd.starts) != 1 or not found:
            return ""
        [start] = self.autograd.starts
        node, name = self.names[self.autograd.node_of(start)], self.names[start]
        last = next((where for where in found if where.endswith(".weight")), found[0])
        last = last.partition("[")[0]
        return (f" Work the gradients out as on the page; after {name}, autograd comes to the same "
                f"by {node}.backward({name}.detach()), as in {last}.grad.")  # fmt: skip
