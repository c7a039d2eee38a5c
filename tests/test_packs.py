"""The packs: pages in handing-out order, fresh paper for everybody, bookmarks, codes that read."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import segno
import zxingcpp

from sheetgen.api import make
from sheetgen.classroom import parts
from sheetgen.classroom.find import find_numbers, recipe_for
from sheetgen.classroom.letterhead import dressed, qr_code
from sheetgen.classroom.packs import WORK, Binding, loose_file, slug
from sheetgen.classroom.parts import SIDES, Batch, Leaf, bundles
from sheetgen.classroom.plan import plan_of
from sheetgen.classroom.pupils import Heading, Plan, digest_of, piece
from sheetgen.classroom.reprint import reprint
from sheetgen.classroom.roster import Student
from sheetgen.classroom.run import Order, run
from sheetgen.cli.main import main
from sheetgen.errors import SheetgenError
from sheetgen.exercise.recipe import read_recipe
from sheetgen.layout.sheet import lay_out
from sheetgen.page.figure import box_of, overlaps
from sheetgen.page.items import PAPERS, Item, Label, Printed
from sheetgen.press import proof
from sheetgen.press.printing import printer
from sheetgen.topics.catalogue import TOPICS

SMALL = Plan((piece("single-neuron"),))
CODE = read_recipe("single-neuron?seed=1").code
NAMES = ("Jörg Müßig", "=HYPERLINK(1)", "<script>", "../../x", "Ada", "Ada")


def students(*names: str) -> tuple[Student, ...]:
    return tuple(Student("", n, group="AB"[k % 2], row=k + 2) for k, n in enumerate(names))


def order(folder: Path, *names: str, plan: Plan = SMALL, **more: Any) -> Order:
    return Order(plan, students(*names), folder, 1, **more)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("class")
    run(order(place, *NAMES, spares=1))
    return place


def manifest(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "class.json").read_text()))


def digests(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(folder.rglob("*")) if p.is_file()}  # fmt: skip


def texts(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


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


@pytest.mark.parametrize("seed", ["123456789", "987654321"])
@pytest.mark.parametrize("topic", ["backpropagation", "four-neurons", "self-attention", "rnn"])
def test_a_qr_code_is_square_for_square_that_of_another_program(topic: str, seed: str) -> None:
    words, number = f"{topic}?seed=", seed
    parts = [(words, segno.consts.MODE_BYTE, None), (number, segno.consts.MODE_NUMERIC, None)]
    codes = [segno.make(parts, error="m", boost_error=False, micro=False, mask=mask).matrix
             for mask in range(8)]  # fmt: skip
    rows = qr_code(words + number, 200.0, 9.0).rows
    assert rows in [tuple("".join(map(str, row)) for row in code) for code in codes]


@pytest.mark.parametrize("side", ["worksheets", "keys"])
def test_every_qr_code_holds_the_recipe(folder: Path, side: str) -> None:
    data = manifest(folder)
    first = "first_page" if side == "worksheets" else "first_key_page"
    with pypdfium2.PdfDocument(folder / f"{side}.pdf") as document:
        for student in data["students"]:
            image = document[student[first] - 1].render(scale=150 / 72).to_pil()
            assert [c.text for c in zxingcpp.read_barcodes(image)] == [student["recipe"]]


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


def test_running_twice_and_anew_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    before = digests(folder)
    assert "nothing changed" in run(order(folder, *NAMES, spares=1)).remarks[0]
    assert digests(folder) == before
    run(order(tmp_path / "anew", *NAMES, spares=1))
    assert digests(tmp_path / "anew") == before
    assert not (folder / WORK).exists()


def test_a_changed_roster_adds_what_is_new_and_says_so(tmp_path: Path) -> None:
    run(order(tmp_path, "a", "b", "c"))
    old = {s["name"]: s["sha256"] for s in manifest(tmp_path)["students"]}
    done = run(order(tmp_path, "new", "a", "c"))
    assert done.remarks[:2] == ("1 new: new", "1 no longer in the class: b")
    now = {s["name"]: s["sha256"] for s in manifest(tmp_path)["students"]}
    assert (now["a"], now["c"]) == (old["a"], old["c"])
    assert [s["name"] for s in manifest(tmp_path)["former"]] == ["b"]


@pytest.mark.parametrize("group", ["A", "B"])
def test_a_namesake_who_left_is_told_unless_a_group_tells_who_it_was(
    group: str, tmp_path: Path
) -> None:
    ada, other = Student("", "Ada", group="A", row=2), Student("", "Ada", group=group, row=3)
    run(Order(SMALL, (ada, other), tmp_path, 1))
    first, second = (s["code"] for s in manifest(tmp_path)["students"])
    remarks = run(Order(SMALL, (replace(other, row=2),), tmp_path, 1)).remarks
    (stayed,), (left,) = (
        [s["code"] for s in manifest(tmp_path)[kind]] for kind in ("students", "former")
    )
    assert (stayed, left) == ((first, second) if group == "A" else (second, first))
    guess = f"some Ada came or went, and no id tells who is who: row 2 has the sheet {stayed}"
    assert (guess in remarks) == (group == "A")


def test_another_class_and_foreign_files_are_not_replaced(tmp_path: Path) -> None:
    run(order(tmp_path / "x", "a"))
    before = digests(tmp_path / "x")
    with pytest.raises(SheetgenError, match="another class"):
        run(order(tmp_path / "x", "a", plan=Plan((piece("softmax"),))))
    assert digests(tmp_path / "x") == before
    (tmp_path / "y").mkdir()
    (tmp_path / "y" / "keys.pdf").write_text("mine")
    with pytest.raises(SheetgenError, match="--force"):
        run(order(tmp_path / "y", "a"))
    run(order(tmp_path / "y", "a", force=True))


@pytest.mark.parametrize(("name", "binding"), [
    ("worksheets.pdf", Binding()), ("keys.pdf", Binding()), ("grid.pdf", Binding()),
    ("class.csv", Binding(separate=True)), ("worksheets", Binding(separate=True)),
    ("keys", Binding(separate=True)), (WORK, Binding()),
])  # fmt: skip
@pytest.mark.parametrize("again", [False, True])
def test_what_is_in_the_way_of_a_file_is_told_before_the_work(
    name: str, binding: Binding, again: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if again:
        run(order(tmp_path, "Ann"))
        (tmp_path / name).unlink(missing_ok=True)
    if "." in name[1:]:
        (tmp_path / name).mkdir()
    else:
        (tmp_path / name).write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.setattr("sheetgen.classroom.run.assign", None)  # the first of the work
    with pytest.raises(SheetgenError, match=f"{name}: a (file|folder) is in the way"):
        run(order(tmp_path, "Ann", "Bob", binding=binding))
    assert sorted(tmp_path.rglob("*")) == before


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


def test_a_code_and_the_class_print_the_same_bytes_again(tmp_path: Path) -> None:
    data = {"title": "Week 3", "course": "ML", "teacher": "A. L.", "paper": "letter", "exercise": [
        {"topic": "single-neuron", "points": 5}, {"topic": "hidden-layer"}]}  # fmt: skip
    binding = Binding(separate=True)
    plan = plan_of(data, tmp_path)
    run(order(tmp_path / "c", "Ada", "شام", plan=plan, binding=binding, spares=1))
    for student in manifest(tmp_path / "c")["students"]:
        for exercise in student["exercises"]:
            for name, content in reprint(exercise["code"], tmp_path / "c"):
                side = "keys" if name.endswith("key.pdf") else "worksheets"
                assert content == (tmp_path / "c" / side / name).read_bytes()
    with pytest.raises(SheetgenError, match="has the code"):
        reprint("2222-2222", tmp_path / "c")


def test_a_reprinted_page_is_the_page_of_the_pack(folder: Path) -> None:
    student = manifest(folder)["students"][0]
    sides = (("worksheets", "first_page"), ("keys", "first_key_page"))
    for (_, content), (side, first) in zip(reprint(student["code"], folder), sides, strict=True):
        with (
            pypdfium2.PdfDocument(content) as one,
            pypdfium2.PdfDocument(folder / f"{side}.pdf") as pack,
        ):
            ours, theirs = (page.render(scale=2).to_numpy()
                            for page in (one[0], pack[student[first] - 1]))  # fmt: skip
        assert (ours == theirs).mean() > 0.999  # a glyph's width is that of its first use


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_logo_is_printed(kind: str, tmp_path: Path) -> None:
    from PIL import Image

    if kind == "png":
        Image.new("RGB", (40, 40), (255, 0, 0)).save(tmp_path / "logo.png")
    else:
        (tmp_path / "logo.svg").write_text(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4" width="4" height="4">'
            '<rect width="4" height="4" fill="red"/></svg>'
        )
    data = {"logo": f"logo.{kind}", "exercise": [{"topic": "single-neuron"}]}
    run(order(tmp_path / "c", "Ada", plan=plan_of(data, tmp_path)))
    with pypdfium2.PdfDocument(tmp_path / "c" / "worksheets.pdf") as document:
        image = document[0].render(scale=1).to_pil()
    assert image.getpixel((60, 48)) == (255, 0, 0)


def test_a_plan_of_two_exercises_with_points_and_heading(tmp_path: Path) -> None:
    data = {"title": "Week 3", "course": "ML_1", "teacher": "A. L.", "exercise": [
        {"topic": "single-neuron", "points": 5}, {"topic": "softmax", "points": 1}]}  # fmt: skip
    run(order(tmp_path, "Ada", plan=plan_of(data, tmp_path)))
    student = manifest(tmp_path)["students"][0]
    assert len(student["exercises"]) == 2
    first, second = texts(tmp_path / "worksheets.pdf")[:2]
    assert "/ 5 points" in first
    assert "/ 1 point" in second
    assert "Week 3" in first
    assert recipe_for(student["exercises"][1]["code"], tmp_path).topic == "softmax"


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("topic", TOPICS)
def test_what_a_class_adds_overlaps_nothing(topic: str, paper: str) -> None:
    heading = plan_of({"title": "A long title of a sheet " * 4, "teacher": "Somebody",
                       "exercise": [{"topic": topic}]}, Path()).heading  # fmt: skip
    sheet = dressed(lay_out(make(topic, 3), paper, "Some Body"), heading, "100")
    for page in (*sheet.pages, *sheet.key_pages):
        assert overlaps(page.items) == []
        for item in page.items:
            assert box_of(item)[1] >= 5
            assert box_of(item)[2] <= page.width - 5


def test_numbers_find_their_sheet(folder: Path) -> None:
    student = manifest(folder)["students"][2]
    recipe = read_recipe(student["recipe"])
    value = make(recipe.topic, recipe.seed).values["x"].digits[:, 0]
    hits = find_numbers(folder, [str(v) for v in value])
    assert student["code"] in [h.code for h in hits]
    assert any("x column 1" in h.places for h in hits if h.code == student["code"])
    assert find_numbers(folder, ["77", "78"]) == []
    with pytest.raises(SheetgenError):
        find_numbers(folder, ["seven"])
    with pytest.raises(SheetgenError, match="has the code"):
        recipe_for("2222-2222", folder)


def test_alike_exercises_of_a_plan_are_found_in_their_order(tmp_path: Path) -> None:
    plan = Plan((piece("single-neuron"), piece("softmax"), piece("single-neuron")))
    run(order(tmp_path, "Ann", "Bob", plan=plan))
    for student in manifest(tmp_path)["students"]:
        recipe = read_recipe(student["exercises"][2]["recipe"])
        value = make(recipe.topic, recipe.seed).values["x"].digits[:, 0]
        assert student["code"] in [h.code for h in find_numbers(tmp_path, [str(v) for v in value])]
        assert recipe_for(recipe.code, tmp_path) == recipe


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roster = tmp_path / "r.csv"
    roster.write_text("name\nAda\nBob\n")
    out = str(tmp_path / "c")
    command = ["class", "single-neuron", "--roster", str(roster), "--seed", "4", "--out", out]
    assert main([*command, "--features", "4", "--no-bias"]) == 0
    paths = capsys.readouterr().out.split()
    assert [Path(p).name for p in paths] == ["worksheets.pdf", "keys.pdf", "grid.pdf", "class.csv",
                                             "class.json"]  # fmt: skip
    code = manifest(tmp_path / "c")["students"][0]["code"]
    assert main(["mark", code, "--class", out, "--got", "z=7", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["got"] == [[7]]
    assert main(["make", "--code", code, "--class", out, "--out", str(tmp_path / "m")]) == 0
    names = [Path(p).name for p in capsys.readouterr().out.split()]
    assert names == [f"{code}-ada-worksheet.pdf", f"{code}-ada-key.pdf"]
    assert main(["make", "--code", code, "--class", out, "--out", str(tmp_path / "m"),
                 "--format", "json"]) == 0  # fmt: skip
    assert json.loads(Path(capsys.readouterr().out.strip()).read_text())["code"] == code
    assert main(["find", out, "77", "-78"]) == 1
    assert "no sheet" in capsys.readouterr().err


def test_a_former_students_sheet_is_found_and_said_to_be_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(order(tmp_path, "Ann", "Bob"))
    run(order(tmp_path, "Bob"))
    code = manifest(tmp_path)["former"][0]["code"]
    recipe = read_recipe(manifest(tmp_path)["former"][0]["recipe"])
    numbers = [str(v) for v in make(recipe.topic, recipe.seed).values["x"].digits[:, 0]]
    assert main(["find", str(tmp_path), *numbers]) == 0
    lines = [line.split("\t")[:2] for line in capsys.readouterr().out.splitlines()]
    assert ["Ann (no longer in the class)", code] in lines
    assert main(["find", str(tmp_path), *numbers, "--json"]) == 0
    hits = json.loads(capsys.readouterr().out)
    assert {h["student"]: h["former"] for h in hits}["Ann"] is True
    assert main(["find", str(tmp_path), "0"]) == 0
    everybody = capsys.readouterr().out
    assert "Bob\t" in everybody


@pytest.mark.parametrize(("arguments", "exit_code", "said"), [
    (["class", "single-neuron"], 2, "--roster"),
    (["class", "single-neuron", "--students", "3", "--roster", "r.csv"], 2, "leave one out"),
    (["class", "single-neuron", "--students", "3", "--group-by", "room"], 2, "only: group"),
    (["class", "single-neuron", "--students", "0"], 2, "--students"),
    (["class", "single-neuron", "--roster", "none.csv"], 1, "no such file"),
    (["class", "nothing", "--students", "3"], 2, "nothing"),
    (["class", "none.toml", "--students", "3"], 1, "no such file"),
    (["class", "single-neuron", "--students", "3", "--colour", "red"], 2, "colour"),
    (["class", "single-neuron", "--students", "3", "--features"], 2, "needs a value"),
    (["class", "single-neuron", "--students", "3", "--seed", "x"], 2, "seed"),
    (["class", "single-neuron", "--students", "3", "--paper", "a5"], 2, "--paper"),
    (["class", "single-neuron", "--students", "x"], 2, "--students"),
    (["class", "single-neuron", "--students", "3", "--spares", "9999"], 2, "--spares"),
    (["class", "single-neuron", "--students", "3", "--staple", "101"], 2, "--staple"),
    (["class", "single-neuron", "--students", "3", "--features", "99"], 2, "--features"),
    (["class", "single-neuron", "--students", "3", "stray"], 2, "stray"),
    (["class", "none.toml", "--students", "3", "--features", "3"], 2, "belongs into the plan"),
    (["find", "none", "seven"], 2, "not a number"), (["find", "none", "--all"], 2, "--all"),
    (["mark", "2222", "--got", "z=1", "--class", "none"], 2, "signs"),
    (["mark", CODE, "--got", "z=1", "--class", "none"], 1, "class.json"),
    (["mark", CODE, "--got", "z=1", "--recipe", "nothing?seed=x"], 2, "seed"),
    (["mark", CODE, "--got", "z=1", "--recipe", "nothing?seed=1"], 2, "nothing"),
    (["mark", CODE, "--got", "z=1", "--recipe", "softmax?seed=1"], 2, "not that of this recipe"),
    (["mark", CODE, "--got", "q=1", "--recipe", "single-neuron?seed=1"], 2, "no q"),
    (["mark", CODE, "--got", "z=1", "--class", "none", "--recipe", "x"], 2, "leave one out"),
    (["mark", CODE, "--recipe", "single-neuron?seed=1"], 2, "--got"),
    (["find", "none", "3"], 1, "class.json"), (["find", "none"], 2, "find what"),
    (["mark", "2222-2222", "--got", "z=1"], 2, "--class"),
])  # fmt: skip
def test_a_wrong_command_is_told_in_one_line(
    arguments: list[str], exit_code: int, said: str, capsys: pytest.CaptureFixture[str],
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == exit_code
    shown = capsys.readouterr().err
    assert said in shown
    assert shown.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("table", "told"), [
    ("name,group\nAda,\n", True), ("name\nAda\n", True), ("name,group\nAda,A\nBob,\n", False),
])  # fmt: skip
def test_a_class_without_groups_that_is_to_be_grouped_is_told(
    table: str, told: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r.csv").write_text(table)
    command = ["class", "single-neuron", "--roster", str(tmp_path / "r.csv"), "--group-by", "group"]
    assert main([*command, "--out", str(tmp_path / "c")]) == 0
    assert ("no student has a group" in capsys.readouterr().err) == told


def test_sheets_that_are_no_longer_of_the_class_are_removed(tmp_path: Path) -> None:
    separate = Binding(separate=True)
    run(order(tmp_path, "Ann", "Bob", binding=separate))
    (tmp_path / "worksheets" / "mine.txt").write_text("mine")
    old = {p.name for p in (tmp_path / "worksheets").glob("*.pdf")}
    run(order(tmp_path, "Ann Marie", "Bob", binding=separate))
    new = {p.name for p in (tmp_path / "worksheets").glob("*.pdf")}
    assert len(new) == 2
    assert len(new & old) == 1
    run(order(tmp_path, "Ann Marie", "Bob"))
    assert not list((tmp_path / "worksheets").glob("*.pdf"))
    assert (tmp_path / "worksheets" / "mine.txt").exists()
    assert (tmp_path / "worksheets.pdf").exists()
    run(order(tmp_path, "Cy", plan=Plan((piece("softmax"),)), binding=separate, force=True))
    assert not (tmp_path / "worksheets.pdf").exists()


def test_a_manifest_from_elsewhere_reads_no_file_and_writes_none_outside(tmp_path: Path) -> None:
    run(order(tmp_path, "Ann"))
    path = tmp_path / "class.json"
    code = manifest(tmp_path)["students"][0]["code"]
    good = path.read_text()
    data = json.loads(good)
    data["students"][0]["code"] = "../evil"
    path.write_text(json.dumps(data))
    assert [name for name, _ in reprint(code, tmp_path)] == [
        f"{code}-ann-worksheet.pdf", f"{code}-ann-key.pdf"
    ]  # fmt: skip
    for logo in ("file:///etc/hostname", "http://127.0.0.1:9/x.png", "data:text/html,x"):
        data = json.loads(good) | {"heading": {"logo": logo}}
        path.write_text(json.dumps(data))
        with pytest.raises(SheetgenError, match="PNG or SVG"):
            reprint(code, tmp_path)


def test_spares_that_were_handed_out_are_not_forgotten(tmp_path: Path) -> None:
    run(order(tmp_path, "Ann", spares=1))
    code = manifest(tmp_path)["students"][1]["code"]
    done = run(order(tmp_path, "Ann", "Bob"))
    assert done.remarks[0] == "1 new: Bob"
    assert "no longer" not in " ".join(done.remarks)
    assert recipe_for(code, tmp_path).code == code


def test_keys_are_stapled_as_they_are(tmp_path: Path) -> None:
    plan = Plan((piece("backpropagation"),))
    run(order(tmp_path, "Ann", "Bob", plan=plan, binding=Binding(simplex=True, staple=1)))
    with pikepdf.open(tmp_path / "worksheets.pdf") as pack, pikepdf.open(
        tmp_path / "keys.pdf"
    ) as keys:
        assert (len(pack.pages), len(keys.pages)) == (2, 4)


def test_a_sheet_that_was_printed_with_other_numbers_is_refused_until_it_is_made_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_longer(*_: object) -> None:
        raise SheetgenError("no such draw any more")

    place, roster = tmp_path / "c", tmp_path / "r.csv"
    again = ["class", "single-neuron", "--roster", str(roster), "--out", str(place)]
    for names in ("Ann\nBob\nCy\n", "Ann\nBob\n"):
        roster.write_text(f"name\n{names}")
        assert main(again) == 0
    data = manifest(place)
    ann, cy = data["students"][0], data["former"][0]
    readers = [
        [*again, "--spares", "1"], ["find", str(place), "1"],
        *(["make", "--code", ann["code"], "--class", str(place), "--out", str(tmp_path / "m"),
           "--format", form] for form in ("pdf", "json")),
        ["mark", ann["code"], "--class", str(place), "--got", "z=1"],
    ]  # fmt: skip
    for student in (ann, cy):  # as if another version had drawn other numbers
        student["sha256"] = "0" * 64
    data["version"] = "0.0.9"
    (place / "class.json").write_text(json.dumps(data))
    before = digests(place)
    monkeypatch.setattr("sheetgen.classroom.find.build", no_longer)
    for command in readers[1:]:
        assert main(command) == 1, command
        assert "no such draw any more; use the version that made it (0.0.9)" in (
            capsys.readouterr().err)  # fmt: skip
    monkeypatch.undo()
    for command in readers:
        assert main(command) == 1, command
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n")) == ("", 1)
        assert "0.0.9" in said.err
        assert "--force" in said.err
    assert digests(place) == before
    assert not (tmp_path / "m").exists()
    assert main([*again, "--force"]) == 0
    assert "other numbers than were printed before: Ann, Cy\n" in capsys.readouterr().err
    for command in readers:
        assert main(command) == 0, command
    cys = ["mark", cy["code"], "--class", str(place), "--got", "z=1"]
    assert main(cys) == 1
    assert "no sheet" in capsys.readouterr().err


@pytest.mark.parametrize("separate", [False, True])
def test_of_a_name_that_needs_shaping_only_the_name_is_rendered(
    separate: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaf = Leaf("محمد علي", ("single-neuron?seed=4",), ("",))
    batch = Batch((leaf,), "a4", Heading(), separate)
    whole = bundles(replace(batch, direct=True))[0]
    rendered = list[Item]()
    weasy = printer().weasy
    real = weasy.pdf

    def pdf(sheets: Sequence[Printed], **options: bool) -> bytes:
        rendered.extend(item for sheet in sheets for page in sheet.pages for item in page.items)
        return real(sheets, **options)

    monkeypatch.setattr(weasy, "pdf", pdf)
    bundle = bundles(batch)[0]
    assert [item.markup for item in rendered if isinstance(item, Label)] == ["محمد علي"]
    for side in SIDES:
        ours, theirs = (pypdfium2.PdfDocument(loose_file(b, side, "x")) for b in (bundle, whole))
        for mine, direct in zip(ours, theirs, strict=True):
            a, b = (page.render(scale=150 / 72).to_numpy() for page in (mine, direct))
            assert (a == b).all()


@pytest.mark.parametrize(("blank", "told"), [("none", True), ("results", False)])
def test_a_check_that_adds_nothing_is_told(blank: str, told: bool, tmp_path: Path) -> None:
    plan = Plan((piece("single-neuron"), piece("rnn", {"check": "yes", "blank": blank})))
    done = run(Order(plan, (Student("1", "Ada"), Student("2", "Bo")), tmp_path, 1))
    assert any("--check adds no line" in r for r in done.remarks) == told


# --- what the press's proof says while sheets are stamped already


@pytest.fixture
def unproved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(proof.VARIABLE, str(tmp_path / "cache"))


@pytest.mark.parametrize("difference", ["", "the line at 3"])
def test_a_press_that_is_refuted_prints_nothing(
    difference: str, unproved: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered = list[int]()
    weasy = printer().weasy
    real = weasy.pdf

    def pdf(sheets: Sequence[Printed], **options: bool) -> bytes:
        rendered.append(sum(len(sheet.pages) for sheet in sheets))
        return real(sheets, **options)

    monkeypatch.setattr(weasy, "pdf", pdf)
    monkeypatch.setattr(printer().check, "difference", lambda: difference)
    run(order(tmp_path / "class", "Ada", "Bo"))
    assert printer().check.known() is (not difference)
    pages = 0
    for side in ("worksheets", "keys"):
        with pikepdf.open(tmp_path / "class" / f"{side}.pdf") as document:
            pages += sum("/Contents" in page for page in document.pages)
    grid = (0, 1)  # that page may be made by another process
    assert sum(rendered) in ([pages + k for k in grid] if difference else [0])
    assert not (tmp_path / "class" / WORK).exists()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the proof is not found beside")
def test_a_proof_whose_process_dies_is_found_by_the_class_itself(
    unproved: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = os.getpid()

    def difference() -> str:
        if os.getpid() != here:
            os._exit(9)
        return ""

    monkeypatch.setattr(printer().check, "difference", difference)
    run(order(tmp_path / "class", "Ada", "Bo"))
    assert printer().check.known() is True


def test_a_part_of_another_way_of_printing_is_another_part() -> None:
    def batch(direct: bool, name: str) -> str:
        return Batch((Leaf(name, (), ()),), "a4", Heading(), False, direct).mark

    assert len({batch(direct, name) for direct in (False, True) for name in ("Ada", "Bo")}) == 4


def test_a_part_printed_without_a_font_is_printed_again_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = Batch((Leaf("ꦲ", (), ()),), "a4", Heading())
    marks = set[str]()
    for fonts in ((), ("Noto Sans Javanese",)):
        monkeypatch.setattr(parts, "needed", lambda texts, fonts=fonts: fonts if [*texts] else ())
        marks.add(replace(batch).mark)
    assert len(marks) == 2
