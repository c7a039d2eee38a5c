"""What tells right from wrong in a script: marks of numbers, and functions that read them."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

from sheetgen.formats.script import runtime
from sheetgen.formats.script.lines import WIDTH
from sheetgen.formats.script.source import source

FUNCTIONS = (runtime.check, runtime.judged, runtime.compared, runtime.gaps, runtime.boxes,
             runtime.listed, runtime.shape_of, runtime.off, runtime.mark)  # fmt: skip
OF_NUMPY = (runtime.numbers, runtime.worked_out)
CHECKING = (*(f.__name__ for f in (*OF_NUMPY, *FUNCTIONS)), "SALT", "MARKS", "LINES")
"""The names of all this in a script."""
IN_NUMPY = tuple(map(source, OF_NUMPY))
"""What ``check`` needs of NumPy."""
HIDING = (
    "Marks are a few letters for each number: they hide the answers from a glance, and do not keep "
    "them secret from somebody who tries all numbers."
)


def checks(of_framework: Sequence[str]) -> str:
    """The functions that tell right from wrong, with those of the framework."""
    return "\n\n\n".join([*of_framework, *map(source, FUNCTIONS)])


def marks_of(code: str, name: str, rows: Sequence[Sequence[float]]) -> list[str]:
    """The marks of a matrix, a text a row."""
    return [" ".join(runtime.mark(f"{code} {name} {i} {j}", v) for j, v in enumerate(row))
            for i, row in enumerate(rows)]  # fmt: skip


def marks_text(code: str, marks: Mapping[str, Sequence[str]], lines: Mapping[str, str]) -> str:
    """The marks, and the lines by which results follow from others, encoded, as a script has
    them."""
    encoded = {name: base64.b64encode(line.encode()).decode() for name, line in lines.items()}
    return "\n".join([
        f'SALT = "{code}"',
        "MARKS = {", *(_listed(name, rows) for name, rows in marks.items()), "}",
        "LINES = {", *(_split(name, text) for name, text in encoded.items()), "}",
    ])  # fmt: skip


def _listed(name: str, rows: Sequence[str]) -> str:
    quoted = [f'"{row}"' for row in rows]
    one = f'    "{name}": [{", ".join(quoted)}],'
    if len(one) <= WIDTH:
        return one
    return "\n".join([f'    "{name}": [', *(f"        {row}," for row in quoted), "    ],"])


def _split(name: str, text: str) -> str:
    one = f'    "{name}": "{text}",'
    if len(one) <= WIDTH:
        return one
    pieces = [text[k : k + 80] for k in range(0, len(text), 80)]
    return "\n".join([f'    "{name}": (', *(f'        "{piece}"' for piece in pieces), "    ),"])
