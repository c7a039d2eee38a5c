"""Short texts between blocks that say what is done (``3 to the power``, ``each ÷ its sum``), and
small printed tables."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Step
from sheetgen.page.figure import box_of
from sheetgen.page.items import Label
from sheetgen.pagecheck.lines import stands_over
from sheetgen.pagecheck.names import apart
from sheetgen.pagecheck.shown import Floats, Shown, Slots, Statement, Truths, alike, read_number
from sheetgen.pagecheck.standing import Part, Sight, Standing
from sheetgen.words.labels import label
from sheetgen.words.sentences import formula, rule_lines

_POWER = re.compile(r"(\d+|e) to the power(?: of .*)?")
_SHARE = re.compile(r"(?:each )?÷ its sum")
_DOWN = re.compile(r"÷ (\d+), rounded down")
_TABLE = re.compile(r"(e\^\{(−?\d+)\}|σ\((\d+)\)) ([≈=]) ([−.\d]*\d)")
_RULE = re.compile(r"1 [−+×÷⊙] (\S+)|[−+](\S+)")
"""What is done to one block: ``1 − z``, ``−z``."""
_MEETING = re.compile(r"(?:each|row|column) (\S) (?:each|row|column)")
"""What meets in the boxes of a product, where no names have room."""
_DOING = re.compile(r"to the power|[÷≈=]|\d,$|^\S its\b")


def texts(standing: Standing, *, lenient: bool = False) -> Iterator[Statement]:
    """What the texts between blocks say. Raises SheetgenError for a wrong number in a table and,
    unless ``lenient``, for a text that nothing there makes true."""
    tables: list[str] = []
    formulas = {formula(step) for step in standing.graph.steps}
    for step in standing.graph.steps:
        if step.group is not None and len(step.inputs) in (1, 2):
            formulas |= {*rule_lines(step), " ".join(rule_lines(step))}
    formulas |= {f"{said.partition(' = ')[2]} =" for said in formulas}  # before its result
    formulas |= {f"{label(s.inputs[0])} =" for s in standing.graph.steps if _is_one_number(s)}
    for page, sight in enumerate(standing.sights):
        parts = [*_parts_of_formulas(standing, page), *_over_their_results(standing, page)]
        _check_rules(standing, page)
        for item in _whole(sight):
            if item in parts:
                continue
            if item.colour == "soft" and item.markup.startswith("⊙ "):
                raise SheetgenError(f"“{item.markup}” stands where nothing is done so")
            met = _MEETING.fullmatch(item.markup)
            if met is not None and met[1] != "×":
                raise SheetgenError(f"“{item.markup}” stands where nothing is done so")
            if item.markup in formulas:
                continue
            if _TABLE.search(item.markup):
                tables.append(item.markup)
            elif item.colour == "soft" and _DOING.search(item.markup):
                try:
                    yield _between(standing, page, item)
                except SheetgenError:
                    if not lenient:
                        raise
    _check_tables(standing, tables)


def _is_one_number(step: Step) -> bool:
    """Whether it is the sum of a single number: the same."""
    shapes = [n.shape for n in step.inputs]
    return bool(step.op.say.one_term) and not (step.hidden or step.op.products) and (
        step.op.terms(shapes, step.params) == 1)  # fmt: skip


def _whole(sight: Sight) -> Iterator[Label]:
    """Labels, those whole that go on in a line beneath."""
    before: Label | None = None
    y = 0.0
    for item in sight.labels("label"):
        goes_on = before and before.markup.startswith("÷") and item.colour == "soft"
        if before and goes_on and abs(item.x - before.x) < 0.1 and 0 < item.y - y < 2 * item.size:
            before, y = replace(before, markup=f"{before.markup} {item.markup}"), item.y
            continue
        if before:
            yield before
        before, y = item, item.y
    if before:
        yield before


def _parts_of_formulas(standing: Standing, page: int) -> Iterator[Label]:
    """The lines of what makes a block, where that stands at its left in several. Raises
    SheetgenError for one that makes another block."""
    makes = {f"{formula(step).partition(' = ')[2]} =": step for step in standing.graph.steps
             if not step.hidden}  # fmt: skip
    soft = [i for i in standing.sights[page].labels("label") if i.colour == "soft"]
    lines: list[Label] = []
    for item in sorted(soft, key=lambda i: (i.x, i.y)):
        under = lines and abs(item.x - lines[0].x) < 0.1 and (
            0 < item.y - lines[-1].y < 1.6 * item.size)  # fmt: skip
        lines = [*lines, item] if under else [item]
        step = makes.get(" ".join(line.markup for line in lines))
        if step is None or len(lines) < 2:
            continue
        y = (lines[0].y + lines[-1].y) / 2
        behind = [part for part in standing.parts if part.page == page
                  and part.box[0] > item.x and part.box[1] < y < part.box[3]]  # fmt: skip
        first = min(behind, key=lambda part: part.box[0], default=None)
        if first is None or first.name != step.name:
            raise SheetgenError(f"“{lines[0].markup} …” stands before what is not made so")
        yield from lines


def _over_their_results(standing: Standing, page: int) -> Iterator[Label]:
    """What makes a block, where that stands over an equals sign above it. Raises SheetgenError for
    one above another block."""
    makes = {(formula(step).partition(" = ")[2], step.name) for step in standing.graph.steps
             if not step.hidden}  # fmt: skip
    said = {equation for equation, _ in makes}
    labels = list(standing.sights[page].labels("label"))
    for item in labels:
        if item.colour != "soft" or item.markup not in said or not any(
            other.markup == "=" and stands_over(item, other) for other in labels
        ):  # fmt: skip
            continue
        under = [part for part in standing.parts if part.page == page
                 and part.box[0] < item.x < part.box[2] and part.box[1] > item.y]  # fmt: skip
        first = min(under, key=lambda part: part.box[1], default=None)
        if first is None or (item.markup, first.name) not in makes:
            raise SheetgenError(f"“{item.markup}” stands above what is not made so")
        yield item


def _check_rules(standing: Standing, page: int) -> None:
    """Raises SheetgenError for what is done to one block, beside an arrow, where no block is made
    so."""
    called = {label(node) for node in standing.graph.nodes}
    makes = {formula(step).partition(" = ")[2]: step for step in standing.graph.steps
             if not step.hidden and len(step.inputs) == 1}  # fmt: skip
    for item in standing.sights[page].labels("label"):
        found = _RULE.fullmatch(item.markup)
        if item.colour != "soft" or found is None or not called & {found[1], found[2]}:
            continue
        step = makes.get(item.markup)
        near = {part.name for part in standing.parts if part.page == page
                and apart(box_of(item), part.box) < part.side}  # fmt: skip
        if step is None or not {step.name, step.inputs[0].name} <= near:
            raise SheetgenError(f"“{item.markup}” stands where nothing is done so")


def _between(standing: Standing, page: int, item: Label) -> Statement:
    said = item.markup
    is_it, work = _meaning(said)
    near = sorted(
        (apart(box_of(item), part.box), k) for k, part in enumerate(standing.parts)
        if part.page == page and is_it(standing.graph.by_name[part.name])
    )  # fmt: skip
    for _, k in near:
        part = standing.parts[k]
        step = standing.graph.by_name[part.name]
        assert isinstance(step, Step)
        source = step.inputs[0]
        if source.shape == step.shape and part.grid() == standing.origins[step.name]:
            slots = np.array([[_nearest(standing, part, place) for place in row]
                              for row in standing.origins[source.name]], np.intp)  # fmt: skip
            half = 0.0 if step.op.rounds_down else 0.5 * 10.0 ** -(step.places or 0)
            return Statement(f"“{said}”", _Doing(work, slots, part, half))
    raise SheetgenError(f"“{said}” stands where nothing is done so")


def _nearest(standing: Standing, part: Part, place: tuple[str, int, int]) -> int:
    """A box with a number, on the page of a block if there is one."""
    spots = standing.by_place.get(place)
    if not spots:
        raise SheetgenError(f"row {place[1] + 1} of {place[0]} stands on no page")
    return min(spots, key=lambda s: (s.page != part.page, s.slot)).slot


class _Doing:
    """A block holds what is done to the boxes of another."""

    def __init__(self, work: Callable[[Floats], Floats], source: Slots, part: Part, half: float):
        self.work, self.source, self.half = work, source, half
        self.made = np.array([[s.slot for s in row] for row in part.rows], np.intp)
        self.open = np.array([[not s.masked for s in row] for row in part.rows])

    def __call__(self, shown: Shown) -> Truths:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            found = self.work(shown.values[:, self.source])
        made = shown.values[:, self.made]
        return alike(np.where(self.open, found, 0.0), made, self.half)


def _meaning(said: str) -> tuple[Callable[[object], bool], Callable[[Floats], Floats]]:
    """Which steps do it, and what they do."""
    if found := _POWER.fullmatch(said):
        base = math.e if found[1] == "e" else float(found[1])
        return lambda node: isinstance(node, Step) and node.op.powers, lambda v: base**v
    if _SHARE.fullmatch(said):
        return (lambda node: isinstance(node, Step) and node.op.shares,
                lambda v: v / v.sum(axis=1, keepdims=True))  # fmt: skip
    if found := _DOWN.fullmatch(said):
        by = float(found[1])
        return (lambda node: isinstance(node, Step) and node.op.rounds_down,
                lambda v: np.floor(v / by))  # fmt: skip
    raise SheetgenError(f"“{said}” says nothing that can be checked")


@dataclass(frozen=True)
class _Entry:
    """A line of a table: what is taken of a number, and what is printed for it."""

    exact: float
    sign: str
    value: float
    decimals: int


def _check_tables(standing: Standing, said: list[str]) -> None:
    """All numbers of a sheet's tables are rounded to as many decimals."""
    entries = [_entry(*found.groups()) for text in said for found in _TABLE.finditer(text)]
    if not entries:
        return
    places = {int(step.params["decimals"]) + more for step in standing.graph.steps
              for more in (0, 2) if "decimals" in step.params}  # fmt: skip
    if not any(all(_rounded(entry, p) for entry in entries) for p in places):
        raise SheetgenError(f"the table “{said[0]}” is not rounded rightly")
    ends = [text for text in said if "beyond: 0" in text]
    least = min(entry.exact for entry in entries)
    if ends and all(least / math.e >= 0.5 * 10.0**-p for p in places):
        raise SheetgenError(f"the table “{ends[0]}” ends too early")


def _entry(name: str, power: str | None, z: str | None, sign: str, value: str) -> _Entry:
    digits, decimals = read_number(value)
    if power is not None:
        exact = math.exp(int(power.replace("−", "-")))
    else:
        exact = 1 / (1 + math.exp(-int(z or 0)))
    return _Entry(exact, sign, digits / 10.0**decimals, decimals)


def _rounded(entry: _Entry, places: int) -> bool:
    near = abs(entry.exact - entry.value) <= 0.5 * 10.0**-places + 1e-9
    return near and entry.decimals <= places
