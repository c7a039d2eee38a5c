"""The way to the missing numbers of a sheet that is solved backwards: equation after equation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sheetgen.exercise.backwards import equations, missing, open_sums
from sheetgen.exercise.exercise import Exercise
from sheetgen.exercise.readings import Reading
from sheetgen.graph.cell import Place
from sheetgen.graph.hangs import adds, asks, picks, taken_from
from sheetgen.graph.nodes import Node, Step
from sheetgen.words.labels import label, listed
from sheetgen.words.missing import ends, how_many
from sheetgen.words.named_boxes import box_of, kind_of_box, name_of, some_of
from sheetgen.words.sentences import equation
from sheetgen.words.settled import settled_template
from sheetgen.words.sums import PLUS, Template, equals_sign, template_of
from sheetgen.words.way import Equation, Pages, Told, Way, page_with

_ARITHMETIC = re.compile(r"(?:%s|[\d.() ]|[+−×÷])+")
"""A sum that is written with numbers alone."""
LETTERS = "pqrstuvkmncdfghwbyxazGHJKMNPQRTUVE"
"""For the missing numbers, in reading order."""
TOGETHER = 3
"""So many letters at most are found together."""


@dataclass
class _Known:
    """The last exercise that was asked for: a page asks for it at many places, and a layout with
    its boxes on these or those pages."""

    exercise: Exercise
    places: list[Place]
    ways: dict[tuple[frozenset[str], ...], Way] = field(default_factory=dict)

    @cached_property
    def readings(self) -> list[Reading]:
        """What is told by boxes that are no sums."""
        exercise = self.exercise
        hidden = frozenset(z.name for z, _ in open_sums(exercise.graph)
                           if z.name in exercise.blanks)  # fmt: skip
        system = equations(exercise.graph, exercise.values, hidden, exercise.settings.knobs)
        return [one for one in system.readings if one.of in self.places]


_LAST: list[_Known] = []


def way_back(exercise: Exercise, pages: Pages = ()) -> Way | None:
    """The way to the missing numbers, page after page where its boxes stand on several ``pages``;
    None if no given number is missing."""
    if exercise.topic.parts:
        return None  # each of its small exercises has its equation beside it
    known = next(iter(_LAST), None)
    if known is None or known.exercise is not exercise:
        known = _Known(exercise, missing(exercise.graph, exercise.blanks))
        _LAST[:] = [known]
    if not known.places:
        return None
    on = tuple(pages) if len(pages) > 1 else ()
    if on not in known.ways:
        known.ways[on] = _Solver(known, on).way()
    return known.ways[on]


class _Solver:
    """Solves equation after equation, as a student would, page after page."""

    def __init__(self, known: _Known, pages: Pages) -> None:
        self.known, self.exercise, self.graph = known, known.exercise, known.exercise.graph
        taken = {label(n)[0] for n in self.graph.nodes}
        free = [c for c in LETTERS if c not in taken] + [f"p_{{{k}}}" for k in range(1, 99)]
        self.letters = dict(zip(known.places, free, strict=False))
        self.found: set[Place] = set()
        self.open = {z.name: a for z, a in open_sums(self.graph)
                     if z.name in self.exercise.blanks}  # fmt: skip
        self.result = Way(self.letters)
        self.pages, self.page = pages, 0
        self.steps: list[tuple[str, str]] = []
        """What is told on the page at hand, in full and in fewer words."""
        self.number = 0
        """Of lines told so far."""

    def way(self) -> Way:
        said, left = self.result, dict(self.open)
        for step in self.graph.steps:
            for i in range(step.shape[0]):
                for j in range(step.shape[1]):
                    at = self._root(step, i, j)
                    if at in self.letters and (step.op.moves if step.hidden else _repeats(step)):
                        said.shown_as[step.name, i, j] = self.letters[at]
        last = max(0, len(self.pages) - 1)
        steps: list[list[tuple[str, str]]] = []
        for self.page in range(last + 1):
            before = set(self.found)
            self.steps = []
            self._copy()
            while len(self.found) < len(self.letters):
                count = len(self.found)
                for step in self._sums():
                    self._solve(step)
                if len(self.found) == count and not self._read() and not self._solve_together():
                    break
            if self.page == last:
                self._try()
            self._rest(left)
            said.found_on |= {c: self.page for p, c in self.letters.items()
                              if p in self.found and p not in before}  # fmt: skip
            steps.append(self.steps)
        for k, own in enumerate(steps):
            head = how_many(self.exercise, said, self.pages, k)
            said.lines += [Told(line, line, k) for line in head]
            said.lines += [Told(line, brief, k) for line, brief in own]
        return said

    def _copy(self) -> None:
        """The sums of the page at hand that stand behind a ReLU."""
        pairs = [(z, a) for z, a in self.open.items() if self._page(z) == self.page]
        sums = [label(self.graph.by_name[z]) for z, _ in pairs]
        made = [f"{label(a)}{self._elsewhere(a)}" for _, a in pairs]
        if not sums:
            return
        shown = [n for _, a in pairs for row in self.exercise.shown(a.name) for n in row]
        if len(shown) == 1 and shown != ["0"]:
            self._tell(f"{made[0]} is not 0, so {sums[0]} = {label(pairs[0][1])}")
        elif "0" not in shown:
            none = listed([label(a) for _, a in pairs])
            self._tell(f"First copy {listed(made)} into {listed(sums)}",
                       after=f": no box of {none} is 0")  # fmt: skip
        else:
            them = "it is" if len(sums) == 1 else "they are"
            self._tell(f"First copy {listed(made)} into {listed(sums)} where {them} not 0",
                       after="; leave the others open")  # fmt: skip

    def _page(self, matrix: str) -> int:
        """The page on which the boxes of a matrix are worked with."""
        return page_with(matrix, self.pages)

    def _elsewhere(self, *nodes: Node) -> str:
        """`` (page 2)`` behind the name of what does not stand on the page at hand."""
        if not self.pages or any(node.name in self.pages[self.page] for node in nodes):
            return ""
        return f" (page {self._page(nodes[0].name) + 1})"

    def _ready(self, steps: Iterable[Step]) -> list[Step]:
        """Those that stand on the page at hand, or on one before it."""
        return [step for step in steps if self._page(step.name) <= self.page]

    def _sums(self) -> list[Step]:
        """The steps whose boxes are equations."""
        return self._ready(s for s in self.graph.steps
                           if adds(s.op) and not s.hidden and not _repeats(s))

    def _root(self, node: Node, i: int, j: int) -> Place:
        """The box whose number a box repeats."""
        while isinstance(node, Step) and _repeats(node):
            name, i, j = taken_from(node, i, j, self.exercise.values)
            node = self.graph.by_name[name]
        return node.name, i, j

    def _known(self, step: Step, i: int, j: int) -> bool:
        """Whether the result of a sum stands on the page, or follows from what does."""
        if step.name in self.open:
            return self.exercise.shown(self.open[step.name].name)[i][j] != "0"
        blank = self.exercise.blanks.get(step.name)
        return blank is None or not blank[i, j]

    def _equation(self, step: Step, i: int, j: int) -> tuple[str, list[Place], set[Place]]:
        """The sum of a box with letters for what is not found; those that count, and those that
        do not, as they are multiplied by 0."""
        pattern, numbers = self._template(step, i, j)
        parts, unknown = [], []
        for bare, n, row, column in numbers:
            node = step.inputs[n]
            root = self._root(node, row, column)
            if root in self.letters and root not in self.found:
                parts.append(self.letters[root])
                unknown.append(root)
            else:
                shown = self.exercise.shown(node.name)[row][column]
                parts.append(shown if bare or shown[0] != "−" else f"({shown})")
        said = pattern % tuple(parts)
        dead = {term for term in PLUS.split(said) if term.startswith("0×") or term.endswith("×0")}
        told = [p for p in unknown if not any(self.letters[p] in term for term in dead)]
        return said, told, {p for p in unknown if p not in told}

    def _template(self, step: Step, i: int, j: int) -> Template:
        return settled_template(self.exercise, step, i, j) if asks(step.op) else (
            template_of(step, i, j))  # fmt: skip

    def _boxes(self, step: Step) -> Iterator[tuple[int, int]]:
        for i in range(step.shape[0]):
            for j in range(step.shape[1]):
                if self._known(step, i, j):
                    yield i, j

    def _solve(self, step: Step) -> None:
        """What a step's boxes tell, each of one letter."""
        told, dropped, before = [], set[Place](), set(self.found)
        in_turn = False
        for i, j in self._boxes(step):
            said, unknown, dead = self._equation(step, i, j)
            if len(set(unknown)) == 1:
                place = unknown[0]
                in_turn |= self._needs(step, i, j, before)
                self.found.add(place)
                letter, box = self.letters[place], box_of(step, i, j)
                told.append((letter, box))
                dropped |= dead
                self._note(letter, box, f"{said} = {self._shown(step, i, j)}", [place], step)
        there = self._elsewhere(step)
        if len(told) == 1:
            letter, box = told[0]
            none = [c for p, c in self.letters.items() if p in dropped]
            but = f", where {listed(none)} {'is' if len(none) == 1 else 'are'} times 0" * bool(none)
            self._tell(f"{letter}: alone in {box}{there}{but}", "Solve for ")
        elif told:
            letters = listed([t for t, _ in told]) + " in turn" * in_turn
            others = "; other letters there are " + "found or " * in_turn + "times 0"
            but = others if dropped else ""
            self._tell(f"{letters}: each alone in its {kind_of_box(step)} of "
                       f"{name_of(step)}{there}{but}", "Solve for ")  # fmt: skip

    def _needs(self, step: Step, i: int, j: int, before: set[Place]) -> bool:
        """Whether a box tells a letter only as others were found since ``before``."""
        found, self.found = self.found, before
        _, unknown, _ = self._equation(step, i, j)
        self.found = found
        return len(set(unknown)) > 1

    def _read(self) -> bool:
        """Letters that a step tells which is no sum: a function that is bent, or looked up."""
        ready = self._ready(one.step for one in self.known.readings)
        left = [one for one in self.known.readings
                if one.of not in self.found and one.step in ready]  # fmt: skip
        step = left[0].step if left else None
        told = []
        for one in (one for one in left if one.step is step):
            i, j = one.boxes[0]
            letter, box = self.letters[one.of], box_of(one.step, i, j)
            sign = equals_sign(self.exercise, one.step, i, j)
            written = f"{self._as_read(one)} {sign} {self._shown(one.step, i, j)}"
            self.found.add(one.of)
            self._note(letter, box, written, [one.of], one.step)
            told.append((letter, box))
        if step is None:
            return False
        boxes = told[0][1]
        if len(told) > 1:
            boxes = f"its {kind_of_box(step)} of {name_of(step)}"
        self._tell(f"{listed([t for t, _ in told])}: {'each ' * (len(told) > 1)}from "
                   f"{boxes}{self._elsewhere(step)}. Which number gives what is "
                   "printed?", "Find ")  # fmt: skip
        return True

    def _as_read(self, one: Reading) -> str:
        """What a box that is no sum works out, with a letter for what is sought."""
        step, (i, j) = one.step, one.boxes[0]
        said, numbers = template_of(step, i, j)

        def told(bare: bool, n: int, row: int, column: int) -> str:
            node = step.inputs[n]
            if self._root(node, row, column) == one.of:
                return self.letters[one.of]
            shown = self.exercise.shown(node.name)[row][column]
            return shown if bare or shown[0] != "−" else f"({shown})"

        if _ARITHMETIC.fullmatch(said):
            return said % tuple(told(*number) for number in numbers)
        return equation(step, [told(True, n, i, j) if node.shape == step.shape else label(node)
                               for n, node in enumerate(step.inputs)])  # fmt: skip

    def _solve_together(self) -> bool:
        """Two or three letters from as many boxes."""
        groups: dict[frozenset[Place], list[tuple[Step, int, int, str]]] = {}
        for step in self._sums():
            for i, j in self._boxes(step):
                said, unknown, _ = self._equation(step, i, j)
                if 1 < len(set(unknown)) <= TOGETHER:
                    groups.setdefault(frozenset(unknown), []).append((step, i, j, said))
        joined = {g | other for g in groups for other in groups if len(g | other) <= TOGETHER}
        for group in sorted(joined, key=lambda g: (len(g), sorted(g))):
            rows = [row for some, found in groups.items() if some <= group for row in found]
            if len(rows) < len(group):
                continue
            letters = listed([self.letters[p] for p in sorted(group, key=self._order)])
            rows = rows[: len(group)]
            boxes = some_of([(step, i, j) for step, i, j, _ in rows])
            whole = f"{letters} from {boxes}"
            for k, (step, i, j, said) in enumerate(rows, 1):
                last = list(group) if k == len(rows) else []
                self._note(letters, box_of(step, i, j), f"{said} = {self._shown(step, i, j)}",
                           last, step, whole)  # fmt: skip
            there = "".join(dict.fromkeys(self._elsewhere(step) for step, *_ in rows))
            self._tell(f"{letters} together: from {boxes}{there}", "Solve for ")
            self.found |= group
            return True
        return False

    def _try(self) -> None:
        """Letters that no few sums tell: numbers are tried until the printed ones come out."""
        left = [place for place in self.letters if place not in self.found]
        if not left:
            return
        letters = listed([self.letters[place] for place in left])
        self._note(letters, "", "found by trying", left)
        self.found |= set(left)
        self._tell(f"{letters}: try whole numbers {ends(self.exercise)}, until the printed "
                   f"results come out")  # fmt: skip

    def _order(self, place: Place) -> int:
        return list(self.letters).index(place)

    def _rest(self, left: dict[str, Step]) -> None:
        """The sums that no page tells, of those that are ``left``: worked out as soon as all their
        numbers are found."""
        for name, a in list(left.items()):
            step = self.graph.by_name[name]
            assert isinstance(step, Step)
            boxes = [box for box in np.ndindex(step.shape) if not self._known(step, *box)]
            sums = [self._equation(step, i, j) for i, j in boxes]
            if self._page(name) > self.page or any(unknown for _, unknown, _ in sums):
                continue
            del left[name]
            for (i, j), (said, *_) in zip(boxes, sums, strict=True):
                self._note("", box_of(step, i, j), f"{said} = {self._shown(step, i, j)}", [], step)
            if boxes:
                which = (box_of(step, *boxes[0]) if len(boxes) == 1
                         else f"the rest of {name_of(step)}")  # fmt: skip
                self._tell(f"Work {which}{self._elsewhere(step)} out: not positive",
                           after=f", as {label(a)} is 0 there")  # fmt: skip

    def _shown(self, step: Step, i: int, j: int) -> str:
        return self.exercise.shown(step.name)[i][j]

    def _tell(self, line: str, before: str = "", after: str = "") -> None:
        """Note what to do, by the number that all equations have which were noted since; in few
        words without what stands ``before`` and ``after``."""
        self.number += 1
        end = "" if line.endswith("?") else "."
        number = f"[{self.number}] "
        self.steps.append((f"{number}{before}{line}{after}{end}", f"{number}{line}{end}"))

    def _note(
        self, letters: str, box: str, written: str, places: list[Place],
        step: Step | None = None, whole: str = "",
    ) -> None:  # fmt: skip
        """Note the equation that tells some letters, or the sum of a box that tells none."""
        so = ", ".join(
            f"{self.letters[p]} = {self.exercise.shown(p[0])[p[1]][p[2]]}"
            for p in sorted(places, key=self._order)
        )
        self.result.equations.append(Equation(
            " from ".join(filter(None, (letters, box))),
            written if so in ("", written) else f"{written}, so {so}",
            step.name if step else "", bool(letters), self.number + 1, whole))  # fmt: skip


def _repeats(node: Step) -> bool:
    """Whether its boxes only repeat others."""
    return node.op.moves or picks(node.op)
