"""Error carried forward: what the later answers are if a student's slip is taken as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from sheetgen.errors import SheetgenError, typed
from sheetgen.exercise.exercise import build
from sheetgen.exercise.recipe import Recipe
from sheetgen.exercise.settings import settings
from sheetgen.exercise.written import Label, Slip, read_got
from sheetgen.graph.nodes import Given, Graph
from sheetgen.graph.numbers import Fixed, Values, align, plain
from sheetgen.graph.solve import run

Verdict = Literal["as the key", "slip", "follows from the slip", "changes", "same"]


@dataclass(frozen=True)
class Line:
    """One step: what the key says, what follows from the student's numbers, what was written."""

    number: int
    name: str
    key: Fixed
    follows: Fixed
    got: Fixed | None
    verdict: Verdict

    def as_json(self) -> dict[str, Any]:
        return {
            "step": self.number, "matrix": self.name, "key": _plain(self.key),
            "follows": _plain(self.follows),
            "got": None if self.got is None else _plain(self.got), "verdict": self.verdict,
        }  # fmt: skip


def carried(recipe: Recipe, got: str, label: Label | None = None) -> list[Line]:
    """Every step from the first slip on; matrices may go by a ``label`` too. Raises SheetgenError
    for what does not fit the sheet."""
    from sheetgen.graph.work import numbered

    exercise = build(settings(recipe.topic, recipe.options), [recipe.seed])[0]
    graph, key = exercise.graph, exercise.values
    with typed():
        slips = read_got(got, graph, label)
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


def _verdict(key: Fixed, follows: Fixed, got: Fixed | None) -> Verdict:
    if got is None:
        return "same" if same(key, follows) else "changes"
    if same(got, key):
        return "as the key"
    return "follows from the slip" if same(got, follows) else "slip"


def same(a: Fixed, b: Fixed) -> bool:
    (x, y), _ = align(a, b)
    return bool((x == y).all())


def recompute(
    graph: Graph, key: Mapping[str, Fixed], slips: Mapping[str, list[Slip]]
) -> tuple[Values, Values]:
    """What each step gives from the numbers that the student had, and what he wrote."""
    has: Values = {}
    follows: Values = {}
    written: Values = {}
    for node in graph.nodes:
        try:
            value = key[node.name] if isinstance(node, Given) else run(node, has)
        except SheetgenError as problem:
            raise SheetgenError(f"{node.name}: {problem}") from None
        follows[node.name] = value
        if node.name in slips:
            value = written[node.name] = _with_slips(value, slips[node.name])
        has[node.name] = value
    return follows, written


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


def _plain(value: Fixed) -> list[list[int | float]]:
    return [[plain(int(d), value.decimals) for d in row] for row in value.digits]
