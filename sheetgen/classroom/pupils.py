"""The students of a class with their exercises: who gets which.

Each student's seed comes from the class seed, the student's id (or name) and the topic, so that a
newcomer changes nobody's sheet. Where two students would get the same exercise, one of them takes
his next seed; the manifest keeps what was handed out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sheetgen.classroom.matching import keys_of
from sheetgen.classroom.plan import Plan
from sheetgen.classroom.students import MOST, Student
from sheetgen.cores import Cores
from sheetgen.draw.drawing import draw_some, usual_of
from sheetgen.draw.effort import Sheet
from sheetgen.draw.knobs import Knobs
from sheetgen.draw.rounds import Drawn, joined
from sheetgen.errors import SheetgenError, counted
from sheetgen.exercise.different import AT_ONCE, Distinct, numbers_of
from sheetgen.exercise.exercise import Exercise, build_some, with_secret
from sheetgen.exercise.recipe import read_recipe
from sheetgen.exercise.settings import Settings
from sheetgen.graph.nodes import Graph
from sheetgen.series.draw import build_booklets
from sheetgen.series.series import Series

LARGEST_SEED = 10**9
"""Seeds stay short, so that a recipe can be typed."""
SECRET_SEEDS = 2**63
"""For sheets that say no recipe."""
ATTEMPTS = 60
"""Seeds that one student may try."""
MANY = 100
"""Exercises from which it pays to start another process."""
SEEN = 500
"""The last seeds by which it is told whether something new is still to be found."""
FEW = 10
"""Who waits may still be lucky if they are no more than so many."""

Drawer = Callable[[Graph, Sequence[int], Knobs, tuple[Sheet, ...]], Drawn]


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
    columns: list[dict[str, tuple[Exercise, ...]]] = []
    seen: dict[str, Distinct] = {}
    codes: set[str] = set()
    for position, kind in enumerate(_kinds(plan, seen, drawer)):
        old = {k: read_recipe(recipes[position]).seed for k, recipes in (kept or {}).items()
               if position < len(recipes)}  # fmt: skip
        columns.append(_drawn(kind, position, keys, class_seed, old, codes,
                              plan.look.secret, tell))  # fmt: skip
    return [
        Pupil(student, key, tuple(e for column in columns for e in column[key]),
              k >= len(students))
        for k, (student, key) in enumerate(zip([*students, *spares], keys, strict=True))
    ]  # fmt: skip


@dataclass(frozen=True)
class _Kind:
    """What is drawn for each student: an exercise of a topic, or all those of a booklet."""

    name: str
    build: Callable[[Sequence[int], str], Sequence[tuple[Exercise, ...] | None]]
    """From seeds and a secret; None for the few seeds from which none comes."""
    is_new: Callable[[tuple[Exercise, ...]], bool]
    """Whether it is unlike those before, and so is one of them now."""


def _kinds(plan: Plan, seen: dict[str, Distinct], drawer: Drawer) -> Iterator[_Kind]:
    """What each student gets of a plan, one after the other."""
    if plan.series:
        alike: set[bytes] = set()
        build = partial(_booklets, plan.series, drawer)
        yield _Kind(plan.series.source.name, build, partial(_is_new, alike))
        return
    for part in plan.pieces:
        distinct = seen.setdefault(part.asked.identity, Distinct())
        yield _Kind(part.asked.topic.name, partial(_built, part.asked, drawer),
                    partial(_is_unlike, distinct))  # fmt: skip


def _is_unlike(distinct: Distinct, exercises: tuple[Exercise, ...]) -> bool:
    return distinct.add(exercises[0])


def _is_new(seen: set[bytes], exercises: tuple[Exercise, ...]) -> bool:
    """Whether no other booklet has the same numbers on all its pages, in whatever order."""
    own = b"\n".join(map(numbers_of, exercises))
    new = own not in seen
    seen.add(own)
    return new


def _drawn(
    kind: _Kind, position: int, keys: Sequence[str], class_seed: int, old: Mapping[str, int],
    codes: set[str], secret: str, tell: Callable[[int], None],
) -> dict[str, tuple[Exercise, ...]]:  # fmt: skip
    """What each key gets; those handed out before first, then in an order that has nothing to do
    with the roster's."""

    def seed(key: str, attempt: int) -> int:
        many = SECRET_SEEDS if secret else LARGEST_SEED
        return seed_of(class_seed, key, kind.name, position, attempt, many)

    waiting = sorted(keys, key=lambda k: (k not in old, seed(k, 0), k))
    found: dict[str, tuple[Exercise, ...]] = {}
    hope = _Hope()
    for attempt in range(ATTEMPTS):
        again: list[str] = []
        for start in range(0, len(waiting), AT_ONCE):
            some, before = waiting[start : start + AT_ONCE], len(found)
            seeds = [old[k] if attempt == 0 and k in old else seed(k, attempt) for k in some]
            for key, own in zip(some, kind.build(seeds, secret), strict=True):
                if own is None or own[0].code in codes or not kind.is_new(own):
                    again.append(key)
                    continue
                codes.add(own[0].code)
                found[key] = own
            tell((len(found) - before) * len(next(iter(found.values()), ())))
            hope.tried(len(some), len(found) - before)
            if len(keys) - len(found) > FEW and hope.lost(ATTEMPTS - attempt):
                raise _too_few(kind, len(found), len(keys))
        waiting = again
        if not waiting:
            return found
    raise _too_few(kind, len(found), len(keys))


def _too_few(kind: _Kind, found: int, wanted: int) -> SheetgenError:
    return SheetgenError(
        f"{kind.name} with these options has only about "
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
    asked: Settings, drawer: Drawer, seeds: Sequence[int], secret: str
) -> list[tuple[Exercise, ...] | None]:
    """An exercise a seed, None for the few seeds from which none comes."""
    made = build_some(asked, seeds, drawer)
    return [(with_secret(exercise, secret),) if exercise else None for exercise in made]


def _booklets(
    series: Series, drawer: Drawer, seeds: Sequence[int], secret: str
) -> list[tuple[Exercise, ...] | None]:
    """The exercises of a booklet a seed."""
    return build_booklets(series, seeds, secret, drawer)


def drawn_by(cores: Cores) -> Drawer:
    """Draws many exercises with two cores, a half each; few with one."""

    def drawn(
        graph: Graph, seeds: Sequence[int], knobs: Knobs, sheets: tuple[Sheet, ...]
    ) -> Drawn:
        if len(seeds) < MANY:
            return draw_some(graph, seeds, knobs, sheets)
        half = len(seeds) // 2
        usual_of(graph, knobs, sheets)  # once, before another process would find it too
        with cores.meanwhile(lambda: draw_some(graph, seeds[half:], knobs, sheets)) as rest:
            return joined(draw_some(graph, seeds[:half], knobs, sheets), rest())

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
