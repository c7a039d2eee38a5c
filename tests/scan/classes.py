"""Classes whose printed sheets are filled in with a pencil."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sheetgen.classroom.plan import Order, Plan, piece
from sheetgen.classroom.run import run
from sheetgen.classroom.students import Student
from sheetgen.scan.stack import Place
from sheetgen.scan.wanted import WantedPage, wanted_of
from tests.scan.simulation import Picture, rendered, write

Answer = Callable[[str, Place, str], str]
"""What is written for a code's number, of which the right text is known; nothing leaves it open."""


def made(
    folder: Path, topic: str, students: int = 1, paper: str = "a4", seed: int = 1,
    options: dict[str, Any] | None = None, **more: Any,
) -> Path:  # fmt: skip
    """A class in a folder."""
    who = tuple(Student(f"s{k}", f"Student {k}", row=k) for k in range(1, students + 1))
    plan = Plan((piece(topic, options or {}),), paper=paper)
    run(Order(plan, who, folder, seed, **more))
    return folder


@dataclass(frozen=True)
class Filled:
    """A page of a pack of worksheets, with what was written on it."""

    code: str
    number: int
    picture: Picture
    page: WantedPage
    written: dict[Place, str]


def right(code: str, place: Place, text: str) -> str:
    """Everybody knows everything."""
    return text


def filled(
    folder: Path, random: np.random.Generator, answer: Answer = right, dpi: float = 200,
    most: int = 1000,
) -> Iterator[Filled]:  # fmt: skip
    """The pages of a class's pack, filled in."""
    wanted = wanted_of(folder).pages
    for paper in [*wanted.papers.values()][:most]:
        assert paper.pack_page is not None
        numbers = range(paper.pack_page, paper.pack_page + paper.pages)
        pictures = rendered(folder / "worksheets.pdf", numbers, dpi)
        for k, (picture, page) in enumerate(zip(pictures, paper.printings[0], strict=True), 1):
            written = {place: answer(paper.code, place, text) for place, _, text in page.boxes}
            for place, (x, y, side, _), _ in page.boxes:
                if written[place]:
                    write(picture, dpi, (x, y, side), written[place], random)
            yield Filled(paper.code, k, picture, page, written)
