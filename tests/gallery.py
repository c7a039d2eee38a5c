"""The README's pictures of pages: a worksheet beside its key, and one contact sheet a family.

``python -m tests.gallery [FOLDER]`` writes them anew, into ``.github/pictures`` where no other
folder is named; a family's picture is called as its file.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from sheetgen.api import make
from sheetgen.topics.catalogue import FAMILIES, TOPICS

FOLDER = Path(__file__).parents[1] / ".github" / "pictures"
SEED, ACROSS = 7, 5
WIDE, LARGE = 298, 760
"""Pixels across a page, on a contact sheet and beside its key."""
BETWEEN, GROUND = 8, (226, 226, 226)
COLOURS = 128
"""Of a picture: the pages have few, and the files stay small."""


def pages(topic: str, wide: int, side: str) -> list[Image.Image]:
    """The pages of a side of a topic's sheet, as pictures so many pixels wide."""
    files = make(topic, seed=SEED).files("png")
    found = (data for name, data in files.items() if side in name)
    pictures = (Image.open(BytesIO(data)).convert("RGB") for data in found)
    return [ImageOps.contain(p, (wide, 10 * wide), Image.Resampling.LANCZOS) for p in pictures]


def contact_sheet(pictures: Sequence[Image.Image], across: int = ACROSS) -> Image.Image:
    """Pages of one size, some across, the rest below."""
    rows = [pictures[k : k + across] for k in range(0, len(pictures), across)]
    wide = max(p.width for p in pictures) + BETWEEN
    high = max(p.height for p in pictures) + BETWEEN
    size = wide * max(map(len, rows)) + BETWEEN, high * len(rows) + BETWEEN
    sheet = Image.new("RGB", size, GROUND)
    for r, row in enumerate(rows):
        for c, picture in enumerate(row):
            sheet.paste(picture, (BETWEEN + c * wide, BETWEEN + r * high))
    return sheet


def save(picture: Image.Image, path: Path) -> None:
    """As a small file, in which the rare colours are as true as the usual ones."""
    way = Image.Quantize.MAXCOVERAGE
    few = picture.quantize(COLOURS, way, kmeans=1, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    both = [pages("backpropagation", LARGE, side)[0] for side in ("worksheet", "key")]
    save(contact_sheet(both), folder / "backpropagation.png")
    for family in FAMILIES:
        names = [n for n, topic in TOPICS.items() if topic.build.__module__ == family.__name__]
        firsts = [pages(name, WIDE, "worksheet")[0] for name in names]
        save(contact_sheet(firsts), folder / f"topics-{family.__name__.rpartition('.')[2]}.png")


if __name__ == "__main__":
    main()
