"""The manifest: read again as it was written, and refused in one line where somebody changed it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sheetgen.classroom.manifest import json_bytes, manifest, read_manifest, same_exercises
from sheetgen.classroom.pupils import Plan, assign, digest_of, piece
from sheetgen.classroom.roster import Student
from sheetgen.cli.main import main
from sheetgen.errors import SheetgenError

PLAN = Plan((piece("hidden-layer"),))


def test_the_manifest_is_read_again_and_a_broken_one_refused(tmp_path: Path) -> None:
    pupils = assign(PLAN, [Student("", "Ada")], [], 1)
    path = tmp_path / "class.json"
    digest = digest_of(pupils[0].exercises)
    pages: dict[str, dict[str, int | str]] = {pupils[0].code: {"pages": 1, "sha256": digest}}
    path.write_bytes(json_bytes(manifest(PLAN, 1, pupils, pages, {})))
    data = read_manifest(path)
    assert same_exercises(data, PLAN)
    assert not same_exercises(data, Plan((piece("softmax"),)))
    assert data["students"][0]["sha256"] == digest
    for broken in (b"", b"[]", b"{}", b'{"format": "sheetgen-class/1", "students": [{}]}', b"\xff",
                   b'{"format": 3}'):  # fmt: skip
        path.write_bytes(broken)
        with pytest.raises(SheetgenError):
            read_manifest(path)


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
                said = capsys.readouterr().err.splitlines()
                assert exit_code == 0 or (exit_code in (1, 2) and len(said) == 1), (place, said)
                assert not any("a bug" in line for line in said), (place, said)
