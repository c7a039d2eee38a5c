"""Workbooks (.xlsx, .ods): the first sheet, or one by its name. Needs the extra ``[office]``."""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sheetgen.classroom.roster.cells import MOST_CELLS, MOST_ROWS, clean
from sheetgen.classroom.roster.header import Table
from sheetgen.errors import SheetgenError

LARGEST_INSIDE = 100_000_000
"""Bytes of a workbook when it is unpacked."""
MISSING = ("workbooks need openpyxl and odfpy: pip install \"sheetgen[office]\"; "
           "or save the list as CSV")  # fmt: skip


def is_workbook(data: bytes) -> bool:
    """Whether bytes are a workbook of one of the kinds that are read."""
    if data[:4] != b"PK\x03\x04":
        return False
    return b"xl/" in data or b"opendocument.spreadsheet" in data[:200]


def workbook_table(data: bytes, sheet: str, remarks: list[str]) -> Table:
    """The rows of a sheet that are not blank. Raises SheetgenError."""
    _check_size(data)
    read = _ods if b"opendocument.spreadsheet" in data[:200] else _xlsx
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            names, rows = read(data, sheet)
            found = [(k, [clean(cell) for cell in cells])
                     for k, cells in enumerate(islice(rows, MOST_ROWS + 1), 1)]  # fmt: skip
    except ImportError:
        raise SheetgenError(MISSING) from None
    except SheetgenError:
        raise
    except Exception:  # whatever a library makes of a broken file
        raise SheetgenError("this workbook cannot be read; save the list as CSV") from None
    if len(found) > MOST_ROWS:
        raise SheetgenError(f"more than {MOST_ROWS:,} rows are too many for a class list")
    if len(names) > 1:
        said = ", ".join(f'"{name[:30]}"' for name in names[:6] if name != (sheet or names[0]))
        remarks.append(f'read from the sheet "{(sheet or names[0])[:30]}"; there are also {said} '
                       f"(--sheet)")  # fmt: skip
    return [(row, _trimmed(cells)) for row, cells in found if any(cells)]


def _trimmed(cells: list[str]) -> list[str]:
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    return cells


def _check_size(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        raise SheetgenError("this workbook is damaged; save the list as CSV") from None
    if size > LARGEST_INSIDE:
        raise SheetgenError(f"{size // 10**6} MB inside are too large for a class list")


def _chosen(names: list[str], sheet: str) -> int:
    if not names:
        raise SheetgenError("this workbook has no sheet")
    if sheet and sheet not in names:
        said = ", ".join(f'"{name[:30]}"' for name in names[:8])
        raise SheetgenError(f'--sheet: there is no "{sheet[:40]}"; there are {said}')
    return names.index(sheet) if sheet else 0


def _xlsx(data: bytes, sheet: str) -> tuple[list[str], Iterator[list[str]]]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    names = [page.title for page in book.worksheets]
    page = book.worksheets[_chosen(names, sheet)]
    rows = page.iter_rows(max_col=MOST_CELLS)
    return names, ([_shown(cell.value, cell.number_format) for cell in row] for row in rows)


def _shown(value: Any, form: str = "") -> str:
    """A cell as a spreadsheet shows it; zeros that a format puts before a number stay."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and form and set(form) == {"0"}:
        return str(value).zfill(len(form))
    return str(value)


def _ods(data: bytes, sheet: str) -> tuple[list[str], Iterator[list[str]]]:
    from odf.opendocument import load
    from odf.table import Table as Page

    pages = load(io.BytesIO(data)).spreadsheet.getElementsByType(Page)
    names = [str(page.getAttribute("name")) for page in pages]
    return names, _ods_rows(pages[_chosen(names, sheet)])


def _ods_rows(page: Any) -> Iterator[list[str]]:
    from odf.table import TableRow

    for row in page.getElementsByType(TableRow):
        cells: list[str] = []
        for cell in row.childNodes:
            times = int(cell.getAttribute("numbercolumnsrepeated") or 1)
            cells += [_ods_text(cell)] * min(times, MOST_CELLS - len(cells))
        repeated = int(row.getAttribute("numberrowsrepeated") or 1)
        for _ in range(repeated if any(cells) else 1):
            yield list(cells)


def _ods_text(cell: Any) -> str:
    from odf import teletype
    from odf.text import P

    return " ".join(teletype.extractText(line) for line in cell.getElementsByType(P))
