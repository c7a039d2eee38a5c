"""Error carried forward: what the later answers are if a student's slip is taken as it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import numpy as np

from sheetgen.errors import SheetgenError, typed
from sheetgen.exercise.exercise import build
from sheetgen.exercise.recipe import Recipe
from sheetgen.exercise.settings import again
from sheetgen.graph.nodes import Given, Graph, Node, Step
from sheetgen.graph.numbers import Fixed, Values, align, decimal_of, plain
from sheetgen.graph.solve import run

Verdict = Literal[
    "as the key", "slip", "follows from the slip", "changes", "same", "nothing follows"
]
_PAIR = re.compile(r"\s*([A-Za-z]\w*)\s*(?:\[\s*(\d+)\s*(?:,\s*(\d+)\s*)?\])?\s*=\s*")


@dataclass(frozen=True)
class Line:
    """One step: what the key says, what follows from the student's numbers, what was written."""

    number: int
    name: str
    key: Fixed
    follows: Fixed | None
    """None where no number follows: a division by 0, say."""
    got: Fixed | None
    verdict: Verdict

    def as_json(self) -> dict[str, Any]:
        return {
            "step": self.number, "matrix": self.name, "key": _plain(self.key),
            "follows": None if self.follows is None else _plain(self.follows),
            "got": None if self.got is None else _plain(self.got), "verdict": self.verdict,
        }  # fmt: skip


@dataclass(frozen=True)
class Slip:
    """A number, or a whole matrix, that the student wrote."""

    name: str
    cell: tuple[int, int] | None
    numbers: tuple[tuple[Decimal, ...], ...]


def carried(recipe: Recipe, got: str) -> list[Line]:
    """Every step from the first slip on. Raises SheetgenError for what does not fit the sheet."""
    from sheetgen.graph.work import numbered

    exercise = build(again(recipe), [recipe.seed])[0]
    graph, key = exercise.graph, exercise.values
    with typed():
        slips = read_got(got, graph)
    follows, written = recompute(graph, key, slips)
    numbers = {s.name: number for number, steps in numbered(graph) for s in steps}
    lines = []
    for step in graph.steps:
        if step.hidden:
            continue
        mine = written.get(step.name)
        verdict = _verdict(key[step.name], follows[step.name], mine)
        lines.append(Line(numbers.get(step.name, 0), step.name, key[step.name],
                          follows[step.name], mine, verdict))  # fmt: skip
    first = next((k for k, line in enumerate(lines) if line.got is not None), 0)
    return lines[first:]


def _verdict(key: Fixed, follows: Fixed | None, got: Fixed | None) -> Verdict:
    if got is not None and same(got, key):
        return "as the key"
    if follows is None:
        return "nothing follows" if got is None else "slip"
    if got is None:
        return "same" if same(key, follows) else "changes"
    return "follows from the slip" if same(got, follows) else "slip"


def same(a: Fixed, b: Fixed) -> bool:
    (x, y), _ = align(a, b)
    return bool((x == y).all())


def recompute(
    graph: Graph, key: Mapping[str, Fixed], slips: Mapping[str, list[Slip]]
) -> tuple[dict[str, Fixed | None], Values]:
    """What each step gives from the numbers that the student had, and what he wrote. Where they
    give no number (a sum of powers that is 0 is divided by), the student goes on with what he
    wrote."""
    has: Values = {}
    follows: dict[str, Fixed | None] = {}
    written: Values = {}
    for node in graph.nodes:
        value = key[node.name] if isinstance(node, Given) else _result(node, has)
        follows[node.name] = value
        if node.name in slips:
            value = _with_slips(key[node.name] if value is None else value, slips[node.name])
            written[node.name] = value
        if value is not None:
            has[node.name] = value
    return follows, written


def _result(step: Step, has: Values) -> Fixed | None:
    """The result of a step, if there is one."""
    if any(node.name not in has for node in step.inputs):
        return None
    try:
        return run(step, has)
    except SheetgenError:
        return None


def _with_slips(value: Fixed, slips: list[Slip]) -> Fixed:
    """The numbers with what was written in their place."""
    places = max((-int(n.as_tuple().exponent) for s in slips for row in s.numbers for n in row),
                 default=0)  # fmt: skip
    (digits, _), decimals = align(value, Fixed(np.zeros((1, 1), np.int64), max(places, 0)))
    digits = digits.copy()
    for slip in slips:
        new = np.array([[int(n.scaleb(decimals)) for n in row] for row in slip.numbers], np.int64)
        if slip.cell is None:
            digits = new
        else:
            digits[slip.cell] = new[0, 0]
    return Fixed(digits, decimals)


def read_got(got: str, graph: Graph) -> dict[str, list[Slip]]:
    """``z2=[5,3],a2[1]=5`` as slips by matrix. Raises SheetgenError saying what does not fit."""
    found: dict[str, list[Slip]] = {}
    rest = got.strip().replace("−", "-")
    while rest:
        match = _PAIR.match(rest)
        if match is None:
            raise SheetgenError(f"--got: {rest[:30]!r} is not like z2=5, z2=[5,3] or z2[1]=5")
        raw, rest = _value(rest[match.end() :])
        node = graph.by_name.get(match[1])
        if node is None:
            names = ", ".join(s.name for s in graph.steps if not s.hidden)
            raise SheetgenError(f"--got: this sheet has no {match[1]}; it has {names}")
        slip = _slip(node, match[2], match[3], raw)
        found.setdefault(node.name, []).append(slip)
    if not found:
        raise SheetgenError("--got: say what the student wrote, such as z2=5,a2=5")
    return found


def _value(rest: str) -> tuple[str, str]:
    """The text of a value, and what stands behind the comma after it."""
    depth = 0
    for k, sign in enumerate(rest):
        depth += (sign == "[") - (sign == "]")
        if sign in ",;" and depth <= 0:
            return rest[:k].strip(), rest[k + 1 :].strip()
    return rest.strip(), ""


def _slip(node: Node, row: str | None, column: str | None, raw: str) -> Slip:
    rows, cols = node.shape
    size = f"{node.name} is {rows}×{cols}"
    numbers = _numbers(raw, node.name)
    count = sum(map(len, numbers))
    if row is not None:
        if column is None:
            i, j = (0, int(row) - 1) if rows == 1 else (int(row) - 1, 0)
            if cols > 1 and rows > 1:
                raise SheetgenError(f"--got: {size}; name row and column: {node.name}[{row},1]=…")
        else:
            i, j = int(row) - 1, int(column) - 1
        if not (0 <= i < rows and 0 <= j < cols):
            raise SheetgenError(f"--got: {size}; there is no such box, they count from 1")
        if count != 1:
            raise SheetgenError(f"--got: one box of {node.name} takes one number, not {raw}")
        return Slip(node.name, (i, j), numbers)
    if count == rows * cols and (len(numbers) == 1 or cols == 1):
        flat = [n for line in numbers for n in line]
        numbers = tuple(tuple(flat[k : k + cols]) for k in range(0, count, cols))
    if [len(line) for line in numbers] != [cols] * rows:
        raise SheetgenError(
            f"--got: {size}, and {raw or 'nothing'} does not fit; "
            f"name one box with {node.name}[1{',1' if cols > 1 and rows > 1 else ''}]=…"
        )
    return Slip(node.name, None, numbers)


def _numbers(raw: str, name: str) -> tuple[tuple[Decimal, ...], ...]:
    """``5``, ``[5,3]`` or ``[[1,2],[3,4]]`` as rows."""
    inner = raw.strip()
    if inner.startswith("[") and inner.endswith("]"):
        inner = inner[1:-1].strip()
    lines = re.findall(r"\[([^\[\]]*)\]", inner) if "[" in inner else [inner]
    rows = []
    for line in lines:
        words = [w for w in re.split(r"[,;\s]+", line) if w]
        rows.append(tuple(_number(w, name) for w in words))
    return tuple(rows)


def _number(word: str, name: str) -> Decimal:
    number = decimal_of(word, f"--got {name}")
    if not number.is_finite() or abs(number) > 10**9 or number != round(number, 6):
        raise SheetgenError(f"--got: {word} in {name} is no number that stands on a sheet")
    return number.normalize() if number != number.to_integral_value() else Decimal(int(number))


def _plain(value: Fixed) -> list[list[int | float]]:
    return [[plain(int(d), value.decimals) for d in row] for row in value.digits]
