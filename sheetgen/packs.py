"""The packs: everybody's pages in one file, in handing-out order, each student on fresh paper.

Batches of students are printed by worker processes into part files in a hidden folder; each part
is there as a whole or not at all, so that a run that was killed goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

from sheetgen import __version__
from sheetgen.classroom import Heading, Pupil
from sheetgen.errors import SheetgenError
from sheetgen.files import write_whole
from sheetgen.page import PAPERS

WORK = ".sheetgen-part"
"""The hidden folder of a run, inside the class's; gone when the run is done."""
BATCH = 25
WORKERS = 2
SIDES = ("worksheets", "keys")
READY = "sheetgen-parts/1"


@dataclass(frozen=True)
class Leaf:
    """What a worker needs to print one student's sheet."""

    name: str
    recipes: tuple[str, ...]
    points: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """Students who are printed together."""

    leaves: tuple[Leaf, ...]
    paper: str
    heading: Heading

    @property
    def mark(self) -> str:
        """The same for the same pages: names the part files."""
        return hashlib.sha256(f"{READY} {__version__} {self!r}".encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Binding:
    """How the packs are put together."""

    simplex: bool = False
    staple: int = 0
    """Sheets of paper that every student gets, 0 for as many as needed."""
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


def print_batch(sheets: Sequence[Any], key: bool) -> bytes:
    """Some sheets as one PDF, page after page."""
    from sheetgen import printing

    return printing.pdf([s.key() if key else s.worksheet() for s in sheets])


def leaf_of(pupil: Pupil, points: Sequence[str]) -> Leaf:
    from sheetgen.furniture import name_that_fits

    name = "" if pupil.spare else name_that_fits(pupil.student.name)
    return Leaf(name, tuple(e.recipe for e in pupil.exercises), tuple(points))


def batches_of(leaves: Sequence[Leaf], paper: str, heading: Heading, separate: bool) -> list[Batch]:
    """Batches of at most ``BATCH``, or of one for a file a student."""
    size = 1 if separate else max(1, min(BATCH, -(-len(leaves) // WORKERS)))
    return [Batch(tuple(leaves[k : k + size]), paper, heading)
            for k in range(0, len(leaves), size)]  # fmt: skip


def print_parts(batch: Batch, folder: Path) -> None:
    """Write a batch's part files; the last of them says that all are there."""
    sheets = _sheets(batch)
    flat = [s for student in sheets for s in student]
    said: dict[str, Any] = {"format": READY}
    for side in SIDES:
        key = side == "keys"
        data = print_batch(flat, key)
        write_whole(folder / f"{batch.mark}.{side}.pdf", data, force=True)
        said[side] = hashlib.sha256(data).hexdigest()
        said[f"{side} pages"] = [
            sum(len((s.key() if key else s.worksheet()).pages) for s in student)
            for student in sheets
        ]
    write_whole(folder / f"{batch.mark}.json", json.dumps(said).encode(), force=True)


def _sheets(batch: Batch) -> list[list[Any]]:
    """Each student's sheets, the exercises of one piece made at once."""
    from sheetgen.exercise import build, settings
    from sheetgen.furniture import dressed
    from sheetgen.recipe import read_recipe
    from sheetgen.sheet import lay_out

    columns = []
    for position in range(len(batch.leaves[0].recipes)):
        recipes = [read_recipe(leaf.recipes[position]) for leaf in batch.leaves]
        exercises = build(settings(recipes[0].topic, recipes[0].options), [r.seed for r in recipes])
        columns.append([
            dressed(lay_out(e, batch.paper, leaf.name), batch.heading, leaf.points[position])
            for e, leaf in zip(exercises, batch.leaves, strict=True)
        ])  # fmt: skip
    return [list(student) for student in zip(*columns, strict=True)]


def ready(batch: Batch, folder: Path) -> dict[str, Any] | None:
    """What a whole batch says of itself; None if it must be printed (again)."""
    try:
        said = json.loads((folder / f"{batch.mark}.json").read_bytes())
        for side in SIDES:
            data = (folder / f"{batch.mark}.{side}.pdf").read_bytes()
            if hashlib.sha256(data).hexdigest() != said[side]:
                return None
        return dict(said) if said["format"] == READY else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def print_all(batches: Sequence[Batch], folder: Path, tell: Callable[[int], None]) -> int:
    """Print the batches that are not ready; ``tell`` hears how many students each time.

    Returns how many students were there from an earlier run. Raises SheetgenError if a worker is
    killed; what is whole stays.
    """
    todo, there = [], 0
    for batch in batches:
        if ready(batch, folder) is None:
            todo.append(batch)
        else:
            there += len(batch.leaves)
            tell(len(batch.leaves))
    if sum(len(b.leaves) for b in todo) < 5:
        for batch in todo:
            print_parts(batch, folder)
            tell(len(batch.leaves))
        return there
    _with_workers(todo, folder, tell)
    return there


def _with_workers(todo: Sequence[Batch], folder: Path, tell: Callable[[int], None]) -> None:
    """Hand the batches to worker processes, one at a time each; whatever happens, they end."""
    import multiprocessing
    from multiprocessing.connection import wait

    context = multiprocessing.get_context("spawn")
    waiting = list(todo)[::-1]
    working: dict[Any, Batch] = {}
    workers = []
    try:
        for _ in range(min(WORKERS, len(waiting))):
            ours, theirs = context.Pipe()
            worker = context.Process(target=_work, args=(theirs, folder), daemon=True)
            with _deaf_to_interrupts():
                worker.start()
            theirs.close()
            workers.append((worker, ours))
            working[ours] = waiting.pop()
            ours.send(working[ours])
        while working:
            spoken = wait(list(working))
            for line in [end for end in working if end in spoken]:
                problem = line.recv()
                if problem is not None:
                    raise SheetgenError(problem)
                tell(len(working.pop(line).leaves))
                if waiting:
                    working[line] = waiting.pop()
                    line.send(working[line])
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise SheetgenError(
            "a worker was stopped (out of memory?); what is printed is kept, "
            "the same command goes on from there"
        ) from None
    finally:
        for worker, ours in workers:
            ours.close()
            worker.kill()
            worker.join()


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Processes started inside leave Ctrl-C to their parent, which ends them."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _work(line: Any, folder: Path) -> None:
    """A worker: prints what it is handed until the other end is closed."""
    import os
    import threading
    from multiprocessing import parent_process

    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    while True:
        try:
            batch = line.recv()
        except (EOFError, OSError):
            return
        try:
            print_parts(batch, folder)
        except SheetgenError as problem:
            line.send(str(problem))
        except MemoryError:
            line.send("not enough memory; what is printed is kept, the same command goes on")
        else:
            line.send(None)


# --- putting together


@dataclass(frozen=True)
class Pack:
    """A merged file, and for each student the first page in it, from 1, and how many are printed
    (without blank ones)."""

    data: bytes
    places: tuple[tuple[int, int], ...]


def assemble(
    side: str, pupils: Sequence[Pupil], batches: Sequence[Batch], folder: Path, binding: Binding,
    title: str,
) -> Pack:  # fmt: skip
    """All parts of one side as one file. The same parts give the same bytes."""
    import pikepdf

    pack = pikepdf.new()
    places: list[tuple[int, int]] = []
    who = iter(pupils)
    for batch in batches:
        said = ready(batch, folder)
        if said is None:
            raise SheetgenError("a part of the class is gone; run the same command again")
        with pikepdf.open(folder / f"{batch.mark}.{side}.pdf") as part:
            start = 0
            for count in said[f"{side} pages"]:
                places.append((len(pack.pages) + 1, count))
                pack.pages.extend(part.pages[start : start + count])
                start += count
                for _ in range(binding.sides(count, next(who).shown) - count):
                    _add_blank(pack, batch.paper)
    _bookmarks(pack, pupils, places, binding.group_by)
    pack.docinfo["/Title"] = title
    pack.docinfo["/Creator"] = "sheetgen"
    out = BytesIO()
    pack.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return Pack(out.getvalue(), tuple(places))


def _add_blank(pack: Any, paper: str) -> None:
    width, height = (side * 72 / 25.4 for side in PAPERS[paper])
    pack.add_blank_page(page_size=(round(width, 3), round(height, 3)))


def bookmark(pupil: Pupil) -> str:
    return f"{pupil.shown} · {pupil.code}"


def _bookmarks(
    pack: Any, pupils: Sequence[Pupil], places: Sequence[tuple[int, int]], group_by: str
) -> None:
    from pikepdf import OutlineItem

    pairs = list(zip(pupils, places, strict=True))
    with pack.open_outline() as outline:
        for group, members in groupby(pairs, lambda p: p[0].student.group if group_by else ""):
            items = [OutlineItem(bookmark(p), first - 1) for p, (first, _) in members]
            if not group_by:
                outline.root.extend(items)
                continue
            first = next(f for p, (f, _) in pairs if p.student.group == group)
            parent = OutlineItem(group or "no group", first - 1)
            parent.children.extend(items)
            outline.root.append(parent)


def separate_files(
    pupils: Sequence[Pupil], batches: Sequence[Batch], folder: Path
) -> Iterator[tuple[Pupil, str, str, bytes, int]]:
    """Student, side, name, content and pages of each file; a batch is one student here."""
    for pupil, batch in zip(pupils, batches, strict=True):
        said = ready(batch, folder)
        if said is None:
            raise SheetgenError("a part of the class is gone; run the same command again")
        for side in SIDES:
            data = (folder / f"{batch.mark}.{side}.pdf").read_bytes()
            name = f"{pupil.code}{slug(pupil.shown)}-{side.removesuffix('s')}.pdf"
            yield pupil, side, f"{side}/{name}", data, said[f"{side} pages"][0]


def slug(name: str) -> str:
    """A name as a part of a file's name: plain letters and digits, never a path."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-").lower()[:40].strip("-")
    return f"-{words}" if words else ""


def clear(folder: Path) -> None:
    """Remove a run's work folder."""
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def pages_of(pupils: Sequence[Pupil], packs: Mapping[str, Pack]) -> dict[str, dict[str, int]]:
    """Code -> pages and places for the manifest."""
    found: dict[str, dict[str, int]] = {}
    for k, pupil in enumerate(pupils):
        first, count = packs["worksheets"].places[k]
        key_first, key_count = packs["keys"].places[k]
        found[pupil.code] = {
            "pages": count, "first_page": first,
            "key_pages": key_count, "first_key_page": key_first,
        }  # fmt: skip
    return found
