"""The text language of labels."""

from __future__ import annotations

import pytest

from sheetgen.type.markup import pieces, plain


@pytest.mark.parametrize("text", ["a_b^c", r"\_x \\^{2}", "_", "^T_{12}", "plain", "x\\", "漢_字"])
def test_a_plain_text_is_shown_as_it_is(text: str) -> None:
    assert list(pieces(plain(text))) == [("base", text)]
