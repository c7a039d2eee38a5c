"""Tests of the classroom: a class from roster and plan to packs, keys and manifest."""
