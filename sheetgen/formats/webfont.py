"""Our fonts for a page on a screen: only the letters that it shows, packed small."""

from __future__ import annotations

import base64
import io
from functools import lru_cache

from sheetgen.type.fonts import TEMPLATES


@lru_cache(64)
def webfont(name: str, letters: frozenset[str]) -> str:
    """A ``data:`` URL of a font with these letters; the same bytes for the same letters."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(
        layout_features=[], hinting=False, name_IDs=[1, 2], glyph_names=False,
        drop_tables=["GSUB", "GPOS", "GDEF", "kern", "DSIG"],
    )  # fmt: skip
    font = TTFont(TEMPLATES / "fonts" / f"{name}.ttf", recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(map(ord, letters)))
    cutter.subset(font)
    made = io.BytesIO()
    font.flavor = "woff2"
    font.save(made)
    return f"data:font/woff2;base64,{base64.b64encode(made.getvalue()).decode('ascii')}"
