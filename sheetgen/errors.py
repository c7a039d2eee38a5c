"""What users are told of problems: the exceptions, and how things are counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class SheetgenError(Exception):
    """A problem that the user can solve; its text is one line, whatever names a file holds."""

    def __str__(self) -> str:
        return "".join(c if c.isprintable() else " " for c in super().__str__())


class UsageError(SheetgenError):
    """A command that was typed wrong; exit code 2."""


class MissingError(SheetgenError):
    """What is not installed: a library of the system, or a package."""


def counted(number: int, one: str, many: str = "") -> str:
    """``1 file``, ``2 files``."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


@contextmanager
def typed() -> Iterator[None]:
    """What is refused inside was typed wrong."""
    try:
        yield
    except UsageError:
        raise
    except SheetgenError as problem:
        raise UsageError(str(problem)) from None
