"""A browser for the tests of pages, what opens files and addresses in it, and axe-core."""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True,
         "device_scale_factor": 2}  # fmt: skip
Open = Callable[..., Any]
REFUSED = "Failed to load resource"
"""What a browser says of an answer that is a refusal, as some are meant to be."""
AXE = Path(__file__).parents[1] / ".ci" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser without a window, for all tests of a process."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (.ci/browser installs it)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (.ci/browser installs it)")
    return AXE.read_text(encoding="utf-8")


@contextlib.contextmanager
def opening(chromium: Any, allowed: tuple[str, ...] = ("file:", "data:")) -> Iterator[Open]:
    """What opens an address in a new context once ``ready`` holds; in the end no error may have
    been told, and nothing asked for but what is ``allowed``."""
    contexts, told = [], list[str]()

    def open_page(
        address: str, how: dict[str, Any] = DESK, script: str = "",
        ready: str = "document.documentElement.dataset.ready", **more: Any,
    ) -> Any:  # fmt: skip
        context = chromium.new_context(**how, **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("console", lambda message: None if message.text.startswith(REFUSED) else
                told.append(message.text))  # fmt: skip
        page.on("request", lambda r: None if r.url.startswith(allowed) else
                told.append(f"asked for {r.url}"))  # fmt: skip
        if script:
            page.add_init_script(script)
        page.goto(address)
        page.wait_for_function(ready)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert told == []


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The local page's address, while it is served."""
    import uvicorn

    from sheetgen.server.app import app
    from sheetgen.server.run import LOOPBACK, listen

    listener, port = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app(LOOPBACK), log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join(10)
    listener.close()
