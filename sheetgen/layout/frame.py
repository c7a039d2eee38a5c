"""What a sheet is a part of: a packet, a quiz, a booklet; it changes what stands at its head."""

from __future__ import annotations

from dataclasses import dataclass

from sheetgen.words.packet import TRACK, PacketWords


@dataclass(frozen=True)
class Frame:
    """What the head of a sheet says beside its exercise."""

    title: str = ""
    """Instead of the exercise's own, such as that of a quiz."""
    note: str = ""
    """Below it: which exercise of how many."""
    date: str = ""
    """On the line for the date."""
    track: int = -1
    """Which sheet of a packet it is, from 0; -1 if it is none."""
    told: PacketWords | None = None
    """What a sheet of a packet says."""
    above: str = ""
    """Small above the title: which part of what it is."""
    new: str = ""
    """Below the title: one sentence on what is new."""
    booklet: bool = False
    """Whether the pages of all parts are counted through, and none has numbers of its own."""
    before: int = 0
    """Pages of the booklet before its own: a page that its words name is so many further on."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The sheets of the packet, if it is one."""
        return TRACK if self.track >= 0 else ()


ALONE = Frame()
"""A sheet that is no part of anything."""
