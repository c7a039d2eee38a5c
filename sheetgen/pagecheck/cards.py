"""Pages of several small exercises: each is read by itself, from what stands in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Graph
from sheetgen.page.figure import Box, box_of
from sheetgen.page.items import Block, Item, Label, Line, Page, Plate
from sheetgen.pagecheck.check import FalsePageError, PageCheck


@dataclass(frozen=True, eq=False)
class Place:
    """Where an exercise stands."""

    graph: Graph
    page: int
    box: Box
    said: str
    """What it is called in an error."""


@dataclass(frozen=True, eq=False)
class _Card:
    place: Place
    plate: Plate
    """What of the page's is the exercise's."""
    check: PageCheck
    faces: tuple[slice, ...]
    """Its blocks' faces among those of the page."""
    labels: tuple[int, ...]
    """Its varying labels among those of the page."""
    names: frozenset[str]

    def page(self, page: Page) -> Page:
        """What of a page is the exercise's."""
        own = tuple(i for i in page.own
                    if isinstance(i, Line) and i.source and i.source[0] in self.names)  # fmt: skip
        faces = tuple(face for some in self.faces for face in page.faces[some])
        return Page(page.width, page.height, own, self.plate, faces,
                    tuple(page.labels[k] for k in self.labels))  # fmt: skip


class CardsCheck:
    """What the pages of one plate say, exercise by exercise."""

    def __init__(
        self, places: Sequence[Place], plates: Sequence[Plate], recipe: str = "",
        mark: str = "point",
    ) -> None:  # fmt: skip
        """Raises FalsePageError for an exercise that says nothing, or what cannot be so, and for
        boxes that are no exercise's."""
        self.cards = [_card(place, plates[place.page], recipe, mark) for place in places]
        for number, plate in enumerate(plates):
            blocks = sum(isinstance(plate.items[k], Block) for k in plate.varying)
            taken = sum(len(c.faces) for c in self.cards if c.place.page == number)
            if blocks != taken:
                raise FalsePageError("boxes that are of no exercise, or of two", recipe)

    def check(self, sheets: Sequence[tuple[Sequence[Page], Sequence[Page], str]]) -> None:
        """Raises FalsePageError for the first of some sheets that says what is not so."""
        for card in self.cards:
            at = card.place.page
            try:
                card.check.check([([card.page(pages[at])], (), recipe)
                                  for pages, _, recipe in sheets])  # fmt: skip
            except FalsePageError as problem:
                raise FalsePageError(f"{card.place.said}: {problem.said}", sheets[0][2]) from None


def _card(place: Place, plate: Plate, recipe: str, mark: str) -> _Card:
    """An exercise as a plate of its own: the items in its place, and its numbers elsewhere."""
    names = frozenset(node.name for node in place.graph.nodes)
    items: list[Item] = []
    varying: set[int] = set()
    faces: list[slice] = []
    labels: list[int] = []
    face = label = 0
    for k, item in enumerate(plate.items):
        varies = k in plate.varying
        count = item.rows * item.cols if isinstance(item, Block) and varies else 0
        if _is_its(item, place.box, names):
            if varies:
                varying.add(len(items))
            items.append(item)
            if count:
                faces.append(slice(face, face + count))
            elif varies:
                labels.append(label)
        face += count
        label += varies and isinstance(item, Label)
    own = replace(plate, items=tuple(items), varying=frozenset(varying), kept={})
    try:
        check = PageCheck(place.graph, [own], recipe, mark, told=False)
    except SheetgenError as problem:
        said = problem.said if isinstance(problem, FalsePageError) else str(problem)
        raise FalsePageError(f"{place.said}: {said}", recipe) from None
    return _Card(place, own, check, tuple(faces), tuple(labels), names)


def _is_its(item: Item, box: Box, names: frozenset[str]) -> bool:
    """Whether an item lies in a box, or is a number of one of some matrices."""
    if isinstance(item, Label) and item.source is not None:
        return item.source[0] in names
    x0, y0, x1, y1 = box_of(item)
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
