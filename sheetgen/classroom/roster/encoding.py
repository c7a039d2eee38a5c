"""Bytes -> text: UTF-8 and UTF-16 are known for certain, the code pages of spreadsheets guessed."""

from __future__ import annotations

import re

from sheetgen.classroom.roster.header import kind_of
from sheetgen.errors import SheetgenError

PAGES = {
    "gb18030": "Chinese", "cp932": "Japanese", "cp949": "Korean", "big5": "traditional Chinese",
    "cp1251": "Cyrillic", "cp1253": "Greek", "cp1254": "Turkish", "cp1250": "Central European",
    "cp1255": "Hebrew", "cp1256": "Arabic", "cp1258": "Vietnamese", "cp874": "Thai",
    "koi8-r": "Cyrillic", "mac-roman": "Western, of a Mac", "cp1252": "Western",
}  # fmt: skip
"""Code pages in which spreadsheets save, and what they are for."""
BOM = "\ufeff"


def decoded(data: bytes, remarks: list[str]) -> str:
    """The text of a file, with line ends of one kind. Raises SheetgenError for what is no text."""
    _check_kind(data)
    encoding = _encoding(data)
    text = data.decode(encoding, errors="replace").removeprefix(BOM)
    strange = sum(text.count(chr(c)) for c in range(32) if chr(c) not in "\t\n\r\0\x0b\x0c")
    if strange > 8 and strange * 20 > len(text):
        raise SheetgenError("this is no text; save the list as CSV first")
    if encoding in PAGES:
        remarks.append(f"read as {encoding} ({PAGES[encoding]}), which is a guess: is "
                       f"\"{_sample(text)}\" right? if not, save the file as UTF-8")  # fmt: skip
    elif "\ufffd" in text:
        row = text[: text.index("\ufffd")].count("\n") + 1
        remarks.append(f"row {row} has bytes that are no {encoding} text")
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def _check_kind(data: bytes) -> None:
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise SheetgenError("this is an old workbook (.xls); save it as CSV or .xlsx first")
    if data[:4] == b"PK\x03\x04":
        raise SheetgenError("this is an archive, not a table; save the list as CSV first")
    if data[:5] == b"%PDF-":
        raise SheetgenError("this is a PDF, not a table in text; save the list as CSV first")
    if data[:4] in (b"\x7fELF", b"GIF8", b"\x89PNG", b"\xff\xd8\xff\xe0", b"\x1f\x8b\x08\x00"):
        raise SheetgenError("this is no text; save the list as CSV first")


def _encoding(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if len(data) >= 4 and data.count(0) * 4 > len(data):
        return "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as problem:
        cut = problem.start >= len(data) - 3 and problem.reason == "unexpected end of data"
        return "utf-8" if cut and problem.start > 8 else _code_page(data)
    return "utf-8"


def _code_page(data: bytes) -> str:
    """The code page in which the header's words are known; else the Western one, if its letters
    stand alone among plain ones. Raises SheetgenError where neither is so."""
    best, most = "", 0
    for page in PAGES:
        try:
            lines = data.decode(page).splitlines()[:30]
        except UnicodeDecodeError:
            continue
        known = max((_known(line) for line in lines), default=0)
        if known > most:
            best, most = page, known
    if best:
        return best
    high = sum(byte > 127 for byte in data)
    runs = re.findall(rb"[\x80-\xff]{3,}", data)
    if sum(map(len, runs)) * 2 > high and high > 2:
        raise SheetgenError("the letters are in a code page that is not known for certain; "
                            "save the file as UTF-8 (in Excel: CSV UTF-8)")  # fmt: skip
    return "cp1252"


def _known(line: str) -> int:
    """How many titles of a line are known words with other letters than ASCII has."""
    cells = (cell.strip(" \"'") for cell in re.split(r"[\t;,|]", line))
    return sum(bool(kind_of(cell)) for cell in cells if not cell.isascii())


def _sample(text: str) -> str:
    """A cell with letters that are no ASCII, the last if there are several: rather a name than a
    title."""
    cells = [cell.strip(" \"'") for line in text.splitlines()[:200]
             for cell in re.split(r"[\t;,|]", line) if not cell.isascii()]  # fmt: skip
    plain = [cell for cell in cells if not kind_of(cell)]
    return (plain or cells or [""])[0][:40]
