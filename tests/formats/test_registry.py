"""Every format is one module, and whoever asks for files gets it by its name."""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Iterator
from io import BytesIO
from itertools import combinations
from pathlib import Path

import pikepdf
import pytest

import sheetgen.formats
from sheetgen.api import Exercise, make, make_packet
from sheetgen.cli.main import main
from sheetgen.errors import SheetgenError
from sheetgen.exercise.settings import settings
from sheetgen.formats.format import USUAL, Format, Request
from sheetgen.formats.registry import files, formats, read_formats

FORMATS = formats()
ENDINGS = {
    "pdf": {"-worksheet.pdf", "-key.pdf"},
    "html": {"-worksheet.html"},
    "json": {".json"},
    "worksheet-json": {"-worksheet.json"},
    "data": {"-data.json"},
    "worksheet-data": {"-worksheet-data.json"},
    "png": {"-worksheet-1.png", "-key-1.png"},
    "py": {"-worksheet.py", "-key.py"},
    "ipynb": {"-worksheet.ipynb", "-key.ipynb"},
    "xlsx": {"-worksheet.xlsx", "-key.xlsx"},
    "accessible": {"-worksheet-accessible.html", "-key-accessible.html"},
    "live": {"-worksheet-live.html"},
    "moodle": {"-moodle.xml"},
    "canvas": {"-canvas.zip"},
}


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return make("softmax", seed=3)


@pytest.fixture(scope="module")
def packet() -> Request:
    return Request(tuple(make_packet(settings("single-neuron"), 5)))


def _shown_in(form: Format, packet: Request) -> Request:
    """The packet, without its worked example in a format that asks for blanks."""
    return Request(packet.exercises[1:]) if form.asks else packet


def test_the_usual_format_is_listed_first_and_all_say_what_they_are() -> None:
    assert next(iter(FORMATS)) == USUAL
    assert set(ENDINGS) <= set(FORMATS)
    for name, form in FORMATS.items():
        assert form.name == name
        assert form.said
        assert not form.said.endswith(".")


@pytest.mark.parametrize("name", FORMATS)
def test_files_are_named_by_topic_code_and_what_they_hold(name: str, exercise: Exercise) -> None:
    made = exercise.files(name)
    stem = f"softmax-{exercise.code}"
    endings = {file.removeprefix(stem) for file in made}
    assert all(file.startswith(stem) for file in made)
    assert ENDINGS.get(name, set()) <= endings
    assert any("-key" in ending for ending in endings) == FORMATS[name].key
    assert all(made.values())


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_request_gives_the_same_bytes(name: str, exercise: Exercise) -> None:
    assert exercise.files(name) == make("softmax", seed=3).files(name)


@pytest.mark.parametrize("pair", list(combinations(FORMATS, 2)), ids="-".join)
def test_formats_share_no_file_name(pair: tuple[str, str], packet: Request) -> None:
    one, other = (files([FORMATS[name]], _shown_in(FORMATS[name], packet)) for name in pair)
    assert not set(one) & set(other)


def test_only_formats_that_show_the_pages_lay_them_out(packet: Request) -> None:
    for form in FORMATS.values():
        request = _shown_in(form, Request(packet.exercises))
        files([form], request)
        assert ("_sheets" in vars(request)) == form.pages, form.name


def test_a_pdf_shows_name_paper_and_tags(exercise: Exercise) -> None:
    made = exercise.files("pdf", "letter", "Ada", tagged=True)
    assert [*made.values()] == [
        exercise.worksheet_pdf("letter", "Ada", tagged=True),
        exercise.key_pdf("letter", "Ada", tagged=True),
    ]
    with pikepdf.open(BytesIO(next(iter(made.values())))) as document:
        box = [float(v) for v in document.pages[0].mediabox]
        assert box == pytest.approx([0, 0, 612, 792], abs=1)
        assert "/StructTreeRoot" in document.Root


def test_a_picture_is_as_large_as_the_paper(exercise: Exercise) -> None:
    for data in exercise.files("png").values():
        width, height = struct.unpack(">II", data[16:24])
        assert data.startswith(b"\x89PNG")
        assert (width / 150 * 25.4, height / 150 * 25.4) == pytest.approx((210, 297), abs=0.5)


def test_a_packet_is_one_pdf_a_list_and_a_web_page_each(packet: Request) -> None:
    stem = f"single-neuron-packet-{packet.exercises[0].code}"
    made = files([FORMATS[name] for name in ("pdf", "json", "html")], packet)
    assert [name for name in made if name.endswith(".html")] == [
        f"{stem}-{side}-{number}.html" for side in ("worksheet", "key") for number in (1, 2, 3)
    ]
    data = json.loads(made[f"{stem}.json"])
    assert [d["code"] for d in data] == [e.code for e in packet.exercises]
    more = files([FORMATS["data"]], packet)[f"{stem}-data.json"]
    assert [d["code"] for d in json.loads(more)] == [e.code for e in packet.exercises]
    with pikepdf.open(BytesIO(made[f"{stem}-worksheet.pdf"])) as document:
        assert len(document.pages) == 3


@pytest.mark.parametrize("name", ["worksheet-json", "worksheet-data"])
def test_no_file_of_a_worksheet_holds_an_answer(name: str, exercise: Exercise) -> None:
    hidden = {n: exercise.shown(n) for n in exercise.blanks}
    assert hidden
    [text] = exercise.files(name).values()
    for matrix in json.loads(text)["matrices"]:
        if matrix["name"] in hidden:
            assert None in [v for row in matrix["values"] for v in row]


def test_several_formats_are_read_from_one_text() -> None:
    assert [f.name for f in read_formats("pdf,json")] == ["pdf", "json"]
    assert [f.name for f in read_formats(" JSON , pdf,")] == ["json", "pdf"]
    assert [f.name for f in read_formats(",".join(FORMATS))] == list(FORMATS)


@pytest.mark.parametrize("text", ["doc", "pdf,doc", "", " , "])
def test_a_format_that_there_is_not_is_named_with_those_that_there_are(text: str) -> None:
    with pytest.raises(SheetgenError, match=", ".join(FORMATS)) as told:
        read_formats(text)
    assert ("'doc' is none of" in str(told.value)) == ("doc" in text)


def test_a_format_of_ones_own_writes_what_it_likes(packet: Request) -> None:
    def write(request: Request) -> dict[str, bytes]:
        return {".txt": " ".join(e.code for e in request.exercises).encode()}

    form = Format("codes", "codes in a row", write, per="set")
    request = Request(packet.exercises, several="set")
    codes = [e.code for e in packet.exercises]
    assert files([form], request) == {f"single-neuron-set-{codes[0]}.txt": " ".join(codes).encode()}


NEW = """
from sheetgen.formats.format import Format
FORMATS = (
    Format("each", "a text a sheet", lambda r: {".each": r.exercises[0].code.encode()}),
    Format("every", "a text of all", lambda r: {".every": b"%d" % len(r.exercises)}, per="set"),
)
"""


@pytest.fixture
def new_file(tmp_path: Path) -> Iterator[Path]:
    """A module of two formats in a folder that is one more of the package's."""
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "texts.py").write_text(NEW)
    sheetgen.formats.__path__.append(str(folder))
    formats.cache_clear()
    yield tmp_path
    sheetgen.formats.__path__.remove(str(folder))
    sys.modules.pop("sheetgen.formats.texts", None)
    formats.cache_clear()


def test_a_new_format_is_one_new_file(
    new_file: Path, exercise: Exercise, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exercise.files("each") == {f"softmax-{exercise.code}.each": exercise.code.encode()}
    assert main(["make", "--help"]) == 0
    assert "every (a text of all)" in " ".join(capsys.readouterr().out.replace("│", "").split())
    words = ["make", "softmax", "--seed", "3", "--count", "4", "--out", str(new_file / "o")]
    assert main([*words, "--format", "every,each"]) == 0
    kinds = [Path(line).suffix for line in capsys.readouterr().out.split()]
    assert kinds == [".each"] * 4 + [".every"]
    assert next((new_file / "o").glob("softmax-set-*.every")).read_text() == "4"
