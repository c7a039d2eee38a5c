"""Blocks as they are heard: each matrix a table with its name as caption and a header for each row,
or a list if it is one column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sheetgen.page.items import Block, Cell
from sheetgen.page.reading import Reading
from sheetgen.press.pdf.tags import Element, Marked, Tags
from sheetgen.type.markup import plain_text

Names = tuple[str, ...]
"""The matrix whose numbers a box holds; two for the compact form, none for a box without."""


@dataclass(slots=True)
class Heard:
    """A matrix on a page, and what names it there."""

    names: Names
    markups: tuple[str, ...]
    caption: str
    step: int
    box: tuple[float, float, float, float]
    rows: tuple[tuple[Element, ...], ...]
    labels: tuple[int, ...] = ()
    """Marks of the labels that name it."""
    copied: bool = False
    """The student copies it from where it stands first."""
    after: list[Element] = field(default_factory=list)
    """What is said beside it."""

    def is_named(self, markup: str) -> bool:
        """Whether a label is the matrix's name, turned or not, copied or not."""
        name = markup.removesuffix(", copied")
        return any(name in (m, f"{m}^T") for m in self.markups)

    def distance(self, x: float, y: float) -> float:
        """From a point to its boxes."""
        x0, y0, x1, y1 = self.box
        return float(max(x0 - x, x - x1, 0.0) + max(y0 - y, y - y1, 0.0))


def tables(marked: Marked, tags: Tags, key: bool) -> list[Heard]:
    """The matrices of a block, which may hold several side by side."""
    block = marked.item
    assert isinstance(block, Block)
    groups: dict[Names, list[tuple[int, int]]] = {}
    for r, row in enumerate(block.cells):
        for c, cell in enumerate(row):
            groups.setdefault(_names(cell), []).append((r, c))
    if len(groups) > 1 and () in groups:  # boxes without a number belong to the first
        first = next(names for names in groups if names)
        groups[first] = sorted(groups[first] + groups.pop(()))
    return [_heard(names, places, marked, tags, key) for names, places in groups.items()]


def _names(cell: Cell) -> Names:
    return cell.compact or (cell.source[:1] if cell.source else ())


def _heard(
    names: Names, places: Sequence[tuple[int, int]], marked: Marked, tags: Tags, key: bool
) -> Heard:
    block = marked.item
    assert isinstance(block, Block)
    side, told = block.cell, tags.reading.matrices
    rows: dict[int, list[Element]] = {}
    for r, c in places:
        cell, number = block.cells[r][c], marked.numbers[r * block.cols + c]
        x, y = block.x + (c + 0.5) * side, block.y + (r + 0.5) * side
        if number is None:
            number = tags.space(x, y, side / 2)
        rows.setdefault(r, []).append(_box(cell, number, key, tags))
    columns = [c for _, c in places]
    box = (block.x + min(columns) * side, block.y + min(rows) * side,
           block.x + (max(columns) + 1) * side, block.y + (max(rows) + 1) * side)  # fmt: skip
    cells = [[block.cells[r][c] for r2, c in places if r2 == r] for r in rows]
    named = told.get(block.name)
    if len(places) == block.rows * block.cols and len(names) == 1 and (
        named and (named.rows, named.cols) == (block.rows, block.cols)
    ):  # a column of a matrix that has a name of its own
        names = (block.name,)
    known = [told[name] for name in names if name in told]
    return Heard(
        names, tuple(t.markup for t in known), _caption(names, cells, block.name, tags.reading),
        max((t.step for t in known), default=0), box, tuple(map(tuple, rows.values())),
        copied=all(cell.copied for row in cells for cell in row),
    )  # fmt: skip


def _box(cell: Cell, number: int, key: bool, tags: Tags) -> Element:
    """What is heard of a box."""
    kids = (number,)
    if cell.kind == "masked":
        return Element("TD", kids, alt="masked")
    if not key and cell.blank:
        return Element("TD", kids, alt="blank")
    if not cell.text:
        return Element("TD", kids, alt="empty")
    said = f"answer {cell.text}" if cell.blank else ""
    if cell.struck and (key or not cell.struck_blank):
        return Element("TD", kids, f"{said or cell.text}, crossed out, {cell.struck}")
    if cell.source in tags.circled:
        return Element("TD", kids, f"{said or cell.text}, circled")
    return Element("TD", kids, said)


def _caption(names: Names, cells: list[list[Cell]], name: str, reading: Reading) -> str:
    """``∂L/∂W₁, 4 by 4, step 8``, as the matrix stands on the page."""
    size = f"{len(cells)} by {max(map(len, cells))}"
    known = [reading.matrices[n] for n in names if n in reading.matrices]
    if not known:
        return f"{plain_text(name)}, {size}" if name else size
    sources = [cell.source for row in cells for cell in row if cell.source]
    rows, cols = {s[1] for s in sources}, {s[2] for s in sources}
    if names[:1] != sources[0][:1]:
        rows, cols = set(range(known[0].rows)), set(range(known[0].cols))
    across = {s[1] for cell in cells[0] if (s := cell.source)}
    turned = len(across) > 1 or (len(cells) > 1 and len(rows) == 1 < known[0].cols)
    label = " and ".join(plain_text(t.markup) for t in known) + "ᵀ" * turned
    part = _part("row", rows, known[0].rows) or _part("column", cols, known[0].cols)
    step = max(t.step for t in known)
    return ", ".join(filter(None, (label, part, size, f"step {step}" if step else "")))


def _part(what: str, found: set[int], count: int) -> str:
    """Which rows or columns of a matrix stand here, if not all."""
    if len(found) == count:
        return ""
    low, high = min(found) + 1, max(found) + 1
    return f"{what} {low}" if low == high else f"{what}s {low} to {high}"


def joined(matrices: Sequence[Heard], tags: Tags) -> list[Element]:
    """Matrices one after the other, each with what is said beside it."""
    found: list[Element] = []
    seen: set[str] = set()
    for heard in sorted(matrices, key=lambda h: h.copied):
        more = ", once more" if heard.caption in seen else ", copied" if heard.copied else ""
        seen.add(heard.caption)
        heard.caption += more
        found += [_element(heard, tags), *heard.after]
    return found


def _element(heard: Heard, tags: Tags) -> Element:
    x0, y0, _, y1 = heard.box
    high = (y1 - y0) / len(heard.rows)
    kids = heard.labels or (tags.space(x0, y0, high / 2),)
    caption = Element("Caption", kids, heard.caption)
    if all(len(row) == 1 for row in heard.rows):
        items = (Element("LI", (Element("LBody", box.kids, box.said, box.alt),))
                 for (box,) in heard.rows)  # fmt: skip
        return Element("L", (caption, *items), attributes="/O/List/ListNumbering/None")
    rows = []
    for r, row in enumerate(heard.rows):
        mark = tags.space(x0, y0 + (r + 0.5) * high, high / 2)
        head = Element("TH", (mark,), alt=f"row {r + 1}", attributes="/O/Table/Scope/Row")
        rows.append(Element("TR", (head, *row)))
    return Element("Table", (caption, *rows))
