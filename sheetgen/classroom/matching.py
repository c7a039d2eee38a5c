"""Who is who when a class is made once more: each student keeps the sheet that was handed out.

Names decide, since they stand on the sheets: nobody ever takes over the sheet of somebody whose
name is still in the list. Ids tell namesakes apart, and renamed students are known by them.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import count

from sheetgen.classroom.students import Student, plain
from sheetgen.errors import SheetgenError, counted

MOST_COMPARED = 4000
"""Pairs of names that are compared letter by letter."""
ALIKE = 0.6
"""How alike two names are of which one may be a slip of the other."""


@dataclass(frozen=True)
class Matched:
    """The students of a list with their keys, and what is to be said of those."""

    students: tuple[Student, ...]
    """With the zeros of their ids that a spreadsheet lost."""
    keys: list[str]
    guessed: list[int] = field(default_factory=list)
    """The places of students of whom it is a guess who they were."""
    renamed: dict[int, str] = field(default_factory=dict)
    """Place -> the name before."""
    remarks: list[str] = field(default_factory=list)


def base_of(student: Student) -> str:
    """What a new student's seed hangs on."""
    return student.id or student.email or student.name


def keys_of(students: Sequence[Student], taken: Iterable[str] = ()) -> list[str]:
    """One key a student, all different and none of those that are taken: id, email or name, with a
    count for those who share it."""
    used, keys = set(taken), []
    for student in students:
        base = base_of(student)
        keys.append(next(key for n in count(1)
                         if (key := base if n == 1 else f"{base}\n{n}") not in used))  # fmt: skip
        used.add(keys[-1])
    return keys


def matched(
    students: Sequence[Student], known: Mapping[str, Student],
    former: Mapping[str, Student] | None = None, renamed: Sequence[tuple[str, str]] = (),
    force: bool = False,
) -> Matched:  # fmt: skip
    """Each student's key: that of the same person among those who were ``known`` or have left, or
    a new one. Raises SheetgenError where nobody can tell, or if it is another class, unless that
    is forced."""
    found = _Match(students, known)
    found.take(_told(students, known, renamed))
    found.by_name()
    found.tell_turned()
    found.by_id(force)
    if not force:
        _check_class(found)
    found.remarks += found.hints()
    changed = {k: _shown(known[key]) for k, key in found.keys.items()
               if bag(students[k].name) != bag(known[key].name) and known[key].name}  # fmt: skip
    returned = _returned(found, former or {})
    free = [student for k, student in enumerate(students)
            if k not in found.keys and k not in returned]  # fmt: skip
    fresh = iter(keys_of(free, {*known, *(former or {})}))
    if returned:
        names = ", ".join(_shown(students[k])[:40] for k in list(returned)[:8])
        found.remarks.append(f"in the class once more, with the sheet of before: {names}")
    all_keys = found.keys | returned
    keys = [all_keys[k] if k in all_keys else next(fresh) for k in range(len(students))]
    remarks = list(found.remarks)
    return Matched(_with_zeros(found, remarks), keys, sorted(found.guessed), changed, remarks)


@lru_cache(20_000)
def bag(name: str) -> tuple[str, ...]:
    """The words of a name in any order, without case, accents and signs; a guard against formulas
    is none of it."""
    name = re.sub(r"^'(?=[=+\-@])", "", name)
    words = sorted(filter(None, map(plain, re.split(r"[\s,.\-]+", name))))
    return tuple(words) or ((name,) if name else ())


def _shown(student: Student) -> str:
    return student.name or student.id


def _same_id(one: Student, other: Student) -> bool:
    return bool(one.id and other.id) and _bare(one.id) == _bare(other.id)


def _bare(code: str) -> str:
    """An id without case and the zeros that a spreadsheet loses."""
    return code.casefold().lstrip("0") or code


def _same_email(one: Student, other: Student) -> bool:
    """Whether an email alone tells who somebody is; siblings may share one."""
    return one.email == other.email != "" and not (one.name and other.name)


def _other_id(one: Student, other: Student) -> bool:
    return bool(one.id and other.id) and not _same_id(one, other)


class _Match:
    """Students and those who were known, paired step by step."""

    def __init__(self, students: Sequence[Student], known: Mapping[str, Student]) -> None:
        self.students, self.known = students, known
        self.keys: dict[int, str] = {}
        self.guessed: set[int] = set()
        self.moved = False
        """Whether ids are others than before."""
        self.remarks: list[str] = []
        self.free = dict(known)
        self.ids = {_bare(student.id) for student in students}

    def take(self, pairs: Mapping[int, str]) -> None:
        for k, key in pairs.items():
            self.keys[k] = key
            del self.free[key]

    @property
    def waiting(self) -> list[int]:
        return [k for k in range(len(self.students)) if k not in self.keys]

    def by_name(self) -> None:
        """Pair those of one name: first those whose name is written alike, then the others."""
        lasting = self._ids_last(self._alike(_called).values())
        for called in (_written, _called):
            for some, old in self._alike(called).values():
                self._namesakes(some, old, lasting)

    def tell_turned(self) -> None:
        """Tell of those few whose names have their words in another order: "Wei Li" may be another
        person than "Li Wei" if all the others are written as before."""
        turned = [k for k, key in self.keys.items()
                  if plain(self.students[k].name) != plain(self.known[key].name)
                  and bag(self.students[k].name) == bag(self.known[key].name)
                  and not _same_id(self.students[k], self.known[key])]  # fmt: skip
        if len(turned) * 4 <= len(self.keys) or len(turned) == 1 < len(self.keys):
            self.remarks += [
                f"{self.known[self.keys[k]].name[:40]} is {self.students[k].name[:40]} in this "
                f"list and keeps the sheet" for k in turned[:6]
            ]  # fmt: skip

    def _alike(
        self, called: Callable[[Student], tuple[str, ...]]
    ) -> dict[tuple[str, ...], tuple[list[int], dict[str, Student]]]:
        """The places of those who are not paired yet, and the students of before, by name."""
        places: dict[tuple[str, ...], list[int]] = {}
        for k in self.waiting:
            places.setdefault(called(self.students[k]), []).append(k)
        before: dict[tuple[str, ...], dict[str, Student]] = {}
        for key, student in self.free.items():
            before.setdefault(called(student), {})[key] = student
        return {name: (some, before[name]) for name, some in places.items() if name in before}

    def _ids_last(self, pairs: Iterable[tuple[list[int], dict[str, Student]]]) -> bool:
        """Whether ids are those of before: then a namesake with another id is another person."""
        same = other = 0
        for some, old in pairs:
            for k in some:
                student = self.students[k]
                same += any(_same_id(student, one) for one in old.values())
                other += all(_other_id(student, one) for one in old.values())
        self.moved = other > same
        if other and same <= other:
            self.remarks.append(f"{counted(other, 'student has', 'students have')} another id than "
                                f"before; the names tell who they are")  # fmt: skip
        return same > other

    def _namesakes(self, places: Sequence[int], old: Mapping[str, Student], lasting: bool) -> None:
        """Pair those who share a name with those who did: by all that is known of them, by id, by
        email; the rest in order, which is a guess where there are several."""
        now = {k: _told_by(self.students[k]) for k in places}
        rest, free = list(places), dict(old)
        for same in (lambda a, b: _told_by(a) == _told_by(b), _same_id,
                     lambda a, b: bool(a.email) and a.email == b.email):  # fmt: skip
            for k in list(rest):
                key = next((key for key, one in free.items() if same(self.students[k], one)), None)
                if key is not None:
                    self.take({k: key})
                    rest.remove(k)
                    del free[key]
        loose = 0
        for k in rest:
            key = next((key for key, one in free.items() if self._may_be(k, one, lasting)), None)
            if key is not None:
                if lasting and _other_id(self.students[k], free[key]):
                    self.remarks.append(f"{_shown(self.students[k])[:40]} has another id than "
                                        f"before and keeps the sheet, as the name is the "
                                        f"same")  # fmt: skip
                self.take({k: key})
                del free[key]
                loose += 1
        then = Counter(map(_told_by, old.values()))
        uneven = any(then[said] not in (0, n) for said, n in Counter(now.values()).items())
        if (len(places) > 1 or len(old) > 1) and (loose or uneven):
            self.guessed |= {*places}

    def _may_be(self, k: int, one: Student, lasting: bool) -> bool:
        """Whether a student may be a namesake of before; where ids last, only one whose id went to
        somebody else."""
        if not (lasting and _other_id(self.students[k], one)):
            return True
        return _bare(one.id) in self.ids

    def by_id(self, force: bool) -> None:
        """Pair those who have the id of somebody whose name is gone and is like theirs. Raises
        SheetgenError if most have the ids of quite other names: those are not the ids of before."""
        names = {_called(student) for student in self.students}
        olds = {_called(one) for one in self.known.values()}
        pairs: dict[int, str] = {}
        strange = []
        by_id = _places(self.free)
        for k in self.waiting:
            student = self.students[k]
            near = {key for mark in _marks(student) for key in by_id.get(mark, ())}
            keys = [key for key in near if _same_id(student, self.known[key])
                    or _same_email(student, self.known[key])]  # fmt: skip
            if len(keys) != 1 or keys[0] in pairs.values() or _called(student) in olds:
                continue
            if _called(self.known[keys[0]]) in names:
                continue
            old = self.known[keys[0]].name
            if not old or not student.name or (alike(student.name, old) and not self.moved):
                pairs[k] = keys[0]
            else:
                strange += [] if self.moved and alike(student.name, old) else [(k, keys[0])]
        self.take(pairs)
        kept = sum(_same_id(self.students[k], self.known[key]) for k, key in self.keys.items())
        if len(strange) > kept and not force and self.keys:
            raise _moved_ids(self, *strange[0], len(strange))

    def hints(self) -> list[str]:
        """What to type for those who are new and may be somebody who is gone."""
        said = []
        waiting = self.waiting if len(self.waiting) * len(self.free) <= MOST_COMPARED else []
        for k in waiting:
            name = self.students[k].name
            for one in self.free.values():
                same = bag(name) == bag(one.name)
                near = same or alike(name, one.name) or _same_id(self.students[k], one)
                if name and one.name and near:
                    old, new = (one.id, self.students[k].id) if same else (one.name, name)
                    said.append(f"{old[:40]} is gone and {new[:40]} is new; if they are one: "
                                f'--renamed "{old[:60]}={new[:60]}"')  # fmt: skip
                    break
        return said


def _marks(student: Student) -> list[str]:
    """What an index of ids and emails has a student under."""
    code = student.id and f"id {_bare(student.id)}"
    return [mark for mark in (code, student.email and f"email {student.email}") if mark]


def _places(known: Mapping[str, Student]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, student in known.items():
        for mark in _marks(student):
            found.setdefault(mark, []).append(key)
    return found


def _called(student: Student) -> tuple[str, ...]:
    return bag(student.name) or ("", student.id or student.email)


def _written(student: Student) -> tuple[str, ...]:
    return (student.name,) if student.name else _called(student)


def _told_by(student: Student) -> tuple[str, ...]:
    """What tells namesakes apart from one list to the next."""
    return student.id, student.email, student.group


def alike(one: str, other: str) -> bool:
    """Whether two names may be of one person: a word in common, or hardly another letter."""
    words, others = {*bag(one)}, {*bag(other)}
    if any(len(word) > 1 for word in words & others):
        return True
    return difflib.SequenceMatcher(None, plain(one), plain(other)).ratio() >= ALIKE


def _told(
    students: Sequence[Student], known: Mapping[str, Student], renamed: Sequence[tuple[str, str]]
) -> dict[int, str]:
    """What a teacher says of who is who. Raises SheetgenError."""
    pairs: dict[int, str] = {}
    for old, new in renamed:
        keys = [key for key, one in known.items() if _is(one, old)]
        places = [k for k, one in enumerate(students) if _is(one, new)]
        for name, some, where in ((old, keys, "class"), (new, places, "list")):
            if len(some) != 1:
                many = f"{len(some)} students" if some else "nobody"
                raise SheetgenError(f'--renamed: "{name[:40]}" is {many} of the {where}')
        if places[0] in pairs or keys[0] in pairs.values():
            raise SheetgenError(f'--renamed: "{old[:40]}={new[:40]}" names somebody twice')
        pairs[places[0]] = keys[0]
    return pairs


def _is(student: Student, said: str) -> bool:
    """Whether a student has a name or an id."""
    return (bag(said) == bag(student.name) and bool(bag(said))) or said == student.id != ""


def renames(text: str) -> list[tuple[str, str]]:
    """``old=new; old=new`` as pairs. Raises SheetgenError."""
    found = []
    for part in filter(str.strip, text.split(";")):
        old, equals, new = (piece.strip() for piece in part.partition("="))
        if not (old and equals and new):
            raise SheetgenError(f'--renamed: write it as "old name=new name", not "{part[:40]}"')
        found.append((old, new))
    return found


def _check_class(found: _Match) -> None:
    """Raises SheetgenError if hardly anybody was in the class before."""
    old, new = len(found.known), len(found.students)
    stay = len(found.keys)
    if old and (stay == 0 or stay * 5 < min(old, new)):
        some = ", ".join(_shown(one)[:30] for one in list(found.known.values())[:3])
        who = "none" if stay == 0 else f"only {stay}"
        raise SheetgenError(
            f"it holds a class of {counted(old, 'student')} ({some}{' ...' if old > 3 else ''}), "
            f"{who} of whom {'is' if stay < 2 else 'are'} in this list; choose another --out, or "
            f"add --force to replace it"
        )


def _moved_ids(found: _Match, k: int, key: str, number: int) -> SheetgenError:
    student, one = found.students[k], found.known[key]
    what = f"id {student.id}" if student.id else student.email
    return SheetgenError(
        f"{counted(number, 'student has', 'students have')} the ids of others: {what[:40]} was "
        f"{one.name[:40]} and is {student.name[:40]} now; leave that column out, choose another "
        f"--out, or add --force to make new sheets for them"
    )


def _returned(found: _Match, former: Mapping[str, Student]) -> dict[int, str]:
    """Those who had left and are back."""
    pairs: dict[int, str] = {}
    named: dict[tuple[str, ...], list[str]] = {}
    for key, one in former.items():
        named.setdefault(_called(one), []).append(key)
    for k in found.waiting:
        student = found.students[k]
        some = named.get(_called(student), [])
        keys = [key for key in some if not _other_id(student, former[key])]
        if keys:
            pairs[k] = keys[0]
            some.remove(keys[0])
    return pairs


def _with_zeros(found: _Match, remarks: list[str]) -> tuple[Student, ...]:
    students = list(found.students)
    lost = [k for k, key in found.keys.items()
            if _same_id(students[k], found.known[key])
            and len(students[k].id) < len(found.known[key].id)]  # fmt: skip
    for k in lost:
        students[k] = replace(students[k], id=found.known[found.keys[k]].id)
    if lost:
        remarks.append(f"{counted(len(lost), 'id has', 'ids have')} lost zeros and kept them here, "
                       f"such as {students[lost[0]].id[:30]}")  # fmt: skip
    return tuple(students)
