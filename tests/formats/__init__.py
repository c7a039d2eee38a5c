"""Tests of the formats: the files of an exercise."""
