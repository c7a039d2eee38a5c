"""What a page says below its steps: check sums, tables, what the loss is; each on the page of those
who need it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.nodes import Given, Graph, Step
from sheetgen.graph.numbers import Fixed, text
from sheetgen.graph.work import Numbered
from sheetgen.words.checks import check_lines
from sheetgen.words.drawn import UPRIGHT, Drawn
from sheetgen.words.labels import label
from sheetgen.words.way import Pages, page_with

MOST_CHECKS = 2
"""Lines of check sums on a page that has work for a student."""


@dataclass(frozen=True)
class OnPage:
    """What the words of a page must know of it."""

    steps: frozenset[int]
    """The numbers of the steps whose boxes stand on it."""
    drawn: Drawn = UPRIGHT
    sums: frozenset[str] = frozenset()
    """Matrices of the sheet beside which their check sums stand."""
    boxes: frozenset[str] = frozenset()
    """Matrices that have boxes on it."""


def page_of(matrix: str, pages: Sequence[OnPage]) -> int:
    """The first page with boxes of a matrix, counted from 0; the first one of all for none."""
    return page_with(matrix, boxes_on(pages))


def boxes_on(pages: Sequence[OnPage]) -> Pages:
    """The matrices that have boxes on each page."""
    return tuple(page.boxes for page in pages)


def checks(exercise: Exercise, pages: Sequence[OnPage], k: int) -> list[str]:
    """The checks of a page: that there are sums beside blocks, the sums of its other blocks, and on
    the first page with work those that are none of a block; very many stand on the first page."""
    if not exercise.settings.check:
        return []
    page, worked = pages[k], [p for p, own in enumerate(pages) if own.steps]
    if len(check_lines(exercise, page.sums)) > MOST_CHECKS * len(worked):
        worked, elsewhere = [0], set[str]()
    else:
        elsewhere = {s.name for s in exercise.graph.steps if page_of(s.name, pages) != k}
    said: list[str] = []
    if any(page_of(name, pages) == k for name in page.sums):
        before = ", before anything is crossed out" * bool(page.drawn.compact)
        said.append(f"Σ at a block: what its boxes add up to{before}.")
    if elsewhere or k == worked[0]:
        drawn = _first_drawn(exercise.graph, pages)
        said += check_lines(exercise, page.sums, elsewhere, k == worked[0], drawn)
    return said


def _first_drawn(graph: Graph, pages: Sequence[OnPage]) -> Drawn:
    """How each matrix is drawn on the first page that has it."""
    return Drawn(frozenset(n.name for n in graph.nodes
                           if pages[page_of(n.name, pages)].drawn.lies(n)))  # fmt: skip


def read_on(graph: Graph, every: Numbered, pages: Sequence[OnPage], k: int) -> list[str]:
    """What the steps of a page need to know: the tables that they look up, the loss. What is read
    by no step that is to be worked out stands on the first page."""
    of = [[s for n, steps in every if n in page.steps for s in steps] for page in pages]
    rest = [s for s in graph.steps if not any(s in some for some in of)] if k == 0 else []
    tables = tables_of_curves([*of[k], *rest])
    return [*tables, *losses(graph, _begun(graph, pages, of)[k])]


def _begun(
    graph: Graph, pages: Sequence[OnPage], of: Sequence[Sequence[Step]]
) -> list[list[Step]]:
    """The losses that each page with some steps is to name: those whose target is read there; of
    one that has no target, on the page where its gradients begin, or on the first one."""
    found = [[s.loss for s in some if s.loss is not None and _reads_target(s)] for some in of]
    known = {loss for some in found for loss in some}
    for loss in dict.fromkeys(s.loss for s in graph.steps if s.loss is not None):
        if loss not in known:
            own = {s.name for s in graph.steps if s.loss is loss}
            begins = (k for k, page in enumerate(pages) if own & page.boxes)
            found[next(begins, 0)].append(loss)
    return found


def _reads_target(step: Step) -> bool:
    return any(isinstance(n, Given) and n.role == "target" for n in step.inputs)


def tables_of_curves(steps: Sequence[Step]) -> list[str]:
    """The printed tables of steps that take an activation from one."""
    found = []
    for step in steps:
        if step.params.get("how") == "table":
            zs = Fixed(step.op.table_sign * np.arange(7)[:, None])
            table = step.op.forward(zs, **step.params)
            digits = table.digits[:, 0].tolist()
            own = (zs.digits[:, 0] * 10**table.decimals).tolist()
            same = [a == b for a, b in zip(own, digits, strict=True)]
            last = digits.index(digits[-1])  # from here on it is flat, or the number itself
            last = same.index(True, 1) if all(same[-2:]) else last
            pairs = ", ".join(
                f"{step.op.activation}({text(int(z), 0)}) = {text(d, table.decimals)}"
                for z, d in zip(zs.digits[: last + 1, 0], digits, strict=False)
            )
            found.append(f"Table: {pairs}; {step.op.table}")
    return list(dict.fromkeys(found))


ROWS = "of the rows"
"""What a loss is of whose rows are the samples."""


def losses(graph: Graph, wholes: Sequence[Step]) -> list[str]:
    """What each L is of those whose gradients begin on a page."""
    picture = any(s.op.slides for s in graph.steps)
    return [f"{whole.label or 'L'} = {_lost(whole, picture)}." for whole in dict.fromkeys(wholes)]


def _lost(whole: Step, picture: bool) -> str:
    """What a loss is, in words; the columns of a ``picture`` are no samples."""
    losses = [whole] if whole.op.loss else [n for n in whole.inputs if isinstance(n, Step)]
    if len(losses) > 1 and len({loss.op for loss in losses}) == 1:
        return f"{losses[0].op.equation}, added up over the steps"
    said = []
    by_rows = [loss.op.equation.endswith(ROWS) for loss in losses]
    for loss in losses:
        output, target = (label(n) for n in loss.inputs)
        columns = " of the columns" * (any(by_rows) and not loss.op.equation.endswith(ROWS))
        said.append(f"{loss.op.equation}{columns} of {output} and {target}")
    if any(by_rows):
        return " + ".join(said)
    summed = losses[0].inputs[0].shape[1] > 1 and not losses[0].op.averages
    over = f", added up over the {'boxes' if picture else 'columns'}" if summed else ""
    return " + ".join(said) + over
