"""An exercise in PyTorch: the givens loaded into modules, the page forward, autograd as the check
of its gradients, and the same without rounding."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence, Set
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sheetgen.errors import UsageError
from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.script.autograd import Autograd, ends, losses
from sheetgen.formats.script.lines import assigned, expression
from sheetgen.formats.script.parts import Part, Script, array_text, beside, number_rows
from sheetgen.graph.layers import layer_of
from sheetgen.graph.nodes import Given, Node, Step
from sheetgen.type.markup import plain_text
from sheetgen.words.sentences import formula, sentence

BY_HAND = '''def by_hand(a, decimals):
    """Round as by hand: a 5 goes up, away from zero. Autograd ends here, as the page does."""
    rounded = a.sign() * torch.floor(a.abs() * 10.0**decimals + 0.5 + 1e-9) / 10.0**decimals
    return rounded.detach()'''

SHOW = '''def show(name, value):
    """Print a result with its shape."""
    rows, columns = value.shape
    print(f"\\n{name}  ({rows}×{columns})\\n{value.detach() + 0.0}")'''


class Module(NamedTuple):
    """A linear layer of PyTorch with its weights and, perhaps, its bias."""

    name: str
    W: Given
    b: Given | None


class TorchScript(Script):
    """The complete script of an exercise in PyTorch. Raises UsageError naming an op that has no
    line for it."""

    def __init__(self, exercise: Exercise) -> None:
        super().__init__(exercise, complete=True)
        self.autograd = Autograd(self.graph)
        more = (s for loss in losses(self.graph) for s in path_of(loss) if s not in self.names)
        for number, step in enumerate(more):
            self.names[step] = f"loss_{number}" if step.name in ("", "loss") else f"{step.name}_"

    # --- modules

    @cached_property
    def modules(self) -> dict[Step, Module]:
        """The steps that are linear layers, each with its module; a bias that is added elsewhere
        too is in none."""
        found: dict[Step, Module] = {}
        for step in self.steps:
            layer = layer_of(step)
            if layer is None or step.role == "gradient":
                continue
            W, b, _ = layer
            if len(step.inputs) > 2 + (b is not None):  # kept for some samples alone
                continue
            if b is None or len(self._forward_users(b)) == 1:
                found[step] = Module(f"linear_{self.names[W]}", W, b)
        return found

    def _forward_users(self, node: Node) -> list[Step]:
        return [s for s in self.graph.users(node) if s.role != "gradient" and not s.op.updates]

    @cached_property
    def in_modules(self) -> dict[Node, str]:
        """Weights and biases -> what they are in their modules."""
        found: dict[Node, str] = {}
        for module in self.modules.values():
            found[module.W] = f"{module.name}.weight"
            if module.b is not None:
                found[module.b] = f"{module.name}.bias[:, None]"
        return found

    # --- lines

    def expression(self, step: Step) -> ast.expr:
        """A step as on paper, rounded where it is."""
        exact = self._unrounded(step)
        if step.op.rounds and step.places is not None and not step.op.rounds_down:
            call = ast.Call(ast.Name("by_hand", ast.Load()), [exact, ast.Constant(step.places)], [])
            exact = call
        if step in self.autograd.leaves:
            exact = ast.parse(f"({ast.unparse(exact)}).detach().requires_grad_()", mode="eval").body
        return exact

    def _unrounded(self, step: Step, smooth: bool = False) -> ast.expr:
        """The line of its op; a ``smooth`` one is not rounded down either."""
        if step in self.modules:
            source = layer_of(step)
            assert source is not None
            name = ast.unparse(self._weights(source[2]))
            return ast.parse(f"{self.modules[step].name}({name}.T).T", mode="eval").body
        named = self._variable if step.role == "gradient" or step.op.updates else self._weights
        found = expression(step, torch_line(step), named, library="torch")
        match found:
            case ast.Call(ast.Attribute(_, "floor"), [inner]) if smooth and step.op.rounds_down:
                return inner
        return found

    def _weights(self, node: Node) -> ast.expr:
        """A node, or what it is in its module."""
        inside = self.in_modules.get(node)
        return ast.parse(inside, mode="eval").body if inside else self._variable(node)

    # --- parts

    def parts(self) -> Iterator[Part]:
        found = set(self.autograd.found()) - set(self.autograd.starts)
        forward = [
            s for s in self.steps
            if s.role != "gradient" and not s.op.updates and not self._is_only_for(found, s)
        ]  # fmt: skip
        work = [*self._forward(forward), *self._backward(), *self._updates()]
        last = [*self._exact(forward), *self._modules(forward)]
        text = "\n".join(part.code for part in (*work, *last))
        yield self._torch_imports(text)
        yield from self._torch_givens()
        functions = [BY_HAND] if "by_hand(" in text else []
        yield Part("helpers", "What the lines use", code="\n\n\n".join([*functions, SHOW]))
        yield from work
        yield self._torch_key()
        yield from last

    def _is_only_for(self, found: Set[Step], step: Step) -> bool:
        """Whether nothing but lines that autograd stands for uses a hidden step."""
        users = {s for s in self.steps if step in s.inputs}
        return step.hidden and bool(users) and users <= found

    def _torch_imports(self, text: str) -> Part:
        lines = ["import torch"]
        if "F." in text:
            lines.append("import torch.nn.functional as F")
        if "nn." in text or self.modules:
            lines.append("from torch import nn")
        return Part("imports", code="\n".join([
            *lines, "", "torch.set_default_dtype(torch.float64)",
            "torch.set_printoptions(precision=4, sci_mode=False)",
        ]))  # fmt: skip

    def _torch_givens(self) -> Iterator[Part]:
        plain_ones = [g for g in self.graph.givens if g not in self.in_modules]
        bare = self.autograd.of and not any(isinstance(n, Given) for n in self.autograd.of)
        lines = []
        for given in plain_ones:
            needed = given in self.autograd.of or (bare and given.role == "input")
            leaf = ".requires_grad_()" if needed else ""
            line = f"{self.names[given]} = torch.tensor({self._numbers(given)}){leaf}"
            lines.append(beside(line, f"# {given.shape[0]}×{given.shape[1]}"))
        yield Part("given", "Given", code="\n".join(lines))
        modules = dict.fromkeys(self.modules.values())
        if not modules:
            return
        made, loaded = [], []
        for module in modules:
            rows, columns = module.W.shape
            bias = "" if module.b else ", bias=False"
            made.append(f"{module.name} = nn.Linear({columns}, {rows}{bias})")
            weights = f"{module.name}.weight[:] = torch.tensor("
            loaded.append(f"    {weights}{self._numbers(module.W, 4, len(weights) + 1)})")
            if module.b is not None:
                column = number_rows(self.exercise.values[module.b.name])
                flat = ", ".join(repr(value) for (value,) in column)
                loaded.append(f"    {module.name}.bias[:] = torch.tensor([{flat}])")
        yield Part("modules", "", "A column is a sample; nn.Linear takes rows.", "\n".join(
            [*made, "with torch.no_grad():", *loaded]))  # fmt: skip

    def _numbers(self, given: Given, indent: int = 0, beside: int = 40) -> str:
        return array_text(self._given_rows(given), indent, beside)

    def _given_rows(self, given: Given) -> list[list[str]]:
        """With a point in the first number, so that all are real."""
        rows = super()._given_rows(given)
        rows[0][0] = repr(float(rows[0][0]))
        return rows

    def _forward(self, forward: Sequence[Step]) -> Iterator[Part]:
        lines = []
        for step in forward:
            line = assigned(self.names[step], self.expression(step))
            lines.append(line if step.hidden else beside(line, f"# {plain_text(formula(step))}"))
        kept = [self.names[s] for s in self.autograd.between]
        yield Part("forward", "Forward pass", code="\n".join(lines))
        if kept:
            yield Part("kept", "", "Autograd is to keep the gradients of these, too.",
                       "\n".join(f"{name}.retain_grad()" for name in kept))  # fmt: skip
        shown = [self.names[s] for s in forward if not s.hidden]
        yield Part("show", code="\n".join(f'show("{name}", {name})' for name in shown))

    def _backward(self) -> Iterator[Part]:
        heading = "Backward pass: where the page rounds, its own line; from there autograd"
        bound: set[Step] = set()
        starts = self.autograd.starts
        for before, start in zip((*starts[:1], *starts), starts, strict=False):
            yield from self._apart(before, start, bound)
            lines = [*self._bound([n for n in start.inputs if isinstance(n, Step)], bound)]
            node = self.autograd.node_of(start)
            lines.append(assigned(self.names[start], self._plain(start)))
            bound.add(start)
            again = "" if start is starts[-1] else ", retain_graph=True"
            lines.append(f"{self.names[node]}.backward({self.names[start]}.detach(){again})")
            number = self.numbers.get(start)
            said = sentence((start,)) if number is None else f"[{number}] {sentence((start,))}"
            yield Part(f"start-{self.names[start]}", heading, said, "\n".join(lines))
            heading = ""
        rest = [s for s in self.autograd.found() if s not in bound]
        if rest:
            yield Part("gradients", heading, "What autograd found.", "\n".join([
                *self._bound(rest, bound),
                *(f'show("{self.names[s]}", {self.names[s]})' for s in self.autograd.found()),
            ]))  # fmt: skip

    def _apart(self, before: Step, start: Step, bound: set[Step]) -> Iterator[Part]:
        """Between two losses: the gradients of the first under their names, and a new beginning."""
        if before.loss is start.loss:
            return
        ready = [s for s in self.autograd.found() if s.loss is before.loss]
        nodes = dict.fromkeys([*self.autograd.of, *self.autograd.leaves])
        names = [self._gradient(n).partition(".grad")[0] for n in nodes]
        yield Part(f"before-{self.names[start]}", "", "The next loss has gradients of its own.",
                   "\n".join([*self._bound(ready, bound), "for tensor in (",
                              *(f"    {name}," for name in names), "):",
                              "    tensor.grad = None"]))  # fmt: skip

    def _plain(self, start: Step) -> ast.expr:
        """The line of a start, rounded where it is."""
        found = self._unrounded(start)
        if start.op.rounds and start.places is not None:
            return ast.Call(ast.Name("by_hand", ast.Load()),
                            [found, ast.Constant(start.places)], [])  # fmt: skip
        return found

    def _bound(self, steps: Sequence[Step], bound: set[Step]) -> Iterator[str]:
        """The gradients that autograd has by now under the page's names; terms by their lines."""
        for step in steps:
            if step.role != "gradient" or step in bound:
                continue
            bound.add(step)
            if step.of is not None:
                yield f"{self.names[step]} = {self._gradient(step.of)}"
            else:
                yield from self._bound([n for n in step.inputs if isinstance(n, Step)], bound)
                yield assigned(self.names[step], self._plain(step))

    def _gradient(self, node: Node) -> str:
        """Where autograd puts the gradient of a node."""
        inside = self.in_modules.get(node, self.names[node])
        name, bracket, rest = inside.partition("[")
        return f"{name}.grad{bracket}{rest}"

    def _updates(self) -> Iterator[Part]:
        lines = [assigned(self.names[s], self._unrounded(s)) for s in self.steps if s.op.updates]
        if lines:
            aliases = [f"{self.names[n]} = {self.in_modules[n]}" for s in self.steps
                       if s.op.updates for n in s.inputs if n in self.in_modules]  # fmt: skip
            yield Part("update", "Gradient descent", code="\n".join([*aliases, *lines]))

    def _torch_key(self) -> Part:
        terms = {s for s in self.autograd.gradients
                 if s.of is None and s not in self.autograd.starts}  # fmt: skip
        entries = []
        for step in self.visible:
            if step not in terms:
                value = self.exercise.values[step.name]
                rows = [[repr(v) for v in row] for row in number_rows(value)]
                entries.append(f'    "{self.names[step]}": {array_text(rows, 4)},')
        return Part("key", "The answer key", code="\n".join([
            "key = {", *entries, "}", "for name, answer in key.items():",
            "    found, answer = globals()[name].detach(), torch.tensor(answer) + 0.0",
            "    assert found.shape == answer.shape, f\"{name} has another shape than in the key\"",
            "    assert torch.allclose(found, answer, rtol=0, atol=1e-5), "
            'f"{name} differs from the key"',
            'print(f"\\nAll {len(key)} results are those of the key.")',
        ]))  # fmt: skip

    def _exact(self, forward: Sequence[Step]) -> Iterator[Part]:
        """The same once more, without rounding."""
        levels = any(s.op.slope and not s.op.rounds and not s.op.loss for s in forward)
        if levels or not any(s.op.rounds and ends(s) for s in forward):
            return  # no gradient passes a level
        lines = []
        found = losses(self.graph)
        steps = [s for s in path_of(found[-1] if found else forward[-1]) if s.role != "gradient"]
        if not found:
            steps = [s for s in forward if s in steps]
        for step in steps:
            lines.append(assigned(self.names[step], self._unrounded(step, smooth=True)))
        lines.append(f"return {self.names[steps[-1]]}")
        body = "\n".join(f"    {line}" for code in lines for line in code.split("\n"))
        told = "The page without rounding."
        if found and any(str(s.params.get("base")) == "3" for s in forward):
            told = "The page without rounding; and 3 is 3, which on the page stands for e."
        define = f'def unrounded():\n    """{told}"""\n{body}'
        yield Part("unrounded", "And without rounding", code=define)
        if not found:
            last = self.names[steps[-1]]
            yield Part("difference", code="\n".join([
                f"difference = (unrounded() - {last}).abs().max().item()",
                f'print(f"{last} without rounding differs by at most {{difference:.4f}}.")',
            ]))  # fmt: skip
            return
        pairs = [(self.names[self.autograd.of[g]], self.in_modules.get(g, self.names[g]))
                 for g in self.graph.givens if g in self.autograd.of
                 and (len(found) == 1 or self.autograd.of[g].loss is found[-1])]  # fmt: skip
        bare = [(name, where.partition("[")[0], where.partition("[")[2]) for name, where in pairs]
        rows = [f'    ("{name}", {where}, {name}.clone()),' for name, where, _ in bare]
        yield Part("difference", code="\n".join([
            "parameters = [", *rows, "]",
            "for _, parameter, _ in parameters:", "    parameter.grad = None",
            "unrounded().backward()",
            "for name, parameter, rounded in parameters:",
            "    difference = (parameter.grad.view_as(rounded) - rounded).abs().max().item()",
            '    print(f"{name} without rounding differs by at most {difference:.4f}.")',
        ]))  # fmt: skip

    def _modules(self, forward: Sequence[Step]) -> Iterator[Part]:
        """What PyTorch has for the whole, beside what the page comes to; it starts where pages do,
        so there is nothing for a first state that somebody gave another value."""
        values = self.exercise.values
        if any(not np.array_equal(values[g.name].digits, g.always.digits)
               for g in self.graph.givens if g.always is not None):  # fmt: skip
            return
        options = self.exercise.settings.options
        heading = "What PyTorch has for it"
        rounds = any(s.op.rounds and ends(s) for s in forward)
        words = "With e, if the page has 3 for it, and without rounding." if rounds else ""
        for name, text in self.exercise.topic.torch.items():
            lines = text.format(**options)
            known = {*self.names.values(), "torch", "nn", "F"}
            if name not in self.graph.by_name or not _names(lines) <= known:
                continue
            rows = [[repr(v) for v in row] for row in number_rows(self.exercise.values[name])]
            code = [*lines.split("\n"), f"page = torch.tensor({array_text(rows)}) + 0.0",
                    "difference = (found - page).abs().max().item()"]  # fmt: skip
            if not rounds:
                code.append('assert difference < 1e-6, "the module comes to something else"')
            code.append(f'print(f"{name} of the module differs by at most {{difference:.4f}}.")')
            yield Part(f"module-{name}", heading, words, "\n".join(code))
            heading = words = ""


def torch_line(step: Step) -> str:
    """The line of a step's op. Raises UsageError naming an op that has none."""
    if not step.op.torch:
        raise UsageError(f"--framework: {step.op.name} ({step.name}) has no line in PyTorch; "
                         f"leave --framework out")  # fmt: skip
    return step.op.torch


def _names(code: str) -> set[str]:
    """The names that lines of code use and do not make."""
    nodes = [n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Name)]
    made = {n.id for n in nodes if isinstance(n.ctx, ast.Store)}
    return {n.id for n in nodes} - made


def path_of(loss: Step) -> list[Step]:
    """All steps that lead to a loss, in forward order."""
    found: dict[int, Step] = {}
    todo = [loss]
    while todo:
        step = todo.pop()
        if id(step) not in found:
            found[id(step)] = step
            todo += [n for n in step.inputs if isinstance(n, Step)]
    return sorted(found.values(), key=lambda s: s.order)
