"""Tests of sheetgen/press."""
