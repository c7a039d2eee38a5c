"""What ``topics`` prints: all topics by family, some that were searched for, or one in full."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from textwrap import fill
from typing import Any

from sheetgen.errors import SheetgenError, counted
from sheetgen.exercise.settings import Settings, settings
from sheetgen.graph.nodes import Given, Graph, Step
from sheetgen.topics.catalogue import by_family, family_of
from sheetgen.topics.options import Option
from sheetgen.topics.registry import Topic

WIDE = 96
"""Characters in a line."""


def listed(found: Collection[Topic]) -> Iterator[str]:
    """Topics under the headings of their families, a line each."""
    width = max(len(topic.name) for topic in found) + 2
    for heading, topics in by_family().items():
        here = [topic for topic in topics if topic in found]
        if here:
            yield heading
            for topic in here:
                yield fill(topic.summary, WIDE, initial_indent=f"  {topic.name:{width}}",
                           subsequent_indent=" " * (width + 2))  # fmt: skip
            yield ""
    yield "sheetgen topics TOPIC tells one in full, sheetgen topics WORD searches."


def in_full(topic: Topic) -> Iterator[str]:
    """One topic: what is worked out, its options, its levels with boxes and effort, the rules for
    its numbers."""
    yield f"{topic.name}: {topic.title}"
    yield topic.summary
    yield ""
    yield "flow, at the usual sizes:"
    yield from _flow(settings(topic.name).graph)
    yield ""
    yield "options:"
    for option in topic.options.values():
        more = f" ({', '.join(option.choices)})" if option.choices else (
            f" ({option.low} to {option.high})" if option.kind == "int" else "")  # fmt: skip
        yield f"  --{option.flag} {option.show(option.default)}{more}"
    yield ""
    yield "levels:"
    for level, asked in _levels(topic).items():
        preset = topic.levels.get(level, {})
        said = " ".join(f"--{name.replace('_', '-')} {Option.show(value)}"
                        for name, value in preset.items())  # fmt: skip
        yield f"  {level}: {said or 'as it is'}; {_amount(asked)}"
    yield ""
    yield "numbers (where ranges of your own leave no room for one, it is left out):"
    for rule in rules_of(topic):
        yield fill(rule, WIDE, initial_indent="  - ", subsequent_indent="    ")


def data_of(topic: Topic) -> dict[str, Any]:
    """The same of a list as data."""
    return {
        "topic": topic.name,
        "title": topic.title,
        "family": family_of(topic),
        "code": topic.code,
        "summary": topic.summary,
        "levels": list(topic.levels),
        "options": {
            o.flag: {"kind": o.kind, "default": o.show(o.default)}
            | ({"choices": list(o.choices)} if o.choices else {})
            for o in topic.options.values()
        },
    }  # fmt: skip


def full_data_of(topic: Topic) -> dict[str, Any]:
    """One topic in full as data."""
    amounts = {level: {"boxes": boxes(asked.graph), "effort": effort(asked)}
               for level, asked in _levels(topic).items()}  # fmt: skip
    flow = [line.strip() for line in _flow(settings(topic.name).graph)]
    return data_of(topic) | {"numbers": rules_of(topic), "amounts": amounts, "flow": flow}


def rules_of(topic: Topic) -> list[str]:
    """The rules for its numbers at all levels."""
    from sheetgen.draw.rules.house import told

    return list(dict.fromkeys(rule for asked in _levels(topic).values()
                              for rule in told(asked.drawn)))  # fmt: skip


def boxes(graph: Graph) -> int:
    """How many boxes a student fills in where no pattern of blanks is asked for."""
    return sum(step.shape[0] * step.shape[1] for step in graph.worked)


def effort(asked: Settings) -> float | None:
    """The work of a usual sheet; None where nothing can be drawn."""
    from sheetgen.draw.drawing import usual_of

    bands = usual_of(asked.drawn, asked.knobs, asked.sheets).bands
    worked = tuple(step.name for step in asked.graph.worked)
    found = [(low + high) / 2 for sheet, low, high in bands if sheet == worked]
    return round(found[0], 1) if found else None


def _levels(topic: Topic) -> Mapping[str, Settings]:
    return {level: settings(topic.name, {"level": level}) for level in topic.levels or ("medium",)}


def _amount(asked: Settings) -> str:
    try:
        amount = effort(asked)
    except SheetgenError:
        amount = None
    filled = f"{boxes(asked.graph)} boxes to fill in"
    return filled if amount is None else f"{filled}, effort {amount:g}"


def _flow(graph: Graph) -> Iterator[str]:
    """The givens and the steps with their numbers, as text."""
    from sheetgen.graph.work import numbered
    from sheetgen.type.markup import plain_text
    from sheetgen.words.labels import label_text
    from sheetgen.words.sentences import formula

    number_of = {step: number for number, steps in numbered(graph) for step in steps}
    given = ", ".join(f"{label_text(g)} {_size(g)}" for g in graph.givens)
    yield fill(f"given: {given}", WIDE, initial_indent="  ", subsequent_indent="         ")
    for step in graph.steps:
        if step.hidden or (step.shown and not graph.worked):
            continue
        number = f"[{number_of[step]}]" if step in number_of else "printed"
        yield f"  {number:>7} {plain_text(formula(step))}  ({_size(step)})"
    found = dict.fromkeys(s.loss for s in graph.steps if s.loss is not None)
    for loss in (loss for loss in found if loss.op.loss):
        yield f"  L = {plain_text(formula(loss)).partition(' = ')[2]} of " + " and ".join(
            label_text(n) for n in loss.inputs)  # fmt: skip
    yield f"  in all: {counted(boxes(graph), 'box', 'boxes')} to fill in"


def _size(node: Given | Step) -> str:
    return f"{node.shape[0]}×{node.shape[1]}"
