"""What the script of a live page reads of an exercise, in short: ``templates/live/whole.js`` puts
in what is left out as it is the usual. A page is sent to phones, and must be light.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.code_panel import code_panel
from sheetgen.formats.data import exercise_data
from sheetgen.type.markup import plain_text

READ_OF = {
    "matrices": ("name", "label", "label_markup", "op", "inputs", "step", "decimals", "values",
                 "shape", "params", "exact", "hidden", "slips"),
    "steps": ("number", "matrices", "text", "text_markup"),
    "ops": ("inputs", "formula", "ranges", "outside", "equation", "numpy", "slips"),
}  # fmt: skip
"""What the page reads of each matrix, step and op of the data; of the rest, the code alone, so that
it says neither recipe nor seed."""
SHOWS = re.compile(r'show\("(\w+)", \1\)')
"""The line of a script that prints a result."""
MAKES = re.compile(r"(\w+) = ")
"""How a line of a script begins that makes a matrix of that name."""


def page_data(exercise: Exercise, mark: str) -> dict[str, object]:
    """What the page reads of the worksheet's data, and its script; decimals have the ``mark``."""
    data = exercise_data(exercise, answers=False)
    return {
        "code": data["code"],
        "mark": mark,
        "ops": {name: _op(op) for name, op in data["ops"].items()},
        "matrices": [_matrix(row, data["ops"]) for row in data["matrices"]],
        "steps": [_step(k, row, data["matrices"]) for k, row in enumerate(data["steps"], 1)],
        "script": [_line(line) for line in code_panel(exercise)],
    }


def _short(kind: str, row: Mapping[str, Any], usual: Mapping[str, object]) -> dict[str, Any]:
    """What the page reads of a row, without what is the usual."""
    return {key: row[key] for key in READ_OF[kind] if key not in usual or row[key] != usual[key]}


def _matrix(row: Mapping[str, Any], ops: Mapping[str, Any]) -> dict[str, Any]:
    rows, columns = row["shape"]
    values, op = row["values"], row["op"]
    nothing = [[None] * columns for _ in range(rows)]
    exact = [[None if v is None else json.dumps(v) for v in r] for r in values]
    found = _short("matrices", row, {
        "op": None, "inputs": [], "step": None, "decimals": 0, "params": {}, "hidden": False,
        "slips": [slip["name"] for slip in ops[op]["slips"]] if op else [],
        "label": plain_text(row["label_markup"]), "label_markup": _usual_label(row["name"]),
        "values": nothing, "exact": None if op else exact,
    })  # fmt: skip
    if "values" in found:
        del found["shape"]
    return found


def _usual_label(name: str) -> str:
    """A letter with the rest of its name below: ``W_{q1}``."""
    first, rest = name[0], name[1:]
    return f"{first}_{{{rest}}}" if len(rest) > 1 else f"{first}_{rest}" if rest else name


def _step(number: int, row: Mapping[str, Any], matrices: list[Mapping[str, Any]]) -> object:
    """A step; its words alone, if there is nothing else to say."""
    words = row["text_markup"]
    found = _short("steps", row, {
        "number": number, "text": plain_text(words),
        "matrices": [m["name"] for m in matrices if m["step"] == row["number"]],
    })  # fmt: skip
    return words if found == {"text_markup": words} else found


def _op(op: Mapping[str, Any]) -> dict[str, Any]:
    short = {**op, "formula": _indexed(op["formula"]), "ranges": _indexed(op["ranges"]), "slips": [
        {"name": slip["name"], "formula": _indexed(slip["formula"])}
        | ({} if slip["ranges"] == op["ranges"] else {"ranges": _indexed(slip["ranges"])})
        for slip in op["slips"]
    ]}  # fmt: skip
    return _short("ops", short, {"ranges": {}, "outside": False, "slips": []})


def _indexed(part: Any) -> Any:
    """A formula with ``"$i"`` in place of ``["index", "i"]``."""
    match part:
        case ["index", name]:
            return f"${name}"
        case list() | tuple():
            return [_indexed(some) for some in part]
        case dict():
            return {name: _indexed(some) for name, some in part.items()}
    return part


def _line(line: Mapping[str, Any]) -> object:
    """A line of the script: the number of a step for its words, a text for what makes the matrix
    of its name or none, else what it is."""
    text = line.get("text", "")
    match dict(line):
        case {"words": number}:
            return number
        case {"given": name, **more} if more == {"text": name}:
            return {"given": name}
        case {"text": _, "quiet": True, **more} if not more and SHOWS.fullmatch(text):
            return {"show": SHOWS.sub(r"\1", text)}
        case {"text": _, "names": names, **more} if not more:
            made = MAKES.match(text)
            return text if made and names == [made[1]] else line
        case {"text": _, **more} if not more and not MAKES.match(text):
            return text
    return line
