"""Parts of a class: the stamped pages of some students in one file, which is there as a whole or
not at all, so that a run that was killed goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

from sheetgen.classroom.letterhead import heads_of, total_of, with_letterhead
from sheetgen.classroom.plan import Heading, Look
from sheetgen.classroom.points import stated
from sheetgen.classroom.pupils import Pupil, digest_of
from sheetgen.cores import Cores, WorkerError
from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise, build, with_secret
from sheetgen.exercise.recipe import read_recipe
from sheetgen.exercise.settings import again
from sheetgen.files import write_whole
from sheetgen.layout.booklet import counted_through, lay_out_booklets
from sheetgen.layout.frame import Frame
from sheetgen.layout.head import number_at_foot
from sheetgen.layout.large_print import layout_for
from sheetgen.layout.sheet import Sheet, lay_out, lay_out_all
from sheetgen.page.printed_places import printed_places
from sheetgen.press.pdf.pages import Common, Stamped, Stamper
from sheetgen.press.pdf.tags import Element
from sheetgen.press.printing import printer
from sheetgen.series.draw import booklets_again
from sheetgen.series.series import Series
from sheetgen.type import system
from sheetgen.version import __version__

KINDS = ("worksheets", "keys")
FORMAT = "sheetgen-part/4"
MOST = 25
"""Students of a batch."""
FEW = 8
"""Fewer students are printed by one process."""


@dataclass(frozen=True)
class Handout:
    """What is needed to print one student's sheet."""

    name: str
    recipes: tuple[str, ...]
    points: tuple[str, ...]
    exercises: tuple[Exercise, ...] = field(default=(), compare=False, repr=False)
    """Those of the recipes, where they are made already."""

    def __reduce__(self) -> tuple[type[Handout], tuple[Any, ...]]:
        """It is sent to other processes without its exercises, which are made sooner than read."""
        return Handout, (self.name, self.recipes, self.points)


def handout_of(pupil: Pupil, points: Sequence[str]) -> Handout:
    name = "" if pupil.spare else pupil.student.name
    recipes = tuple(e.recipe for e in pupil.exercises)
    return Handout(name, recipes, stated(points, pupil.exercises), pupil.exercises)


@dataclass(frozen=True)
class Batch:
    """Students who are printed together."""

    handouts: tuple[Handout, ...]
    paper: str
    heading: Heading
    separate: bool = False
    """Each student goes into a file of his own."""
    direct: bool = False
    """Printed by WeasyPrint, because the press may not be used."""
    fonts: tuple[str, ...] = ()
    """Those of the system that print it."""
    blank: tuple[str, ...] = ()
    """Texts that are left off, because nothing here can print them."""
    look: Look = field(default_factory=Look)
    series: Series | None = None
    """What the exercises are the pages of, if they are a booklet's."""

    @cached_property
    def mark(self) -> str:
        """The same for the same pages: names the file."""
        return hashlib.sha256(f"{FORMAT} {__version__} {self!r}".encode()).hexdigest()[:24]


def batches_of(
    handouts: Sequence[Handout], paper: str, heading: Heading, separate: bool,
    direct: bool = False, needed: Callable[[Iterable[str]], tuple[str, ...]] = system.needed,
    unset: Collection[str] = (), look: Look | None = None, series: Series | None = None,
) -> list[Batch]:  # fmt: skip
    """Batches of at most ``MOST`` students; ``needed`` knows the fonts of the system that texts
    need, ``unset`` are texts to be left off."""
    found = []
    for k in range(0, len(handouts), MOST):
        some = tuple(handouts[k : k + MOST])
        texts = [*heading.words, *(handout.name for handout in some)]
        blank = tuple(text for text in texts if text in unset)
        found.append(Batch(some, paper, heading, separate, direct, needed(texts), blank,
                           look or Look(), series))  # fmt: skip
    return found


@dataclass(frozen=True)
class StudentPages:
    """What is printed of one student."""

    pages: Mapping[str, tuple[Stamped, ...]]
    """Worksheets and keys."""
    digest: str
    """Of the exercises."""
    places: tuple[tuple[bytes, ...], ...]
    """Of each exercise's worksheet pages what stands where, as ``printed_places`` writes it."""


def pages_of(batch: Batch) -> list[StudentPages]:
    """The pages of each student of a batch."""
    exercises = _exercises(batch)
    new = partial(
        printer().stamper, share=not batch.separate, direct=batch.direct,
        leave_off=bool(batch.blank), tagged=batch.look.tagged,
    )  # fmt: skip
    stampers = {kind: new() for kind in KINDS}
    look = batch.look
    names = [None if look.anonymous else handout.name for handout in batch.handouts]
    titles = [e.settings.title for e in exercises[0]] if exercises else []
    frames, headings = zip(*heads_of(batch.heading, titles, batch.series), strict=True)
    columns = _columns(batch, exercises, names, frames)
    found = []
    for k, (handout, own) in enumerate(zip(batch.handouts, exercises, strict=True)):
        if batch.separate:
            stampers = {kind: new() for kind in KINDS}
        sheets = [
            with_letterhead(column[k], heading, points, "" if place else total_of(handout.points))
            for place, (column, heading, points)
            in enumerate(zip(columns, headings, handout.points, strict=True))
        ]
        if batch.series:
            sheets = counted_through(sheets, number_at_foot)
        pages = {kind: tuple(_stamped(stampers[kind], sheets, kind)) for kind in KINDS}
        found.append(StudentPages(pages, digest_of(own), tuple(map(_places, sheets))))
        for exercise in own:
            exercise.forget()
    return found


def _columns(
    batch: Batch, exercises: Sequence[tuple[Exercise, ...]], names: Sequence[str | None],
    frames: Sequence[Frame],
) -> list[Sequence[Sheet]]:  # fmt: skip
    """The sheets of each exercise of all students."""
    layout, mark = layout_for(batch.look.large_print), batch.look.decimal_mark
    if batch.series:
        own = lay_out_booklets(list(zip(exercises, names, strict=True)), frames, batch.paper, mark,
                               layout)  # fmt: skip
        return list(zip(*own, strict=True))
    return [
        lay_out_all(list(zip(column, names, strict=True)), batch.paper, mark, frame, layout)
        for column, frame in zip(zip(*exercises, strict=True), frames, strict=True)
    ]


def student_sheets(
    exercises: Sequence[Exercise], paper: str, name: str, look: Look, heading: Heading,
    points: Sequence[str], series: Series | None = None,
) -> list[Sheet]:  # fmt: skip
    """The exercises of a student, laid out as the class's sheets are."""
    titles, found = [e.settings.title for e in exercises], []
    heads = heads_of(heading, titles, series)
    shown, layout = None if look.anonymous else name, layout_for(look.large_print)
    mark = look.decimal_mark
    if series:
        frames = [frame for frame, _ in heads]
        [sheets] = lay_out_booklets([(exercises, shown)], frames, paper, mark, layout)
    else:
        sheets = [lay_out(exercise, paper, shown, mark, layout, frame)
                  for exercise, (frame, _) in zip(exercises, heads, strict=True)]  # fmt: skip
    said = stated(points, exercises)
    for k, (sheet, worth) in enumerate(zip(sheets, said, strict=True)):
        found.append(with_letterhead(sheet, heads[k][1], worth, "" if k else total_of(said)))
    return counted_through(found, number_at_foot) if series else found


def _places(sheet: Sheet) -> tuple[bytes, ...]:
    return tuple(map(printed_places, sheet.worksheet().pages))


def _stamped(stamper: Stamper, sheets: Sequence[Sheet], kind: str) -> list[Stamped]:
    printed = [s.key() if kind == "keys" else s.worksheet() for s in sheets]
    return [page for one in printed for page in stamper.pages(one)]


def _exercises(batch: Batch) -> list[tuple[Exercise, ...]]:
    """Each student's exercises, those of one topic made at once."""
    if all(len(handout.exercises) == len(handout.recipes) for handout in batch.handouts):
        return [handout.exercises for handout in batch.handouts]
    if batch.series:
        recipes = [read_recipe(handout.recipes[0]) for handout in batch.handouts]
        return booklets_again(batch.series, recipes, batch.look.secret)
    columns = []
    for position in range(len(batch.handouts[0].recipes)):
        recipes = [read_recipe(handout.recipes[position]) for handout in batch.handouts]
        built = build(again(recipes[0]), [r.seed for r in recipes])
        columns.append([with_secret(exercise, batch.look.secret) for exercise in built])
    return list(zip(*columns, strict=True))


# --- on disk


@dataclass(frozen=True)
class Parts:
    """The files of a class's batches, in the work folder of a run."""

    folder: Path

    def file(self, batch: Batch) -> Path:
        return self.folder / f"{batch.mark}.part"

    def has(self, batch: Batch) -> bool:
        """Whether a batch is printed already."""
        return _whole(self.file(batch)) is not None

    def read(self, batch: Batch) -> list[StudentPages]:
        """The pages of a batch. Raises SheetgenError if they must be printed (again)."""
        data = _whole(self.file(batch))
        if data is None:
            raise SheetgenError("a part of the class is gone; run the same command again")
        return _read(data)

    def write(self, batch: Batch) -> None:
        """Print a batch into its file. Raises SheetgenError if it cannot be written."""
        body = _written(pages_of(batch))
        data = hashlib.sha256(body).digest() + body
        write_whole(self.file(batch), data, force=True, lasting=False)  # a loss is seen

    def write_all(
        self, batches: Sequence[Batch], cores: Cores, tell: Callable[[int], None]
    ) -> int:
        """Print the batches that are not there, on all cores; ``tell`` hears each time how many
        students.

        Returns how many students were there from an earlier run. Raises SheetgenError if a worker
        is killed or cannot write; what is whole stays.
        """
        todo, there = [], 0
        for batch in batches:
            if self.has(batch):
                there += len(batch.handouts)
                tell(len(batch.handouts))
            else:
                todo.append(batch)
        if sum(len(batch.handouts) for batch in todo) < FEW:
            cores = replace(cores, count=1)
        try:
            cores.share_out(self.write, todo, lambda batch: tell(len(batch.handouts)))
        except WorkerError as problem:
            raise SheetgenError(
                f"{problem}; what is printed is kept, the same command goes on from there"
            ) from None
        return there


def _whole(path: Path) -> bytes | None:
    """The content of a part behind its digest, None if it is not there as it was written."""
    try:
        with path.open("rb") as file:
            digest, body = file.read(32), file.read()
    except OSError:
        return None
    return body if hashlib.sha256(body).digest() == digest else None


def _written(students: Sequence[StudentPages]) -> bytes:
    """A line of JSON, then the streams, each once, at the places that it names."""
    blobs: list[bytes] = []
    places: dict[bytes, tuple[int, int]] = {}
    end = 0

    def once(mark: bytes, data: bytes) -> tuple[int, int]:
        if mark not in places:
            places[mark] = kept(data)
        return places[mark]

    def kept(data: bytes) -> tuple[int, int]:
        nonlocal end
        blobs.append(data)
        end += len(data)
        return end - len(data), len(data)

    def said(page: Stamped) -> dict[str, Any]:
        found: dict[str, Any] = {"size": (page.width, page.height), "glyphs": page.glyphs}
        for name, commons in (("shared", page.shared), ("pictures", page.pictures)):
            found[name] = [(c.mark.hex(), *once(c.mark, c.packed)) for c in commons]
        if page.own:
            found["own"] = kept(page.own)
        if page.direct is not None:
            found["direct"] = kept(page.direct)
        if page.elements:
            found["elements"] = [_listed(element) for element in page.elements]
        return found

    head = [
        {"digest": student.digest,
         "places": [[once(page, page) for page in own] for own in student.places]}
        | {kind: [said(page) for page in student.pages[kind]] for kind in KINDS}
        for student in students
    ]
    return b"".join([json.dumps(head, separators=(",", ":")).encode(), b"\n", *blobs])


def _listed(element: Element) -> list[Any]:
    """The structure of a tagged page as JSON has it."""
    kids = [_listed(kid) if isinstance(kid, Element) else kid for kid in element.kids]
    return [element.role, kids, element.said, element.alt, element.attributes]


def _element(said: Sequence[Any]) -> Element:
    role, kids, *told = said
    return Element(role, tuple(_element(k) if isinstance(k, list) else k for k in kids), *told)


def _read(data: bytes) -> list[StudentPages]:
    start = data.index(b"\n") + 1

    @cache
    def blob(at: int, length: int) -> bytes:
        """The same bytes for the same place: many pages may show one picture."""
        return data[start + at : start + at + length]

    def page(said: Mapping[str, Any]) -> Stamped:
        width, height = said["size"]
        shared, pictures = (
            tuple(Common(bytes.fromhex(mark), blob(*place)) for mark, *place in said[name])
            for name in ("shared", "pictures")
        )
        return Stamped(
            width,
            height,
            blob(*said["own"]) if "own" in said else b"",
            tuple((face, glyph, width) for face, glyph, width in said["glyphs"]),
            shared,
            pictures,
            blob(*said["direct"]) if "direct" in said else None,
            tuple(map(_element, said.get("elements", ()))),
        )

    return [StudentPages({kind: tuple(map(page, student[kind])) for kind in KINDS},
                         student["digest"],
                         tuple(tuple(blob(*place) for place in own) for own in student["places"]))
            for student in json.loads(data[:start])]  # fmt: skip
