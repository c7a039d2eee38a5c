"""The commands of a class as Typer reads them."""

from __future__ import annotations

from typing import Annotated

import typer

from sheetgen.cli.classes import Asked, run_class, run_find, run_mark

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
    force: Annotated[bool, typer.Option("--force", help="Replace another class, or sheets with "
                                                          "other numbers.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only paths and errors.")] = False,
) -> None:  # fmt: skip
    """One sheet a student, in packs for the printer, with keys and a grid for marking.

    Every option of the topic may follow: sheetgen class backpropagation --students 30 --widths
    3-4-2
    """
    run_class(Asked(
        target, tuple(ctx.args), roster, students, seed, out, paper, spares, simplex, staple,
        group_by, separate, force, quiet,
    ))  # fmt: skip


def find_command(
    ctx: typer.Context,
    folder: Annotated[str, typer.Argument(help="The folder that `sheetgen class` made.")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Whose sheet has these numbers in a row or column? sheetgen find FOLDER 3 -1 2"""
    run_find(folder, ctx.args, as_json)


def mark_command(
    code: Annotated[str, typer.Argument(help="The code on the sheet.")],
    got: Annotated[str, typer.Option(help="What the student wrote: z2=5,a2=5, z2=[5,3], "
                                          "z2[1]=5 or z2[1,2]=5.")],
    class_folder: Annotated[str | None, typer.Option("--class", help="The class's folder.")] = None,
    recipe: Annotated[str | None, typer.Option(help="The recipe on the sheet.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:  # fmt: skip
    """Which later answers follow from a slip (error carried forward)."""
    run_mark(code, got, class_folder, recipe, as_json)
