"""The chapters of the workbook: 25 small exercises each, read from ``templates/workbook``.

A chapter is a topic whose graph is that of all its exercises together, so that it is drawn, proved,
printed and handed out as any other; it is called ``workbook-dot-product`` and stands in no list of
topics. Its file says what is new in each exercise, one line each.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Graph, Node, Step
from sheetgen.graph.parts import Part, numbered_parts, own_name
from sheetgen.topics.options import Value
from sheetgen.topics.registry import Topic
from sheetgen.topics.small import FORMS
from sheetgen.type.fonts import TEMPLATES

FOLDER = TEMPLATES / "workbook"
PREFIX = "workbook-"
NAMES = (
    "dot-product", "matrix-multiplication", "linear-layer", "activation", "artificial-neuron",
    "batch", "connection", "hidden-layer", "deep", "wide", "softmax", "gradient",
)  # fmt: skip
"""The chapters, in the order of the book."""

OWN = ("new", "form", "blank", "star", "where", "most", "card", "show", "options", "labels")
"""What an exercise says beside the options of its form and the numbers of its givens."""
_PLACE = re.compile(r"(\w+)(?:\[(\d+)(?:,(\d+))?\])?")


@dataclass(frozen=True)
class Chapter(Topic):
    """A topic of several small exercises."""

    notes: tuple[str, ...] = ()
    """What is said at the foot of each page."""
    place: int = 0
    """Which chapter of the book it is, from 1."""
    idea: str = ""
    """What it is about."""

    @property
    def summary(self) -> str:
        return self.idea

    @property
    def options(self) -> Mapping[str, Any]:
        return {}

    def graph(
        self, options: Mapping[str, Value] | None = None, shapes: Mapping[str, Any] | None = None
    ) -> Graph:
        return _joined(self)


_graphs: dict[str, Graph] = {}


def _joined(chapter: Chapter) -> Graph:
    """The graph of all parts; the same object each time."""
    if chapter.name not in _graphs:
        outputs = [step for part in chapter.parts for step in part.graph.outputs]
        _graphs[chapter.name] = Graph.of(outputs)
    return _graphs[chapter.name]


def find_chapter(name: str) -> Chapter:
    """The chapter of that name, with ``workbook-`` before it or not. Raises SheetgenError with the
    nearest names."""
    key = name.strip().lower().replace("_", "-").replace(" ", "-").removeprefix(PREFIX)
    if key in NAMES:
        return chapter(key)
    near = difflib.get_close_matches(key, NAMES, 3, 0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(NAMES)}"
    raise SheetgenError(f"there is no chapter {key[:60]!r} of the workbook; {hint}")


@cache
def chapter(name: str) -> Chapter:
    """The chapter of a name, as ``dot-product``. Raises SheetgenError naming file and exercise if
    its file says what cannot be."""
    path = FOLDER / f"{name}.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise SheetgenError(f"{path}: {problem}") from None
    usual = {k: v for k, v in data.items() if k not in _OF_CHAPTER}
    parts = []
    for number, line in enumerate(data["exercises"], 1):
        try:
            parts.append(_part(number, usual, line))
        except (SheetgenError, ValueError, TypeError, KeyError) as problem:
            raise SheetgenError(f"{path.name}, exercise {number}: {problem}") from None
    return Chapter(
        f"{PREFIX}{name}", data["title"], _nothing, code=data.get("code", ""), parts=tuple(parts),
        notes=tuple(data.get("notes", ())), place=NAMES.index(name) + 1, idea=data["idea"],
    )  # fmt: skip


_OF_CHAPTER = ("title", "idea", "code", "notes", "exercises")


def _nothing() -> Iterable[Step]:
    return ()


def _part(number: int, usual: Mapping[str, Any], line: Mapping[str, Any]) -> Part:
    """One exercise, by what is usual in its chapter and by its own line. Raises SheetgenError for
    what is neither an option of its form nor a given."""
    said = {**usual, **line}
    form = said["form"]
    if form not in FORMS:
        raise SheetgenError(f"there is no form {form!r}; there are {', '.join(FORMS)}")
    build = FORMS[form]
    names = _parameters(build)
    options = {k: tuple(v) if isinstance(v, list) else v
               for k, v in said.items() if k in names and k not in OWN}  # fmt: skip
    made = build(**options)
    outputs = [made] if isinstance(made, Step) else list(made)
    graph = numbered_parts(outputs, number, said.get("labels", {}))
    nodes = {own_name(node): node for node in graph.nodes}
    stated = {k: v for k, v in said.items() if k not in (*OWN, *options)
              and (k in nodes or k in line)}  # fmt: skip
    for name in stated:
        if name not in nodes:
            raise SheetgenError(f"{name} is no option of {form}, and no matrix; these are "
                                f"{', '.join(nodes)}")  # fmt: skip
    return Part(
        number, said["new"], graph, {nodes[k].name: str(v) for k, v in stated.items()},
        tuple(filter(None, map(str.strip, said.get("where", "").split(" and ")))),
        _boxes(said["blank"], nodes), _boxes(said.get("star", ""), nodes),
        said.get("card", ""), {k: True for k in said.get("show", "").split()},
        said.get("most", 20),
    )  # fmt: skip


def _parameters(build: Callable[..., Any]) -> Sequence[str]:
    code = build.__code__
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def _boxes(said: str, nodes: Mapping[str, Node]) -> dict[str, NDArray[np.bool_]]:
    """``z[2] C[1,2] x`` as boxes. Raises SheetgenError."""
    found: dict[str, NDArray[np.bool_]] = {}
    for word in said.split():
        place = _PLACE.fullmatch(word)
        node = nodes.get(place[1]) if place else None
        if place is None or node is None:
            raise SheetgenError(f"there is no box {word!r}; there are {', '.join(nodes)}")
        cells = found.setdefault(node.name, np.zeros(node.shape, bool))
        if place[2] is None:
            cells[...] = True
            continue
        i, j = int(place[2]), int(place[3] or 1)
        i, j = (1, i) if place[3] is None and node.shape[0] == 1 else (i, j)
        if not (0 < i <= node.shape[0] and 0 < j <= node.shape[1]):
            raise SheetgenError(f"there is no box {word}: it is {node.shape[0]}×{node.shape[1]}")
        cells[i - 1, j - 1] = True
    return found
