"""Pages ready for a PDF: made from sheets one by one, before it is known where they go.

A page with a text that only Pango can set (right to left, combining marks) is made by a function
that is handed in, such as WeasyPrint's; a picture too, once for all pages that show it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from hashlib import blake2b

from sheetgen.errors import MissingError
from sheetgen.page.items import Label, Line, Page, Picture, Printed
from sheetgen.press.pdf.content import Shared, write, write_own
from sheetgen.press.pdf.file import LEVEL, QUICK, packed
from sheetgen.press.pdf.tags import Element, Tags, artifact
from sheetgen.press.pdf.text import Glyph, Set
from sheetgen.type.truetype import NotSimpleError

Render = Callable[[Sequence[Printed]], bytes]
"""Makes a PDF of sheets, whatever is on them."""

MOST_TOLD = 1 << 16
"""Lines of text that a stamper remembers."""


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
    """A PDF of the page, where another program had to make it."""
    elements: tuple[Element, ...] = ()
    """The structure of a tagged page."""


class Stamper:
    """Makes pages of sheets: split in what their plates ``share`` and their own, or each whole with
    its texts in reading order, ``tagged`` if asked; or ``direct`` by ``render``. Of a page with a
    label that only Pango can set, ``render`` makes that label ``aside``, or all; where Pango is not
    there, what is put aside may be what pages ``leave_off``."""

    def __init__(
        self, render: Render, *, share: bool = True, direct: bool = False, tagged: bool = False,
        aside: bool = False, leave_off: bool = False,
    ) -> None:  # fmt: skip
        self.tagged = tagged
        self._leave_off = leave_off
        self._render = render
        self._write = write_own if share else partial(write, aside=aside)
        self._tagged = partial(write, aside=aside)
        self._direct = direct
        self._told: set[Set] = set()
        """Lines whose glyphs stand in a page already."""
        self._known: set[Glyph] = set()
        """Those glyphs."""

    def pages(self, printed: Printed) -> Iterator[Stamped]:
        """The pages of a sheet, each with the glyphs that no page of this stamper had before.
        Raises NotSimpleError for a tagged page with a text that only Pango can set, unless it may
        be put aside."""
        for count, page in enumerate(printed.pages):
            if page.blank:
                yield Stamped(page.width, page.height)
                continue
            tags = None if not self.tagged else Tags(
                printed.reading, count, page.height, _circled(page, printed.key), _bars(page)
            )  # fmt: skip
            try:
                if self._direct:
                    raise NotSimpleError
                written = (
                    self._tagged(page, printed.key, tags) if tags
                    else self._write(page, printed.key)
                )
            except NotSimpleError:
                if tags:
                    raise
                data = self._render([replace(printed, pages=(page,), subject="")])
                yield Stamped(page.width, page.height, direct=data)
                continue
            yield Stamped(
                page.width, page.height, packed(written.own), self._glyphs(written.sets),
                tuple(map(_common, written.shared)),
                tuple(self._pictures(written.pictures, page)),
                elements=tags.elements if tags else (),
            )  # fmt: skip

    def _pictures(
        self, some: Iterable[tuple[Picture | Label, ...]], page: Page
    ) -> Iterator[Common]:
        """What ``render`` draws of a page. Raises MissingError if it cannot, and must."""
        for items in some:
            try:
                yield _pictured(self._render, items, page.width, page.height)
            except MissingError:
                if not self._leave_off:
                    raise

    def _glyphs(self, sets: Iterable[Set]) -> tuple[Glyph, ...]:
        told, known = self._told, self._known
        lines = [line for line in sets if line not in told]
        if len(told) > MOST_TOLD:
            told.clear()
        told.update(lines)
        new = dict.fromkeys([g for line in lines for g in line.glyphs if g not in known])
        known.update(new)
        return tuple(new)


def _circled(page: Page, key: bool) -> frozenset[tuple[str, int, int]]:
    """The numbers that are circled on a page."""
    return frozenset(line.around for line in page.own
                     if isinstance(line, Line) and line.around and (key or not line.answer)
                     )  # fmt: skip


def _bars(page: Page) -> list[tuple[float, float, float, float]]:
    """Where bars stand that are cut."""
    return [i.bounds for i in page.items if isinstance(i, Line) and i.cut_at]


@lru_cache(8)
def _pictured(
    render: Render, items: tuple[Picture | Label, ...], width: float, height: float
) -> Common:
    """A picture or some texts alone on a page."""
    data = render([Printed((Page(width, height, items),), "", True)])
    return Common(blake2b(data, digest_size=16).digest(), data)


@cache
def showing(count: int, tagged: bool) -> Common:
    """The operators that show so many pictures, before all else."""
    shows = ["q\n", *(f"/P{k} Do\n" for k in range(count)), "Q\n"]
    return _common(Shared("".join(artifact(shows) if tagged else shows).encode("ascii")))


@lru_cache(256)
def _common(shared: Shared) -> Common:
    level = QUICK if shared.few else LEVEL
    return Common(blake2b(shared.data, digest_size=16).digest(), packed(shared.data, level))
