"""A packet: a worked sheet, one to finish, one to do, with one head and pages counted through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.frame import Frame
from sheetgen.layout.head import page_number
from sheetgen.layout.sheet import Sheet, lay_out
from sheetgen.words.packet import packet_words


def lay_out_packet(
    exercises: Sequence[Exercise], paper: str = "a4", name: str | None = "", mark: str = "point"
) -> list[Sheet]:
    """The sheets of a packet. Raises SheetgenError as :func:`lay_out` does."""
    sheets = [
        lay_out(exercise, paper, name, mark, frame=Frame(track=k, told=packet_words(exercise, k)))
        for k, exercise in enumerate(exercises)
    ]
    total, number, found = sum(len(sheet.pages) for sheet in sheets), 0, []
    for sheet in sheets:
        pages = []
        for page in sheet.pages:
            number += 1
            paper_size = page.width, page.height
            pages.append(page.with_items((page_number(number, total, paper_size),)))
        found.append(replace(sheet, pages=tuple(pages)))
    return found
