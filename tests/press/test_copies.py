"""Objects of another PDF are copied as they are, whatever they hold."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from sheetgen.press.pdf.copies import Copies

ODD = {
    "null": Array([1, None, 2]),
    "small": pikepdf.Object.parse(b"[0.0000001]"),
    "large": Decimal("12345678901.5"),
    "negative": pikepdf.Object.parse(b"[-.00000025 -3. [null]]"),
    "flags": Array([True, False]),
    "bytes": String("a\x00(\\)\r\n\xff"),
    "name": Name("/A B#(é"),
    "keys": Dictionary({"/A B": 1, "/C#D": Dictionary({"/é": 2})}),
}


def copied(page: bytes, how: str) -> pikepdf.Pdf:
    """Another PDF, into which a page was copied; its root leads to the copy."""
    objects: list[bytes] = []

    def new() -> int:
        objects.append(b"null")
        return len(objects)

    def put(number: int, data: bytes) -> None:
        objects[number - 1] = data

    copies = Copies(new, put)
    if how == "page":
        contents, resources = copies.page(page)
        root = f"<</Contents {contents}/Resources {resources}>>"
    else:
        root = f"{copies.form(page)} 0 R"
    put(new(), f"<</Type/Catalog/Pages<</Type/Pages/Kids[]/Count 0>>/Copy {root}>>".encode())
    out = BytesIO(b"%PDF-1.7\n")
    out.seek(0, 2)
    starts = []
    for number, data in enumerate(objects, 1):
        starts.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, data))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % start for start in starts)
    out.write(b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, len(objects), table))  # fmt: skip
    return pikepdf.open(out, attempt_recovery=False)


@pytest.mark.parametrize("how", ["page", "form"])
@pytest.mark.parametrize("name", ODD)
def test_odd_values_are_copied_as_they_are(name: str, how: str) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(Decimal("595.276"), 842))
        page = pdf.pages[0].obj
        page.Contents = pdf.make_stream(b"q Q")
        picture = pdf.make_stream(b"0 0 m", {"/Odd": ODD[name], "/None": None})
        page.Resources = Dictionary({"/XObject": Dictionary({"/P": picture}), "/Odd": ODD[name]})
        data = BytesIO()
        pdf.save(data)
    with copied(data.getvalue(), how) as pdf:
        copy = pdf.Root.Copy
        content = copy if how == "form" else copy.Contents
        assert content.read_bytes() == b"q Q"
        picture = copy.Resources.XObject.P
        assert picture.read_bytes() == b"0 0 m"
        for found in (copy.Resources.Odd, picture.stream_dict.Odd):
            assert found == ODD[name]
