"""A stack of scans, read: whose pages they are, a picture of every box, and what was not read."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sheetgen.cores import Cores
from sheetgen.errors import SheetgenError, counted
from sheetgen.scan.page import ReadPage, read_page
from sheetgen.scan.pictures import opencv
from sheetgen.scan.sources import Pages, pictures_of, sources_of
from sheetgen.scan.stack import Aside, Crop, Paper, Place, ScannedPage, Stack
from sheetgen.scan.wanted import Wanted, WantedPages, WantedPaper, wanted_of


@dataclass(frozen=True)
class OnProgress:
    """What is called as the work goes on: with how many pages there are, then with each few."""

    start: Callable[[int, str], None] = lambda total, what: None
    step: Callable[[int], None] = lambda count: None


@dataclass(frozen=True)
class Read:
    """A stack, and what to say of it."""

    stack: Stack
    pages: int
    """That were read."""
    blank: int
    """On which nothing is."""
    absent: tuple[str, ...]
    """Of whom there is no page."""


def read_stack(
    scans: Sequence[Path], folder: Path, progress: OnProgress | None = None,
    cores: Cores | None = None,
) -> Read:  # fmt: skip
    """Read the scans of the class in a folder: files, or folders of them, in any order. What is
    not certain is set aside and told. Raises SheetgenError for a class that cannot be read, and
    where no page of it is among the scans; MissingError without the extra ``scan``."""
    cv2 = opencv()
    cv2.setNumThreads(1)  # the cores are shared out page by page
    cv2.utils.logging.setLogLevel(0)  # what is damaged is told in our words
    progress = progress or OnProgress()
    wanted = wanted_of(folder)
    tasks, told = sources_of(scans)
    progress.start(sum(task.count for task in tasks), "reading")
    found: dict[int, list[ReadPage]] = {}
    with TemporaryDirectory(prefix="sheetgen-scan-") as place:
        reader = _Reader(wanted.pages, Path(place))
        numbered = [*enumerate(tasks)]

        def done(task: tuple[int, Pages]) -> None:
            found[task[0]] = reader.fetched(task[0])
            progress.step(task[1].count)

        (cores or Cores.here()).share_out(reader.read, numbered, done)
    return _gathered(wanted, [page for k in sorted(found) for page in found[k]], told)


@dataclass(frozen=True)
class _Reader:
    """Reads pages in another process, and leaves what it reads in a folder of ours."""

    wanted: WantedPages
    folder: Path

    def read(self, task: tuple[int, Pages]) -> None:
        number, some = task
        opencv().setNumThreads(1)
        pages = [read_page(picture, some.called(k), self.wanted)
                 for k, picture in pictures_of(some)]  # fmt: skip
        try:
            self._file(number).write_bytes(pickle.dumps(pages))
        except OSError as problem:
            raise SheetgenError(f"{self.folder}: {problem.strerror}") from None

    def fetched(self, number: int) -> list[ReadPage]:
        """What was read in a task, once."""
        path = self._file(number)
        found: list[ReadPage] = pickle.loads(path.read_bytes())
        path.unlink()
        return found

    def _file(self, number: int) -> Path:
        return self.folder / f"{number}.pages"

def _gathered(wanted: Wanted, pages: Sequence[ReadPage], told: Iterable[Aside]) -> Read:
    """The pages put together to papers. Raises SheetgenError if there is none."""
    asides = [*told, *(Aside(page.where, page.why) for page in pages if page.why)]
    by_page: dict[tuple[str, int], list[ReadPage]] = {}
    for page in pages:
        if page.page is not None:
            by_page.setdefault((page.code, page.page.number), []).append(page)
    if not by_page:
        first = f"; {asides[0].what}: {asides[0].why}" if asides else ""
        raise SheetgenError(f"no page of this class is among {counted(len(pages), 'page')}{first}")
    papers: list[Paper] = []
    absent: list[str] = []
    for student, number, exercise, most in wanted.exercises:
        paper = wanted.pages.papers[exercise.code]
        own, twice = _own(paper, by_page)
        asides += twice
        if not own:
            absent += () if twice else (paper.who,)
            continue
        found, crops, missing = _together(paper, own)
        made = Paper(student, number, paper.code, exercise, most, crops, found, missing)
        papers.append(made)
        seen_twice = {aside.number for aside in twice}
        asides += (Aside(paper.who, f"page {k} is missing") for k in missing
                   if k not in seen_twice)  # fmt: skip
    blank = sum(1 for page in pages if not page.why and page.page is None)
    stack = Stack(wanted.title, wanted.code_of_class, wanted.students, tuple(papers),
                  tuple(asides), wanted.decimal_mark)  # fmt: skip
    return Read(stack, sum(len(paper.pages) for paper in papers), blank, tuple(absent))


@dataclass(frozen=True)
class _Twice(Aside):
    """A page that was scanned several times: nobody knows which counts."""

    number: int = 0


def _own(
    paper: WantedPaper, by_page: Mapping[tuple[str, int], Sequence[ReadPage]]
) -> tuple[list[ReadPage], list[_Twice]]:
    """The pages of a paper, and those that are there several times."""
    own: list[ReadPage] = []
    twice: list[_Twice] = []
    for number in range(1, max(map(len, paper.printings)) + 1):
        found = by_page.get((paper.code, number), ())
        if len(found) > 1:
            where = " and ".join(page.where for page in found)
            why = f"page {number} of {paper.who} is there {len(found)} times; leave one"
            twice.append(_Twice(where, why, number))
        else:
            own += found
    return own, twice


def _together(
    paper: WantedPaper, own: Sequence[ReadPage]
) -> tuple[tuple[ScannedPage, ...], dict[Place, Crop], tuple[int, ...]]:
    """The pages of a paper, the pictures of its boxes, and the numbers of the missing pages."""
    crops: dict[Place, Crop] = {}
    pages: list[ScannedPage] = []
    for page in own:
        if page.page is not None:
            pages.append(page.page)
            crops |= page.crops or {}
    numbers = {page.number for page in pages}
    missing = tuple(k for k in range(1, paper.pages + 1) if k not in numbers)
    return tuple(pages), crops, missing
