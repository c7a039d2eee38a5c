"""All of an exercise for programs: ``sheetgen-exercise/2``, and the worksheet alone as
``sheetgen-worksheet/2``. ``exercise-2.schema.json`` beside this file describes each field.

It is ``sheetgen-exercise/1`` (:mod:`sheetgen.formats.json`) with more in it. What was there is as
it was; new are

* of each matrix ``label_markup``, ``shape``, ``params`` of its step, ``exact`` (a given's numbers
  as texts), ``shown`` (printed, not asked for), ``hidden`` (not on the page; a reader needs it to
  work on), ``masked`` (boxes behind a mask), ``group`` (the head or step of time that it belongs
  to) and the names of those ``slips`` whose formulas fit its shape;
* of each step ``text_markup`` and ``formula_markup``;
* ``ops``: of each op used its cell formula as data (:mod:`sheetgen.graph.formula_data`), the same
  in NumPy and PyTorch, its usual slips, how it stands on a page, and facts.

So a program that knows no op can work out every number: givens come first, and each matrix comes
after those that it is worked out of. Equations, lines and notes are templates with ``{0}``,
``{1}`` ... for the inputs and ``{name}`` for params; ``{{`` and ``}}`` are plain brackets.

In a worksheet every blank box is null, every box of a hidden matrix too, which might repeat a blank
one, and ``effort``; nothing else hangs on the numbers that are left out. Where all givens are
printed, a program works the answers out by itself; where some are missing, it has the results.
"""

from __future__ import annotations

import json
from decimal import Decimal
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from sheetgen.exercise.blanks import open_cells
from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.format import Format, Request
from sheetgen.formats.json import exercise_json
from sheetgen.graph.exact import compiled
from sheetgen.graph.formula_data import as_data
from sheetgen.graph.nodes import Node, Step
from sheetgen.graph.numbers import Fixed
from sheetgen.graph.op import Op
from sheetgen.graph.op_parts import Slip
from sheetgen.graph.work import numbered
from sheetgen.words.labels import label
from sheetgen.words.sentences import formula, sentence

SCHEMA = Path(__file__).with_name("exercise-2.schema.json")
FACTS = (
    "rounds", "rounds_down", "exact", "moves", "sums_down", "shares_powers", "written",
    "activation", "dies", "sign_only", "repeats", "passes", "powers", "updates", "shares",
    "squashes", "kind", "note",
)  # fmt: skip
"""Facts of an op that a page asks for."""


def exercise_data(exercise: Exercise, answers: bool = True) -> dict[str, Any]:
    """The exercise as plain data that says how each number is worked out. Without ``answers`` every
    blank box is null, and nothing else tells what is in it."""
    graph = exercise.graph
    found = exercise_json(exercise)
    found["format"] = f"sheetgen-{'exercise' if answers else 'worksheet'}/2"
    found["effort"] = found["effort"] if answers else None
    found["matrices"] = [_matrix(exercise, m, answers) for m in found["matrices"]]
    found["steps"] = [
        {**said, "text_markup": sentence(steps),
         "formula_markup": "; ".join(formula(s) for s in steps)}
        for said, (_, steps) in zip(found["steps"], numbered(graph), strict=True)
    ]  # fmt: skip
    names = {m["name"] for m in found["matrices"]}
    used = [s.op for s in graph.steps if s.name in names]
    found["ops"] = {op.name: _op(op) for op in dict.fromkeys(used)}
    return found


def schema() -> dict[str, Any]:
    """The JSON Schema of both formats."""
    found: dict[str, Any] = json.loads(SCHEMA.read_bytes())
    return found


def _matrix(exercise: Exercise, said: dict[str, Any], answers: bool) -> dict[str, Any]:
    node = exercise.graph.by_name[said["name"]]
    step = node if isinstance(node, Step) else None
    hidden = step is not None and step.hidden
    exact = _texts(exercise.values[node.name]) if step is None else None
    if not answers:
        said = {**said, "values": _without(said["values"], said["blank"], hidden)}
        exact = exact and _without(exact, said["blank"], hidden)
    return {
        **said,
        "label_markup": label(node),
        "shape": [*node.shape],
        "params": {} if step is None else {k: _param(v) for k, v in step.params.items()},
        "exact": exact,
        "shown": step is None or step.shown,
        "hidden": hidden,
        "masked": _masked(node),
        "group": None if step is None or step.group is None else step.group.name,
        "slips": [] if step is None else [*_fitting(step)],
    }


def _without(rows: list[list[Any]], blank: list[list[bool]], every: bool) -> list[list[Any]]:
    """Numbers with null in place of those that are blank, or of all."""
    return [[None if every or gone else value for value, gone in zip(*pair, strict=True)]
            for pair in zip(rows, blank, strict=True)]  # fmt: skip


def _texts(value: Fixed) -> list[list[str]]:
    """The exact numbers as texts: ``0.5``, ``-3``."""
    exact = [[Decimal(digits).scaleb(-value.decimals) for digits in row]
             for row in value.digits.tolist()]  # fmt: skip
    return [[f"{number.normalize():f}" for number in row] for row in exact]


def _param(value: Any) -> bool | int | str:
    """A param as JSON has it; a decimal is an exact text."""
    return value if isinstance(value, bool | int | str) else f"{value:f}"


def _masked(node: Node) -> list[list[bool]] | None:
    """The boxes behind a mask, if there is one."""
    cells = open_cells(node)
    return None if cells.all() else (~cells).tolist()


@lru_cache(1 << 10)
def _fitting(step: Step) -> tuple[str, ...]:
    """The slips of a step by which one gets boxes of its result's shape."""
    return tuple(slip.name for slip in step.op.slips if _fits(slip, step))


def _fits(slip: Slip, step: Step) -> bool:
    shapes = [n.shape for n in step.inputs]
    try:
        return compiled(step.op.slipped(slip), shapes, step.params)[1] == step.shape
    except ValueError:
        return False


def _op(op: Op) -> dict[str, Any]:
    """A row of the table of ops; a slip's formula is of the same inputs, shape and outside."""
    slips = [(slip.name, as_data(op.slipped(slip))) for slip in op.slips]
    return {
        **as_data(op.formula),
        "equation": op.equation,
        "numpy": op.numpy,
        "helpers": [*op.helpers],
        "torch": op.torch,
        "line": {key: getattr(op.line, key) for key in op.line.__dataclass_fields__},
        "slips": [{"name": name, "formula": data["formula"], "ranges": data["ranges"]}
                  for name, data in slips],
        "facts": {name: getattr(op, name) for name in FACTS},
    }  # fmt: skip


def _write(request: Request, answers: bool, ending: str) -> dict[str, bytes]:
    """An object, or for several exercises a list of them."""
    data = [exercise_data(exercise, answers) for exercise in request.exercises]
    text = json.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False)
    return {ending: f"{text}\n".encode()}


FORMATS = (
    Format("data", "all of an exercise for programs: formulas, shapes, exact numbers "
           "(sheetgen-exercise/2)", partial(_write, answers=True, ending="-data.json")),
    Format("worksheet-data", "data for programs, without answers (sheetgen-worksheet/2)",
           partial(_write, answers=False, ending="-worksheet-data.json")),
)  # fmt: skip
