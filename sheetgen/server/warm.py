"""The process that makes sheets ahead: what is asked for comes in, what is shown goes out."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import Any

from sheetgen.draw.usual import usual
from sheetgen.errors import SheetgenError
from sheetgen.server.bands import BANDS, written
from sheetgen.server.sheets import read_asked, shown


def done(what: str, query: dict[str, str], side: str) -> dict[str, Any]:
    """What is ``usual`` for the options of a sheet, or what is ``shown`` of it; or why it is
    refused."""
    try:
        asked = read_asked(query)
        if what == "shown":
            return shown(asked, side)
        chosen = asked.settings
        found = BANDS.known(chosen) or usual(chosen.drawn, chosen.knobs, chosen.sheets)
        BANDS.keep(chosen, found)
    except SheetgenError as problem:
        return {"problem": str(problem)}
    return {"usual": written(found) if found.possible else ""}


def main() -> None:
    """Answer until no line comes any more, behind all others that want the processor."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(15)
    for line in sys.stdin:
        found: dict[str, Any] = {}
        with contextlib.suppress(Exception):  # whoever asks for it is told what is wrong
            found = done(*json.loads(line))
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
