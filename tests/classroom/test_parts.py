"""Parts of a class: marks that change with the pages, and what is printed how."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pypdfium2
import pytest

from sheetgen.classroom.packs import student_file
from sheetgen.classroom.parts import KINDS, Batch, Handout, Parts, batches_of, handout_of, pages_of
from sheetgen.classroom.plan import Heading, Plan, piece
from sheetgen.classroom.pupils import assign
from sheetgen.classroom.students import numbered_students
from sheetgen.cores import Cores
from sheetgen.errors import SheetgenError
from sheetgen.files import reason
from tests.classroom.support import digests, texts
from tests.test_cores import kill_a_child


@pytest.mark.parametrize("separate", [False, True])
def test_of_a_name_that_needs_shaping_only_the_name_is_rendered(separate: bool) -> None:
    name = "محمد علي"
    handout = Handout(name, ("single-neuron?seed=4&edition=1",), ("",))
    batch = Batch((handout,), "a4", Heading(), separate)
    own, whole = (pages_of(replace(batch, direct=direct))[0] for direct in (False, True))
    printed = [page for side in KINDS for page in own.pages[side]]
    assert all(page.direct is None for page in printed)
    (rendered,) = {picture.packed for page in printed for picture in page.pictures}
    assert sorted("".join(texts(rendered))) == sorted(name)
    for side in KINDS:
        ours, theirs = (pypdfium2.PdfDocument(student_file(s, side, "x")) for s in (own, whole))
        for mine, direct in zip(ours, theirs, strict=True):
            a, b = (page.render(scale=150 / 72).to_numpy() for page in (mine, direct))
            assert (a == b).all()


def test_a_part_of_another_way_of_printing_is_another_part() -> None:
    def batch(direct: bool, name: str) -> str:
        return Batch((Handout(name, (), ()),), "a4", Heading(), False, direct).mark

    assert len({batch(direct, name) for direct in (False, True) for name in ("Ada", "Bo")}) == 4


def test_a_part_printed_without_a_font_is_printed_again_with_it() -> None:
    marks = set[str]()
    for fonts in ((), ("Noto Sans Javanese",)):

        def needed(texts: Iterable[str], fonts: tuple[str, ...] = fonts) -> tuple[str, ...]:
            return fonts if [*texts] else ()

        handouts = [Handout("ꦲ", (), ())]
        (batch,) = batches_of(handouts, "a4", Heading(), False, needed=needed)
        marks.add(batch.mark)
    assert len(marks) == 2


# --- by workers

TWO = Cores(2, "fork")


def test_a_killed_worker_is_told_in_one_line(tmp_path: Path) -> None:
    handouts = [Handout("", (f"single-neuron?seed={k}&edition=1",), ("",)) for k in range(30)]
    batches, parts = batches_of(handouts, "a4", Heading(), False), Parts(tmp_path)
    killer = threading.Thread(target=kill_a_child)
    killer.start()
    with pytest.raises(SheetgenError, match="goes on from there"):
        parts.write_all(batches, TWO, lambda count: None)
    killer.join()
    whole = [len(batch.handouts) for batch in batches if parts.has(batch)]
    assert whole in ([], [25], [5])
    assert parts.write_all(batches, TWO, lambda count: None) == sum(whole)
    assert all(parts.has(batch) for batch in batches)


def two_batches() -> list[Batch]:
    pupils = assign(Plan((piece("single-neuron"),)), numbered_students(30).students, [], 1)
    handouts = [handout_of(pupil, ("5",)) for pupil in pupils]
    return batches_of(handouts, "a4", Heading("Week 3"), False)


class NoMemory(Parts):
    """Parts that need more memory than there is."""

    def write(self, batch: Batch) -> None:
        raise MemoryError


def test_a_worker_without_memory_is_told_in_one_line(tmp_path: Path) -> None:
    said = "not enough memory; what is printed is kept, the same command goes on from there"
    with pytest.raises(SheetgenError) as told:
        NoMemory(tmp_path).write_all(two_batches(), TWO, lambda count: None)
    assert str(told.value) == said


class FullDisk(Parts):
    """Parts on a disk that has no room."""

    def write(self, batch: Batch) -> None:
        with Path("/dev/full").open("wb", buffering=0) as file:
            try:
                file.write(b"x")
            except OSError as problem:
                raise SheetgenError(f"{self.file(batch)}: {reason(problem)}") from None


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is full")
def test_a_full_disk_in_a_worker_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SheetgenError, match=r"^\S*\.part: the disk is full$"):
        FullDisk(tmp_path).write_all(two_batches(), TWO, lambda count: None)


def test_workers_that_begin_anew_print_the_same_bytes(tmp_path: Path) -> None:
    told: list[int] = []
    starts: tuple[Literal["fork", "spawn"], ...] = ("fork", "spawn")
    for start in starts:
        (tmp_path / start).mkdir()
        parts = Parts(tmp_path / start)
        assert parts.write_all(two_batches(), Cores(2, start), told.append) == 0
    assert sorted(told) == [5, 5, 25, 25]
    assert digests(tmp_path / "spawn") == digests(tmp_path / "fork")
    assert len(digests(tmp_path / "spawn")) == 2


def test_what_is_there_is_not_printed_again(tmp_path: Path) -> None:
    batches, parts = two_batches(), Parts(tmp_path)
    assert parts.write_all(batches[:1], TWO, lambda count: None) == 0
    told: list[int] = []
    assert parts.write_all(batches, TWO, told.append) == 25
    assert told == [25, 5]
    parts.file(batches[0]).write_bytes(parts.file(batches[0]).read_bytes()[:-1])
    with pytest.raises(SheetgenError, match="a part of the class is gone"):
        parts.read(batches[0])
    assert parts.write_all(batches, TWO, lambda count: None) == 5
    assert parts.read(batches[0]) == pages_of(batches[0])
