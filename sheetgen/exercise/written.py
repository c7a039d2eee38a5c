"""What a student wrote, as a teacher types it: ``z2=[5,3], ∂L/∂z₃=0,5``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Graph, Node, Shape
from sheetgen.graph.numbers import decimal_of

_PAIR = re.compile(
    r"\s*(?P<name>(?:[^\W\d]|∂)[^=\[\],;]*?)\s*"
    r"(?:\[\s*(?P<row>\d+)\s*(?:[,;]\s*(?P<column>\d+)\s*)?\])?\s*=\s*"
)
_WITH_POINT = re.compile(r"[,;\s]+")
_WITH_COMMA = re.compile(r";\s*|,?\s+|,(?!\d)|(?<!\d),")
_DECIMAL_COMMA = re.compile(r"\d,\d")
_DECORATION = re.compile(r"[\s_^{}()\\·]+")
Label = Callable[[Node], str]
"""How a matrix is called on the page."""


@dataclass(frozen=True)
class Slip:
    """A number, or a whole matrix, that the student wrote."""

    name: str
    cell: tuple[int, int] | None
    numbers: tuple[tuple[Decimal, ...], ...]


@dataclass(frozen=True)
class _Place:
    """A matrix as it was named: as it is, or on its side."""

    node: Node
    turned: bool = False

    @property
    def shape(self) -> Shape:
        rows, cols = self.node.shape
        return (cols, rows) if self.turned else (rows, cols)


def read_got(got: str, graph: Graph, label: Label | None = None) -> dict[str, list[Slip]]:
    """What was written, by matrix; a matrix goes by its name, or by the ``label`` that is printed.

    Decimals may have a comma, where the number of boxes tells it from one between numbers. Raises
    SheetgenError saying what does not fit.
    """
    found: dict[str, list[Slip]] = {}
    rest = got.strip().replace("−", "-")
    while rest:
        match = _PAIR.match(rest)
        if match is None:
            raise SheetgenError(f"--got: {rest[:30]!r} is not like z2=5, z2=[5,3] or z2[1]=5")
        raw, rest = _value(rest[match.end() :])
        place = _place(match["name"], graph, label)
        slip = _slip(place, match["row"], match["column"], raw)
        found.setdefault(slip.name, []).append(slip)
    if not found:
        raise SheetgenError("--got: say what the student wrote, such as z2=5,a2=5")
    return found


def _value(rest: str) -> tuple[str, str]:
    """The text of a value, and the next pair of a name and its value behind it."""
    depth = 0
    for k, sign in enumerate(rest):
        depth += (sign == "[") - (sign == "]")
        if (sign in ",;" or sign.isspace()) and depth <= 0 and _PAIR.match(rest[k + 1 :]):
            return rest[:k].strip(" ,;"), rest[k + 1 :].strip()
    return rest.strip(" ,;"), ""


# --- names


def bare(name: str) -> str:
    """A name without how it is written: ``dz3`` for ∂L/∂z₃, dL/dz_3 and dz3."""
    text = unicodedata.normalize("NFKC", name).replace("∂", "d")
    text = _DECORATION.sub("", text)
    return f"d{text[4:]}" if text.startswith("dL/d") else text


def _place(name: str, graph: Graph, label: Label | None) -> _Place:
    """The matrix of a name. Raises SheetgenError with the names that there are."""
    if name in graph.by_name:
        return _Place(graph.by_name[name])
    known: dict[str, list[Node]] = {}
    for node in graph.nodes:
        for said in dict.fromkeys([bare(node.name), *([bare(label(node))] if label else [])]):
            known.setdefault(said, []).append(node)
    wanted = bare(name)
    for turned, tried in ((False, wanted), (True, wanted.removesuffix("T"))):
        some = known.get(tried, [])
        if len(some) == 1:
            return _Place(some[0], turned)
        if some:
            which = " or ".join(node.name for node in some)
            raise SheetgenError(f"--got: {name} may be {which}; say which")
    raise SheetgenError(f"--got: this sheet has no {name[:40]}; it has {_names(graph, label)}")


def _names(graph: Graph, label: Label | None) -> str:
    """The matrices that a student works out, by name, and as they are printed if that differs."""
    found = []
    for step in graph.steps:
        if not step.hidden:
            said = label(step) if label else step.name
            plain = unicodedata.normalize("NFKC", said).replace("_", "")
            found.append(step.name if plain == step.name.replace("_", "")
                         else f"{step.name} ({said})")  # fmt: skip
    return ", ".join(found)


# --- numbers


def _slip(place: _Place, row: str | None, column: str | None, raw: str) -> Slip:
    (rows, cols), name = place.shape, place.node.name
    said = f"{name}{'ᵀ' * place.turned}"
    if row is not None:
        cell = _cell(said, rows, cols, int(row), None if column is None else int(column))
        numbers = _numbers(raw, name, (1, 1))
        if sum(map(len, numbers)) != 1:
            raise SheetgenError(f"--got: one box of {name} takes one number, not {raw}")
        return Slip(name, cell[::-1] if place.turned else cell, numbers)
    numbers = _numbers(raw, name, (rows, cols))
    count = sum(map(len, numbers))
    if count == rows * cols and (len(numbers) == 1 or cols == 1):
        flat = [n for line in numbers for n in line]
        numbers = tuple(tuple(flat[k : k + cols]) for k in range(0, count, cols))
    if [len(line) for line in numbers] != [cols] * rows:
        raise SheetgenError(
            f"--got: {said} is {rows}×{cols}, and {raw or 'nothing'} does not fit; "
            f"name one box with {name}[1{',1' if cols > 1 and rows > 1 else ''}]=…, "
            f"or write {name}={_example(rows, cols)}"
        )
    return Slip(name, None, tuple(zip(*numbers, strict=True)) if place.turned else numbers)


def _cell(name: str, rows: int, cols: int, row: int, column: int | None) -> tuple[int, int]:
    """A box as it was counted, from 0. Raises SheetgenError if there is none."""
    if column is None and cols > 1 and rows > 1:
        raise SheetgenError(
            f"--got: {name} is {rows}×{cols}; name row and column: {name}[{row},1]=…"
        )
    i, j = (row, column) if column is not None else (1, row) if rows == 1 else (row, 1)
    if not (1 <= i <= rows and 1 <= j <= cols):
        raise SheetgenError(
            f"--got: {name} is {rows}×{cols}; there is no such box, they count from 1"
        )
    return i - 1, j - 1


def _example(rows: int, cols: int) -> str:
    """How as many numbers are written, with decimals of either kind."""
    if rows > 1 and cols > 1:
        return "[[…], …], a row a list"
    count = rows * cols
    more = ", …" if count > 2 else ""
    return ".5 or 0,5" if count == 1 else f"[.5, 3{more}] or [0,5; 3{more.replace(',', ';')}]"


def _numbers(raw: str, name: str, shape: Shape) -> tuple[tuple[Decimal, ...], ...]:
    """``5``, ``[5,3]``, ``[0,5; 3]`` or ``[[1,2],[3,4]]`` as rows."""
    inner = raw.strip()
    if inner.startswith("[") and inner.endswith("]"):
        inner = inner[1:-1].strip()
    nested = "[" in inner
    lines = re.findall(r"\[([^\[\]]*)\]", inner) if nested else [inner]
    wanted = shape[1] if nested else shape[0] * shape[1]
    if wanted == 1 and not nested and inner != raw.strip():
        wanted = 0  # in brackets a comma parts numbers, of which one box has none
    return tuple(tuple(_number(w, name) for w in _words(line, wanted)) for line in lines)


def _words(line: str, wanted: int) -> Sequence[str]:
    """The numbers of a line: with decimal commas where it then has as many as are wanted, and else
    has not."""

    def split(by: re.Pattern[str]) -> list[str]:
        return [word for word in by.split(line) if word]

    words = split(_WITH_POINT)
    if len(words) != wanted and _DECIMAL_COMMA.search(line):
        other = split(_WITH_COMMA)
        if len(other) == wanted and all(_is_one(other)):
            return other
    return words


def _is_one(words: Iterable[str]) -> Iterable[bool]:
    return (word.count(",") + word.count(".") <= 1 for word in words)


def _number(word: str, name: str) -> Decimal:
    number = decimal_of(word, f"--got {name}")
    if not number.is_finite() or abs(number) > 10**9 or number != round(number, 6):
        raise SheetgenError(f"--got: {word} in {name} is no number that stands on a sheet")
    return number.normalize() if number != number.to_integral_value() else Decimal(int(number))
