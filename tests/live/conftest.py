"""Live pages in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.format import Request
from sheetgen.formats.live import live
from tests.browser import Open, opening


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens an exercise's live page in a new context; no error may have been told in the end, and
    nothing asked for."""
    with opening(chromium) as open_page:

        def open_exercise(made: Exercise, *how: Any, **more: Any) -> Any:
            file = tmp_path / f"{made.code}.html"
            file.write_text(live(made, Request((made,))), encoding="utf-8")
            return open_page(file.as_uri(), *how, **more)

        yield open_exercise
