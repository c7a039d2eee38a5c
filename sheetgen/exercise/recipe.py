"""Recipes: everything that is needed to make a sheet again; and their short codes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sheetgen.errors import SheetgenError, counted

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 signs that nobody mistakes for one another (no 0 O, 1 I L); a prime number of them, for the
check sign."""
_LETTERS = 7
LARGEST_SEED = 2**63 - 1
GUESSABLE = 2**40
"""Seeds below this can all be tried."""


@dataclass(frozen=True)
class Recipe:
    """Topic + options + seed. ``options`` holds texts, and only what differs from the defaults."""

    topic: str
    seed: int
    options: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        pairs = [f"{k.replace('_', '-')}={v}" for k, v in sorted(self.options.items())]
        return f"{self.topic}?{'&'.join([*pairs, f'seed={self.seed}'])}"

    @property
    def code(self) -> str:
        """``7K3F-2QXD``: seven signs of a hash and a check sign."""
        return code_of(str(self))


def code_of(text: str, secret: str = "") -> str:
    """The short code of a text; with a ``secret``, one that nobody finds by trying texts."""
    salted = f"{text}\n{secret}" if secret else text
    number = int.from_bytes(hashlib.sha256(salted.encode()).digest()[:8], "big")
    signs = ""
    for _ in range(_LETTERS):
        number, rest = divmod(number, len(ALPHABET))
        signs += ALPHABET[rest]
    signs += _check_sign(signs)
    return f"{signs[:4]}-{signs[4:]}"


def secret_of(source: object) -> str:
    """What codes are salted with where no recipe is printed: it follows from a seed (or a recipe of
    given numbers), so that the same seed makes the same sheets, and the seed from nothing that is
    printed."""
    return hashlib.sha256(f"sheetgen secret\n{source}".encode()).hexdigest()[:32]


def guessable(seed: int | None) -> str:
    """What to say of a seed that somebody gave for graded work, where it can be found by trying."""
    if seed is None or seed >= GUESSABLE:
        return ""
    return f"who tries seeds finds {seed}, and makes the key; leave --seed out for a secret one"


def _check_sign(signs: str) -> str:
    total = sum((k + 2) * ALPHABET.index(sign) for k, sign in enumerate(signs))
    return ALPHABET[-total % len(ALPHABET)]


def read_code(text: str) -> str:
    """The code as printed, from what somebody typed. Raises SheetgenError if a sign is wrong or two
    are swapped."""
    signs = "".join(c for c in text.upper() if c not in " -–_")
    if len(signs) != _LETTERS + 1:
        raise SheetgenError(
            f"code {text!r} has {counted(len(signs), 'sign')}; "
            f"a code has {_LETTERS + 1}, such as 7K3F-2QXD"
        )
    wrong = [c for c in signs if c not in ALPHABET]
    if wrong:
        raise SheetgenError(
            f"code {text!r}: there is no {wrong[0]} in codes (no 0, O, 1, I or L); look again"
        )
    if _check_sign(signs[:-1]) != signs[-1]:
        raise SheetgenError(
            f"code {text!r} has a slip: one sign is wrong or two are swapped; look again"
        )
    return f"{signs[:4]}-{signs[4:]}"


def read_recipe(text: str) -> Recipe:
    """``backpropagation?widths=3-4-2-3&seed=7`` as a Recipe, also if what stands before it in the
    footer is there too. Raises SheetgenError saying what is wrong."""
    topic, _, rest = text.rpartition("·")[2].strip().partition("?")
    options: dict[str, str] = {}
    seed = "0"
    for pair in filter(None, rest.split("&")):
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise SheetgenError(f"recipe {text[:80]!r}: {pair!r} is not name=value")
        if name == "seed":
            seed = value
        else:
            options[name.replace("-", "_")] = value
    return Recipe(topic, read_seed(seed), options)


def read_seed(text: Any) -> int:
    """A seed from a command line. Raises SheetgenError."""
    try:
        seed = int(str(text))
    except ValueError:
        raise SheetgenError(f"seed {text!r} is not a whole number") from None
    if not 0 <= seed <= LARGEST_SEED:
        raise SheetgenError(f"seed {seed} is not between 0 and {LARGEST_SEED}")
    return seed
