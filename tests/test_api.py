"""The Python API as a notebook uses it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import sheetgen


def test_make_gives_pdfs_and_json() -> None:
    sheet = sheetgen.make("hidden-layer", seed=7, widths="2-3-2")
    assert sheet.worksheet_pdf().startswith(b"%PDF")
    assert sheet.key_pdf(paper="letter", name="Ada").startswith(b"%PDF")
    data = json.loads(sheet.json())
    assert data["format"] == "sheetgen-exercise/1"
    assert data["options"]["widths"] == "2-3-2"
    assert {m["name"] for m in data["matrices"]} == set(sheet.values)


def test_json_can_be_read_again() -> None:
    sheet = sheetgen.make("hidden-layer", seed=7)
    data = json.loads(sheet.json())
    given = {m["name"]: m["values"] for m in data["matrices"] if m["op"] is None}
    again, remarks = sheetgen.from_given("hidden-layer", given)
    assert remarks == []
    assert all((again.values[n].digits == v.digits).all() for n, v in sheet.values.items())


def test_a_notebook_shows_the_worksheet_without_answers() -> None:
    shown = sheetgen.make("matrix-multiplication", seed=7)._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    assert "Matrix Multiplication" in shown


def test_the_same_seed_is_the_same_exercise_and_problems_are_one_line() -> None:
    assert sheetgen.make("softmax", seed=2).json() == sheetgen.make("softmax", seed=2).json()
    with pytest.raises(sheetgen.SheetgenError, match="did you mean"):
        sheetgen.make("hiden-layer")
    with pytest.raises(AttributeError, match="nothing"):
        sheetgen.nothing  # noqa: B018


def test_every_public_name_is_there() -> None:
    for name in sheetgen.__all__:
        assert getattr(sheetgen, name) is not None
    assert dir(sheetgen) == sorted(sheetgen.__all__)


def test_importing_sheetgen_imports_nothing_slow() -> None:
    slow = ("numpy", "sympy", "weasyprint")
    code = f"import sys, sheetgen; print([m for m in {slow} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_exercise_gives_the_files_that_the_command_line_writes() -> None:
    sheet = sheetgen.make("hidden-layer", seed=7)
    stem = f"hidden-layer-{sheet.code}"
    assert sheet.files() == {
        f"{stem}-worksheet.pdf": sheet.worksheet_pdf(), f"{stem}-key.pdf": sheet.key_pdf(),
    }  # fmt: skip
    named = sheet.files("json, pdf", paper="letter", name="Ada")
    assert list(named) == [f"{stem}.json", f"{stem}-worksheet.pdf", f"{stem}-key.pdf"]
    assert json.loads(named[f"{stem}.json"]) == json.loads(sheet.json())
    assert named[f"{stem}-key.pdf"] == sheet.key_pdf("letter", "Ada")
    with pytest.raises(sheetgen.SheetgenError, match="'docx' is none of pdf"):
        sheet.files("docx")
    softmax = sheetgen.make("softmax", seed=7)
    comma = softmax.files("pdf,accessible", decimal_mark="comma")
    assert all(comma[name] != data for name, data in softmax.files("pdf,accessible").items()
               if "key" in name)  # fmt: skip
    with pytest.raises(sheetgen.SheetgenError, match="'dot' is none of point, comma"):
        softmax.files(decimal_mark="dot")
