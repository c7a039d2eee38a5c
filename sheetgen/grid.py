"""The grid: a whole class's checkpoints and final answers on a page or two, for fast marking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sheetgen import fonts
from sheetgen.classroom import Plan, Pupil
from sheetgen.exercise import Exercise
from sheetgen.graph import Node, Step
from sheetgen.numbers import text
from sheetgen.page import PAPERS

MOST_BOXES = 12
"""Of a block that is worth a column."""
COLUMNS = 3
"""Blocks shown of one exercise."""


@dataclass(frozen=True)
class Row:
    """One student's line; name and group are HTML."""

    code: str
    name: str
    group: str
    answers: tuple[str, ...]


def checkpoints(exercise: Exercise) -> list[Node]:
    """Up to three blocks that the student fills: the last of the forward pass, the first gradient,
    the last answer that is not too large; in the order of the work."""
    open_nodes = [
        n for n in exercise.graph.nodes
        if exercise.blanks.get(n.name) is not None and exercise.blanks[n.name].any()
        and not (isinstance(n, Step) and n.hidden)
    ]  # fmt: skip
    small = [n for n in open_nodes if n.shape[0] * n.shape[1] <= MOST_BOXES] or open_nodes
    forward = [n for n in small if n.role != "gradient"]
    backward = [n for n in small if n.role == "gradient"]
    middle = forward[(len(forward) - 1) // 2 : (len(forward) - 1) // 2 + 1] if forward else []
    chosen = [*forward[-1:], *backward[:1], *backward[-1:], *(middle if not backward else [])]
    names = {n.name for n in chosen}
    return [n for n in exercise.graph.nodes if n.name in names][:COLUMNS]


def shown(exercise: Exercise, name: str) -> str:
    """The numbers of a matrix in a line: rows parted by ``|``; a column without them."""
    value = exercise.values[name]
    rows = [[text(int(d), value.decimals) for d in row] for row in value.digits]
    if value.digits.shape[-1] == 1:
        return "  ".join(row[0] for row in rows)
    return " | ".join("  ".join(row) for row in rows)


def grid_pdf(plan: Plan, pupils: Sequence[Pupil], title: str) -> bytes:
    """The grid of a class, students in the roster's order. The same class, the same bytes."""
    from sheetgen.render import print_html

    return print_html(grid_html(plan, pupils, title))


def grid_html(plan: Plan, pupils: Sequence[Pupil], title: str) -> str:
    """The grid as HTML with places only for what it shows."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from sheetgen.render import markup
    from sheetgen.steps import label

    columns = [(k, node) for k, piece in enumerate(pupils[0].exercises)
               for node in checkpoints(piece)]  # fmt: skip
    several = len(plan.pieces) > 1
    heads = [
        markup(f"{k + 1}: {label(node)}" if several else label(node)) for k, node in columns
    ]  # fmt: skip
    rows = [
        Row(
            " ".join(e.code for e in p.exercises),
            "" if p.spare else _printable(p.student.name or p.student.id),
            _printable(p.student.group),
            tuple(shown(p.exercises[k], node.name) for k, node in columns),
        )
        for p in pupils
    ]
    width, height = PAPERS[plan.paper]
    boxes = sum(n.shape[0] * n.shape[1] for _, n in columns)
    environment = Environment(
        loader=FileSystemLoader(fonts.TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("grid.html").render(
        title=_printable(title), heads=heads, rows=rows,
        groups=any(p.student.group and not p.spare for p in pupils),
        width=height if boxes > 24 else width, height=width if boxes > 24 else height,
    )  # fmt: skip


def _printable(said: str) -> Markup:
    """A text as HTML, not too long for a line."""
    from sheetgen.render import written

    return written(said if len(said) <= 60 else f"{said[:59].rstrip()}…")
