"""Blocks and signs in a row: ``[A] ⊙ [B] = [C]``, ``[z] ReLU ≈ [a]``, ``[y] − [t]``.

A row is what stands in one line from left to right, and what goes on beneath it from a sign on. It
is worked out by the meaning of its signs; a word (ReLU, softmax, max) means what the op does whose
result stands behind it. Every sign on a page belongs to a row that says something of the numbers
shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Node, Step, written
from sheetgen.page.figure import Box, box_of
from sheetgen.page.items import Block, Circle, Label
from sheetgen.pagecheck.expressions import (
    OPERATORS,
    SUM,
    Matrix,
    Reader,
    Token,
    UnreadableError,
    Value,
    tokens_of,
)
from sheetgen.pagecheck.names import apart, named
from sheetgen.pagecheck.shown import Floats, Shown, Slots, Statement, Truths, alike
from sheetgen.pagecheck.standing import Sight, Standing
from sheetgen.pagecheck.wires import joined_to
from sheetgen.words.labels import label
from sheetgen.words.sentences import factor_behind, filled, formula

LEVEL = 0.33
"""Boxes by which a sign may stand off the middle of its blocks."""


@dataclass(frozen=True)
class Word:
    """A word, or a word over a sign."""

    text: str
    sign: str = ""


Sign = Token | Word


@dataclass(frozen=True, eq=False)
class _Mark:
    """Something in a line of blocks and signs: a block, a text of signs, or a name (no signs)."""

    box: Box
    y: float
    signs: tuple[Sign, ...]
    text: str
    label: Label | None = None
    """The text of signs, None for a block."""


class Rows:
    """The rows of the pages of a plate."""

    def __init__(self, standing: Standing, *, lenient: bool = False) -> None:
        self.standing, self.lenient = standing, lenient
        self.graph = standing.graph
        self.words = {word for step in self.graph.steps if not step.hidden
                      for word in words_of(step)}  # fmt: skip
        self.equations = {formula(step).partition(" = ")[2] for step in self.graph.steps
                          if not step.hidden and len(step.inputs) > 1}  # fmt: skip
        """Whole equations, which say over a sign what the op of a step does."""
        self.matrices = {
            label(node): Matrix(self._slots(node))
            for node in self.graph.nodes
            if all(place in standing.by_place for row in standing.origins[node.name]
                   for place in row)
        }  # fmt: skip
        self.names = named(standing)
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
            for run in self._runs(page):
                try:
                    yield from self._said(page, run)
                except UnsaidError:
                    if not self.lenient:
                        raise

    # --- what stands in a line

    def _runs(self, page: int) -> list[list[_Mark]]:
        """Rows of blocks and signs, from left to right."""
        sight = self.standing.sights[page]
        blocks = [self._block(sight, k) for k in sight.blocks]
        signs = list(self._signs(sight))
        tags = [_Mark(box_of(i), i.y, (), i.markup) for i in sight.labels("label")
                if i.markup in self.names]  # fmt: skip
        rings = {(i.x, i.y) for i in sight.items if isinstance(i, Circle) and not i.text}
        ringed = [m for m in signs if m.label and (m.label.x, m.label.y) in rings]
        alone = [*ringed, *(m for m in signs if _is_stacked(m, blocks))]
        signs = [m for m in signs if m not in alone]
        runs: list[list[_Mark]] = []
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
                raise _unsaid(sign.text)
            runs += found
        return [*([mark] for mark in alone), *_joined(runs)]

    def _split(self, page: int, line: Sequence[_Mark]) -> list[list[_Mark]]:
        """A line broken where a block stands beside a block, and behind a name; what begins with a
        sign behind a name goes on from the block that has it, unless it is a whole row."""
        runs: list[list[_Mark]] = [[]]
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

    def _lacks(self, page: int, run: Sequence[_Mark]) -> bool:
        """Whether a row has fewer blocks than the step of its result reads."""
        step = self._step(page, run[-1].signs[0])
        inputs = list(step.inputs) if step else []
        return len([mark for mark in run if mark.label is None]) - 1 < len(inputs)

    def _block(self, sight: Sight, k: int) -> _Mark:
        item = sight.items[k]
        assert isinstance(item, Block)
        box = box_of(item)
        matrix = Matrix(np.array(self._inner(item, sight.slots[k]), np.intp), k)
        return _Mark(box, (box[1] + box[3]) / 2, (matrix,), item.name)

    @staticmethod
    def _inner(block: Block, slots: Sequence[Sequence[int]]) -> list[list[int]]:
        """The slots of a block without the zeros around its numbers."""
        rows = [[cell.source is not None for cell in row] for row in block.cells]
        full = [r for r, row in enumerate(rows) if any(row)]
        columns = [c for c in range(block.cols) if any(row[c] for row in rows)]
        return [[slots[r][c] for c in columns] for r in full]

    def _signs(self, sight: Sight) -> Iterator[_Mark]:
        """Texts of signs and words; a word over a sign is one."""
        labels = list(sight.begun())
        words = [i for i in labels if i.markup in self.words]
        equals = [i for i in labels if i.markup in ("=", "≈")]
        over = {id(w) for i in equals for w in words if _stands_over(w, i)}
        whole = [i for i in labels if i.markup in self.equations]
        over |= {id(i) for i in equals for w in whole if _stands_over(w, i)}
        over |= {id(w) for i in equals for w in whole if _stands_over(w, i)}
        for item in labels:
            signs = self._read(item.markup)
            if signs is None or id(item) in over:
                continue
            box, y = box_of(item), item.y
            if item.markup in ("=", "≈"):
                above = [w for w in words if _stands_over(w, item)]
                if above:
                    signs, y = (Word(above[0].markup, item.markup),), (item.y + above[0].y) / 2
                    wide = box_of(above[0])
                    box = min(box[0], wide[0]), wide[1], max(box[2], wide[2]), box[3]
            yield _Mark(box, y, signs, " ".join(map(_text, signs)), item)
        for item in words:
            if self._read(item.markup) is None and id(item) not in over:
                yield _Mark(box_of(item), item.y, (Word(item.markup),), item.markup, item)

    def _read(self, text: str) -> tuple[Sign, ...] | None:
        """The signs of a text that has any; behind an equals sign a question mark, or a name."""
        if text.startswith("= ") and (text[2:] == "?" or text[2:] in self.names):
            return ("=", text[2:])
        found = tokens_of(text, self.matrices if SUM in text else None)
        if found is None or not any(t in OPERATORS for t in found if isinstance(t, str)):
            return None
        return tuple(found)

    # --- what a row says

    def _said(self, page: int, run: Sequence[_Mark]) -> Iterator[Statement]:
        said = _words(run)
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
                    raise _unsaid(said)
            return
        start = 0
        for k, sign in enumerate(signs):
            ends = sign == "=" or sign == "≈" or (isinstance(sign, Word) and bool(sign.sign))
            if not ends:
                continue
            left, result = signs[start:k], signs[k + 1] if k + 1 < len(signs) else None
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
        step = self._step(page, result)
        if isinstance(sign, Word) and sign.sign == "≈" and not (
            step and left and isinstance(left[-1], Matrix) and self._reads(page, step, left[-1])
        ):  # fmt: skip
            if step is not None and step.op.line.equals == "≈":
                raise _unsaid(said)  # it is what another block is bent to
            return self._lifted(page, left, sign.text, said)
        if not isinstance(result, Matrix) or step is None:
            raise _unsaid(said)
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
                    raise _unsaid(said) from None
            else:
                return Reading(value, result, _half(step))
        return self._told(page, left, word, step, result, said)

    def _asked(self, page: int, left: Sequence[Sign], name: str, said: str) -> Reading:
        """``[A] × [B] = ?``: the result stands elsewhere."""
        step = self._of_inputs(page, left)
        if step is None or (name != "?" and name != label(step)):
            raise _unsaid(said)
        try:
            value = Reader([s for s in left if not isinstance(s, Word)]).whole()
        except UnreadableError:
            raise _unsaid(said) from None
        return Reading(value, self.matrices[label(step)], _half(step))

    def _open(self, page: int, signs: Sequence[Sign], said: str) -> Reading:
        """``[y] − [t]``: what a step takes of its inputs, before it does more or not."""
        step = self._of_inputs(page, signs)
        between = [s for s in signs if not isinstance(s, Matrix)]
        if step is None or between != (tokens_of(step.op.line.between) or []):
            raise _unsaid(said)
        plain = not (step.op.line.before or step.op.line.after or step.op.line.word)
        value = Reader([s for s in signs if not isinstance(s, Word)]).whole()
        if not plain:  # such as the half of 2 × (y − t)
            return Reading(value, None)
        return Reading(value, self.matrices[label(step)], _half(step))

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
                raise _unsaid(said)
        elif len(inputs) > 2 and not step.op.names[0].endswith("...") and _parted(left):
            raise _unsaid(said)  # one sign between all of them is not what the step does
        if len(blocks) != len(inputs) or any(text not in known for text in texts):
            raise _unsaid(said)
        lying = [self._lies(page, block, node)
                 for block, node in zip([*blocks, result], [*inputs, step],
                                        strict=True)]  # fmt: skip
        upright, turned = ([way[k] for way in lying] for k in (0, 1))
        if not (all(upright) or all(turned)):
            raise _unsaid(said)
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
        raise _unsaid(said)

    def _between(self, page: int, run: Sequence[_Mark]) -> Reading | None:
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
        return self._told(page, whole[:1], word.text, step, whole[1], _words(run))

    def _wired(self, page: int, mark: _Mark, said: str) -> Reading:
        """A sign alone, to which lines lead: that of the step whose blocks are nearest, among those
        that take the blocks from which lines come, and make the one to which one goes."""
        into, out = self._lines(page, mark)
        parts = sorted(((apart(mark.box, part.box), k) for k, part in
                        enumerate(self.standing.parts) if part.page == page))  # fmt: skip
        for _, k in parts:
            name = self.standing.parts[k].name
            for step in self.graph.steps:
                nodes = list(step.inputs)
                if step.hidden or len(nodes) != 2 or name not in (step.name, nodes[0].name) or (
                    tokens_of(step.op.line.between) != list(mark.signs)
                    or any(label(n) not in self.matrices for n in (*nodes, step))
                    or any(not names & self._sources(nodes) for names in into)
                    or (out and step.name not in out)
                ):  # fmt: skip
                    continue
                one, other, made = (self.matrices[label(n)] for n in (*nodes, step))
                if step.op.line.before or step.op.line.after or step.op.line.word:
                    slots = (one.slots, other.slots, made.slots)
                    return Reading(None, made, step=step, slots=slots)
                between = [s for s in mark.signs if isinstance(s, str)]
                return Reading(Reader([one, *between, other]).whole(), made, _half(step))
        raise _unsaid(said)

    def _sources(self, nodes: Sequence[Node]) -> set[str]:
        """The matrices whose numbers are those of some nodes: also those that are spread."""
        copied = {place[0] for n in nodes for row in self.standing.origins[n.name] for place in row}
        return copied | {written(n).name for n in nodes}

    def _lines(self, page: int, mark: _Mark) -> tuple[list[set[str]], set[str]]:
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

    def _step(self, page: int, result: Sign | None) -> Step | None:
        """The step whose result a block shows; of joined blocks the first."""
        if not isinstance(result, Matrix):
            return None
        for part in self.standing.parts:
            if (part.page, part.block) == (page, result.block):
                node = self.graph.by_name[part.name]
                if isinstance(node, Step):
                    return node
        return None

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


@dataclass(frozen=True, eq=False)
class Reading:
    """What a row says, and the block that it says it of; None for one that says no number."""

    value: Value | None
    result: Matrix | None
    half: float = 0.0
    step: Step | None = None
    slots: tuple[Slots, ...] = ()

    def __call__(self, shown: Shown) -> Truths:
        if self.step is not None:
            return told(self.step, self.slots, shown)
        assert self.value is not None
        found = self.value(shown)
        if self.result is None:
            finite = np.asarray(np.isfinite(found))
            return np.asarray(finite.reshape(len(found), -1).all(axis=1))
        made = shown.values[:, self.result.slots]
        if found.ndim != 3 or any(a not in (1, b) for a, b in zip(
            found.shape[1:], made.shape[1:], strict=True
        )):  # fmt: skip
            return np.zeros(len(made), bool)
        return _close(found, made, self.half)


def _close(found: Floats, made: Floats, half: float) -> Truths:
    return alike(np.broadcast_to(found, made.shape), made, half)


def told(step: Step, slots: Sequence[Slots], shown: Shown) -> Truths:
    """Whether the last of some blocks is what a step's op makes of the others, exactly."""
    *inputs, made = [shown.fixed(one) for one in slots]
    try:
        found = step.forward(*inputs)
    except SheetgenError:  # a division by 0
        return np.zeros(len(made.digits), bool)
    most = max(found.decimals, made.decimals)
    a, b = (v.digits * 10 ** (most - v.decimals) for v in (found, made))
    good: Truths = (a == b).reshape(len(b), -1).all(axis=1)
    return good


def words_of(step: Step) -> list[str]:
    """The words and signs of an op's row, as a step has them."""
    line = step.op.line
    said = (line.before, line.between, line.after, line.word, step.op.activation)
    return [filled(text, step) for text in said if text]


def _half(step: Step) -> float:
    """Half a unit of the decimals to which a result is rounded."""
    if step.op.rounds and step.places is not None:
        return 0.5 * 10.0**-step.places
    return 0.0


def _text(sign: Sign) -> str:
    if isinstance(sign, Word):
        return f"{sign.text} {sign.sign}".strip()
    return sign if isinstance(sign, str) else ""


def _words(run: Sequence[_Mark]) -> str:
    return "the row " + " ".join(f"[{m.text}]" if m.label is None else m.text for m in run)


class UnsaidError(SheetgenError):
    """A row that says nothing that can be checked."""


def _unsaid(said: str) -> UnsaidError:
    return UnsaidError(f"{said} says nothing that can be checked by what stands around it")


def _parted(signs: Sequence[Sign]) -> bool:
    """Whether something stands between all blocks of a row."""
    places = [k for k, sign in enumerate(signs) if isinstance(sign, Matrix)]
    return len(places) > 2 and all(b - a > 1 for a, b in pairwise(places))


def _level(mark: _Mark, sign: _Mark, blocks: Sequence[_Mark]) -> bool:
    """Whether something stands in the line of a sign."""
    side = 0.0
    if mark.label is None and mark.signs and isinstance(mark.signs[0], Matrix):
        side = (mark.box[3] - mark.box[1]) / len(mark.signs[0].slots)
    elif sign.label is not None:
        side = sign.label.size / 0.6
    return abs(mark.y - sign.y) < LEVEL * side


def _stands_over(word: Label, sign: Label) -> bool:
    near = abs(word.x - sign.x) < 0.1 and 0 < sign.y - word.y < 1.1 * sign.size
    return word is not sign and near


def _is_stacked(mark: _Mark, blocks: Sequence[_Mark]) -> bool:
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


def _goes_on(run: Sequence[_Mark]) -> bool:
    """Whether a row begins with what stands between blocks."""
    first = run[0].signs[0]
    return run[0].label is not None and not _begins(first)


def _is_whole(run: Sequence[_Mark]) -> bool:
    return any(s in ("=", "≈") or (isinstance(s, Word) and s.sign) for m in run for s in m.signs)


def _joined(runs: Sequence[list[_Mark]]) -> list[list[_Mark]]:
    """The rows, with what goes on beneath one that has no equals sign."""
    found: list[list[_Mark]] = []
    for run in runs:
        some = reversed(found) if run[0].signs[0] == "=" else found[-1:]
        above = next((r for r in some if not _is_whole(r)), [])
        if above and _goes_on(run) and not _is_whole(above) and run[0].y > above[-1].y:
            above += run
        else:
            found.append(list(run))
    return found
