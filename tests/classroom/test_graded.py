"""Graded work: no student's file says from what it is made, and sheets may go without names."""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from msgspec import structs
from PIL import Image

from sheetgen.classroom.find import find, recipe_for
from sheetgen.classroom.plan import Binding, Order, Plan, piece
from sheetgen.classroom.reprint import reprint, reprint_student
from sheetgen.classroom.run import run
from sheetgen.errors import SheetgenError
from sheetgen.exercise.carried import carried
from sheetgen.exercise.recipe import code_of, read_recipe
from sheetgen.formats.registry import formats
from tests.classroom.support import digests, manifest, order, students, texts

GRADED = Plan((piece("single-neuron"), piece("softmax", {"check": "yes"})))


def graded(folder: Path, *names: str, **more: Any) -> Order:
    return replace(order(folder, *names, plan=GRADED), seed=None, no_recipe=True, **more)


@pytest.fixture(scope="module")
def quiz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("quiz")
    asked = (formats()["html"], formats()["png"], formats()["accessible"])
    run(graded(place, "Ada", "Bo", "Ada", formats=asked, spares=1))
    return place


def plain(data: bytes) -> bytes:
    """A file with its compressed parts unpacked."""
    parts = [data]
    for match in re.finditer(rb"stream\r?\n", data):
        try:
            parts.append(zlib.decompressobj().decompress(data[match.end() :]))
        except zlib.error:
            continue
    return b"\n".join(parts)


def test_no_file_of_a_student_holds_recipe_or_seed(quiz: Path) -> None:
    known = manifest(quiz)
    secrets = [str(known["seed"]), known["look"]["secret"], "seed=", "seed%3D"]
    secrets += [str(read_recipe(e["recipe"]).seed)
                for s in known["students"] for e in s["exercises"]]  # fmt: skip
    files = [p for p in quiz.rglob("*") if p.name == "worksheets.pdf" or "-worksheet" in p.name]
    assert len(files) == 1 + 4 * 2 * 3
    for path in files:
        content = plain(path.read_bytes())
        for secret in secrets:
            assert secret.encode() not in content, path
            assert secret not in str(path.relative_to(quiz))
    assert not any("seed" in page for page in texts(quiz / "worksheets.pdf"))


def test_the_printed_code_leads_to_the_code_alone(quiz: Path) -> None:
    codes = {e["code"] for s in manifest(quiz)["students"] for e in s["exercises"]}
    for picture in quiz.glob("png/*.png"):
        [found] = zxingcpp.read_barcodes(Image.open(picture))
        code, page = found.text.split(" ")  # and nothing else
        assert code in codes
        assert page == "1W"


def test_codes_are_salted_and_seeds_too_many_to_be_tried(quiz: Path) -> None:
    known = manifest(quiz)
    secret = known["look"]["secret"]
    recipes = [e for s in known["students"] for e in s["exercises"]]
    for exercise in recipes:
        recipe = read_recipe(exercise["recipe"])
        assert exercise["code"] == code_of(str(recipe), secret) != recipe.code
    assert max(read_recipe(e["recipe"]).seed for e in recipes) > 2**56
    assert known["seed"] > 2**40


def test_find_mark_and_reprint_work_from_the_folder(quiz: Path) -> None:
    for student in manifest(quiz)["students"]:
        code = student["exercises"][1]["code"]
        recipe = recipe_for(code, quiz)
        assert recipe.printed == student["exercises"][1]["recipe"]
        assert carried(recipe, "z[1,1]=3")
        names = [name for name, _ in reprint(code, quiz)]
        assert all(name.startswith(student["code"]) for name in names)
    [(_, worksheet), _] = reprint(manifest(quiz)["students"][0]["code"], quiz)
    assert b"seed" not in plain(worksheet)
    assert find(quiz, [code])[0].code == student["code"]
    with pytest.raises(SheetgenError, match="no recipe"):
        reprint(code, quiz, "", [formats()["json"]])


def test_the_same_seed_makes_the_same_class_in_another_folder(quiz: Path, tmp_path: Path) -> None:
    asked = (formats()["html"], formats()["png"], formats()["accessible"])
    again = graded(tmp_path, "Ada", "Bo", "Ada", formats=asked, spares=1)
    run(replace(again, seed=manifest(quiz)["seed"]))
    assert digests(tmp_path) == digests(quiz)
    done = run(replace(again, seed=None))
    assert done.remarks[0].startswith("nothing changed")


@pytest.mark.parametrize("graded_first", [True, False])
def test_a_class_does_not_change_its_mind(tmp_path: Path, graded_first: bool) -> None:
    first = replace(order(tmp_path, "Ann"), seed=None, no_recipe=graded_first)
    run(first)
    before = digests(tmp_path)
    with pytest.raises(SheetgenError, match="add" if graded_first else "leave --no-recipe out"):
        run(replace(first, no_recipe=not graded_first))
    assert digests(tmp_path) == before
    run(replace(first, no_recipe=not graded_first, force=True))
    assert bool(manifest(tmp_path)["look"].get("secret")) is not graded_first


def test_codes_without_names(tmp_path: Path) -> None:
    names = ("Ada Lovelace", "Émile Zola", "Ada Lovelace")
    look = structs.replace(GRADED.look, anonymous=True)
    asked = replace(graded(tmp_path, *names, formats=(formats()["html"],), spares=1),
                    plan=replace(GRADED, look=look))  # fmt: skip
    done = run(asked)
    assert [f.name for f in done.files][:4] == [
        "worksheets.pdf", "keys.pdf", "grid.pdf", "slips.pdf"
    ]  # fmt: skip
    nameless = [p for p in tmp_path.rglob("*") if p.suffix in (".pdf", ".html")]
    for path in nameless:
        said = "\n".join(texts(path)) if path.suffix == ".pdf" else path.read_text()
        shown = any(word in said for word in ("Lovelace", "Zola", "student-", "spare-"))
        assert shown == (path.name == "slips.pdf"), path
        assert not re.search("ada|zola|spare", str(path.relative_to(tmp_path)).lower())
        assert "Lovelace" not in plain(path.read_bytes()).decode("latin-1") or shown
    [slips] = texts(tmp_path / "slips.pdf")
    for student in manifest(tmp_path)["students"]:
        for exercise in student["exercises"]:
            assert slips.count(exercise["code"]) == 2  # on the list and on the slip
    assert slips.count("Ada Lovelace") == 4
    assert "row 2" in slips
    assert "row 4" in slips
    files, remarks = reprint_student("Émile Zola", tmp_path)
    assert not remarks
    assert all("zola" not in name for name, _ in files)
    assert not any("Zola" in page for _, data in files for page in texts(data))


def test_anonymous_files_of_each_student_have_no_name(tmp_path: Path) -> None:
    look = structs.replace(GRADED.look, anonymous=True)
    plan = replace(GRADED, look=look)
    run(replace(order(tmp_path, "Ada", "Ada", plan=plan), binding=Binding(separate=True)))
    names = sorted(p.name for p in tmp_path.glob("worksheets/*"))
    assert names == sorted(f"{s['code']}-worksheet.pdf" for s in manifest(tmp_path)["students"])


def test_a_manifest_with_a_look_that_is_none_is_refused(quiz: Path, tmp_path: Path) -> None:
    data = json.loads((quiz / "class.json").read_text())
    for look, said in (({"decimal_mark": "x"}, "decimal_mark"), ({"secret": 3}, "secret"),
                       (3, "look")):  # fmt: skip
        (tmp_path / "class.json").write_text(json.dumps(data | {"look": look}))
        with pytest.raises(SheetgenError, match=said):
            find(tmp_path, ["Ada"])


def test_students_of_a_list_get_large_seeds_as_they_come_and_go(tmp_path: Path) -> None:
    asked = graded(tmp_path, "Ann", "Bob")
    run(asked)
    codes = {s["name"]: s["code"] for s in manifest(tmp_path)["students"]}
    run(replace(asked, students=students("Bob", "Cy")))
    assert manifest(tmp_path)["students"][0]["code"] == codes["Bob"]
    assert find(tmp_path, ["Ann"])[0].former
