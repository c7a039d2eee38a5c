"""Numbers from a file: read them, and find the options that their shapes ask for."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sheetgen.draw.effort import of_graph
from sheetgen.draw.rules.results import bounded
from sheetgen.errors import SheetgenError, counted
from sheetgen.exercise.blanks import Blanks, choose_blanks
from sheetgen.exercise.exercise import Exercise
from sheetgen.exercise.gaps import find_missing, told_of
from sheetgen.exercise.settings import SHEET_OPTIONS, Settings, settings
from sheetgen.graph.nodes import Given, Graph, Shape
from sheetgen.graph.numbers import Fixed, decimal_of, from_decimals
from sheetgen.graph.reach import losses
from sheetgen.graph.solve import solve
from sheetgen.topics.catalogue import find
from sheetgen.topics.options import Option, Value
from sheetgen.topics.registry import Topic
from sheetgen.verify.second_way import verify

LARGEST_SIDE = 32
READS = ("sheetgen-exercise/1", "sheetgen-exercise/2")
"""Formats whose given matrices are read."""


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file. Raises SheetgenError with the place of a slip."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SheetgenError(f"{path}: not a text file in UTF-8") from None
    except OSError as problem:
        missing = isinstance(problem, FileNotFoundError)
        why = "there is no such file" if missing else problem.strerror or problem
        raise SheetgenError(f"{path}: {why}") from None
    return parse_json(text, str(path))


def parse_json(text: str, path: str) -> dict[str, Any]:
    """The matrices in a JSON text; ``path`` names it in errors. Raises SheetgenError."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as problem:
        raise SheetgenError(
            f"{path}: not JSON: {problem.msg} in line {problem.lineno}, column {problem.colno}"
        ) from None
    except ValueError:
        raise SheetgenError(f"{path}: a number has too many digits") from None
    except RecursionError:
        raise SheetgenError(f"{path}: nested too deeply to be matrices") from None
    if not isinstance(data, dict):
        raise SheetgenError(
            f'{path}: expected an object of matrices, such as {{"A": [[1, 2], [3, 4]]}}'
        )
    if isinstance(data.get("given"), dict):
        return dict(data["given"])
    if data.get("format") in READS and isinstance(data.get("matrices"), list):
        return {
            m["name"]: m["values"]
            for m in data["matrices"]
            if m.get("role") in ("input", "parameter", "target", "constant") and m.get("op") is None
        }
    return data


def matrix(name: str, value: Any) -> Fixed:
    """A matrix from lists of numbers; a flat list is a column. Raises SheetgenError naming the
    place."""
    if not isinstance(value, list):
        value = [[value]]
    if not value:
        raise SheetgenError(f"{name} is empty")
    if not any(isinstance(row, list) for row in value):
        value = [[v] for v in value]
    for k, row in enumerate(value, 1):
        if not isinstance(row, list):
            raise SheetgenError(f"{name}: row {k} is not a list of numbers")
        if len(row) != len(value[0]):
            raise SheetgenError(
                f"{name} is ragged: row 1 has {counted(len(value[0]), 'number')}, "
                f"row {k} has {len(row)}"
            )
    if not value[0]:
        raise SheetgenError(f"{name} is empty")
    if len(value) > LARGEST_SIDE or len(value[0]) > LARGEST_SIDE:
        raise SheetgenError(
            f"{name} is {len(value)}×{len(value[0])}; no side may be longer than {LARGEST_SIDE}"
        )
    return from_decimals(
        [
            [decimal_of(v, f"{name}, row {i}, column {j}") for j, v in enumerate(row, 1)]
            for i, row in enumerate(value, 1)
        ]
    )


def read_given(
    topic: str, data: Mapping[str, Any], options: Mapping[str, Any]
) -> tuple[Settings, dict[str, Fixed]]:
    """Settings that fit the given matrices, and the matrices. Raises SheetgenError naming the
    misfit."""
    asked, values, _ = _read(topic, data, options, results=False)
    return asked, values


def _read(
    topic: str, data: Mapping[str, Any], options: Mapping[str, Any], *, results: bool
) -> tuple[Settings, dict[str, Fixed], dict[str, Fixed]]:
    """The same, and apart from them the matrices that are worked out, if such ``results`` may be
    told."""
    found = find(topic)
    if found.parts:
        raise SheetgenError(f"--given: {found.name} is several exercises, each with numbers of its "
                            "own; give a topic, such as matrix-multiplication")  # fmt: skip
    chosen = dict(options)
    if chosen.get("after") is not None:
        raise SheetgenError("--after draws numbers of its own; leave it or the given ones out")
    values: dict[str, Fixed] = {}
    for name, value in data.items():
        key = name.replace("-", "_")
        if key in found.options and not isinstance(value, list):
            chosen.setdefault(key, value)
        elif name.endswith("b") and len(name) > 1 and name[0] == "W" and isinstance(value, list):
            joint = matrix(name, value)
            tail = name[1:-1]
            values[f"W{tail}"] = Fixed(joint.digits[:, :-1], joint.decimals)
            values[f"b{tail}"] = Fixed(joint.digits[:, -1:], joint.decimals)
        else:
            values[name] = matrix(name, value)
    own = {k: v for k, v in chosen.items() if k not in SHEET_OPTIONS}
    shapes: dict[str, Shape] = {
        n: (v.digits.shape[0], v.digits.shape[1]) for n, v in values.items()
    }
    fitted = fit_options(found, shapes, own)
    graph = found.graph(fitted)
    told = {s.name: values.pop(s.name) for s in graph.steps if results and s.name in values}
    _check_names(found, graph, values)
    for given in graph.givens:
        if given.name not in values and given.always is not None:
            values[given.name] = given.always
        if given.name in shapes and shapes[given.name] != given.shape:
            rows, cols = shapes[given.name]
            raise SheetgenError(
                f"{given.name} is {rows}×{cols}; to fit the other matrices it must be "
                f"{given.shape[0]}×{given.shape[1]}"
            )
        if given.draw == "weights" and values.get(given.name) is None:
            raise SheetgenError(
                f"{given.name} is missing: a {given.shape[0]}×{given.shape[1]} matrix"
            )
    _check_targets(graph, values)
    shown = {k: found.options[k].show(v) for k, v in fitted.items()}
    rest = {k: v for k, v in chosen.items() if k in SHEET_OPTIONS}
    return settings(found.name, {**shown, **rest}), values, told


def _check_names(topic: Topic, graph: Graph, values: Mapping[str, Fixed]) -> None:
    names = [g.name for g in graph.givens]
    for name in values:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1, 0.3)
            hint = f"did you mean {near[0]}?" if near else f"it takes {', '.join(names)}"
            raise SheetgenError(f"{topic.name} has no matrix {name}; {hint}")
    for given in graph.givens:
        if given.name not in values and given.always is None:
            raise SheetgenError(
                f"{given.name} is missing: a {given.shape[0]}×{given.shape[1]} matrix"
            )


def _check_targets(graph: Graph, values: Mapping[str, Fixed]) -> None:
    """Raises SheetgenError for a target that a loss has no meaning for."""
    for step in losses(graph):
        target = values.get(step.inputs[-1].name)
        if step.op.target_within is None or target is None:
            continue
        low, high = step.op.target_within
        unit = 10**target.decimals
        if ((target.digits < low * unit) | (target.digits > high * unit)).any():
            raise SheetgenError(f"{step.inputs[-1].name}: the target of {step.op.equation} lies "
                                f"between {low} and {high}")  # fmt: skip


def fit_options(
    topic: Topic, shapes: Mapping[str, Shape], fixed: Mapping[str, Any]
) -> dict[str, Value]:
    """The options whose givens have these shapes, as far as shapes tell: which sizes grow with an
    option is found by trying."""
    options = topic.settle(fixed)
    free = [o for n, o in topic.options.items() if n not in fixed]
    for _ in range(2):  # some options go with the right sizes alone
        for option in free:
            options[option.name] = _best(topic, shapes, options, option)
        for option in free:
            if option.kind == "int":
                options[option.name] = _size(topic, shapes, options, option, None)
            elif option.kind == "widths":
                for k in range(len(_widths(options[option.name]))):
                    options[option.name] = _size(topic, shapes, options, option, k)
    return options


def _widths(value: Value) -> tuple[int, ...]:
    assert isinstance(value, tuple)
    return value


def _variants(option: Option, value: Value) -> list[Value]:
    if option.kind == "bool":
        return [value, not value]
    if option.kind == "choice":
        return [value, *(c for c in option.choices if c != value)]
    if option.kind == "widths":
        counts = range(option.lengths[0], option.lengths[1] + 1)
        narrow = [(3, *(2,) * (n - 2), 3) for n in counts if n > 2]
        return [value, *((2,) * n for n in counts), *narrow]
    if option.kind == "int":
        return [value, *(n for n in range(option.low, min(option.high, 8) + 1) if n != value)]
    return [value]


def _givens(topic: Topic, options: Mapping[str, Value]) -> Sequence[Given] | None:
    try:
        return topic.graph(options).givens
    except SheetgenError:
        return None


def _best(
    topic: Topic, shapes: Mapping[str, Shape], options: Mapping[str, Value], option: Option
) -> Value:
    """The value of an option for which the givens have the most of the given names, and of these
    that for which they have the most of the shapes."""

    def distance(value: Value) -> tuple[int, int]:
        found = _givens(topic, {**options, option.name: value})
        if found is None:
            return 10**6, 0
        missing = sum(g.always is None and g.name not in shapes for g in found)
        unknown = len(set(shapes).difference(g.name for g in found))
        other = sum(g.shape != shapes.get(g.name, g.shape) for g in found)
        return missing + unknown, other

    return min(_variants(option, options[option.name]), key=distance)


def _size(
    topic: Topic,
    shapes: Mapping[str, Shape],
    options: Mapping[str, Value],
    option: Option,
    index: int | None,
) -> Value:
    """The value of a size (or of one width) for which the sides that depend on it are as long as
    given."""
    value = options[option.name]

    def changed(n: int) -> list[Value]:
        if index is None:
            return [n]
        alone, ends = list(_widths(value)), list(_widths(value))
        alone[index] = ends[0] = ends[-1] = n
        return [tuple(alone), tuple(ends)] if index in (0, len(ends) - 1) else [tuple(alone)]

    def sides(n: int) -> dict[tuple[str, int], int]:
        for some in changed(n):
            givens = _givens(topic, {**options, option.name: some})
            if givens is not None:
                return {(g.name, axis): g.shape[axis] for g in givens for axis in (0, 1)}
        return {}

    tried = ((n, sides(n)) for n in (2, 3, 1, *range(4, option.high + 1)))
    fitting = [(n, found) for n, found in tried if found][:2]
    if len(fitting) < 2:
        return value
    (few, low), (more, high) = fitting
    grown = {side: (high.get(side, low[side]) - low[side]) / (more - few) for side in low}
    for (name, axis), by in sorted(grown.items(), key=lambda item: item[1] != 1):
        length = low[name, axis]
        if name in shapes and by >= 1 and (shapes[name][axis] - length) % by == 0:
            wanted = few + int((shapes[name][axis] - length) / by)
            if not option.low <= wanted <= option.high:
                raise SheetgenError(
                    f"{name} is {shapes[name][0]}×{shapes[name][1]}; --{option.flag} goes from "
                    f"{option.low} to {option.high}"
                )
            some = changed(wanted)
            fits = (v for v in some if _givens(topic, {**options, option.name: v}) is not None)
            return next(fits, some[0])
    return value


def remarks(exercise: Exercise) -> list[str]:
    """Warnings about numbers that a pencil does not like."""
    found = []
    for step in exercise.graph.worked:
        value = exercise.values[step.name]
        if bounded(step) and np.abs(value.digits).max(initial=0) > 20 * 10**value.decimals:
            found.append(f"{step.name} goes beyond ±20")
        if value.decimals > 1 and step.places is None:
            digits = value.digits % 10 ** (value.decimals - 1)
            if digits.any():
                found.append(f"{step.name} has more than one decimal")
    for step in exercise.graph.steps:
        if step.op.dies:
            z = exercise.values[step.inputs[0].name].digits
            if not (z > 0).any():
                found.append(f"all units of {step.name} are dead")
        if step.op.shares:
            p = exercise.values[step.name]
            if (p.digits.sum(axis=-2) != 10**p.decimals).any():
                found.append(f"the rounded columns of {step.name} do not add up to 1")
    return found


def from_given(
    topic: str, given: Mapping[str, Any], options: Mapping[str, Any] | None = None
) -> tuple[Exercise, list[str]]:
    """An exercise with numbers from elsewhere, and warnings about those that are not hand-friendly.

    Sizes follow from the matrices. Where a number is None, it is found from the results that are
    given too, and left open. Raises SheetgenError naming a missing matrix, a misfit or a text for a
    number, and where not exactly one number is what is missing.
    """
    told = told_of(given)
    asked, values, results = _read(topic, told.filled, options or {}, results=bool(told.gaps))
    blanks: Blanks = told.gaps
    if told.gaps:
        asked = replace(asked.with_blank("backwards"), results_told=True)
        solved = find_missing(asked.graph, values, results, told.gaps)
    else:
        solved = solve(asked.graph, values)
        blanks = choose_blanks(asked.graph, solved, asked.blank, 0, asked.knobs, asked.guide)
    verify(asked.graph, {k: Fixed(v.digits[None], v.decimals) for k, v in solved.items()})
    exercise = Exercise(asked, None, solved, blanks, float(of_graph(asked.graph, solved)))
    return exercise, remarks(exercise)
