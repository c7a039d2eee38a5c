"""The live page as a file: it needs no other, tells no answer, and is light."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lxml import html as parser

from sheetgen.api import make
from sheetgen.cli.main import main
from sheetgen.exercise.blanks import open_cells
from sheetgen.exercise.exercise import sealed
from sheetgen.formats.code_panel import code_panel
from sheetgen.formats.data import exercise_data
from sheetgen.formats.format import Request
from sheetgen.formats.live import live
from sheetgen.formats.page_data import READ_OF
from sheetgen.formats.paper_colours import dark_fill, dark_ink
from sheetgen.graph.nodes import Step
from sheetgen.graph.numbers import CROSS, plain
from sheetgen.graph.stars import stars_of
from sheetgen.page.theme import BY_HAND
from tests.live.node import needs_node, run
from tests.support import CASE_IDS, CASES, NAMES


@dataclass(frozen=True)
class Box:
    """A box as the page's script sees it, once each has been told what its table says of all."""

    matrix: str
    row: int
    column: int
    asked: bool
    copied: bool
    text: str
    after: str
    """The matrix after ReLU, where the box is for both."""


def _boxes(page: Any) -> Iterator[Box]:
    for table in page.iter("table"):
        for r, row in enumerate(table.iter("tr")):
            for c, td in enumerate(row.iter("td")):
                says, place = (table, (r, c)) if td.get("data-m") is None else (td, None)
                if not says.get("data-m"):
                    continue
                if place and table.get("data-t") is not None:
                    place = (c, r)
                i, j = place or (int(td.get("data-i")), int(td.get("data-j")))
                flags = (says.get(f"data-{flag}") is not None for flag in "bc")
                yield Box(says.get("data-m"), i, j, *flags, td.text_content(),
                          says.get("data-a", ""))  # fmt: skip


def _page(topic: str, options: dict[str, Any]) -> tuple[Any, str]:
    made = make(topic, 3, **options)
    return made, live(made, Request((made,)))


@pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
def test_no_answer_stands_in_the_page(topic: str, options: dict[str, Any]) -> None:
    made, text = _page(topic, options)
    page = parser.fromstring(text)
    data = _data(text)
    for matrix in data["matrices"]:
        blank = made.blanks.get(matrix["name"])
        if blank is not None:
            hidden = [[value is None for value in row] for row in matrix["values"]]
            assert hidden == blank.tolist()
    boxes = [*_boxes(page)]
    assert all(not box.text for box in boxes if box.asked)
    blank = {(name, i, j) for name, rows in made.blanks.items()
             for i, j in zip(*(rows & open_cells(made.graph.by_name[name])).nonzero(), strict=True)}
    asked = {(name, box.row, box.column) for box in boxes if box.asked
             for name in (box.matrix, box.after) if name}  # fmt: skip
    assert blank <= asked
    for name in {place[0] for place in asked}:
        node = made.graph.by_name[name]
        assert name in made.blanks or node.role in ("input", "parameter")
    stars = stars_of(made.graph)
    for box in boxes:
        if not box.asked and box.text and (box.matrix, box.row, box.column) not in blank:
            shown = made.shown(box.matrix)[box.row][box.column]
            if box.matrix in stars and stars[box.matrix][box.row, box.column]:
                shown = "*"
            step = made.graph.by_name[box.matrix]
            if box.text == CROSS and isinstance(step, Step) and step.op.crossed:
                assert shown == "0"
                shown = CROSS
            assert box.text == shown, box


@pytest.mark.parametrize("topic", NAMES)
def test_a_page_is_light_asks_for_nothing_and_runs_nothing_else(topic: str) -> None:
    _, text = _page(topic, {})
    assert len(text.encode()) <= 150_000
    assert len(gzip.compress(text.encode(), mtime=0)) <= 60_000
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    script = re.search(r'(?s)<script type="module">(.*?)</script>', text)
    assert script is not None
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert f"script-src &#39;sha256-{digest}&#39;" in policy[1].replace("'", "&#39;")
    assert "default-src" in policy[1]
    addresses = set(re.findall(r'https?://[^\s"\'<>)]+', text))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\beval\(|new Function|innerHTML|import\(", script[1])


def _data(text: str) -> dict[str, Any]:
    """What a page's script knows, as it says it to itself in full."""
    short = json.loads(parser.fromstring(text).get_element_by_id("sheet").text)
    found: dict[str, Any] = run("whole", data=short)
    return found


@needs_node
@pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
def test_what_is_left_out_is_put_in_again(topic: str, options: dict[str, Any]) -> None:
    made, text = _page(topic, options)
    found, wanted = _data(text), exercise_data(made, answers=False)
    for kind, read in READ_OF.items():
        if kind == "ops":
            rows = [(found["ops"][name], op) for name, op in wanted["ops"].items()]
        else:
            rows = [*zip(found[kind], wanted[kind], strict=True)]
        for row, full in rows:
            assert row == {key: full[key] for key in read}
    assert found["script"] == code_panel(made)
    assert set(found) == {"code", "mark", "script", *READ_OF}


@pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
def test_the_script_beside_the_sheet_has_no_number_of_it(
    topic: str, options: dict[str, Any]
) -> None:
    one, other = (_data(live(m, Request((m,))))["script"]
                  for m in (make(topic, seed, **options) for seed in (3, 4)))  # fmt: skip
    assert one == other
    made = make(topic, 3, **options)
    named = {name for line in one for name in line.get("names", ())}
    assert named >= {s.name for s in made.graph.steps if not s.hidden and not s.op.loss}
    assert {line["given"] for line in one if "given" in line} == {g.name for g in made.graph.givens}


@pytest.mark.parametrize("topic", NAMES)
def test_the_script_with_the_numbers_put_in_comes_to_the_key(topic: str) -> None:
    made = make(topic, 5)
    lines = []
    for line in code_panel(made):
        if "given" in line:
            rows = [[plain(d, made.values[line["given"]].decimals) for d in row]
                    for row in made.values[line["given"]].digits.tolist()]  # fmt: skip
            lines.append(f"{line['text']} = np.array({rows})")
        elif "text" in line and not line.get("quiet"):
            lines.append(line["text"])
    found: dict[str, Any] = {}
    exec("\n".join(lines), found)
    for line in code_panel(made):
        for name in line.get("names", ()):
            value = made.values[name]
            expected = value.digits / 10.0**value.decimals
            variable = line["text"].rpartition("\n")[2].split(" = ")[0]
            assert abs(found[variable] - expected).max() < 1e-9, name


@pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
def test_every_result_is_worked_out_in_one_place(topic: str, options: dict[str, Any]) -> None:
    _, text = _page(topic, options)
    places = Counter((box.matrix, box.row, box.column) for box in _boxes(parser.fromstring(text))
                     if box.asked and not box.copied)  # fmt: skip
    made = make(topic, 3, **options)
    assert [p for p, count in places.items() if count > 1 and made.graph.by_name[p[0]].inputs] == []


def test_what_is_secret_is_not_in_the_page() -> None:
    made = sealed(make("hidden-layer", 77_123))
    text = live(made, Request((made,)))
    assert "77123" not in text
    assert made.recipe not in text
    assert "seed" not in _data(text)


def test_decimals_have_commas_where_that_is_asked() -> None:
    made = make("softmax", 3)
    text = live(made, Request((made,), decimal_mark="comma"))
    assert _data(text)["mark"] == "comma"
    assert 'data-key=","' in text


def test_a_packet_is_three_pages_and_a_class_file_names_nobody(tmp_path: Path) -> None:
    assert main(["make", "softmax", "--seed", "3", "--blank", "packet", "--format", "live",
                 "--out", str(tmp_path), "--quiet"]) == 0  # fmt: skip
    assert len(list(tmp_path.glob("*-live.html"))) == 3
    roster = tmp_path / "list.txt"
    roster.write_text("Ada Lovelace\nAlan Turing\n")
    assert main(["class", "softmax", "--roster", str(roster), "--format", "live", "--seed", "3",
                 "--out", str(tmp_path / "class"), "--quiet"]) == 0  # fmt: skip
    found = list((tmp_path / "class" / "live").iterdir())
    assert len(found) == 2
    assert not any("Lovelace" in p.read_text() or "Turing" in p.read_text() for p in found)


def test_a_text_that_looks_like_markup_stays_a_text() -> None:
    made = make("softmax", 1)
    text = live(made, Request((made,), "a4", "</script><b>"))
    assert "</script><b>" not in text


def test_the_same_sheet_is_the_same_page() -> None:
    assert _page("rnn", {})[1] == _page("rnn", {})[1]


def _luminance(colour: str) -> float:
    def linear(x: float) -> float:
        return x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4

    r, g, b = (linear(int(colour[k : k + 2], 16) / 255) for k in (1, 3, 5))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_on_dark_paper_every_ink_is_read_on_every_fill() -> None:
    inks = {look["color"] for look in BY_HAND.looks.values() if "color" in look}
    fills = {look["fill"] for name, look in BY_HAND.looks.items() if name.startswith("k-")}
    for ink in inks:
        assert _contrast(dark_ink(ink), "#25282c") >= 4.5
    for fill in fills:
        for ink in (BY_HAND.looks["ink"]["color"], BY_HAND.looks["answer"]["color"]):
            assert _contrast(dark_ink(ink), dark_fill(fill)) >= 4.5, (ink, fill)
