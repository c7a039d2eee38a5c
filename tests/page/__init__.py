"""Tests of sheetgen/page."""
