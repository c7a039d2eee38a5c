"""What a script or notebook has beside its formulas, as it stands here (without the types): how it
shows a result, and how one that is to be filled in says what is right. ``check`` and what it calls
do for NumPy and PyTorch alike; ``numbers`` and ``worked_out`` are NumPy's.

What they read stands in the script: ``SALT``, the code of the sheet; ``MARKS``, a row of marks for
each row of a matrix; ``LINES``, how each matrix follows from those before it, encoded.
"""

from __future__ import annotations

import ast
import base64
import hashlib
from typing import Any

import numpy as np

SALT = ""
MARKS: dict[str, list[str]] = {}
LINES: dict[str, str] = {}


def show(name: str, value: Any) -> None:
    """Print a result with its shape."""
    rows, columns = value.shape
    numbers = np.array2string(np.asarray(value) + 0.0, separator=" ", suppress_small=True)
    print(f"\n{name}  ({rows}×{columns})\n{numbers}")


def with_blanks(rows: Any) -> Any:
    """A matrix; each ... in it is a number to find."""
    return np.array([[np.nan if box is ... else box for box in row] for row in rows])


def numbers(value: Any) -> Any:
    """A result as an array of numbers."""
    return np.asarray("" if isinstance(value, str) else value, float)


def worked_out(line: str) -> Any:
    """What a line comes to with the numbers that there are."""
    with np.errstate(all="ignore"):
        return eval(line, globals())


def check(*names: str) -> None:
    """Say of each result whether it is right, has a wrong shape, or where it is off."""
    for name in names:
        said, value = judged(name)
        print(f"{name}: {said}")
        if value is None:  # so that the lines below can go on
            rows, columns = shape_of(name)
            value = numbers([[float("nan")] * columns] * rows)
        globals()[name] = value


def judged(name: str) -> Any:
    """What there is to say of a result, and its numbers; None if it has none."""
    value, shape = globals().get(name), shape_of(name)
    if name not in globals():
        return "there is no such variable", None
    if value is ... or value is None:
        return "to do", None
    try:
        value = numbers(value)
    except (TypeError, ValueError, RuntimeError):
        return "not an array of numbers", None
    if value.ndim == 0 and shape == (1, 1):
        value = value.reshape(shape)
    if value.shape != shape:
        return f"its shape is {tuple(value.shape)}, it should be {shape}", None
    return compared(name, value), value


def compared(name: str, value: Any) -> str:
    """Whether numbers are right, or follow from those before them."""
    line = base64.b64decode(LINES.get(name, "")).decode()
    parts = list(ast.walk(ast.parse(line)))
    used = {n.id for n in parts if isinstance(n, ast.Name)}
    before = [n for n in MARKS if n in used and n != name and off(n, globals().get(n))]
    todo = [n for n in before if gaps(globals()[n])]
    wrong = off(name, value)
    if gaps(value):
        told = f"{'no number' if line else 'to do'} at {listed(gaps(value))}"
        return f"to do after {', '.join(todo)}" if todo else told
    if wrong and before and not todo:
        wrong = boxes(~(abs(value - worked_out(line)) < 1e-6))
        if not wrong:
            return f"follows from {', '.join(before)}; look there"
    for call in parts:
        if wrong and isinstance(call, ast.Call) and ast.unparse(call.func) == "by_hand":
            decimals = ast.literal_eval(call.args[1])
            if not off(name, globals()["by_hand"](value, decimals)):
                return f"right but for the rounding: by_hand(..., {decimals})"
    return f"look again at {listed(wrong)}" if wrong else "right"


def gaps(value: Any) -> Any:
    """The boxes, counted from 1, that have no number."""
    return boxes(value != value)


def boxes(flags: Any) -> Any:
    """The boxes, counted from 1, in which something is so."""
    rows = enumerate(flags.tolist(), 1)
    return [(i, j) for i, row in rows for j, flag in enumerate(row, 1) if flag]


def listed(places: Any) -> str:
    """Boxes in words."""
    return f"(row, column) {', '.join(map(str, places))}"


def shape_of(name: str) -> tuple[int, int]:
    """The shape that a result should have."""
    return len(MARKS[name]), len(MARKS[name][0].split())


def off(name: str, value: Any) -> Any:
    """The boxes, counted from 1, that have other marks."""
    if getattr(value, "shape", ()) != shape_of(name):
        return [(1, 1)]
    marks = [row.split() for row in MARKS[name]]
    return [
        (i + 1, j + 1)
        for i, row in enumerate(value.tolist())
        for j, number in enumerate(row)
        if mark(f"{SALT} {name} {i} {j}", number) != marks[i][j]
    ]


def mark(box: str, value: float) -> str:
    """A few letters that a number gives in its box."""
    text = f"{box} {round(float(value), 9) + 0.0}"
    return hashlib.sha256(text.encode()).hexdigest()[:6]
