"""Practice of one step: the same step several times on a page, with other numbers each time, and
with what it needs printed."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw.effort import of_graph
from sheetgen.draw.random import mix
from sheetgen.draw.rounds import Drawn
from sheetgen.errors import SheetgenError
from sheetgen.exercise.recipe import Recipe
from sheetgen.exercise.written import bare
from sheetgen.graph.exact import compiled
from sheetgen.graph.nodes import Given, Graph, Node, Step, next_in_order, written
from sheetgen.graph.numbers import Fixed, Values, align
from sheetgen.topics.registry import Topic

TIMES, LARGE_TIMES = 5, 3
"""How often the step is asked; and where it has many boxes."""
LARGE = 18
"""Boxes of what it reads and makes, beyond which a step has many."""
TRIED = 9
"""Exercises that are drawn for them: of those that are alike one is taken."""
LARGEST = 2**62


def step_called(name: str, graph: Graph) -> Step:
    """The step that is practised: by its name, or as it is printed. Raises SheetgenError with the
    names that there are."""
    steps = [s for s in graph.steps if not s.hidden and not _routed(s)]
    wanted = bare(name.strip())
    for told in (lambda s: s.name == name.strip(), lambda s: bare(s.name) == wanted,
                 lambda s: bare(s.name).lower() == wanted.lower(),
                 lambda s: bool(s.label) and bare(s.label) == wanted):  # fmt: skip
        found = [s for s in steps if told(s)]
        if len(found) == 1:
            return found[0]
    said = name.strip()[:40] or "nothing"
    names = ", ".join(s.name for s in steps)
    if any(bare(g.name).lower() == wanted.lower() for g in graph.givens):
        raise SheetgenError(f"--after: {said} is given, and nothing leads to it; there are {names}")
    raise SheetgenError(f"--after: there is no {said} to be worked out; there are {names}")


def _routed(step: Step) -> bool:
    """Whether it is a product for those samples alone that are sent to it, which no page of it
    alone says."""
    return bool(step.op.products) and bool(step.op.deciding)


def practice_command(recipe: Recipe, name: str) -> str:
    """What is typed for practice of a step of a sheet, with the options of the sheet; of a step
    that is practised already, for more of the same."""
    options = {k: v for k, v in recipe.options.items() if k not in ("blank", "check", "guide",
                                                                    "answers")}  # fmt: skip
    name = options.pop("after", name)
    words = ["sheetgen", "make", recipe.topic, "--after", name]
    for option, value in sorted(options.items()):
        flag = option.replace("_", "-")
        words += [f"--{flag}"] if value == "yes" else [f"--no-{flag}"] if value == "no" else [
            f"--{flag}", value]  # fmt: skip
    return shlex.join(words)


def practised(topic: Topic, name: str) -> Topic:
    """A topic as it is where one of its steps is practised: the rest of it has no place there."""
    title = f"Practice: {topic.plain or topic.title}"
    return replace(topic, title=title, plain="", arrangement="march", code="", torch={}, asks=(),
                   figures=())  # fmt: skip


@lru_cache(maxsize=64)
def practice(graph: Graph, name: str) -> Graph:
    """The graph of a step alone, several times, each with givens of its own."""
    step = step_called(name, graph)
    boxes = sum(n.shape[0] * n.shape[1] for n in (step, *map(written, step.inputs)))
    made = []
    for k in range(1, (TIMES if boxes <= LARGE else LARGE_TIMES) + 1):
        copies: dict[Node, Node] = {}
        inputs = tuple(_copied(node, k, copies) for node in step.inputs)
        made.append(replace(_again(step, inputs, k), role="output"))
    return Graph.of(made)


def _copied(node: Node, k: int, copies: dict[Node, Node]) -> Node:
    """What a step reads, as a given; matrices that are joined, and hidden as one, stay apart."""
    node = written(node)
    if node not in copies:
        if isinstance(node, Step) and node.hidden and len(node.inputs) > 1:
            inputs = tuple(_copied(n, k, copies) for n in node.inputs)
            copies[node] = _again(node, inputs, k)
        else:
            copies[node] = _given(node, k)
    return copies[node]


def _given(node: Node, k: int) -> Given:
    is_given = isinstance(node, Given)
    role = node.role if is_given or node.role == "gradient" else "input"
    return Given(
        f"{node.name}_{k}", node.shape, role, node.draw if isinstance(node, Given) else "numbers",
        options=node.options if isinstance(node, Given) else {}, rows_said=node.rows_said,
        columns_said=node.columns_said, copy_of=node, copy=k,
    )  # fmt: skip


def _again(step: Step, inputs: tuple[Node, ...], k: int) -> Step:
    return replace(
        step, name=f"{step.name}_{k}", inputs=inputs, role="state", of=None, term_of=None,
        use=None, loss=None, through=None, shown=False, label="", part="", group=None,
        order=next_in_order(), copy_of=step, copy=k,
    )  # fmt: skip


def practice_numbers(
    graph: Graph, seeds: Sequence[int], drawn_by: Callable[[Sequence[int]], Drawn]
) -> Drawn:
    """Numbers for the practice of a step with each of some seeds: those of several exercises, no
    two of which read the same, and in which the usual slips show."""
    step = next(n.copy_of for n in graph.outputs)
    assert isinstance(step, Step)
    every = mix(np.repeat(np.array(seeds, np.uint64), TRIED) * np.uint64(TRIED)
                + np.tile(np.arange(TRIED, dtype=np.uint64), len(seeds)))  # fmt: skip
    drawn = drawn_by([int(seed) for seed in every % np.uint64(LARGEST)])
    place = np.cumsum(drawn.found) - 1
    telling = _telling(step, drawn.values) if drawn.found.any() else np.zeros(0, np.int64)
    times, chosen = len(graph.outputs), []
    for k in range(len(seeds)):
        rows = [int(place[n]) for n in range(k * TRIED, (k + 1) * TRIED) if drawn.found[n]]
        rows.sort(key=lambda row: -telling[row])
        chosen.append(_apart(graph, drawn.values, rows)[:times])
    found = np.array([len(rows) == times for rows in chosen])
    kept = np.array([rows for rows in chosen if len(rows) == times], np.int64).reshape(-1, times)
    values: Values = {}
    for node in graph.nodes if found.any() else ():
        assert node.copy_of is not None
        value = drawn.values[node.copy_of.name]
        values[node.name] = Fixed(value.digits[kept[:, node.copy - 1]], value.decimals)
    if values and not telling.any():
        _turned(graph, step, values)
    effort = np.broadcast_to(of_graph(graph, values), (int(found.sum()),)) if values else (
        np.zeros(0))  # fmt: skip
    return Drawn(values, np.zeros(int(found.sum()), np.int64), np.asarray(effort, float), found)


def _turned(graph: Graph, step: Step, values: Values) -> None:
    """The sign of one number turned in every other exercise, so that the usual slips show: a topic
    whose second layer has no dead unit would let nobody practise what a dead one does."""
    for result in graph.outputs[::2]:
        assert isinstance(result, Step)
        for n in range(len(values[result.name].digits)):
            _turn_one(result, step, values, n)


def _turn_one(result: Step, step: Step, values: Values, n: int) -> None:
    """Turn the first sign in exercise ``n`` after which a slip shows, from the last input on."""
    for node in reversed(result.inputs):
        if not isinstance(node, Given):
            continue
        whole = values[node.name]
        for place in np.ndindex(node.shape):
            digits = whole.digits[n].copy()
            digits[place] *= -1
            now = {i.name: Fixed(values[i.name].digits[n][None], values[i.name].decimals)
                   for i in result.inputs}  # fmt: skip
            now[node.name] = Fixed(digits[None], whole.decimals)
            try:
                made = step.forward(*(now[i.name] for i in result.inputs))
            except SheetgenError:
                continue
            named = {i.name: now[j.name]
                     for i, j in zip(step.inputs, result.inputs, strict=True)}  # fmt: skip
            if not _telling(step, {**named, step.name: made}).any():
                continue
            for name, digits_now, decimals in ((node.name, digits, whole.decimals),
                                               (result.name, made.digits[0], made.decimals)):
                before = values[name]
                assert before.decimals == decimals
                changed = before.digits.copy()
                changed[n] = digits_now
                values[name] = Fixed(changed, decimals)
            return


def _telling(step: Step, values: Values) -> NDArray[np.int64]:
    """How many of the usual slips of a step change its result, in each exercise."""
    right = values[step.name]
    found = np.zeros(len(right.digits), np.int64)
    inputs = [values[n.name] for n in step.inputs]
    for slip in step.op.slips:
        try:
            made, shape = compiled(step.op.slipped(slip), [n.shape for n in step.inputs],
                                   step.params)  # fmt: skip
            wrong = made(*inputs) if shape == step.shape else None
        except (ValueError, SheetgenError):
            continue  # it comes to no such matrix, or to no number
        if wrong is not None:
            (a, b), _ = align(right, wrong)
            found += (a != b).any(axis=(-1, -2))
    return found


def _apart(graph: Graph, values: Values, rows: Sequence[int]) -> list[int]:
    """The first exercises of which no two read the same, filled up with others where there are
    too few."""
    inputs = [n.copy_of for n in graph.givens if n.copy == 1]
    seen: dict[bytes, int] = {}
    for row in rows:
        key = b"|".join(values[n.name].digits[row].tobytes() for n in inputs if n is not None)
        seen.setdefault(key, row)
    first = list(seen.values())
    return [*first, *(row for row in rows if row not in first)]
