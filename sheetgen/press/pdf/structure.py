"""The structure tree of a tagged PDF: a document, a section for each sheet, in it the elements of
its pages in reading order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sheetgen.press.pdf.file import text_string
from sheetgen.press.pdf.tags import Element


@dataclass(slots=True)
class Section:
    """A sheet's element, which is written when all of its kids are known."""

    number: int
    title: str
    kids: list[int] = field(default_factory=list)


class Structure:
    """Writes elements as pages come, and what they hang on at the end."""

    def __init__(self, new: Callable[[], int], put: Callable[[int, bytes], None]) -> None:
        self._new, self._put = new, put
        self._root, self._document = new(), new()
        self._sections: list[Section] = []
        self._pages: list[int] = []
        """For each page the list of its texts' elements."""

    def section(self, title: str) -> None:
        """What comes next belongs to another sheet."""
        self._sections.append(Section(self._new(), title))

    def page(self, leaf: int, elements: Iterable[Element]) -> str:
        """Write the elements of a page; what the page's object says of them."""
        section = self._sections[-1]
        owners: dict[int, int] = {}
        section.kids += [self._element(e, section.number, leaf, owners) for e in elements]
        listed = self._new()
        owned = [owners[mark] for mark in sorted(owners)]
        self._put(listed, f"[{' '.join(_references(owned))}]".encode("ascii"))
        self._pages.append(listed)
        return f"/StructParents {len(self._pages) - 1}/Tabs/S"

    def close(self) -> str:
        """Write the rest; what the catalog says of it."""
        for section in self._sections:
            self._write(section.number, "Sect", self._document, _references(section.kids),
                        b"/T" + text_string(section.title))  # fmt: skip
        sections = [section.number for section in self._sections]
        self._write(self._document, "Document", self._root, _references(sections))
        parents = " ".join(f"{k} {listed} 0 R" for k, listed in enumerate(self._pages))
        self._put(self._root, f"<</Type/StructTreeRoot/K {self._document} 0 R/ParentTree"
                  f"<</Nums[{parents}]>>/ParentTreeNextKey {len(self._pages)}>>"
                  .encode("ascii"))  # fmt: skip
        return (f"/MarkInfo<</Marked true>>/StructTreeRoot {self._root} 0 R"
                "/ViewerPreferences<</DisplayDocTitle true>>")  # fmt: skip

    def _element(
        self, element: Element, parent: int, leaf: int, owners: dict[int, int]
    ) -> int:
        """Write an element with all below it; its object. ``owners`` gets the element of each
        marked text."""
        made = self._new()
        kids = []
        for kid in element.kids:
            if isinstance(kid, Element):
                kids.append(f"{self._element(kid, made, leaf, owners)} 0 R")
            else:
                owners[kid] = made
                kids.append(str(kid))
        more = f"/Pg {leaf} 0 R".encode("ascii")
        if element.said:
            more += b"/ActualText" + text_string(element.said)
        if element.alt:
            more += b"/Alt" + text_string(element.alt)
        if element.attributes:
            more += f"/A<<{element.attributes}>>".encode("ascii")
        self._write(made, element.role, parent, kids, more)
        return made

    def _write(
        self, number: int, role: str, parent: int, kids: Sequence[str], more: bytes = b""
    ) -> None:
        head = f"<</Type/StructElem/S/{role}/P {parent} 0 R"
        listed = f"/K {kids[0]}" if len(kids) == 1 else f"/K[{' '.join(kids)}]"
        self._put(number, f"{head}{listed}".encode("ascii") + more + b">>")


def _references(numbers: Sequence[int]) -> list[str]:
    return [f"{number} 0 R" for number in numbers]
