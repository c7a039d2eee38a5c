"""``plan.toml``: what a class gets, with heading and points; errors name the key."""

from __future__ import annotations

import base64
import datetime
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sheetgen.classroom.pupils import Heading, Piece, Plan, piece
from sheetgen.errors import SheetgenError
from sheetgen.files import reason
from sheetgen.page.items import PAPERS

KEYS = ("title", "course", "date", "teacher", "logo", "paper", "exercise")
MOST_PIECES = 12
LARGEST_LOGO = 2_000_000
IMAGES = {".png": "image/png", ".svg": "image/svg+xml"}


def read_plan(path: Path) -> Plan:
    """The plan in a TOML file. Raises SheetgenError naming the file and the key."""
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise SheetgenError(f"plan {path}: there is no such file") from None
    except OSError as problem:
        raise SheetgenError(f"plan {path}: {reason(problem)}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as problem:
        raise SheetgenError(f"plan {path}: this is no TOML: {problem}") from None
    try:
        return plan_of(data, path.parent)
    except SheetgenError as problem:
        raise SheetgenError(f"plan {path}: {problem}") from None


def plan_of(data: Mapping[str, Any], folder: Path) -> Plan:
    """A plan from the table of a TOML file. Raises SheetgenError naming the key."""
    for key in data:
        if key not in KEYS:
            raise SheetgenError(f"there is no key {key}; there are {', '.join(KEYS)}")
    paper = _text(data, "paper").lower() or "a4"
    if paper not in PAPERS:
        raise SheetgenError(f"paper: {paper!r} is none of {', '.join(PAPERS)}")
    pieces = data.get("exercise")
    if not isinstance(pieces, list) or not pieces:
        raise SheetgenError('exercise: give one or more [[exercise]] tables with topic = "…"')
    if len(pieces) > MOST_PIECES:
        raise SheetgenError(f"exercise: {len(pieces)} exercises; at most {MOST_PIECES}")
    heading = Heading(
        _text(data, "title"), _text(data, "course"), _text(data, "date"), _text(data, "teacher"),
        _logo(_text(data, "logo"), folder),
    )  # fmt: skip
    return Plan(tuple(_piece(p, k) for k, p in enumerate(pieces, 1)), heading, paper)


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key, "")
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    if not isinstance(value, str) or len(value) > 200:
        raise SheetgenError(f"{key}: give a text of at most 200 letters in quotes")
    return " ".join(value.split())


def _piece(data: Any, number: int) -> Piece:
    where = f"exercise {number}"
    if not isinstance(data, dict):
        raise SheetgenError(f"{where}: give a table [[exercise]]")
    topic = data.get("topic")
    if not isinstance(topic, str):
        raise SheetgenError(f'{where}, topic: give the name of a topic, such as "backpropagation"')
    points = data.get("points", "")
    if points != "" and (isinstance(points, bool) or not isinstance(points, int | float)
                         or not 0 < points <= 1000):  # fmt: skip
        raise SheetgenError(f"{where}, points: {points!r} is no number from 1 to 1000")
    options = {k: v for k, v in data.items() if k not in ("topic", "points", "options")}
    more = data.get("options", {})
    if not isinstance(more, dict):
        raise SheetgenError(f"{where}, options: give a table")
    try:
        found = {str(k): _option(v, str(k)) for k, v in {**options, **more}.items()}
        return piece(topic, found, f"{points:g}" if points != "" else "")
    except SheetgenError as problem:
        raise SheetgenError(f"{where}: {str(problem).replace('--', '')}") from None


def _option(value: Any, key: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(v, int) for v in value):
        return "-".join(map(str, value))
    if isinstance(value, str | int | float):
        return str(value)
    raise SheetgenError(f"{key}: give a text or a number")


def _logo(name: str, folder: Path) -> str:
    """The image as a ``data:`` URL."""
    if not name:
        return ""
    path = folder / name
    kind = IMAGES.get(path.suffix.lower())
    if kind is None:
        raise SheetgenError(f"logo: {name} is neither .png nor .svg")
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise SheetgenError(f"logo: there is no file {path}") from None
    except (OSError, ValueError) as problem:
        why = reason(problem) if isinstance(problem, OSError) else "no name of a file"
        raise SheetgenError(f"logo: {path}: {why}") from None
    if len(data) > LARGEST_LOGO:
        raise SheetgenError(f"logo: {path} is larger than 2 MB")
    is_png = data[:8] == b"\x89PNG\r\n\x1a\n"
    if (kind == "image/png") != is_png or (kind != "image/png" and b"<svg" not in data):
        raise SheetgenError(f"logo: {path} is no {path.suffix[1:].upper()} image")
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
