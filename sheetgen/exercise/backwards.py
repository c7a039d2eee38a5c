"""Sheets solved backwards: results are printed, and some of the given numbers are missing.

What a student may write down about the missing numbers is an equation for each printed box that
is an exact sum of products. The box after ReLU tells the sum before it where the unit is live; a 0
only says that the sum was not positive, so dead units give no equation. A box that is no sum tells
a number where no other of the stated range makes it what it says
(:mod:`sheetgen.exercise.readings`). Missing numbers are chosen one after the other as long as all
this has exactly one solution; it is then proved anew (:mod:`sheetgen.exercise.unique`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw.ends import FOUND_AGAIN, Ends, ends
from sheetgen.draw.knobs import Knobs
from sheetgen.errors import SheetgenError, counted
from sheetgen.exercise.readings import Reading, readings
from sheetgen.graph.hangs import Meeting, adds, asked_inputs, hung, picks
from sheetgen.graph.nodes import Given, Graph, Step
from sheetgen.graph.numbers import Values
from sheetgen.verify.dual import Dual
from sheetgen.verify.second_way import worked_out

TOGETHER = 3
"""So many missing numbers at most depend on each other."""
MOST = 14
"""So many missing numbers at most are on a sheet unless a pattern asks for more."""
FEW = 4
"""With fewer, large blocks have more."""

Floats = NDArray[np.float64]
Place = tuple[str, int, int]
Hidden = frozenset[str]


def open_sums(graph: Graph) -> list[tuple[Step, Step]]:
    """Sums that only ReLU (and the way back through it) reads, each with its ReLU: they are left
    open on a sheet that is solved backwards."""
    found = []
    for step in graph.steps:
        if step.op.dies and isinstance(before := step.inputs[0], Step):
            readers = (s for s in graph.users(before) if not s.hidden)
            by_sign = all(s.op.sign_only and s.inputs[-1] is before for s in readers)
            if adds(before.op) and not before.hidden and by_sign:
                found.append((before, step))
    return found


def stated_range(graph: Graph, values: Values, knobs: Knobs) -> Ends:
    """The range in which a student looks for a missing number: what the draw's knobs allow."""
    allowed = [(ends(given, knobs), values[given.name]) for given in _sources(graph)]
    decimals = max((one.decimals for one, _ in allowed), default=0)
    low, high = 0, 0
    for one, value in allowed:
        unit = 10 ** (decimals - one.decimals)
        told = value.digits // 10 ** max(0, value.decimals - decimals)
        told = told * 10 ** max(0, decimals - value.decimals)
        low = min(low, one.low * unit, int(told.min()))
        high = max(high, one.high * unit, int(told.max()))
    most = max(-low, high)
    return Ends(-most if low < 0 else 0, most if high > 0 else 0, decimals)


def missing(graph: Graph, blanks: Mapping[str, NDArray[np.bool_]]) -> list[Place]:
    """The given boxes that are left open."""
    return [
        (g.name, int(i), int(j))
        for g in graph.givens
        if g.name in blanks
        for i, j in np.argwhere(blanks[g.name])
    ]


def _sources(graph: Graph) -> list[Given]:
    return [g for g in graph.givens if g.draw in FOUND_AGAIN and g.role != "target"]


@dataclass(frozen=True)
class Equations:
    """How the boxes of a sheet depend on the given ones."""

    places: list[Place]
    """The given boxes that may be left open."""
    matrix: Floats
    """A row an equation, a column a place: by how much the left side grows with it."""
    conflict: NDArray[np.bool_]
    """Pairs of places that are multiplied with each other somewhere, or fed to what is no sum."""
    views: dict[str, NDArray[np.bool_]]
    """Name -> (place, row, column): boxes that only repeat a given one."""
    readings: list[Reading]
    """What is told by boxes that are no sums."""


def equations(graph: Graph, values: Values, hidden: Hidden, knobs: Knobs) -> Equations:
    """The equations of a sheet on which the sums ``hidden`` are left open."""
    places = []
    for given in _sources(graph):
        unit = 10 ** max(0, values[given.name].decimals - ends(given, knobs).decimals)
        whole = values[given.name].digits % unit == 0
        places += [(given.name, int(i), int(j)) for i, j in np.argwhere(whole)]
    within = stated_range(graph, values, knobs)
    n = len(places)
    number = {n.name: v.digits[None] / 10.0**v.decimals for n in graph.nodes
              for v in [values[n.name]]}  # fmt: skip
    moves: dict[str, Floats] = {}
    for k, (name, i, j) in enumerate(places):
        block = moves.setdefault(name, np.zeros((n, *number[name].shape[1:])))
        block[k, i, j] = 1.0
    conflict = np.zeros((n, n), bool)
    rows: list[Floats] = []
    views: dict[str, NDArray[np.bool_]] = {}
    read: list[Reading] = []
    live = {s.inputs[0].name: number[s.name][0] > 0 for s in graph.steps if s.op.dies}
    for step in graph.steps:
        if not any(s.name in moves for s in step.inputs):
            continue
        chosen_by = any(asked and s.name in moves
                        for s, asked in zip(step.inputs, asked_inputs(step), strict=True))
        if not adds(step.op) or chosen_by:
            if step.hidden:
                for moved in (moves[s.name] for s in step.inputs if s.name in moves):
                    stuck = np.asarray((moved != 0).any(axis=(1, 2)))
                    conflict |= stuck[:, None] | stuck[None, :]
            elif not step.op.loss:
                read += readings(step, moves, places, values, within)
            continue
        duals = [Dual(number[s.name], moves[s.name][None] if s.name in moves else None)
                 for s in step.inputs]  # fmt: skip
        pushed = worked_out(step, duals).tangent
        assert pushed is not None
        grown: Floats = pushed[0]
        _conflicts(step, moves, conflict)
        if step.hidden or step.op.moves or picks(step.op):
            moves[step.name] = grown
            if not step.hidden:
                views[step.name] = grown != 0
        else:
            known = np.asarray(
                live[step.name] if step.name in hidden else np.ones(step.shape, bool)
            )
            rows.append(grown[:, known].T)
    for one in read:
        rows.append(np.eye(n)[[one.place]])
        for k in one.others:
            conflict[one.place, k] = conflict[k, one.place] = True
    matrix = np.concatenate(rows) if rows else np.zeros((0, n))
    return Equations(places, matrix[(matrix != 0).any(axis=1)], conflict, views, read)


def _conflicts(step: Step, moves: Mapping[str, Floats], conflict: NDArray[np.bool_]) -> None:
    """Note which places are factors of one product."""
    if not step.op.exact:
        meeting = Meeting()
        hung(step, moves, meeting)
        for one, other in meeting.pairs:
            conflict[one, other] = conflict[other, one] = True
        return
    for left, left_turned, top, top_turned in step.op.products:
        a, b = moves.get(step.inputs[left].name), moves.get(step.inputs[top].name)
        if a is None or b is None:
            continue
        meet_a = (a != 0).any(axis=2 if left_turned else 1)
        meet_b = (b != 0).any(axis=1 if top_turned else 2)
        both = (meet_a.astype(np.int64) @ meet_b.astype(np.int64).T) > 0
        conflict |= both | both.T


def backwards(
    graph: Graph,
    values: Values,
    random: np.random.Generator,
    knobs: Knobs,
    wanted: int | None = None,
) -> dict[str, NDArray[np.bool_]]:
    """Given boxes to leave open, about one a block and more in large ones; and the sums that only
    ReLU reads. Raises SheetgenError if no box, or not so many, can be worked out again.
    """
    from sheetgen.exercise.unique import prove

    available = sum(g.shape[0] * g.shape[1] for g in _sources(graph))
    if wanted is not None and not 1 <= wanted <= available:
        raise SheetgenError(f"--blank: backwards:{wanted}: this sheet has "
                            f"{counted(available, 'given box', 'given boxes')}; "
                            f"give a number from 1 to that")  # fmt: skip
    for sums in (open_sums(graph), []):
        hidden = frozenset(z.name for z, _ in sums)
        system = equations(graph, values, hidden, knobs)
        chosen = _chosen(system, random, wanted)
        if chosen and len(chosen) >= (wanted or 1):
            break
    else:
        raise SheetgenError(_why_not(graph, wanted, len(chosen)))
    found: dict[str, NDArray[np.bool_]] = {}
    for k in chosen:
        name, i, j = system.places[k]
        found.setdefault(name, np.zeros(graph.by_name[name].shape, bool))[i, j] = True
    for name, repeats in system.views.items():
        if (cells := np.asarray(repeats[chosen].any(axis=0))).any():
            found[name] = cells
    found |= {z.name: np.ones(z.shape, bool) for z, _ in sums}
    prove(graph, values, found, stated_range(graph, values, knobs))
    return {n.name: found[n.name] for n in graph.nodes if n.name in found}


def _why_not(graph: Graph, wanted: int | None, most: int) -> str:
    if wanted is not None and most:
        return (f"--blank: backwards:{wanted}: only {counted(most, 'missing number')} "
                f"can be found again on this sheet; give {most} or fewer")  # fmt: skip
    return (
        "--blank: backwards: no given number can be found again from what is printed; "
        "take another pattern"
    )


def _chosen(system: Equations, random: np.random.Generator, wanted: int | None) -> list[int]:
    """Places to leave open: first one of each block, then more of the large blocks."""
    chosen: list[int] = []
    per_block: dict[str, int] = {}
    size: dict[str, int] = {}
    for name, _, _ in system.places:
        size[name] = size.get(name, 0) + 1
    order = [int(k) for k in random.permutation(len(system.places))]
    most = wanted if wanted is not None else MOST
    for level in range(1, most + 1):
        if wanted is None and level > 2 and len(chosen) >= FEW:
            break
        for k in order:
            name = system.places[k][0]
            room = level if wanted is not None or size[name] >= (6 if level < 3 else 4) else 1
            if wanted is None and level > 2 and len(chosen) >= FEW:
                break
            if len(chosen) >= most or k in chosen or per_block.get(name, 0) >= room:
                continue
            if per_block.get(name, 0) < level and _still_one_solution(system, chosen, k):
                chosen.append(k)
                per_block[name] = per_block.get(name, 0) + 1
        if len(chosen) >= most:
            break
    return sorted(chosen)


def _still_one_solution(system: Equations, chosen: list[int], new: int) -> bool:
    """Whether the places that depend on the new one are still determined together."""
    if system.conflict[new, new] or any(system.conflict[new, k] for k in chosen):
        return False
    together = next(_groups(system.matrix, [new, *chosen]))
    if len(together) > TOGETHER:
        return False
    part = system.matrix[:, together]
    part = part[(part != 0).any(axis=1)]
    return bool(len(part)) and int(np.linalg.matrix_rank(part)) == len(together)


def _groups(matrix: Floats, places: list[int]) -> Iterator[list[int]]:
    """Places in groups that share equations."""
    rest = list(places)
    touched = matrix[:, places] != 0
    column = {k: touched[:, i] for i, k in enumerate(places)}
    while rest:
        group = [rest.pop(0)]
        rows = column[group[0]].copy()
        while found := [k for k in rest if (column[k] & rows).any()]:
            for k in found:
                rest.remove(k)
                group.append(k)
                rows |= column[k]
        yield group
