"""The sums behind the answers stand on the key, and the powers that they take on the sheet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

import pytest

from sheetgen.api import make, many
from sheetgen.exercise.given import from_given
from sheetgen.layout.sheet import lay_out
from sheetgen.page.figure import overlaps
from sheetgen.page.items import Circle, Item, Label, Page
from sheetgen.topics.catalogue import TOPICS
from sheetgen.words.sums import worked
from tests.layout.test_geometry import laid_out
from tests.words.cases import CASES


def any_order(line: str) -> str:
    """A sum with the factors of each product in one order, however they stand, and without what
    ReLU makes of it."""
    def pair(found: re.Match[str]) -> str:
        return "×".join(sorted(factor.strip("()") for factor in found.groups()))

    return re.sub(r"([−\d.()]+)×([−\d.()]+)", pair, line.removesuffix(", so 0"))


def whole(labels: Iterable[Label]) -> list[str]:
    """What labels say, sums that go on in further lines in one."""
    found: list[str] = []
    for label in labels:
        if found and label.markup.startswith("+ "):
            found[-1] += f" {label.markup}"
        else:
            found.append(label.markup)
    return found


@pytest.mark.parametrize("blank", ["results", "none"])
@pytest.mark.parametrize(("name", "options"), CASES)
def test_every_sum_stands_on_the_key_once(name: str, options: dict[str, str], blank: str) -> None:
    exercise = make(name, 7, blank=blank, **options)
    sheet = lay_out(exercise)
    lines = Counter(any_order(line) for w in worked(exercise) for line in w.lines)
    for pages, key in ((sheet.key().pages, True), (sheet.worksheet().pages, False)):
        labels = [i for page in pages for i in page.items if isinstance(i, Label)]
        shown = Counter(map(any_order, whole(i for i in labels if key or not i.answer)))
        shown += Counter(any_order(line) for page in pages for line in on_lines(page.items, key))
        found = Counter({line: shown[line] for line in lines})
        told = lines if key or blank == "none" else Counter(dict.fromkeys(lines, 0))
        assert found == told


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("name", TOPICS)
def test_sums_of_a_worked_example_lie_on_nothing_else(name: str, paper: str) -> None:
    for page in lay_out(make(name, 7, blank="none"), paper).key().pages:
        assert overlaps(page.items) == []


def on_lines(items: Iterable[Item], key: bool) -> Iterator[str]:
    """What stands on the ruled lines of the room to work, read from left to right."""
    rows: dict[float, list[Label]] = {}
    for item in items:
        if isinstance(item, Label) and (item.markup in "+=" or item.answer):
            rows.setdefault(round(item.y), []).append(item)
    for row in rows.values():
        texts = [i.markup for i in sorted(row, key=lambda i: i.x) if key or not i.answer]
        while "=" in texts:
            end = texts.index("=") + 2
            yield " ".join(texts[:end])
            texts = texts[end:]


@pytest.mark.parametrize(("name", "options", "pages"), [
    ("matrix-multiplication", {"level": "hard"}, 1), ("batch-of-three", {"level": "hard"}, 1),
    ("backpropagation", {"update": "yes"}, 2), ("backpropagation", {"batch": "2"}, 2),
    ("seven-layer-mlp", {"level": "hard"}, 2), ("backpropagation", {}, 1),
])  # fmt: skip
def test_sums_take_a_page_of_their_own_only_where_no_page_has_room_for_large_letters(
    name: str, options: dict[str, str], pages: int
) -> None:
    assert len(lay_out(make(name, 1, **options)).key().pages) == pages


@pytest.mark.parametrize("number", range(2))
@pytest.mark.parametrize("name", [name for name, topic in TOPICS.items() if not topic.parts])
def test_a_key_begins_with_the_pages_of_its_worksheet(name: str, number: int) -> None:
    found = laid_out(name, number)
    if found is None:
        pytest.skip("no exercise has these options")
    options, _, sheet = found
    key, asked = sheet.key().pages, sheet.worksheet().pages
    assert key[:len(asked)] == asked, options  # of which a worksheet does not print the answers
    assert all(i.answer for page in key[len(asked):] for i in page.own), options


@pytest.mark.parametrize(("name", "options"), [
    ("self-attention", {}), ("lstm", {}), ("seven-layer-mlp", {}), ("layer-norm", {}),
])  # fmt: skip
def test_a_short_key_has_the_pages_of_its_worksheet(name: str, options: dict[str, str]) -> None:
    sheet = lay_out(make(name, 7, answers="short", **options))
    assert sheet.key().pages == sheet.pages
    lines = Counter(any_order(line) for w in worked(sheet.exercise) for line in w.lines)
    labels = [i for page in sheet.pages for i in page.items if isinstance(i, Label)]
    shown = Counter(any_order(i.markup) for i in labels if i.answer)
    assert all(shown[line] <= count for line, count in lines.items())


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("name", ["self-attention", "rnn", "masked-attention", "transformer-block"])
def test_a_page_of_a_key_has_all_of_its_sums_or_none(name: str, paper: str) -> None:
    sheet = lay_out(make(name, 7, backward="yes"), paper)
    named = [{i.markup for i in page.items if isinstance(i, Label) and i.colour == "gradient"
              and i.answer and i.markup.startswith("[")} for page in sheet.key().pages]  # fmt: skip
    front, behind = named[:len(sheet.pages)], set[str]().union(*named[len(sheet.pages):])
    assert behind
    for page, said in zip(sheet.pages, front, strict=True):
        steps = {i.text for i in page.items if isinstance(i, Circle) and i.text}
        left = {said for said in behind if re.findall(r"\d+", said)[0] in steps}
        assert not (said and left), (said, left)


def rounded(x: Decimal, places: int) -> Decimal:
    return x.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def shown(pages: Sequence[Page]) -> dict[int, Decimal]:
    """The powers of e that some pages print."""
    said = " ".join(i.markup for page in pages for i in page.items if isinstance(i, Label))
    return {int(k): Decimal(f"0{v}") for k, v in re.findall(r"e\^\{−(\d+)\} ≈ (\.\d+)", said)}


@pytest.mark.parametrize("widths", ["3-4-2-3", "2-3-2", "3-5-3-4"])
@pytest.mark.parametrize("decimals", [1, 2])
def test_softmax_by_the_printed_powers_of_e_gives_the_key(widths: str, decimals: int) -> None:
    for exercise in many("backpropagation", range(20), forward="blank", widths=widths,
                         softmax_decimals=decimals):  # fmt: skip
        table = shown(lay_out(exercise).pages)
        assert table == {k: rounded(Decimal(-k).exp(), decimals + 2) for k in table}
        assert rounded(Decimal(-len(table) - 1).exp(), decimals + 2) == 0
        z = [int(v) for v in exercise.values[f"z{widths.count('-')}"].digits[:, 0]]
        powers = [Decimal(1) if v == max(z) else table.get(max(z) - v, Decimal(0)) for v in z]
        shares = [rounded(p / sum(powers), decimals) for p in powers]
        answers = exercise.values["y_pred"].digits[:, 0].tolist()
        assert [int(s.scaleb(decimals)) for s in shares] == answers
        [sums] = [w for w in worked(exercise) if w.name == "y_{pred}"]
        assert len(sums.lines) == len(z)


def test_softmax_with_base_3_needs_no_powers_of_e() -> None:
    given = {"x": [1], "W1": [[1], [0], [-1]], "b1": [[0], [0], [0]], "y_target": [1, 0, 0]}
    exercise, _ = from_given("backpropagation", given, {"forward": "blank", "softmax_base": "3"})
    assert shown(lay_out(exercise).pages) == {}


def test_a_given_softmax_needs_no_powers() -> None:
    assert shown(lay_out(make("backpropagation", 3)).pages) == {}


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize(("name", "lines"), [("gan", 16), ("backpropagation", 1)])
def test_sums_are_small_only_where_they_would_not_fill_a_page(
    name: str, lines: int, paper: str
) -> None:
    sheet = lay_out(make(name, 7), paper)
    key = sheet.key().pages
    sums = [i for page in key[: len(sheet.pages)] for i in page.own
            if isinstance(i, Label) and i.of and " = " in i.markup]  # fmt: skip
    behind = [i for page in key[len(sheet.pages):] for i in page.own
              if isinstance(i, Label) and i.of]  # fmt: skip
    assert not behind or len(behind) >= lines
    assert not behind or all(i.size >= 2.85 for i in sums)
    assert all(i.size >= 2.6 for i in sums)


@pytest.mark.parametrize(("name", "options", "page"), [
    ("residual-block", {"backward": "yes"}, 2), ("dropout", {"backward": "yes"}, 2),
    ("autoencoder", {"level": "easy", "backward": "yes"}, 0),
])  # fmt: skip
def test_no_sums_stand_at_the_boxes_of_others(
    name: str, options: dict[str, str], page: int
) -> None:
    sheet = lay_out(make(name, 7, **options))
    steps = {i.text for i in sheet.pages[page].items if isinstance(i, Circle) and i.text}
    behind = {m for p in sheet.key_pages for i in p.items if isinstance(i, Label)
              for m in re.findall(r"^\[(\d+)\]", i.markup)}  # fmt: skip
    short = lay_out(make(name, 7, answers="short", **options)).pages[page]
    near = {m for i in short.items if isinstance(i, Label) and i.answer
            for m in re.findall(r"^\[(\d+)\]", i.markup)}  # fmt: skip
    assert near & steps
    assert near & steps <= behind
