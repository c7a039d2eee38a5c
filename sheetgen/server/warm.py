"""The process that finds what is usual beforehand: a turn comes in, what is usual goes out."""

from __future__ import annotations

import contextlib
import json
import os
import sys

from sheetgen.errors import SheetgenError
from sheetgen.server.bands import find


def main() -> None:
    """Answer until no line comes any more, behind all others that want the processor."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(15)
    for line in sys.stdin:
        found = ""
        with contextlib.suppress(SheetgenError):
            topic, options = json.loads(line)
            found = find((topic, tuple((name, value) for name, value in options)))
        print(found, flush=True)


if __name__ == "__main__":
    main()
