"""The check lines of a sheet, worked out again from what its boxes show."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Given, Node, Step
from sheetgen.graph.numbers import Fixed, to_float
from sheetgen.pagecheck.shown import Floats, Shown, Slots, read_number
from sheetgen.pagecheck.standing import Standing
from sheetgen.words.labels import label

TURNED = "^T"
"""What the name of a matrix ends on that lies on its side."""
_N = r"−?\d*\.?\d+"


class Notes:
    """The check lines of sheets of one shape."""

    def __init__(self, standing: Standing) -> None:
        """Raises SheetgenError for a check line that nobody can read."""
        self.standing = standing
        views = [n for n in standing.graph.nodes if isinstance(n, Step) and n.hidden]
        self.nodes: dict[str, Node] = {label(node): node for node in views}
        self.nodes |= {label(n): n for n in standing.graph.nodes if n not in views}
        self.nodes |= {f"{name}{TURNED}": node for name, node in self.nodes.items()}
        self.name = "|".join(re.escape(n) for n in sorted(self.nodes, key=len, reverse=True))
        self.lines = [(text, self._read(text)) for sight in standing.sights
                      for _, text in sight.lines()
                      if text.startswith(("Check:", "Nudge check:"))]  # fmt: skip

    def wrong(self, shown: Shown, sheet: int) -> str:
        """The first line that is not so on a sheet, empty if all are."""
        if not self.lines:
            return ""
        there = _There(self, shown, sheet)
        return next((said for said, (how, found) in self.lines if not how(there, found)), "")

    def _read(self, line: str) -> tuple[Callable[[_There, re.Match[str]], bool], re.Match[str]]:
        for form, how in _FORMS.items():
            found = re.fullmatch(form.replace("NAME", f"(?:{self.name})").replace("NUM", _N), line)
            if found is not None:
                return how, found
        raise SheetgenError(f"“{line}” says nothing that can be checked")


class _There:
    """The numbers of one sheet by name."""

    def __init__(self, notes: Notes, shown: Shown, sheet: int) -> None:
        self.notes, self.standing = notes, notes.standing
        only = [sheet]
        self.shown = Shown(
            shown.digits[only], shown.decimals[only], shown.values[only], shown.open[only],
            shown.crossed[only],
        )
        self.blank: list[bool] = shown.open[sheet].tolist()
        self.blank += [self.blank[slot] for slot, _ in self.standing.compact]

    def slots(self, node: Node) -> Slots:
        spots = self.standing.by_place
        return np.array([[spots[place][0].slot for place in row]
                         for row in self.standing.origins[node.name]], np.intp)  # fmt: skip

    def fixed(self, node: Node) -> Fixed:
        digits, decimals = self.shown.fixed(self.slots(node))
        return Fixed(digits[0], decimals)

    def total(self, name: str) -> float:
        return float(to_float(self.fixed(self.notes.nodes[name])).sum())

    def blanks(self, nodes: Sequence[Node]) -> float:
        """The sum of the open boxes of some matrices, each box once."""
        total = 0.0
        for node in nodes:
            for row in self.standing.origins[node.name]:
                for place in row:
                    spots = self.standing.by_place.get(place, ())
                    if spots and all(self.blank[s.slot] for s in spots):
                        digits, decimals = (int(a[0, spots[0].slot]) for a in (
                            self.shown.digits, self.shown.decimals))  # fmt: skip
                        total += digits / 10.0**decimals
        return total

    def after(self, step: Step, changed: Mapping[Node, Fixed]) -> Floats:
        """How much a step's boxes grow if some of what it reads is changed."""
        old = step.forward(*(self.fixed(n) for n in step.inputs))
        new = step.forward(*(changed.get(n) or self.fixed(n) for n in step.inputs))
        return to_float(new) - to_float(old)


def _is(found: float, said: str) -> bool:
    digits, decimals = read_number(said)
    return abs(found - digits / 10.0**decimals) < 1e-6


def _raised(value: Fixed, where: tuple[slice | int, slice | int]) -> Fixed:
    digits = value.digits.copy()
    digits[where] += 10**value.decimals
    return Fixed(digits, value.decimals)


def _boxes(there: _There, found: re.Match[str]) -> bool:
    pairs = re.findall(rf"of ({there.notes.name}) (?:add up )?to ({_N})", found[0])
    return bool(pairs) and all(_is(there.total(name), said) for name, said in pairs)


def _rows(there: _There, found: re.Match[str]) -> bool:
    turned = found[2].endswith(TURNED)
    sums = to_float(there.fixed(there.notes.nodes[found[2]])).sum(axis=1).tolist()
    said = found[3].split(", ")
    return (len(said) == len(sums) and all(map(_is, sums, said))
            and turned == (found[1] == "columns"))  # fmt: skip


def _product(there: _There, found: re.Match[str]) -> bool:
    made = there.notes.nodes[found[1]]
    names = {label(n) for n in made.inputs} if isinstance(made, Step) else set()
    read = {found[k].removesuffix(TURNED) for k in (2, 3)}
    total = there.total(found[2]) * there.total(found[3])
    more = re.findall(rf"({there.notes.name}) ({_N})", found[5] or "")
    return (
        names == read and abs(total - there.total(found[1])) < 1e-6
        and _is(total, found[4]) and all(_is(there.total(name), said) for name, said in more)
    )  # fmt: skip


def _missing(there: _There, found: re.Match[str]) -> bool:
    return _is(there.blanks(there.standing.graph.givens), found[1])


def _open(there: _There, found: re.Match[str]) -> bool:
    nodes: list[Node] = []
    if not found[1].startswith("all "):
        nodes = [there.notes.nodes[name] for name in re.split(", | and ", found[1])]
    else:
        every = found[1] == "all blocks"
        nodes = [s for s in there.standing.graph.steps if not s.hidden and (every or not (
            s.op.repeats or s.op.moves or s.op.sign_only or s.op.squashes))]  # fmt: skip
    return _is(there.blanks(nodes), found[2])


def _again(there: _There, found: re.Match[str]) -> bool:
    box, column, name, other, read, amount, way = found.groups()
    step, source = there.notes.nodes[name], there.notes.nodes[read]
    if not isinstance(step, Step) or column != other:
        return False
    i, j = int(box or 1) - 1, int(column or 1) - 1
    grown = there.after(step, {source: _raised(there.fixed(source), (slice(None), j))})[i, j]
    amount = amount or "0"
    return _is(float(grown), f"−{amount}" if way == "lower" else amount)


def _nudged(there: _There, found: re.Match[str]) -> bool:
    weights, source, made = (there.notes.nodes[found[k]] for k in (3, 5, 7))
    places, turned = [found[1], found[2]], found[3].endswith(TURNED)
    i, j = (int(place or 1) - 1 for place in (places[::-1] if turned else places))
    if any(side > 1 and place is None for place, side in
           zip(places, weights.shape[::-1] if turned else weights.shape, strict=True)):
        return False  # which row or which column is not said
    if not isinstance(made, Step) or int(found[4]) - 1 != j or int(found[6]) - 1 != i:
        return False
    grown = there.after(made, {weights: _raised(there.fixed(weights), (i, j))})
    return bool(abs(grown[i, 0] - to_float(there.fixed(source))[j, 0]) < 1e-6)


def _forward(there: _There, found: re.Match[str]) -> bool:
    return any(there.blank) and any(isinstance(n, Given) for n in there.standing.graph.nodes)


_FORMS: dict[str, Callable[[_There, re.Match[str]], bool]] = {
    r"Check: the boxes of NAME add up to NUM(?:, of NAME to NUM)*\.": _boxes,
    r"Check: the (rows|columns) of (NAME) add up to (NUM(?:, NUM)*)\.": _rows,
    r"Check: sum of (NAME) = \(sum of (NAME)\) × \(sum of (NAME)\) = (NUM)"
    r"(?:[;,] likewise ((?:, |NAME NUM)+))?\.": _product,
    r"Check: the missing numbers add up to (NUM)\.": _missing,
    r"Check: the blank boxes of ((?:NAME|, | and )+|all blocks(?: but softmax and copies "
    r"\(by ReLU, there and back\))?) add up to (NUM)\.": _open,
    r"Check: work (?:box (\d+) of )?(?:column (\d+) of )?(NAME) out again with each box of "
    r"(?:column (\d+) of )?(NAME) 1 larger; it must come out (?:(NUM) )?(higher|lower|the same)"
    r"\.": _again,
    r"Nudge check: 1 more in (?:row (\d+)(?:, | of ))?(?:column (\d+) of )?(NAME) adds "
    r"box (\d+) of (NAME) to box (\d+) of (NAME)\.": _nudged,
    r"Check: work forward with your number; the printed results must come out\.": _forward,
}
"""What a check line may say, and whether it is so."""

