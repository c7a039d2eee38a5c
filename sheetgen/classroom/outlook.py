"""What a class would be: who is new, renamed or gone, with the codes of the sheets; nothing is
written."""

from __future__ import annotations

from dataclasses import dataclass

from sheetgen.classroom.earlier import Earlier, earlier_of
from sheetgen.classroom.plan import Order
from sheetgen.classroom.run import DrawnClass, OnProgress, drawn_class, with_seed
from sheetgen.classroom.students import Student
from sheetgen.cores import Cores

NEW, RENAMED, GONE, KEPT = "new", "renamed", "gone", "as they were"


@dataclass(frozen=True)
class Entry:
    """A student and what becomes of the sheet."""

    student: Student
    code: str
    change: str
    """One of NEW, RENAMED, GONE and KEPT."""
    before: str = ""
    """The name before."""


@dataclass(frozen=True)
class Outlook:
    """A class that is not made yet."""

    entries: tuple[Entry, ...]
    """Those who are new, renamed and gone before those who keep their sheets."""
    seed: int
    remarks: tuple[str, ...]
    again: bool
    """Whether the class was made before."""

    def count(self, change: str) -> int:
        return sum(entry.change == change for entry in self.entries)


def outlook(
    order: Order, progress: OnProgress | None = None, cores: Cores | None = None
) -> Outlook:
    """What an order would make. Raises SheetgenError as making it does."""
    earlier = earlier_of(order)
    order, seed = with_seed(order, earlier)
    cores, progress = cores or Cores.here(), progress or OnProgress()
    drawn = drawn_class(order, earlier, seed, cores, progress)
    entries = [*_here(drawn, earlier), *_gone(drawn, earlier)]
    entries.sort(key=lambda entry: (NEW, RENAMED, GONE, KEPT).index(entry.change))
    remarks = (*drawn.remarks, *drawn.lacking.said)
    return Outlook(tuple(entries), drawn.seed, remarks, bool(earlier.known))


def _here(drawn: DrawnClass, earlier: Earlier) -> list[Entry]:
    found = []
    for pupil in drawn.pupils:
        if pupil.spare:
            continue
        before = drawn.renamed.get(pupil.key, "")
        change = RENAMED if before else KEPT if pupil.key in earlier.known else NEW
        found.append(Entry(pupil.student, pupil.code, change, before))
    return found


def _gone(drawn: DrawnClass, earlier: Earlier) -> list[Entry]:
    here = {pupil.key for pupil in drawn.pupils}
    return [Entry(one, "", GONE) for key, one in earlier.known.items() if key not in here]
