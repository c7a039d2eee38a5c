"""The tiny text language of labels: ``_3`` lowers, ``^T`` raises, all else is itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

Position = Literal["base", "sub", "sup"]

TAILS = frozenset("gjpqy")
"""Letters that reach below their line."""
_SCRIPT = re.compile(r"\\([_^\\])|([_^])(?:\{([^{}]*)\}|([^\W_]|[+\-−*′]))")

_SIGNS = re.compile(r"[_^\\]")


def pieces(markup: str) -> Iterator[tuple[Position, str]]:
    """The parts of a markup text: plain, lowered (``_3``, ``_{12}``) or raised (``^T``); a
    backslash before one of these signs or another backslash makes it plain."""
    if "_" not in markup and "^" not in markup and "\\" not in markup:
        if markup:
            yield "base", markup
        return
    done, base = 0, ""
    for match in _SCRIPT.finditer(markup):
        base += markup[done : match.start()] + (match[1] or "")
        done = match.end()
        if match[2]:
            if base:
                yield "base", base
            yield ("sub" if match[2] == "_" else "sup"), match[3] or match[4] or ""
            base = ""
    base += markup[done:]
    if base:
        yield "base", base


def has_tail(markup: str) -> bool:
    """Whether a lowered letter reaches below its line: ``b_g``."""
    return any(place == "sub" and not TAILS.isdisjoint(said) for place, said in pieces(markup))


def plain(text: str) -> str:
    """The markup that shows ``text`` as it is, such as somebody's name."""
    return _SIGNS.sub(r"\\\g<0>", text)


DECIMAL_MARKS = ("point", "comma")
"""How decimals may be printed: .5 or 0,5."""
_DECIMAL = re.compile(r"(?<![\w.,])(\d*)\.(\d+)(?![\w.]*\d)")
_LISTED = re.compile(r"(?<=\d), ")


@lru_cache(1 << 14)
def with_mark(text: str, mark: str) -> str:
    """A text (or markup) with its decimals as ``mark`` has them: with a comma a number has a digit
    before it, and semicolons stand after numbers."""
    if mark != "comma" or not _DECIMAL.search(text):
        return text
    return _DECIMAL.sub(lambda m: f"{m[1] or 0},{m[2]}", _LISTED.sub("; ", text))


_COMMA = re.compile(r"(?<![\w.,])(\d+),(\d+)(?![\w.]*\d)")
_AFTER_NUMBER = re.compile(r"(?<=\d); ")


@lru_cache(1 << 14)
def with_point(text: str) -> str:
    """What ``with_mark`` made of a text with commas, as it was."""
    if not _COMMA.search(text):
        return text
    pointed = _COMMA.sub(lambda m: f"{'' if m[1] == '0' else m[1]}.{m[2]}", text)
    return _AFTER_NUMBER.sub(", ", pointed)


_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@lru_cache(1 << 10)
def plain_text(markup: str) -> str:
    """Markup as plain text: lowered digits as such, ``y_{pred}`` as y_pred, ``^T`` as ᵀ."""
    shown = re.sub(r"_\{(\d+)\}|_(\d+)", lambda m: (m[1] or m[2]).translate(_SUBSCRIPTS), markup)
    shown = shown.replace("^T", "ᵀ")
    return re.sub(r"([_^])\{([^{}]*)\}", lambda m: f"{m[1]}{m[2]}", shown)
