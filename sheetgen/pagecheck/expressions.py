"""What a row of blocks and signs says, worked out by the plain meaning of the signs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sheetgen.pagecheck.shown import Floats, Shown, Slots

Value = Callable[[Shown], Floats]
"""The numbers (sheets, rows, columns) of a part of a row."""

SUM = "Σ↓"
"""Before what is added up down its columns."""
SIGNS = re.compile(r"\s*(\d*\.?\d+|where\b|Σ↓|[=≈+−⊙×÷√()>])")
OPERATORS = frozenset(("+", "−", "⊙", "×", "÷", "where", ">", "Σ↓", "√", "=", "≈", "(", ")"))


class UnreadableError(Exception):
    """A row that nobody can read by its signs alone."""


@dataclass(frozen=True, eq=False, slots=True)
class Matrix:
    """A block, or a matrix that is called by its name: its slots as it is drawn."""

    slots: Slots
    block: int = -1


Token = str | Matrix


def tokens_of(text: str, names: Mapping[str, Matrix] | None = None) -> list[Token] | None:
    """The signs, numbers and names of a text; None if there is anything else in it."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        sign = SIGNS.match(text, at)
        if sign is not None:
            found.append(sign[1])
            at = sign.end()
            continue
        rest = text[at:].lstrip()
        called = max((n for n in names or () if rest.startswith(n)), key=len, default="")
        if names is None or not called:
            return found if not rest else None
        found.append(names[called])
        at = len(text) - len(rest) + len(called)
    return found


class Reader:
    """Reads tokens from left to right: sums of products of blocks, numbers and brackets."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = list(tokens)
        self.at = 0

    @property
    def next(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> Token:
        if self.next is None:
            raise UnreadableError
        self.at += 1
        return self.tokens[self.at - 1]

    def whole(self) -> Value:
        """All tokens as one expression."""
        found = self.sum()
        if self.next is not None:
            raise UnreadableError
        return found

    def sum(self) -> Value:
        found = self.product()
        while self.next in ("+", "−"):
            found = _both(str(self.take()), found, self.product())
        return found

    def product(self) -> Value:
        left = self.next
        found = self.factor()
        while self.next in ("⊙", "×", "÷", "where"):
            sign = str(self.take())
            right = self.next
            other = self.factor()
            if sign == "where":
                if (self.take(), self.take()) != (">", "0"):
                    raise UnreadableError
            elif sign == "×" and isinstance(left, Matrix) and isinstance(right, Matrix):
                sign = "times"
            found = _both(sign, found, other)
        return found

    def factor(self) -> Value:
        token = self.take()
        if isinstance(token, Matrix):
            slots = token.slots
            return lambda shown: shown.values[:, slots]
        match token:
            case "−":
                inner = self.factor()
                return lambda shown: -inner(shown)
            case "√":
                inner = self.factor()
                return lambda shown: np.sqrt(inner(shown))
            case "Σ↓":
                inner = self.product()
                return lambda shown: inner(shown).sum(axis=1, keepdims=True)
            case "(":
                inner = self.sum()
                if self.take() != ")":
                    raise UnreadableError
                return inner
        if token in OPERATORS:
            raise UnreadableError
        number = np.full((1, 1, 1), float(token))
        return lambda shown: number


def _both(sign: str, a: Value, b: Value) -> Value:
    how = _HOW[sign]

    def run(shown: Shown) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            try:
                return how(a(shown), b(shown))
            except ValueError:  # the blocks are not of one size
                return np.full((len(shown.values), 1, 1), np.nan)

    return run


_HOW: dict[str, Callable[[Floats, Floats], Floats]] = {
    "+": lambda a, b: a + b,
    "−": lambda a, b: a - b,
    "⊙": lambda a, b: a * b,
    "×": lambda a, b: a * b,
    "÷": lambda a, b: a / b,
    "where": lambda a, b: np.where(b > 0, a, 0.0),
    "times": lambda a, b: a @ b,
}
