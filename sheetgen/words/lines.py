"""What a sheet says beside its figures: step list, rounding rule, count of parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sheetgen.exercise.backwards import blank_note
from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.layers import Layer, chain_of
from sheetgen.graph.nodes import Given, Graph, Step
from sheetgen.graph.numbers import Fixed, text
from sheetgen.graph.op import Op
from sheetgen.graph.work import Numbered, alone, copies_factors, numbered, place_in_group
from sheetgen.words.checks import check_lines
from sheetgen.words.labels import label
from sheetgen.words.sentences import sentence


@dataclass(frozen=True)
class StepLine:
    """A line of the step list; with an ``answer``, a ruled place to write it."""

    markup: str
    answer: str = ""
    wide: bool = False
    """Set over the whole width, below the others."""
    picture: bool = False
    """About the picture of the net, and needless where that finds no room."""


def step_lines(exercise: Exercise) -> list[StepLine]:
    """What to do, in the order of the numbers in the circles; then the rounding rule and the count
    of parameters."""
    lines = [*_work(exercise), *_net(exercise)]
    if any(line.wide for line in lines) and not exercise.graph.has_gradients:
        lines = [replace(line, wide=True) for line in lines]
    return [*lines, *_notes(exercise)]


def _work(exercise: Exercise) -> list[StepLine]:
    """A line for each step, or for several like ones."""
    groups = numbered(exercise.graph)
    lines = []
    product = alone(exercise.graph)
    if product is not None and copies_factors(product):
        left, top, made = (label(n) for n in (*product.inputs, product))
        lines.append(StepLine(
            f"{left} is copied to the left of {made}, and {top} above it."
            if exercise.settings.is_example
            else f"Copy {left} to the left of the empty boxes and {top} above them."
        ))  # fmt: skip
    if len(groups) > 5 and sum(len(g) > 1 and g[1].op.dies for _, g in groups) > 3:
        lines += _condensed(groups)
    else:
        lines += _listed(exercise.graph, [g for g in groups if not _is_update(g[1])])
    updates = [(number, steps) for number, steps in groups if _is_update(steps)]
    if updates:
        lines.append(_updating(updates))
    return lines


def _updating(updates: Numbered) -> StepLine:
    """One line for the new weights and biases of all layers."""
    rate = updates[0][1][0].params["rate"]
    by = "" if rate == "1" else f"{rate.lstrip('0')} times "
    return StepLine(
        f"[{updates[0][0]}] to [{updates[-1][0]}] Gradient descent: new = old − "
        f"{by}gradient, for each weight and bias.",
        wide=True,
    )


def _net(exercise: Exercise) -> list[StepLine]:
    """What to do with the picture of a net that only goes forward, and the count of its
    parameters."""
    graph, example = exercise.graph, exercise.settings.is_example
    layers = chain_of(graph)
    if not layers or graph.has_gradients:
        return []
    counts = " + ".join(
        f"{la.z.shape[0]}×{_inputs(la.source.shape[0], la.b is not None)}" for la in layers
    )
    asked = (
        f"How many parameters? {counts} ="
        if len(layers) <= 2
        else "How many parameters are there in all?"
    )
    count = str(graph.parameter_count)
    return [
        StepLine(_picture(layers, example), picture=True),
        StepLine(f"{asked} {count}") if example else StepLine(asked, count),
    ]


def _notes(exercise: Exercise) -> list[StepLine]:
    """What is said below the steps: on missing numbers, checks, a table, rounding."""
    graph = exercise.graph
    said = blank_note(graph, exercise.values, exercise.blanks, exercise.settings.knobs)
    lines = [StepLine(line, wide=True) for line in said]
    if exercise.settings.check:
        lines += [StepLine(line, wide=True) for line in check_lines(exercise)]
    lines += [StepLine(line, wide=True) for line in _table_of_sigmoid(graph)]
    if any(g.options.get("shifted") for g in graph.givens):
        lines.append(StepLine("Compare the columns of X, then those of Y. What do you notice?"))
    rule = rounding_rule(graph)
    if rule:
        lines.append(StepLine(rule, wide=True))
    return lines


def _picture(layers: Sequence[Layer], example: bool) -> str:
    """What to do with the picture of the net."""
    column = " for the first column" if layers[0].source.shape[1] > 1 else ""
    if example:
        return f"Each link is a weight that is not 0; the circles hold the values{column}."
    if len(layers) == 1 and layers[0].z.shape[0] == 1:
        return f"Fill the circles{column}."
    which = "missing" if len(layers) > 1 else "other neurons'"
    return f"Draw the {which} links (one for each weight but 0); fill the circles{column}."


def pattern_note(pattern: str) -> str:
    """What stands below the title of a sheet that is worked in whole or in its first steps."""
    if pattern == "none":
        return "A worked example"
    name, _, count = pattern.partition(":")
    if name != "faded" or count == "0":
        return ""
    steps = "step is" if count == "1" else f"{count} steps are"
    return f"The first {steps} worked; go on from there"


def _condensed(groups: Numbered) -> list[StepLine]:
    """A long tower says the same of each layer: say it once."""
    lines = []
    last = max(n for n, g in groups if len(g) > 1)
    for number, steps in groups:
        if number == 1:
            lines.append(
                StepLine(
                    f"[1] to [{last}]: each row of {_row(steps[0])}. "
                    "Negative? Cross it out and write 0 (ReLU).",
                    wide=True,
                )
            )
        elif number > last:
            lines.append(
                StepLine(
                    f"[{number}] {sentence(steps)} No ReLU here."
                    if steps[0].role != "gradient"
                    else f"[{number}] {sentence(steps)}",
                    wide=steps[0].role != "gradient",
                )
            )
    return lines


def _row(step: Step) -> str:
    """What a row of the weights is multiplied with, in a tower."""
    columns = "the column above" if step.shape[1] == 1 else "each column above"
    with_bias = step.op.added is not None
    return f"[W | b] times {columns} and its 1" if with_bias else f"W times {columns}"


def _listed(graph: Graph, groups: Numbered) -> list[StepLine]:
    """A line a step; where there are very many, the like ones together."""
    if len(groups) <= 14:
        return [StepLine(f"[{number}] {sentence(steps)}") for number, steps in groups]
    kinds: dict[tuple[Op, str, str | int], Numbered] = {}
    for number, steps in groups:
        first = steps[0]
        place = place_in_group(graph, first)
        does = _factor(first) if place is None else place
        kinds.setdefault((first.op, first.role, does), []).append((number, steps))
    lines = []
    for alike in kinds.values():
        numbers = ", ".join(str(n) for n, _ in alike)
        more = " Likewise the others." if len(alike) > 1 else ""
        lines.append(StepLine(f"[{numbers}] {sentence(alike[0][1])}{more}", wide=True))
    return lines


def _factor(step: Step) -> str:
    """The matrix that a step names as what it multiplies with: weights, or a factor of a gradient
    that lies on its side."""
    for left, turned, _, _ in step.op.products:
        node = step.inputs[left]
        if isinstance(node, Given) or (turned and step.role == "gradient"):
            return node.name
    return ""


def _is_update(steps: Sequence[Step]) -> bool:
    return steps[0].op.updates


def _table_of_sigmoid(graph: Graph) -> list[str]:
    """The printed table of a sheet that takes σ from one."""
    found = []
    for step in graph.steps:
        if step.params.get("how") == "table":
            zs = Fixed(np.arange(7)[:, None])
            table = step.op.forward(zs, **step.params)
            pairs = ", ".join(
                f"σ({z}) = {text(int(d), table.decimals)}" for z, d in enumerate(table.digits[:, 0])
            )
            found.append(f"Table: {pairs}; beyond that 1. σ(−z) = 1 − σ(z).")
    return list(dict.fromkeys(found))


def _inputs(count: int, bias: bool) -> str:
    return f"({count} + 1)" if bias else str(count)


def rounding_rule(graph: Graph) -> str:
    """How this sheet rounds, empty if nothing on it is rounded."""
    found: dict[int, list[str]] = {}
    for step in graph.steps:
        said = _rounded(step)
        if said:
            of_places = found.setdefault(int(step.params["decimals"]), [])
            of_places += [said] * (said not in of_places)
    rounded = [f"{', '.join(some)} to {_places(places)}" for places, some in found.items()]
    if graph.has_gradients and any(s.params.get("base") == "3" for s in graph.steps):
        rounded.append("3 stands for e, in the gradients too")
    if rounded:
        asked = any(s.op.rounds and s.places is not None for s in graph.worked)
        after = " Go on with the rounded numbers." if asked else ""
        return f"Rounding: {', '.join(rounded)}; a 5 goes up.{after}"
    return next((step.op.note for step in graph.steps if step.op.note), "")


def _rounded(step: Step) -> str:
    """What of a step is rounded, empty if nothing is."""
    if step.op.rounding is None or step.places is None:
        return ""
    return step.op.rounding(step.params).format(made=label(step))


def _places(decimals: int) -> str:
    return f"{decimals} decimal{'s' if decimals > 1 else ''}"


def notes(exercise: Exercise) -> list[str]:
    """What must be said of the numbers wherever an exercise is shown, page or not, as markup: what
    is missing, the check sums, the printed table, the rounding."""
    graph = exercise.graph
    found = blank_note(graph, exercise.values, exercise.blanks, exercise.settings.knobs)
    if exercise.settings.check:
        found += check_lines(exercise)
    return [*found, *_table_of_sigmoid(graph), *filter(None, [rounding_rule(graph)])]
