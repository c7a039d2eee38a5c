"""The printer: by the press where it fits, by WeasyPrint where it does not."""

from __future__ import annotations

from io import BytesIO

import pytest

from sheetgen.errors import SheetgenError
from sheetgen.press import compare
from sheetgen.press.printing import Printer
from tests.page.support import sheet
from tests.press.support import PRINTER, rendered, sheet_of


def test_the_press_does_not_print_where_it_would_differ() -> None:
    printer = Printer(None)
    printer.check.told(False)
    sheet = sheet_of("single-neuron").worksheet()
    assert printer.pdf([sheet]) == rendered([sheet])
    out = BytesIO()
    assert printer.write_pack(out, [(sheet, "A"), (sheet, None)], "Pack") == 2
    assert compare.difference(out.getvalue(), rendered([sheet, sheet])) == ""


def test_png_has_one_image_a_page() -> None:
    images = PRINTER.png(rendered([sheet(False), sheet(True)]), dpi=40)
    assert [image[:4] for image in images] == [b"\x89PNG"] * 2


def test_an_empty_pack_is_an_error_of_the_user() -> None:
    with pytest.raises(SheetgenError, match="no sheet"):
        rendered([])
    with pytest.raises(SheetgenError, match="no sheet"):
        PRINTER.pdf([])
