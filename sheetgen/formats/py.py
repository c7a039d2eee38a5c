"""An exercise as a script: the worksheet's to fill in, the key's complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheetgen.formats.format import Format, Request

if TYPE_CHECKING:
    from sheetgen.exercise.exercise import Exercise


def script(exercise: Exercise, *, complete: bool, file: str = "script.py", name: str = "") -> str:
    """The exercise in NumPy: ``complete``, with its key, or with ``...`` for what the sheet leaves
    open. ``file`` is what it will be called, ``name`` whose it is."""
    from sheetgen.formats.script.parts import Script
    from sheetgen.formats.script.text import header, script_text

    said = "the page in NumPy, a block a step." if complete else (
        "the page in NumPy. Fill in each ... , then run me.")  # fmt: skip
    top = header(exercise, said, "py", "numpy", file, name)
    return script_text(top, Script(exercise, complete).parts())


def _write(request: Request) -> dict[str, bytes]:
    found = {}
    several = len(request.exercises) > 1
    for kind in ("worksheet", "key"):
        for number, exercise in enumerate(request.exercises, 1):
            ending = f"-{kind}{f'-{number}' if several else ''}.py"
            text = script(exercise, complete=kind == "key", file=f"{request.stem}{ending}",
                          name=request.name)  # fmt: skip
            found[ending] = text.encode()
    return found


FORMATS = (Format("py", "a script: to fill in, and complete", _write, key=True),)
