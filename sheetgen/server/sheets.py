"""A sheet for the page: from what the knobs say to its pages as HTML, its files and its command."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from sheetgen.errors import SheetgenError, UsageError
from sheetgen.exercise.different import make_packet
from sheetgen.exercise.exercise import Exercise, build
from sheetgen.exercise.recipe import read_seed
from sheetgen.exercise.settings import SHEET_OPTIONS, Settings, settings
from sheetgen.formats.format import FRAMEWORKS, Request
from sheetgen.formats.registry import files, read_formats
from sheetgen.page.items import PAPERS, Printed
from sheetgen.press.html import Classes
from sheetgen.press.printing import printer
from sheetgen.server.bands import BANDS

OWN = ("topic", "seed", "paper", "name", "side", "format", "tagged", "framework",
       "theme", "script")  # fmt: skip
"""What the address says beside the options of the sheet."""
LONGEST = 200
"""Letters of a value that is taken."""


@dataclass(frozen=True)
class Asked:
    """What the knobs say: a topic, a seed, options as texts, paper and name."""

    topic: str
    seed: int
    options: tuple[tuple[str, str], ...]
    paper: str = "a4"
    name: str = ""

    @property
    def query(self) -> dict[str, str]:
        """What ``read_asked`` reads."""
        own = {"topic": self.topic, "seed": str(self.seed), "paper": self.paper, "name": self.name}
        return dict(self.options) | own

    @property
    def settings(self) -> Settings:
        options = dict(self.options)
        packet = options.get("blank") == "packet"
        return settings(self.topic, options | ({"blank": None} if packet else {}))

    @property
    def command(self) -> str:
        """The command line that makes the same sheet; only what is no default stands in it."""
        chosen = self.settings
        words = ["sheetgen", "make", self.topic]
        packet = {"blank": "packet"} if ("blank", "packet") in self.options else {}
        for name, value in (dict(chosen.asked) | packet).items():
            flag = f"--{name.replace('_', '-')}"
            option = chosen.topic.options.get(name)
            if name == "check" or (option is not None and option.kind == "bool"):
                words.append(flag if value == "yes" else flag.replace("--", "--no-", 1))
            else:
                words += [flag, value]
        words += ["--seed", str(self.seed)]
        words += ["--paper", self.paper] if self.paper != "a4" else []
        words += ["--name", self.name] if self.name else []
        return shlex.join(words)


def read_asked(query: Mapping[str, str]) -> Asked:
    """What an address says. Raises SheetgenError for a name that there is not, or a value that is
    far too long."""
    for name, value in query.items():
        if len(value) > LONGEST:
            raise UsageError(f"--{name[:40]}: {value[:20]!r} ... is far too long")
    if not query.get("topic"):
        raise UsageError("no topic was named")
    paper = query.get("paper", "a4").lower()
    if paper not in PAPERS:
        raise UsageError(f"--paper: {paper!r} is none of {', '.join(PAPERS)}")
    options = {k: v for k, v in query.items() if k not in OWN and v != ""}
    asked = Asked(query["topic"], read_seed(query.get("seed", "0")), tuple(options.items()), paper,
                  query.get("name", ""))  # fmt: skip
    known = (*asked.settings.topic.options, *SHEET_OPTIONS)
    for name in options:
        if name.replace("-", "_") not in known:
            raise UsageError(f"{asked.topic} has no option --{name[:40]}")
    return asked


@lru_cache(32)
def exercises(asked: Asked) -> tuple[Exercise, ...]:
    """The exercises of a sheet: one, or the three of a packet."""
    if dict(asked.options).get("blank") == "packet":
        return tuple(make_packet(asked.settings, asked.seed))
    chosen = asked.settings
    return tuple(build(chosen, [asked.seed], BANDS.drawer(chosen)))


def shown(asked: Asked, side: str) -> dict[str, Any]:
    """A side of a sheet, ``worksheet`` or ``key``, with what stands around it."""
    made = exercises(asked)
    request = Request(made, asked.paper, asked.name)
    sheets = request.keys if side == "key" else request.worksheets
    boxes = sum(int(blank.sum()) for exercise in made for blank in exercise.blanks.values())
    return {
        "html": _html(sheets), "pages": sum(len(sheet.pages) for sheet in sheets), "boxes": boxes,
        "title": made[0].settings.title, "code": made[0].code, "recipe": made[0].recipe,
        "command": asked.command,
    }  # fmt: skip


def _html(sheets: list[Printed]) -> str:
    return printer().templates.render(
        "serve/sheet.html", sheets=sheets, classes=Classes(), css=Markup("")
    )


def file(
    asked: Asked, format: str, side: str = "", tagged: bool = False, framework: str = ""
) -> tuple[str, bytes]:
    """Name and bytes of a file, the same as the command line's; of a format with several, the one
    of this ``side``. Raises SheetgenError."""
    [form] = read_formats(format)
    request = Request(exercises(asked), asked.paper, asked.name, tagged,
                      framework=framework or FRAMEWORKS[0])  # fmt: skip
    found = files([form], request)
    if side:
        found = {name: data for name, data in found.items() if f"-{side}" in name}
    if not found:
        raise UsageError(f"--format {format} has no {side}")
    return next(iter(found.items()))


def knob_of(problem: SheetgenError) -> str:
    """The knob that a message is about; nothing if it names none."""
    found = re.search(r"--([a-z][a-z-]*)", str(problem))
    return found[1].replace("-", "_") if found else ""
