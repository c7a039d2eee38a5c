"""Parts of a class: the stamped pages of some students in one file, which is there as a whole or
not at all, so that a run that was killed goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from sheetgen.classroom.letterhead import dressed
from sheetgen.classroom.pupils import Heading, Pupil, digest_of
from sheetgen.exercise.exercise import Exercise, build
from sheetgen.exercise.recipe import read_recipe
from sheetgen.exercise.settings import settings
from sheetgen.files import write_whole
from sheetgen.layout.sheet import Sheet, lay_out
from sheetgen.press.pdf.pages import Common, Stamped, Stamper
from sheetgen.press.printing import printer
from sheetgen.type.system import needed
from sheetgen.version import __version__

SIDES = ("worksheets", "keys")
FORMAT = "sheetgen-part/2"


@dataclass(frozen=True)
class Leaf:
    """What is needed to print one student's sheet."""

    name: str
    recipes: tuple[str, ...]
    points: tuple[str, ...]
    exercises: tuple[Exercise, ...] = field(default=(), compare=False, repr=False)
    """Those of the recipes, where they are made already."""


@dataclass(frozen=True)
class Batch:
    """Students who are printed together."""

    leaves: tuple[Leaf, ...]
    paper: str
    heading: Heading
    separate: bool = False
    """Each student goes into a file of his own."""
    direct: bool = False
    """Printed by WeasyPrint, because the press may not be used."""

    @cached_property
    def mark(self) -> str:
        """The same for the same pages: names the file."""
        said = self.heading.title, self.heading.course, self.heading.teacher, self.heading.date
        fonts = needed([*said, *(leaf.name for leaf in self.leaves)])
        return hashlib.sha256(f"{FORMAT} {__version__} {fonts} {self!r}".encode()).hexdigest()[:24]

    def file(self, folder: Path) -> Path:
        return folder / f"{self.mark}.part"

    def bare(self) -> Batch:
        """Without exercises: quick to send to another process."""
        return replace(self, leaves=tuple(replace(leaf, exercises=()) for leaf in self.leaves))


@dataclass(frozen=True)
class Bundle:
    """What is printed of one student."""

    pages: Mapping[str, tuple[Stamped, ...]]
    """Worksheets and keys."""
    digest: str
    """Of the exercises."""


def leaf_of(pupil: Pupil, points: Sequence[str]) -> Leaf:
    name = "" if pupil.spare else pupil.student.name
    recipes = tuple(e.recipe for e in pupil.exercises)
    return Leaf(name, recipes, tuple(points), pupil.exercises)


def bundles(batch: Batch) -> list[Bundle]:
    """The pages of a batch."""
    exercises = _exercises(batch)
    share, direct, stamper = not batch.separate, batch.direct, printer().stamper
    stampers = {side: stamper(share=share, direct=direct) for side in SIDES}
    found = []
    for leaf, own in zip(batch.leaves, exercises, strict=True):
        if batch.separate:
            stampers = {side: stamper(share=share, direct=direct) for side in SIDES}
        sheets = [
            dressed(lay_out(e, batch.paper, leaf.name), batch.heading, points)
            for e, points in zip(own, leaf.points, strict=True)
        ]
        pages = {side: tuple(_stamped(stampers[side], sheets, side)) for side in SIDES}
        found.append(Bundle(pages, digest_of(own)))
    return found


def _stamped(stamper: Stamper, sheets: Sequence[Sheet], side: str) -> list[Stamped]:
    printed = [s.key() if side == "keys" else s.worksheet() for s in sheets]
    return [page for one in printed for page in stamper.pages(one)]


def _exercises(batch: Batch) -> list[tuple[Exercise, ...]]:
    """Each student's exercises, those of one topic made at once."""
    if all(len(leaf.exercises) == len(leaf.recipes) for leaf in batch.leaves):
        return [leaf.exercises for leaf in batch.leaves]
    columns = []
    for position in range(len(batch.leaves[0].recipes)):
        recipes = [read_recipe(leaf.recipes[position]) for leaf in batch.leaves]
        asked = settings(recipes[0].topic, recipes[0].options)
        columns.append(build(asked, [r.seed for r in recipes]))
    return list(zip(*columns, strict=True))


# --- on disk


def write_part(batch: Batch, folder: Path) -> None:
    """Print a batch into its file. Raises SheetgenError if it cannot be written."""
    blobs: list[bytes] = []
    places: dict[bytes, tuple[int, int]] = {}
    end = 0

    def kept(data: bytes) -> tuple[int, int]:
        nonlocal end
        blobs.append(data)
        end += len(data)
        return end - len(data), len(data)

    def said(page: Stamped) -> dict[str, Any]:
        found: dict[str, Any] = {"size": (page.width, page.height), "glyphs": page.glyphs}
        for name, commons in (("shared", page.shared), ("pictures", page.pictures)):
            for common in commons:
                if common.mark not in places:
                    places[common.mark] = kept(common.packed)
            found[name] = [(c.mark.hex(), *places[c.mark]) for c in commons]
        if page.own:
            found["own"] = kept(page.own)
        if page.direct is not None:
            found["direct"] = kept(page.direct)
        return found

    students = [
        {"digest": bundle.digest}
        | {side: [said(page) for page in bundle.pages[side]] for side in SIDES}
        for bundle in bundles(batch)
    ]
    head = json.dumps({"format": FORMAT, "students": students}, separators=(",", ":"))
    body = b"".join([head.encode(), b"\n", *blobs])
    data = hashlib.sha256(body).digest() + body
    write_whole(batch.file(folder), data, force=True, lasting=False)  # read_part sees a loss


def read_part(batch: Batch, folder: Path) -> list[Bundle] | None:
    """The pages of a batch; None if they must be printed (again)."""
    try:
        data = batch.file(folder).read_bytes()
    except OSError:
        return None
    if hashlib.sha256(memoryview(data)[32:]).digest() != data[:32]:
        return None
    start = data.index(b"\n", 32) + 1
    head = json.loads(data[32:start])

    @cache
    def piece(at: int, length: int) -> bytes:
        return data[start + at : start + at + length]

    def blob(place: Sequence[int]) -> bytes:
        """The same bytes for the same place: many pages may show one picture."""
        return piece(*place)

    def page(said: Mapping[str, Any]) -> Stamped:
        width, height = said["size"]
        shared, pictures = (
            tuple(Common(bytes.fromhex(mark), blob(place)) for mark, *place in said[name])
            for name in ("shared", "pictures")
        )
        return Stamped(
            width,
            height,
            blob(said["own"]) if "own" in said else b"",
            tuple((face, glyph, width) for face, glyph, width in said["glyphs"]),
            shared,
            pictures,
            blob(said["direct"]) if "direct" in said else None,
        )

    return [Bundle({side: tuple(map(page, student[side])) for side in SIDES}, student["digest"])
            for student in head["students"]]  # fmt: skip


def is_whole(batch: Batch, folder: Path) -> bool:
    """Whether a batch is printed already."""
    try:
        data = batch.file(folder).read_bytes()
    except OSError:
        return False
    return hashlib.sha256(memoryview(data)[32:]).digest() == data[:32]
