"""An exercise as a script: the worksheet's to fill in, the key's complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheetgen.formats.format import Format, Request, one_line

if TYPE_CHECKING:
    from sheetgen.exercise.exercise import Exercise


def script(
    exercise: Exercise, *, complete: bool, framework: str = "numpy", name: str = ""
) -> str:
    """The exercise as a script: ``complete``, with its key, or with ``...`` for what the sheet
    leaves open. ``name`` is whose it is.

    Raises UsageError naming an op that has no line in the framework.
    """
    from sheetgen.formats.script.frameworks import SAID, parts_of
    from sheetgen.formats.script.text import header, script_text

    said = f"the page in {SAID[framework]}, a block a step." if complete else (
        f"the page in {SAID[framework]}. Fill in each ... , then run me.")  # fmt: skip
    needs, more = (framework, "") if framework == "numpy" else (framework, " --framework torch")
    top = header(exercise, said, f"py{more}", needs, name)
    return script_text(top, parts_of(exercise, complete, framework))


def _write(request: Request) -> dict[str, bytes]:
    found = {}
    several = len(request.exercises) > 1
    for kind in ("worksheet", "key"):
        for number, exercise in enumerate(request.exercises, 1):
            ending = f"-{kind}{f'-{number}' if several else ''}.py"
            text = script(exercise, complete=kind == "key", framework=request.framework,
                          name=one_line(request.name))  # fmt: skip
            found[ending] = text.encode()
    return found


FORMATS = (Format("py", "a script: to fill in, and complete", _write, key=True, private=True,
                  takes=frozenset({"name", "framework"})),)  # fmt: skip
