"""Sheets with decimal commas are read as those with points: their check lines, too."""

from __future__ import annotations

import pytest

from sheetgen.api import make
from sheetgen.layout.sheet import lay_out
from sheetgen.topics.catalogue import TOPICS


@pytest.mark.parametrize("mark", ["point", "comma"])
@pytest.mark.parametrize("topic", TOPICS)
def test_check_lines_are_read(topic: str, mark: str) -> None:
    sheet = lay_out(make(topic, seed=717696121, check=True), "a4", "Ada", mark)
    assert sheet.pages
