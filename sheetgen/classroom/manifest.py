"""``class.json``: who was handed which exercises. It is written whole, and read with suspicion,
since anybody may have changed it by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from sheetgen.classroom.pupils import Heading, Plan, Pupil
from sheetgen.errors import SheetgenError
from sheetgen.exercise.recipe import read_recipe
from sheetgen.files import reason
from sheetgen.page.items import PAPERS
from sheetgen.version import __version__

FORMAT = "sheetgen-class/1"
MANIFEST = "class.json"


def manifest(
    plan: Plan,
    class_seed: int,
    pupils: Sequence[Pupil],
    pages: Mapping[str, Mapping[str, int | str]],
    printed: Mapping[str, Any],
    former: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """What ``class.json`` says; ``pages`` maps a pupil's code to counts and places in the packs and
    the digest of the exercises."""
    return {
        "format": FORMAT,
        "version": __version__,
        "seed": class_seed,
        "title": plan.heading.title or plan.pieces[0].asked.title,
        "paper": plan.paper,
        "heading": {k: v for k, v in asdict(plan.heading).items() if v},
        "exercises": [{"topic": p.asked.topic.name, "options": dict(p.asked.asked),
                       "points": p.points} for p in plan.pieces],
        "printed": dict(printed),
        "students": [entry(p, pages.get(p.code, {})) for p in pupils],
        "former": list(former),
    }  # fmt: skip


def entry(pupil: Pupil, pages: Mapping[str, int | str]) -> dict[str, Any]:
    """One student of the manifest."""
    found: dict[str, Any] = {
        "id": pupil.student.id,
        "name": pupil.student.name,
        "group": pupil.student.group,
        "email": pupil.student.email,
        "spare": pupil.spare,
        "key": pupil.key,
        "code": pupil.code,
        "recipe": pupil.exercises[0].recipe,
        "effort": round(pupil.effort, 1),
        "pages": pages.get("pages", 0),
        **{k: v for k, v in pages.items() if k not in ("pages", "sha256")},
        "sha256": pages.get("sha256", ""),
    }
    if len(pupil.exercises) > 1:
        found["exercises"] = [{"code": e.code, "recipe": e.recipe} for e in pupil.exercises]
    return found


def recipes_of(student: Mapping[str, Any]) -> list[str]:
    """The recipes of one student of a manifest."""
    return [e["recipe"] for e in student.get("exercises", [])] or [student["recipe"]]


def read_manifest(path: Path) -> dict[str, Any]:
    """A class's manifest. Raises SheetgenError if it is none, naming the field that is wrong."""
    try:
        data = json.loads(path.read_bytes())
        _whole(data)
    except FileNotFoundError:
        raise SheetgenError(f"{path.parent} holds no {MANIFEST}; give a folder that "
                            f"`sheetgen class` made") from None  # fmt: skip
    except OSError as problem:
        raise SheetgenError(f"{path}: {reason(problem)}") from None
    except (ValueError, RecursionError):
        raise SheetgenError(f"{path} is no manifest of a class; it was changed") from None
    except SheetgenError as problem:
        raise SheetgenError(
            f"{path}: {problem}; it was changed, or another version made it"
        ) from None
    return dict(data)


# --- what may stand in it

HEADING = tuple(f.name for f in fields(Heading))
Check = Callable[[Any, str], None]
"""Looks at a value, and where it stands; raises SheetgenError."""


def _wrong(value: Any, where: str, wanted: str) -> SheetgenError:
    said = json.dumps(value)
    return SheetgenError(
        f"{where or 'the whole'}: {said[:40]}{'...' * (len(said) > 40)} is not {wanted}"
    )


def _text(value: Any, where: str) -> None:
    try:
        value.encode()  # half a surrogate pair is a text that nobody can print
    except (AttributeError, UnicodeEncodeError):
        raise _wrong(value, where, "a text") from None


def _flag(value: Any, where: str) -> None:
    if not isinstance(value, bool):
        raise _wrong(value, where, "true or false")


def _seed(value: Any, where: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(value, where, "a whole number")


def _recipe(value: Any, where: str) -> None:
    _text(value, where)
    try:
        read_recipe(value)
    except SheetgenError as problem:
        raise SheetgenError(f"{where}: {problem}") from None


def _one_of(*known: str) -> Check:
    def check(value: Any, where: str) -> None:
        if value not in known:
            raise _wrong(value, where, " or ".join(known))

    return check


def _each(check: Check) -> Check:
    """A list of such values, which are counted from 1."""

    def checked(value: Any, where: str) -> None:
        if not isinstance(value, list):
            raise _wrong(value, where, "a list")
        for k, one in enumerate(value, 1):
            check(one, f"{where} {k}")

    return checked


def _table(needed: Mapping[str, Check], known: Mapping[str, Check]) -> Check:
    """An object that has the needed fields, and of the known ones some."""

    def checked(value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise _wrong(value, where, "an object")
        for name, check in {**needed, **known}.items():
            if name in value:
                check(value[name], f"{where}, {name}" if where else name)
            elif name in needed:
                raise SheetgenError(f"{where or 'the whole'}: there is no {name}")

    return checked


def _texts(value: Any, where: str) -> None:
    _table({}, {})(value, where)
    for name, one in value.items():
        _text(name, where)
        _text(one, f"{where}, {name}")


_student = _table(
    {"id": _text, "name": _text, "key": _text, "code": _text, "recipe": _recipe},
    {"group": _text, "email": _text, "spare": _flag, "sha256": _text,
     "exercises": _each(_table({"recipe": _recipe}, {}))},
)  # fmt: skip
_fields = _table(
    {
        "format": _one_of(FORMAT), "seed": _seed, "paper": _one_of(*PAPERS),
        "exercises": _each(_table({"topic": _text, "options": _texts, "points": _text}, {})),
        "students": _each(_student),
    },
    {
        "version": _text, "former": _each(_student),
        "heading": _table({}, dict.fromkeys(HEADING, _text)),
        "printed": _table({}, {"mark": _text, "files": _texts}),
    },
)  # fmt: skip


def _whole(data: Any) -> None:
    """All fields that are read anywhere, and as many recipes a student as there are exercises."""
    _fields(data, "")
    for name in data.get("heading", {}):
        if name not in HEADING:
            raise SheetgenError(f"heading: {name[:40]} is not one of {', '.join(HEADING)}")
    count = len(data["exercises"])
    for place in ("students", "former"):
        for k, student in enumerate(data.get(place, []), 1):
            if len(recipes_of(student)) != count:
                raise SheetgenError(f"{place} {k}: a recipe for each of the exercises is needed")


def everybody(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All students of a manifest, those who left the class last."""
    return [*data["students"], *data.get("former", [])]


def check_digest(
    path: Path, data: Mapping[str, Any], student: Mapping[str, Any], digest: str
) -> None:
    """Raises SheetgenError if a student's sheet was printed with other numbers than now come from
    its recipes: the key in hand would not be that of the sheet."""
    if student.get("sha256", "") in ("", digest):
        return
    raise SheetgenError(
        f"{path}: the sheet {student['code']} was printed with other numbers than sheetgen "
        f"{__version__} draws; {way_out(data)}"
    )


def way_out(data: Mapping[str, Any]) -> str:
    """What to do where this version does not make the sheets of a manifest."""
    made = data.get("version", "unknown")
    return f"use the version that made it ({made}), or make the class anew with `class --force`"


def same_exercises(data: Mapping[str, Any], plan: Plan) -> bool:
    """Whether a manifest is of a class with the same pieces."""
    pieces = [(p.asked.topic.name, dict(p.asked.asked)) for p in plan.pieces]
    return [(e.get("topic"), e.get("options")) for e in data.get("exercises", [])] == pieces


def json_bytes(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


