"""The workbook bound: a title page with the contents, then every chapter, its pages numbered
through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sheetgen.exercise.exercise import Exercise, build
from sheetgen.exercise.recipe import code_of
from sheetgen.exercise.settings import settings
from sheetgen.layout.contents import title_page
from sheetgen.layout.head import page_number
from sheetgen.layout.sheet import Sheet, lay_out_all
from sheetgen.page.items import PAPERS, Printed
from sheetgen.press.printing import printer
from sheetgen.topics.chapters import NAMES, PREFIX

TITLE = "Neural Networks by Hand"


def book_files(
    seed: int, paper: str = "a4", name: str = "", *, tagged: bool = False,
    decimal_mark: str = "point", answers: str = "key",
) -> dict[str, bytes]:  # fmt: skip
    """Names and contents of the book and of its key; the same for the same seed. Raises
    SheetgenError for a paper, mark or place of the answers that there is not."""
    exercises = [build(settings(f"{PREFIX}{chapter}", {"answers": answers}), [seed])[0]
                 for chapter in NAMES]  # fmt: skip
    sheets = lay_out_all([(exercise, name) for exercise in exercises], paper, decimal_mark)
    code = code_of(f"workbook?answers={answers}&seed={seed}")
    found = {}
    for kind in ("worksheet", "key"):
        bound = _bound(sheets, exercises, paper, name, code, seed, key=kind == "key")
        title = f"{TITLE}, {'answer key' if kind == 'key' else 'workbook'} {code}"
        found[f"workbook-{code}-{kind}.pdf"] = printer().pdf(bound, tagged=tagged, title=title)
    return found


def _bound(
    sheets: Sequence[Sheet], exercises: Sequence[Exercise], paper: str, name: str, code: str,
    seed: int, *, key: bool,
) -> list[Printed]:  # fmt: skip
    """The title page and all chapters."""
    chapters = [sheet.key() if key else sheet.worksheet() for sheet in sheets]
    total = 1 + sum(len(chapter.pages) for chapter in chapters)
    starts, number = [], 2
    bound = []
    for chapter in chapters:
        starts.append(number)
        pages = []
        for page in chapter.pages:
            pages.append(page.with_items((page_number(number, total, PAPERS[paper]),)))
            number += 1
        bound.append(replace(chapter, pages=tuple(pages)))
    lines = [(e.settings.title, e.topic.summary, start)
             for e, start in zip(exercises, starts, strict=True)]  # fmt: skip
    front = title_page(TITLE, lines, paper, name, code, f"workbook all --seed {seed}", key=key)
    title = f"{TITLE}, {'answer key' if key else 'workbook'} {code}"
    return [Printed((front,), title, key, "Contents", "sheetgen"), *bound]
