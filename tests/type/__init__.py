"""Tests of sheetgen/type."""
