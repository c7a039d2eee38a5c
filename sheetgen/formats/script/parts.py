"""The parts of a script or a notebook, in their order: givens, helpers, a part a step, the key."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.script import runtime
from sheetgen.formats.script.lines import (
    WIDTH,
    Named,
    assigned,
    expression,
    names_in,
    variables,
)
from sheetgen.formats.script.marks import (
    CHECKING,
    HIDING,
    IN_NUMPY,
    checks,
    marks_of,
    marks_text,
)
from sheetgen.formats.script.source import is_ours, needed, source
from sheetgen.graph.layers import chain_of, layer_of
from sheetgen.graph.nodes import Given, Node, Step
from sheetgen.graph.numbers import PLACES, Fixed, plain
from sheetgen.graph.work import numbered
from sheetgen.type.markup import plain as as_it_is
from sheetgen.type.markup import plain_text
from sheetgen.words.sentences import formula, sentence

OURS = ("np", "torch", "nn", "F", "ast", "base64", "hashlib", "SALT", "MARKS", "LINES", "key",
        "name", "answer", "found", "parameters", "parameter", "page", "difference", "rounded",
        "unrounded", "rnn", "by_hand", "show", "with_blanks", *CHECKING)  # fmt: skip
"""Names that mean something else in a script than a matrix."""
COUNT = "parameters"
"""What their number is called."""
COLUMN = 68
"""Where what is said of a line stands beside it."""


class Part(NamedTuple):
    """Lines of code, and what is said of them."""

    id: str
    heading: str = ""
    """Of a section that begins here; plain text."""
    words: str = ""
    """As markup, such as the step's sentence."""
    code: str = ""


class Script:
    """An exercise in NumPy: ``complete`` with its key, or to fill in after the sheet's pattern of
    blanks. A matrix of which any box is left open is left open whole, for it is one line of
    code."""

    checking: Sequence[str] = IN_NUMPY
    """What the functions that tell right from wrong need of the framework."""
    with_blanks = source(runtime.with_blanks)
    array, size = "np.array", "size"
    """What makes a matrix of given numbers, and what says how many there are."""

    def __init__(self, exercise: Exercise, complete: bool) -> None:
        self.exercise, self.complete = exercise, complete
        self.graph = exercise.graph
        self.names = variables(self.graph, {*OURS, *self._helper_names()})
        self.backwards = any(g.name in exercise.blanks for g in self.graph.givens)

    def _helper_names(self) -> set[str]:
        found: set[str] = set()
        for step in self.graph.steps:
            found |= {*needed(step.op.helpers, step.op.helpers)}
        return found

    # --- what there is to show

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Steps in the order of the work: those of the sheet, and hidden ones that these read."""
        wanted: set[int] = set()
        for step in reversed(self.graph.steps):
            if not step.hidden or id(step) in wanted:
                wanted |= {id(step), *(id(n) for n in step.inputs)}
        return tuple(s for s in self.graph.steps if id(s) in wanted and not s.op.loss)

    @cached_property
    def visible(self) -> tuple[Step, ...]:
        return tuple(s for s in self.steps if not s.hidden)

    @cached_property
    def numbers(self) -> Mapping[Step, int]:
        """The number of each step that the student works out."""
        return {step: number for number, steps in numbered(self.graph) for step in steps}

    @cached_property
    def groups(self) -> Mapping[int, tuple[Step, ...]]:
        return dict(numbered(self.graph))

    def is_open(self, node: Node) -> bool:
        """Whether a result is to be filled in. On a sheet that is solved backwards the given
        numbers are, and not the formulas."""
        return (not self.complete and not self.backwards and node.name in self.exercise.blanks)

    @property
    def asks_parameters(self) -> bool:
        """Whether the sheet asks for their number."""
        return not (self.complete or self.exercise.settings.is_example or self.graph.has_gradients
                    or self.backwards) and chain_of(self.graph) is not None  # fmt: skip

    # --- lines

    def expression(self, step: Step) -> ast.expr:
        return self._by_hand(step, self._variable, self._is_exact(step))

    def _by_hand(self, step: Step, named: Named, exact: bool) -> ast.expr:
        """The line of a step as on paper, rounded where it is."""
        return expression(step, step.op.numpy, named, exact)

    def _is_exact(self, step: Step) -> bool:
        return self.exercise.values[step.name].decimals < PLACES

    def _variable(self, node: Node) -> ast.expr:
        return ast.Name(self.names[node], ast.Load())

    def _through(self, node: Node) -> ast.expr:
        """A node, or of a hidden one the line by which it comes about."""
        if isinstance(node, Step) and node.hidden:
            return self._by_hand(node, self._through, exact=True)
        return self._variable(node)

    def line(self, step: Step) -> str:
        rows, columns = step.shape
        if self.is_open(step):
            return f"{self.names[step]} = ...".ljust(24) + f"# {rows}×{columns}"
        return assigned(self.names[step], self.expression(step))

    def _marks(self) -> str:
        """The marks of all results of the sheet, and how each follows from those before it."""
        nodes: list[Node] = [*self.visible]
        if self.backwards:
            nodes = [*(g for g in self.graph.givens if g.name in self.exercise.blanks), *nodes]
        code, values = self.exercise.code, self.exercise.values
        marks = {self.names[n]: marks_of(code, self.names[n], number_rows(values[n.name]))
                 for n in nodes}  # fmt: skip
        if self.asks_parameters:
            marks |= {COUNT: marks_of(code, COUNT, [[self.graph.parameter_count]])}
        lines = {self.names[s]: ast.unparse(self._by_hand(s, self._through, self._is_exact(s)))
                 for s in self.visible}  # fmt: skip
        return marks_text(code, marks, lines)

    # --- parts

    def parts(self) -> Iterator[Part]:
        yield self._imports()
        if self.backwards and not self.complete:
            yield Part("with-blanks", code=self.with_blanks)
        yield from self._givens()
        yield from self._helpers()
        yield from self._loaded()
        yield from self._work()
        if self.complete:
            yield self._key()
        else:
            yield Part("end", code='print("\\nCompare with your page, box by box.")')

    def _imports(self) -> Part:
        lines = [] if self.complete else ["import ast", "import base64", "import hashlib", ""]
        lines.append("import numpy as np")
        for name, function in self._used.items():
            if not is_ours(function):
                lines.append(f"from {function.__module__} import {name}")
        return Part("imports", code="\n".join(lines))

    def _givens(self) -> Iterator[Part]:
        kinds: dict[bool, list[str]] = {}
        for given in self.graph.givens:
            kinds.setdefault(given.role == "parameter", []).append(self._given(given))
        for number, lines in enumerate(kinds.values()):
            yield Part(f"given-{number + 1}", "" if number else "Given", code="\n".join(lines))
        parameters = [g for g in self.graph.givens if g.role == "parameter"]
        if parameters:
            yield Part("parameters", code=self._count(parameters))

    def _given(self, given: Given) -> str:
        name, rows = self.names[given], self._given_rows(given)
        blanks = None if self.complete else self.exercise.blanks.get(given.name)
        function = self.array
        if blanks is not None:
            function = "with_blanks"
            rows = [["..." if b else v for v, b in zip(*both, strict=True)]
                    for both in zip(rows, blanks.tolist(), strict=True)]  # fmt: skip
        said = f"# {given.shape[0]}×{given.shape[1]}"
        return beside(f"{name} = {function}({array_text(rows)})", said)

    def _given_rows(self, given: Given) -> list[list[str]]:
        """The numbers of a given matrix as code has them."""
        return [[repr(v) for v in row] for row in number_rows(self.exercise.values[given.name])]

    def _count(self, parameters: Sequence[Given]) -> str:
        if self.asks_parameters:
            return "parameters = ...".ljust(24) + "# how many?"
        total = " + ".join(f"{self.names[g]}.{self.size}" for g in parameters)
        lines = [f"parameters = {total}", f'print(parameters, "parameters: {self._counted()}")']
        if len(lines[0]) > WIDTH:
            wrapped = textwrap.wrap(total, WIDTH - 8)
            lines[0] = "\n".join(["parameters = (", *(f"    {line}" for line in wrapped), ")"])
        if len(lines[1]) > WIDTH:
            lines[1] = 'print(parameters, "parameters")'
        return "\n".join(lines)

    def _counted(self) -> str:
        """``(3+1)·4 + (4+1)·2``: how the parameters of layers are counted, or of all matrices."""
        layers = dict.fromkeys((found[0], found[1]) for step in self.graph.steps
                               if (found := layer_of(step)))  # fmt: skip
        in_layers = {n for layer in layers for n in layer if n is not None}
        if any(W in {b for _, b in layers} for W, _ in layers):
            in_layers = set()
        terms = [f"({W.shape[1]}+1)·{W.shape[0]}" if b else f"{W.shape[1]}·{W.shape[0]}"
                 for W, b in layers if W in in_layers]  # fmt: skip
        terms += [f"{g.shape[1]}·{g.shape[0]}" for g in self.graph.givens
                  if g.role == "parameter" and g not in in_layers]  # fmt: skip
        return " + ".join(terms)

    @cached_property
    def _used(self) -> Mapping[str, Callable[..., Any]]:
        """The helpers of all lines, those that are filled in included: they are of use there."""
        found: dict[str, Callable[..., Any]] = {}
        for step in self.steps:
            found |= needed(names_in(self.expression(step)), step.op.helpers)
        return found

    def _helpers(self) -> Iterator[Part]:
        yield Part("helpers", "What the formulas use", code="\n\n\n".join(self._functions()))
        if not self.complete:
            yield Part("check", "What tells right from wrong", as_it_is(HIDING),
                       checks(self.checking))  # fmt: skip
            yield Part("marks", code=self._marks())
            first = [self.names[g] for g in self.graph.givens if g.name in self.exercise.blanks]
            first += [COUNT] * self.asks_parameters
            if first:
                yield Part("first", code=f"check({_quoted(first)})")

    def _functions(self) -> list[str]:
        """The texts of the functions that the lines use."""
        return [*(source(f) for f in self._used.values() if is_ours(f)), source(runtime.show)]

    def _loaded(self) -> Iterator[Part]:
        """What the given numbers are loaded into."""
        return iter(())

    def _work(self) -> Iterator[Part]:
        section, done, viewed = "", set[int](), set[Node]()
        for heading, steps in self._printed():
            lines = [line for s in steps for line in (*self._views((s,), viewed), self._noted(s))]
            yield Part(f"shown-{self.names[steps[0]]}", heading, code="\n".join(lines))
        if any(s.shown for s in self.visible):
            yield Part("show", code=_show_all([self.names[s] for s in self.visible if s.shown]))
        for step in self.visible:
            if step.shown or self.numbers[step] in done:
                continue
            heading = _section(step)
            done.add(self.numbers[step])
            yield self._step(self.numbers[step], heading if heading != section else "", viewed)
            section = heading

    def _printed(self) -> list[tuple[str, list[Step]]]:
        """The steps that the sheet prints, by sections."""
        found: list[tuple[str, list[Step]]] = []
        for step in self.visible:
            if step.shown:
                heading = _section(step)
                if not found or found[-1][0] != heading:
                    found.append((heading, []))
                found[-1][1].append(step)
        return found

    def _views(self, steps: Sequence[Step], done: set[Node]) -> Iterator[str]:
        """The lines of hidden steps that some steps read, if they are not ``done``."""
        for step in (n for s in steps for n in s.inputs):
            if isinstance(step, Step) and step.hidden and step not in done:
                done.add(step)
                yield from self._views((step,), done)
                yield assigned(self.names[step], self.expression(step))

    def _step(self, number: int, heading: str, viewed: set[Node]) -> Part:
        steps = self.groups[number]
        names = [self.names[s] for s in steps]
        if self.complete or not (self.backwards or any(map(self.is_open, steps))):
            told = [f'show("{name}", {name})' for name in names]
        else:
            told = [f"check({_quoted(names)})"]
        lines = [*self._views(steps, viewed), *(self.line(s) for s in steps), *told]
        if len(told) < len(steps) and any(n in steps for s in steps for n in s.inputs):
            lines = [line for s in steps for line in (  # each is needed for the next
                *self._views((s,), viewed), self.line(s), f"check({_quoted([self.names[s]])})")]
        return Part(f"step-{number}", heading, f"[{number}] {sentence(steps)}", "\n".join(lines))

    def _noted(self, step: Step) -> str:
        """A line with its equation beside it."""
        line = assigned(self.names[step], self.expression(step))
        return beside(line, f"# {plain_text(formula(step))}")

    def _key(self) -> Part:
        entries = []
        for step in self.visible:
            rows = [[repr(v) for v in row] for row in number_rows(self.exercise.values[step.name])]
            entries.append(f'    "{self.names[step]}": {array_text(rows, 4)},')
        count = len(self.visible)
        all_of = f"All {count} results are" if count > 1 else "The result is"
        return Part("key", "The answer key", code="\n".join([
            "key = {", *entries, "}", "for name, answer in key.items():",
            "    found = globals()[name]",
            "    assert found.shape == np.shape(answer), "
            'f"{name} has another shape than in the key"',
            "    assert np.allclose(found, answer, rtol=0, atol=1e-7), "
            'f"{name} differs from the key"',
            f'print("\\n{all_of} {"those" if count > 1 else "that"} of the key.")',
        ]))  # fmt: skip


def number_rows(value: Fixed) -> list[list[int | float]]:
    return [[plain(d, value.decimals) for d in row] for row in value.digits.tolist()]


def array_text(rows: Sequence[Sequence[str]], indent: int = 0, beside: int = 30) -> str:
    """A list of lists; a row a line where it would be too long, with so many signs ``beside``
    it."""
    texts = [f"[{', '.join(row)}]" for row in rows]
    one = f"[{', '.join(texts)}]"
    if len(one) + indent <= WIDTH - beside:
        return one
    space = " " * (indent + 4)
    return "\n".join(["[", *(f"{space}{text}," for text in texts), f"{' ' * indent}]"])


def beside(code: str, said: str) -> str:
    """A remark at the right of a line, or above where there is no room."""
    column = min(COLUMN - 1, WIDTH - len(said))
    if "\n" in code or len(code) > column - 1:
        return f"{said}\n{code}"
    return f"{code.ljust(column)}{said}"


def _section(step: Step) -> str:
    told = " (printed on the sheet)" if step.shown else ""
    if step.op.updates:
        return "Gradient descent"
    if step.role == "gradient":
        return "Backward pass"
    if step.group is not None:
        return f"{step.group.name[:1].upper()}{step.group.name[1:]}{told}"
    return f"Forward pass{told}"


def _show_all(names: Sequence[str]) -> str:
    listed = f"for name in ({_quoted(names)}{',' if len(names) == 1 else ''}):"
    wrapped = textwrap.wrap(listed, WIDTH, subsequent_indent=" " * 13)
    return "\n".join([*wrapped, "    show(name, globals()[name])"])


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
