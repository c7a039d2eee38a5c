"""The browser is one for all tests of a process."""

from tests.browser import axe, chromium

__all__ = ["axe", "chromium"]
