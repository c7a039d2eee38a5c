"""What the pages of a class lack where Pango is not there, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec import structs

from sheetgen.classroom.earlier import listed
from sheetgen.classroom.plan import Heading
from sheetgen.press.printing import printer


@dataclass(frozen=True)
class Lacking:
    """What nothing here can print."""

    texts: tuple[str, ...] = ()
    logo: bool = False

    @property
    def said(self) -> tuple[str, ...]:
        """What is to be told of it, however quiet a command is."""
        if not (self.texts or self.logo):
            return ()
        needs = f"needs {printer().weasy.missing}; then the same command prints all"
        said = []
        if self.texts:
            said.append(f"left off for you to write, the code tells whose it is: "
                        f"{listed(self.texts)}; printing it {needs}")  # fmt: skip
        if self.logo:
            said.append(f"the logo is left off: printing it {needs}")
        return tuple(said)

    def heading(self, heading: Heading) -> Heading:
        """The heading without a logo that cannot be printed."""
        return structs.replace(heading, logo="") if self.logo else heading


def lacking(texts: Iterable[str], heading: Heading) -> Lacking:
    """What of some texts and a heading nothing here can print."""
    return Lacking(printer().unset(texts), bool(heading.logo and printer().weasy.missing))
