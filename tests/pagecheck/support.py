"""Pages that are changed before they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from sheetgen.exercise.exercise import Exercise
from sheetgen.layout import body as body_of
from sheetgen.layout import sheet_plate
from sheetgen.layout.body import Body
from sheetgen.layout.sheet import Layout, Sheet
from sheetgen.page.items import Block, Item, Label, Page

Change = Callable[[list[list[Item]]], None]
"""Changes the items of the pages, in their places."""


@contextmanager
def changed(change: Change) -> Iterator[None]:
    """Pages laid out inside are changed before they have numbers."""
    compose = body_of.compose

    def composed(*some: Any, **more: Any) -> Body:
        body = compose(*some, **more)
        pages = [list(page) for page in body.pages]
        change(pages)
        return replace(body, pages=tuple(map(tuple, pages)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheet_plate, "compose", composed)
        yield


def laid_out(exercise: Exercise, change: Change | None = None) -> Sheet:
    """The pages of an exercise, laid out anew."""
    if change is None:
        return Layout().sheet(exercise)
    with changed(change):
        return Layout().sheet(exercise)


def refused(exercise: Exercise, change: Change) -> str:
    """What is said of changed pages; empty if nothing is."""
    from sheetgen.pagecheck.check import FalsePageError

    try:
        laid_out(exercise, change)
    except FalsePageError as problem:
        return str(problem)
    return ""


def blocks_of(page: Sequence[Item]) -> list[int]:
    return [k for k, item in enumerate(page) if isinstance(item, Block)]


def places_of(sheet: Sheet) -> Iterator[tuple[int, int, str]]:
    """Page, number among its boxes, and text of each box."""
    for number, page in enumerate(sheet.pages):
        for k, face in enumerate(page.faces):
            yield number, k, face[0]


def with_text(page: Page, k: int, text: str) -> Page:
    """The page with another number in one of its boxes."""
    faces = list(page.faces)
    faces[k] = (text, *faces[k][1:])
    return replace(page, faces=tuple(faces))


def with_labels(page: Page, texts: dict[str, str]) -> Page:
    """The page with other texts in labels of its own."""
    own = tuple(replace(i, markup=texts.get(i.markup, i.markup)) if isinstance(i, Label) else i
                for i in page.own)  # fmt: skip
    return replace(page, own=own)
