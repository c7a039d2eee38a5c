"""Error carried forward: what the later answers are if a student's slip is taken as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from sheetgen.errors import SheetgenError, typed
from sheetgen.exercise.exercise import build
from sheetgen.exercise.practice import practice_command
from sheetgen.exercise.recipe import Recipe
from sheetgen.exercise.settings import again
from sheetgen.exercise.written import Label, Slip, read_got
from sheetgen.graph.nodes import Given, Graph, Step
from sheetgen.graph.numbers import Fixed, Values, align, plain
from sheetgen.graph.solve import run

Verdict = Literal[
    "as the key", "slip", "follows from the slip", "changes", "same", "nothing follows"
]


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
    practise: str = ""
    """What is typed for practice of the step, if it has a slip."""

    def as_json(self) -> dict[str, Any]:
        found = {
            "step": self.number, "matrix": self.name, "key": _plain(self.key),
            "follows": None if self.follows is None else _plain(self.follows),
            "got": None if self.got is None else _plain(self.got), "verdict": self.verdict,
        }  # fmt: skip
        return found | ({"practise": self.practise} if self.practise else {})


def carried(recipe: Recipe, got: str, label: Label | None = None) -> list[Line]:
    """Every step from the first slip on; matrices may go by a ``label`` too. Raises SheetgenError
    for what does not fit the sheet."""
    from sheetgen.graph.work import numbered

    exercise = build(again(recipe), [recipe.seed])[0]
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
        practise = practice_command(recipe, step.name) if verdict == "slip" else ""
        lines.append(Line(numbers.get(step.name, 0), step.name, key[step.name],
                          follows[step.name], mine, verdict, practise))  # fmt: skip
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


def _plain(value: Fixed) -> list[list[int | float]]:
    return [[plain(int(d), value.decimals) for d in row] for row in value.digits]
