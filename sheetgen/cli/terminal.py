"""What a user is told beside the results: remarks and progress, on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable


def say(text: str, quiet: bool = False) -> None:
    """A remark on stderr."""
    if not quiet:
        print(f"sheetgen: {text}", file=sys.stderr)


class Progress:
    """A bar on a terminal for long work, nothing elsewhere."""

    def __init__(self, total: int, quiet: bool) -> None:
        self.total, self.show = total, not quiet and total > 3 and sys.stderr.isatty()

    def __enter__(self) -> Callable[[], None]:
        if not self.show:
            return lambda: None
        from rich.console import Console
        from rich.progress import Progress as Bar

        self.bar = Bar(console=Console(stderr=True), transient=True)
        self.bar.start()
        task = self.bar.add_task("printing", total=self.total)
        return lambda: self.bar.advance(task)

    def __exit__(self, *problem: object) -> None:
        if self.show:
            self.bar.stop()
