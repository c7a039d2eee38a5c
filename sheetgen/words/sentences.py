"""What a student is told to do, in plain words and as an equation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sheetgen.graph.formula import Box
from sheetgen.graph.nodes import Node, Step
from sheetgen.words.drawn import UPRIGHT, Drawn
from sheetgen.words.labels import label, within


def formula(step: Step) -> str:
    """The step as one equation in markup."""
    return f"{label(step)} = {equation(step, [label(n) for n in step.inputs])}"


def equation(step: Step, names: Sequence[str]) -> str:
    """What a step works out, with the names of its inputs, however many they are."""
    said = step.op.equation
    if len(names) > 2 and step.op.names[0].endswith("..."):
        sign = said.removeprefix("{0}").removesuffix("{1}")
        return sign.join(names)
    return said.format(*names, **said_params(step))


def filled(said: str, step: Step) -> str:
    """The words of a row on the page, with the names of a step's inputs and its params; of what it
    takes of a matrix the first and the last row or column, counted from 1."""
    return said.format(*map(label, step.inputs), **said_params(step))


def said_params(step: Step) -> dict[str, Any]:
    """A step's params as they are said, and of what it takes of a matrix the ``first`` and the
    ``last`` row or column, counted from 1."""
    params = {name: pretty(str(value)) for name, value in step.params.items()}
    first = int(step.params.get("start", step.params.get("t", 0))) + 1
    last = first - 1 + max(int(step.params.get(side, 0)) for side in ("rows", "cols"))
    return {"first": first, "last": last, **params}


def pretty(number: str) -> str:
    """A number without the 0 before its point."""
    return number.lstrip("0") or "0" if number.startswith("0.") else number


ON_ITS_SIDE = "on its side"
"""Of a block that is turned on the way to another one."""


def factor_behind(step: Step) -> str:
    """By what a step takes the difference of its inputs, as it is written behind that: ``× 2``,
    ``× 2 ÷ 3``; nothing where it only subtracts."""
    before, after = filled(step.op.line.before, step), filled(step.op.line.after, step)
    if not before.endswith(" × (") or not after.startswith(")"):
        return ""
    return f"× {before.removesuffix(' × (')}{after.removeprefix(')')}"


def rule_lines(step: Step) -> list[str]:
    """How a step of one input or of two comes about, in the parts of a line that may be broken
    between them: ``.5 × m_0``, ``+ .5 × g_1``; nothing where a word says it all."""
    names, line = [label(n) for n in step.inputs], step.op.line
    before, between, after = (filled(said, step) for said in (line.before, line.between,
                                                              line.after))  # fmt: skip
    if line.word:
        return []
    if len(names) == 1:
        return [f"{before} {names[0]} {after}".strip()]
    return [f"{before} {names[0]}".strip(), f"{between} {names[1]}{after}"]


def sentence(steps: Sequence[Step], drawn: Drawn = UPRIGHT) -> str:
    """What the student does in one numbered step, in plain words and markup, rows and columns as
    they are drawn."""
    first, *others = steps
    if _with_bias(steps):
        if not drawn.lies(first):
            return " ".join(sentence((step,), drawn) for step in steps)
    elif others and not (first.op.say.in_one and others[0].op.dies):
        return " ".join(sentence((step,), drawn) for step in steps)
    made = ", ".join(dict.fromkeys(drawn.made(s) for s in steps))
    template = _chosen(first, bent=bool(others) and others[0].op.dies, drawn=drawn)
    lying = "⊙" in template and drawn.lies(first) and any(drawn.lies(n) for n in first.inputs)
    said = template.format(
        *(on_its_side(n) if lying and not drawn.lies(n) and n.shape == first.shape
          else drawn.name(n) for n in first.inputs),
        made=made, **_fields(first, drawn, len(steps) > 1)
    )
    for node in first.inputs:
        if node.shape == (1, 1):
            said = said.replace(f"each box of {drawn.name(node)}", drawn.name(node))
    if first.shape == (1, 1):
        said = said.replace(", box by box", "")
    if drawn.lies(first) and not first.op.products and not any(
        drawn.lies(n) for n in first.inputs
    ):
        said = f"{said.removesuffix('.')}, turned on its side."
    return said


def verb_line(steps: Sequence[Step], drawn: Drawn = UPRIGHT) -> str:
    """What meets in the boxes of a product, in a few words: ``row of W × column of X``; nothing for
    what is no product, reads more than that and its bias, or is one for some columns alone."""
    first = steps[0]
    if len(first.op.products) != 1 or first.op.slides or first.op.deciding:
        return ""
    [(left, _, top, _)] = first.op.products
    if any(k not in (left, top) and n.role != "parameter" for k, n in enumerate(first.inputs)):
        return ""
    said = _factors(first, drawn, _with_bias(steps) and drawn.lies(first))
    return " × ".join(re.sub(r"^(?:each|the) (?=row|column)", "", part) for part in said)


def _with_bias(steps: Sequence[Step]) -> bool:
    """Whether it is the gradient of weights together with that of their bias."""
    first = steps[0]
    return len(steps) > 1 and first.role == "gradient" and bool(first.op.products)


def _chosen(step: Step, bent: bool, drawn: Drawn) -> str:
    """The sentence that fits, of those that the op's row has."""
    say = step.op.say
    if say.compact and step.name in drawn.compact:
        return say.compact
    if bent and say.in_one:
        return say.in_one
    if step.params.get("causal") and say.masked:
        return say.masked
    if step.params.get("how") == "table" and say.table:
        return say.table
    if say.one_term and step.op.terms([n.shape for n in step.inputs], step.params) == 1:
        return say.one_term
    return say.one_column if say.one_column and step.shape[1] == 1 else say.many


def _fields(step: Step, drawn: Drawn, with_bias: bool) -> dict[str, Any]:
    """What a sentence may name: the params, rows and columns of a product as they are drawn, and
    inputs however many they are."""
    found = dict(step.params)
    names = [drawn.name(n) for n in step.inputs]
    found |= {"over": " on top of ".join(names), "beside": " beside ".join(names),
              "plus": " + ".join(names)}  # fmt: skip
    if "by" in found:
        found["by"] = pretty(str(found["by"]))
    for name in ("rate", "factor"):
        if name in found:
            found[name] = str(found[name])
            times = found[name].lstrip("0") if found[name].startswith("0.") else found[name]
            found[f"{name}_times"] = "" if times == "1" else f"{times} × "
    if len(step.op.products) == 1:
        found["rows"], found["columns"] = _factors(step, drawn, with_bias)
    if "start" in found:
        count = found["rows"] if "rows" in found else found["cols"]
        moved = step.inputs[0].shape[0 if "rows" in found else 1]
        first = int(found["start"]) + 1
        found["span"] = _span("row" if "rows" in found else "column", first,
                              first + min(int(count), moved) - 1)  # fmt: skip
    if "t" in found:
        found["number"] = int(found["t"]) + 1
    return found


def _span(what: str, first: int, last: int) -> str:
    """``rows 3 and 4``."""
    if first == last:
        return f"{what} {first}"
    return f"{what}s {first} {'and' if last == first + 1 else 'to'} {last}"


def _factors(step: Step, drawn: Drawn, with_bias: bool) -> list[str]:
    """The rows and the columns that a product multiplies: as they stand on the page, where the
    factors of a result that lies on its side have changed places."""
    left, left_turned, top, top_turned = step.op.products[0]
    one, other = (step.inputs[left], left_turned), (step.inputs[top], top_turned)
    if drawn.lies(step):
        one, other = (other[0], not other[1]), (one[0], not one[1])
    names = [on_its_side(n) if turned else drawn.name(n) for n, turned in (one, other)]
    sides = [_shape(n, turned) for n, turned in (one, other)]
    single = sides[0][1] == 1
    many = [sides[0][0] > 1, sides[1][1] > 1]
    if step.op.added is not None:
        bias = drawn.name(step.inputs[step.op.added])
        names = [f"[{names[0]} | {bias}]", f"[{within(names[1])} ; 1]"]
        single = False
    if with_bias and step.role == "gradient":
        names[0], many[0] = f"[{names[0]} ; 1]", True
    one_sum = not single and not any(many)
    whole = ("the row " if one_sum else "",
             "the column " if one_sum or step.op.added is not None else "")  # fmt: skip
    box = "each box of "
    each = (box, box) if single else ("each row of ", "each column of ")
    return [f"{each[k] if many[k] else whole[k]}{names[k]}" for k in (0, 1)]


def _stands_over(node: Node) -> bool:
    """Whether a node is of some over one another that have no name of their own."""
    body = node.op.formula.body if isinstance(node, Step) and node.hidden else None
    return isinstance(body, Box) and body.join == "over" and not node.label


def on_its_side(node: Node) -> str:
    """A matrix with a raised T; of some that stand over one another, each."""
    if isinstance(node, Step) and node.hidden and not node.label and len(node.inputs) > 1 and all(
        map(_stands_over, node.inputs)
    ):  # fmt: skip
        rows = [" ".join(f"{label(n)}^T" for n in column.inputs) for column in node.inputs
                if isinstance(column, Step)]  # fmt: skip
        return f"[{' ; '.join(rows if len(rows) < 3 else (rows[0], '…', rows[-1]))}]"
    if isinstance(node, Step) and _stands_over(node):
        return f"[{' | '.join(f'{label(n)}^T' for n in node.inputs)}]"
    return label(node) if node.shape == (1, 1) else f"{label(node)}^T"


def _shape(node: Node, turned: bool) -> tuple[int, int]:
    rows, columns = node.shape
    return (columns, rows) if turned else (rows, columns)
