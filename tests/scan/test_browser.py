"""A class of thirty marked on the page by keyboard alone; the page kept and free of faults."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sheetgen.scan.marking import asked, marking
from sheetgen.scan.said import read_said
from sheetgen.scan.stack import Place
from tests.browser import Open, opening
from tests.scan.paper import Filled, filled
from tests.scan.teacher import ROW, mark_all, save_marks

pytestmark = pytest.mark.browser

NO_STORAGE = """Object.defineProperty(window, 'localStorage', {get() {throw new Error('no')}})"""
SLIPS: dict[int, tuple[Place, str]] = {
    6: (("dz3", 0, 0), "-3"), 11: (("dz3", 1, 0), ""), 16: (("dW3", 0, 0), "35"),
    20: (("dz2", 0, 0), "7"), 25: (("da1", 1, 0), "-2"),
}  # fmt: skip


@cache
def thirty() -> Filled:
    some = filled(30, slips=SLIPS)
    first = some.stack.papers[0].exercise
    assert {place for place, _ in SLIPS.values()} <= {*asked(first)}
    return some


@cache
def _html() -> str:
    return marking(thirty().stack)


@cache
def few() -> Filled:
    return filled(3, "hidden-layer", slips={1: (("z1", 0, 0), "9")})


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens a marking page in a new context; in the end no error may have been told, and nothing
    asked for."""
    with opening(chromium, ("file:", "data:", "blob:")) as open_page:

        def open_marking(html: str, *how: Any, **more: Any) -> Any:
            file = tmp_path / "marking.html"
            file.write_text(html, encoding="utf-8")
            return open_page(file.as_uri(), *how, **more)

        yield open_marking


def test_a_class_of_thirty_is_marked_by_keyboard(opened: Open, tmp_path: Path) -> None:
    some = thirty()
    page = opened(_html())
    keys = mark_all(page, lambda student, place: some.written[student, place])
    assert keys < 50 + 250  # a key a row, and what leads to the slips and types them
    marks = save_marks(page, tmp_path)
    assert marks.name == "marks.csv"
    said = read_said(marks, some.stack)
    for k, paper in enumerate(some.stack.papers):
        found = said[paper.code]
        slips = {place: text for (p, place), text in some.slips.items() if p == k}
        wrong = {place: box.value for place, box in found.boxes.items()
                 if box.verdict in ("wrong", "empty")}  # fmt: skip
        assert wrong == slips
        assert found.points == len(found.boxes) - len(slips)
        for place, box in found.boxes.items():
            if place in slips:
                continue
            name, i, j = place
            as_key = some.written[k, place] == paper.exercise.shown(name)[i][j]
            assert box.verdict == ("right" if as_key else "follows")
    assert any(box.verdict == "follows" for box in said[some.stack.papers[6].code].boxes.values())


def test_a_carried_slip_is_shown_and_stands_apart(opened: Open) -> None:
    page = opened(marking(few().stack))
    page.keyboard.press("PageDown")
    page.keyboard.press("PageUp")
    label = page.locator("button.cr", has_text=re.compile(r"^\s*2")).get_attribute("aria-label")
    assert label.startswith("Student 2")
    for _ in range(3):
        if page.evaluate(ROW)["at"].startswith("Student 2"):
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("9")
    assert "follow" in page.locator("#coach").inner_text()
    assert page.locator("#says").input_value() == "9"
    assert page.locator("button.cr.wrong").count() == 1
    for _ in range(30):
        if page.locator(".bxrow:not(.next) .gr.fl").count():
            break
        page.keyboard.press(" ")
    assert page.locator(".bxrow:not(.next) .gr.fl button.cr").count() == 1
    page.locator(".gr.fl button.cr").focus()
    page.keyboard.press("Enter")
    assert page.locator("button.cr.follows").count() == 1


def test_reload_keeps_progress(opened: Open) -> None:
    page = opened(marking(few().stack))
    page.keyboard.press("7")
    page.keyboard.press(" ")
    page.keyboard.press("x")
    before = page.evaluate(ROW), page.locator("#done").inner_text()
    page.reload()
    page.wait_for_function("() => document.documentElement.dataset.ready")
    after = page.evaluate(ROW), page.locator("#done").inner_text()
    assert after[0]["crops"] == before[0]["crops"]
    assert after[1] == before[1]
    assert after[1].endswith("kept")


def test_without_storage_it_works_and_says_so(opened: Open, tmp_path: Path) -> None:
    page = opened(marking(few().stack), script=NO_STORAGE)
    page.keyboard.press(" ")
    assert "not kept" in page.locator("#done").inner_text()
    page.keyboard.press("F1")
    with page.expect_download() as waited:
        page.locator("#save").click()
    kept = tmp_path / "kept.json"
    waited.value.save_as(kept)
    done = page.locator("#done").inner_text()
    again = opened(marking(few().stack), script=NO_STORAGE)
    again.keyboard.press("F1")
    again.locator("#file").set_input_files(kept)
    again.wait_for_function("() => !document.querySelector('dialog[open]')")
    assert again.locator("#done").inner_text() == done
    kept.write_text(json.dumps({"format": "other"}))
    again.keyboard.press("F1")
    again.locator("#file").set_input_files(kept)
    again.wait_for_function(
        "() => document.querySelector('#toast').textContent.includes('no progress')")


def test_undo_by_key_and_marks_by_click(opened: Open) -> None:
    page = opened(marking(few().stack))
    page.locator("button.cr").nth(1).click()
    assert page.locator("button.cr.wrong").count() == 1
    page.keyboard.press(" ")
    page.keyboard.press("u")
    page.keyboard.press("u")
    assert page.locator("button.cr.wrong").count() == 0
    assert page.locator("#done").inner_text().startswith("0 of")


def test_points_and_note_of_one_student(opened: Open, tmp_path: Path) -> None:
    page = opened(marking(few().stack))
    for key in "skk":
        page.keyboard.press(key)
    assert "Mei Tanaka" in page.locator("#coach").inner_text()
    page.keyboard.press(" ")
    page.keyboard.press("k")
    page.keyboard.press("n")
    page.keyboard.insert_text("Well done, “Mei”")
    page.keyboard.press("Escape")
    page.locator(".pts .in").fill("4,5")
    page.locator(".pts .in").press("Tab")
    rows = [*csv.DictReader(io.StringIO(save_marks(page, tmp_path).read_text("utf-8-sig")))]
    assert rows[0]["points"] == "4.5"
    assert rows[0]["note"] == "Well done, “Mei”"
    assert rows[1]["points"] == ""


def test_by_doubt_shows_the_least_like_first(opened: Open) -> None:
    some = few()
    page = opened(marking(some.stack))
    page.keyboard.press("d")
    likeness = sorted(crop.likeness for p in some.stack.papers for crop in p.crops.values())
    bars = page.eval_on_selector_all(".like i", "all => all.map((i) => parseInt(i.style.width))")
    assert bars == pytest.approx([100 * one for one in likeness[: len(bars)]], abs=1)
    assert len(bars) > 10
    page.keyboard.press(" ")
    assert page.locator("#done").inner_text().startswith(f"{len(bars)} of")


def test_names_are_shown_when_asked(opened: Open) -> None:
    page = opened(marking(few().stack))
    assert "Tanaka" not in page.locator("body").inner_text()
    page.locator("#names").click()
    assert page.evaluate(ROW)["at"].split(",")[0] in {s.name for s in few().stack.students}


def test_letters_can_be_turned_off(opened: Open) -> None:
    page = opened(marking(few().stack))
    page.keyboard.press("F1")
    page.locator("#letters").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    assert page.locator("button.cr.wrong").count() == 0
    page.keyboard.press("8")
    assert page.locator("#says").input_value() == "8"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["b", "s", "d"])
def test_no_fault_that_axe_finds(view: str, scheme: str, opened: Open, axe: str) -> None:
    page = opened(marking(few().stack), color_scheme=scheme, reduced_motion="reduce")
    page.keyboard.press("5")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("?")
    page.keyboard.press(" ")
    page.keyboard.press(view)
    page.evaluate(axe)
    for dialog in ("", "keys", "list", "asides", "saved"):
        page.evaluate("id => id && document.getElementById(id).showModal()", dialog)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in found] == []
        page.evaluate("id => id && document.getElementById(id).close()", dialog)


@pytest.mark.parametrize("how", [
    {"viewport": {"width": 640, "height": 400}}, {"viewport": {"width": 390, "height": 844}},
])  # fmt: skip
def test_at_200_percent_nothing_is_cut_off(how: dict[str, Any], opened: Open) -> None:
    page = opened(marking(few().stack), how, forced_colors="active")
    for view in "bsd":
        page.keyboard.press(view)
        wide = "document.documentElement.scrollWidth <= innerWidth"
        assert page.evaluate(wide)
        assert page.locator("#view").bounding_box()["height"] > 120
        page.keyboard.press("x")
        assert page.locator("button.cr.wrong").count() >= 1
        page.keyboard.press("u")


def test_what_is_in_the_data_stays_data(opened: Open) -> None:
    from dataclasses import replace

    stack = few().stack
    odd = "</script><script>alert(1)</script><!--"
    students = (replace(stack.students[0], name=odd), *stack.students[1:])
    page = opened(marking(replace(stack, title=odd, students=students)))
    assert page.locator("h1").inner_text() == odd
    for key in "skk":
        page.keyboard.press(key)
    assert odd in page.locator("#coach").inner_text()


def test_a_stack_of_thirty_is_small_and_quick(opened: Open) -> None:
    html = _html()
    assert len(html.encode()) < 15_000_000
    page = opened(html)
    assert float(page.evaluate("document.documentElement.dataset.ready")) < 3000
    assert page.locator("img").count() < 120
    took = page.evaluate("""() => {const t = performance.now(); for (let k = 0; k < 5; k++)
      document.querySelector('#view').dispatchEvent(new KeyboardEvent('keydown',
        {key: 'PageDown', bubbles: true})); return (performance.now() - t) / 5}""")
    assert took < 250
