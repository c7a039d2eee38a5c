"""The local page in a browser: from a knob to a download, from a list to a class."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import DESK, PHONE, Open, opening, served
from tests.support import NAMES

pytestmark = pytest.mark.browser
pytest.importorskip("uvicorn", reason="the extra [serve] is not installed")

READY = """document.querySelector("#facts:not(:empty), .err:not([hidden])")"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as found:
        yield found


@pytest.fixture
def opened(chromium: Any, address: str) -> Iterator[Open]:
    """Opens the local page with a query in a new context; no error may have been told in the end,
    and nothing asked for but the page's own."""
    with opening(chromium, (address, "data:", "blob:")) as open_page:

        def open_query(query: str = "", *how: Any, **more: Any) -> Any:
            return open_page(address + query, *how, ready=READY, bypass_csp=True, **more)

        yield open_query


def _drawn(page: Any) -> None:
    page.wait_for_function("document.querySelector('#command').textContent.includes('--')")


def test_the_policy_lets_the_page_itself_run(chromium: Any, address: str) -> None:
    page = chromium.new_page()
    told = list[str]()
    page.on("console", lambda message: told.append(message.text))
    page.goto(address)
    page.wait_for_selector("#facts:not(:empty)", state="attached")
    assert page.locator("#topics a").count() == len(NAMES)
    page.close()
    assert told == []


def test_a_knob_a_seed_and_a_tab_are_in_the_address_and_back_works(opened: Any) -> None:
    page = opened("?topic=hidden-layer&seed=3")
    _drawn(page)
    page.locator("[data-knob=bias] button").click()
    page.wait_for_function("document.querySelector('#command').textContent.includes('--no-bias')")
    assert "bias=no" in page.url
    page.locator("#seed").fill("9")
    page.locator("#seed").press("Enter")
    page.wait_for_function("document.querySelector('#command').textContent.includes('--seed 9')")
    page.go_back()
    page.wait_for_function("document.querySelector('#command').textContent.includes('--seed 3')")
    assert page.locator("#seed").input_value() == "3"
    page.reload()
    page.wait_for_function("document.querySelector('#command').textContent.includes('--no-bias')")


def test_an_error_stands_under_its_knob_and_the_last_good_sheet_stays(opened: Any) -> None:
    page = opened("?topic=hidden-layer&seed=3")
    _drawn(page)
    low, high = (page.locator("[data-knob=weights] .in").nth(k) for k in (0, 1))
    low.fill("5")
    high.fill("1")
    high.press("Enter")
    page.wait_for_selector("[data-knob=weights] .err:not([hidden])")
    assert page.locator("#stage").evaluate("s => s.classList.contains('stale')")
    assert page.locator("#downloads a[aria-disabled]").count() == 2
    page.locator("[data-knob=weights] .err button").click()
    page.wait_for_function("!document.querySelector('#stage').classList.contains('stale')")
    assert "weights" not in page.url


def test_an_address_that_makes_no_sheet_says_why_and_has_a_way_out(opened: Any) -> None:
    page = opened("?topic=backpropagation&widths=3-40-2")
    page.wait_for_selector("#none:not([hidden])")
    assert "40 is not between 1 and 8" in page.locator("#none-why").text_content()
    assert not page.locator(".cmd").is_visible()
    page.locator("#none-mend").click()
    page.wait_for_selector("#none", state="hidden")
    _drawn(page)
    assert "widths" not in page.url


def test_the_ends_of_a_range_are_moved_or_typed(opened: Any) -> None:
    page = opened("?topic=hidden-layer&seed=3")
    _drawn(page)
    page.locator("[data-knob=weights] input[type=range]").nth(1).press("ArrowRight")
    page.wait_for_function("document.querySelector('#command').textContent.includes('-1..3')")
    low = page.locator("[data-knob=weights] .in").first
    low.fill("-2")
    low.press("Enter")
    page.wait_for_function("document.querySelector('#command').textContent.includes('-2..3')")


def test_the_script_and_the_live_page_have_their_tabs(opened: Any) -> None:
    page = opened("?topic=softmax&seed=3&tab=script")
    page.wait_for_function("document.querySelector('#text').textContent.includes('Fill in each')")
    page.get_by_role("radio", name="complete").click()
    page.wait_for_function("!document.querySelector('#text').textContent.includes('Fill in each')")
    page.get_by_role("radio", name="PyTorch").click()
    page.wait_for_function("document.querySelector('#text').textContent.includes('import torch')")
    assert "--format py --framework torch" in page.locator("#command").text_content()
    page.get_by_role("tab", name="Live").click()
    frame = page.frame_locator("#frame")
    frame.locator("td input").first.wait_for()
    assert "softmax" in frame.locator("h1").text_content().lower()


def test_any_format_is_downloaded_from_the_menu(opened: Any) -> None:
    page = opened("?topic=softmax&seed=3")
    _drawn(page)
    page.locator(".more button").click()
    with page.expect_download() as kept:
        page.locator(".menu a", has_text="live").first.click()
    assert kept.value.suggested_filename.endswith("-live.html")


def test_fifty_rapid_turns_show_the_last(opened: Any) -> None:
    page = opened("?topic=single-neuron&seed=1")
    _drawn(page)
    turn = """seed => {const field = document.querySelector('#seed');
        field.value = seed; field.dispatchEvent(new Event('change'))}"""
    for seed in range(2, 52):
        page.evaluate(turn, str(seed))
    page.wait_for_function("document.querySelector('#command').textContent.includes('--seed 51')")
    page.wait_for_timeout(500)
    assert "--seed 51" in page.locator("#command").text_content()


@pytest.mark.parametrize("topic", NAMES)
def test_every_topic_is_shown_with_its_knobs(topic: str, opened: Any) -> None:
    page = opened(f"?topic={topic}&seed=2")
    _drawn(page)
    assert page.locator("[aria-current=page]").count() == 1
    sections = page.evaluate("document.querySelector('#sheet').shadowRoot"
                             ".querySelectorAll('.page').length")  # fmt: skip
    assert sections >= 1
    with page.expect_download() as kept:
        page.locator("#downloads a").first.click()
    assert kept.value.suggested_filename.endswith("-worksheet.pdf")


def test_from_a_pasted_list_to_the_packs(opened: Any) -> None:
    page = opened("?topic=softmax&seed=2")
    _drawn(page)
    page.locator("#class-open").click()
    page.locator("#list").fill("Ada Lovelace\nAlan Turing\nGrace Hopper")
    page.wait_for_selector("#told h3")
    assert page.locator("#told h3").text_content() == "3 students"
    page.locator("#make").click()
    page.wait_for_selector("#told a[href$='worksheets.pdf']")
    with page.expect_download() as kept:
        page.locator("#told a[href$='worksheets.pdf']").click()
    assert kept.value.suggested_filename == "worksheets.pdf"


LIST = """Student,ID,SIS User ID,Section
"Okafor, Ngozi",4001,900001,Lab A
"Lindqvist, Elsa",4002,900002,Lab B
"Student, Test",4999,,Lab B
"""


def test_the_sentence_of_a_list_can_be_changed_and_the_class_gone_on_with(opened: Any) -> None:
    page = opened("?topic=softmax&seed=2")
    _drawn(page)
    page.locator("#class-open").click()
    page.locator("#list").fill(LIST)
    page.locator("#told .say").wait_for()
    page.locator("#spares").focus()
    assert page.locator("#lines li.hd").text_content().startswith("Student,ID")
    assert page.locator("#lines li.lo").all_text_contents() == ['"Student, Test",4999,,Lab B']
    page.get_by_label("Column of ids").select_option("ID")
    page.wait_for_selector("#told td:text-is('4001')")
    page.get_by_label("Column of groups").select_option("no column")
    page.wait_for_function("!document.querySelector('#told').textContent.includes('Lab A')")
    page.get_by_label("Column of ids").select_option("no column")
    page.wait_for_function("!document.querySelector('#told').textContent.includes('4001')")
    page.locator("#clear").click()
    page.locator("#list").fill(LIST)
    page.wait_for_selector("#told td:text-is('900001')")
    page.locator("#make").click()
    page.locator("#told a[href$='class.json']").wait_for()
    assert page.locator(".command").text_content() == (
        "sheetgen class softmax --roster list.txt --seed 2"
    )
    with page.expect_download() as kept:
        page.locator("#save-all a").click()
    assert kept.value.suggested_filename == "class.zip"
    with page.expect_download() as manifest:
        page.locator("#told a[href$='class.json']").click()
    page.locator("#class-done button").first.click()
    page.locator("#class-open").click()
    page.locator("#file").set_input_files(manifest.value.path())
    assert page.locator("#list").input_value() != ""


def test_last_times_class_tells_who_is_new(opened: Any, tmp_path: Path) -> None:
    page = opened("?topic=softmax&seed=2")
    _drawn(page)
    page.locator("#class-open").click()
    page.locator("#list").fill(LIST)
    page.locator("#told .say").wait_for()
    page.locator("#make").click()
    with page.expect_download() as manifest:
        page.locator("#told a[href$='class.json']").click()
    manifest.value.save_as(tmp_path / "class.json")
    page.locator("#class-done button").first.click()
    page.locator("#class-open").click()
    page.locator("#edit").click()
    page.locator("#list").fill(LIST.replace("Okafor, Ngozi", "Mensah, Kofi")
                               .replace("900001", "900007"))  # fmt: skip
    page.locator("#file").set_input_files(tmp_path / "class.json")
    page.wait_for_selector(".tag.new")
    assert page.locator("tr:has(.tag.new) td:nth-child(2)").all_text_contents() == ["Kofi Mensah"]
    assert page.locator("tr.gone td:nth-child(2)").all_text_contents() == ["Ngozi Okafor"]
    page.get_by_role("radio", name="New 1").click()
    assert page.locator("#told tbody tr").count() == 1


def test_a_theme_is_chosen_and_stands_in_the_address(opened: Any) -> None:
    page = opened("?topic=softmax&seed=2")
    _drawn(page)
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("radio", name="dark").click()
    assert page.evaluate(ground) != light
    assert "theme=dark" in page.url
    page.reload()
    _drawn(page)
    assert page.evaluate(ground) != light
    assert "theme" not in page.locator("#command").text_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_show_what_is_chosen_and_the_sheet_as_it_prints(
    scheme: str, opened: Any
) -> None:
    page = opened("?topic=softmax&seed=2", forced_colors="active", color_scheme=scheme)
    _drawn(page)
    ground = "el => getComputedStyle(el).backgroundColor"
    pairs = (
        ("#topics a[aria-current]", "#topics a:not([aria-current])"),
        ("#tabs [aria-selected=true]", "#tabs [aria-selected=false]"),
        ("#knobs [aria-checked=true]", "#knobs [aria-checked=false]"),
    )
    for pair in pairs:
        chosen, other = (page.locator(css).first.evaluate(ground) for css in pair)
        assert chosen != other
    assert page.locator("#sheet .page").first.evaluate(ground) == "rgb(255, 255, 255)"


def test_on_a_phone_nothing_is_wider_than_the_screen(opened: Any) -> None:
    page = opened("?topic=backpropagation", PHONE)
    _drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#show-knobs").tap()
    assert page.locator("#knobs").is_visible()
    page.locator("#show-topics").tap()
    page.locator("#search").fill("softmax")  # of so many topics only one family is open
    page.locator("#topics a", has_text="Softmax").first.tap()
    page.wait_for_function("document.querySelector('#command').textContent.includes('softmax')")
    assert page.locator("#rail").is_hidden()
    assert page.locator("#knobs").is_hidden()


def test_at_twice_the_size_nothing_is_wider_and_all_is_reached(opened: Any) -> None:
    page = opened("?topic=backpropagation", {"viewport": {"width": 640, "height": 400},
                                             "device_scale_factor": 2})  # fmt: skip
    _drawn(page)
    page.locator("#class-open-2").click()
    page.locator("#list").fill(LIST)
    page.locator("#told tbody tr").first.click()
    page.locator("#make").click()
    page.locator("#save-all a").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    assert page.evaluate("document.querySelector('#class').scrollWidth") <= 640


@pytest.mark.parametrize("how", ["light", "dark", "phone", "error", "class", "ready", "script"])
def test_axe_finds_nothing(how: str, opened: Any, axe: str) -> None:
    query = "?topic=hidden-layer" + {"error": "&weights=5..1", "script": "&tab=script"}.get(how, "")
    scheme = "dark" if how == "dark" else "light"
    page = opened(query, PHONE if how == "phone" else DESK, color_scheme=scheme)
    if how in ("class", "ready"):
        page.locator("#class-open").click()
        page.locator("#list").fill(LIST)
        page.locator("#told .say").wait_for()
        page.locator("#spares").focus()
    if how == "ready":
        page.locator("#make").click()
        page.locator("#save-all a").wait_for()
    page.add_script_tag(content=axe)
    found = page.evaluate("axe.run({exclude: [['#sheet']]})")
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found["violations"]] == []
