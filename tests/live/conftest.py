"""A browser for the tests of the live page, and axe-core."""

from tests.browser import axe, chromium

__all__ = ["axe", "chromium"]
