"""What a teacher should know of exercises whose training does not help, or that have less than was
asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sheetgen.draw.rules.training import helps, updates
from sheetgen.errors import SheetgenError, counted
from sheetgen.exercise.exercise import Exercise
from sheetgen.exercise.settings import Settings
from sheetgen.graph.nodes import Given, Graph
from sheetgen.graph.numbers import Fixed
from sheetgen.topics.options import Option, Value
from sheetgen.topics.registry import Topic

NAMED = 3
"""Codes that are named."""


def training_that_harms(exercises: Sequence[Exercise]) -> list[str]:
    """A line on the exercises in which a step of training makes the loss no smaller, or a layer
    dies of it; nothing if there are none."""
    harmed = [e for e in exercises if updates(e.graph) and not _helps(e)]
    if not harmed:
        return []
    rate = updates(harmed[0].graph)[0].params["rate"]
    some = ", ".join(e.code for e in harmed[:NAMED]) + (" ..." if len(harmed) > NAMED else "")
    return [
        f"at the learning rate {rate} the loss does not fall, or a layer dies, on "
        f"{counted(len(harmed), 'sheet')} ({some}); leave --learning-rate out, or make it smaller"
    ]


def gradients_left_out(exercises: Sequence[Exercise]) -> list[str]:
    """A line on sheets that are solved backwards and have none of the gradients that were asked
    for; nothing if there are none."""
    if not any(e.settings.leaves_gradients_out for e in exercises):
        return []
    return ["--blank backwards asks by the results of the way forward; the gradients are left out"]


def options_without_effect(exercises: Sequence[Exercise]) -> list[str]:
    """A line on each option that was asked for and does nothing with the others as they are, with
    the option that it needs; nothing if there are none."""
    every = {e.settings.identity: e.settings for e in exercises}
    return list(dict.fromkeys(line for asked in every.values() for line in idle(asked)))


def idle(asked: Settings) -> list[str]:
    """The same of what was asked for once."""
    if asked.topic.parts or asked.after:  # which have other options, or a part of the steps
        return []
    said = []
    for name, value in asked.asked.items():
        option = asked.topic.options.get(name)
        if option is not None and not _acts(asked.topic, option, asked.options):
            needs = _needed(asked, option)
            said.append(f"--{option.flag} {value} does nothing here" + (
                f"; it needs --{needs}" if needs else "; leave it out"))  # fmt: skip
    return said


def _acts(topic: Topic, option: Option, options: Mapping[str, Value]) -> bool:
    """Whether any other value of an option makes another sheet or another title."""
    graph, title = _said(topic.graph(options)), topic.title_for(options)
    for value in _others(option, options[option.name]):
        other = {**options, option.name: value}
        try:
            if title != topic.title_for(other) or graph != _said(topic.graph(other)):
                return True
        except SheetgenError:  # the other options need this one
            return True
    return False


def _others(option: Option, value: Value) -> list[Value]:
    """Other values of an option: of a choice all, of a number the usual one and its ends."""
    some: tuple[Value, ...] = (option.default,)
    if option.kind == "bool":
        some = (True, False)
    elif option.kind == "choice":
        some = option.choices
    elif option.kind == "int":
        some = (option.default, option.low, option.high)
    return [v for v in dict.fromkeys(some) if v != value]


def _needed(asked: Settings, option: Option) -> str:
    """The other option with which it does something, if one is enough."""
    for other in asked.topic.options.values():
        values = (True, False) if other.kind == "bool" else other.choices
        for value in values if other is not option else ():
            try:
                if _acts(asked.topic, option, {**asked.options, other.name: value}):
                    return f"{other.flag} {other.show(value)}"
            except SheetgenError:  # two options that do not go together
                continue
    return ""


def _said(graph: Graph) -> list[tuple[Any, ...]]:
    """All that is told of the nodes of a graph; the nodes themselves no two graphs share."""
    return [(n.name, n.shape, n.role, n.label, n.part, n.rows_said, n.columns_said,
             *((n.draw, str(n.options)) if isinstance(n, Given) else
               (n.op.name, str(n.params), n.shown, n.hidden, [i.name for i in n.inputs])))
            for n in graph.nodes]  # fmt: skip


def _helps(exercise: Exercise) -> bool:
    values = {name: Fixed(v.digits[None], v.decimals) for name, v in exercise.values.items()}
    return bool(helps(exercise.graph, values)[0])
