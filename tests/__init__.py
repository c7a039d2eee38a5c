"""Tests of sheetgen: each name says the promise."""
