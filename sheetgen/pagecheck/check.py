"""The page check: what the pages of some sheets say is made into statements once a plate, and held
against the numbers that each sheet shows.

**How a figure says what it shows.** A figure does nothing for it: it is read from what it places.

* A *block*'s cells have their ``source``: which number of which matrix stands there. A block drawn
  on its side has its cells turned, and its name a raised T. Every name stands nearest to its block.
* A *product* stands where its row and its column meet: the boxes of one factor flush with the
  result's rows, at the left or the right, those of the other flush with its columns, above or
  below; gaps do not matter, several blocks may be one row or column. What is added (a bias) meets
  a printed 1. Each product stands so, or in a row of signs, in one of its blocks at least.
* A *row*: blocks with signs between them in one line, then an equals sign and the result:
  ``[A] ⊙ [B] = [C]``. The signs ``+ − ⊙ × ÷ √ ( ) where >`` and numbers mean what they are; a word
  (ReLU over ≈, max over =) is one of its op's ``line``, and means what the op does. A sign between
  two blocks without an equals sign is the beginning of a step that takes them in that order.
* A *text* in soft ink between blocks (``3 to the power``) is one of those that ``texts`` reads.
* An *instruction* begins with the numbers of its steps, ``[3]``, ``[3, 7]`` or ``[3] to [6]``; it
  names what is made and every input (or points: "the column above"), and says "each row of" or
  "each column of" what is multiplied whole, a raised T behind what lies on its side. A line that is
  too long goes on indented. A check line begins with ``Check:``; ``notes`` has its forms.
* A *circle* stands around the number of a box; it says that a step chooses it (``circled``).
* A *bar* has a scale from 0 to 1, and is cut at the numbers of a column (``bars``).
* A *worked sum* is a label with the box that it is ``of``; a number in a label has its ``source``.

What is added to a page and cannot be read so is an error: nothing is printed unproved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sheetgen.errors import SheetgenError
from sheetgen.graph.cell import Place
from sheetgen.graph.nodes import Graph, Step
from sheetgen.graph.work import numbered
from sheetgen.page.items import Label, Line, Page, Plate
from sheetgen.pagecheck.bars import Bars
from sheetgen.pagecheck.beside import Beside
from sheetgen.pagecheck.captions import check_captions
from sheetgen.pagecheck.circled import Circled
from sheetgen.pagecheck.commas import Pointed
from sheetgen.pagecheck.crossed_out import crossed_out
from sheetgen.pagecheck.crossings import crossings, has_products
from sheetgen.pagecheck.legends import check_legends
from sheetgen.pagecheck.names import check_names, check_shown, check_zeros
from sheetgen.pagecheck.notes import Notes
from sheetgen.pagecheck.reading import told
from sheetgen.pagecheck.rows import Rows
from sheetgen.pagecheck.ruled import is_title, ruled_lines, titles_of, written_elsewhere
from sheetgen.pagecheck.sentences import check_sentences
from sheetgen.pagecheck.shown import (
    NoNumberError,
    Shown,
    Slots,
    Statement,
    Truths,
    read_pages,
)
from sheetgen.pagecheck.standing import Standing
from sheetgen.pagecheck.sums import Sums
from sheetgen.pagecheck.texts import texts
from sheetgen.words.labels import label_text


class FalsePageError(SheetgenError):
    """A page would say what is not so."""

    def __init__(self, said: str, recipe: str = "") -> None:
        of = f"{recipe}: " if recipe else ""
        super().__init__(f"{of}the page check finds what is not so: {said}; nothing is printed. "
                         "This is a bug; please report it with the recipe")  # fmt: skip
        self.said = said


class PageCheck:
    """What the pages of one plate say."""

    def __init__(
        self, graph: Graph, plates: Sequence[Plate], recipe: str = "", mark: str = "point",
        *, generic: bool = False, told: bool = True,
    ) -> None:  # fmt: skip
        """Reads the plates of a sheet's pages, made for the exercise of a recipe, their decimals
        with a ``mark``; of the pages of a ``generic`` layout, which has forms that nobody
        foresaw, signs and names are not read; a sheet that is not ``told`` has no words for
        its steps. Raises FalsePageError for what
        says nothing, or cannot be so whatever the numbers are."""
        self._generic = generic
        self._pointed = Pointed() if mark == "comma" else None
        if self._pointed:
            plates = [self._pointed.plate(plate) for plate in plates]
        self.standing = Standing(graph, plates)
        try:
            check_shown(self.standing)
            if not generic:
                check_names(self.standing)
                check_captions(self.standing)
            check_zeros(self.standing)
            check_legends(self.standing)
            if told:
                check_sentences(self.standing)
            self.notes = Notes(self.standing)
            self.beside = Beside(self.standing)
            self.circled = Circled(self.standing)
            self.bars = Bars(self.standing)
            self.lines = ruled_lines(self.standing)
            self.statements = tuple(self._statements())
        except SheetgenError as problem:
            raise FalsePageError(str(problem), recipe) from None
        self.sums = Sums(self.standing)
        self.faces = faces_of(self.standing)
        self.titles = {step.name: titles_of(self.standing, step, number, self.lines)
                       for number, group in numbered(graph) for step in group}  # fmt: skip

    def check(self, sheets: Sequence[tuple[Sequence[Page], Sequence[Page], str]]) -> None:
        """Raises FalsePageError for the first of some sheets that says what is not so: its pages,
        those with its sums alone, and its recipe. Sums may stand behind the pages of the plate."""
        count = len(self.standing.plates)
        if self._pointed:
            point = self._pointed.page
            sheets = [([*map(point, pages)], [*map(point, more)], recipe)
                      for pages, more, recipe in sheets]  # fmt: skip
        sheets = [(pages[:count], (*pages[count:], *more), recipe)
                  for pages, more, recipe in sheets]  # fmt: skip
        try:
            shown = read_pages(self.standing, [pages for pages, _, _ in sheets])
        except NoNumberError as problem:
            which, text = problem.args
            raise FalsePageError(f"{text!r} stands for a number", sheets[which][2]) from None
        for statement in self.statements:
            good = statement.holds(shown)
            if not good.all():
                raise FalsePageError(statement.said, sheets[int(np.argmin(good))][2])
        labels = [
            [i for page in (*pages, *more) for i in page.own if isinstance(i, Label)]
            for pages, more, _ in sheets
        ]
        beside = [[i for page in pages for i in page.labels if i.of] for pages, _, _ in sheets]
        wrong = self.sums.wrong(shown, [[*a, *b] for a, b in zip(labels, beside, strict=True)])
        if wrong is not None:
            raise FalsePageError(f"the key says {wrong[1]}", sheets[wrong[0]][2])
        to_circle = self.circled.wanted(shown)
        for k, ((pages, _, recipe), own) in enumerate(zip(sheets, labels, strict=True)):
            self._check_titles(own, recipe)
            self._check_links(pages, recipe)
            other = written_elsewhere(self.lines, pages)
            if other:
                raise FalsePageError(f"the key says {other} on the line of another box", recipe)
            note = (self.notes.wrong(shown, k) or self.beside.wrong(shown, k, pages)
                    or self.circled.wrong(shown, k, pages, to_circle[k])
                    or self.bars.wrong(shown, k, pages))
            if note:
                raise FalsePageError(f"“{note}”", recipe)

    def _statements(self) -> Iterator[Statement]:
        """All that the pages say of numbers."""
        graph = self.standing.graph
        yield crossed_out(self.standing)
        yield from self._copies()
        rows = Rows(self.standing, lenient=self._generic)
        found_rows = list(rows.statements())
        yield from () if self._generic else found_rows
        yield from texts(self.standing, lenient=self._generic)
        for step in graph.steps:
            if step.hidden:
                continue
            said = label_text(step)
            found = [statement for _, statement in crossings(self.standing, step, said)]
            unseen = (not found and bool(step.op.products) and has_products(step)
                      and step.name not in rows.results)  # fmt: skip
            if unseen and not self._generic:
                raise SheetgenError(
                    f"{said} stands where no row and column of what it is made of meet"
                )
            yield from found
            yield from self._by_formula(step, said)

    def _copies(self) -> Iterator[Statement]:
        """What stands more than once is the same each time, on the page and in labels."""
        spots = self.standing.by_place
        pairs: dict[str, list[tuple[int, int]]] = {}
        for (name, _, _), found in spots.items():
            pairs.setdefault(name, []).extend((found[0].slot, s.slot) for s in found[1:])
        for k, (_, _, place) in enumerate(self.standing.written):
            if place in spots:
                slot = self.standing.one + 1 + k
                pairs.setdefault(place[0], []).append((spots[place][0].slot, slot))
        for name, some in pairs.items():
            if some:
                said = label_text(self.standing.graph.by_name[name])
                yield Statement(f"{said}, copied", _Same(np.array(some, np.intp)))
        alone = [[s.slot for s in found if s.alone and not s.masked] for found in spots.values()]
        open_ = [(first, slot) for first, *more in filter(None, alone) for slot in more]
        if open_:
            yield Statement("a box that is open in one place and printed in another",
                            _Open(np.array(open_, np.intp)))  # fmt: skip

    def _by_formula(self, step: Step, said: str) -> Iterator[Statement]:
        """The boxes of a step are what its op makes of the boxes that it is worked out from."""
        standing = self.standing
        places = [standing.origins[n.name] for n in (*step.inputs, step)]
        spots = standing.by_place
        if any(place not in spots for grid in places for row in grid for place in row):
            if step in standing.graph.worked:
                raise SheetgenError(f"{said} is worked out from what stands on no page")
            return
        slots = [np.array([[spots[place][0].slot for place in row] for row in grid], np.intp)
                 for grid in places]  # fmt: skip
        yield Statement(f"{said} is worked out from the boxes that it names", _Told(step, slots))

    def _check_titles(self, labels: Sequence[Label], recipe: str) -> None:
        """The sums stand under the name of what they are of; those on ruled places have it at
        their left."""
        title = ""
        for item in labels:
            if item.of is None:
                title = item.markup
            elif any(item.of in lines for lines in self.lines):
                continue
            elif not is_title(title, self.titles.get(item.of[0], set()), item.of):
                raise FalsePageError(f"the key says {item.markup} under {title}", recipe)

    def _check_links(self, pages: Sequence[Page], recipe: str) -> None:
        """Each weight but 0 has its link in the picture of the net, and no other."""
        for page, plate in zip(pages, self.standing.plates, strict=True):
            if page.plate is not plate:
                raise FalsePageError("a page stands on another plate", recipe)
            drawn = {i.source for i in page.own if isinstance(i, Line) and i.source is not None}
            if not drawn:
                continue
            for name in {place[0] for place in drawn}:
                for place, (at, slot) in self.faces.get(name, {}).items():
                    if (pages[at].faces[slot][0] != "0") != (place in drawn):
                        raise FalsePageError(f"a link of {name} is drawn or missing", recipe)


def faces_of(standing: Standing) -> dict[str, dict[Place, tuple[int, int]]]:
    """For each matrix where its boxes are written: the page, and the slot among the page's own; of
    a number that was crossed out, those of the box in which it was."""
    new = {before: slot for slot, before in standing.compact}
    found: dict[str, dict[Place, tuple[int, int]]] = {}
    for spot in standing.spots:
        slot = new.get(spot.slot, spot.slot)
        for page, count in enumerate(standing.faces):
            if slot < count:
                found.setdefault(spot.place[0], {})[spot.place] = page, slot
                break
            slot -= count
    return found


class _Same:
    def __init__(self, pairs: Slots) -> None:
        self.first, self.second = pairs[:, 0], pairs[:, 1]

    def __call__(self, shown: Shown) -> Truths:
        good: Truths = (shown.values[:, self.first] == shown.values[:, self.second]).all(axis=1)
        return good


class _Open:
    def __init__(self, pairs: Slots) -> None:
        self.first, self.second = pairs[:, 0], pairs[:, 1]

    def __call__(self, shown: Shown) -> Truths:
        good: Truths = (shown.open[:, self.first] == shown.open[:, self.second]).all(axis=1)
        return good


class _Told:
    def __init__(self, step: Step, slots: Sequence[Slots]) -> None:
        self.step, self.slots = step, slots

    def __call__(self, shown: Shown) -> Truths:
        return told(self.step, self.slots, shown)
