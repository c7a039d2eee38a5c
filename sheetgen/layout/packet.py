"""A packet: a worked sheet, one to finish, one to do, with one head and pages counted through."""

from __future__ import annotations

from collections.abc import Sequence

from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.booklet import counted_through
from sheetgen.layout.frame import Frame
from sheetgen.layout.head import page_number
from sheetgen.layout.large_head import large_page_number
from sheetgen.layout.sheet import LAYOUT, Layout, Sheet, lay_out
from sheetgen.words.packet import packet_words


def lay_out_packet(
    exercises: Sequence[Exercise], paper: str = "a4", name: str | None = "", mark: str = "point",
    layout: Layout = LAYOUT,
) -> list[Sheet]:  # fmt: skip
    """The sheets of a packet. Raises SheetgenError as :func:`lay_out` does."""
    sheets = [
        lay_out(exercise, paper, name, mark, layout,
                Frame(track=k, told=packet_words(exercise, k)))
        for k, exercise in enumerate(exercises)
    ]  # fmt: skip
    return counted_through(sheets, large_page_number if layout.sizes.is_large else page_number)
