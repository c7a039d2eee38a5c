"""The command line: the only module that prints, exits or writes files."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sheetgen import __version__
from sheetgen.cli_options import Command, command_for
from sheetgen.errors import SheetgenError
from sheetgen.page import PAPERS
from sheetgen.topics import TOPICS, Topic, find

if TYPE_CHECKING:
    from sheetgen.exercise import Exercise

USAGE, PROBLEM, INTERRUPTED = 2, 1, 130
FORMATS = ("pdf", "html", "json", "worksheet-json", "png")

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


class UsageError(SheetgenError):
    """A command that was typed wrong; exit code 2."""


def say(text: str, quiet: bool = False) -> None:
    """A remark on stderr."""
    if not quiet:
        print(f"sheetgen: {text}", file=sys.stderr)


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
    if as_json:
        print(json.dumps([_topic_data(t) for t in TOPICS.values()], ensure_ascii=False, indent=1))
        return
    width = max(len(n) for n in TOPICS) + 2
    for topic in TOPICS.values():
        print(f"{topic.name:{width}}{topic.summary}")
        options = "  ".join(f"--{o.flag} {o.show(o.default)}" for o in topic.options.values())
        print(f"{'':{width}}{options}")
        print(f"{'':{width}}levels: {', '.join(topic.levels) or 'medium'}")


def _topic_data(topic: Topic) -> dict[str, Any]:
    return {
        "topic": topic.name,
        "title": topic.title,
        "code": topic.code,
        "summary": topic.summary,
        "levels": list(topic.levels),
        "options": {
            o.flag: {"kind": o.kind, "default": o.show(o.default)} for o in topic.options.values()
        },
    }  # fmt: skip


@cache_app.command("clear")
def cache_clear() -> None:
    """Delete what is kept of the press; it is made again when needed."""
    from sheetgen.plate import clear_cache

    say(f"{clear_cache()} files deleted")


@cache_app.callback()
def cache_root() -> None:
    """What is kept between runs."""


# --- make


def run_make(command: Command) -> None:
    """Make sheets and write them; the paths go to stdout, one a line."""
    from sheetgen.files import make_folder, write_all

    formats = _formats(command.text("format", "pdf"))
    folder = Path(command.text("out", "output"))
    force, quiet = command.flag("force"), command.flag("quiet")
    paper = command.text("paper", "a4").lower()
    if paper not in PAPERS:
        raise SheetgenError(f"--paper: {paper!r} is none of {', '.join(PAPERS)}")
    groups, remarks = _exercises(command)
    for remark in remarks:
        say(f"warning: {remark}", quiet)
    if (
        command.get("seed") is None
        and command.get("recipe") is None
        and groups[0][0].seed is not None
    ):
        say(f"made from {groups[0][0].recipe}; the same recipe makes the same sheet", quiet)
    make_folder(folder)
    written: list[tuple[Path, bytes]] = []
    with Progress(len(groups), quiet) as step:
        for exercises in groups:
            for name, data in _files(exercises, formats, paper, command.text("name", "")):
                written.append((folder / name, data))
            step()
    write_all(written, force)
    for path, _ in written:
        print(path)


def _exercises(command: Command) -> tuple[list[list[Exercise]], list[str]]:
    """The sheets that a command asks for (a packet is one sheet of three exercises), and
    warnings."""
    from sheetgen.exercise import from_given, make_different, make_packet, settings

    topic, options = command.topic, command.options()
    given = command.get("given")
    if given is not None:
        for name in ("seed", "count", "recipe"):
            if command.get(name) is not None:
                raise UsageError(f"--given brings its own numbers; leave --{name} out")
        exercise, remarks = from_given(topic, _read_given(str(given)), options)
        return [[exercise]], remarks
    seed = command.seed()
    count = command.whole("count", 1, 1, 5000)
    if options.get("blank") == "packet":
        if count > 1:
            raise SheetgenError("--count: a packet is three sheets already; leave --count out")
        return [make_packet(settings(topic, {**options, "blank": None}), seed)], []
    return [[e] for e in make_different(settings(topic, options), seed, count)], []


def _read_given(place: str) -> dict[str, Any]:
    from sheetgen.given import parse_json, read_json

    if place == "-":
        return parse_json(sys.stdin.read(), "standard input")
    return read_json(Path(place))


def _formats(text: str) -> list[str]:
    found = [f.strip().lower() for f in text.split(",") if f.strip()]
    for name in found:
        if name not in FORMATS:
            raise SheetgenError(f"--format: {name!r} is none of {', '.join(FORMATS)}")
    if not found:
        raise SheetgenError(f"--format: give one or more of {', '.join(FORMATS)}")
    return found


def _files(
    exercises: Sequence[Exercise], formats: Sequence[str], paper: str, name: str
) -> list[tuple[str, bytes]]:
    """Names and contents of the files of one sheet."""
    from sheetgen import printing
    from sheetgen.export import exercise_json
    from sheetgen.sheet import lay_out

    first = exercises[0]
    stem = (
        f"{first.topic.name}-{first.code}"
        if len(exercises) == 1
        else f"{first.topic.name}-packet-{first.code}"
    )
    out: list[tuple[str, bytes]] = []
    drawn = (
        [lay_out(e, paper, name) for e in exercises]
        if {"pdf", "png", "html"} & set(formats)
        else []
    )
    sides = {"worksheet": [s.worksheet() for s in drawn], "key": [s.key() for s in drawn]}
    for form in formats:
        if form == "pdf":
            out += [(f"{stem}-{side}.pdf", printing.pdf(pages)) for side, pages in sides.items()]
        elif form == "png":
            for side, pages in sides.items():
                images = printing.png(printing.pdf(pages))
                out += [(f"{stem}-{side}-{k}.png", image) for k, image in enumerate(images, 1)]
        elif form == "html":
            out += [
                (
                    f"{stem}-worksheet{f'-{k}' if len(drawn) > 1 else ''}.html",
                    printing.html(page).encode(),
                )
                for k, page in enumerate(sides["worksheet"], 1)
            ]
        else:
            answers = form == "json"
            data = [exercise_json(e, answers) for e in exercises]
            text = json.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False, indent=1)
            out.append(
                (f"{stem}.json" if answers else f"{stem}-worksheet.json", f"{text}\n".encode())
            )
    return out


class Progress:
    """A bar on a terminal for long work, nothing elsewhere."""

    def __init__(self, total: int, quiet: bool) -> None:
        self.total, self.show = total, not quiet and total > 3 and sys.stderr.isatty()

    def __enter__(self) -> Callable[[], None]:
        if not self.show:
            return lambda: None
        from rich.console import Console
        from rich.progress import Progress as Bar

        self.bar = Bar(console=Console(stderr=True), transient=True)
        self.bar.start()
        task = self.bar.add_task("printing", total=self.total)
        return lambda: self.bar.advance(task)

    def __exit__(self, *problem: object) -> None:
        if self.show:
            self.bar.stop()


# --- solve, stress
# -------------------------------------------------------------------------------------------------


def run_solve(command: Command) -> None:
    """Print the solution of given (or drawn) numbers as JSON."""
    from sheetgen.export import exercise_json

    if (
        command.get("given") is None
        and command.get("seed") is None
        and command.get("recipe") is None
    ):
        raise UsageError(
            "solve needs numbers: --given FILE with the matrices, or --seed N for a drawn exercise"
        )
    groups, remarks = _exercises(command)
    for remark in remarks:
        say(f"warning: {remark}", command.flag("quiet"))
    print(json.dumps(exercise_json(groups[0][0]), ensure_ascii=False, indent=1))


def run_stress(command: Command) -> None:
    """Try many seeds and report; exit 1 if an exercise broke a promise."""
    from sheetgen.exercise import settings
    from sheetgen.stress import plot, stress

    seeds = command.whole("seeds", 1000, 1, 1_000_000)
    options = command.options()
    everything = command.flag("all")
    names = list(TOPICS) if everything else [command.topic]
    reports = []
    for name in names:
        levels = (
            [*TOPICS[name].levels] or ["medium"]
            if everything and not options.get("level")
            else [options.get("level")]
        )
        for level in levels:
            reports.append(stress(settings(name, {**options, "level": level}), seeds))
    place = command.get("plot")
    if place is not None:
        plot(reports[0], Path(str(place)))
    if command.flag("json"):
        data = [r.as_json() for r in reports]
        print(json.dumps(data if everything else data[0], ensure_ascii=False, indent=1))
    else:
        from rich.console import Console

        for report in reports:
            Console().print(report.table())
    if not all(r.good for r in reports):
        raise SheetgenError("some exercises broke a promise; their seeds are in the report")


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
    paper: Annotated[str, typer.Option(help="a4 or letter.")] = "a4",
    form: Annotated[
        str, typer.Option("--format", help=f"One or more of {', '.join(FORMATS)}.")
    ] = "pdf",
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Say nothing but the paths and errors.")
    ] = False,
) -> None:
    """Make a worksheet and its answer key: sheetgen make TOPIC [OPTIONS]"""
    if ctx.invoked_subcommand is not None:
        return
    values: dict[str, Any] = {
        "recipe": recipe,
        "out": out,
        "paper": paper,
        "format": form,
        "force": force,
        "quiet": quiet,
    }
    if code is not None:
        from sheetgen.recipe import read_code

        code = read_code(code)
        if class_folder is None:
            raise UsageError(
                "--code needs --class FOLDER, which `sheetgen class` made; or use --recipe"
            )
        from sheetgen.finder import recipe_for

        values["recipe"] = str(recipe_for(code, Path(class_folder)))
    if values["recipe"] is None:
        raise UsageError(f"make what? sheetgen make TOPIC, with one of {', '.join(TOPICS)}")
    try:
        command = Command.of_recipe(values)
    except SheetgenError as problem:
        raise UsageError(str(problem)) from None
    run_make(command)


@stress_app.callback(invoke_without_command=True)
def stress_root(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Every topic at every level.")] = False,
    seeds: Annotated[int, typer.Option(help="How many exercises of each.")] = 1000,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Draw many exercises of a topic, check all of them, report."""
    if ctx.invoked_subcommand is None:
        if not every:
            raise UsageError("stress what? sheetgen stress TOPIC, or --all")
        run_stress(Command(next(iter(TOPICS)), {"all": True, "seeds": seeds, "json": as_json}))


VERBS = {
    "make": (make_app, run_make),
    "solve": (solve_app, run_solve),
    "stress": (stress_app, run_stress),
}
_registered: set[tuple[str, str]] = set()


def _register(words: Sequence[str]) -> None:
    """Give Typer the commands that the words may mean: building all takes a tenth of a second."""
    verb = words[0] if words else ""
    names = [words[1]] if len(words) > 1 and words[1] in TOPICS else list(TOPICS)
    for name in names if verb in VERBS else ():
        if (verb, name) not in _registered:
            _registered.add((verb, name))
            sub, run = VERBS[verb]
            summary = TOPICS[name].summary
            sub.command(name, help=summary)(command_for(TOPICS[name], verb, run))
    if verb not in (*VERBS, "topics") and ("class", "") not in _registered:
        _registered.add(("class", ""))
        from sheetgen.classroom_cli import register

        register(app)


def _corrected(arguments: Sequence[str]) -> list[str]:
    """The arguments with the topic's name settled. Raises UsageError with the nearest names."""
    words = list(arguments)
    if words and words[0].replace("_", "-") in TOPICS:
        raise UsageError(f"what to do with {words[0]}? sheetgen make {words[0]}")
    if len(words) > 1 and words[0] in ("make", "solve", "stress"):
        first = next((k for k, w in enumerate(words[1:], 1)), 1)
        if not words[first].startswith("-"):
            try:
                words[first] = find(words[first]).name
            except SheetgenError as problem:
                raise UsageError(str(problem)) from None
    return words


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code (and leaves with it as a program)."""
    code = _run(sys.argv[1:] if arguments is None else list(arguments))
    if arguments is None:
        sys.exit(code)
    return code


def _run(arguments: list[str]) -> int:
    try:
        words = _corrected(arguments)
        if words == ["topics"]:  # at once: Typer's parser takes longer to build than the list
            topics()
            return 0
        _register(words)
        result = app(words, standalone_mode=False)
        sys.stdout.flush()
        if result == INTERRUPTED:
            say("interrupted; nothing is half written")
        return result if isinstance(result, int) else 0
    except SheetgenError as problem:
        say(str(problem))
        return USAGE if isinstance(problem, UsageError) else PROBLEM
    except KeyboardInterrupt:
        say("interrupted; nothing is half written")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except MemoryError:
        say("not enough memory; ask for fewer or smaller sheets")
        return PROBLEM
    except Exception as problem:
        return _of_typer(problem)


def _of_typer(problem: Exception) -> int:
    """What Typer raises, as one line; anything else is a bug, and says so."""
    from sheetgen.verify import WrongKey

    if isinstance(problem, WrongKey):
        say(str(problem))
        return PROBLEM
    if type(problem).__name__ == "Abort":
        say("interrupted; nothing is half written")
        return INTERRUPTED
    if isinstance(problem, typer.Exit):
        if problem.exit_code == INTERRUPTED:
            say("interrupted; nothing is half written")
        return int(problem.exit_code)
    show = getattr(problem, "format_message", None)
    if show is None:
        if os.environ.get("SHEETGEN_DEBUG"):
            raise problem
        what = " ".join(f"{type(problem).__name__}: {problem}".split())[:300]
        say(f"a bug, not your mistake: {what}; SHEETGEN_DEBUG=1 shows where; please report it")
        return PROBLEM
    text = " ".join(str(show()).split()).rstrip(".")
    if text:
        say(f"{text[0].lower()}{text[1:]}; see --help")
    return USAGE

