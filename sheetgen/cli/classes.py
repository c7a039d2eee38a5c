"""What the commands of a class do: ``class``, ``find`` and ``mark``."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sheetgen.cli.terminal import say
from sheetgen.errors import SheetgenError, UsageError, counted, typed

if TYPE_CHECKING:
    from sheetgen.classroom.plan import Plan
    from sheetgen.classroom.roster import Roster
    from sheetgen.classroom.run import OnProgress
    from sheetgen.exercise.recipe import Recipe

REMARKS = 12
"""Remarks about a roster that are shown."""


@dataclass(frozen=True)
class Asked:
    """What was typed after ``sheetgen class``."""

    target: str
    extra: tuple[str, ...] = ()
    """The topic's options, as typed."""
    roster: str | None = None
    students: int | None = None
    seed: str | None = None
    out: str | None = None
    paper: str | None = None
    spares: int = 0
    simplex: bool = False
    staple: int = 0
    group_by: str = ""
    separate: bool = False
    force: bool = False
    quiet: bool = False


def read_class(words: Sequence[str]) -> Asked | None:
    """What the words after ``class`` ask for, as Typer would read them; None if they are not
    plainly right."""
    if not words or words[0].startswith("-") or not "".join(words).isprintable():
        return None
    kinds = {f"--{f.name.replace('_', '-')}": f for f in fields(Asked)[2:]}
    found: dict[str, Any] = {}
    extra: list[str] = []
    rest = list(words[1:])
    while rest:
        word = rest.pop(0)
        flag, equals, value = word.partition("=")
        if flag not in kinds:
            if word in ("--", "--help") or (word.startswith("-") and word[1:2].isalpha()):
                return None
            extra.append(word)
            continue
        name, kind = kinds[flag].name, str(kinds[flag].type)
        if kind == "bool":
            if equals:
                return None
            found[name] = True
            continue
        if not equals and not rest:
            return None
        value = value if equals else rest.pop(0)
        if kind.startswith("int") and not (value.isascii() and value.isdigit() and len(value) < 10):
            return None
        found[name] = int(value) if kind.startswith("int") else value
    return Asked(words[0], tuple(extra), **found)


def run_class(asked: Asked) -> None:
    """One sheet a student, in packs for the printer, with keys and a grid for marking."""
    from sheetgen.classroom.plan import Binding, Order
    from sheetgen.classroom.pupils import check_grouping, spare_students
    from sheetgen.classroom.run import run
    from sheetgen.exercise.recipe import read_seed

    plan = _plan(asked.target, asked.extra, asked.paper)
    with typed():
        check_grouping(asked.group_by)
        spare_students(asked.spares)
        seed = None if asked.seed is None else read_seed(asked.seed)
    if not 0 <= asked.staple <= 100:
        raise UsageError(f"--staple: {asked.staple} is not between 0 and 100")
    if asked.separate and (asked.staple or asked.simplex):
        raise UsageError("--staple and --simplex are of packs; leave them or --separate out")
    found = _students(asked.roster, asked.students)
    for remark in found.remarks[:REMARKS]:
        say(f"roster: {remark}", asked.quiet)
    if len(found.remarks) > REMARKS:
        more = len(found.remarks) - REMARKS
        say(f"roster: and {counted(more, 'more remark')} like these", asked.quiet)
    if asked.group_by and not any(student.group for student in found.students):
        say("--group-by: no student has a group; all are handed out as one", asked.quiet)
    folder = Path(asked.out or f"output/{Path(asked.target).stem.lower()}-class")
    order = Order(
        plan, found.students, folder, seed, asked.spares,
        Binding(asked.simplex, asked.staple, asked.separate, asked.group_by), asked.force,
    )  # fmt: skip
    with Bar(asked.quiet) as hearer:
        done = run(order, hearer)
    for remark in done.remarks:
        say(remark, asked.quiet)
    if seed is None:
        say(f"class seed {done.seed}; the same seed makes the same class", asked.quiet)
    for path in done.files:
        print(path)


def _plan(target: str, extra: Sequence[str], paper: str | None) -> Plan:
    from sheetgen.classroom.plan import Plan, piece, with_paper
    from sheetgen.page.items import PAPERS

    if paper is not None and paper not in PAPERS:
        raise UsageError(f"--paper: {paper!r} is none of {', '.join(PAPERS)}")
    if target.lower().endswith(".toml"):
        from sheetgen.classroom.plan import read_plan

        if extra:
            raise UsageError(f"{extra[0]} belongs into the plan, not on the command line")
        plan = read_plan(Path(target))
        return plan if paper is None else with_paper(plan, paper)
    with typed():
        return Plan((piece(target, options_of(extra, target)),), paper=paper or "a4")


def options_of(words: Sequence[str], topic: str) -> dict[str, Any]:
    """``--widths 3-4-2 --no-bias --check`` as options."""
    from sheetgen.topics.registry import find

    switches = {n for n, o in find(topic).options.items() if o.kind == "bool"} | {"check"}
    found: dict[str, Any] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--") or len(word) == 2:
            raise UsageError(
                f"{word!r} is not an option; options of the topic look like --widths 3-4"
            )
        name, equals, value = word[2:].partition("=")
        name = name.replace("-", "_")
        if equals:
            found[name] = value
        elif name in switches:
            found[name] = rest.pop(0) if rest[:1] in (["yes"], ["no"]) else "yes"
        elif name.removeprefix("no_") in switches:
            found[name.removeprefix("no_")] = "no"
        elif rest:
            found[name] = rest.pop(0)
        else:
            raise UsageError(f"{word} needs a value")
    return found


def _students(roster: str | None, students: int | None) -> Roster:
    from sheetgen.classroom.roster import numbered_students, read_roster

    if roster is None and students is None:
        raise UsageError("who is in the class? give --roster FILE or --students N")
    if roster is not None and students is not None:
        raise UsageError("--roster says who is in the class, and so does --students; leave one out")
    if roster is not None:
        return read_roster(Path(roster))
    with typed():
        return numbered_students(students or 0)


class Bar:
    """A bar with the time left, on a terminal only; without a thread, since workers are copies of
    this process, and a copy of a lock that a thread holds is held for ever."""

    def __init__(self, quiet: bool) -> None:
        self.show = not quiet and sys.stderr.isatty()

    def __enter__(self) -> OnProgress:
        from sheetgen.classroom.run import OnProgress

        if not self.show:
            return OnProgress()
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeRemainingColumn as TimeLeft

        self.bar = Progress(
            TextColumn("printing"), BarColumn(), MofNCompleteColumn(), TimeLeft(),
            console=Console(stderr=True), transient=True, auto_refresh=False,
        )  # fmt: skip
        self.bar.start()
        task = self.bar.add_task("printing", total=None)
        return OnProgress(
            lambda total: self.bar.update(task, total=total, refresh=True),
            lambda count: self.bar.update(task, advance=count, refresh=True),
        )

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self.show:
            self.bar.stop()


def run_find(folder: str, numbers: Sequence[str], as_json: bool) -> None:
    """Whose sheet has these numbers in a row or column."""
    from sheetgen.classroom.find import find_numbers

    if not numbers:
        raise UsageError(
            "find what? give some numbers of a row or column: sheetgen find FOLDER 3 -1 2"
        )
    hits = find_numbers(Path(folder), numbers)
    if as_json:
        print(json.dumps([h.as_json() for h in hits], ensure_ascii=False, indent=1))
        return
    if not hits:
        raise SheetgenError(f"no sheet of {folder} has {' '.join(numbers)} in a row or column")
    for hit in hits:
        left = " (no longer in the class)" if hit.former else ""
        print(f"{hit.student}{left}\t{hit.code}\t{', '.join(hit.places)}")


def run_mark(code: str, got: str, folder: str | None, recipe: str | None, as_json: bool) -> None:
    """Which later answers follow from a slip (error carried forward)."""
    from sheetgen.exercise.carried import carried, table

    found = carried(_recipe(code, folder, recipe), got)
    if as_json:
        print(json.dumps([line.as_json() for line in found], ensure_ascii=False, indent=1))
        return
    from rich.console import Console

    Console().print(table(found))


def _recipe(code: str, folder: str | None, recipe: str | None) -> Recipe:
    from sheetgen.classroom.find import recipe_for
    from sheetgen.exercise.recipe import read_code, read_recipe
    from sheetgen.exercise.settings import settings

    with typed():
        code = read_code(code)
    if folder is not None and recipe is not None:
        raise UsageError("--class says what is on the sheet, and so does --recipe; leave one out")
    if folder is not None:
        return recipe_for(code, Path(folder))
    if recipe is None:
        raise UsageError("the code alone holds no numbers; add --class FOLDER or --recipe RECIPE")
    with typed():
        found = read_recipe(recipe)
        if settings(found.topic, found.options).recipe(found.seed).code != code:
            raise UsageError(f"code {code} is not that of this recipe; one of them has a slip")
    return found
