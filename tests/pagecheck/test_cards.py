"""The pages of a chapter are read exercise by exercise: a number that is not so is found, whatever
it is, in a box, at the foot or in an equation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from sheetgen.exercise.exercise import Exercise, build
from sheetgen.exercise.settings import settings
from sheetgen.layout.cells import Boxes
from sheetgen.layout.sheet_plate import SheetPlate
from sheetgen.layout.sizes import SIZES
from sheetgen.page.items import PAPERS, Page
from sheetgen.pagecheck.check import FalsePageError
from sheetgen.topics.chapters import NAMES

Change = Callable[[Page], Page]


def checked(name: str, change: Change | None = None, at: int = 0) -> None:
    """Lay out a chapter with answers at the foot, change a page, and read it."""
    exercise: Exercise = build(settings(f"workbook-{name}", {"answers": "foot"}), [7])[0]
    boxes = Boxes(exercise)
    plate = SheetPlate(boxes, PAPERS["a4"], SIZES, named=False)
    pages, more = plate.with_numbers(boxes, "")
    if change is not None:
        pages = (*pages[:at], change(pages[at]), *pages[at + 1 :])
    plate.says.check([(pages, more, exercise.recipe)])


def another(text: str) -> str:
    return "7" if text != "7" else "8"


@pytest.mark.parametrize("name", NAMES)
def test_the_pages_are_true(name: str) -> None:
    checked(name)


@pytest.mark.parametrize("name", ["dot-product", "linear-layer", "wide", "softmax", "gradient"])
@pytest.mark.parametrize("place", [0, 3, 8])
def test_another_number_in_a_box_is_found(name: str, place: int) -> None:
    def change(page: Page) -> Page:
        text, *rest = page.faces[place]
        faces = list(page.faces)
        faces[place] = (another(text), *rest)  # type: ignore[assignment]
        return replace(page, faces=tuple(faces))

    with pytest.raises(FalsePageError, match="exercise "):
        checked(name, change)


def test_another_answer_at_the_foot_is_found() -> None:
    def change(page: Page) -> Page:
        k = next(k for k, i in enumerate(page.labels) if i.source and i.face == "small")
        labels = list(page.labels)
        labels[k] = replace(labels[k], markup=another(labels[k].markup))
        return replace(page, labels=tuple(labels))

    with pytest.raises(FalsePageError, match=r"exercise 1: c, copied|exercise 1:"):
        checked("dot-product", change)


@pytest.mark.parametrize("old", ["×", "="])
def test_an_equation_that_does_not_hold_is_found(old: str) -> None:
    def change(page: Page) -> Page:
        k = next(k for k, i in enumerate(page.labels) if i.of and "?" in i.markup)
        labels = list(page.labels)
        said = labels[k].markup
        said = said.replace("×", " + ", 1) if old == "×" else f"{said}1"
        labels[k] = replace(labels[k], markup=said)
        return replace(page, labels=tuple(labels))

    with pytest.raises(FalsePageError, match=r"exercise 4: the key says .*\?"):
        checked("dot-product", change)


def test_a_sum_on_the_line_that_is_not_so_is_found() -> None:
    def change(page: Page) -> Page:
        k = next(k for k, i in enumerate(page.labels) if i.of and i.answer)
        labels = list(page.labels)
        labels[k] = replace(labels[k], markup="9×9")
        return replace(page, labels=tuple(labels))

    with pytest.raises(FalsePageError, match="exercise 1"):
        checked("dot-product", change)
