"""Several exercises as one story, with numbers that go from page to page."""
