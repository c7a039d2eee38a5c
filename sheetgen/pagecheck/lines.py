"""What stands in a line of a page: blocks and signs from left to right, and what goes on beneath
them, as the rows that are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Step
from sheetgen.page.figure import Box, box_of
from sheetgen.page.items import Block, Circle, Label
from sheetgen.pagecheck.expressions import OPERATORS, SUM, Matrix, Token, tokens_of
from sheetgen.pagecheck.names import named
from sheetgen.pagecheck.standing import Sight, Standing
from sheetgen.words.sentences import filled, formula

LEVEL = 0.33
"""Boxes by which a sign may stand off the middle of its blocks."""


@dataclass(frozen=True)
class Word:
    """A word, or a word over a sign."""

    text: str
    sign: str = ""


Sign = Token | Word


@dataclass(frozen=True, eq=False)
class Mark:
    """Something in a line of blocks and signs: a block, a text of signs, or a name (no signs)."""

    box: Box
    y: float
    signs: tuple[Sign, ...]
    text: str
    label: Label | None = None
    """The text of signs, None for a block."""


class Lines:
    """The lines of the pages of a plate."""

    def __init__(
        self, standing: Standing, matrices: Mapping[str, Matrix], *, lenient: bool
    ) -> None:
        self.standing, self.matrices, self.lenient = standing, matrices, lenient
        self.words = {word for step in standing.graph.steps if not step.hidden
                      for word in words_of(step)}  # fmt: skip
        self.equations = {formula(step).partition(" = ")[2] for step in standing.graph.steps
                          if not step.hidden and len(step.inputs) > 1}  # fmt: skip
        """Whole equations, which say over a sign what the op of a step does."""
        self.names = named(standing)

    def runs(self, page: int) -> list[list[Mark]]:
        """Rows of blocks and signs, from left to right."""
        sight = self.standing.sights[page]
        blocks = [self._block(sight, k) for k in sight.blocks]
        signs = list(self._signs(sight))
        tags = [Mark(box_of(i), i.y, (), i.markup) for i in sight.labels("label")
                if i.markup in self.names]  # fmt: skip
        rings = {(i.x, i.y) for i in sight.items if isinstance(i, Circle) and not i.text}
        ringed = [m for m in signs if m.label and (m.label.x, m.label.y) in rings]
        alone = [*ringed, *(m for m in signs if _is_stacked(m, blocks))]
        signs = [m for m in signs if m not in alone]
        runs: list[list[Mark]] = []
        used: set[int] = set()
        for sign in sorted(signs, key=lambda m: (m.y, m.box[0])):
            if id(sign) in used:
                continue
            line = [m for m in (*blocks, *signs, *tags) if _level(m, sign, blocks)]
            line.sort(key=lambda m: m.box[0])
            found = self._split(page, line)
            used |= {id(m) for run in found for m in run if m.label}
            if id(sign) not in used:
                if self.lenient:
                    continue
                raise unsaid(sign.text)
            runs += found
        return [*([mark] for mark in alone), *_joined(runs)]

    def _split(self, page: int, line: Sequence[Mark]) -> list[list[Mark]]:
        """A line broken where a block stands beside a block, and behind a name; what begins with a
        sign behind a name goes on from the block that has it, unless it is a whole row."""
        runs: list[list[Mark]] = [[]]
        for mark in line:
            run = runs[-1]
            behind = bool(run) and run[-1].label is None
            if not mark.signs:
                runs.append([])
            elif behind and (mark.label is None or _begins(mark.signs[0])):
                runs.append([mark])
            else:
                run.append(mark)
        for before, run in pairwise(runs):
            if before and run and _goes_on(run) and before[-1].label is None and not (
                run[0].signs[0] == "−" and _is_whole(run) and not self._lacks(page, run)
            ):  # fmt: skip
                run.insert(0, before[-1])
        return [run for run in runs if any(mark.label for mark in run)]

    def _lacks(self, page: int, run: Sequence[Mark]) -> bool:
        """Whether a row has fewer blocks than the step of its result reads."""
        step = step_of(self.standing, page, run[-1].signs[0])
        inputs = list(step.inputs) if step else []
        return len([mark for mark in run if mark.label is None]) - 1 < len(inputs)

    def _block(self, sight: Sight, k: int) -> Mark:
        item = sight.items[k]
        assert isinstance(item, Block)
        box = box_of(item)
        matrix = Matrix(np.array(self._inner(item, sight.slots[k]), np.intp), k)
        return Mark(box, (box[1] + box[3]) / 2, (matrix,), item.name)

    @staticmethod
    def _inner(block: Block, slots: Sequence[Sequence[int]]) -> list[list[int]]:
        """The slots of a block without the zeros around its numbers."""
        rows = [[cell.source is not None for cell in row] for row in block.cells]
        full = [r for r, row in enumerate(rows) if any(row)]
        columns = [c for c in range(block.cols) if any(row[c] for row in rows)]
        return [[slots[r][c] for c in columns] for r in full]

    def _signs(self, sight: Sight) -> Iterator[Mark]:
        """Texts of signs and words; a word over a sign is one."""
        labels = list(sight.begun())
        words = [i for i in labels if i.markup in self.words]
        equals = [i for i in labels if i.markup in ("=", "≈")]
        over = {id(w) for i in equals for w in words if stands_over(w, i)}
        whole = [i for i in labels if i.markup in self.equations]
        over |= {id(i) for i in equals for w in whole if stands_over(w, i)}
        over |= {id(w) for i in equals for w in whole if stands_over(w, i)}
        for item in labels:
            signs = self._read(item.markup)
            if signs is None or id(item) in over:
                continue
            box, y = box_of(item), item.y
            if item.markup in ("=", "≈"):
                above = [w for w in words if stands_over(w, item)]
                if above:
                    signs, y = (Word(above[0].markup, item.markup),), (item.y + above[0].y) / 2
                    wide = box_of(above[0])
                    box = min(box[0], wide[0]), wide[1], max(box[2], wide[2]), box[3]
            yield Mark(box, y, signs, " ".join(map(_text, signs)), item)
        for item in words:
            if self._read(item.markup) is None and id(item) not in over:
                yield Mark(box_of(item), item.y, (Word(item.markup),), item.markup, item)

    def _read(self, text: str) -> tuple[Sign, ...] | None:
        """The signs of a text that has any; behind an equals sign a question mark, or a name."""
        if text.startswith("= ") and (text[2:] == "?" or text[2:] in self.names):
            return ("=", text[2:])
        found = tokens_of(text, self.matrices if SUM in text else None)
        if found is None or not any(t in OPERATORS for t in found if isinstance(t, str)):
            return None
        return tuple(found)


def step_of(standing: Standing, page: int, result: Sign | None) -> Step | None:
    """The step whose result a block shows; of joined blocks the first."""
    if not isinstance(result, Matrix):
        return None
    for part in standing.parts:
        if (part.page, part.block) == (page, result.block):
            node = standing.graph.by_name[part.name]
            if isinstance(node, Step):
                return node
    return None


def words_of(step: Step) -> list[str]:
    """The words and signs of an op's row, as a step has them."""
    line = step.op.line
    said = (line.before, line.between, line.after, line.word, step.op.activation)
    return [filled(text, step) for text in said if text]


def _text(sign: Sign) -> str:
    if isinstance(sign, Word):
        return f"{sign.text} {sign.sign}".strip()
    return sign if isinstance(sign, str) else ""


def said_of(run: Sequence[Mark]) -> str:
    """A row in words, for who must find it."""
    return "the row " + " ".join(f"[{m.text}]" if m.label is None else m.text for m in run)


class UnsaidError(SheetgenError):
    """A row that says nothing that can be checked."""


def unsaid(said: str) -> UnsaidError:
    """What is raised of a row in words."""
    return UnsaidError(f"{said} says nothing that can be checked by what stands around it")


def _level(mark: Mark, sign: Mark, blocks: Sequence[Mark]) -> bool:
    """Whether something stands in the line of a sign."""
    side = 0.0
    if mark.label is None and mark.signs and isinstance(mark.signs[0], Matrix):
        side = (mark.box[3] - mark.box[1]) / len(mark.signs[0].slots)
    elif sign.label is not None:
        side = sign.label.size / 0.6
    return abs(mark.y - sign.y) < LEVEL * side


def stands_over(word: Label, sign: Label) -> bool:
    """Whether a text stands centred right above a sign."""
    near = abs(word.x - sign.x) < 0.1 and 0 < sign.y - word.y < 1.1 * sign.size
    return word is not sign and near


def _is_stacked(mark: Mark, blocks: Sequence[Mark]) -> bool:
    """Whether a word over its sign stands between a block above and one beneath, close to both."""
    if len(mark.signs) > 1 or not isinstance(mark.signs[0], Word) or not mark.signs[0].sign:
        return False
    x0, y0, x1, y1 = mark.box
    x, near = (x0 + x1) / 2, 1.2 * (y1 - y0)
    over = [b.box for b in blocks if b.box[0] < x < b.box[2]]
    return any(-near / 4 < y0 - b[3] < near for b in over) and any(
        -near / 4 < b[1] - y1 < near for b in over
    )


def _begins(sign: Sign) -> bool:
    """Whether a sign can only stand before what it belongs to."""
    return isinstance(sign, str) and (sign in ("(", "√") or sign[-1].isdigit())


def _goes_on(run: Sequence[Mark]) -> bool:
    """Whether a row begins with what stands between blocks."""
    first = run[0].signs[0]
    return run[0].label is not None and not _begins(first)


def _is_whole(run: Sequence[Mark]) -> bool:
    return any(s in ("=", "≈") or (isinstance(s, Word) and s.sign) for m in run for s in m.signs)


def _joined(runs: Sequence[list[Mark]]) -> list[list[Mark]]:
    """The rows, with what goes on beneath one that has no equals sign."""
    found: list[list[Mark]] = []
    for run in runs:
        some = reversed(found) if run[0].signs[0] == "=" else found[-1:]
        above = next((r for r in some if not _is_whole(r)), [])
        if above and _goes_on(run) and not _is_whole(above) and run[0].y > above[-1].y:
            above += run
        else:
            found.append(list(run))
    return found
