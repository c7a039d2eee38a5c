"""What stands beside the blocks and varies with the numbers: check sums (``Σ 5``) and the first box
worked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Step
from sheetgen.page.figure import Box, box_of
from sheetgen.page.items import Label, Page, Rule
from sheetgen.pagecheck.names import apart
from sheetgen.pagecheck.shown import Shown, read_number
from sheetgen.pagecheck.standing import NEAR, NO_BLOCK, Part, Spot, Standing
from sheetgen.words.labels import label

_TOTAL = re.compile(r"Σ (−?\d*\.?\d+)")
_FIRST = re.compile(r"(?:First box of )?(.+), worked:")
_SIGN = re.compile(r"(−?\d*\.?\d+) is (negative, so (.+) writes 0|not negative: (.+) keeps it)\.")
_NUMBER = re.compile(r"−?\d*\.?\d+")


class Beside:
    """Check sums and worked first boxes of sheets of one shape."""

    def __init__(self, standing: Standing) -> None:
        """Raises SheetgenError for one that stands at no block."""
        self.standing = standing
        self.totals: list[tuple[int, int, Part]] = []
        """Page, number among its varying labels, and the block whose sum it is."""
        self.products: list[tuple[int, int, Spot, Spot]] = []
        for page, plate in enumerate(standing.plates):
            varying = [plate.items[k] for k in sorted(plate.varying)]
            for k, item in enumerate(i for i in varying if isinstance(i, Label)):
                if item.of is not None or item.source is not None or item.answer:
                    continue
                if _TOTAL.fullmatch(item.markup):
                    self.totals.append((page, k, self._block(page, item)))
                elif item.face == "answer" and _NUMBER.fullmatch(item.markup):
                    self.products.append((page, k, *self._factors(page, item)))

    def _block(self, page: int, item: Label) -> Part:
        """The block at which a sum stands; where numbers are crossed out, as it was before."""
        frame = self._frame(page, item)
        near = sorted(
            (apart(frame, part.box), not part.rows[0][0].before, k)
            for k, part in enumerate(self.standing.parts) if part.page == page
        )  # fmt: skip
        if not near or near[0][0] > 2 * item.size:
            raise SheetgenError(f"“{item.markup}” stands at no block")
        return self.standing.parts[near[0][2]]

    def _frame(self, page: int, item: Label) -> Box:
        for rule in self.standing.plates[page].items:
            if isinstance(rule, Rule) and 0 < rule.height < 2 * item.size:
                box = box_of(rule)
                if box[0] < item.x < box[2] and box[1] < item.y < box[3]:
                    return box
        return box_of(item)

    def _factors(self, page: int, item: Label) -> tuple[Spot, Spot]:
        """The box below a product and the box at its right, to which lines lead."""
        spots = [s for s in self.standing.spots
                 if s.page == page and s.block != NO_BLOCK and not s.before]  # fmt: skip
        below = [s for s in spots if abs(s.x - item.x) < NEAR and s.y > item.y]
        right = [s for s in spots if abs(s.y - item.y) < NEAR and s.x > item.x]
        if not below or not right:
            raise SheetgenError(f"the product {item.markup} stands where no row and column meet")
        return min(below, key=lambda s: s.y), min(right, key=lambda s: s.x)

    def wrong(self, shown: Shown, sheet: int, pages: Sequence[Page]) -> str:
        """What is not so on a sheet, empty if all is."""
        values = shown.values[sheet]
        for page, k, part in self.totals:
            said = pages[page].labels[k].markup
            found = _TOTAL.fullmatch(said)
            total = sum(values[s.slot] for s in part.spots if not s.masked)
            if found is None or not _is(found[1], total):
                return f"{said} at {label(self.standing.graph.by_name[part.name])}"
        for page, k, one, other in self.products:
            said = pages[page].labels[k].markup
            if not _NUMBER.fullmatch(said) or not _is(said, values[one.slot] * values[other.slot]):
                return f"{said} where a row and a column meet"
        return next((said for page in pages for said in self._untrue(page, shown, sheet)), "")

    def _untrue(self, page: Page, shown: Shown, sheet: int) -> Iterator[str]:
        """Words at a worked sum that are not so."""
        graph = self.standing.graph
        following = (*page.labels[1:], "", "")
        for before, item, after, next_ in zip(("", *page.labels), page.labels, following,
                                              following[1:], strict=False):  # fmt: skip
            if item.of is None or item.answer or "?" in item.markup:
                continue
            step = graph.by_name[item.of[0]]
            assert isinstance(step, Step)
            box = self.standing.by_place[item.of][0]
            if isinstance(before, Label) and not item.markup.startswith("+ "):  # it goes on
                head = _FIRST.fullmatch(before.markup)
                if head is None or head[1] not in self._names(step) or item.of[1:] != (0, 0):
                    yield before.markup
            rest = [text.markup for text in (after, next_) if isinstance(text, Label)]
            tail = next(filter(None, (_SIGN.fullmatch(" ".join(rest[:n])) for n in (1, 2))), None)
            bent = {s.op.activation for s in graph.users(step) if s.op.dies}
            if bent and tail is None and not (rest and rest[0].startswith("+ ")):
                yield " ".join(rest)
            if tail is not None:
                value = float(shown.values[sheet, box.slot])
                if not _is(tail[1], value) or (value < 0) != (tail[3] is not None) or (
                    (tail[3] or tail[4]) not in bent
                ):  # fmt: skip
                    yield tail[0]

    def _names(self, step: Step) -> set[str]:
        """What a page may call a step: its name, with a raised T where it lies on its side, or the
        name of what is written into its boxes."""
        own = [part for part in self.standing.parts if part.name == step.name]
        shared = any(part.rows[0][0].before for part in own)
        called = {label(s) for s in self.standing.graph.users(step) if s.op.dies and shared}
        upright = self.standing.origins[step.name]
        lies = any(part.grid()[0] == [row[0] for row in upright] for part in own)
        return {label(step), *called, *([f"{label(step)}^T"] if lies else [])}


def _is(said: str, found: float) -> bool:
    digits, decimals = read_number(said)
    return abs(found - digits / 10.0**decimals) < 1e-6
