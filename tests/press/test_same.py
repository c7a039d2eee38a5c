"""The same sheet is known again, whatever zlib compressed it."""

from __future__ import annotations

import random
import zlib
from pathlib import Path

import pytest

import sheetgen
from sheetgen.cli.main import main
from sheetgen.press import compare
from sheetgen.press.pdf import file
from sheetgen.press.same import content_digest, same_content


@pytest.fixture
def other_zlib(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that compresses otherwise, as zlib-ng does."""

    def compress(data: bytes, level: int) -> bytes:
        packer = zlib.compressobj(9 if level == 1 else 2, memLevel=4)
        return packer.compress(data) + packer.flush()

    monkeypatch.setattr(file, "compress", compress)


@pytest.fixture(scope="module")
def sheet() -> bytes:
    return sheetgen.make("backpropagation", seed=7).worksheet_pdf()


def test_another_zlib_gives_other_bytes_and_the_same_marks(sheet: bytes, other_zlib: None) -> None:
    other = sheetgen.make("backpropagation", seed=7).worksheet_pdf()
    assert other != sheet
    assert compare.difference(sheet, other) == ""
    assert content_digest(other) == content_digest(sheet)
    assert not same_content(other, sheetgen.make("backpropagation", seed=8).worksheet_pdf())
    assert not same_content(other, sheetgen.make("backpropagation", seed=7).key_pdf())


def test_any_other_byte_of_a_content_is_another_digest(sheet: bytes) -> None:
    """A stream is taken out, changed and put back."""
    start = sheet.index(b"stream\n", sheet.index(b"/Length")) + 7
    end = sheet.index(b"\nendstream", start)
    content = bytearray(zlib.decompress(sheet[start:end]))
    content[len(content) // 2] ^= 1
    packed = zlib.compress(bytes(content), 6)
    length = f"/Length {end - start}".encode()
    assert sheet[:start].count(length) == 1
    other = sheet[:start].replace(length, f"/Length {len(packed)}".encode())
    assert not same_content(sheet, other + packed + sheet[end:])


def test_a_damaged_file_is_compared_as_it_is(sheet: bytes) -> None:
    chance = random.Random(1)
    for _ in range(200):
        at = chance.randrange(len(sheet))
        cut = sheet[:at] + chance.choice([b"", bytes([chance.randrange(256)]) + sheet[at + 1 :]])
        assert len(content_digest(cut)) == 64
        assert same_content(cut, bytes(bytearray(cut)))
    added = b"4 0 obj\n<</Type/Annot>>\nendobj\nstartxref\n9\n%%EOF\n"
    assert not same_content(sheet, sheet + added)
    for data in (b"", b"x", b"%PDF-", b"%PDF-1.7\n", b"%PDF-1.7\nx\nstartxref"):
        assert not same_content(data, data + b" ")


def test_a_reprint_where_another_zlib_is_is_not_refused(
    tmp_path: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "c"
    assert main(["class", "softmax", "--students", "2", "--separate", "--out", str(place)]) == 0
    capsys.readouterr()
    before = {path: path.read_bytes() for path in (place / "worksheets").iterdir()}
    request.getfixturevalue("other_zlib")
    for path in before:
        code = path.name[:9]
        words = ["make", "--code", code, "--class", str(place), "--out", str(tmp_path / "m")]
        assert main(words) == 0
        made = tmp_path / "m" / path.name
        assert made.read_bytes() != before[path]
        made.write_bytes(before[path])
        assert main(words) == 0
        assert made.read_bytes() == before[path]
    assert capsys.readouterr().err == ""
