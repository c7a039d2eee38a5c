"""Pages straight to PDF, the same as by way of HTML and WeasyPrint and hundreds of times faster.

``pdf`` makes one file of some sheets, ``Pack`` writes a file of any size page by page with little
memory. A page with a text that only Pango can set (right to left, combining marks) is rendered
directly and put in its place; a picture too, once for all pages that show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import IO

from sheetgen.errors import SheetgenError
from sheetgen.graft import Grafts
from sheetgen.lettering import PX, Glyph, Set
from sheetgen.page import Label, Page, Picture, Printed
from sheetgen.paths import number
from sheetgen.pen import Shared, write, write_own
from sheetgen.plate import fits
from sheetgen.render import mm
from sheetgen.typeface import (
    FAMILIES,
    NotSimpleError,
    objects,
    packed,
    packed_stream,
    stream,
    typeface,
)

GROUP = 128
"""Small objects that are compressed together, and pages under one node of the page tree."""
MOST_TOLD = 1 << 16
"""Lines of text that a stamper remembers."""


def text_string(text: str) -> bytes:
    """A text as PDF writes it."""
    if text.isascii() and text.isprintable():
        plain = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        return f"({plain})".encode("ascii")
    return f"<feff{text.encode('utf-16-be').hex()}>".encode("ascii")


@dataclass(slots=True)
class Bookmark:
    """A line of the outline; ``number`` is its object."""

    title: str
    page: int
    top: str
    level: int
    number: int = 0
    children: list[Bookmark] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Common:
    """What many pages have in common, such as a part of their content, compressed; and its
    digest."""

    mark: bytes
    packed: bytes


@dataclass(frozen=True, slots=True)
class Stamped:
    """A page ready to be put into a pack; measures in mm."""

    width: float
    height: float
    own: bytes = b""
    """Its content after what it shares, compressed; nothing for a blank page."""
    glyphs: tuple[Glyph, ...] = ()
    """What it shows of our fonts, unless an earlier page told it."""
    shared: tuple[Common, ...] = ()
    pictures: tuple[Common, ...] = ()
    """A PDF of each picture alone on such a page."""
    direct: bytes | None = None
    """A PDF of the page, where WeasyPrint had to make it."""


class Stamper:
    """Makes pages of sheets: split in what their moulds ``share`` and their own, or each whole with
    its texts in reading order; or ``direct`` by WeasyPrint."""

    def __init__(self, *, share: bool = True, direct: bool = False) -> None:
        self._write = write_own if share else write
        self._direct = direct
        self._told: set[Set] = set()
        """Lines whose glyphs stand in a page already."""

    def pages(self, printed: Printed) -> Iterator[Stamped]:
        """The pages of a sheet, each with the glyphs that no page of this stamper had before."""
        for page in printed.pages:
            if not page.items:
                yield Stamped(page.width, page.height)
                continue
            try:
                if self._direct:
                    raise NotSimpleError
                written = self._write(page, printed.key)
            except NotSimpleError:
                from sheetgen import render

                data = render.pdf([replace(printed, pages=(page,), subject="")])
                yield Stamped(page.width, page.height, direct=data)
                continue
            yield Stamped(
                page.width, page.height, packed(written.own), self._glyphs(written.sets),
                tuple(map(_common, written.shared)),
                tuple(_pictured(p, page.width, page.height) for p in written.pictures),
            )  # fmt: skip

    def _glyphs(self, sets: Iterable[Set]) -> tuple[Glyph, ...]:
        told = self._told
        new = [line for line in sets if line not in told]
        if len(told) > MOST_TOLD:
            told.clear()
        told.update(new)
        return tuple(dict.fromkeys([glyph for line in new for glyph in line.glyphs]))


@lru_cache(8)
def _pictured(item: Picture | Label, width: float, height: float) -> Common:
    """A picture or a text alone on a page, as WeasyPrint draws it."""
    from sheetgen import render

    key = isinstance(item, Label) and item.answer
    data = render.pdf([Printed((Page(width, height, (item,)),), "", key)])
    return Common(blake2b(data, digest_size=16).digest(), data)


@cache
def _shown(count: int) -> Common:
    """The operators that show so many pictures, before all else."""
    shows = "".join(f"/P{k} Do\n" for k in range(count))
    return _common(Shared(f"q\n{shows}Q\n".encode("ascii")))


@lru_cache(256)
def _common(shared: Shared) -> Common:
    return Common(blake2b(shared.data, digest_size=16).digest(), packed(shared.data))


class Pack:
    """A PDF that is written while it is made: pages as they come, what they share once, the rest
    at the end."""

    def __init__(self, file: IO[bytes], title: str, author: str = "", lang: str = "en", *,
                 share: bool = True, direct: bool = False) -> None:  # fmt: skip
        self._file = file
        self._title, self._author, self._lang = title, author, lang
        self._stamper = Stamper(share=share, direct=direct)
        self._place = 0
        self._where: list[tuple[int, int, int]] = [(0, 0, 65535)]
        """For each object kind (1 at a place, 2 in a group), place or group, and index in it."""
        self._small: list[tuple[int, bytes]] = []
        self._shared: dict[bytes, int] = {}
        """Marks of what pages share, and their objects."""
        self._grafts = Grafts(self._new, self._put)
        self._forms: dict[bytes, int] = {}
        """Marks of pictures, and their objects."""
        self._glyphs: dict[str, dict[int, int]] = {}
        """Font, glyph, width: as WeasyPrint does, the width at the size of its first use."""
        self._nodes: list[tuple[int, int, list[int]]] = []
        self._bookmarks: list[Bookmark] = []
        self.pages = 0
        self._emit(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self._catalog, self._info, self._tree, self._fonts, self._font_table = (
            self._new() for _ in range(5)
        )

    # --- what a caller does

    def add(self, printed: Printed, bookmark: str | None = None, level: int = 0) -> int:
        """Put a sheet's pages at the end, with a bookmark to the first; the first page's number
        from 0."""
        first = self.pages
        for page in self._stamper.pages(printed):
            if bookmark and self.pages == first:
                self.bookmark(bookmark, page.height, level)
            self.put(page)
        return first

    def blank(self, width: float, height: float) -> None:
        """An empty page, measures in mm."""
        self._leaf(width, height, "", "/Resources<<>>")

    def bookmark(self, title: str, height: float, level: int = 0) -> None:
        """A bookmark to the page that comes next, which is ``height`` mm high; ``level`` 1 is below
        the last of level 0."""
        self._bookmarks.append(Bookmark(title, self.pages, _points(height), level))

    def close(self) -> None:
        """Write fonts, page tree, outline and the table of places."""
        named = []
        for name in FAMILIES:
            if name in self._glyphs:
                first = len(self._where)
                made = objects(typeface(name), self._glyphs[name], first)
                places = [self._new() for _ in made]  # all before a full group takes one
                for place, data in zip(places, made, strict=True):
                    self._put(place, data)
                named.append(f"/{typeface(name).tag} {first} 0 R")
        self._put(self._font_table, f"<<{''.join(named)}>>".encode("ascii"))
        self._put(self._fonts, f"<</Font {self._font_table} 0 R>>".encode("ascii"))
        self._page_tree()
        outline = self._outline()
        lang = text_string(self._lang).decode("ascii")
        self._put(self._catalog, f"<</Type/Catalog/Pages {self._tree} 0 R{outline}/Lang{lang}>>"
                  .encode("ascii"))  # fmt: skip
        author = b"/Author" + text_string(self._author) if self._author else b""
        self._put(self._info, b"<</Title" + text_string(self._title) + author
                  + b"/Creator(sheetgen)/Producer(sheetgen)>>")  # fmt: skip
        self._flush()
        self._table()

    # --- pages

    def put(self, page: Stamped) -> None:
        """Put one stamped page at the end."""
        for face, glyph, width in page.glyphs:
            self._glyphs.setdefault(face, {}).setdefault(glyph, width)
        if page.direct is not None:
            contents, resources = self._grafts.page(page.direct)
        elif page.own:
            parts = [*map(self._once, page.shared), self._stream(page.own)]
            resources = f"{self._fonts} 0 R"
            if page.pictures:
                forms = [self._form(picture) for picture in page.pictures]
                parts.insert(0, self._once(_shown(len(forms))))
                named = "".join(f"/P{k} {form} 0 R" for k, form in enumerate(forms))
                resources = f"<</Font {self._font_table} 0 R/XObject<<{named}>>>>"
            contents = f"{parts[0]} 0 R" if len(parts) == 1 else (
                f"[{' '.join(f'{n} 0 R' for n in parts)}]")  # fmt: skip
        else:
            self._leaf(page.width, page.height, "", "/Resources<<>>")
            return
        self._leaf(page.width, page.height, f"/Contents {contents}", f"/Resources {resources}")

    def _leaf(self, width: float, height: float, contents: str, resources: str) -> None:
        if not self._nodes or len(self._nodes[-1][2]) == GROUP:
            self._nodes.append((self._new(), 0, []))
        node, _, kids = self._nodes[-1]
        leaf = self._new()
        kids.append(leaf)
        self.pages += 1
        box = f"[0 0 {_points(width)} {_points(height)}]"
        self._put(leaf, f"<</Type/Page/Parent {node} 0 R/MediaBox{box}"
                  f"{resources}{contents}>>".encode("ascii"))  # fmt: skip

    def _once(self, shared: Common) -> int:
        found = self._shared.get(shared.mark)
        if found is None:
            found = self._shared[shared.mark] = self._stream(shared.packed)
        return found

    def _form(self, picture: Common) -> int:
        if picture.mark not in self._forms:
            self._forms[picture.mark] = self._grafts.form(picture.packed)
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

    def _table(self) -> None:
        self._where.append((1, self._place, 0))
        wide = max(2, (self._place.bit_length() + 7) // 8)
        rows = b"".join(
            kind.to_bytes(1, "big") + place.to_bytes(wide, "big") + index.to_bytes(2, "big")
            for kind, place, index in self._where
        )
        start, mark = self._place, blake2b(rows, digest_size=16).hexdigest()
        more = (f"/Type/XRef/W[1 {wide} 2]/Size {len(self._where)}/Root {self._catalog} 0 R"
                f"/Info {self._info} 0 R/ID[<{mark}><{mark}>]")  # fmt: skip
        self._emit(f"{len(self._where) - 1} 0 obj\n".encode("ascii") + stream(rows, more)
                   + f"\nendobj\nstartxref\n{start}\n%%EOF\n".encode("ascii"))  # fmt: skip

    # --- objects

    def _new(self) -> int:
        self._where.append((0, 0, 0))
        return len(self._where) - 1

    def _put(self, made: int, data: bytes) -> None:
        """A stream goes into the file at once, anything else together with others."""
        if data.endswith(b"endstream"):
            self._where[made] = (1, self._place, 0)
            self._emit(f"{made} 0 obj\n".encode("ascii") + data + b"\nendobj\n")
            return
        self._small.append((made, data))
        if len(self._small) == GROUP:
            self._flush()

    def _flush(self) -> None:
        if not self._small:
            return
        group = self._new()
        heads, body = [], b""
        for index, (made, data) in enumerate(self._small):
            self._where[made] = (2, group, index)
            heads.append(f"{made} {len(body)}")
            body += data + b"\n"
        head = f"{' '.join(heads)}\n".encode("ascii")
        more = f"/Type/ObjStm/N {len(self._small)}/First {len(head)}"
        self._small = []
        self._put(group, stream(head + body, more))

    def _emit(self, data: bytes) -> None:
        self._file.write(data)
        self._place += len(data)


def _ends(mark: Bookmark) -> str:
    return f"/First {mark.children[0].number} 0 R/Last {mark.children[-1].number} 0 R"


@cache
def _points(side: float) -> str:
    """A length in mm in PDF points."""
    return number(float(mm(side)) * PX * 0.75)


# --- what others call


def pdf(sheets: Sequence[Printed]) -> bytes:
    """All sheets as one PDF, a bookmark for each with a subject; same sheets, same bytes."""
    if not sheets:
        raise SheetgenError("there is no sheet to print")
    if fits():
        return stamp(sheets)
    from sheetgen import render

    return render.pdf(sheets)


def stamp(sheets: Sequence[Printed]) -> bytes:
    """The same by the press, fit or not."""
    out = BytesIO()
    first = sheets[0]
    pack = Pack(out, first.title, first.author, first.lang, share=len(sheets) > 2)
    for printed in sheets:
        pack.add(printed, printed.subject)
    pack.close()
    return out.getvalue()


def press_pack(
    target: Path | IO[bytes], sheets: Iterable[tuple[Printed, str | None]], title: str
) -> int:
    """Write a pack: sheets with their bookmarks (None for none); a page without items is blank.

    Returns the number of pages. Takes sheets as they come, and keeps none.
    """
    if isinstance(target, Path):
        with target.open("wb") as file:
            return press_pack(file, sheets, title)
    pack = Pack(target, title, direct=not fits())
    for printed, bookmark in sheets:
        pack.add(printed, bookmark)
    pack.close()
    return pack.pages
