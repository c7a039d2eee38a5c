"""An exercise as a Jupyter notebook, a cell a step, with a picture of its page: the worksheet's to
fill in, the key's complete.

It is plain JSON (nbformat 4.5) without outputs and needs NumPy alone, in Jupyter as in Colab.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sheetgen.formats.format import Format, Request, one_line
from sheetgen.page.items import Printed
from sheetgen.press.printing import printer
from sheetgen.type.markup import pieces, plain

if TYPE_CHECKING:
    from sheetgen.exercise.exercise import Exercise
    from sheetgen.formats.script.parts import Part

DPI = 100
COLOURS = 64
"""A picture of few colours weighs a third; of fewer, it would lose its pale fills."""
HIDDEN = ("check", "marks")
"""Cells that are folded: how right is told from wrong is no part of the work."""


def notebook(
    exercise: Exercise, sheet: Printed, *, complete: bool, framework: str = "numpy", name: str = ""
) -> dict[str, Any]:
    """The notebook as data: ``complete``, or with ``...`` for what the sheet leaves open; with the
    pages of ``sheet``, which is the worksheet or its key."""
    from sheetgen.formats.script.frameworks import parts_of

    pictures = printer().png(printer().pdf([sheet]), DPI, COLOURS)
    title = _title(exercise, pictures, complete, framework, name)
    parts = parts_of(exercise, complete, framework)
    return {
        "cells": [_text("title", title), *_cells(parts)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _title(
    exercise: Exercise, pictures: Sequence[bytes], complete: bool, framework: str, name: str
) -> str:
    from sheetgen.formats.script.frameworks import SAID
    from sheetgen.formats.script.text import made_by

    library = SAID[framework]
    more = "" if framework == "numpy" else f" --framework {framework}"
    made = made_by(exercise, f"ipynb{more}")
    what = f"The page in {library}, a cell a step."
    if not complete:
        what = f"The page in {library}. Fill in each `...`, then run the cells from top to bottom."
    return "\n\n".join([
        f"# {markdown(plain(exercise.settings.title))}, sheet {exercise.code}",
        *([f"Name: {markdown(plain(name))}"] if name else []),
        what,
        f"{f'Made by `{made}`; n' if made else 'N'}eeds {library}. Columns are samples.",
        *(_picture(f"Page {k} of the sheet", p) for k, p in enumerate(pictures, 1)),
    ])  # fmt: skip


def _picture(said: str, png: bytes) -> str:
    return f"![{said}](data:image/png;base64,{base64.b64encode(png).decode()})"


def _cells(parts: Iterable[Part]) -> Iterator[dict[str, Any]]:
    for part in parts:
        said = [f"## {markdown(plain(part.heading))}"] if part.heading else []
        said += [markdown(part.words)] if part.words else []
        if said:
            yield _text(f"{part.id}-text", "\n\n".join(said))
        metadata = {"jupyter": {"source_hidden": True}} if part.id in HIDDEN else {}
        yield {
            "cell_type": "code", "execution_count": None, "id": part.id, "metadata": metadata,
            "outputs": [], "source": part.code.splitlines(keepends=True),
        }  # fmt: skip


def _text(name: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {},
            "source": text.splitlines(keepends=True)}  # fmt: skip


_SIGNS = re.compile(r"[\\`*_{}\[\]()<>#+\-.!|~$&]")


def markdown(markup: str) -> str:
    """Markup as Markdown, in which nothing else is one of its signs."""
    tags = {"base": ("", ""), "sub": ("<sub>", "</sub>"), "sup": ("<sup>", "</sup>")}
    found = ""
    for position, text in pieces(markup):
        before, after = tags[position]
        found += before + _SIGNS.sub(r"\\\g<0>", text) + after
    return found


def _write(request: Request) -> dict[str, bytes]:
    found = {}
    several = len(request.exercises) > 1
    kinds = {"worksheet": request.worksheets, "key": request.keys}
    for kind, sheets in kinds.items():
        for number, pair in enumerate(zip(request.exercises, sheets, strict=True), 1):
            made = notebook(*pair, complete=kind == "key", framework=request.framework,
                            name=one_line(request.name))  # fmt: skip
            text = json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True)
            found[f"-{kind}{f'-{number}' if several else ''}.ipynb"] = f"{text}\n".encode()
    return found


FORMATS = (Format("ipynb", "a notebook: to fill in, and complete", _write, pages=True, key=True,
                  private=True,
                  takes=frozenset({"paper", "name", "framework", "decimal_mark"})),)  # fmt: skip
