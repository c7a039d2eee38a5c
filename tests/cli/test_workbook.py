"""``workbook``: a chapter, the list, the book; and what is said of what cannot be."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest

from sheetgen.cli.verbs import VERBS
from sheetgen.topics.chapters import NAMES
from tests.cli.support import Run


def pages(path: str | Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_a_chapter_is_made_and_its_recipe_makes_it_again(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("workbook", "deep", "--seed", "7", "--out", str(tmp_path / "a"))
    assert code == 0
    sheet, key = map(Path, out)
    assert (sheet.name[:14], sheet.name[-14:], key.name[-8:]) == (
        "workbook-deep-", "-worksheet.pdf", "-key.pdf")  # fmt: skip
    recipe = re.search(r"workbook-deep\?seed=7&edition=\d+", pages(sheet)[0])
    assert recipe is not None
    _, again, _ = run("make", "--recipe", recipe[0], "--out", str(tmp_path / "b"))
    assert Path(again[0]).read_bytes() == sheet.read_bytes()


def test_a_title_with_blanks_and_capitals_is_a_chapter_too(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("workbook", "Dot Product", "--seed", "1", "--out", str(tmp_path))
    assert (code, len(out)) == (0, 2)


def test_the_list_tells_all_chapters_in_order(run: Run) -> None:
    code, out, _ = run("workbook", "--list")
    assert code == 0
    assert [line.split()[:2] for line in out] == [[str(k), n] for k, n in enumerate(NAMES, 1)]


@pytest.mark.workbook
def test_the_book_has_a_title_page_with_contents_that_are_true(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("workbook", "all", "--seed", "7", "--out", str(tmp_path))
    assert (code, len(out)) == (0, 2)
    first, *rest = pages(out[0])
    titles = re.findall(r"^(\d+)\s+(\D+?)\s*$\s*(?:.+)$", first, re.MULTILINE)
    assert "Neural Networks by Hand" in first
    assert 60 <= len(rest) <= 12 * 7
    for number, page in enumerate(rest, 2):
        assert f"page {number} of {len(rest) + 1}" in page
    starts = [number for number, page in enumerate(rest, 2) if re.search(r"\b1 / [4-7]\b", page)]
    assert len(starts) == 12
    assert all(re.search(rf"\b{start}\b", first) for start in starts), titles
    _, again, _ = run("workbook", "all", "--seed", "7", "--out", str(tmp_path / "again"))
    assert [Path(p).name for p in again] == [Path(p).name for p in out]
    assert Path(again[0]).read_bytes() == Path(out[0]).read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "which chapter?"),
        (["dept"], "did you mean deep"),
        (["deep", "--large-print"], "workbook has no option --large-print; make, class have it"),
        (["deep", "--list"], "--list tells all chapters"),
        (["deep", "--seed", "x"], "seed 'x' is not a whole number"),
        (["deep", "--paper", "b5"], "--paper: 'b5' is none of a4, letter, a3"),
        (["deep", "--answers", "nowhere"], "--answers: 'nowhere' is none of key, foot"),
        (["deep", "--format", "live"], "live cannot show workbook-deep; take pdf, html, png"),
        (["all", "--format", "png"], "the book is a pdf"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_line_with_the_way_out(
    run: Run, tmp_path: Path, words: list[str], said: str
) -> None:
    code, out, err = run("workbook", *words, "--out", str(tmp_path))
    assert (code, out, len(err)) == (2, [], 1)
    assert said in err[0]
    assert not list(tmp_path.iterdir())


def test_topics_and_stress_send_a_chapter_elsewhere(run: Run) -> None:
    code, _, err = run("topics", "workbook-deep")
    assert code == 2
    assert "sheetgen workbook --list" in err[0]
    code, _, err = run("stress", "workbook-deep", "--seeds", "5")
    assert code in (1, 2)
    assert "give a topic" in err[0]


def test_a_class_gets_a_chapter_each_and_all_answers_stand_on_the_grid(
    run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "class"
    code, _, _ = run("class", "workbook-activation", "--students", "3", "--seed", "5",
                     "--out", str(folder))  # fmt: skip
    assert code == 0
    [grid] = pages(folder / "grid.pdf")
    assert re.search(r"\b23\b.*\b24\b.*\b25\b", grid.replace("\r\n", " "))
    codes = [line.split(",")[5] for line in (folder / "class.csv").read_text().split("\n")[1:4]]
    assert len({*codes}) == 3
    worksheets = pages(folder / "worksheets.pdf")
    assert sum(codes[0] in page for page in worksheets) == 4
    code, out, _ = run("make", "--code", codes[1], "--class", str(folder), "--out", str(tmp_path))
    assert (code, len(out)) == (0, 2)


def test_the_command_stands_in_the_help_beside_make() -> None:
    names = list(VERBS)
    assert names.index("workbook") == names.index("make") + 1
