"""The packs: everybody's pages in one file, in handing-out order, each student on fresh paper; or a
file for each student."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import IO

from sheetgen.classroom.parts import SIDES, Batch, Bundle, Leaf, read_part
from sheetgen.classroom.pupils import Heading, Pupil
from sheetgen.errors import SheetgenError
from sheetgen.page.items import PAPERS
from sheetgen.press.pdf.pack import Pack

WORK = ".sheetgen-part"
"""The hidden folder of a run, inside the class's; gone when the run is done."""
BATCH = 25


@dataclass(frozen=True)
class Binding:
    """How the packs are put together."""

    simplex: bool = False
    staple: int = 0
    """Sheets of paper that every student gets, 0 for as many as needed; keys are as they are."""
    separate: bool = False
    group_by: str = ""

    def sides(self, pages: int, who: str) -> int:
        """Printed sides with the blank ones. Raises SheetgenError if a stapled set is too thin."""
        each = 1 if self.simplex else 2
        if self.staple and pages > self.staple * each:
            raise SheetgenError(
                f"--staple: {who} needs {-(-pages // each)} sheets of paper, not {self.staple}"
            )
        return self.staple * each if self.staple else -(-pages // each) * each


def batches_of(
    leaves: Sequence[Leaf], paper: str, heading: Heading, separate: bool, direct: bool = False
) -> list[Batch]:
    """Batches of at most ``BATCH`` students."""
    return [Batch(tuple(leaves[k : k + BATCH]), paper, heading, separate, direct)
            for k in range(0, len(leaves), BATCH)]  # fmt: skip


def _read(batches: Sequence[Batch], folder: Path) -> Iterator[tuple[Batch, Bundle]]:
    for batch in batches:
        found = read_part(batch, folder)
        if found is None:
            raise SheetgenError("a part of the class is gone; run the same command again")
        for bundle in found:
            yield batch, bundle


def assemble(
    pupils: Sequence[Pupil], batches: Sequence[Batch], folder: Path, binding: Binding, title: str,
    files: Mapping[str, IO[bytes]],
) -> dict[str, dict[str, int | str]]:  # fmt: skip
    """Write worksheets and keys, page by page as they are read, whatever the class's size.

    Returns what the manifest says of each code's pages. The same parts give the same bytes.
    """
    packs = {side: Pack(files[side], f"{title}: {side}") for side in SIDES}
    told: dict[str, dict[str, int | str]] = {}
    group: str | None = None
    for pupil, (batch, bundle) in zip(pupils, _read(batches, folder), strict=True):
        new_group = bool(binding.group_by) and pupil.student.group != group
        group = pupil.student.group
        said: dict[str, int | str] = {}
        for side, pack in packs.items():
            pages = bundle.pages[side]
            if new_group:
                pack.bookmark(group or "no group", pages[0].height)
            pack.bookmark(bookmark(pupil), pages[0].height, 1 if binding.group_by else 0)
            count, first = ("key_pages", "first_key_page") if side == "keys" else (
                "pages", "first_page")  # fmt: skip
            said |= {count: len(pages), first: pack.pages + 1}
            for page in pages:
                pack.put(page)
            bound = replace(binding, staple=0) if side == "keys" else binding
            for _ in range(bound.sides(len(pages), pupil.shown) - len(pages)):
                pack.blank(*PAPERS[batch.paper])
        told[pupil.code] = said | {"sha256": bundle.digest}
    for pack in packs.values():
        pack.close()
    return told


def bookmark(pupil: Pupil) -> str:
    return f"{pupil.shown} · {pupil.code}"


@dataclass(frozen=True)
class Loose:
    """One student's worksheet or key as a file."""

    pupil: Pupil
    side: str
    data: bytes
    pages: int
    digest: str

    @property
    def name(self) -> str:
        return loose_name(self.pupil.code, self.pupil.shown, self.side)


def separate_files(
    pupils: Sequence[Pupil], batches: Sequence[Batch], folder: Path
) -> Iterator[Loose]:
    """A worksheet and a key for each student."""
    for pupil, (_, bundle) in zip(pupils, _read(batches, folder), strict=True):
        for side in SIDES:
            data = loose_file(bundle, side, pupil.code)
            yield Loose(pupil, side, data, len(bundle.pages[side]), bundle.digest)


def loose_file(bundle: Bundle, side: str, code: str) -> bytes:
    """One student's pages as a PDF."""
    out = BytesIO()
    pack = Pack(out, f"{'Answer key' if side == 'keys' else 'Worksheet'} {code}", "sheetgen")
    for page in bundle.pages[side]:
        pack.put(page)
    pack.close()
    return out.getvalue()


def loose_name(code: str, who: str, side: str) -> str:
    return f"{code}{slug(who)}-{side.removesuffix('s')}.pdf"


def slug(name: str) -> str:
    """A name as a part of a file's name: plain letters and digits, never a path."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-").lower()[:40].strip("-")
    return f"-{words}" if words else ""


def clear(folder: Path) -> None:
    """Remove a run's work folder."""
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
