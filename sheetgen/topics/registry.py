"""The registry of topics, and how options become a graph."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Any

from sheetgen.errors import SheetgenError
from sheetgen.graph.figures import Figure
from sheetgen.graph.nodes import Graph, Shape, Step, sized
from sheetgen.graph.parts import Part
from sheetgen.topics.options import Option, Value, options_of


@dataclass(frozen=True)
class Ask:
    """A question below the steps, with a line for its answer."""

    said: str
    answer: Callable[[Graph], str]
    """Read from the graph: the same on all sheets with the same options."""
    asked: Callable[[Graph], bool] = lambda graph: True
    """Whether it is asked of a sheet with this graph."""


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
    told: str = ""
    """The one option that ``title`` tells, of widths how many there are; else all its sizes."""
    one: str = ""
    """The title where what ``told`` tells is a single one: one layer, one input."""
    plain_if: Mapping[str, Value] = field(default_factory=dict)
    """Options with which the title is ``plain``, whatever the sizes are."""
    figures: tuple[Figure, ...] = ()
    """What ``stress`` counts of it beside what it counts of every topic."""
    drawn_as: Mapping[str, Value] = field(default_factory=dict)
    """Options that change no given, with the values with which numbers are drawn: so that all its
    sheets that differ in these alone have the same numbers."""
    drawn_if: tuple[str, ...] = ()
    """Switches without any of which there are no such options; numbers are drawn with the first."""
    edition: int = 0
    """Which of its own draws it has; raised by whoever changes what its seeds give."""
    torch: Mapping[str, str] = field(default_factory=dict)
    """Result -> lines by which PyTorch's own modules come to ``found``, its like, from what stands
    on the page; options by their names in brackets."""
    asks: tuple[Ask, ...] = ()
    """What is asked below the steps."""
    parts: tuple[Part, ...] = ()
    """Of a sheet of several small exercises: these, which say what is drawn, open and shown."""

    def drawn_with(self, options: Mapping[str, Value]) -> Mapping[str, Value]:
        """``drawn_as``, of a sheet with these options."""
        if not self.drawn_if:
            return self.drawn_as
        first, *_ = self.drawn_if
        on = any(options[name] for name in self.drawn_if)
        return {**self.drawn_as, first: True} if on else {}

    def title_for(self, options: Mapping[str, Value]) -> str:
        """The title of a sheet with these options."""
        if self.plain_if:
            plain = all(options[name] == value for name, value in self.plain_if.items())
            return self.plain if plain else self.title
        if self.one and _is_one(options[self.told]):
            return self.one
        usual = all(options[o.name] == o.default if not self.told
                    else _count(options[o.name]) == _count(o.default)
                    for o in self.options.values()
                    if o.kind in ("int", "widths") and self.told in ("", o.name))  # fmt: skip
        return self.title if usual or not self.plain else self.plain

    @property
    def summary(self) -> str:
        return (inspect.getdoc(self.build) or "").partition("\n")[0]

    @property
    def options(self) -> Mapping[str, Option]:
        return options_of(self.build)

    def settle(self, given: Mapping[str, Any], others: Sequence[str] = ()) -> dict[str, Value]:
        """All options with their values. Raises SheetgenError for an unknown name, with the nearest
        of these and ``others``, or a value that does not fit."""
        for name in given:
            if name not in self.options:
                near = difflib.get_close_matches(name, [*self.options, *others], 1, 0.75)
                hint = (
                    f"; did you mean --{near[0].replace('_', '-')}?"
                    if near
                    else (f"; it has {', '.join('--' + o.flag for o in self.options.values())}")
                )
                raise SheetgenError(f"{self.name} has no option --{name.replace('_', '-')}{hint}")
        return {n: o.parse(given[n]) if n in given else o.default for n, o in self.options.items()}

    def variants(self, options: Mapping[str, Value]) -> list[Graph]:
        """The graphs of all sheets that have the same numbers."""
        drawn = self.drawn_with(options)
        names = [n for n in self.drawn_as
                 if n in drawn and self.options[n].kind in ("bool", "choice")]  # fmt: skip
        kinds: list[tuple[Value, ...]] = [
            (True, False) if self.options[n].kind == "bool" else self.options[n].choices
            for n in names
        ]
        some: list[dict[str, Value]] = [dict(zip(names, k, strict=True)) for k in product(*kinds)]
        return [self.graph({**options, **drawn, **chosen}) for chosen in some]

    def graph(
        self, options: Mapping[str, Value] | None = None, shapes: Mapping[str, Shape] | None = None
    ) -> Graph:
        """Trace the topic with ``options``; ``shapes`` of given matrices go before those that the
        options ask for."""
        settled = self.settle(options or {})
        return _traced(self.build, tuple(settled.items()), tuple((shapes or {}).items()))


def _count(value: Value) -> Value:
    """What a title tells of an option: a number, or how many widths there are."""
    return len(value) if isinstance(value, tuple) else value


def _is_one(value: Value) -> bool:
    """Whether an option stands for a single one: the number 1, or the widths of one layer."""
    return _count(value) == (2 if isinstance(value, tuple) else 1)


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


TOPICS: dict[str, Topic] = {}


def topic(
    title: str,
    *,
    levels: Mapping[str, Mapping[str, Any]] | None = None,
    arrangement: str = "",
    code: str = "",
    plain: str = "",
    told: str = "",
    one: str = "",
    plain_if: Mapping[str, Value] | None = None,
    figures: tuple[Figure, ...] = (),
    drawn_as: Mapping[str, Value] | None = None,
    drawn_if: tuple[str, ...] = (),
    edition: int = 0,
    torch: Mapping[str, str] | None = None,
    asks: tuple[Ask, ...] = (),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a topic function under its name, hyphens for underscores.

    ``levels`` maps easy, medium and hard to options of the topic and to knobs (``weights``,
    ``inputs``, ``max``). ``plain`` is the title of sheets whose sizes are not the default ones, or
    whose ``told`` one is not, or that have the options ``plain_if``; ``one`` is that of sheets
    whose told one is a single one.
    ``figures`` are counted by ``stress``, with what is promised of them. ``drawn_as`` names
    options that change no given, with the values with which numbers are drawn; ``drawn_if`` are
    switches without any of which there are none. ``edition`` is raised when a change of the topic
    alone changes what is drawn from a seed.
    """

    def register(build: Callable[..., Any]) -> Callable[..., Any]:
        name = build.__name__.replace("_", "-")
        if name in TOPICS:
            raise ValueError(f"there already is a topic {name}")
        if told and told not in options_of(build):
            raise ValueError(f"{name} has no option {told} for its title to tell")
        TOPICS[name] = Topic(name, title, build, levels or {}, arrangement, code, plain, told, one,
                             plain_if or {}, figures, drawn_as or {}, drawn_if, edition,
                             torch or {}, asks)  # fmt: skip
        return build

    return register


