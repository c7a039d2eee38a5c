"""Where a text changes from one script to another, as Pango finds it."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")
"""Those that are told apart."""
PAIRS = ("()", "<>", "[]", "{}", "«»", "‘’", "“”", "‹›")
"""What is open and closed in one script: a closing sign has that of the one that it closes."""
_OPEN = {pair[0]: pair for pair in PAIRS}
_CLOSED = {pair[1]: pair for pair in PAIRS}


class UnknownScriptError(Exception):
    """A letter of another script, or a bracket of which nothing is known here."""


@cache
def script_of(character: str) -> str:
    """Latin, Greek or Cyrillic, nothing for a sign that stands in any script."""
    name = unicodedata.name(character, "")
    script = next((s for s in SCRIPTS if s in name), "")
    kind = unicodedata.category(character)
    known = character in _OPEN or character in _CLOSED
    if not script and (kind[0] == "L" or (kind in ("Ps", "Pe", "Pi", "Pf") and not known)):
        raise UnknownScriptError(character)
    return script


@lru_cache(1 << 12)
def starts(text: str) -> frozenset[int]:
    """The places at which another script begins. Signs before the first letter have its script,
    those after it that of the last letter. Raises UnknownScriptError."""
    found, now = set(), ""
    opened: list[tuple[str, str]] = []
    unsure = 0
    """How many of the open signs have the script of a letter that came before them."""
    for place, character in enumerate(text):
        script = script_of(character)
        if character in _OPEN:
            opened.append((character, now))
        elif character in _CLOSED:
            opening = _CLOSED[character][0]
            while opened and opened[-1][0] != opening:
                opened.pop()
            unsure = min(unsure, len(opened))
            script = opened[-1][1] if opened else ""
        if now and script and now != script:
            found.add(place)
            unsure, now = len(opened), ""
        if script and not now:
            now = script
            opened[unsure:] = [(sign, now) for sign, _ in opened[unsure:]]
            unsure = len(opened)
        if character in _CLOSED and opened:
            opened.pop()
            unsure = min(unsure, len(opened))
    return frozenset(found)
