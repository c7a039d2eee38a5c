"""Where a screen is too small for a sheet: what is out of sight is shown in small or in words."""

from __future__ import annotations

import pytest

from sheetgen.api import make
from tests.browser import PHONE, Open

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("topic", "place", "peeked"), [
    ("conv2d", ("Z", 0, 0), "b"), ("multi-head-attention", ("Q1", 1, 1), "Wq1"),
])  # fmt: skip
def test_what_is_needed_and_out_of_sight_is_shown_in_small(
    topic: str, place: tuple[str, int, int], peeked: str, opened: Open
) -> None:
    made = make(topic, 3)
    page = opened(made, PHONE, reduced_motion="reduce")
    name, i, j = place
    box = page.locator(f"td[data-m={name}][data-i='{i}'][data-j='{j}'] input").first
    box.evaluate("e => e.blur()")
    box.focus()
    page.wait_for_selector("#peek:not([hidden]) td")
    shown = page.locator("#peek td").all_text_contents()
    assert shown == [text for row in made.shown(peeked) for text in row]
    assert page.locator("#peek td.on").count() == 0
    page.locator("#dock-hint").tap()
    page.wait_for_selector("#peek td.on")
    peek, field = page.locator("#peek").bounding_box(), box.bounding_box()
    assert field["y"] + field["height"] <= peek["y"] or peek["y"] + peek["height"] <= field["y"]
    page.locator("#more").tap()
    page.locator("#mode-2").tap()
    page.wait_for_selector("#peek", state="hidden")


def test_a_matrix_that_stands_both_ways_has_its_own_rows(opened: Open) -> None:
    page = opened(make("multi-head-attention", 3))
    page.locator("td[data-m=Q1][data-i='1'][data-j='2'] input").focus()
    page.keyboard.press("F1")
    assert "Row 2 of Wq1 and column 3 of X meet here" in page.locator("#hint-list").text_content()


@pytest.mark.parametrize(("topic", "place", "said"), [
    ("conv2d", ("Z", 1, 2), "K, rows 2–3, columns 3–4 of X and b meet here"),
    ("mixture-of-experts", ("Z2", 0, 1), "np.where(G[[1]] > 0, W2 @ X + b2, 0)"),
])  # fmt: skip
def test_a_hint_says_it_as_it_stands(
    topic: str, place: tuple[str, int, int], said: str, opened: Open
) -> None:
    page = opened(make(topic, 3))
    name, i, j = place
    page.locator(f"td[data-m={name}][data-i='{i}'][data-j='{j}'] input").focus()
    for _ in range(3):
        page.keyboard.press("F1")
    assert said in page.locator("#hint-list").text_content()


def test_on_a_phone_all_pages_are_on_the_map_at_once(opened: Open) -> None:
    page = opened(make("multi-head-attention", 3), PHONE)
    page.locator("#map-open").tap()
    places = "maps => maps.map((m) => m.getBoundingClientRect().toJSON())"
    maps = page.locator("#map-large svg").evaluate_all(places)
    assert len(maps) == 3
    assert all(m["left"] >= 0 and m["right"] <= 390 and m["bottom"] <= 844 for m in maps)


def test_a_list_of_steps_that_is_too_long_fades_and_is_scrolled(opened: Open) -> None:
    page = opened(make("multi-head-attention", 3))
    assert page.locator("nav").evaluate("e => [...e.classList]") == ["more"]
    page.locator("nav").hover()
    page.mouse.wheel(0, 5000)
    page.wait_for_selector("nav.past:not(.more)")
    assert opened(make("softmax", 3)).locator("nav").evaluate("e => e.className") == ""
