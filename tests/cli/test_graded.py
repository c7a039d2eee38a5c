"""What a teacher types for a quiz: sheets without recipes, one file of many, heading and look."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pikepdf
import pytest

from sheetgen.exercise.recipe import code_of, read_recipe, secret_of
from tests.classroom.support import texts
from tests.cli.support import Run

TOLD = re.compile(r"sheetgen: (\S+) is (\S+\?\S*seed=\d+&edition=\d+); this line alone says so")


def test_a_recipe_that_no_sheet_says_is_told_once(run: Run, tmp_path: Path) -> None:
    out = ["--out", str(tmp_path)]
    out += ["--format", "pdf,html"]
    code, paths, err = run("make", "single-neuron", "--no-recipe", "--quiet", *out)
    assert code == 0
    [told] = err
    match = TOLD.fullmatch(told)
    assert match
    sheet, recipe = match.groups()
    read = read_recipe(recipe)
    seed = read.seed
    assert seed > 2**40
    assert sheet == code_of(str(read), secret_of(seed)) != read.code
    assert len(paths) == 4
    for path in map(Path, paths):
        said = path.read_text() if path.suffix == ".html" else "\n".join(texts(path))
        assert str(seed) not in said
        assert "seed" not in said
        assert sheet in said
        assert sheet in path.name
    before = {path: Path(path).read_bytes() for path in paths}
    code, again, _ = run("make", "--recipe", recipe, "--no-recipe", *out)
    assert (code, again) == (0, paths)
    assert all(Path(path).read_bytes() == data for path, data in before.items())
    code, _, _ = run("mark", sheet, "--recipe", recipe, "--got", "z=1", "--json")
    assert code == 0


def test_a_seed_that_can_be_guessed_is_told(run: Run, tmp_path: Path) -> None:
    for words in (["make", "softmax"], ["class", "softmax", "--students", "2"]):
        code, _, err = run(*words, "--no-recipe", "--seed", "7", "--quiet", "--out",
                           str(tmp_path / words[0]))  # fmt: skip
        assert code == 0
        assert "who tries seeds finds 7" in err[0]


@pytest.mark.parametrize("form", ["json", "data", "worksheet-json", "pdf,worksheet-data"])
@pytest.mark.parametrize("words", ["make softmax", "class softmax --students 2"])
def test_formats_that_say_the_recipe_are_refused(
    words: str, form: str, run: Run, tmp_path: Path
) -> None:
    code, out, err = run(*words.split(), "--no-recipe", "--format", form, "--out",
                         str(tmp_path / "o"))  # fmt: skip
    assert (code, out) == (2, [])
    assert "recipe or seed" in err[0]
    assert not (tmp_path / "o").exists()


def test_many_sheets_in_one_file_each_on_fresh_paper(run: Run, tmp_path: Path) -> None:
    code, paths, err = run("make", "backpropagation", "--count", "3", "--seed", "1", "--one-file",
                           "--out", str(tmp_path))  # fmt: skip
    assert code == 0
    assert [Path(p).name.rpartition("-")[2] for p in paths] == ["worksheets.pdf", "keys.pdf"]
    assert "two-sided" in err[-1]
    for path in paths:
        said = texts(Path(path))
        codes = [re.findall(r"Sheet ([A-Z0-9]{4}-[A-Z0-9]{4})", text) for text in said]
        firsts = [k for k, found in enumerate(codes)
                  if found and found[0] not in [c for some in codes[:k] for c in some]]  # fmt: skip
        assert len(firsts) == 3
        assert all(first % 2 == 0 for first in firsts)
        assert len(said) % 2 == 0
        with pikepdf.open(path) as document:
            kind = Path(path).stem.rpartition("-")[2]
            assert str(document.docinfo["/Title"]) == f"Backpropagation: {kind}"


def test_an_earlier_class_says_what_the_command_line_said(run: Run, tmp_path: Path) -> None:
    words = ["class", "softmax", "--students", "2", "--seed", "3", "--out", str(tmp_path)]
    said = ["--title", "Quiz  3", "--course", "ML", "--date", "1 December 2026", "--teacher",
            "Dr. Reyes", "--decimal-mark", "comma"]  # fmt: skip
    assert run(*words, *said)[0] == 0
    data = json.loads((tmp_path / "class.json").read_text())
    assert data["heading"] == {"title": "Quiz 3", "course": "ML", "date": "1 December 2026",
                               "teacher": "Dr. Reyes"}  # fmt: skip
    assert data["look"] == {"decimal_mark": "comma"}
    page = texts(tmp_path / "worksheets.pdf")[0]
    assert "ML · Quiz 3 · Dr. Reyes" in page
    assert "Date 1 December 2026" in page
    for file in ("keys.pdf", "grid.pdf"):
        assert re.search(r"\d,\d", texts(tmp_path / file)[0])
        assert not re.search(r"\.\d", texts(tmp_path / file)[0])
    code, out, _ = run("mark", data["students"][0]["code"], "--class", str(tmp_path), "--got",
                       "y[1,1]=0,3")  # fmt: skip
    assert code == 0
    assert any("0,3" in line for line in out)
    assert not any(re.search(r"\.\d", line) for line in out)


def test_what_is_typed_goes_before_the_plan(run: Run, tmp_path: Path) -> None:
    plan = tmp_path / "p.toml"
    plan.write_text('title = "Old"\ncourse = "ML"\ndecimal_mark = "comma"\npaper = "letter"\n'
                    '[[exercise]]\ntopic = "softmax"\n')  # fmt: skip
    out = tmp_path / "o"
    words = ["class", str(plan), "--students", "2", "--seed", "3", "--out", str(out)]
    assert run(*words, "--title", "New")[0] == 0
    data = json.loads((out / "class.json").read_text())
    assert data["heading"] == {"title": "New", "course": "ML"}
    assert (data["look"], data["paper"]) == ({"decimal_mark": "comma"}, "letter")
    assert run(*words, "--decimal-mark", "point", "--course", "")[0] == 0
    data = json.loads((out / "class.json").read_text())
    assert (data["heading"], data["look"]) == ({"title": "Old"}, {})
    plan.write_text('decimal_mark = "dot"\n[[exercise]]\ntopic = "softmax"\n')
    code, _, err = run(*words)
    assert code == 1
    assert "decimal_mark: 'dot' is none of point, comma" in err[-1]


@pytest.mark.parametrize("date", ["2026-12-01", "1.12.2026", "12/01/2026", "31/1/26", "Dec 1",
                                  "1 December 2026", "Week 3", "29.2.2028"])  # fmt: skip
def test_dates(date: str, run: Run, tmp_path: Path) -> None:
    words = ["class", "softmax", "--students", "1", "--out", str(tmp_path), "--dry-run"]
    assert run(*words, "--date", date)[0] == 0


@pytest.mark.parametrize(("more", "said"), [
    (["--date", "2026-13-45"], "'2026-13-45' is no date; write 2026-12-01"),
    (["--date", "30.2.2026"], "is no date"), (["--date", "yesterday"], "is no date"),
    (["--date", "13.13.2026"], "is no date"), (["--date", "45"], "is no date"),
    (["--title", "x" * 201], "--title: more than 200 letters"),
    (["--logo", "none.png"], "there is no file none.png"), (["--logo", "x.gif"], "neither .png"),
    (["--format", "docx"], "'docx' is none of pdf"), (["--format", ""], "--format"),
    (["--decimal-mark", "dot"], "'dot' is none of point, comma"),
])  # fmt: skip
def test_wrong_words_are_told_and_nothing_is_written(
    more: list[str], said: str, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "o"
    code, paths, err = run("class", "softmax", "--students", "1", "--out", str(out), *more)
    assert (code, paths) == (2, [])
    assert said in err[-1]
    assert not out.exists()


@pytest.mark.parametrize(("more", "said"), [
    ([], ["4 pages to print two-sided, on A4 paper at actual size, not scaled (for Letter add "
          "--paper letter); 1 sheet of paper a student"]),
    (["--simplex", "--paper", "letter"], ["2 pages to print one-sided, on Letter paper"]),
    (["--staple", "2"], ["8 pages", "2 sheets of paper a student; staple sets of 2"]),
    (["--separate"], ["2 files to print two-sided"]),
])  # fmt: skip
def test_hints_for_the_printer(
    more: list[str], said: list[str], run: Run, tmp_path: Path
) -> None:
    words = ["class", "softmax", "--students", "2", "--seed", "1", *more, "--out"]
    _, _, err = run(*words, str(tmp_path / "a b"))
    assert all(part in err[-2] for part in said), err
    assert err[-1] == f"sheetgen: a lost sheet: sheetgen make --code CODE --class '{tmp_path}/a b'"
    assert run(*words, str(tmp_path / "q"), "--quiet")[2] == []
