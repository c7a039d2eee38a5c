"""The registry of topics, and how options become a graph."""

from __future__ import annotations

import difflib
import inspect
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Annotated, Any, Literal, get_args, get_origin

from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Graph, Shape, Step, sized

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


Size = Annotated[int, Range(1, 8)]
Widths = Annotated[tuple[int, ...], Range(1, 8), Length(2, 8)]


@dataclass(frozen=True)
class Option:
    """One keyword of a topic function."""

    name: str
    kind: Literal["int", "bool", "choice", "widths", "decimal"]
    default: Value
    low: int = 0
    high: int = 0
    lengths: tuple[int, int] = (0, 0)
    choices: tuple[str, ...] = ()

    def parse(self, raw: Any) -> Value:
        """A value from a command line, recipe or JSON. Raises SheetgenError that names the option
        and what fits."""
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
                try:
                    value = Decimal(words)
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
                        f"--{self.flag}: {raw!r} has {len(parts)} widths; give {low} to {high}, "
                        f"such as {self.show(self.default)}"
                    )
                return tuple(self._whole(p, raw) for p in parts)

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
        return f"{value:f}" if isinstance(value, Decimal) else str(value)


@dataclass(frozen=True)
class Topic:
    """Something to practise."""

    name: str
    title: str
    build: Callable[..., Step | Iterable[Step]]
    levels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    arrangement: str = ""
    code: str = ""
    """One line of PyTorch (or the like) that does the same at the default sizes."""
    plain: str = ""
    """The title where sizes are not the default ones that ``title`` tells."""

    def title_for(self, options: Mapping[str, Value]) -> str:
        """The title of a sheet with these options."""
        told = (o for o in self.options.values() if o.kind in ("int", "widths"))
        usual = all(options[o.name] == o.default for o in told)
        return self.title if usual or not self.plain else self.plain

    @property
    def summary(self) -> str:
        return (inspect.getdoc(self.build) or "").partition("\n")[0]

    @property
    def options(self) -> Mapping[str, Option]:
        return _options(self.build)

    def settle(self, given: Mapping[str, Any], others: Sequence[str] = ()) -> dict[str, Value]:
        """All options with their values. Raises SheetgenError for an unknown name, with the nearest
        of these and ``others``, or a value that does not fit."""
        for name in given:
            if name not in self.options:
                near = difflib.get_close_matches(name, [*self.options, *others], 1, 0.5)
                hint = (
                    f"; did you mean --{near[0].replace('_', '-')}?"
                    if near
                    else (f"; it has {', '.join('--' + o.flag for o in self.options.values())}")
                )
                raise SheetgenError(f"{self.name} has no option --{name.replace('_', '-')}{hint}")
        return {n: o.parse(given[n]) if n in given else o.default for n, o in self.options.items()}

    def graph(
        self, options: Mapping[str, Value] | None = None, shapes: Mapping[str, Shape] | None = None
    ) -> Graph:
        """Trace the topic with ``options``; ``shapes`` of given matrices go before those that the
        options ask for."""
        settled = self.settle(options or {})
        return _traced(self.build, tuple(settled.items()), tuple((shapes or {}).items()))


@lru_cache(maxsize=256)
def _traced(
    build: Callable[..., Step | Iterable[Step]], options: tuple[tuple[str, Value], ...],
    shapes: tuple[tuple[str, Shape], ...],
) -> Graph:  # fmt: skip
    """The graph that a topic function builds; the same object for the same options, so that what is
    found of a graph once need not be found again."""
    with sized(dict(shapes)):
        result = build(**dict(options))
    return Graph.of([result] if isinstance(result, Step) else list(result))


@cache
def _options(build: Callable[..., Any]) -> Mapping[str, Option]:
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


TOPICS: dict[str, Topic] = {}


def topic(
    title: str,
    *,
    levels: Mapping[str, Mapping[str, Any]] | None = None,
    arrangement: str = "",
    code: str = "",
    plain: str = "",
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a topic function under its name, hyphens for underscores.

    ``levels`` maps easy, medium and hard to options of the topic and to knobs (``weights``,
    ``inputs``, ``max``). ``plain`` is the title of sheets whose sizes are not the default ones.
    """

    def register(build: Callable[..., Any]) -> Callable[..., Any]:
        name = build.__name__.replace("_", "-")
        if name in TOPICS:
            raise ValueError(f"there already is a topic {name}")
        TOPICS[name] = Topic(name, title, build, levels or {}, arrangement, code, plain)
        return build

    return register


def find(name: str) -> Topic:
    """The topic of that name. Raises SheetgenError with the nearest names."""
    key = name.strip().lower().replace("_", "-").replace(" ", "-")
    if key in TOPICS:
        return TOPICS[key]
    near = difflib.get_close_matches(key, TOPICS, 3, 0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(TOPICS)}"
    raise SheetgenError(f"there is no topic {name[:60]!r}; {hint}")
