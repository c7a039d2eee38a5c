"""The manifest: read again as it was written, and refused in one line where somebody changed it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sheetgen.classroom.manifest import (
    Place,
    Printed,
    manifest,
    manifest_bytes,
    read_manifest,
    same_exercises,
)
from sheetgen.classroom.plan import Plan, piece
from sheetgen.classroom.pupils import assign, digest_of, spare_students
from sheetgen.classroom.students import Student
from sheetgen.cli.main import main
from sheetgen.errors import SheetgenError

PLAN = Plan((piece("hidden-layer"),))


def test_the_manifest_is_read_again_and_a_broken_one_refused(tmp_path: Path) -> None:
    pupils = assign(PLAN, [Student("", "Ada")], [], 1)
    path = tmp_path / "class.json"
    digest = digest_of(pupils[0].exercises)
    places = {pupils[0].code: Place(1, 1, digest)}
    path.write_bytes(manifest_bytes(manifest(PLAN, 1, pupils, places, Printed())))
    data = read_manifest(path)
    assert same_exercises(data, PLAN)
    assert not same_exercises(data, Plan((piece("softmax"),)))
    assert data.students[0].sha256 == digest
    for broken in (b"", b"[]", b"{}", b'{"format": "sheetgen-class/1", "students": [{}]}', b"\xff",
                   b'{"format": 3}'):  # fmt: skip
        path.write_bytes(broken)
        with pytest.raises(SheetgenError):
            read_manifest(path)


def test_the_file_is_what_json_would_write(tmp_path: Path) -> None:
    names = ["Ada", "Jörg \"M\" \\ \x7f\u2028", "🐙", "".join(map(chr, range(1, 32)))]
    plan = Plan((piece("softmax", points="1"), piece("rnn", {"hidden": "3"})))
    pupils = assign(plan, [Student("", name) for name in names], spare_students(1), 1)
    places = {pupils[0].code: Place(2, 3, "ab", 1, 5)}
    data = manifest_bytes(manifest(plan, 1, pupils, places, Printed("mark", files={"a": "b"})))
    assert data.decode() == json.dumps(json.loads(data), ensure_ascii=False, indent=1) + "\n"
    first, second = json.loads(data)["students"][:2]
    assert [*first] == ["id", "name", "group", "email", "spare", "key", "code", "recipe", "effort",
                        "worth", "pages", "first_page", "key_pages", "first_key_page", "sha256",
                        "exercises"]  # fmt: skip
    assert [*second] == [k for k in first if k not in ("first_page", "key_pages", "first_key_page")]


LEAST = {
    "format": "sheetgen-class/1", "seed": 3, "paper": "a4",
    "exercises": [{"topic": "softmax", "options": {}, "points": ""}],
    "students": [{"id": "", "name": "Ada", "key": "Ada", "code": "x", "recipe": "softmax?seed=1"}],
}  # fmt: skip


def test_a_manifest_of_the_first_days_and_one_of_days_to_come_are_read(tmp_path: Path) -> None:
    path = tmp_path / "class.json"
    path.write_text(json.dumps(LEAST))
    data = read_manifest(path)
    assert (data.students[0].sha256, data.former, data.printed.files) == ("", [], {})
    more = [s | {"colour": 3} for s in LEAST["students"]]  # type: ignore[attr-defined]
    path.write_text(json.dumps(LEAST | {"students": more, "printed": {"dpi": [1]}, "later": None}))
    assert read_manifest(path) == data


@pytest.mark.parametrize(("place", "value", "said"), [
    (("students", 0, "name"), 5, "students 1, name: 5 is not a text;"),
    (("students", 0, "name"), "\ud800", 'students 1, name: "\\ud800" is not a text;'),
    (("seed",), "\ud800", 'seed: "\\ud800" is not a text;'),
    (("seed",), True, "seed: true is not a whole number;"),
    (("students", 0), {"id": ""}, "students 1: there is no name;"),
    (("students", 0, "recipe"), "rnn?seed=x",
     "students 1: recipe: seed 'x' is not a whole number;"),
    (("students", 0, "exercises"), [{"recipe": ""}, {}],
     "students 1, exercises 2: there is no recipe;"),
    (("students", 0, "exercises"), [{"recipe": ""}] * 2,
     "students 1: a recipe for each of the exercises is needed;"),
    (("students", 0, "sha256"), ["x" * 50], f'students 1, sha256: ["{"x" * 38}... is not a text;'),
    (("exercises", 0, "options"), {"base": 3},
     'exercises 1, options: one of {"base": 3} is not a text;'),
    (("paper",), "a5", 'paper: "a5" is not a4 or letter or a3;'),
    (("format",), "sheetgen-class/9", 'format: "sheetgen-class/9" is not sheetgen-class/1;'),
    (("heading",), {"colour": "x"}, "heading: colour is not known here;"),
    (("former",), {}, "former: {} is not a list;"),
    ((), [], "the whole: [] is not a table of named values;"),
])  # fmt: skip
def test_a_wrong_field_is_named_in_one_line(
    place: tuple[Any, ...], value: Any, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "class.json"
    path.write_text(json.dumps(changed(LEAST, place, value)))
    told = refusal(path)
    assert told == (
        f"{path}: {said} it was changed, or another version made it; make the class anew with "
        f"--force and its --seed, which stands on the grid"
    )


CLASS = """
title = "Week 3"
date = 2026-12-01
[[exercise]]
topic = "single-neuron"
features = 2
points = 5
[[exercise]]
topic = "single-neuron"
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The folder of a class that one student left, and its manifest."""
    folder = tmp_path_factory.mktemp("manifest")
    (folder / "plan.toml").write_text(CLASS)
    for names in ("Ada\nBob\n", "Ada\n"):
        (folder / "r.csv").write_text(f"name\n{names}")
        assert main(words(folder, "")[0]) == 0
    return folder, json.loads((folder / "c" / "class.json").read_text())


def words(folder: Path, code: str) -> list[list[str]]:
    """Every command that reads a manifest."""
    place = str(folder / "c")
    return [
        ["class", str(folder / "plan.toml"), "--roster", str(folder / "r.csv"), "--out", place],
        ["find", place, "1"],
        ["mark", code, "--class", place, "--got", "z=1"],
        ["make", "--code", code, "--class", place, "--out", str(folder / "m"), "--force"],
        ["make", "--code", code, "--class", place, "--format", "json", "--out", str(folder / "m"),
         "--force"],
    ]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Each field of a manifest, those that hold others first."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, key))
        else:
            yield (*path, key)


def changed(data: dict[str, Any], path: tuple[Any, ...], value: Any) -> Any:
    """The manifest with another value in a field, or without it."""
    if not path:
        return value
    data = copy.deepcopy(data)
    inner: Any = data
    for key in path[:-1]:
        inner = inner[key]
    if value is GONE:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return data


def refusal(path: Path) -> str:
    """What is said of a manifest, nothing if it is read."""
    try:
        read_manifest(path)
    except SheetgenError as problem:
        return str(problem)
    return ""


GONE = object()
VALUES = [None, 3, -1.5, True, "", "x", "\ud800", "rnn?seed=x", [], [[]], {}, {"x": {}}]


def test_a_field_that_somebody_changed_is_named_or_does_no_harm(
    made: tuple[Path, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, data = made
    code = data["students"][0]["code"]
    path = folder / "c" / "class.json"
    for place in places(data):
        read = []
        for value in VALUES if not place else [GONE, *VALUES]:
            path.write_text(json.dumps(changed(data, place, value)))
            told = refusal(path)
            if not told:
                read.append(path.read_text())
                continue
            names = [key for key in place if isinstance(key, str)]
            assert "changed" in told
            assert all(name in told for name in names[:2]), (place, value, told)
        for text in read[:1]:
            for command in words(folder, code):
                path.write_text(text)
                exit_code = main(command)
                said = [line for line in capsys.readouterr().err.splitlines()
                        if "names from" not in line]  # fmt: skip
                assert exit_code == 0 or (exit_code in (1, 2) and len(said) == 1), (place, said)
                assert not any("a bug" in line for line in said), (place, said)
