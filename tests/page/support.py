"""A page with an item of each kind."""

from __future__ import annotations

from sheetgen.page.items import Block, Cell, Circle, Item, Label, Line, Page, Printed, Rule
from sheetgen.page.paths import straight


def sheet(key: bool, *items: Item, subject: str = "") -> Printed:
    cells = (
        (Cell("1", kind="parameter"), Cell("−2.5", kind="bias")),
        (Cell("7349", True, "gradient"), Cell("−3", struck="88")),
        (Cell("−6", True, struck="55"), Cell("4", emphasis=True)),
    )
    page = Page(210, 297, (
        Label(105, 16, "Hidden Layer", 11, face="title"),
        Block(20, 40, 9, cells, outline=True),
        Label(60, 50, "∂L/∂W_3 → 2 · η ≈ √x^{-1}", 5, "start", "left"),
        Label(60, 60, "secret 4711", 5, "start", answer=True),
        Label(60, 70, "Łukasz Дмитрий Γιώργος אברהם Nguyễn", 4, "start"),
        Line(straight([(20, 90), (50, 90)]), "gradient", arrow=True, end=(50, 90, 0)),
        Line((("M", 20, 95), ("C", 30, 99, 40, 99, 50, 95)), "p3", dotted=True, answer=True),
        Circle(60, 90, 2.3, "3"),
        Circle(80, 90, 4, "6217", node=True),
        Rule(20, 110, 60),
        Rule(20, 120, 60, 20),
        *items,
    ))  # fmt: skip
    return Printed((page,), "Hidden Layer", key, subject, "Ada", "en-GB")
