"""The commands as Typer reads them: their options, their help, what is wrong with a line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import typer

from sheetgen.cli.classes_app import register
from sheetgen.cli.make import FORMATS, run_make, run_reprint, run_solve
from sheetgen.cli.options import Command, command_for
from sheetgen.cli.terminal import say
from sheetgen.cli.topics import list_topics, run_stress
from sheetgen.errors import UsageError, counted, typed
from sheetgen.topics.catalogue import TOPICS
from sheetgen.version import __version__

app = typer.Typer(
    name="sheetgen", no_args_is_help=True, add_completion=True, pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Neural networks by hand: endless worksheets, with answer keys that are worked out twice.",
    epilog="Begin with: sheetgen make backpropagation --seed 7",
)  # fmt: skip
make_app = typer.Typer(help="Make a worksheet and its answer key.", no_args_is_help=False)
solve_app = typer.Typer(
    help="Solve an exercise: the solution as JSON on stdout.", no_args_is_help=True
)
stress_app = typer.Typer(
    help="Draw many exercises of a topic, check all of them, report.", no_args_is_help=False
)
app.add_typer(make_app, name="make")
app.add_typer(solve_app, name="solve")
app.add_typer(stress_app, name="stress")
cache_app = typer.Typer(help="What is kept between runs.", no_args_is_help=True)
app.add_typer(cache_app, name="cache")


def _version(shown: bool) -> None:
    if shown:
        print(f"sheetgen {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Neural networks by hand: endless printable worksheets, with answer keys that are worked out
    twice."""


@app.command()
def topics(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """List what there is to practise, with the options of each topic."""
    list_topics(as_json)


@cache_app.command("clear")
def cache_clear() -> None:
    """Delete what is kept of the press; it is made again when needed."""
    from sheetgen.press.printing import printer

    say(f"{counted(printer().check.clear(), 'file')} deleted")


@cache_app.callback()
def cache_root() -> None:
    """What is kept between runs."""


@make_app.callback(invoke_without_command=True)
def make_root(
    ctx: typer.Context,
    recipe: Annotated[str | None, typer.Option(help="Make the sheet of this recipe again.")] = None,
    code: Annotated[
        str | None, typer.Option(help="Make the sheet of this code again; needs --class.")
    ] = None,
    class_folder: Annotated[
        str | None, typer.Option("--class", help="The class's folder, for --code.")
    ] = None,
    out: Annotated[str, typer.Option(help="Folder for the files.")] = "output",
    paper: Annotated[str | None, typer.Option(help="a4 or letter.")] = None,
    form: Annotated[
        str, typer.Option("--format", help=f"One or more of {', '.join(FORMATS)}.")
    ] = "pdf",
    tagged: Annotated[
        bool, typer.Option("--tagged", help="Tag the PDF for screen readers.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Say nothing but the paths and errors.")
    ] = False,
) -> None:
    """Make a worksheet and its answer key: sheetgen make TOPIC [OPTIONS]"""
    if ctx.invoked_subcommand is not None:
        _nothing_before(ctx)
        return
    values: dict[str, Any] = {
        "recipe": recipe,
        "out": out,
        "paper": paper or "a4",
        "format": form,
        "tagged": tagged,
        "force": force,
        "quiet": quiet,
    }
    if code is not None:
        from sheetgen.exercise.recipe import read_code

        with typed():
            code = read_code(code)
        if class_folder is None:
            raise UsageError(
                "--code needs --class FOLDER, which `sheetgen class` made; or use --recipe"
            )
        if tagged:
            raise UsageError("--code prints a class's sheet, which has no tags; leave --tagged out")
        if form == "pdf":
            run_reprint(code, Path(class_folder), Path(out), paper, force)
            return
        from sheetgen.classroom.find import recipe_for

        values["recipe"] = str(recipe_for(code, Path(class_folder)))
    if values["recipe"] is None:
        raise UsageError(f"make what? sheetgen make TOPIC, with one of {', '.join(TOPICS)}")
    with typed():
        command = Command.of_recipe(values)
    run_make(command)


@stress_app.callback(invoke_without_command=True)
def stress_root(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Every topic at every level.")] = False,
    seeds: Annotated[int, typer.Option(help="How many exercises of each.")] = 1000,
    pages: Annotated[
        bool, typer.Option("--pages", help="Lay out and print them too, and look at the pages.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Draw many exercises of a topic, check all of them, report."""
    if ctx.invoked_subcommand is not None:
        _nothing_before(ctx)
        return
    if not every:
        raise UsageError("stress what? sheetgen stress TOPIC, or --all")
    values = {"all": True, "seeds": seeds, "json": as_json, "pages": pages}
    run_stress(Command(next(iter(TOPICS)), values))


def _nothing_before(ctx: typer.Context) -> None:
    """Raises UsageError for options before the topic, which nobody would read."""
    for name in ctx.params:
        source = ctx.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            topic, verb = ctx.invoked_subcommand, ctx.info_name
            raise UsageError(f"options go after the topic: sheetgen {verb} {topic} ...")


COMPLETE = "_SHEETGEN_COMPLETE"
"""Set by a shell that asks how a line could go on."""
VERBS = {
    "make": (make_app, run_make),
    "solve": (solve_app, run_solve),
    "stress": (stress_app, run_stress),
}
_registered: set[tuple[str, str]] = set()


def parse(words: Sequence[str]) -> object:
    """Run the command that the words are; what Typer returns. Raises what Typer raises."""
    _register(words)
    return app(list(words), standalone_mode=False)


def _register(words: Sequence[str]) -> None:
    """Give Typer the commands that the words may mean: building all takes a tenth of a second."""
    first = words[0] if words else ""
    everything = COMPLETE in os.environ  # the words stand in the environment as well
    names = [words[1]] if len(words) > 1 and words[1] in TOPICS else list(TOPICS)
    for verb, name in product(VERBS, names):
        if (everything or verb == first) and (verb, name) not in _registered:
            _registered.add((verb, name))
            sub, run = VERBS[verb]
            summary = TOPICS[name].summary
            sub.command(name, help=summary)(command_for(TOPICS[name], verb, run))
    if first not in (*VERBS, "topics") and ("class", "") not in _registered:
        _registered.add(("class", ""))
        register(app)
