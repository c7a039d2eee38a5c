"""A stack of scans as somebody hands it in: files of many kinds, pages in any order, some that are
not of the class, there twice, or of no sheet at all."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image

from sheetgen.classroom.boxes import BOXES
from sheetgen.cores import Cores
from sheetgen.errors import SheetgenError
from sheetgen.scan.reading import Read, read_stack
from sheetgen.scan.stack import Place
from sheetgen.scan.wanted import wanted_of
from tests.scan.classes import Filled, filled, made
from tests.scan.simulation import FLATBED, Picture, rendered, scanned

ALONE = Cores(1, "fork")
DPI = 150


def wrong(code: str, place: Place, text: str) -> str:
    """In the first row a slip, in the second nothing, else what is right."""
    return {0: "777" if text != "777" else "88", 1: ""}.get(place[1], text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("reading") / "class", "four-neurons", 5)


@pytest.fixture(scope="module")
def pages(folder: Path) -> list[Filled]:
    return [*filled(folder, np.random.default_rng(4), wrong, DPI)]


def pdf_of(path: Path, pictures: Sequence[Picture]) -> Path:
    first, *rest = map(Image.fromarray, pictures)
    first.save(path, "PDF", save_all=True, append_images=rest, resolution=DPI, quality=80)
    return path


def read(folder: Path, *scans: Path, cores: Cores = ALONE) -> Read:
    return read_stack(scans, folder, cores=cores)


def told(found: Read) -> list[str]:
    return [f"{aside.what}: {aside.why}" for aside in found.stack.told]


@pytest.fixture(scope="module")
def files(pages: list[Filled], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of scans: a PDF of two, a TIFF of two, a photograph; some turned upside down."""
    place = tmp_path_factory.mktemp("scans")
    random = np.random.default_rng(2)
    scans = [scanned(one.picture, DPI, FLATBED, random, upside_down=k % 2 == 0).picture
             for k, one in enumerate(pages)]  # fmt: skip
    pdf_of(place / "b.pdf", [scans[3], scans[1]])
    cv2.imwritemulti(str(place / "a.tif"), [scans[0], scans[4]])
    cv2.imwrite(str(place / "Zoë.jpeg"), scans[2])
    (place / "notes.txt").write_text("not a scan")
    (place / ".hidden.png").write_text("nor this")
    return place


def test_files_of_many_kinds_in_any_order_are_read(
    folder: Path, files: Path, pages: list[Filled]
) -> None:
    found = read(folder, files)
    assert told(found) == []
    assert [paper.code for paper in found.stack.papers] == [one.code for one in pages]
    assert [paper.student for paper in found.stack.papers] == [0, 1, 2, 3, 4]
    for paper, one in zip(found.stack.papers, pages, strict=True):
        assert set(paper.crops) == set(one.written)
        assert not paper.missing
        assert [page.number for page in paper.pages] == [1]
        assert paper.most == len(one.written)


def test_several_processes_read_the_same(folder: Path, files: Path) -> None:
    assert told(read(folder, files)) == told(read(folder, files, cores=Cores(2, "fork")))
    one, two = (read(folder, files, cores=Cores(k, "fork")).stack for k in (1, 2))
    assert [p.crops for p in one.papers] == [p.crops for p in two.papers]
    assert [p.pages for p in one.papers] == [p.pages for p in two.papers]


def test_a_picture_shows_its_box_upright(folder: Path, files: Path, pages: list[Filled]) -> None:
    """What is seen in a crop is what was written there before anything was scanned."""
    stack = read(folder, files).stack
    for paper, one in zip(stack.papers, pages, strict=True):
        for place, crop in paper.crops.items():
            if not one.written[place]:
                continue
            shown = cv2.imdecode(np.frombuffer(crop.png, np.uint8), cv2.IMREAD_GRAYSCALE)
            x, y, side, _ = (v * DPI / 25.4 for v in crop.box)
            there = one.picture[round(y) : round(y + side), round(x) : round(x + side)]
            assert abs(shown.shape[0] - (crop.box[2] + 3.0) * 8) <= 1
            inner = cv2.resize(shown[12:-12, 12:-12], there.shape[::-1])
            soft = [cv2.GaussianBlur(v.astype(np.float32), (0, 0), 2.0) for v in (inner, there)]
            assert np.corrcoef(soft[0].ravel(), soft[1].ravel())[0, 1] > 0.8, place


def test_what_looks_unlike_comes_first(folder: Path, files: Path) -> None:
    stack = read(folder, files).stack
    by_row: dict[int, list[float]] = {}
    for paper in stack.papers:
        for (_, row, _), crop in paper.crops.items():
            by_row.setdefault(row, []).append(crop.likeness)
    assert max(by_row[1]) == 0.0  # nothing is written
    assert min(by_row[0]) > 0.0
    right = [v for row in (2, 3) for v in by_row[row]]
    assert np.median(by_row[0]) < np.percentile(right, 20)


# --- what is set aside


def test_a_page_that_is_there_twice_counts_for_nobody(
    folder: Path, pages: list[Filled], tmp_path: Path
) -> None:
    path = pdf_of(tmp_path / "stack.pdf", [pages[0].picture, pages[1].picture, pages[0].picture])
    found = read(folder, path)
    assert [paper.code for paper in found.stack.papers] == [pages[1].code]
    assert told(found) == [f"stack.pdf, page 1 and stack.pdf, page 3: page 1 of {pages[0].code} "
                           "(Student 1) is there 2 times; leave one"]  # fmt: skip
    assert len(found.absent) == 3


def test_a_missing_page_is_told(tmp_path: Path) -> None:
    folder = made(tmp_path / "class", "multi-head-attention")
    all_of = [*filled(folder, np.random.default_rng(1), dpi=DPI)]
    assert len(all_of) > 1
    path = pdf_of(tmp_path / "stack.pdf", [one.picture for one in all_of[1:]])
    found = read(folder, path)
    [paper] = found.stack.papers
    assert paper.missing == (1,)
    assert told(found) == [f"{all_of[0].code} (Student 1): page 1 is missing"]


def cat() -> Picture:
    """A picture of a cat, as far as a program can tell."""
    random = np.random.default_rng(9)
    fur = cv2.GaussianBlur(random.integers(0, 255, (900, 1200)).astype(np.uint8), (0, 0), 5)
    cv2.ellipse(fur, (560, 560), (380, 330), 0, 0, 360, 60, -1)
    for x in (400, 700):
        cv2.circle(fur, (x, 400), 60, 250, -1)
        cv2.circle(fur, (x, 400), 20, 10, -1)
    return np.asarray(cv2.normalize(fur, None, 0, 255, cv2.NORM_MINMAX), np.uint8)


def test_bad_input_has_a_line_each_and_the_rest_goes_on(
    folder: Path, pages: list[Filled], tmp_path: Path
) -> None:
    other = made(tmp_path / "other", "single-neuron", 1, seed=9)
    foreign = next(filled(other, np.random.default_rng(1), dpi=DPI)).picture
    key = next(rendered(folder / "keys.pdf", [0], DPI))
    place = tmp_path / "scans"
    place.mkdir()
    pdf_of(place / "a.pdf", [pages[2].picture, foreign, key, np.full((1700, 1200), 240, np.uint8)])
    cv2.imwrite(str(place / "cat.png"), cat())
    cv2.imwrite(str(place / "two.png"), np.hstack([pages[0].picture, pages[1].picture]))
    cv2.imwrite(str(place / "tiny.png"), cat()[:50, :50])
    with pikepdf.open(place / "a.pdf") as document:
        document.save(place / "locked.pdf", encryption=pikepdf.Encryption("owner", "user"))
    (place / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    (place / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no more")
    (place / "broken.tif").write_bytes(b"II*\0 and no more")
    (place / "text.png").write_text("no picture")
    (place / "empty.pdf").write_bytes(b"")
    found = read(folder, place)
    assert [paper.code for paper in found.stack.papers] == [pages[2].code]
    assert found.blank == 1
    lines = told(found)
    assert all("\n" not in line and len(line) < 200 for line in lines)
    said = {aside.what: aside.why for aside in found.stack.told}
    assert said.pop("a.pdf, page 2").startswith("of another class: page 1 of ")
    assert said.pop("a.pdf, page 3").startswith("page 1 of the answer key of ")
    assert said.pop("cat.png") == "no code found"
    assert said.pop("two.png") == "several codes: scan one page a picture"
    assert "50 by 50 pixels" in said.pop("tiny.png")
    assert "password" in said.pop("locked.pdf")
    assert "damaged" in said.pop("broken.pdf")
    assert "damaged" in said.pop("broken.jpg")
    assert said.pop("broken.tif") == "it has no page"
    assert said.pop("text.png") == said.pop("empty.pdf") == "no PDF, TIFF, PNG or JPEG"
    assert said == {}


def test_a_stack_without_a_page_of_the_class_is_refused(folder: Path, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "cat.png"), cat())
    with pytest.raises(SheetgenError, match=r"no page of this class .* cat\.png: no code found"):
        read(folder, tmp_path / "cat.png")
    with pytest.raises(SheetgenError, match="no such file"):
        read(folder, tmp_path / "dog.png")
    (tmp_path / "none").mkdir()
    with pytest.raises(SheetgenError, match="no scans in this folder"):
        read(folder, tmp_path / "none")


@pytest.mark.parametrize("damage", [
    None, "{}", "no json", '{"format":"sheetgen-boxes/9"}',
    '{"format":"sheetgen-boxes/1","version":"1","pages":[],"sheets":{"A":[[3]]}}',
])  # fmt: skip
def test_a_class_that_does_not_say_where_its_boxes_are_is_refused(
    damage: str | None, tmp_path: Path
) -> None:
    folder = made(tmp_path / "class", "single-neuron")
    path = folder / BOXES
    path.unlink() if damage is None else path.write_text(damage)
    with pytest.raises(SheetgenError, match=BOXES) as problem:
        wanted_of(folder)
    assert "\n" not in str(problem.value)


def test_boxes_that_somebody_moved_are_refused(tmp_path: Path) -> None:
    folder = made(tmp_path / "class", "single-neuron")
    path = folder / BOXES
    text = path.read_text()
    path.write_text(text.replace("14.0", "15.0"))
    with pytest.raises(SheetgenError, match="not as it was"):
        wanted_of(folder)


def test_a_stack_is_read_a_few_pages_at_a_time(
    folder: Path, pages: list[Filled], tmp_path: Path
) -> None:
    """However long a file is, no task has more than a few pages."""
    from sheetgen.scan.sources import AT_ONCE, sources_of

    blank = np.full((60, 40), 250, np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(blank).save(buffer, "PDF", resolution=5)
    with pikepdf.open(buffer) as one:
        many = pikepdf.new()
        for _ in range(1000):
            many.pages.append(one.pages[0])
        many.save(tmp_path / "long.pdf")
    tasks, aside = sources_of([tmp_path / "long.pdf"])
    assert aside == []
    assert sum(task.count for task in tasks) == 1000
    assert max(task.count for task in tasks) <= AT_ONCE
