"""Workbooks: the first sheet or one by its name, and what is refused."""

from __future__ import annotations

import io
import sys
import zipfile

import pytest

from sheetgen.classroom.roster.reading import parse_roster
from sheetgen.classroom.students import Chosen
from sheetgen.errors import SheetgenError

ROWS = [["Klasse 9b"], [], ["Name", "ID", "Group"], ["Ada Byron", "0012", "A"],
        ["Bob Cole", "0013", ""]]  # fmt: skip


def xlsx(*sheets: tuple[str, list[list[object]]]) -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(*sheets: tuple[str, list[list[str]]]) -> bytes:
    document = pytest.importorskip("odf.opendocument").OpenDocumentSpreadsheet()
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    for name, rows in sheets:
        page = Table(name=name)
        for row in rows:
            line = TableRow()
            for text in row:
                cell = TableCell(valuetype="string")
                cell.addElement(P(text=text))
                line.addElement(cell)
            page.addElement(line)
        document.spreadsheet.addElement(page)
    out = io.BytesIO()
    document.write(out)
    return out.getvalue()


@pytest.mark.parametrize("made", [xlsx, ods])
def test_the_first_sheet_is_read_or_one_by_its_name(made: object) -> None:
    data = made(("9b", ROWS), ("9c", [["Name"], ["Cy Day"]]))  # type: ignore[operator]
    roster = parse_roster(data)
    assert [(s.id, s.name, s.group, s.row) for s in roster.students] == [
        ("0012", "Ada Byron", "A", 4), ("0013", "Bob Cole", "", 5)]  # fmt: skip
    assert any('from the sheet "9b"; there are also "9c" (--sheet)' in r for r in roster.remarks)
    assert [s.name for s in parse_roster(data, Chosen(sheet="9c")).students] == ["Cy Day"]
    with pytest.raises(SheetgenError, match='there is no "9d"; there are "9b", "9c"'):
        parse_roster(data, Chosen(sheet="9d"))


def test_numbers_are_as_a_spreadsheet_shows_them() -> None:
    data = xlsx(("x", [["Name", "Student ID"], ["Ada", 3712345.0], ["Bob", 3712346]]))
    assert [s.id for s in parse_roster(data).students] == ["3712345", "3712346"]


@pytest.mark.parametrize("library", ["openpyxl", "odf.opendocument"])
def test_without_the_extra_one_line_says_what_to_install(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = (ods if "odf" in library else xlsx)(("x", [["Name"], ["Ada"]]))
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(SheetgenError, match=r"sheetgen\[office\]"):
        parse_roster(data)


def test_a_broken_or_swollen_workbook_is_refused() -> None:
    good = xlsx(("x", [["Name"], ["Ada"]]))
    for data in (good[: len(good) // 2], good[:60] + b"xl/", good[:300] + b"?" * 90 + good[390:]):
        with pytest.raises(SheetgenError):
            parse_roster(data)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 101_000_000)
    with pytest.raises(SheetgenError, match="MB inside"):
        parse_roster(out.getvalue())


def test_a_sheet_of_no_workbook_is_refused() -> None:
    with pytest.raises(SheetgenError, match="--sheet is of workbooks"):
        parse_roster(b"Name\nAda\n", Chosen(sheet="x"))
