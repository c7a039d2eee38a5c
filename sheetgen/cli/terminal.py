"""What a terminal shows: remarks, a bar, tables, the help."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.table import Table

    from sheetgen.classroom.outlook import Outlook
    from sheetgen.exercise.carried import Line
    from sheetgen.graph.numbers import Fixed
    from sheetgen.stress.numbers import Report

Row = tuple[str, str, str]
"""A line of the help: what to type, what stands for the value, what it is for."""
FAULTS = ("failures", "pages at fault")
"""What there should be none of: the lines of a report that are green at 0 and red above."""


def say(text: str, quiet: bool = False) -> None:
    """A remark on stderr."""
    if not quiet:
        print(f"sheetgen: {text}", file=sys.stderr)


def show_json(data: Any) -> None:
    """JSON on stdout, with the letters that its encoding lacks as JSON escapes them."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        text = json.dumps(data, indent=1)
    print(text)


class Bar:
    """A bar with the time left, on a terminal only; without a thread, since workers are copies of
    this process, and a copy of a lock that a thread holds is held for ever."""

    def __init__(self, quiet: bool, out: TextIO | None = None) -> None:
        self.out = out or sys.stderr
        self.show = not quiet and self.out.isatty()

    def __enter__(self) -> Bar:
        if self.show:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
            from rich.progress import TimeRemainingColumn as TimeLeft

            self._drawn = Progress(
                TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeLeft(),
                console=Console(file=self.out), transient=True, auto_refresh=False,
            )  # fmt: skip
            self._drawn.start()
            self._task = self._drawn.add_task("", total=None)
        return self

    def __exit__(self, *problem: object) -> None:
        if self.show:
            self._drawn.stop()

    def start(self, total: int, what: str = "printing") -> None:
        """So many are to be done, of a work that begins now."""
        if self.show:
            self._drawn.reset(self._task, total=total, description=what)
            self._drawn.refresh()

    def step(self, count: int = 1) -> None:
        """So many more are done."""
        if self.show:
            self._drawn.update(self._task, advance=count, refresh=True)


def show(table: Table) -> None:
    """A table on stdout."""
    from rich.console import Console

    Console().print(table)


def stress_table(report: Report) -> Table:
    """What many exercises are like; at most ten that broke a promise, and how many more."""
    from rich.table import Table
    from rich.text import Text

    said = " ".join(f"{k}={v}" for k, v in report.options.items())
    title = Text(f"{report.topic} {said}".strip())
    found = Table(title=title, show_header=False, title_justify="left")
    found.add_column(style="bold")
    found.add_column(justify="right")
    for name, value in report.lines():
        style = "" if name not in FAULTS else "green" if value == "0" else "red"
        found.add_row(name, Text(value, style))
    problems = report.problems
    for seed, problem in problems[:10]:
        found.add_row(Text(f"seed {seed}", "red"), Text(problem))
    if len(problems) > 10:
        found.add_row(Text("and more", "red"), str(len(problems) - 10))
    return found


def carried_table(lines: Sequence[Line], mark: str = "point") -> Table:
    """The steps after a slip, numbers with the decimal ``mark``; what changed is bold."""
    from rich.table import Table

    from sheetgen.exercise.carried import same

    found = Table("step", "matrix", "key", "follows from the slip", "written", "")
    for line in lines:
        changed = line.verdict in ("changes", "follows from the slip")
        found.add_row(
            str(line.number or ""), line.name, numbers_text(line.key, mark),
            "—" if line.follows is None
            else "=" if same(line.key, line.follows) else numbers_text(line.follows, mark),
            "" if line.got is None else numbers_text(line.got, mark), line.verdict,
            style="bold" if changed else None,
        )  # fmt: skip
    return found


SIGNS = {"new": "+", "renamed": "~", "gone": "−", "as they were": " "}
"""What stands before a student in an outlook, so that nothing rests on colour."""
COLOURS = {"new": "32", "renamed": "33", "gone": "31"}
KEPT_SHOWN = 5
"""Students who keep their sheets that are shown."""


def outlook_lines(found: Outlook, everybody: bool, out: TextIO | None = None) -> list[str]:
    """Who would be in a class: what changes first, then some of those who keep their sheets."""
    shown, more = list(found.entries), 0
    if found.again and not everybody:
        kept = [entry for entry in shown if entry.change == "as they were"]
        more = max(len(kept) - KEPT_SHOWN, 0)
        shown = shown[: len(shown) - more]
    rows = [("name", "id", "group", "sheet", "")]
    for entry in shown:
        one = entry.student
        said = {"renamed": f'was "{entry.before[:40]}"', "as they were": "keeps its sheet"}
        rows.append((_short(one.name or one.email or one.id), _short(one.id), _short(one.group),
                     entry.code or "–", said.get(entry.change, entry.change)))  # fmt: skip
    used = [k for k in range(5) if k == 4 or any(row[k] for row in rows[1:])]
    widths = {k: max(_columns(row[k]) for row in rows) for k in used}
    plain = os.environ.get("NO_COLOR") or not (out or sys.stderr).isatty()
    lines = []
    for row, change in zip(rows, ["", *(entry.change for entry in shown)], strict=True):
        cells = (row[k] + " " * (widths[k] - _columns(row[k])) for k in used)
        line = f" {SIGNS.get(change, ' ')} {'   '.join(cells)}".rstrip()
        colour = "" if plain else COLOURS.get(change, "")
        lines.append(f"\x1b[{colour}m{line}\x1b[0m" if colour else line)
    if more:
        lines.append(f"   … {more} more keep their sheets (--all shows them)")
    return ["", *lines, ""]


def _short(text: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in text)
    return shown if len(shown) <= 32 else f"{shown[:31]}…"


def _columns(text: str) -> int:
    """How wide a text is on a terminal."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 for c in text)


def outlook_counts(found: Outlook) -> str:
    """`` (2 new, 1 renamed, 1 gone, 25 as they were)`` of a class that was made before."""
    counts = [f"{found.count(change)} {change}" for change in SIGNS if found.count(change)]
    return f" ({', '.join(counts)})" if found.again else ""


def numbers_text(value: Fixed, mark: str = "point") -> str:
    """The numbers of a matrix in a line, rows parted by ``|``."""
    from sheetgen.graph.numbers import text
    from sheetgen.type.markup import with_mark

    rows = [[with_mark(text(int(d), value.decimals), mark) for d in row] for row in value.digits]
    if value.digits.shape[-1] == 1:
        return "  ".join(row[0] for row in rows)
    return " | ".join("  ".join(row) for row in rows)


def help_text(usage: str, said: str, panels: Mapping[str, Sequence[Row]], more: str = "") -> str:
    """The help of a command: how it is typed, what it does, its options in panels."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.panel import Panel
    from rich.text import Text

    console = Console()
    with console.capture() as shown:
        console.print(Padding(Text.assemble(("Usage: ", "bold"), usage), (1, 1)))
        console.print(Padding(Text(said), (0, 1, 1, 1)))
        for title, rows in panels.items():
            if rows:
                console.print(Panel(_rows(rows), title=title, title_align="left", style="none"))
        if more:
            console.print(Padding(Text(more), (1, 1, 0, 1)))
    return "\n".join(line.rstrip() for line in shown.get().splitlines())


def _rows(rows: Sequence[Row]) -> Table:
    from rich.table import Table
    from rich.text import Text

    found = Table.grid(padding=(0, 2, 0, 0), expand=True)
    found.add_column(no_wrap=True, style="bold cyan")
    if any(metavar for _, metavar, _ in rows):
        found.add_column(no_wrap=True, style="yellow")
    found.add_column(ratio=1)
    for row in rows:
        cells: list[Any] = [Text(cell) for cell in row]
        if len(found.columns) == 2:
            del cells[1]
        found.add_row(*cells)
    return found
