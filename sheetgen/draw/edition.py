"""The edition of the draw: which numbers come from a seed. A sheet that one edition drew cannot be
made again by another."""

EDITION = 1
"""Raised when a change of the draw changes what is drawn of many topics; a topic has a number of
its own beside it. CHANGELOG says when."""

LAST_OF = {0: "0.1.0"}
"""An edition that is past -> the last version of sheetgen that drew it."""
