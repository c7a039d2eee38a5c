"""The exceptions that users see."""

from __future__ import annotations


class SheetgenError(Exception):
    """A problem that the user can solve; its text is one line, whatever names a file holds."""

    def __str__(self) -> str:
        return "".join(c if c.isprintable() else " " for c in super().__str__())


class UsageError(SheetgenError):
    """A command that was typed wrong; exit code 2."""
