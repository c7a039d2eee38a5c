"""The students of a class with their exercises: who gets which.

Each student's seed comes from the class seed, the student's id (or name) and the topic, so that a
newcomer changes nobody's sheet. Where two students would get the same exercise, one of them takes
his next seed; the manifest keeps what was handed out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sheetgen.classroom.matching import keys_of
from sheetgen.classroom.plan import Plan
from sheetgen.classroom.students import MOST, Student
from sheetgen.cores import Cores
from sheetgen.draw.knobs import Knobs
from sheetgen.draw.search import Drawn, draw, joined
from sheetgen.errors import SheetgenError, counted
from sheetgen.exercise.different import Distinct
from sheetgen.exercise.exercise import Exercise, build, with_secret
from sheetgen.exercise.recipe import read_recipe
from sheetgen.exercise.settings import Settings
from sheetgen.graph.nodes import Graph

LARGEST_SEED = 10**9
"""Seeds stay short, so that a recipe can be typed."""
SECRET_SEEDS = 2**63
"""For sheets that say no recipe."""
ATTEMPTS = 60
"""Seeds that one student may try."""
AT_ONCE = 500
"""Exercises drawn together."""
MANY = 100
"""Exercises from which it pays to start another process."""
SEEN = 500
"""The last seeds by which it is told whether something new is still to be found."""
FEW = 10
"""Who waits may still be lucky if they are no more than so many."""

Drawer = Callable[[Graph, Sequence[int], Knobs, tuple[float, float]], Drawn]


@dataclass(frozen=True)
class Pupil:
    """A student with the exercises that are hers or his alone."""

    student: Student
    key: str
    """What the seed hangs on: id, email or name, with a count for those who share it."""
    exercises: tuple[Exercise, ...]
    spare: bool = False

    @property
    def code(self) -> str:
        return self.exercises[0].code

    @property
    def effort(self) -> float:
        return sum(e.effort for e in self.exercises)

    @property
    def shown(self) -> str:
        """The student for a list: name, id, or which spare it is."""
        return self.student.name or self.student.id

    @property
    def nameless(self) -> Pupil:
        """The same without what tells who it is."""
        return replace(self, student=Student("", "", group=self.student.group))


def digest_of(exercises: Sequence[Exercise]) -> str:
    """SHA-256 of what is on the sheets: recipes, the numbers of each matrix as they are printed,
    and which are blank. The same in each version that draws the same."""
    found = hashlib.sha256()
    for exercise in exercises:
        numbers = [(name, exercise.shown(name)) for name in exercise.values]
        blanks = [(name, cells.shape, cells.tobytes()) for name, cells in exercise.blanks.items()]
        found.update(f"{exercise.recipe}\n{numbers}\n{blanks}\n".encode())
    return found.hexdigest()


def spare_students(count: int) -> list[Student]:
    """Unnamed extras. Raises SheetgenError."""
    if not 0 <= count <= MOST:
        raise SheetgenError(f"--spares: {count} is not between 0 and {MOST}")
    return [Student(f"spare-{k}", "", group="Spares") for k in range(1, count + 1)]


def seed_of(
    class_seed: int, key: str, topic: str, position: int, attempt: int, seeds: int = LARGEST_SEED
) -> int:
    """The seed of one student's exercise, of so many ``seeds``."""
    text = json.dumps([class_seed, key, topic, position, attempt])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % seeds


def assign(
    plan: Plan,
    students: Sequence[Student],
    spares: Sequence[Student],
    class_seed: int,
    kept: Mapping[str, Sequence[str]] | None = None,
    keys: Sequence[str] | None = None,
    cores: Cores | None = None,
    tell: Callable[[int], None] = lambda count: None,
) -> list[Pupil]:
    """An own exercise for everybody, no two alike, in the order of ``students`` and ``spares``;
    with a ``secret`` of the plan's look, from seeds that nobody can try through.

    ``kept`` maps keys, those of ``keys_of`` if there are no others, to the recipes that they were
    handed before; ``tell`` hears each time how many more have an exercise. Raises SheetgenError if
    the options do not allow so many different exercises.
    """
    drawer = drawn_by(cores or Cores.here())
    keys = [*(keys or keys_of(students)), *(f"\tspare\n{s.id}" for s in spares)]
    columns: list[dict[str, Exercise]] = []
    seen: dict[str, Distinct] = {}
    codes: set[str] = set()
    for position, part in enumerate(plan.pieces):
        old = {k: read_recipe(recipes[position]).seed for k, recipes in (kept or {}).items()
               if position < len(recipes)}  # fmt: skip
        distinct = seen.setdefault(part.asked.identity, Distinct())
        columns.append(_drawn(part.asked, position, keys, class_seed, old, distinct, codes, drawer,
                              plan.look.secret, tell))  # fmt: skip
    return [
        Pupil(student, key, tuple(column[key] for column in columns), k >= len(students))
        for k, (student, key) in enumerate(zip([*students, *spares], keys, strict=True))
    ]


def _drawn(
    asked: Settings, position: int, keys: Sequence[str], class_seed: int, old: Mapping[str, int],
    distinct: Distinct, codes: set[str], drawer: Drawer, secret: str, tell: Callable[[int], None],
) -> dict[str, Exercise]:  # fmt: skip
    """One exercise a key; those handed out before first, then in an order that has nothing to do
    with the roster's."""

    def seed(key: str, attempt: int) -> int:
        many = SECRET_SEEDS if secret else LARGEST_SEED
        return seed_of(class_seed, key, asked.topic.name, position, attempt, many)

    waiting = sorted(keys, key=lambda k: (k not in old, seed(k, 0), k))
    found: dict[str, Exercise] = {}
    hope = _Hope()
    for attempt in range(ATTEMPTS):
        again: list[str] = []
        for start in range(0, len(waiting), AT_ONCE):
            some, before = waiting[start : start + AT_ONCE], len(found)
            seeds = [old[k] if attempt == 0 and k in old else seed(k, attempt) for k in some]
            for key, exercise in zip(some, _built(asked, seeds, drawer, secret), strict=True):
                if exercise is None or exercise.code in codes or not distinct.add(exercise):
                    again.append(key)
                    continue
                codes.add(exercise.code)
                found[key] = exercise
            tell(len(found) - before)
            hope.tried(len(some), len(found) - before)
            if len(keys) - len(found) > FEW and hope.lost(ATTEMPTS - attempt):
                raise _too_few(asked, len(found), len(keys))
        waiting = again
        if not waiting:
            return found
    raise _too_few(asked, len(found), len(keys))


def _too_few(asked: Settings, found: int, wanted: int) -> SheetgenError:
    return SheetgenError(
        f"{asked.topic.name} with these options has only about "
        f"{counted(found, 'different exercise')} for {counted(wanted, 'student')}; "
        f"ask for larger widths or ranges"
    )


class _Hope:
    """Whether those who wait can still come to an exercise of their own, told by how many of the
    last seeds gave something new. New ones grow rarer, as there are ever fewer of them."""

    def __init__(self) -> None:
        self.seeds = self.new = 0
        """Of the last seeds: how many there were, and how many gave something new."""

    def tried(self, seeds: int, new: int) -> None:
        self.seeds, self.new = self.seeds + seeds, self.new + new
        if self.seeds >= 2 * SEEN:  # what was long ago tells little
            self.seeds, self.new = self.seeds // 2, self.new // 2

    def lost(self, attempts: int) -> bool:
        """Whether a seed is so rarely new, 3 in so many seeds allowed for chance, that even in all
        ``attempts`` that are left one that waits rather finds nothing."""
        return self.seeds >= SEEN and (self.new + 3) * attempts < self.seeds


def _built(
    asked: Settings, seeds: Sequence[int], drawer: Drawer, secret: str
) -> list[Exercise | None]:
    """An exercise a seed, None for the few seeds from which none comes."""
    try:
        return [with_secret(made, secret) for made in build(asked, seeds, drawer)]
    except SheetgenError as problem:
        whole = problem
    out: list[Exercise | None] = []
    for k, seed in enumerate(seeds):
        if k == 40 and all(e is None for e in out):
            break
        try:
            out += build(asked, [seed])
        except SheetgenError:
            out.append(None)
    if all(e is None for e in out):
        raise whole
    return [exercise and with_secret(exercise, secret) for exercise in out]


def drawn_by(cores: Cores) -> Drawer:
    """Draws many exercises with two cores, a half each; few with one."""

    def drawn(
        graph: Graph, seeds: Sequence[int], knobs: Knobs, band: tuple[float, float]
    ) -> Drawn:
        if len(seeds) < MANY:
            return draw(graph, seeds, knobs, band)
        half = len(seeds) // 2
        with cores.meanwhile(lambda: draw(graph, seeds[half:], knobs, band)) as rest:
            return joined(draw(graph, seeds[:half], knobs, band), rest())

    return drawn


def check_grouping(group_by: str) -> None:
    """Raises SheetgenError for what nobody can be grouped by."""
    if group_by not in ("", "group"):
        raise SheetgenError(f"--group-by: {group_by!r} is unknown; there is only: group")


def handing_out(pupils: Sequence[Pupil], group_by: str = "") -> list[Pupil]:
    """The order of the packs: the roster's, or by group; spares last."""
    check_grouping(group_by)
    if not group_by:
        return list(pupils)
    return sorted(pupils, key=lambda p: (p.spare, p.student.group.casefold(), p.student.group))
