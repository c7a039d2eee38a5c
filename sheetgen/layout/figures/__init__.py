"""The figures of a page, one file an arrangement."""
