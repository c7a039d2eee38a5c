"""A page's items -> the operators of its PDF content, the same marks that WeasyPrint would make.

Places, sizes and order come from ``page.marks``, which the HTML is made of too; this module,
``lines`` and ``shapes`` do what WeasyPrint does with the HTML: set texts, draw paths. ``compare``
holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from sheetgen.page import marks
from sheetgen.page.items import Block, Face, Item, Label, Page, Picture, Plate, Stencil
from sheetgen.press.pdf.hearing import arrange
from sheetgen.press.pdf.lines import Line, number_at, space_at, texts
from sheetgen.press.pdf.shapes import drawn, frame, stencils
from sheetgen.press.pdf.tags import END, Tags, artifact, begin
from sheetgen.press.pdf.text import Set
from sheetgen.type.truetype import NotSimpleError


@dataclass(frozen=True, eq=False)
class Shared:
    """A part of the content of several pages, the same for each of them."""

    data: bytes
    few: bool = False
    """Whether the pages are few: then it is compressed in a third of the time."""


@dataclass(slots=True)
class Written:
    """A page's content: what it shares with others, then its own."""

    own: bytes
    sets: dict[Set, None] = field(default_factory=dict)
    shared: tuple[Shared, ...] = ()
    pictures: tuple[tuple[Picture | Label, ...], ...] = ()
    """What only WeasyPrint can draw: each picture alone, names in some scripts together."""


class _Page:
    """Operators as they are written; a colour or font that is chosen already is not chosen
    again. Labels that only Pango can set are put ``aside`` if they may be."""

    def __init__(self, aside: bool = False) -> None:
        self.aside: list[Label] | None = [] if aside else None
        self.parts: list[str] = []
        self.sets: dict[Set, None] = {}
        self._colour = self._font = ""

    def text(self, lines: Iterable[Line]) -> None:
        """Show some lines."""
        add = self.parts.append
        for line in lines:
            self.sets[line.set] = None
            if line.colour != self._colour:
                self._colour = line.colour
                add(line.colour)
            for font, shown in line.parts:
                if font != self._font:
                    self._font = font
                    add(font)
                add(shown)

    def texts(self, item: Item, key: bool, tags: Tags | None = None) -> None:
        """All lines of an item, with tags if there are any. Raises NotSimpleError."""
        try:
            found = list(texts(item, key))
        except NotSimpleError:
            if self.aside is None or not isinstance(item, Label):
                raise
            self.aside.append(item)
            if tags:
                tags.tell(item)
            return
        if tags is None:
            for lines in found:
                self.text(lines)
            return
        for begins, lines in tags.mark(item, found):
            self.marked(begins, lines)

    def marked(self, begins: str, lines: Iterable[Line]) -> None:
        """Lines with what begins them."""
        self.parts.append(begins)
        self.text(lines)
        self.parts.append(END)

    def spaces(self, tags: Tags, key: bool) -> None:
        """What is heard where nothing is written."""
        arrange(tags, key)
        for space in tags.spaces:
            self.marked(begin(space.number), [space_at(space.x, space.y, space.em)])

    def alone(self, items: Sequence[Item]) -> tuple[tuple[Picture | Label, ...], ...]:
        """What is left to WeasyPrint: each picture of some items, and what was put aside."""
        pictures = [(item,) for item in items if isinstance(item, Picture)]
        return (*pictures, tuple(self.aside)) if self.aside else tuple(pictures)

    @property
    def data(self) -> bytes:
        return "".join(self.parts).encode("ascii")


def write(
    page: Page, key: bool, tags: Tags | None = None, *, aside: bool = False
) -> Written:
    """A page's content, texts in reading order, marked with ``tags`` if there are any. Raises
    NotSimpleError for a text that only Pango can set; a label is put ``aside`` if it may be, for
    WeasyPrint to draw like a picture."""
    made = _Page(aside)
    plate = page.plate
    common = None if plate is None or tags is not None else _written(plate, key)
    if common is None:
        shapes = marks.late(page.items, key)
    else:
        shapes = marks.late((*page.own, *_compact(page, common)), key)
    late = [*drawn(shapes), *stencils(page.own)]
    if late:
        drawing = [frame(page.height)[1], *late, "Q\n"]
        made.parts += artifact(drawing) if tags else drawing
    made.parts.append("BT\n")
    if common is not None:
        for part in common.order:
            if isinstance(part, _Fixed):
                made.text(part.lines)
            elif isinstance(part, _Slots):
                made.text(part.lines(page.faces, key))
            else:
                made.texts(page.labels[part], key)
    for item in page.own if common else page.items:
        made.texts(item, key, tags)
    if tags:
        made.spaces(tags, key)
    made.parts.append("ET\n")
    background = _background(page, key, bool(tags))
    return Written(made.data, made.sets, (background,), made.alone(page.own))


def _background(page: Page, key: bool, tagged: bool) -> Shared:
    """What is drawn whatever the numbers are; kept with the plate if all of it is the plate's."""
    plate = page.plate
    if plate is None or marks.outlines(page.own, key):
        return _new_background(page.items, page.height, key, tagged)
    found = plate.kept.get(("background", key, tagged))
    if found is None:
        found = _new_background(plate.items, plate.height, key, tagged)
        plate.kept["background", key, tagged] = found
    assert isinstance(found, Shared)
    return found


def _new_background(items: Sequence[Item], height: float, key: bool, tagged: bool) -> Shared:
    turn, scale = frame(height)
    drawing = [scale, *drawn(marks.outlines(items, key)), "Q\n"]
    return Shared("".join([turn, *(artifact(drawing) if tagged else drawing)]).encode("ascii"))


# --- pages of a plate


@dataclass(frozen=True, eq=False)
class _WrittenPlate:
    """What the pages of a plate have in common, written, and the order of the rest."""

    plate: Plate
    key: bool
    order: tuple[_Fixed | _Slots | int, ...]
    """In reading order: lines of the shared part, cells of a varying block, or which of the
    varying labels."""
    compact: tuple[int, ...]
    """Places of blocks in which numbers may be crossed out."""

    @cached_property
    def shared(self) -> Shared:
        """The common part, which a sheet that is alone does not need."""
        turn, scale = frame(self.plate.height)
        made = _Page()
        made.parts += [turn, scale, *drawn(marks.outlines(self.plate.items, self.key)), "Q\nBT\n"]
        for part in self.order:
            if isinstance(part, _Fixed):
                made.text(part.lines)
        made.parts.append("ET\n")
        return Shared(made.data)


@dataclass(frozen=True, eq=False, slots=True)
class _Fixed:
    """Lines that are the same on all pages of a plate."""

    lines: tuple[Line, ...]
    sets: dict[Set, None]


@dataclass(frozen=True, eq=False, slots=True)
class _Slots:
    """Some of the cells of a plate's varying blocks, the first of which is number ``start``."""

    start: int
    slots: tuple[_Slot, ...]

    def lines(self, faces: tuple[Face, ...], key: bool) -> list[Line]:
        """The lines of the cells with a page's faces."""
        own = faces[self.start : self.start + len(self.slots)]
        return [
            line for slot, face in zip(self.slots, own, strict=True)
            if face[0] and (key or not face[1])
            for line in slot[face]
        ]  # fmt: skip


class _Slot(dict[Face, tuple[Line, ...]]):
    """What a cell shows -> its lines there."""

    def __init__(self, x: float, y: float, block: Block, key: bool) -> None:
        self._place, self._key = (x, y, block.cell, block.least), key

    def __missing__(self, face: Face) -> tuple[Line, ...]:
        found = self[face] = number_at(*self._place, *face, self._key)
        return found


def _compact(page: Page, common: _WrittenPlate) -> list[Item]:
    """The blocks of a page in which numbers may be crossed out."""
    return [page.items[place] for place in common.compact]


def _written(plate: Plate, key: bool) -> _WrittenPlate:
    found = plate.kept.get(key)
    if found is None:
        found = plate.kept[key] = _new_written(plate, key)
    assert isinstance(found, _WrittenPlate)
    return found


def _new_written(plate: Plate, key: bool) -> _WrittenPlate:
    """Write what a plate has; gather what varies in reading order."""
    order: list[_Fixed | _Slots | int] = []
    lines, slots, compact = list[Line](), list[_Slot](), list[int]()
    done = labels = 0

    def end_run() -> None:
        """What was gathered is a part of the order."""
        nonlocal done
        if lines:
            order.append(_Fixed(tuple(lines), {line.set: None for line in lines}))
            lines.clear()
        if len(slots) > done:
            order.append(_Slots(done, tuple(slots[done:])))
            done = len(slots)

    for place, item in enumerate(plate.items):
        if place not in plate.varying:
            own = [line for found in texts(item, key) for line in found]
            if own and len(slots) > done:
                end_run()
            lines += own
        elif isinstance(item, Block):
            if lines:
                end_run()
            side = item.cell
            slots += [_Slot(item.x + c * side, item.y + r * side, item, key)
                      for r, row in enumerate(item.cells) for c in range(len(row))]  # fmt: skip
            if any(cell.compact for row in item.cells for cell in row):
                compact.append(place)
        else:
            end_run()
            order.append(labels)
            labels += 1
    end_run()
    return _WrittenPlate(plate, key, tuple(order), tuple(compact))


def write_own(page: Page, key: bool) -> Written:
    """A page's content in two parts: what its plate has in common, and its own. The same marks as
    ``write`` makes, in another order; labels that only Pango can set are put aside. Raises
    NotSimpleError for any other such text."""
    plate = page.plate
    if plate is None:
        return write(page, key, aside=True)
    common = _written(plate, key)
    made = _Page(aside=True)
    shapes = marks.outlines(page.own, key) + marks.late((*page.own, *_compact(page, common)), key)
    if shapes:
        made.parts += [frame(page.height)[1], *drawn(shapes), "Q\n"]
    made.parts.append("BT\n")
    for part in common.order:  # glyphs get the widths of their first use, as in a whole page
        if isinstance(part, _Fixed):
            made.sets.update(part.sets)
        elif isinstance(part, _Slots):
            made.text(part.lines(page.faces, key))
        else:
            made.texts(page.labels[part], key)
    for item in page.own:
        made.texts(item, key)
    made.parts.append("ET\n")
    codes = [_code(item) for item in page.own if isinstance(item, Stencil)]
    return Written(made.data, made.sets, (common.shared, *codes), made.alone(page.own))


@lru_cache(8)
def _code(item: Stencil) -> Shared:
    """A QR code, which all pages of a student have."""
    data = "".join([frame(0)[1], *stencils([item]), "Q\n"]).encode("ascii")
    return Shared(data, few=True)
