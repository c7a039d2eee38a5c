"""An exercise as plain data: the JSON that ``make --format json`` and ``solve`` write."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetgen.exercise import Exercise
from sheetgen.graph import Node, Step
from sheetgen.numbers import plain
from sheetgen.ops import ROUNDING
from sheetgen.steps import formula, label_text, numbered, sentence

FORMAT = "sheetgen-exercise/1"


def exercise_data(exercise: Exercise) -> dict[str, Any]:
    """All that is known of an exercise, answers included."""
    from sheetgen import __version__

    settings = exercise.settings
    graph = exercise.graph
    groups = numbered(graph)
    number = {s.name: n for n, group in groups for s in group}
    shown = [n for n in graph.nodes if not (isinstance(n, Step) and n.hidden)]
    return {
        "format": FORMAT,
        "topic": exercise.topic.name,
        "title": exercise.topic.title,
        "options": {
            k: exercise.topic.options[k].show(v) for k, v in settings.options.items()
        } | {k: v for k, v in settings.asked.items() if k not in settings.options},
        "seed": exercise.seed,
        "recipe": exercise.recipe,
        "code": exercise.code,
        "version": __version__,
        "effort": round(exercise.effort, 1),
        "parameters": graph.parameter_count,
        "rounding": {s.name: s.params["decimals"] for s in graph.steps
                     if s.op.name in ROUNDING and s.params.get("decimals", 6) < 6},
        "matrices": [_matrix(exercise, n, number.get(n.name)) for n in shown],
        "steps": [
            {
                "number": n,
                "text": sentence(group),
                "formula": "; ".join(formula(s) for s in group),
                "matrices": [s.name for s in group],
            }
            for n, group in groups
        ],
    }  # fmt: skip


def _matrix(exercise: Exercise, node: Node, step: int | None) -> dict[str, Any]:
    value = exercise.values[node.name]
    blank = exercise.blanks.get(node.name, np.zeros(node.shape, bool))
    return {
        "name": node.name,
        "label": label_text(node),
        "role": node.role,
        "op": node.op.name if isinstance(node, Step) else None,
        "inputs": [n.name for n in node.inputs] if isinstance(node, Step) else [],
        "step": step,
        "decimals": value.decimals,
        "values": [[plain(v, value.decimals) for v in row] for row in value.digits.tolist()],
        "blank": blank.tolist(),
    }
