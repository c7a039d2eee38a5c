"""What a sheet says that is solved backwards: letters for what is missing, the way to find it, and
the equation of each missing number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from sheetgen.exercise.backwards import equations, missing, open_sums, stated_range
from sheetgen.exercise.exercise import Exercise
from sheetgen.exercise.readings import Reading
from sheetgen.graph.hangs import adds, asks, picks, taken_from
from sheetgen.graph.nodes import Graph, Node, Step
from sheetgen.graph.numbers import text
from sheetgen.words.drawn import Drawn
from sheetgen.words.labels import label, listed
from sheetgen.words.sentences import equation
from sheetgen.words.settled import settled_template
from sheetgen.words.sums import PLUS, Template, equals_sign, template_of

_ARITHMETIC = re.compile(r"(?:%s|[\d.() ]|[+−×÷])+")
"""A sum that is written with numbers alone."""
LETTERS = "pqrstuvkmncdfghwbyxazGHJKMNPQRTUVE"
"""For the missing numbers, in reading order."""
TOGETHER = 3
"""So many letters at most are found together."""

Place = tuple[str, int, int]


@dataclass(frozen=True)
class Equation:
    """A line of the room to work: for which letters, from which box, and what its key writes; the
    box is named as its page draws it by ``as_drawn``."""

    name: str
    written: str
    of: str
    """The matrix whose box it is."""


@dataclass
class Way:
    """How the missing numbers of an exercise are found."""

    letters: dict[Place, str]
    shown_as: dict[Place, str] = field(default_factory=dict)
    """Boxes that only repeat a missing number, and its letter."""
    lines: list[tuple[str, str]] = field(default_factory=list)
    """What to do, in order, each with the matrix whose boxes it needs; empty if it concerns all."""
    equations: list[Equation] = field(default_factory=list)


_LAST: list[tuple[Exercise, Way]] = []
"""The last exercise that was asked for and its way: a page asks for it at many places."""


def way_back(exercise: Exercise) -> Way | None:
    """The way to the missing numbers; None if no given number is missing."""
    if exercise.topic.parts:
        return None  # each of its small exercises has its equation beside it
    places = missing(exercise.graph, exercise.blanks)
    if not places:
        return None
    last = next(iter(_LAST), None)
    if last is None or last[0] is not exercise:
        last = exercise, _Solver(exercise, places).way()
        _LAST[:] = [last]
    return last[1]


def missing_note(exercise: Exercise) -> list[str]:
    """What is said of missing numbers where no letters stand for them."""
    count = len(missing(exercise.graph, exercise.blanks))
    if not count:
        return []
    kind, ends = _kind(exercise), _ends(exercise)
    if count == 1:
        return [f"Find the missing number: a {kind} {ends}; only one fits."]
    return [f"Find the {count} missing numbers; each is a {kind} {ends}, and only one fits."]


def _ends(exercise: Exercise) -> str:
    """``from −5 to 5``: where a missing number lies."""
    low, high, decimals = stated_range(exercise.graph, exercise.values, exercise.settings.knobs)
    return f"from {text(low, decimals)} to {text(high, decimals)}"


def _kind(exercise: Exercise) -> str:
    """``whole number``, or ``number with 2 decimals``: what a missing number is."""
    decimals = stated_range(exercise.graph, exercise.values, exercise.settings.knobs).decimals
    if not decimals:
        return "whole number"
    return f"number with {decimals} decimal{'s' if decimals > 1 else ''}"


class _Solver:
    """Solves equation after equation, as a student would."""

    def __init__(self, exercise: Exercise, places: list[Place]) -> None:
        self.exercise, self.graph = exercise, exercise.graph
        taken = {label(n)[0] for n in self.graph.nodes}
        free = [c for c in LETTERS if c not in taken] + [f"p_{{{k}}}" for k in range(1, 99)]
        self.letters = dict(zip(places, free, strict=False))
        self.found: set[Place] = set()
        self.open = {z.name: a for z, a in open_sums(self.graph)
                     if z.name in exercise.blanks}  # fmt: skip
        self.result = Way(self.letters)

    def way(self) -> Way:
        said = self.result
        for step in self.graph.steps:
            for i in range(step.shape[0]):
                for j in range(step.shape[1]):
                    at = self._root(step, i, j)
                    if at in self.letters and (step.op.moves if step.hidden else _repeats(step)):
                        said.shown_as[step.name, i, j] = self.letters[at]
        said.lines += [(line, "") for line in self._head()]
        while len(self.found) < len(self.letters):
            before = len(self.found)
            for step in self._sums():
                self._solve(step)
            if len(self.found) == before and not self._read() and not self._solve_together():
                break
        self._try()
        self._rest()
        said.lines = [(line if k < 2 else f"[{k - 1}] {line}", of)
                      for k, (line, of) in enumerate(said.lines)]  # fmt: skip
        return said

    def _head(self) -> Iterator[str]:
        count = len(self.letters)
        kind, ends = _kind(self.exercise), _ends(self.exercise)
        names = ", ".join(self.letters.values())
        yield (f"{count} numbers are missing: {names}." if count > 1
               else f"One number is missing: {names}.")  # fmt: skip
        yield (f"Each is a {kind} {ends}, and only one fits." if count > 1
               else f"It is a {kind} {ends}, and only one fits.")  # fmt: skip
        sums = [label(self.graph.by_name[z]) for z in self.open]
        made = [label(a) for a in self.open.values()]
        if not sums:
            return
        shown = [n for a in self.open.values() for row in self.exercise.shown(a.name) for n in row]
        if len(shown) == 1 and shown != ["0"]:
            yield f"{made[0]} is not 0, so {sums[0]} = {made[0]}."
        elif "0" not in shown:
            yield f"First copy {listed(made)} into {listed(sums)}: no box of {listed(made)} is 0."
        else:
            them = "it is" if len(sums) == 1 else "they are"
            yield (f"First copy {listed(made)} into {listed(sums)} where {them} not 0; "
                   "leave the others open.")  # fmt: skip

    def _sums(self) -> list[Step]:
        """The steps whose boxes are equations."""
        return [s for s in self.graph.steps
                if adds(s.op) and not s.hidden and not _repeats(s)]

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
        told, dropped = [], set[Place]()
        for i, j in self._boxes(step):
            said, unknown, dead = self._equation(step, i, j)
            if len(set(unknown)) == 1:
                place = unknown[0]
                self.found.add(place)
                letter, box = self.letters[place], _box(step, i, j)
                told.append((letter, box))
                dropped |= dead
                self._note(f"{letter} from {box}", f"{said} = {self._shown(step, i, j)}", [place],
                           step)  # fmt: skip
        none = [c for p, c in self.letters.items() if p in dropped]
        but = f", as {listed(none)} count{'s' * (len(none) == 1)} 0 times" if none else ""
        if len(told) == 1:
            letter, box = told[0]
            self._tell(f"Solve for {letter}: alone in {box}{but}.", step)
        elif told:
            letters = listed([t for t, _ in told])
            self._tell(f"Solve for {letters}: each alone in its {_kind_of_box(step)} of "
                       f"{_name(step)}{but}.", step)  # fmt: skip

    @cached_property
    def _readings(self) -> list[Reading]:
        """What is told by boxes that are no sums."""
        exercise, hidden = self.exercise, frozenset(self.open)
        system = equations(self.graph, exercise.values, hidden, exercise.settings.knobs)
        return [one for one in system.readings if one.of in self.letters]

    def _read(self) -> bool:
        """Letters that a step tells which is no sum: a function that is bent, or looked up."""
        left = [one for one in self._readings if one.of not in self.found]
        step = left[0].step if left else None
        told = []
        for one in (one for one in left if one.step is step):
            i, j = one.boxes[0]
            letter, box = self.letters[one.of], _box(one.step, i, j)
            sign = equals_sign(self.exercise, one.step, i, j)
            written = f"{self._as_read(one)} {sign} {self._shown(one.step, i, j)}"
            self.found.add(one.of)
            self._note(f"{letter} from {box}", written, [one.of], step)
            told.append((letter, box))
        if step is None:
            return False
        boxes = told[0][1]
        if len(told) > 1:
            boxes = f"its {_kind_of_box(step)} of {_name(step)}"
        self._tell(f"{listed([t for t, _ in told])}: {'each ' * (len(told) > 1)}from {boxes}. "
                   "Which number gives what is printed?", step)  # fmt: skip
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
            for k, (step, i, j, said) in enumerate(rows, 1):
                last = list(group) if k == len(rows) else []
                self._note(f"{letters} from {_box(step, i, j)}",
                           f"{said} = {self._shown(step, i, j)}", last, step)  # fmt: skip
            boxes = _some([(step, i, j) for step, i, j, _ in rows])
            self._tell(f"Solve for {letters} together: from {boxes}.", rows[0][0])
            self.found |= group
            return True
        return False

    def _try(self) -> None:
        """Letters that no few sums tell: numbers are tried until the printed ones come out."""
        left = [place for place in self.letters if place not in self.found]
        if not left:
            return
        letters = listed([self.letters[place] for place in left])
        self._tell(f"{letters}: try whole numbers {_ends(self.exercise)}, until the printed "
                   f"results come out.")  # fmt: skip
        self._note(letters, "found by trying", left)

    def _order(self, place: Place) -> int:
        return list(self.letters).index(place)

    def _rest(self) -> None:
        """The sums that the page does not tell: worked out at the end."""
        for name, a in self.open.items():
            step = self.graph.by_name[name]
            assert isinstance(step, Step)
            boxes = []
            for i in range(step.shape[0]):
                for j in range(step.shape[1]):
                    if not self._known(step, i, j):
                        boxes.append(_box(step, i, j))
                        said, *_ = self._equation(step, i, j)
                        self._note(boxes[-1], f"{said} = {self.exercise.shown(name)[i][j]}", [],
                                   step)  # fmt: skip
            if boxes:
                which = boxes[0] if len(boxes) == 1 else f"the rest of {_name(step)}"
                self._tell(f"Work {which} out: not positive, as {label(a)} is 0 there.", step)

    def _shown(self, step: Step, i: int, j: int) -> str:
        return self.exercise.shown(step.name)[i][j]

    def _tell(self, line: str, step: Step | None = None) -> None:
        self.result.lines.append((line, step.name if step else ""))

    def _note(
        self, name: str, written: str, places: list[Place], step: Step | None = None
    ) -> None:
        so = ", ".join(
            f"{self.letters[p]} = {self.exercise.shown(p[0])[p[1]][p[2]]}"
            for p in sorted(places, key=self._order)
        )
        self.result.equations.append(
            Equation(name, f"{written}, so {so}" if so else written, step.name if step else ""))


def _repeats(node: Step) -> bool:
    """Whether its boxes only repeat others."""
    return node.op.moves or picks(node.op)


# --- boxes, named as a page draws their matrix: marked in a line until that is known

_MARKED = re.compile("\x02(.)([^\x03]*)\x03")


def as_drawn(said: str, graph: Graph, drawn: Drawn) -> str:
    """A line of a way with its boxes named as a page draws them."""

    def named(found: re.Match[str]) -> str:
        kind, places = found.group(1), [p.split(",") for p in found.group(2).split(";")]
        node = graph.by_name[places[0][0]]
        lies = node.name in drawn.turned
        rows, columns = node.shape[::-1] if lies else node.shape
        if kind == "n":
            return drawn.name(node)
        if kind == "k":
            return "row" if columns == 1 else "column" if rows == 1 else "box"
        boxes = [(int(i), int(j))[:: -1 if lies else 1] for _, i, j in places]
        parts = [_counted("row", [i for i, _ in boxes])] * (rows > 1)
        parts += [_counted("column", [j for _, j in boxes])] * (columns > 1)
        return f"{', '.join(parts)} of {drawn.name(node)}" if parts else drawn.name(node)

    return _MARKED.sub(named, said)


def _counted(kind: str, places: list[int]) -> str:
    """``row 2``, ``columns 1, 2 and 4``."""
    found = [str(k + 1) for k in dict.fromkeys(places)]
    return f"{kind} {found[0]}" if len(found) == 1 else f"{kind}s {listed(found)}"


def _name(node: Node) -> str:
    return f"\x02n{node.name}\x03"


def _kind_of_box(node: Node) -> str:
    """``row`` where each has one box."""
    return f"\x02k{node.name}\x03"


def _box(step: Node, i: int, j: int) -> str:
    """``row 2 of z_1``."""
    return f"\x02b{step.name},{i},{j}\x03"


def _some(boxes: list[tuple[Step, int, int]]) -> str:
    """Some boxes; those of one row or column of a matrix in one."""
    steps, rows, columns = (set(part) for part in zip(*boxes, strict=True))
    if len(steps) == 1 and 1 in (len(rows), len(columns)):
        places = ";".join(f"{step.name},{i},{j}" for step, i, j in boxes)
        return f"\x02b{places}\x03"
    return listed([_box(*box) for box in boxes])
