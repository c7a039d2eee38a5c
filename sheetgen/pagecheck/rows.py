"""Blocks and signs in a row: ``[A] ⊙ [B] = [C]``, ``[z] ReLU ≈ [a]``, ``[y] − [t]``.

A row is what stands in one line from left to right, and what goes on beneath it from a sign on. It
is worked out by the meaning of its signs; a word (ReLU, softmax, max) means what the op does whose
result stands behind it. Every sign on a page belongs to a row that says something of the numbers
shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Node, Step, written
from sheetgen.page.items import Circle
from sheetgen.pagecheck.expressions import Matrix, Reader, Token, UnreadableError, tokens_of
from sheetgen.pagecheck.lines import (
    Lines,
    Mark,
    Sign,
    UnsaidError,
    Word,
    said_of,
    step_of,
    unsaid,
    words_of,
)
from sheetgen.pagecheck.names import apart
from sheetgen.pagecheck.reading import Reading, half_of
from sheetgen.pagecheck.shown import Slots, Statement
from sheetgen.pagecheck.standing import Part, Standing
from sheetgen.pagecheck.wires import Ends, joined_to, lies
from sheetgen.words.labels import label
from sheetgen.words.sentences import factor_behind


class Rows:
    """The rows of the pages of a plate."""

    def __init__(self, standing: Standing, *, lenient: bool = False) -> None:
        self.standing, self.lenient = standing, lenient
        self.graph = standing.graph
        self.matrices = {
            label(node): Matrix(self._slots(node))
            for node in self.graph.nodes
            if all(place in standing.by_place for row in standing.origins[node.name]
                   for place in row)
        }  # fmt: skip
        self.lines = Lines(standing, self.matrices, lenient=lenient)
        self.results: set[str] = set()
        """Matrices that stand behind an equals sign, once the statements are read."""
        self.grids = {
            (part.page, part.block): part for part in standing.parts
            if not part.rows[0][0].before
        }  # fmt: skip

    def _slots(self, node: Node) -> Slots:
        spots = self.standing.by_place
        return np.array([[spots[place][0].slot for place in row]
                         for row in self.standing.origins[node.name]], np.intp)  # fmt: skip

    def statements(self) -> Iterator[Statement]:
        """What the rows say. Raises SheetgenError for a sign that says nothing."""
        for page in range(len(self.standing.sights)):
            for run in self.lines.runs(page):
                if self.lenient and not self._is_joined(page, run):
                    raise SheetgenError(f"{said_of(run)} has a line to it from what it does not "
                                        "take")  # fmt: skip
                try:
                    yield from self._said(page, run)
                except UnsaidError:
                    if not self.lenient:
                        raise

    def _said(self, page: int, run: Sequence[Mark]) -> Iterator[Statement]:
        said = said_of(run)
        signs: list[Sign] = [sign for mark in run for sign in mark.signs]
        if not any(isinstance(sign, Matrix) for sign in signs):
            above = self._between(page, run)
            if above is not None:
                yield Statement(said, above)
                return
            first, *others = sorted(run, key=lambda mark: mark.signs[0] == "×")
            if first.signs[0] == "×" and any(
                first.text == factor_behind(step) for step in self.graph.steps
            ):
                return  # its sign stands in another row
            found = self._wired(page, first, said)
            yield Statement(said, found)
            for mark in others:
                if mark.signs[0] in ("=", "≈"):
                    continue
                if mark.signs[0] != "×":
                    yield Statement(said, self._wired(page, mark, said))
                elif found.step is None or mark.text != factor_behind(found.step):
                    raise unsaid(said)
            return
        start = 0
        for k, sign in enumerate(signs):
            ends = sign == "=" or sign == "≈" or (isinstance(sign, Word) and bool(sign.sign))
            if not ends:
                continue
            left, result = signs[start:k], signs[k + 1] if k + 1 < len(signs) else None
            if isinstance(sign, Word) and sign.text.startswith("× ") and "−" in left:
                raise unsaid(said)  # what is taken so often must stand in brackets
            yield Statement(said, self._equal(page, left, sign, result, said))
            arrow = isinstance(sign, Word) and sign.sign == "≈"
            goes_on = k + 2 < len(signs) and not isinstance(signs[k + 2], Matrix)
            start = k + 1 if arrow or goes_on else k + 2
        if start < len(signs) - 1 or (start == 0 and len(signs) == 1):
            yield Statement(said, self._open(page, signs[start:], said))

    def _equal(self, page: int, left: Sequence[Sign], sign: Sign, result: Sign | None,
               said: str) -> Reading:  # fmt: skip
        if isinstance(result, str):
            return self._asked(page, left, result, said)
        if result is None and sign == "=":  # a line leads to where it stands
            return self._asked(page, left, "?", said)
        step = step_of(self.standing, page, result)
        if isinstance(sign, Word) and sign.sign == "≈" and not (
            step and left and isinstance(left[-1], Matrix) and self._reads(page, step, left[-1])
        ):  # fmt: skip
            if step is not None and step.op.line.equals == "≈":
                raise unsaid(said)  # it is what another block is bent to
            return self._lifted(page, left, sign.text, said)
        if not isinstance(result, Matrix) or step is None:
            raise unsaid(said)
        self.results |= {part.name for part in self.standing.parts
                         if (part.page, part.block) == (page, result.block)}  # fmt: skip
        word = sign.text if isinstance(sign, Word) else ""
        plain: list[Token] = [s for s in left if not isinstance(s, Word)]
        arithmetic = tokens_of(word) if word else []
        if arithmetic is not None and len(plain) == len(left):
            try:
                value = Reader([*plain, *arithmetic]).whole()
            except UnreadableError:
                if not word:
                    raise unsaid(said) from None
            else:
                return Reading(value, result, half_of(step))
        return self._told(page, left, word, step, result, said)

    def _asked(self, page: int, left: Sequence[Sign], name: str, said: str) -> Reading:
        """``[A] × [B] = ?``: the result stands elsewhere."""
        step = self._of_inputs(page, left)
        if step is None or (name != "?" and name != label(step)):
            raise unsaid(said)
        try:
            value = Reader([s for s in left if not isinstance(s, Word)]).whole()
        except UnreadableError:
            raise unsaid(said) from None
        return Reading(value, self.matrices[label(step)], half_of(step))

    def _open(self, page: int, signs: Sequence[Sign], said: str) -> Reading:
        """``[y] − [t]``: what a step takes of its inputs, before it does more or not; in
        brackets, if it does."""
        if signs[0] == "(" and signs[-1] == ")":
            signs = signs[1:-1]
        step = self._of_inputs(page, signs)
        between = [s for s in signs if not isinstance(s, Matrix)]
        if step is None or between != (tokens_of(step.op.line.between) or []):
            raise unsaid(said)
        plain = not (step.op.line.before or step.op.line.after or step.op.line.word)
        value = Reader([s for s in signs if not isinstance(s, Word)]).whole()
        if not plain:  # such as the half of 2 × (y − t)
            return Reading(value, None)
        return Reading(value, self.matrices[label(step)], half_of(step))

    def _told(self, page: int, left: Sequence[Sign], word: str, step: Step, result: Matrix,
              said: str) -> Reading:  # fmt: skip
        """A row with words: what the op of the result does, of the blocks in their order."""
        blocks = [s for s in left if isinstance(s, Matrix)]
        inputs = list(step.inputs)
        texts = [s.text for s in left if isinstance(s, Word)] + [word] * bool(word)
        known = words_of(step)
        if last := step.op.line.last:
            signs = [s.text if isinstance(s, Word) else s
                     for s in left if not isinstance(s, Matrix)]
            if signs != [step.op.line.between] * (len(inputs) - 2) + [last]:
                raise unsaid(said)
        elif len(inputs) > 2 and not step.op.names[0].endswith("...") and _parted(left):
            raise unsaid(said)  # one sign between all of them is not what the step does
        if len(blocks) != len(inputs) or any(text not in known for text in texts):
            raise unsaid(said)
        lying = [self._lies(page, block, node)
                 for block, node in zip([*blocks, result], [*inputs, step],
                                        strict=True)]  # fmt: skip
        upright, turned = ([way[k] for way in lying] for k in (0, 1))
        if not (all(upright) or all(turned)):
            raise unsaid(said)
        slots = [b.slots if all(upright) else b.slots.T for b in (*blocks, result)]
        return Reading(None, result, step=step, slots=tuple(slots))

    def _reads(self, page: int, step: Step, block: Matrix) -> bool:
        return any(any(self._lies(page, block, node)) for node in step.inputs)

    def _lifted(self, page: int, left: Sequence[Sign], word: str, said: str) -> Reading:
        """``[z] ReLU ≈`` and a line to where the result stands: it is that of the step."""
        blocks = [s for s in left if isinstance(s, Matrix)]
        for step in self.graph.steps:
            if not step.hidden and word in words_of(step) and len(step.inputs) == 1 and (
                label(step) in self.matrices and blocks and self._reads(page, step, blocks[-1])
            ):  # fmt: skip
                self.results.add(step.name)
                slots = [self.matrices[label(n)].slots for n in (*step.inputs, step)]
                return Reading(None, None, step=step, slots=tuple(slots))
        raise unsaid(said)

    def _between(self, page: int, run: Sequence[Mark]) -> Reading | None:
        """A word over its sign that stands alone between what it is done to, above, and what is
        made, beneath; None if it stands otherwise."""
        mark, word = run[0], run[0].signs[0]
        if len(run) > 1 or not isinstance(word, Word) or not word.sign:
            return None
        x = (mark.box[0] + mark.box[2]) / 2
        over = [p for p in self.standing.parts if p.page == page and p.box[0] < x < p.box[2]
                and not p.rows[0][0].before]  # fmt: skip
        before = max((p for p in over if p.box[3] < mark.y), key=lambda p: p.box[3], default=None)
        after = min((p for p in over if p.box[1] > mark.y), key=lambda p: p.box[1], default=None)
        step = self.graph.by_name[after.name] if after is not None else None
        if before is None or after is None or not isinstance(step, Step):
            return None
        whole = [Matrix(np.array([[s.slot for s in row] for row in part.rows], np.intp),
                        part.block) for part in (before, after)]  # fmt: skip
        self.results.add(step.name)
        return self._told(page, whole[:1], word.text, step, whole[1], said_of(run))

    def _wired(self, page: int, mark: Mark, said: str) -> Reading:
        """A sign alone, to which lines lead: that of the step whose blocks are nearest, among those
        that take the blocks from which lines come, and make the one to which one goes."""
        into, out = self._lines(page, mark)
        parts = sorted(((apart(mark.box, part.box), k) for k, part in
                        enumerate(self.standing.parts) if part.page == page))  # fmt: skip
        near = {p.name: p for p in (self.standing.parts[k] for _, k in reversed(parts))}
        for _, k in parts:
            name = self.standing.parts[k].name
            for step in self.graph.steps:
                nodes = list(step.inputs)
                if step.hidden or len(nodes) != 2 or name not in (step.name, nodes[0].name) or (
                    tokens_of(step.op.line.between) != list(mark.signs)
                    or any(label(n) not in self.matrices for n in (*nodes, step))
                    or not all(self._leads(step, near.get(step.name), found) for found in into)
                    or (out and step.name not in {n for n, _ in out})
                ):  # fmt: skip
                    continue
                one, other, made = (self.matrices[label(n)] for n in (*nodes, step))
                if step.op.line.before or step.op.line.after or step.op.line.word:
                    slots = (one.slots, other.slots, made.slots)
                    return Reading(None, made, step=step, slots=slots)
                between = [s for s in mark.signs if isinstance(s, str)]
                return Reading(Reader([one, *between, other]).whole(), made, half_of(step))
        raise unsaid(said)

    def _is_joined(self, page: int, run: Sequence[Mark]) -> bool:
        """Whether all lines into the ring of a sign come from what the step takes of which it is
        the sign: that whose result and another operand stand beside it."""
        into, _ = self._lines(page, run[0])
        if not into:
            return True
        blocks: dict[int, list[Part]] = {}
        for part in self.standing.parts:
            if part.page == page:
                blocks.setdefault(part.block, []).append(part)
        one, other = sorted(blocks.values(), key=lambda b: apart(run[0].box, b[0].box))[:2]
        for made, taken in ((one, other), (other, one)):
            shown = {part.name for part in taken}
            for part in made:
                step = self.graph.by_name[part.name]
                if isinstance(step, Step) and not shown.isdisjoint(self._sources(step.inputs)) and (
                    tokens_of(step.op.line.between) == list(run[0].signs)
                ) and all(self._leads(step, part, ends) for ends in into):
                    return True
        return False

    def _leads(self, step: Step, made: Part | None, block: Ends) -> bool:
        """Whether a block shows an operand of a step; one of the same shape lies as the result."""
        for node in step.inputs:
            lying = None if made is None or node.shape != step.shape else lies(self.standing, made)
            shown = {name for name, turned in block if lying in (None, turned)}
            if not shown.isdisjoint(self._sources([node])):
                return True
        return False

    def _sources(self, nodes: Sequence[Node]) -> set[str]:
        """The matrices whose numbers are those of some nodes: also those that are spread."""
        copied = {place[0] for n in nodes for row in self.standing.origins[n.name] for place in row}
        return copied | {written(n).name for n in nodes}

    def _lines(self, page: int, mark: Mark) -> tuple[list[Ends], Ends]:
        """The blocks that lines join to the ring of a sign."""
        at = mark.label
        for item in self.standing.sights[page].items:
            if at and isinstance(item, Circle) and not item.text and (item.x, item.y) == (
                at.x, at.y
            ):  # fmt: skip
                return joined_to(self.standing, page, item)
        return [], set()

    def _lies(self, page: int, block: Matrix, node: Node) -> tuple[bool, bool]:
        """Whether a block shows a matrix, and whether it shows it on its side."""
        part = self.grids.get((page, block.block))
        if part is None or part.rows[0][0].slot != block.slots[0, 0]:
            return False, False
        own, grid = self.standing.origins[node.name], part.grid()
        return grid == own, grid == [list(row) for row in zip(*own, strict=True)]

    def _of_inputs(self, page: int, signs: Sequence[Sign]) -> Step | None:
        """The step that is taken of just these blocks, in their order."""
        blocks = [s for s in signs if isinstance(s, Matrix)]
        for step in self.graph.steps:
            inputs = list(step.inputs)
            if not step.hidden and len(inputs) == len(blocks) and all(
                self._lies(page, block, node)[0]
                for block, node in zip(blocks, inputs, strict=True)
            ):
                return step
        return None


def _parted(signs: Sequence[Sign]) -> bool:
    """Whether something stands between all blocks of a row."""
    places = [k for k, sign in enumerate(signs) if isinstance(sign, Matrix)]
    return len(places) > 2 and all(b - a > 1 for a, b in pairwise(places))
