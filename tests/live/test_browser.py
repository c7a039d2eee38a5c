"""The live page in a browser: solved by keyboard and by touch, explored, printed, kept."""

from __future__ import annotations

import json
import random
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from sheetgen.api import Exercise, from_given, make
from sheetgen.errors import SheetgenError
from sheetgen.exercise.carried import carried
from sheetgen.exercise.recipe import read_recipe
from sheetgen.graph.numbers import plain
from tests.browser import DESK, PHONE, Open
from tests.support import NAMES

pytestmark = pytest.mark.browser

AT = """(() => {const d = document.activeElement.closest('td')?.dataset;
  return d && [d.m, +d.i, +d.j]})()"""
EMPTY = "[...document.querySelectorAll('td[data-b] input')].find(i => !i.value)?.focus()"
SHOWN = """Object.fromEntries([...document.querySelectorAll('td[data-m]')].map((td) => [
  `${td.dataset.m},${td.dataset.i},${td.dataset.j}`,
  (td.querySelector('input')?.value ?? td.firstChild?.textContent ?? '')]))"""
NO_STORAGE = """Object.defineProperty(window, 'localStorage', {get() {throw new Error('no')}})"""


def _answer(made: Exercise, place: list[Any]) -> str:
    name, i, j = place
    return made.shown(name)[i][j]


def _solve(page: Any, made: Exercise, most: int = 10_000) -> int:
    """Fill boxes by keyboard alone, in the order of the page; how many."""
    page.locator(".pip").first.focus()
    page.keyboard.press("Enter")
    done = 0
    while (place := page.evaluate(AT)) and done < most:
        page.keyboard.insert_text(_answer(made, place))
        page.keyboard.press("Enter")
        done += 1
    return done


def _count(page: Any, verdict: str = "") -> int:
    found: int = page.locator(f"td[data-b][data-v={verdict}]" if verdict else "td[data-b]").count()
    return found


@pytest.mark.parametrize("topic", NAMES)
def test_a_whole_sheet_is_solved_by_keyboard(topic: str, opened: Open) -> None:
    made = make(topic, 2)
    page = opened(made)
    left = _count(page)
    while left:
        before = _count(page, "right")
        page.evaluate(EMPTY)
        while place := page.evaluate(AT):
            if not page.evaluate("document.activeElement.value"):
                page.keyboard.insert_text(_answer(made, place))
            page.keyboard.press("Enter")
        left = _count(page) - _count(page, "right")
        assert _count(page, "right") > before
    total = page.locator("#bar").get_attribute("aria-valuemax")
    assert page.locator("#bar").get_attribute("aria-valuenow") == total == str(_count(page))
    assert "Well done" in page.locator("#say").text_content()
    assert page.locator(".pip:not([data-v=right])").count() == 0


def test_tab_goes_in_the_order_of_the_steps(opened: Open) -> None:
    made = make("backpropagation", 3)
    page = opened(made)
    page.locator(".pip").first.click()
    seen = []
    for _ in range(12):
        seen.append(page.evaluate(AT)[0])
        page.keyboard.press("Tab")
    assert list(dict.fromkeys(seen))[:4] == ["dz3", "dW3", "db3", "da2"][: len(set(seen))]
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(AT)[0] == seen[-1]


def test_a_slip_is_marked_carried_named_and_mended(opened: Open) -> None:
    made = make("hidden-layer", 3)
    page = opened(made)
    bias, z = made.values["b1"].digits[:, 0], made.values["z1"].digits[:, 0]
    row = int(next(k for k in range(len(z)) if bias[k] and z[k] - bias[k] != z[k]))
    wrong = int(z[row] - bias[row])
    lines = carried(read_recipe(made.recipe), f"z1[{row + 1},1]={wrong}")
    follows = {line.name: line.follows for line in lines}

    def fill(name: str, i: int, text: str) -> None:
        box = page.locator(f"td[data-m={name}][data-i='{i}'] input")
        box.fill(text)
        box.press("Enter")

    for i in range(len(z)):
        fill("z1", i, str(wrong) if i == row else made.shown("z1")[i][0])
        fill("a1", i, str(plain(int(follows["a1"].digits[i, 0]), follows["a1"].decimals)))
    cell = page.locator(f"td[data-m=z1][data-i='{row}']")
    assert cell.get_attribute("data-v") == "wrong"
    assert cell.locator("input").get_attribute("aria-invalid") == "true"
    assert "bias left out" in page.locator("#slip").text_content()
    changed = follows["a1"].digits[row, 0] != made.values["a1"].digits[row, 0]
    after = page.locator(f"td[data-m=a1][data-i='{row}']").get_attribute("data-v")
    assert after == ("follows" if changed else "right")
    fill("z1", row, made.shown("z1")[row][0])
    fill("a1", row, made.shown("a1")[row][0])
    assert cell.get_attribute("data-v") == "right"
    assert page.locator("#slip").is_hidden()


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("{}", "right"), ("+{}", "right"), (" {}.0 ", "right"), ("{},0", "right"), ("abc", "odd"),
     ("1/0", "odd"), ("1.2.3", "odd"), ("", None), ("77", "wrong")],
)  # fmt: skip
def test_every_kind_of_input_is_taken_or_told(text: str, verdict: str | None, opened: Open) -> None:
    made = next(m for m in map(lambda s: make("hidden-layer", s), range(30))
                if m.values["z1"].digits[0, 0] > 0)  # fmt: skip
    page = opened(made)
    box = page.locator("td[data-m=z1][data-i='0'] input")
    box.fill(text.format(made.shown("z1")[0][0]))
    box.press("Enter")
    assert page.locator("td[data-m=z1][data-i='0']").get_attribute("data-v") == verdict
    if verdict == "odd":
        assert page.locator("#say").text_content()


def test_what_was_written_is_there_after_a_reload_and_without_storage_nothing_breaks(
    opened: Open,
) -> None:
    made = make("hidden-layer", 3)
    page = opened(made)
    _solve(page, made, 3)
    page.reload()
    page.wait_for_function("document.documentElement.dataset.ready")
    assert _count(page, "right") == 3
    page = opened(made, script=NO_STORAGE)
    _solve(page, made, 3)
    assert _count(page, "right") == 3


def test_hints_come_in_levels_and_never_tell_the_result(opened: Open) -> None:
    made = make("hidden-layer", 3)
    page = opened(made)
    page.locator("td[data-m=z1][data-i='0'] input").focus()
    assert page.locator("td.lit").count() == 0
    page.keyboard.press("F1")
    assert "meet here" in page.locator("#hint-list").text_content()
    lit = page.locator("td.lit").evaluate_all("t => t.map(x => x.dataset.m)")
    assert set(lit) == {"W1", "x", "b1"}
    page.keyboard.press("F1")
    assert "= ?" in page.locator(".hints .sum").text_content()
    page.keyboard.press("F1")
    assert "W1 @ x + b1" in page.locator("#hint-list").text_content()
    page.locator("td[data-m=a1][data-i='0'] input").focus()
    page.keyboard.press("F1")
    page.keyboard.press("F1")
    assert page.locator(".hints .sum").count() == 0  # one term alone: its sum would be the answer
    assert "max(0" in page.locator("#hint-list").text_content()


@pytest.mark.parametrize("topic", NAMES)
def test_what_is_explored_is_what_python_works_out(topic: str, opened: Open) -> None:
    made = make(topic, 4)
    page = opened(made)
    page.locator("#explore").click()
    givens = {g.name: [[plain(d, made.values[g.name].decimals) for d in row]
                       for row in made.values[g.name].digits.tolist()]
              for g in made.graph.givens}  # fmt: skip
    chance = random.Random(topic)
    fields = page.locator("td input.given")
    for _ in range(4):
        field = fields.nth(chance.randrange(fields.count()))
        data = field.evaluate("i => ({...i.closest('td').dataset})")
        name, i, j = data["m"], int(data["i"]), int(data["j"])
        if made.graph.by_name[name].role == "target":
            continue
        before, givens[name][i][j] = givens[name][i][j], chance.randint(-3, 4)
        try:
            solved, _ = from_given(topic, givens, made.settings.options)
        except SheetgenError:  # a sum of 0 to divide by: that number is not taken
            givens[name][i][j] = before
            continue
        field.fill(str(givens[name][i][j]))
    page.evaluate("document.activeElement.blur()")
    shown = page.evaluate(SHOWN)
    for place, text in shown.items():
        name, i, j = place.rsplit(",", 2)
        assert text == solved.shown(name)[int(i)][int(j)], place
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_function("document.documentElement.dataset.ready")
    assert page.evaluate(SHOWN) == shown
    page.locator("#reset").click()
    assert "#" not in page.url


def test_the_first_box_is_ready_for_typing_and_in_view(opened: Open) -> None:
    made = make("backpropagation", 3)
    page = opened(made)
    assert page.evaluate(AT) == ["dz3", 0, 0]
    box = page.locator("td:has(input:focus)").bounding_box()
    assert 48 < box["y"] < 760
    assert page.locator("#how").is_visible()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("7")
    assert page.evaluate("document.activeElement.value") == "7"
    assert page.locator("#how").is_hidden()


def test_the_sheet_is_one_stop_of_the_tab_key(opened: Open) -> None:
    page = opened(make("hidden-layer", 3))
    assert page.locator("td input[tabindex='0']").count() == 1
    page.locator("td[data-m=a2][data-i='1'] input").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#coach') !== null")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(AT) == ["a2", 1, 0]


def test_a_result_is_copied_once_it_is_worked_out(opened: Open) -> None:
    made = make("self-attention", 3, features=4, values=2, causal=True, output=True, backward=True)
    page = opened(made)
    home, copy = (page.locator(f"td[data-m=dZ][data-i='0'][data-j='0']{more} input")
                  for more in (":not([data-c])", "[data-c]"))  # fmt: skip
    assert home.count() == copy.count() == 1
    for text in ("77", made.shown("dZ")[0][0]):
        home.fill(text)
        home.press("Enter")
        assert copy.input_value() == text


def test_a_box_with_two_numbers_is_crossed_out_where_negative(opened: Open) -> None:
    made = next(m for m in map(lambda s: make("seven-layer-mlp", s), range(30))
                if (m.values["Z1"].digits < 0).any())  # fmt: skip
    i, j = (int(k[0]) for k in (made.values["Z1"].digits < 0).nonzero())
    page = opened(made)
    cell = page.locator(f"td[data-m=Z1][data-i='{i}'][data-j='{j}']")
    for text in (made.shown("Z1")[i][j], "0"):
        cell.locator("input").fill(text)
        cell.locator("input").press("Enter")
        assert cell.get_attribute("data-v") == "right"
        assert cell.locator(".zero").count() == (text != "0")


def test_the_script_shows_a_result_once_it_is_right_and_follows_what_is_explored(
    opened: Open,
) -> None:
    made = make("hidden-layer", 3)
    page = opened(made, permissions=["clipboard-read", "clipboard-write"])
    page.locator("#tab-code").click()
    line = page.locator(".codeline", has_text="z1 = ")
    assert line.get_attribute("aria-current") == "step"
    result = line.locator("xpath=following-sibling::pre[1]")
    assert result.text_content() == "4×1"
    rows = [row[0].replace("−", "-") for row in made.shown("z1")]
    for i, text in enumerate(rows):
        page.locator(f"td[data-m=z1][data-i='{i}'] input").fill(text)
        page.keyboard.press("Enter")
    assert result.text_content().split() == ["4×1", *result.text_content().split()[1:]]
    assert [w.strip("[ ]") for w in result.text_content().split("\n")[1:]] == rows
    page.locator(".codeline", has_text="a2 = ").click()
    assert page.evaluate(AT)[0] == "a2"
    page.locator("#explore").click()
    page.locator("td[data-m=x][data-i='0'] input").fill("9")
    page.locator("#copy-script").click()
    found: dict[str, Any] = {}
    exec(page.evaluate("navigator.clipboard.readText()"), found)
    shown = page.evaluate(SHOWN)
    for name in ("z1", "a2"):
        assert [[plain_text(v) for v in row] for row in found[name].tolist()] == [
            [shown[f"{name},{i},0"]] for i in range(len(found[name]))]  # fmt: skip
    assert found["x"][0][0] == 9


def plain_text(value: float) -> str:
    return f"{value:g}".replace("-", "−").replace("0.", ".")


def test_a_number_is_changed_by_touch(opened: Open) -> None:
    for how in (PHONE, PHONE | {"viewport": {"width": 1180, "height": 820}}):
        page = opened(make("hidden-layer", 3), how)
        if how is PHONE:
            page.locator("#more").tap()
            page.locator("#mode-2").tap()
        else:
            page.locator("#explore").tap()
        page.locator("td[data-m=x][data-i='0'] input").tap()
        page.locator("[data-key='8']").tap()
        assert page.locator("td[data-m=x][data-i='0'] input").input_value() == "8"
        assert page.locator("td.moved").count() > 0


def test_a_sheet_without_blanks_is_explored_alone(opened: Open) -> None:
    page = opened(make("hidden-layer", 3, blank="none"))
    assert page.locator("#solve").is_hidden()
    assert page.locator("td input.given").count() > 0


def test_a_change_that_nobody_can_work_out_leaves_the_old_values(opened: Open) -> None:
    page = opened(make("matrix-multiplication", 1))
    page.locator("#explore").click()
    before = page.evaluate(SHOWN)
    page.locator("td input.given").first.fill("9999999999999")
    assert "13 digits" in page.locator("#toast").text_content()
    after = page.evaluate(SHOWN)
    assert {k: v for k, v in after.items() if k[0] == "C"} == {
        k: v for k, v in before.items() if k[0] == "C"}  # fmt: skip


def test_predict_first_covers_all_results_until_asked(opened: Open) -> None:
    made = make("hidden-layer", 3)
    page = opened(made)
    page.locator("#explore").click()
    page.locator("#changes input[type=checkbox]").check()
    results = sum(s.shape[0] * s.shape[1] for s in made.graph.worked)
    assert page.locator("td.covered").count() == results
    page.locator("td[data-m=z1][data-i='0'] input").fill(made.shown("z1")[0][0])
    page.locator("td[data-m=z1][data-i='1'] input").fill("77")
    page.locator("#changes li button").first.click()
    assert "predicted 1 of 2" in page.locator("#changes").text_content()
    page.locator("#changes .bt.main").click()
    assert page.locator("td.covered").count() == 0


def test_it_prints_one_clean_page_or_ones_own_answers(opened: Open) -> None:
    made = make("hidden-layer", 3)
    page = opened(made)
    _solve(page, made, 2)
    for clean in (True, False):
        page.evaluate(f"document.body.classList.toggle('clean', {json.dumps(clean)})")
        data = page.pdf(width="210mm", height="297mm", print_background=True)
        with pikepdf.open(BytesIO(data)) as document:
            assert len(document.pages) == 1


def test_the_copied_answers_are_what_mark_reads(opened: Open) -> None:
    made = make("hidden-layer", 3)
    page = opened(made, permissions=["clipboard-read", "clipboard-write"])
    _solve(page, made, 5)
    page.locator("#copy").click()
    text = page.evaluate("navigator.clipboard.readText()")
    verdicts = {line.verdict for line in carried(read_recipe(made.recipe), text)}
    assert verdicts <= {"as the key", "same"}
    assert text.count("=") == 5


def test_on_a_phone_boxes_are_large_and_the_page_has_its_own_keys(opened: Open) -> None:
    made = make("hidden-layer", 3)
    page = opened(made, PHONE)
    box = page.locator("td[data-m=z1][data-i='0']")
    size = box.bounding_box()
    assert min(size["width"], size["height"]) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box.locator("input").tap()
    for sign in made.shown("z1")[0][0]:
        page.locator(f"[data-key='{sign}']").tap()
    page.locator("[data-key=next]").tap()
    assert box.get_attribute("data-v") == "right"
    heights = "buttons => buttons.map((b) => b.getBoundingClientRect().height)"
    assert min(page.locator("#keys button").evaluate_all(heights)) >= 44
    page.locator("#map-open").tap()
    assert page.locator("#map-large svg").is_visible()


@pytest.mark.parametrize("how", ["light", "dark", "phone", "explore", "predict", "zoomed"])
@pytest.mark.parametrize("topic", ["backpropagation", "self-attention", "multi-head-attention"])
def test_axe_finds_nothing(topic: str, how: str, opened: Open, axe: str) -> None:
    made = make(topic, 3)
    scheme = "dark" if how == "dark" else "light"
    view = {"viewport": {"width": 640, "height": 400}} if how == "zoomed" else DESK
    page = opened(made, PHONE if how == "phone" else view, color_scheme=scheme, bypass_csp=True)
    if how in ("explore", "predict"):
        page.locator("#explore").click()
        page.locator("td input.given").first.fill("3")
        if how == "predict":
            page.locator("#changes input[type=checkbox]").check()
    else:
        box = page.locator("td[data-b] input").first
        box.fill("77")
        box.press("Enter")
        page.keyboard.press("F1")
    page.add_script_tag(content=axe)
    found = page.evaluate("axe.run()")
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found["violations"]] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_show_what_meets_what_is_chosen_and_how_far_one_is(
    scheme: str, opened: Open
) -> None:
    page = opened(make("backpropagation", 3), forced_colors="active", color_scheme=scheme)
    page.keyboard.press("F1")
    style = "([css, part, of]) => getComputedStyle(document.querySelector(css), part)[of]"
    assert page.evaluate(style, ["td.lit", "::after", "outlineStyle"]) == "solid"
    ground = [page.evaluate(style, [css, None, "backgroundColor"])
              for css in (".pip[aria-current]", ".pip:not([aria-current])")]  # fmt: skip
    assert ground[0] != ground[1]
    page.keyboard.press("7")
    page.keyboard.press("Enter")
    assert page.evaluate(style, ["td[data-v]", None, "outlineStyle"]) in ("double", "none")
    fill = page.evaluate(style, ["#bar .r, #bar .w", None, "backgroundColor"])
    assert fill != page.evaluate(style, ["#bar", None, "backgroundColor"])


def test_the_map_leads_to_each_step_and_shows_what_one_sees(opened: Open) -> None:
    page = opened(make("backpropagation", 3))
    page.wait_for_selector("#map .seen", state="attached")
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    ways = page.locator("#map-steps button")
    assert ways.count() == page.locator("#pips a").count()
    assert ways.nth(1).text_content().endswith("0/9")
    ways.nth(1).click()
    assert page.evaluate(AT)[0] == "dW3"
    page.locator("#pips a").first.focus()
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    assert page.evaluate(AT)[0] == "dz2"
