"""How wide a text is: the measures of the bundled fonts."""

from __future__ import annotations

import json

import pytest
from fontTools.ttLib import TTFont

from sheetgen.type import fonts

CHAINS = {
    "label": ("label", "math", "world"),
    "title": ("label", "math", "world"),
    "answer": ("answer", "math", "world"),
    "digits": ("digits", "world"),
    "small": ("digits", "world"),
}


@pytest.mark.parametrize("face", CHAINS)
def test_metrics_agree_with_the_fonts(face: str) -> None:
    chain = [TTFont(fonts.TEMPLATES / "fonts" / f"{name}.ttf") for name in CHAINS[face]]
    cmaps = [font.getBestCmap() for font in chain]
    metrics = json.loads((fonts.TEMPLATES / "fonts" / "metrics.json").read_text("utf-8"))
    em = metrics[face]["em"]
    assert set(map(chr, range(32, 127))) | set("−∂Σ√≈η·⊙×→≤≥") <= em.keys()
    for character, width in em.items():
        code = ord(character)
        font, cmap = next(pair for pair in zip(chain, cmaps, strict=True) if code in pair[1])
        advance = font["hmtx"][cmap[code]][0] * 1000 / font["head"].unitsPerEm
        assert abs(width - advance) <= 0.5


def test_text_width_counts_lowered_parts_at_their_size() -> None:
    plain, small = fonts.text_width("W", 10, "label"), fonts.text_width("3", 10, "label")
    assert fonts.text_width("W_3", 10, "label") == pytest.approx(plain + fonts.SMALL * small)
