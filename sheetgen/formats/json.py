"""An exercise as JSON: with its answers (``sheetgen-exercise/1``), or the worksheet alone
(``sheetgen-worksheet/1``)."""

from __future__ import annotations

import json
from functools import lru_cache, partial
from typing import Any

from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.format import Format, Request
from sheetgen.graph.nodes import Given, Graph, Node, Step
from sheetgen.graph.numbers import plain
from sheetgen.graph.work import numbered
from sheetgen.topics.options import Option
from sheetgen.type.markup import plain_text
from sheetgen.version import __version__
from sheetgen.words.labels import label_text
from sheetgen.words.sentences import formula, sentence


def exercise_json(exercise: Exercise, answers: bool = True) -> dict[str, Any]:
    """The exercise as plain data. Without ``answers`` every blank box is null, and nothing else
    tells what is in it."""
    graph = exercise.graph
    number_of = _numbers(graph)
    nodes = [n for n in graph.nodes if not (isinstance(n, Step) and n.op.loss)]
    rounding = {n.name: exercise.values[n.name].decimals for n in nodes
                if isinstance(n, Step) and n.places is not None}  # fmt: skip
    data: dict[str, Any] = {
        "format": "sheetgen-exercise/1" if answers else "sheetgen-worksheet/1",
        "topic": exercise.topic.name,
        "title": exercise.settings.title,
        "options": {k: Option.show(v) for k, v in exercise.settings.options.items()},
        "seed": exercise.seed,
        "code": exercise.code,
        "recipe": exercise.recipe,
        "edition": None if exercise.seed is None else exercise.settings.edition,
        "version": __version__,
        "effort": round(exercise.effort, 1),
        "rounding": rounding,
        "matrices": [_matrix(exercise, n, number_of.get(n), answers)
                     for n in nodes if n.name in exercise.values and n.name != "loss"],
        "steps": [{**said, "matrices": [*said["matrices"]]} for said in _steps(graph)],
    }  # fmt: skip
    if not answers:
        data["matrices"] = [m for m in data["matrices"] if not _tells(graph.by_name[m["name"]])]
    return data


@lru_cache(16)
def _numbers(graph: Graph) -> dict[Node, int]:
    """The number of the step at which a node is worked out."""
    return {step: number for number, steps in numbered(graph) for step in steps}


@lru_cache(16)
def _steps(graph: Graph) -> list[dict[str, Any]]:
    """What to do, in order, whatever the numbers are."""
    return [{"number": number, "text": plain_text(sentence(steps)),
             "formula": "; ".join(plain_text(formula(s)) for s in steps),
             "matrices": [s.name for s in steps]} for number, steps in numbered(graph)]  # fmt: skip


def _tells(node: Node) -> bool:
    """Whether a node that is not on the page would repeat answers."""
    return isinstance(node, Step) and node.hidden


def _matrix(exercise: Exercise, node: Node, step: int | None, answers: bool) -> dict[str, Any]:
    value = exercise.values[node.name]
    blanks = exercise.blanks.get(node.name)
    rows, cols = node.shape
    blank = [[False] * cols for _ in range(rows)] if blanks is None else blanks.tolist()
    values = [[None if hidden and not answers else plain(digits, value.decimals)
               for digits, hidden in zip(*pair, strict=True)]
              for pair in zip(value.digits.tolist(), blank, strict=True)]  # fmt: skip
    given = isinstance(node, Given)
    return {
        "name": node.name,
        "label": label_text(node),
        "role": node.role,
        "op": None if isinstance(node, Given) else node.op.name,
        "inputs": [] if isinstance(node, Given) else [n.name for n in node.inputs],
        "step": None if given else step,
        "decimals": value.decimals,
        "values": values,
        "blank": blank,
    }


def _write(request: Request, answers: bool, ending: str) -> dict[str, bytes]:
    """An object, or for several exercises a list of them."""
    data = [exercise_json(exercise, answers) for exercise in request.exercises]
    text = json.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False, indent=1)
    return {ending: f"{text}\n".encode()}


FORMATS = (
    Format("json", "all of it as data, with the answers",
           partial(_write, answers=True, ending=".json")),
    Format("worksheet-json", "as data, without answers",
           partial(_write, answers=False, ending="-worksheet.json")),
)  # fmt: skip
