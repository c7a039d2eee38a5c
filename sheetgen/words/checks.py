"""Sums by which a student finds a slip without the key: ``--check``.

A sum is printed only if at least two numbers that the student has to find stand in it, and no blank
stands in two sums; so none gives an answer away. What is a copy of another blank (after ReLU, say)
does not count. Where a single box is open there is a sum of what is given, or another way to the
same number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.nodes import Given, Node, Step
from sheetgen.graph.numbers import text
from sheetgen.graph.work import alone
from sheetgen.words.drawn import UPRIGHT, Drawn
from sheetgen.words.labels import label

Mask = NDArray[np.bool_]

MANY = 10
"""Steps of a page so full that its check sums are those of the weights' gradients alone."""


@dataclass(frozen=True)
class Sum:
    """What the boxes of a block add up to."""

    name: str
    """The matrix."""
    total: str


def block_sums(exercise: Exercise) -> list[Sum]:
    """The sums that may stand beside their blocks."""
    if not exercise.settings.check or any(
        _blank(exercise, g.name).any() for g in exercise.graph.givens
    ):
        return []
    if _gradients(exercise) and len(exercise.graph.worked) >= MANY:
        return []
    return list(_blocks(exercise))


def block_total(exercise: Exercise, name: str) -> str:
    """What the boxes of a block add up to."""
    step = exercise.graph.by_name[name]
    every = np.ones(step.shape, bool)
    masked = isinstance(step, Step) and step.params.get("causal")
    return _shown(_sum(exercise, name, np.triu(every) if masked else every))


def check_lines(
    exercise: Exercise, beside: Collection[str] = (), elsewhere: Collection[str] = (),
    every: bool = True, drawn: Drawn = UPRIGHT,
) -> list[str]:  # fmt: skip
    """The check sums of an exercise as lines of markup, empty where a sum would tell too much;
    without those of the blocks ``beside`` which they stand, and of those that stand ``elsewhere``;
    not ``every`` one, but those of blocks alone; matrices by their names as they are ``drawn``."""
    if not every:
        return _of_blocks(exercise, beside, elsewhere, drawn)
    given = [g for g in exercise.graph.givens if _blank(exercise, g.name).any()]
    if given:
        open_boxes = sum(int(_blank(exercise, g.name).sum()) for g in given)
        total = sum(_sum(exercise, g.name, _blank(exercise, g.name)) for g in given)
        if open_boxes > 1:
            return [f"Check: the missing numbers add up to {_shown(total)}."]
        return ["Check: work forward with your number; the printed results must come out."]
    lines = [*_products(exercise, drawn), *_of_blocks(exercise, beside, elsewhere, drawn)]
    gradients = _gradients(exercise, drawn)
    if gradients and len(exercise.graph.worked) >= MANY:
        lines = []
    lines += gradients
    nudge = _nudge(exercise, drawn)
    if nudge:
        lines.append(nudge)
    if lines or beside or _of_blocks(exercise, beside, (), drawn):
        return lines
    return _together(exercise, drawn) or _again(exercise, drawn)


def _of_blocks(
    exercise: Exercise, beside: Collection[str], elsewhere: Collection[str], drawn: Drawn
) -> list[str]:
    """The sums of the blocks that stand here, but not those ``beside`` which they stand."""
    if any(_blank(exercise, g.name).any() for g in exercise.graph.givens) or (
        _gradients(exercise) and len(exercise.graph.worked) >= MANY
    ):
        return []
    whole = [(drawn.name(exercise.graph.by_name[s.name]), s.total) for s in _blocks(exercise)
             if s.name not in beside and s.name not in elsewhere]  # fmt: skip
    return _joined("Check: the boxes of", whole)


def unchecked(exercises: Sequence[Exercise]) -> list[str]:
    """What to say if ``--check`` brings no line to any of some sheets."""
    asked = [e for e in exercises if e.settings.check]
    if not asked or any(check_lines(e) for e in asked):
        return []
    example = all(e.settings.is_example for e in asked)
    why = "a worked example leaves nothing to check" if example else (
        "any check of what is open here would give the answer away")  # fmt: skip
    return [f"--check adds no line: {why}"]


def _blank(exercise: Exercise, name: str) -> Mask:
    shape = exercise.graph.by_name[name].shape
    blank = exercise.blanks.get(name)
    if blank is None:
        return np.zeros(shape, bool)
    node = exercise.graph.by_name[name]
    causal = isinstance(node, Step) and node.params.get("causal")
    return np.asarray(np.triu(blank) if causal else blank)


def _sum(exercise: Exercise, name: str, cells: Mask) -> int:
    """The sum of some boxes, in millionths."""
    value = exercise.values[name]
    return int(value.digits[cells].sum()) * int(10 ** (6 - value.decimals))


def _shown(millionths: int) -> str:
    return text(millionths, 6)


def _counts(exercise: Exercise, step: Step) -> bool:
    """Whether a step's blanks are found by working out more than a copy or a rounding rule."""
    derived = step.op.repeats or step.op.moves or step.op.sign_only
    return not step.hidden and not derived and exercise.values[step.name].decimals <= 6


def _blocks(exercise: Exercise) -> Iterator[Sum]:
    """The sum of each block with two blanks or more."""
    names = Counter(label(step) for step in exercise.graph.steps if not step.hidden)
    for step in exercise.graph.steps:
        if names[label(step)] > 1:
            continue  # it would be said of two
        if _has_sum(exercise, step) and _blank(exercise, step.name).sum() >= 2:
            yield Sum(step.name, block_total(exercise, step.name))


def _has_sum(exercise: Exercise, step: Step) -> bool:
    """Whether the sum of a block's boxes helps and tells nothing; gradients of weights and a
    product that stands alone have lines of their own."""
    if not _counts(exercise, step) or _is_weight_gradient(step):
        return False
    if alone(exercise.graph) is step or step.op.squashes or step.op.updates:
        return False
    if step.role == "gradient" and isinstance(step.of, Given) and step.of.draw == "bias":
        return False
    summed = any(user.op.sums_down for user in exercise.graph.users(step))
    return step.shape[1] > 1 or not summed  # its sum is a box of the sheet


def _joined(start: str, sums: list[tuple[str, str]]) -> list[str]:
    """``Check: the boxes of z_1 add up to 5, of z_2 to 3.``"""
    if not sums:
        return []
    (first, total), *others = sums
    more = "".join(f", of {name} to {total}" for name, total in others)
    return [f"{start} {first} add up to {total}{more}."]


def _products(exercise: Exercise, drawn: Drawn) -> Iterator[str]:
    """The rows of a product that stands alone."""
    step = alone(exercise.graph)
    if step is None:
        return
    blank = _blank(exercise, step.name)
    rows = [i for i in range(step.shape[0]) if blank[i].sum() >= 2]
    if len(rows) == step.shape[0]:
        sums = [_shown(_sum(exercise, step.name, _row(step, i))) for i in rows]
        which = "columns" if drawn.lies(step) else "rows"
        yield f"Check: the {which} of {drawn.name(step)} add up to {', '.join(sums)}."
    elif blank.sum() >= 2:
        total = _shown(_sum(exercise, step.name, np.ones(step.shape, bool)))
        yield f"Check: the boxes of {drawn.name(step)} add up to {total}."


def _row(step: Node, i: int) -> Mask:
    cells = np.zeros(step.shape, bool)
    cells[i] = True
    return cells


def _is_weight_gradient(step: Step) -> bool:
    outer = any(p.top_turned and not p.left_turned for p in step.op.products)
    return outer and step.inputs[0].shape[1] == 1


def _gradient(exercise: Exercise, step: Step, drawn: Drawn) -> str:
    """``sum of ∂L/∂W_3 = (sum of ∂L/∂z_3) × (sum of a_2) = …``: an outer product's sum is the
    product of the sums."""
    if not _is_weight_gradient(step) or _blank(exercise, step.name).sum() < 2:
        return ""
    if any(_blank(exercise, n.name).sum() == 1 for n in step.inputs):
        return ""  # the other factor's sum would tell it
    g, x = map(drawn.name, step.inputs)
    total = _shown(_sum(exercise, step.name, np.ones(step.shape, bool)))
    return f"Check: sum of {drawn.name(step)} = (sum of {g}) × (sum of {x}) = {total}"


def _gradients(exercise: Exercise, drawn: Drawn = UPRIGHT) -> list[str]:
    """The first such sum in full, the others likewise."""
    found = [(s, line) for s in exercise.graph.worked if (line := _gradient(exercise, s, drawn))]
    if not found:
        return []
    totals = (f"{drawn.name(s)} {line.rpartition(' = ')[2]}" for s, line in found[1:])
    more = ", ".join(totals)
    return [found[0][1] + (f"; likewise {more}." if more else ".")]


def _nudge(exercise: Exercise, drawn: Drawn) -> str:
    """What 1 more in one weight does, for the last layer: a check that needs no number."""
    for step in exercise.graph.worked:
        if not _is_weight_gradient(step) or _blank(exercise, step.name).sum() < 2:
            continue
        error, source = step.inputs
        z = error.of if isinstance(error, Step) else None
        value = exercise.values[step.name].digits
        places = np.argwhere((value != 0) & _blank(exercise, step.name))
        if z is None or step.of is None or not len(places):
            continue
        i, j = (int(k) for k in places[(exercise.seed or 0) % len(places)])
        row, column = (j, i) if drawn.lies(step.of) else (i, j)
        rows, columns = step.of.shape[::-1] if drawn.lies(step.of) else step.of.shape
        parts = [f"row {row + 1}"] * (rows > 1) + [f"column {column + 1}"] * (columns > 1)
        place = f"{', '.join(parts)} of " if parts else ""
        return (f"Nudge check: 1 more in {place}{drawn.name(step.of)} adds box {j + 1} of "
                f"{drawn.name(source)} to box {i + 1} of {drawn.name(z)}.")  # fmt: skip
    return ""


def _together(exercise: Exercise, drawn: Drawn) -> list[str]:
    """Where every block has one blank: the sum of them all, if there are two or more to find."""
    worked = [s for s in exercise.graph.steps if _counts(exercise, s)
              and not s.op.squashes]  # fmt: skip
    found = [(s, b) for s in worked for b in [_blank(exercise, s.name)] if b.any()]
    if sum(int(b.sum()) for _, b in found) < 2:
        return []
    total = sum(_sum(exercise, s.name, b) for s, b in found)
    *names, last = (drawn.name(s) for s, _ in found)
    where = f"{', '.join(names)} and {last}" if names else last
    if len(where) > 60:
        rest = any(_blank(exercise, s.name).any() for s in exercise.graph.worked
                   if s not in worked and not s.hidden)  # fmt: skip
        but = " but softmax and copies (by ReLU, there and back)" if rest else ""
        where = f"all blocks{but}"
    return [f"Check: the blank boxes of {where} add up to {_shown(total)}."]


def _again(exercise: Exercise, drawn: Drawn) -> list[str]:
    """Where one box is open: how much a product must grow with the numbers that it is taken of,
    which the given weights alone say."""
    for step in exercise.graph.worked:
        blank, weights, source = _blank(exercise, step.name), step.inputs[0], step.inputs[-1]
        plain = [p for p in step.op.products if not p.left_turned and not p.top_turned]
        if len(plain) != 1 or not blank.any():
            continue
        if _blank(exercise, weights.name).any() or not isinstance(weights, Given):
            continue
        i, j = (int(k) for k in np.argwhere(blank)[0])
        rows, columns = step.shape
        grows = _sum(exercise, weights.name, _row(weights, i))
        column = f"column {j + 1} of " if columns > 1 else ""
        names = [drawn.name(n) for n in (step, source)]
        if column and (drawn.lies(step) or drawn.lies(source)):
            names = [label(step), label(source)]  # whose columns they are
        box = f"box {i + 1} of " if rows > 1 else ""
        out = f"{_shown(abs(grows))} {'higher' if grows > 0 else 'lower'}" if grows else "the same"
        return [f"Check: work {box}{column}{names[0]} out again with each box of {column}"
                f"{names[1]} 1 larger; it must come out {out}."]  # fmt: skip
    return []
