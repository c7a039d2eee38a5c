"""Live pages in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.format import Request
from sheetgen.formats.live import live

DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True,
         "device_scale_factor": 2}  # fmt: skip

Open = Callable[..., Any]


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens an exercise's live page in a new context; no error may have been told in the end, and
    nothing asked for."""
    contexts, told = [], list[str]()

    def open_page(made: Exercise, how: dict[str, Any] = DESK, script: str = "", **more: Any) -> Any:
        file = tmp_path / f"{made.code}.html"
        file.write_text(live(made, Request((made,))), encoding="utf-8")
        context = chromium.new_context(**how, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("console", lambda message: told.append(message.text))
        page.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else
                told.append(f"asked for {r.url}"))  # fmt: skip
        if script:
            page.add_init_script(script)
        page.goto(file.as_uri())
        page.wait_for_function("document.documentElement.dataset.ready")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert told == []
