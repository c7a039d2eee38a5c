"""Pages straight to PDF, the same as by way of HTML and WeasyPrint and hundreds of times faster.

``pdf`` makes one file of some sheets, ``Pack`` writes a file of any size page by page with little
memory. A page with a text that only Pango can set (right to left, combining marks) is rendered
directly and put in its place; a picture too, once for all pages that show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache, partial
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import IO

from sheetgen.errors import SheetgenError
from sheetgen.page.items import Label, Page, Picture, Printed
from sheetgen.page.marks import mm
from sheetgen.press.pdf.content import Shared, write, write_own
from sheetgen.press.pdf.copies import Copies
from sheetgen.press.pdf.file import LEVEL, QUICK, PdfFile, packed, packed_stream, text_string
from sheetgen.press.pdf.fonts import objects
from sheetgen.press.pdf.paths import number
from sheetgen.press.pdf.structure import Structure
from sheetgen.press.pdf.tags import Element, Tags, artifact
from sheetgen.press.pdf.text import PX, Glyph, Set
from sheetgen.press.proof import fits
from sheetgen.type.truetype import FAMILIES, NotSimpleError, typeface

GROUP = 128
"""Pages under one node of the page tree."""
MOST_TOLD = 1 << 16
"""Lines of text that a stamper remembers."""


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
    elements: tuple[Element, ...] = ()
    """The structure of a tagged page."""


class Stamper:
    """Makes pages of sheets: split in what their plates ``share`` and their own, or each whole with
    its texts in reading order, ``tagged`` if asked; or ``direct`` by WeasyPrint. A label that only
    Pango can set is put ``aside``, or the page is made by WeasyPrint."""

    def __init__(
        self, *, share: bool = True, direct: bool = False, tagged: bool = False,
        aside: bool = False,
    ) -> None:  # fmt: skip
        self._write = write_own if share else partial(write, aside=aside)
        self._direct, self._tagged = direct, tagged
        self._told: set[Set] = set()
        """Lines whose glyphs stand in a page already."""
        self._known: set[Glyph] = set()
        """Those glyphs."""

    def pages(self, printed: Printed) -> Iterator[Stamped]:
        """The pages of a sheet, each with the glyphs that no page of this stamper had before.
        Raises NotSimpleError for a tagged page with a text that only Pango can set."""
        for count, page in enumerate(printed.pages):
            if page.blank:
                yield Stamped(page.width, page.height)
                continue
            tags = Tags("H2" if count else "H1") if self._tagged else None
            try:
                if self._direct:
                    raise NotSimpleError
                written = (
                    write(page, printed.key, tags) if tags else self._write(page, printed.key)
                )
            except NotSimpleError:
                if tags:
                    raise
                from sheetgen.press import weasy

                data = weasy.pdf([replace(printed, pages=(page,), subject="")])
                yield Stamped(page.width, page.height, direct=data)
                continue
            yield Stamped(
                page.width, page.height, packed(written.own), self._glyphs(written.sets),
                tuple(map(_common, written.shared)),
                tuple(_pictured(p, page.width, page.height) for p in written.pictures),
                elements=tuple(tags.elements) if tags else (),
            )  # fmt: skip

    def _glyphs(self, sets: Iterable[Set]) -> tuple[Glyph, ...]:
        told, known = self._told, self._known
        lines = [line for line in sets if line not in told]
        if len(told) > MOST_TOLD:
            told.clear()
        told.update(lines)
        new = dict.fromkeys([g for line in lines for g in line.glyphs if g not in known])
        known.update(new)
        return tuple(new)


@lru_cache(8)
def _pictured(items: tuple[Picture | Label, ...], width: float, height: float) -> Common:
    """A picture or some texts alone on a page, as WeasyPrint draws them."""
    from sheetgen.press import weasy

    data = weasy.pdf([Printed((Page(width, height, items),), "", True)])
    return Common(blake2b(data, digest_size=16).digest(), data)


@cache
def _shown(count: int, tagged: bool) -> Common:
    """The operators that show so many pictures, before all else."""
    shows = ["q\n", *(f"/P{k} Do\n" for k in range(count)), "Q\n"]
    return _common(Shared("".join(artifact(shows) if tagged else shows).encode("ascii")))


@lru_cache(256)
def _common(shared: Shared) -> Common:
    level = QUICK if shared.few else LEVEL
    return Common(blake2b(shared.data, digest_size=16).digest(), packed(shared.data, level))


class Pack:
    """A PDF that is written while it is made: pages as they come, what they share once, the rest
    at the end."""

    def __init__(
        self, file: IO[bytes], title: str, author: str = "", lang: str = "en", *,
        share: bool = True, direct: bool = False, tagged: bool = False,
    ) -> None:  # fmt: skip
        self._file = PdfFile(file)
        self._new, self._put = self._file.new, self._file.put
        self._title, self._author, self._lang = title, author, lang
        self._stamper = Stamper(share=share, direct=direct, tagged=tagged)
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

    def add(self, printed: Printed, bookmark: str | None = None, level: int = 0) -> int:
        """Put a sheet's pages at the end, with a bookmark to the first; the first page's number
        from 0."""
        first = self.pages
        if self._structure:
            self._structure.section(printed.title)
        for page in self._stamper.pages(printed):
            if bookmark and self.pages == first:
                self.bookmark(bookmark, page.height, level)
            self.put(page)
        return first

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
                parts.insert(0, self._once(_shown(len(forms), self._structure is not None)))
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


# --- what others call


def pdf(sheets: Sequence[Printed], *, tagged: bool = False) -> bytes:
    """All sheets as one PDF, a bookmark for each with a subject; same sheets, same bytes.

    ``tagged`` for screen readers; then WeasyPrint makes all of it if it must make a page.
    """
    if not sheets:
        raise SheetgenError("there is no sheet to print")
    if fits():
        with suppress(NotSimpleError):
            return stamp(sheets, tagged=tagged)
    from sheetgen.press import weasy

    return weasy.pdf(sheets, tagged=tagged)


def stamp(sheets: Sequence[Printed], *, tagged: bool = False) -> bytes:
    """The same by the press, fit or not. Raises NotSimpleError for a tagged text that only Pango
    can set."""
    out = BytesIO()
    first = sheets[0]
    share = len(sheets) > 2
    pack = Pack(out, first.title, first.author, first.lang, share=share, tagged=tagged)
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
