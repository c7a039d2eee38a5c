"""The page of words and tables: every matrix with its rows and columns named, no answer before its
time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from lxml import html as parser

from sheetgen.api import make
from sheetgen.exercise.blanks import open_cells
from sheetgen.formats.accessible import accessible
from sheetgen.formats.format import Request
from sheetgen.formats.registry import files, formats
from sheetgen.graph.nodes import Node, Step
from sheetgen.type.markup import plain_text
from tests.support import CASE_IDS, CASES

Boxes = list[list[tuple[str, str]]]
"""Class and visible text of each box, row by row."""
Heads = tuple[list[str], list[str]]
"""What stands before the rows and above the columns."""


def _tables(text: str) -> list[Boxes]:
    return [boxes for boxes, _ in _with_heads(text)]


def _with_heads(text: str) -> list[tuple[Boxes, Heads]]:
    found = []
    for table in parser.fromstring(text).iter("table"):
        rows, said = [], []
        for row in table.findall("tbody/tr"):
            head, *boxes = row
            assert (head.tag, head.get("scope")) == ("th", "row")
            assert {box.tag for box in boxes} == {"td"}
            said.append(head.text_content())
            for box in boxes:
                for spoken in box.findall("span"):
                    spoken.text = ""
            rows.append([(box.get("class", ""), box.text_content()) for box in boxes])
        corner, *heads = table.find("thead/tr")
        assert (corner.tag, corner.text_content()) == ("td", "")
        assert {(head.tag, head.get("scope")) for head in heads} == {("th", "col")}
        assert len(heads) == len(rows[0])
        label = table.findtext("caption")
        assert label.endswith(f", {len(rows)} by {len(rows[0])}")
        found.append((rows, (said, [head.text_content() for head in heads])))
    return found


@pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
def test_every_matrix_is_a_table_and_only_the_key_has_the_answers(
    topic: str, options: dict[str, Any]
) -> None:
    made = make(topic, 2, **options)
    graph = made.graph
    worksheet, key = (_with_heads(accessible(made, key=is_key)) for is_key in (False, True))
    nodes = [n for n in graph.nodes if n not in graph.worked
             and not (isinstance(n, Step) and n.hidden)] + list(graph.worked)  # fmt: skip
    left = [([*map(tuple, made.shown(n.name))], *_said(n)) for n in nodes]
    for table, (rows, columns) in key:
        left.remove(([tuple(text for _, text in row) for row in table], rows, columns))
    assert not left
    blanks = sum(int((b & open_cells(graph.by_name[n])).sum()) for n, b in made.blanks.items())
    boxes = [box for table, _ in worksheet for row in table for box in row]
    assert [text for kind, text in boxes if kind == "blank"] == [""] * blanks
    answers = [box for table, _ in key for row in table for box in row if box[0] == "answer"]
    assert len(answers) == blanks


def _said(node: Node) -> Heads:
    """The words at a matrix, and without words the numbers of its rows and columns."""
    rows, columns = node.shape
    return ([*map(plain_text, node.rows_said)] or [f"row {i}" for i in range(1, rows + 1)],
            [*map(plain_text, node.columns_said)] or [f"column {j}" for j in range(1, columns + 1)]
            )  # fmt: skip


def test_a_page_says_its_language_title_name_and_sheet() -> None:
    made = make("softmax", 1)
    for is_key, word in ((False, "worksheet"), (True, "answer key")):
        page = parser.fromstring(accessible(made, "Ada <b>", key=is_key))
        assert page.get("lang") == "en"
        assert page.findtext("head/title") == f"{made.settings.title}, {word} {made.code}"
        assert "Ada <b>" in page.text_content()
        labelled = {section.get("aria-labelledby") for section in page.iter("section")}
        assert labelled == {heading.get("id") for heading in page.iter("h2")}


def test_decimals_have_the_mark_that_is_asked_for() -> None:
    made = make("backpropagation", 1)
    found = files([formats()["accessible"]], Request((made,), decimal_mark="comma"))
    [comma_key] = [page for name, page in found.items() if "-key" in name]
    plain, comma = ([text for table in _tables(page) for row in table for _, text in row]
                    for page in (accessible(made, key=True), comma_key.decode()))
    assert [Decimal(n.replace(",", ".").replace("−", "-")) for n in comma] == [
        Decimal(n.replace("−", "-")) for n in plain]  # fmt: skip


def test_what_is_said_of_the_numbers_stands_below() -> None:
    text = accessible(make("softmax", 1, check=True))
    assert "Rounding:" in text
    assert "heck" in text
