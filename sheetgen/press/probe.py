"""The probe: a worksheet and a key with everything that a page can have, in as few texts as do,
because WeasyPrint takes milliseconds for each."""

from __future__ import annotations

from typing import Literal, get_args

from sheetgen.page.items import (
    COLOURS,
    KINDS,
    PAPERS,
    Anchor,
    Block,
    Cell,
    Circle,
    Item,
    Label,
    Line,
    Page,
    Printed,
    Rule,
    Stencil,
)
from sheetgen.page.paths import Path

FACES: tuple[Literal["label", "digits", "answer", "title", "small"], ...] = (
    "label", "digits", "answer", "title", "small",
)  # fmt: skip
_SAMPLE = "AZaz09 .,:;!?()[]{}<>&\"'|#%*/\\=+−×·≈≤→∂Σ√ηαβ⊙ᵀ₁′éñüŁžΩЯ□–“”"
"""Signs of all bundled fonts, and those that HTML writes otherwise."""
_CURVES: Path = (
    ("M", 150, 150), ("h", 10), ("v", -3.3), ("l", 2, 5), ("C", 164, 152.4, 165.3, 151, 166, 149.7),
    ("a", 3, 6), ("a", 3, -6), ("z",),
)  # fmt: skip


def probe() -> list[Printed]:
    """Three sheets, on paper of each size."""
    papers = list(PAPERS.values())
    return [
        Printed((Page(*papers[0], (*_shapes(), *_labels())),), "probe", False, "probe", "sheetgen"),
        Printed((Page(*papers[1], (*_shapes(), *_answers())),), "probe", True, "key", "sheetgen"),
        Printed((Page(*papers[2], tuple(_shapes())),), "probe", False, "large", "sheetgen"),
    ]


def _shapes() -> list[Item]:
    """All that is drawn, with the few texts that belong to it."""
    items: list[Item] = [_fills(), _numbers()]
    items += [
        Rule(100, 20, 30), Rule(100, 24, 30, 9), Stencil(100, 40, 0.7, ("1101", "0110", "1011")),
        Circle(150, 20, 2.6, "12"), Circle(160, 20, 2.39, "−4", node=True),
        Circle(170, 20, 2.6, "3", answer=True), Line(_CURVES),
    ]  # fmt: skip
    for k, colour in enumerate(COLOURS):
        y = 55.0 + 5 * k
        path: Path = (("M", 10, y), ("L", 20, y + 1.37), ("C", 24, y, 26, y + 2.2, 30, y + 1))
        items.append(Line(path, colour, 0.25 + k / 20, k % 2 == 0, k % 3 == 0, k % 4 == 3,
                          end=(30, y + 1, 20.0 * k)))  # fmt: skip
    return items


def _fills() -> Block:
    """A box of every kind, some framed."""
    cells = tuple(Cell("", kind=kind, emphasis=k % 5 == 0) for k, kind in enumerate(KINDS))
    return Block(10, 30, 4.5, (cells, cells[::-1]))


def _numbers() -> Block:
    """Numbers of several lengths, printed and to be filled in, crossed out by the sheet and by the
    student."""
    return Block(10, 10, 9.03, (
        (Cell("1"), Cell("−2", True), Cell("0.5"), Cell("123456"), Cell("x", True), Cell("-", True),
         Cell("12345", True)),
        (Cell("−3", struck="0"), Cell("−4", struck="0", struck_blank=False), Cell(""),
         Cell("−5", True, struck="0"), Cell("−6", True, struck="0.5", struck_blank=False),
         Cell("7", worked=True), Cell("8", True)),
    ), outline=True)  # fmt: skip


def _labels() -> list[Item]:
    """Every face at every end of its point in a colour of its own; some longer than their room, one
    the key's."""
    anchors: tuple[Anchor, ...] = get_args(Anchor)
    items: list[Item] = []
    for k, colour in enumerate(COLOURS):
        part = _SAMPLE[5 * k : 5 * k + 5]
        text = (f"{part}_{{{k}}} −{k}.5", f"{part}^T {k}", f"{part} b_1^{{−1}}")[k // 5 % 3]
        items.append(Label(100, 55 + 5 * k, text, 2.6 + 0.17 * k, anchors[k % 3], colour,
                           FACES[k % 5], width=14.0 if k % 4 == 1 else 0.0))  # fmt: skip
    return [*items, Label(150, 60, "hidden", 4, answer=True)]


def _answers() -> list[Item]:
    """What only a key shows."""
    return [
        Label(100, 60, "∂L/∂W_2 = −1.5 × 2", 4.1, "start", answer=True),
        Label(150, 80, f"{_SAMPLE[-9:]} Σ", 3.3, "end", "gradient", "label", True),
        Label(100, 100, "12345678", 5.2, "middle", "p4", "digits", True, 12),
    ]
