"""``workbook``: a chapter of small exercises, or all of them bound as a book."""

from __future__ import annotations

import secrets

from sheetgen.cli.asked import Asked
from sheetgen.cli.make import FRESH, run_make, write_files
from sheetgen.cli.terminal import say
from sheetgen.errors import UsageError, typed


def run_workbook(asked: Asked) -> None:
    """Make a chapter, or the book; the paths go to stdout, one a line."""
    from sheetgen.topics.chapters import NAMES, find_chapter

    target = asked.get("target")
    if asked.flag("list"):
        if target is not None:
            raise UsageError("--list tells all chapters; leave it or the chapter out")
        for name in NAMES:
            chapter = find_chapter(name)
            print(f"{chapter.place:2}  {name:22} {chapter.idea}")
        return
    if target is None:
        raise UsageError(f"which chapter? sheetgen workbook CHAPTER, with one of "
                         f"{', '.join(NAMES)}, or all")  # fmt: skip
    if str(target).strip().lower() == "all":
        _book(asked)
        return
    with typed():
        topic = find_chapter(asked.text("target"))
    run_make(Asked("make", topic.name, {**asked.values, "target": topic.name, "list": None}))


def _book(asked: Asked) -> None:
    """All chapters in one file, with a title page and contents, and their key in another."""
    from sheetgen.formats.book import book_files
    from sheetgen.formats.format import USUAL

    if asked.text("format").strip().lower() != USUAL:
        raise UsageError("--format: the book is a pdf; leave it out, or give a chapter")
    seed = asked.seed()
    if seed is None:
        seed = secrets.randbelow(FRESH)
        say(f"made from seed {seed}; the same seed makes the same book", asked.flag("quiet"))
    made = book_files(
        seed, asked.paper(), asked.text("name"), tagged=asked.flag("tagged"),
        decimal_mark=asked.decimal_mark(), answers=asked.text("answers"),
    )  # fmt: skip
    write_files(made.items(), asked)
