"""Runs the scripts of the live page, as they are shipped, in node."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sheetgen.type.fonts import TEMPLATES

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="node is not on the PATH")


@cache
def _folder() -> Path:
    """The scripts with what runs them; node takes them as modules there."""
    folder = Path(tempfile.mkdtemp(prefix="sheetgen-live-"))
    for script in (*(TEMPLATES / "live").glob("*.js"), Path(__file__).with_name("runner.mjs")):
        shutil.copy(script, folder)
    (folder / "package.json").write_text('{"type": "module"}')
    return folder


def run(how: str, **asked: Any) -> Any:
    """What the runner answers. Raises AssertionError with what it says if it fails."""
    assert NODE is not None
    text = json.dumps({"how": how, **asked})
    done = subprocess.run([NODE, str(_folder() / "runner.mjs")], input=text, capture_output=True,
                          text=True, encoding="utf-8", check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
