"""A series as its TOML file says it: read, checked by itself, and its mistakes named by line and
key."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, ValidationError, convert, to_builtins

from sheetgen.errors import SheetgenError
from sheetgen.files import reason
from sheetgen.layout.head import BESIDE_NOTE
from sheetgen.layout.sizes import SIZES
from sheetgen.page.items import PAPERS
from sheetgen.type.fonts import text_width
from sheetgen.type.markup import plain

MOST = 24
"""Pages of a series."""
LONGEST = 60
"""Letters of its title."""
ROOM = 1.4 * (PAPERS["a4"][0] - 2 * (SIZES.margin + BESIDE_NOTE))
"""Width of a sentence on what is new, in mm, at its usual size; a wider one would be too small."""


class PageFile(Struct, frozen=True, omit_defaults=True):
    """A ``[[page]]``: a topic, its options, and what it has from other pages."""

    topic: str
    name: str = ""
    """What other pages call it; the topic's name if it is left out."""
    new: str = ""
    """One sentence on what is new."""
    options: dict[str, str] = {}
    easy: dict[str, str] = {}
    """Options for the level easy, instead of those above."""
    hard: dict[str, str] = {}
    shares: dict[str, str] = {}
    """Boxes of a given, and the boxes of another page that they are."""

    @property
    def called(self) -> str:
        return self.name or self.topic


class Source(Struct, frozen=True, omit_defaults=True):
    """A series as it is written down."""

    name: str
    """What its recipe and files are called."""
    title: str
    said: str = ""
    """What it is about, in a line."""
    edition: int = 0
    """Raised by whoever changes the pages of a series that comes with sheetgen."""
    own: bool = False
    """Whether it is a file of somebody's own."""
    page: tuple[PageFile, ...] = ()

    @property
    def mark(self) -> str:
        """The same for a file that says the same, whatever its spaces and remarks."""
        said = json.dumps(to_builtins(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()[:8]


class MistakeError(SheetgenError):
    """What is wrong with a page of a series: which page, and the key."""

    def __init__(self, page: int, key: str, said: str) -> None:
        super().__init__(f"page {page}{f', {key}' if key else ''}: {said}")
        self.page, self.key = page, key


def read_file(path: Path) -> tuple[Source, str]:
    """The series in a file, and the file's text. Raises SheetgenError naming line and key."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        data = tomllib.loads(text)
    except FileNotFoundError:
        raise SheetgenError(f"series {path}: there is no such file") from None
    except OSError as problem:
        raise SheetgenError(f"series {path}: {reason(problem)}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as problem:
        raise SheetgenError(f"series {path}: this is no TOML: {problem}") from None
    name = re.sub(r"[^\w.]+", "-", path.stem.lower()).strip("-") or "series"
    with_lines = Lines(str(path), text)
    return with_lines.checked(lambda: source_of(data, name, own=True)), text


def source_of(data: Mapping[str, Any], name: str, own: bool) -> Source:
    """A series from the table of a TOML file. Raises SheetgenError."""
    known = ("title", "said", "edition", "page")
    for key in data:
        if key not in known:
            raise SheetgenError(f"there is no key {key}; there are {', '.join(known)}")
    pages = data.get("page")
    if not isinstance(pages, list) or not pages or not all(isinstance(p, dict) for p in pages):
        raise SheetgenError('page: give one or more [[page]] tables with topic = "…"')
    if len(pages) > MOST:
        raise SheetgenError(f"page: there are {len(pages)}; a series has at most {MOST}")
    title, said = (_line(data, key) for key in ("title", "said"))
    edition = data.get("edition", 0)
    if isinstance(edition, bool) or not isinstance(edition, int) or not 0 <= edition < 1000:
        raise SheetgenError("edition: give a whole number from 0 on, below 1000")
    found = tuple(_page(page, k) for k, page in enumerate(pages, 1))
    return Source(name, title or name.replace("-", " ").capitalize(), said, edition, own, found)


def from_data(data: Any) -> Source:
    """A series that was written into another file whole. Raises SheetgenError."""
    try:
        return convert(data, Source)
    except ValidationError as problem:
        raise SheetgenError(f"series: {problem}") from None


def _line(data: Mapping[str, Any], key: str) -> str:
    said = data.get(key, "")
    if not isinstance(said, str):
        raise SheetgenError(f"{key}: give a text")
    line = " ".join(said.split())
    if key == "title" and len(line) > LONGEST:
        raise SheetgenError(f"title: more than {LONGEST} letters find no room above a page")
    return line


def _page(page: Mapping[str, Any], number: int) -> PageFile:
    fields = PageFile.__struct_fields__
    texts: dict[str, str] = {}
    tables: dict[str, dict[str, str]] = {}
    for key in ("topic", "name", "new"):
        value = page.get(key, "")
        if not isinstance(value, str):
            raise MistakeError(number, key, "give a text")
        texts[key] = " ".join(value.split())
    for key in ("options", "easy", "hard", "shares"):
        value = page.get(key, {})
        if not isinstance(value, dict):
            raise MistakeError(number, key, "give a table, such as { a = 1, b = 2 }")
        tables[key] = {name: _value(v, number, f"{key}.{name}") for name, v in value.items()}
    beside = {k: _value(v, number, k) for k, v in page.items() if k not in fields}
    if not texts["topic"]:
        raise MistakeError(number, "topic", 'give the name of a topic, such as "hidden-layer"')
    if "." in texts["name"]:
        raise MistakeError(number, "name", f"{texts['name'][:40]!r} has a dot; leave it out")
    wide = text_width(plain(texts["new"]), SIZES.note, "label")
    if wide > ROOM:
        most = int(len(texts["new"]) * ROOM / wide)
        raise MistakeError(number, "new", f"{len(texts['new'])} letters find no room in one line; "
                           f"write a sentence of at most {most}")  # fmt: skip
    own = beside | tables["options"]
    return PageFile(texts["topic"], texts["name"], texts["new"], own, tables["easy"],
                    tables["hard"], tables["shares"])  # fmt: skip


def _value(value: Any, page: int, key: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and value and all(isinstance(v, int) for v in value):
        return "-".join(map(str, value))
    if isinstance(value, str | int | float):
        return str(value)
    raise MistakeError(page, key, "give a text or a number")


class Lines:
    """The lines of a file, by which a mistake is found in it."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.lines = path, text.splitlines()

    def checked(self, make: Any) -> Any:
        """What is made. Raises SheetgenError with the file and the line where it is wrong."""
        try:
            return make()
        except MistakeError as problem:
            line = self.line(problem.page, problem.key)
            raise SheetgenError(f"series {self.path}, line {line}: {problem}") from None
        except SheetgenError as problem:
            raise SheetgenError(f"series {self.path}: {problem}") from None

    def line(self, page: int, key: str) -> int:
        """The line where a key of a page stands, or its table, or the page."""
        begins = [k for k, line in enumerate(self.lines, 1)
                  if re.match(r"\s*\[\[\s*page\s*\]\]", line)]  # fmt: skip
        if page > len(begins):
            return 1
        first = begins[page - 1]
        last = begins[page] if page < len(begins) else len(self.lines) + 1
        inside = range(first + 1, last)
        parts = [key.partition(".")[2], key.partition(".")[0]] if key else []
        for part in filter(None, parts):
            word = rf'(?:^|[\s{{,.\["\'])({re.escape(part)})["\']?\s*(?:=|\])'
            for number in inside:
                if re.search(word, self.lines[number - 1].partition("#")[0]):
                    return number
        return first
