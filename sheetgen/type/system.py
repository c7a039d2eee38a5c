"""Fonts of the system, for the signs that no bundled font has: which one prints a text, what no
font can print, and how to get one that can."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from sheetgen.type import fonts

BOX = "□"
"""What stands for a letter that no font has."""

_PREFERRED = (
    "Noto Sans CJK", "Source Han Sans", "Noto Sans", "Noto Color Emoji", "Noto Emoji",
    "WenQuanYi", "Droid Sans Fallback", "IPA", "Noto",
)  # fmt: skip
"""How the names of fonts begin that are taken before others."""
_RELUCTANT = ("Unifont", "GNU Unifont")
_NEVER = (".", "Last", "Adobe Blank", "Adobe NotDef")
"""Fonts that have a picture of nothing for every sign."""
_JOINER = "\u200d"
_PACKAGES = (
    (("CJK ", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH"),
     "fonts-noto-cjk"),
    (("",), "fonts-noto-core"),
)  # fmt: skip
"""How the names of signs begin, and the package of Debian and Ubuntu that has them."""


@dataclass(frozen=True, eq=False)
class Family:
    """A font of the system by the name that CSS knows, and the ranges of its characters."""

    name: str
    first: tuple[int, ...]
    last: tuple[int, ...]

    def __contains__(self, character: str) -> bool:
        place = bisect_right(self.first, ord(character)) - 1
        return place >= 0 and ord(character) <= self.last[place]


Families = tuple[Family, ...]


@cache
def families() -> Families:
    """The upright fonts of the system that fontconfig tells of; none where it tells nothing."""
    form = "%{family[0]}\t%{weight}\t%{width}\t%{charset}\n"
    try:
        said = subprocess.run(
            ["fc-list", "--format", form, ":scalable=true:slant=0"], check=True, timeout=60,
            capture_output=True, env={**os.environ, "FC_LANG": "en"},
        ).stdout.decode(errors="replace")  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ()
    faces: dict[str, tuple[float, str]] = {}
    for line in said.splitlines():
        name, *style, ranges = line.split("\t") if line.count("\t") == 3 else ("", "")
        if name and ranges and not name.startswith(_NEVER) and not set("\"'\\<>&") & set(name):
            face = _unlikeness(*style), ranges
            faces[name] = min(face, faces.get(name, face))
    return tuple(_family(name, ranges) for name, (_, ranges) in sorted(faces.items()))


def _unlikeness(weight: str, width: str) -> float:
    """How far a face is from the regular one that CSS takes; a variable font holds it."""
    try:
        return abs(float(weight) - 80) + abs(float(width) - 100)
    except ValueError:
        return 0.0


def _family(name: str, ranges: str) -> Family:
    spans = sorted(
        (int(first, 16), int(last or first, 16))
        for first, _, last in (part.partition("-") for part in ranges.split())
    )
    return Family(name, tuple(a for a, _ in spans), tuple(b for _, b in spans))


@lru_cache(1 << 13)
def parts(text: str, known: Families | None = None) -> tuple[tuple[str, str | None], ...]:
    """A text in parts, each with the font of the system that it needs: nothing where the bundled
    fonts have it, None where no font has it (then the part is its boxes). The fonts are ``known``,
    or those of this system."""
    if not fonts.uncovered(text):
        return ((text, ""),)
    found: list[tuple[str, str | None]] = []
    for rare, part in _split(text):
        if rare:
            found += _by_family(part, text, families() if known is None else known)
        else:
            found.append((part, ""))
    return tuple(found)


def _split(text: str) -> Iterator[tuple[bool, str]]:
    """Stretches that the bundled fonts have, and stretches that they do not; a mark or a joiner
    belongs to what is before it, what is joined to what it is joined to."""
    rare = set(fonts.uncovered(text))
    start, inside = 0, False
    for k, character in enumerate(text):
        clings = _clings(character) or (k > 0 and text[k - 1] == _JOINER)
        now = character in rare or (inside and clings)
        if now != inside and k > start:
            yield inside, text[start:k]
            start = k
        inside = now
    yield inside, text[start:]


def _clings(character: str) -> bool:
    """Whether a character only alters the one before it."""
    return unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf", "Sk")


def _by_family(part: str, text: str, known: Families) -> Iterator[tuple[str, str | None]]:
    """Each stretch in the family that has most of it, then the usual order of families."""
    ranked = _ranked(known, _country(text))
    boxes, place = "", 0
    while place < len(part):
        lengths = [_reach(family, part, place) for family in ranked]
        length = max(lengths, default=0)
        if length and boxes:
            yield boxes, None
            boxes = ""
        if length:
            yield part[place : place + length], ranked[lengths.index(length)].name
        elif not (boxes and _clings(part[place])):
            boxes += BOX
        place += length or 1
    if boxes:
        yield boxes, None


def _reach(family: Family, part: str, start: int) -> int:
    """How many characters from a place a family has."""
    k = start
    while k < len(part) and (part[k] in family or (k > start and fonts.is_invisible(part[k]))):
        k += 1
    return k - start


def _country(text: str) -> str:
    """Whose shapes of Chinese characters a text wants, as the names of fonts end."""
    if any("぀" <= character <= "ヿ" for character in text):
        return "JP"
    return "KR" if any("가" <= character <= "힣" for character in text) else "SC"


@lru_cache(8)
def _ranked(known: Families, country: str) -> Families:
    """The families, the one to take first."""

    def rank(family: Family) -> tuple[int, bool, str]:
        name = family.name
        order = next((k for k, start in enumerate(_PREFERRED) if name.startswith(start)), 100)
        return order + 100 * name.startswith(_RELUCTANT), not name.endswith(country), name

    return tuple(sorted(known, key=rank))


def missing(text: str, known: Families | None = None) -> str:
    """The letters and signs of ``text`` that neither a bundled font nor one of the system has."""
    if all(family is not None for _, family in parts(text, known)):
        return ""
    there = families() if known is None else known
    return "".join(c for c in fonts.uncovered(text) if not any(c in family for family in there))


def needed(texts: Iterable[str], known: Families | None = None) -> tuple[str, ...]:
    """The families of the system that some texts are printed with."""
    return tuple(sorted({family for text in texts for _, family in parts(text, known) if family}))


def advice(texts: Sequence[str], known: Families | None = None) -> str:
    """One line on the texts that cannot be printed as they are, and the way out; or nothing."""
    lacking = [(text, signs) for text in texts if (signs := missing(text, known))]
    if not lacking:
        return ""
    signs = "".join(dict.fromkeys("".join(signs for _, signs in lacking)))
    letters = [sign for sign in signs if not _clings(sign)] or list(signs)
    shown = " ".join(map(_told, letters[:8])) + (" ..." if len(letters) > 8 else "")
    where = list(dict.fromkeys("".join(map(_told, text[:40])) for text, _ in lacking))
    whose = ", ".join(where[:5]) + (f" and {len(where) - 5} more" if len(where) > 5 else "")
    packages = sorted({p for sign in signs if (p := _package(sign))})
    way = f": {_install(packages)}, then run it again" if packages else ""
    return f"no font has {shown} (in {whose}), so {BOX} stands for each{way}"


def _install(packages: Sequence[str]) -> str:
    """What to do so that there is a font: on macOS and Windows the system has them, and fontconfig,
    which comes with Pango, finds them."""
    if sys.platform == "darwin":
        return "brew install pango"
    if sys.platform == "win32":
        return "in MSYS2 pacman -S mingw-w64-x86_64-pango"
    return f"apt install {' '.join(packages)}"


def _told(sign: str) -> str:
    """A sign as a terminal may show it."""
    return sign if sign.isprintable() or sign == _JOINER else f"U+{ord(sign):04X}"


def _package(sign: str) -> str:
    if unicodedata.category(sign)[0] == "C":
        return ""
    if unicodedata.category(sign) in ("So", "Sk") and ord(sign) >= 0x1F000:
        return "fonts-noto-color-emoji"
    name = unicodedata.name(sign, "")
    return next(package for starts, package in _PACKAGES if name.startswith(starts))
