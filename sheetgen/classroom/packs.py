"""The packs: everybody's pages in one file, in handing-out order, each student on fresh paper; or a
file for each student."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import IO

from sheetgen.classroom.changes import Change
from sheetgen.classroom.manifest import Place
from sheetgen.classroom.parts import KINDS, StudentPages
from sheetgen.classroom.plan import Binding, Plan
from sheetgen.classroom.pupils import Pupil
from sheetgen.page.items import PAPERS
from sheetgen.press.pdf.pack import Pack


def write_packs(
    change: Change, pupils: Sequence[Pupil], pages: Iterable[StudentPages], plan: Plan,
    binding: Binding,
) -> dict[str, Place]:  # fmt: skip
    """Write worksheets and keys of all pupils, in their order, into a class's folder."""
    names = [f"{kind}.pdf" for kind in KINDS]
    with change.files(names) as files:
        opened = dict(zip(KINDS, files, strict=True))
        return assemble(pupils, pages, plan, binding, opened)


def assemble(
    pupils: Sequence[Pupil], pages: Iterable[StudentPages], plan: Plan, binding: Binding,
    files: Mapping[str, IO[bytes]],
) -> dict[str, Place]:  # fmt: skip
    """Write the packs page by page as they are read, whatever the class's size; the place of each
    code's pages. The same pages give the same bytes."""
    tagged = plan.look.tagged
    packs = {k: Pack(files[k], f"{plan.title}: {k}", tagged=tagged) for k in KINDS}
    places: dict[str, Place] = {}
    group: str | None = None
    for pupil, own in zip(pupils, pages, strict=True):
        if binding.group_by and pupil.student.group != group:
            group = pupil.student.group
            for kind, pack in packs.items():
                pack.bookmark(group or "no group", own.pages[kind][0].height)
        first = {kind: pack.pages + 1 for kind, pack in packs.items()}
        for kind, pack in packs.items():
            printed = own.pages[kind]
            pack.bookmark(bookmark(pupil), printed[0].height, 1 if binding.group_by else 0)
            pack.section(bookmark(pupil))
            for page in printed:
                pack.put(page)
            bound = replace(binding, staple=0) if kind == "keys" else binding
            for _ in range(bound.sides(len(printed), pupil.shown) - len(printed)):
                pack.blank(*PAPERS[plan.paper])
        places[pupil.code] = Place(
            len(own.pages["worksheets"]), len(own.pages["keys"]), own.digest,
            first["worksheets"], first["keys"], own.places,
        )  # fmt: skip
    for pack in packs.values():
        pack.close()
    return places


def bookmark(pupil: Pupil) -> str:
    return " · ".join(filter(None, (pupil.shown, pupil.code)))


def write_separate(
    change: Change, pupils: Sequence[Pupil], pages: Iterable[StudentPages],
    tagged: bool = False,
) -> dict[str, Place]:  # fmt: skip
    """Write a worksheet and a key for each pupil into two folders of a class's folder."""
    places: dict[str, Place] = {}
    for pupil, own in zip(pupils, pages, strict=True):
        for kind in KINDS:
            name = f"{kind}/{file_name(pupil.code, pupil.shown, kind)}"
            change.write(name, student_file(own, kind, pupil.code, tagged))
        places[pupil.code] = Place(
            len(own.pages["worksheets"]), len(own.pages["keys"]), own.digest, boxes=own.places
        )
    return places


def student_file(own: StudentPages, kind: str, code: str, tagged: bool = False) -> bytes:
    """One student's worksheet or key as a PDF."""
    out = BytesIO()
    title = f"{'Answer key' if kind == 'keys' else 'Worksheet'} {code}"
    pack = Pack(out, title, "sheetgen", tagged=tagged)
    pack.section(title)
    for page in own.pages[kind]:
        pack.put(page)
    pack.close()
    return out.getvalue()


def file_name(code: str, who: str, kind: str) -> str:
    """What a student's worksheet or key is called."""
    return f"{code}{slug(who)}-{kind.removesuffix('s')}.pdf"


def slug(name: str) -> str:
    """A name as a part of a file's name: plain letters and digits, never a path."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-").lower()[:40].strip("-")
    return f"-{words}" if words else ""
