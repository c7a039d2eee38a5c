"""The options of a topic: its function's keywords, read from a command line, recipe or JSON."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

from sheetgen.errors import SheetgenError, counted
from sheetgen.graph.numbers import with_point

USUAL = "usual"
"""How a decimal is written that is left to its topic: 0, as its default."""

Value = int | bool | str | tuple[int, ...] | Decimal


@dataclass(frozen=True)
class Range:
    """Smallest and largest value of a whole number, or of each entry of a list of widths."""

    low: int
    high: int


@dataclass(frozen=True)
class Length:
    """Fewest and most entries of a list of widths."""

    low: int
    high: int


@dataclass(frozen=True)
class Written:
    """Of a text with a grammar of its own: how it is read."""

    normal: Callable[[object], str]
    """The text written in one way; raises SheetgenError that names the option."""
    said: str
    """What the help says of it."""


Size = Annotated[int, Range(1, 8)]

Widths = Annotated[tuple[int, ...], Range(1, 8), Length(2, 8)]


@dataclass(frozen=True)
class Option:
    """One keyword of a topic function."""

    name: str
    kind: Literal["int", "bool", "choice", "widths", "decimal", "text"]
    default: Value
    low: int = 0
    high: int = 0
    lengths: tuple[int, int] = (0, 0)
    choices: tuple[str, ...] = ()
    written: Written | None = None
    """How a text is read."""

    def parse(self, raw: Any) -> Value:
        """A value from a command line, recipe or JSON. Raises SheetgenError that names the option
        and what fits."""
        if self.written is not None:
            return self.written.normal(raw)
        words = str(raw).strip().lower().replace("×", "x")
        match self.kind:
            case "bool":
                if words not in ("true", "false", "yes", "no", "on", "off", "1", "0"):
                    raise SheetgenError(f"--{self.flag}: {raw!r} is neither yes nor no")
                return words in ("true", "yes", "on", "1")
            case "choice":
                if words not in self.choices:
                    raise SheetgenError(
                        f"--{self.flag}: {raw!r} is none of {', '.join(self.choices)}"
                    )
                return words
            case "int":
                return self._whole(words, raw)
            case "decimal":
                if raw is self.default or (words == USUAL and not self.default):
                    return self.default
                try:
                    value = Decimal(with_point(words, f"--{self.flag}"))
                except InvalidOperation:
                    raise SheetgenError(f"--{self.flag}: {raw!r} is not a number") from None
                if not (value.is_finite() and 0 < value <= 10 and value == round(value, 2)):
                    raise SheetgenError(
                        f"--{self.flag}: {raw} is not between 0.01 and 10 with at most 2 decimals"
                    )
                return value.normalize()
            case "widths":
                parts = (
                    [str(p) for p in raw]
                    if isinstance(raw, list | tuple)
                    else words.replace(",", "-").split("-")
                )
                low, high = self.lengths
                if not low <= len(parts) <= high:
                    raise SheetgenError(
                        f"--{self.flag}: {raw!r} has {counted(len(parts), 'width')}; "
                        f"give {low} to {high}, such as {self.show(self.default)}"
                    )
                return tuple(self._whole(p, raw) for p in parts)
            case "text":
                return str(raw)

    def _whole(self, words: str, raw: Any) -> int:
        try:
            value = int(words)
        except ValueError:
            raise SheetgenError(
                f"--{self.flag}: {raw!r} is not a whole number"
                + (f", such as {self.show(self.default)}" if self.kind == "widths" else "")
            ) from None
        if not self.low <= value <= self.high:
            raise SheetgenError(f"--{self.flag}: {value} is not between {self.low} and {self.high}")
        return value

    @property
    def flag(self) -> str:
        return self.name.replace("_", "-")

    @staticmethod
    def show(value: Value) -> str:
        """How the value is written in a recipe."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, tuple):
            return "-".join(map(str, value))
        if isinstance(value, Decimal):
            return f"{value:f}" if value else USUAL
        return str(value)


@cache
def options_of(build: Callable[..., Any]) -> Mapping[str, Option]:
    hints = typing.get_type_hints(build, include_extras=True)
    found = {}
    for name, parameter in inspect.signature(build).parameters.items():
        hint = hints[name]
        meta: tuple[Any, ...] = ()
        if get_origin(hint) is Annotated:
            hint, *rest = get_args(hint)
            meta = tuple(rest)
        limits = next((m for m in meta if isinstance(m, Range)), Range(0, 99))
        lengths = next((m for m in meta if isinstance(m, Length)), Length(1, 8))
        default = parameter.default
        if hint is bool:
            option = Option(name, "bool", default)
        elif hint is int:
            option = Option(name, "int", default, limits.low, limits.high)
        elif hint is str:
            written = next(m for m in meta if isinstance(m, Written))
            option = Option(name, "text", default, written=written)
        elif hint is Decimal:
            option = Option(name, "decimal", default)
        elif get_origin(hint) is Literal:
            option = Option(name, "choice", default, choices=tuple(get_args(hint)))
        elif get_origin(hint) is tuple:
            option = Option(
                name, "widths", default, limits.low, limits.high, (lengths.low, lengths.high)
            )
        else:
            raise TypeError(
                f"{build.__name__}: option {name} has a type that no command line can give: {hint}"
            )
        found[name] = option
    return found
