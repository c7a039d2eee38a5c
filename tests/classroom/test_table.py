"""The table of a class, for a spreadsheet."""

from __future__ import annotations

import csv
import io

from sheetgen.classroom.pupils import assign
from sheetgen.classroom.table import class_csv
from tests.classroom.support import SMALL, someone


def test_no_cell_of_the_table_is_a_formula() -> None:
    names = ["=HYPERLINK(1)", "+1", "-1", "@x", " =x", 'a"b,c']
    text = class_csv(assign(SMALL, someone(*names), [], 1), 1).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))[1:]
    assert [r[0].removeprefix("'") for r in rows] == names
    assert not any(cell.lstrip()[:1] in tuple("=+-@") for r in rows for cell in r if cell)
