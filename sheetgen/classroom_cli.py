"""The commands of a class: ``class``, ``find`` and ``mark``."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sheetgen.errors import SheetgenError, UsageError
from sheetgen.terminal import say

if TYPE_CHECKING:
    from sheetgen.class_run import Hearer
    from sheetgen.classroom import Plan
    from sheetgen.recipe import Recipe
    from sheetgen.roster import Roster

REMARKS = 12
"""Remarks about a roster that are shown."""
ANY_OPTION = {"allow_extra_args": True, "ignore_unknown_options": True}


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("class", context_settings=ANY_OPTION)(class_command)
    app.command("find", context_settings=ANY_OPTION)(find_command)
    app.command("mark")(mark_command)


def class_command(
    ctx: typer.Context,
    target: Annotated[str, typer.Argument(help="A topic, or a plan (FILE.toml).",
                                          metavar="TOPIC|PLAN.TOML")],
    roster: Annotated[str | None, typer.Option(help="The class list, a CSV file.",
                                               metavar="FILE")] = None,
    students: Annotated[int | None, typer.Option(help="That many sheets without names.")] = None,
    seed: Annotated[str | None, typer.Option(help="The same seed, the same class.")] = None,
    out: Annotated[str | None, typer.Option(help="The folder (output/TOPIC-class).")] = None,
    paper: Annotated[str | None, typer.Option(help="a4 or letter.")] = None,
    spares: Annotated[int, typer.Option(help="Unnamed extras.")] = 0,
    simplex: Annotated[bool, typer.Option("--simplex", help="Printed on one side.")] = False,
    staple: Annotated[int, typer.Option(help="Sheets of paper of a worksheet; filled up with "
                                             "blank pages.")] = 0,
    group_by: Annotated[str, typer.Option(help="group: hand out by the roster's groups.")] = "",
    separate: Annotated[bool, typer.Option("--separate", help="One file a student.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace another class.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only paths and errors.")] = False,
) -> None:  # fmt: skip
    """One sheet a student, in packs for the printer, with keys and a grid for marking.

    Every option of the topic may follow: sheetgen class backpropagation --students 30 --widths
    3-4-2
    """
    from sheetgen.class_run import Order, run
    from sheetgen.packs import Binding
    from sheetgen.recipe import read_seed

    plan = _plan(target, ctx.args, paper)
    if not 0 <= staple <= 100:
        raise SheetgenError(f"--staple: {staple} is not between 0 and 100")
    if separate and (staple or simplex):
        raise UsageError("--staple and --simplex are of packs; leave them or --separate out")
    found = _students(roster, students)
    for remark in found.remarks[:REMARKS]:
        say(f"roster: {remark}", quiet)
    if len(found.remarks) > REMARKS:
        say(f"roster: and {len(found.remarks) - REMARKS} more remarks like these", quiet)
    folder = Path(out or f"output/{Path(target).stem.lower()}-class")
    order = Order(
        plan, found.students, folder, None if seed is None else read_seed(seed), spares,
        Binding(simplex, staple, separate, group_by), force,
    )  # fmt: skip
    with Bar(quiet) as hearer:
        done = run(order, hearer)
    for remark in done.remarks:
        say(remark, quiet)
    if seed is None:
        say(f"class seed {done.seed}; the same seed makes the same class", quiet)
    for path in done.files:
        print(path)


def _plan(target: str, extra: Sequence[str], paper: str | None) -> Plan:
    from sheetgen.classroom import Plan, piece, with_paper
    from sheetgen.page import PAPERS

    if paper is not None and paper not in PAPERS:
        raise SheetgenError(f"--paper: {paper!r} is none of {', '.join(PAPERS)}")
    if target.lower().endswith(".toml"):
        from sheetgen.planfile import read_plan

        if extra:
            raise UsageError(f"{extra[0]} belongs into the plan, not on the command line")
        plan = read_plan(Path(target))
        return plan if paper is None else with_paper(plan, paper)
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
    from sheetgen.roster import numbered_students, read_roster

    if (roster is None) == (students is None):
        raise UsageError("who is in the class? give --roster FILE or --students N")
    return read_roster(Path(roster)) if roster is not None else numbered_students(students or 0)


class Bar:
    """A bar with the time left, on a terminal only."""

    def __init__(self, quiet: bool) -> None:
        self.show = not quiet and sys.stderr.isatty()

    def __enter__(self) -> Hearer:
        from sheetgen.class_run import Hearer

        if not self.show:
            return Hearer()
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeRemainingColumn as TimeLeft

        self.bar = Progress(
            TextColumn("printing"), BarColumn(), MofNCompleteColumn(), TimeLeft(),
            console=Console(stderr=True), transient=True,
        )  # fmt: skip
        self.bar.start()
        task = self.bar.add_task("printing", total=None)
        return Hearer(
            lambda total: self.bar.update(task, total=total),
            lambda count: self.bar.advance(task, count),
        )

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self.show:
            self.bar.stop()


def find_command(
    ctx: typer.Context,
    folder: Annotated[str, typer.Argument(help="The folder that `sheetgen class` made.")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Whose sheet has these numbers in a row or column? sheetgen find FOLDER 3 -1 2"""
    from sheetgen.finder import find_numbers

    if not ctx.args:
        raise UsageError(
            "find what? give some numbers of a row or column: sheetgen find FOLDER 3 -1 2"
        )
    hits = find_numbers(Path(folder), ctx.args)
    if as_json:
        print(json.dumps([h.as_json() for h in hits], ensure_ascii=False, indent=1))
        return
    if not hits:
        raise SheetgenError(f"no sheet of {folder} has {' '.join(ctx.args)} in a row or column")
    for hit in hits:
        print(f"{hit.student}\t{hit.code}\t{', '.join(hit.places)}")


def mark_command(
    code: Annotated[str, typer.Argument(help="The code on the sheet.")],
    got: Annotated[str, typer.Option(help="What the student wrote: z2=5,a2=5, z2=[5,3], "
                                          "z2[1]=5 or z2[1,2]=5.")],
    class_folder: Annotated[str | None, typer.Option("--class", help="The class's folder.")] = None,
    recipe: Annotated[str | None, typer.Option(help="The recipe on the sheet.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:  # fmt: skip
    """Which later answers follow from a slip (error carried forward)."""
    from sheetgen.marking import carried, table

    found = carried(_recipe(code, class_folder, recipe), got)
    if as_json:
        print(json.dumps([line.as_json() for line in found], ensure_ascii=False, indent=1))
        return
    from rich.console import Console

    Console().print(table(found))


def _recipe(code: str, folder: str | None, recipe: str | None) -> Recipe:
    from sheetgen.exercise import settings
    from sheetgen.finder import recipe_for
    from sheetgen.recipe import read_code, read_recipe

    code = read_code(code)
    if folder is not None:
        return recipe_for(code, Path(folder))
    if recipe is None:
        raise UsageError("the code alone holds no numbers; add --class FOLDER or --recipe RECIPE")
    found = read_recipe(recipe)
    if settings(found.topic, found.options).recipe(found.seed).code != code:
        raise SheetgenError(f"code {code} is not that of this recipe; one of them has a slip")
    return found
