"""Packs: PDFs of any size that are written page by page with little memory.

What pages have in common is there once; fonts, page tree, outline and structure come at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import IO

from sheetgen.page.items import Printed
from sheetgen.page.marks import mm
from sheetgen.press.pdf.copies import Copies
from sheetgen.press.pdf.file import PdfFile, packed_stream, text_string
from sheetgen.press.pdf.fonts import objects
from sheetgen.press.pdf.metadata import metadata
from sheetgen.press.pdf.pages import Common, Render, Stamped, Stamper, showing
from sheetgen.press.pdf.paths import number
from sheetgen.press.pdf.structure import Structure
from sheetgen.press.pdf.tags import Element
from sheetgen.press.pdf.text import PX
from sheetgen.type.truetype import FAMILIES, typeface

GROUP = 128
"""Pages under one node of the page tree."""


@dataclass(slots=True)
class Bookmark:
    """A line of the outline; ``number`` is its object."""

    title: str
    page: int
    top: str
    level: int
    number: int = 0
    children: list[Bookmark] = field(default_factory=list)


class Pack:
    """A PDF that is written while pages come that are ready for it."""

    def __init__(
        self, file: IO[bytes], title: str, author: str = "", lang: str = "en", *,
        tagged: bool = False,
    ) -> None:  # fmt: skip
        self._file = PdfFile(file)
        self._new, self._put = self._file.new, self._file.put
        self._title, self._author, self._lang = title, author, lang
        self._shared: dict[bytes, int] = {}
        """Marks of what pages share, and their objects."""
        self._copies = Copies(self._new, self._put)
        self._forms: dict[bytes, int] = {}
        """Marks of pictures, and their objects."""
        self._glyphs: dict[str, dict[int, int]] = {}
        """Font, glyph, width: as WeasyPrint does, the width at the size of its first use."""
        self._nodes: list[tuple[int, int, list[int]]] = []
        self._bookmarks: list[Bookmark] = []
        self.pages = 0
        self._catalog, self._info, self._tree, self._fonts, self._font_table = (
            self._new() for _ in range(5)
        )
        self._structure = Structure(self._new, self._put) if tagged else None

    # --- what a caller does

    def section(self, title: str) -> None:
        """The pages that come next are another sheet's."""
        if self._structure:
            self._structure.section(title)

    def blank(self, width: float, height: float) -> None:
        """An empty page, measures in mm."""
        self._leaf(width, height, "/Resources<<>>")

    def bookmark(self, title: str, height: float, level: int = 0) -> None:
        """A bookmark to the page that comes next, which is ``height`` mm high; ``level`` 1 is below
        the last of level 0."""
        self._bookmarks.append(Bookmark(title, self.pages, _points(height), level))

    def close(self) -> None:
        """Write fonts, page tree, outline, structure and the table of places."""
        named = []
        for name in FAMILIES:
            if name in self._glyphs:
                first = self._file.next
                made = objects(typeface(name), self._glyphs[name], first)
                places = [self._new() for _ in made]  # all before a full group takes one
                for place, data in zip(places, made, strict=True):
                    self._put(place, data)
                named.append(f"/{typeface(name).tag} {first} 0 R")
        self._put(self._font_table, f"<<{''.join(named)}>>".encode("ascii"))
        self._put(self._fonts, f"<</Font {self._font_table} 0 R>>".encode("ascii"))
        self._page_tree()
        outline = self._outline()
        tags = self._structure.close() if self._structure else ""
        lang = text_string(self._lang).decode("ascii")
        if self._structure:
            told = self._new()
            self._put(told, metadata(self._title, self._author, self._lang))
            tags += f"/Metadata {told} 0 R"
        self._put(self._catalog, f"<</Type/Catalog/Pages {self._tree} 0 R{outline}/Lang{lang}{tags}"
                  ">>".encode("ascii"))  # fmt: skip
        author = b"/Author" + text_string(self._author) if self._author else b""
        self._put(self._info, b"<</Title" + text_string(self._title) + author
                  + b"/Creator(sheetgen)/Producer(sheetgen)>>")  # fmt: skip
        self._file.close(self._catalog, self._info)

    # --- pages

    def put(self, page: Stamped) -> None:
        """Put one stamped page at the end."""
        for face, glyph, width in page.glyphs:
            self._glyphs.setdefault(face, {}).setdefault(glyph, width)
        if page.direct is not None:
            contents, resources = self._copies.page(page.direct)
        elif page.own:
            parts = [*map(self._once, page.shared), self._stream(page.own)]
            resources = f"{self._fonts} 0 R"
            if page.pictures:
                forms = [self._form(picture) for picture in page.pictures]
                parts.insert(0, self._once(showing(len(forms), self._structure is not None)))
                named = "".join(f"/P{k} {form} 0 R" for k, form in enumerate(forms))
                resources = f"<</Font {self._font_table} 0 R/XObject<<{named}>>>>"
            contents = f"{parts[0]} 0 R" if len(parts) == 1 else (
                f"[{' '.join(f'{n} 0 R' for n in parts)}]")  # fmt: skip
        else:
            self.blank(page.width, page.height)
            return
        self._leaf(page.width, page.height, f"/Resources {resources}/Contents {contents}",
                   page.elements)  # fmt: skip

    def _leaf(
        self, width: float, height: float, shown: str, elements: Sequence[Element] = ()
    ) -> None:
        """Put a page's object below the last node of the page tree."""
        if not self._nodes or len(self._nodes[-1][2]) == GROUP:
            self._nodes.append((self._new(), 0, []))
        node, _, kids = self._nodes[-1]
        leaf = self._new()
        kids.append(leaf)
        self.pages += 1
        box = f"[0 0 {_points(width)} {_points(height)}]"
        if self._structure and elements:
            shown += self._structure.page(leaf, elements)
        self._put(leaf, f"<</Type/Page/Parent {node} 0 R/MediaBox{box}{shown}>>".encode("ascii"))

    def _once(self, shared: Common) -> int:
        found = self._shared.get(shared.mark)
        if found is None:
            found = self._shared[shared.mark] = self._stream(shared.packed)
        return found

    def _form(self, picture: Common) -> int:
        if picture.mark not in self._forms:
            self._forms[picture.mark] = self._copies.form(picture.packed)
        return self._forms[picture.mark]

    def _stream(self, packed: bytes) -> int:
        made = self._new()
        self._put(made, packed_stream(packed))
        return made

    # --- the end of the file

    def _page_tree(self) -> None:
        for node, _, kids in self._nodes:
            listed = " ".join(f"{kid} 0 R" for kid in kids)
            self._put(node, f"<</Type/Pages/Parent {self._tree} 0 R/Count {len(kids)}"
                      f"/Kids[{listed}]>>".encode("ascii"))  # fmt: skip
        listed = " ".join(f"{node} 0 R" for node, _, _ in self._nodes)
        self._put(self._tree, f"<</Type/Pages/Count {self.pages}/Kids[{listed}]>>".encode("ascii"))

    def _outline(self) -> str:
        """Write the bookmarks; what the catalog says of them."""
        if not self._bookmarks:
            return ""
        root = Bookmark("", 0, "", -1, self._new())
        for mark in self._bookmarks:
            mark.number = self._new()
            above = root.children[-1] if mark.level and root.children else root
            above.children.append(mark)
        self._put(root.number, f"<</Type/Outlines{_ends(root)}/Count {len(root.children)}>>"
                  .encode("ascii"))  # fmt: skip
        for above in (root, *root.children):
            for k, mark in enumerate(above.children):
                near = "".join(
                    f"/{name} {above.children[i].number} 0 R"
                    for name, i in (("Prev", k - 1), ("Next", k + 1))
                    if 0 <= i < len(above.children)
                )
                leaf = self._nodes[mark.page // GROUP][2][mark.page % GROUP]
                count = f"{_ends(mark)}/Count {-len(mark.children)}" if mark.children else ""
                self._put(mark.number, b"<</Title" + text_string(mark.title) + (
                    f"/Parent {above.number} 0 R{near}{count}"
                    f"/Dest[{leaf} 0 R/XYZ 0 {mark.top} 0]>>").encode("ascii"))  # fmt: skip
        return f"/Outlines {root.number} 0 R"


def _ends(mark: Bookmark) -> str:
    return f"/First {mark.children[0].number} 0 R/Last {mark.children[-1].number} 0 R"


@cache
def _points(side: float) -> str:
    """A length in mm in PDF points."""
    return number(float(mm(side)) * PX * 0.75)


class SheetPack(Pack):
    """A pack that is made of sheets by a stamper."""

    def __init__(
        self, file: IO[bytes], title: str, author: str = "", lang: str = "en", *, stamper: Stamper
    ) -> None:
        super().__init__(file, title, author, lang, tagged=stamper.tagged)
        self._stamper = stamper

    def add(self, printed: Printed, bookmark: str | None = None, level: int = 0) -> int:
        """Put a sheet's pages at the end, with a bookmark to the first; the first page's number
        from 0."""
        first = self.pages
        self.section(printed.title)
        for page in self._stamper.pages(printed):
            if bookmark and self.pages == first:
                self.bookmark(bookmark, page.height, level)
            self.put(page)
        return first


def stamp(
    sheets: Sequence[Printed], render: Render, *, tagged: bool = False, title: str = "",
    leave_off: bool = False,
) -> bytes:
    """All sheets as one PDF, a bookmark for each with a subject; ``render`` makes a page that
    cannot be set here, and pictures, or pages ``leave_off`` what it cannot. Raises NotSimpleError
    for a tagged text that only Pango can set, unless it is left off."""
    out = BytesIO()
    first = sheets[0]
    stamper = Stamper(render, share=len(sheets) > 2, tagged=tagged, aside=tagged or leave_off,
                      leave_off=leave_off)  # fmt: skip
    pack = SheetPack(out, title or first.title, first.author, first.lang, stamper=stamper)
    for printed in sheets:
        pack.add(printed, printed.subject)
    pack.close()
    return out.getvalue()
