"""The packs: pages in handing-out order, fresh paper for everybody, bookmarks."""

from __future__ import annotations

import csv
from pathlib import Path

import pikepdf
import pytest

from sheetgen.api import make
from sheetgen.classroom.packs import slug
from sheetgen.classroom.plan import Binding, Plan, piece
from sheetgen.classroom.pupils import digest_of
from sheetgen.classroom.run import run
from sheetgen.errors import SheetgenError
from sheetgen.exercise.recipe import read_recipe
from tests.classroom.support import manifest, order, texts


def test_every_student_starts_on_fresh_paper_in_order(folder: Path) -> None:
    data = manifest(folder)
    for side, first, count in (("worksheets", "first_page", "pages"),
                               ("keys", "first_key_page", "key_pages")):  # fmt: skip
        pages = texts(folder / f"{side}.pdf")
        place = 1
        for student in data["students"]:
            assert student[first] == place
            assert student["code"] in pages[place - 1]
            printed = student[count]
            padded = printed + printed % 2
            assert all(not t.strip() for t in pages[place - 1 + printed : place - 1 + padded])
            place += padded
        assert len(pages) == place - 1
    assert "Jörg Müßig" in texts(folder / "worksheets.pdf")[0]


def test_bookmarks_lead_to_each_student(folder: Path) -> None:
    data = manifest(folder)
    with pikepdf.open(folder / "keys.pdf") as pack, pack.open_outline() as outline:
        titles = [str(item.title) for item in outline.root]
        for item, student in zip(outline.root, data["students"], strict=True):
            assert item.destination is not None
            page = pikepdf.Page(item.destination[0])
            assert page.index + 1 == student["first_key_page"]
    assert titles[0].startswith("Jörg Müßig")
    assert titles[-1].startswith("spare-1")


def test_the_numbers_on_a_key_are_the_manifests(folder: Path) -> None:
    for student in manifest(folder)["students"]:
        recipe = read_recipe(student["recipe"])
        exercise = make(recipe.topic, recipe.seed, **recipe.options)
        assert digest_of([exercise]) == student["sha256"]
        words = texts(folder / "keys.pdf")[student["first_key_page"] - 1].split()
        shown = [str(abs(int(v))) for v in exercise.values["x"].digits[:, 0]]
        assert all(any(s in w for w in words) for s in shown)


def test_the_grid_has_everybody_with_the_answers(folder: Path) -> None:
    said = " ".join(texts(folder / "grid.pdf"))
    assert all(s["code"] in said for s in manifest(folder)["students"])


@pytest.mark.parametrize(("binding", "sides"), [
    (Binding(), 2), (Binding(simplex=True), 1), (Binding(staple=2), 4),
    (Binding(simplex=True, staple=3), 3),
])  # fmt: skip
def test_sides_of_paper(binding: Binding, sides: int, tmp_path: Path) -> None:
    run(order(tmp_path, "a", "b", binding=binding))
    with pikepdf.open(tmp_path / "worksheets.pdf") as pack:
        assert len(pack.pages) == 2 * sides


def test_a_stapled_set_that_is_too_thin_is_told() -> None:
    with pytest.raises(SheetgenError, match="--staple: Ada needs 2 sheets"):
        Binding(staple=1).sides(3, "Ada")


def test_groups_are_bookmarks_above_their_students(tmp_path: Path) -> None:
    run(order(tmp_path, "a", "b", "c", binding=Binding(group_by="group")))
    with pikepdf.open(tmp_path / "keys.pdf") as pack, pack.open_outline() as outline:
        assert [str(i.title) for i in outline.root] == ["A", "B"]
        assert [len(i.children) for i in outline.root] == [2, 1]


def test_the_grid_is_in_the_order_of_the_packs_and_the_table_in_that_of_the_roster(
    tmp_path: Path,
) -> None:
    run(order(tmp_path, "Ann", "Bob", "Cy", "Ann", spares=1, binding=Binding(group_by="group")))
    told = manifest(tmp_path)["students"]
    assert [s["name"] for s in told] == ["Ann", "Bob", "Cy", "Ann", ""]
    (said,) = texts(tmp_path / "grid.pdf")
    handed = sorted(told, key=lambda s: int(s["first_page"]))
    assert [s["name"] for s in handed] == ["Ann", "Cy", "Bob", "Ann", ""]
    assert sorted(told, key=lambda s: said.index(s["code"])) == handed
    with (tmp_path / "class.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["code"] for r in rows] == [s["code"] for s in told]
    assert [(r["name"], r["row"]) for r in rows][::3] == [("Ann", "2"), ("Ann", "5")]


def test_separate_files_have_safe_names(tmp_path: Path) -> None:
    done = run(order(tmp_path, "../../x", "=1", binding=Binding(separate=True)))
    assert all(p.resolve().is_relative_to(tmp_path.resolve()) for p in done.files)
    names = [p.name for p in done.files if p.suffix == ".pdf" and p.parent != tmp_path]
    assert len(names) == 4
    assert all(set(n) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")
               for n in names)  # fmt: skip
    assert slug("Jörg  Müßig/..\\") == "-jorg-muig"


def test_keys_are_stapled_as_they_are(tmp_path: Path) -> None:
    plan = Plan((piece("self-attention", {}),))
    run(order(tmp_path, "Ann", "Bob", plan=plan, binding=Binding(simplex=True, staple=1)))
    with pikepdf.open(tmp_path / "worksheets.pdf") as pack, pikepdf.open(
        tmp_path / "keys.pdf"
    ) as keys:
        assert (len(pack.pages), len(keys.pages)) == (2, 4)
