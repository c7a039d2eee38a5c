"""How click reads the commands.

Only the command that was typed is built, with the options of its topic: building all would take
longer than most commands do. The help is that of the tables, drawn by ``terminal``.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import click

from sheetgen.cli.asked import Asked
from sheetgen.cli.classes import is_plan, is_story
from sheetgen.cli.options import SHEET_OPTIONS, TABLE, Parameter, flag_of, parameters
from sheetgen.cli.series import ALL_PAGES, known_series
from sheetgen.cli.terminal import Row, help_text
from sheetgen.cli.verbs import VERBS, Argument, Verb, topics
from sheetgen.errors import SheetgenError, UsageError, typed
from sheetgen.topics.catalogue import TOPICS, find
from sheetgen.topics.registry import Topic
from sheetgen.version import __version__

COMPLETE = "_SHEETGEN_COMPLETE"
"""Set by a shell that asks how a line could go on."""
NEAR = 0.75
"""How like a known name a slip must be to be taken for it."""
YES, NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")


def run(words: Sequence[str], verbs: Mapping[str, Verb] = VERBS) -> int:
    """Do what the words of a command line say; the exit code. Raises SheetgenError, and UsageError
    for what click refuses."""
    program = Program(verbs)
    if COMPLETE in os.environ:
        from click.shell_completion import shell_complete

        return shell_complete(program, {}, "sheetgen", COMPLETE, os.environ[COMPLETE])
    try:
        with program.make_context("sheetgen", list(words)) as context:
            program.invoke(context)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as problem:
        raise UsageError(_told(problem)) from None
    return 0


class Program(click.Group):
    """``sheetgen``: builds the command that was typed."""

    def __init__(self, verbs: Mapping[str, Verb]) -> None:
        self.verbs = verbs
        options = [_at_once(["--version"], lambda ctx: f"sheetgen {__version__}"), _help()]
        super().__init__("sheetgen", params=options, add_help_option=False,
                         invoke_without_command=True, callback=_nothing)  # fmt: skip

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return Command(self.verbs[cmd_name]) if cmd_name in self.verbs else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, *words = args
        if name in self.verbs:
            return name, _command(self.verbs[name], words, ctx.resilient_parsing), words
        if ctx.resilient_parsing:
            return None, None, words
        if name.replace("_", "-") in TOPICS:
            raise UsageError(f"what to do with {name}? sheetgen make {name}")
        near = difflib.get_close_matches(name, self.verbs, 1, NEAR)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(self.verbs)}"
        raise UsageError(f"no such command {name[:60]!r}; {hint}")

    def get_help(self, ctx: click.Context) -> str:
        options = [("--version", "", "Print the version."), _HELP]
        commands = [(verb.name, "", verb.said) for verb in self.verbs.values()]
        panels = {"Commands": commands, "Options": options}
        return help_text("sheetgen COMMAND ...", _SAID, panels, _BEGIN)


_SAID = "Neural networks by hand: endless worksheets, with answer keys that are worked out twice."
_HELP = ("-h, --help", "", "Show this and leave.")
_BEGIN = f"""Begin with: sheetgen make backpropagation --seed 7
Completion with Tab: eval "$({COMPLETE}=bash_source sheetgen)", or zsh_source, fish_source"""


def _at_once(flags: list[str], text: Callable[[click.Context], str]) -> click.Option:
    """An option that prints something and leaves, whatever else was typed."""

    def tell(ctx: click.Context, option: click.Parameter, asked: bool) -> None:
        if asked and not ctx.resilient_parsing:
            click.echo(text(ctx))
            ctx.exit()

    return click.Option(flags, is_flag=True, is_eager=True, expose_value=False, callback=tell)


def _help() -> click.Option:
    """``--help``; click's own looks for its words in other languages first, which takes time."""
    return _at_once(["-h", "--help"], lambda ctx: ctx.get_help())


def _nothing() -> None:
    """What ``sheetgen`` alone does: it shows the help."""
    context = click.get_current_context()
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
        context.exit(2)


def _command(verb: Verb, words: Sequence[str], resilient: bool) -> Command:
    """A command with the options of the topic that was typed. Raises UsageError for a topic that
    there is not."""
    target = _target(verb, words) if verb.has_topic else ""
    if target.startswith("-"):
        return Command(verb)
    if verb.name == "class" and is_story(target):
        return Command(verb, plan=True, more=ALL_PAGES)
    if verb.name == "class" and is_plan(target):
        return Command(verb, plan=True)
    try:
        return Command(verb, find(target) if verb.has_topic else None)
    except SheetgenError as problem:
        if resilient:
            return Command(verb)
        if target in known_series():
            raise UsageError(f"{target} is a series: sheetgen series {target}") from None
        near = difflib.get_close_matches(target, known_series(), 1, NEAR)
        if near and verb.name == "class":
            raise UsageError(f"there is no topic {target!r}; did you mean {near[0]}?") from None
        raise UsageError(str(problem)) from None


def _target(verb: Verb, words: Sequence[str]) -> str:
    """The first word after a command, its topic, or else an option; a class must have a topic (or
    a plan), which is looked for behind options too."""
    first = words[0] if words else "-"
    if verb.name == "class" and first.startswith("-"):
        context = Command(verb).make_context(
            verb.name, list(words), resilient_parsing=True, ignore_unknown_options=True
        )
        return context.params["target"] or first
    return first


class Command(click.Command):
    """A command as click reads it: with the options of the table, and those of a topic."""

    def __init__(
        self, verb: Verb, topic: Topic | None = None, plan: bool = False,
        more: Collection[str] = (),
    ) -> None:  # fmt: skip
        """A command; with a plan, of the options of all topics it has some ``more`` alone."""
        self.verb, self.topic, self.plan = verb, topic, plan
        self.known = [p for p in parameters(verb.name, topic)
                      if not plan or p.name not in SHEET_OPTIONS or p.name in more]  # fmt: skip
        signed = any(argument.signed for argument in verb.arguments)
        super().__init__(
            verb.name, callback=self._run, short_help=verb.said, add_help_option=False,
            params=[*map(_argument, verb.arguments), *map(_option, self.known), _help()],
            context_settings={"ignore_unknown_options": signed},
        )  # fmt: skip

    @property
    def typed(self) -> str:
        """The command with its topic, as somebody types it."""
        return f"{self.verb.name} {self.topic.name}" if self.topic else self.verb.name

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, list(_switched(args, self.known)))
        except click.UsageError as problem:
            problem.ctx = problem.ctx or ctx
            raise

    def _run(self, **values: Any) -> None:
        named = self.topic.name if self.topic else ""
        target = values.get("target")
        if self.verb.has_topic and not named and not self.plan and target is not None:
            with typed():
                topic = find(target).name
            raise UsageError(f"options go after the topic: sheetgen {self.verb.name} {topic} ...")
        signed = next((a.name for a in self.verb.arguments if a.signed), "")
        for word in values.get(signed) or ():
            if word.startswith("--"):
                raise UsageError(_unknown(word.partition("=")[0], self))
        for known in self.known:  # after what is misspelt
            if known.required and values.get(known.name) is None:
                raise UsageError(f"missing option '{known.flag}'; see sheetgen {self.typed} --help")
        self.verb.run(Asked(self.verb.name, named, values))

    def get_help(self, ctx: click.Context) -> str:
        panels: dict[str, list[Row]] = {}
        for argument in self.verb.arguments:
            if self.topic is None:
                panels.setdefault("Arguments", []).append((argument.metavar, "", argument.said))
        for known in self.known:
            flags = f"{known.flag}, {_off(known)}" if known.refusable else known.flag
            row = (flags, known.metavar, known.help + " [required]" * known.required)
            panels.setdefault(known.panel, []).append(row)
        if self.verb.has_topic and self.topic is None and not self.plan:
            panels["Topics"] = [(name, "", said) for name, said in topics().items()]
        panels["Help"] = [_HELP]
        usage = f"sheetgen {self.typed} {self._after()}[OPTIONS]"
        said = self.verb.said if self.topic is None else self.topic.summary
        return help_text(usage, said, panels, "" if self.topic or self.plan else self.verb.note)

    def _after(self) -> str:
        if self.topic is not None:
            return ""
        return "".join(f"{a.metavar if a.required else f'[{a.metavar}]'} "
                       for a in self.verb.arguments)  # fmt: skip


def _argument(argument: Argument) -> click.Argument:
    return click.Argument(
        [argument.name], metavar=argument.metavar, required=argument.required,
        nargs=-1 if argument.several else 1, type=click.UNPROCESSED,
        shell_complete=_completing(argument.choices, argument.metavar),
    )  # fmt: skip


def _option(known: Parameter) -> click.Option:
    if not known.metavar:
        return click.Option([f"{known.flag}/{_off(known)}", known.name], default=None)
    return click.Option(
        [known.flag, known.name], type=click.UNPROCESSED,
        shell_complete=_completing(known.choices, known.metavar),
    )  # fmt: skip


def _off(switch: Parameter) -> str:
    return flag_of(f"no_{switch.name}")


def _completing(choices: Callable[[], Collection[str]], metavar: str) -> Any:
    """How a shell may complete a value: with the choices, or else with what is in a folder."""

    def complete(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        found = choices()
        said = found if isinstance(found, Mapping) else {}
        begun = [CompletionItem(n, help=said.get(n)) for n in found if n.startswith(incomplete)]
        kind = {"FILE": "file", "SCANS...": "file", "MARKS.csv": "file",
                "TOPIC|SERIES|PLAN.toml": "file",
                "SERIES|FILE.toml": "file",
                "FOLDER": "dir"}.get(metavar)
        return begun if begun or kind is None else [CompletionItem(incomplete, type=kind)]

    return complete


def _switched(words: Sequence[str], known: Sequence[Parameter]) -> Iterator[str]:
    """The words with ``--update no``, as ``topics`` lists it, for the parser as ``--no-update``."""
    taking = {p.flag for p in known if p.metavar}
    switches = {p.flag: p for p in known if not p.metavar}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        flag, equals, value = word.partition("=")
        if word == "--":
            yield from (word, *rest)
            return
        if word in taking and rest:
            yield from (word, rest.pop(0))
        elif flag in switches and (equals or rest[:1] in (["yes"], ["no"])):
            value = (value if equals else rest.pop(0)).lower()
            yield flag if value in YES else _off(switches[flag]) if value in NO else word
        else:
            yield word


def _told(problem: click.ClickException) -> str:
    """What click refuses, as one line."""
    context = getattr(problem, "ctx", None)
    command = context.command if context else None
    if isinstance(problem, click.NoSuchOption):
        return _unknown(problem.option_name, command)
    text = " ".join(problem.format_message().split()).rstrip(".")
    if isinstance(problem, click.BadOptionUsage) and isinstance(command, Command):
        found = {known.flag: known for known in command.known}.get(problem.option_name)
        if found:
            text = f"{found.flag} {'needs a value' if found.metavar else 'takes yes or no'}"
    line = f"sheetgen {command.typed}" if isinstance(command, Command) else "sheetgen"
    if extra := re.fullmatch(r"Got unexpected extra arguments? \((.*)\)", text):
        text = f"what is {extra[1][:60]} for? {line} takes no more words"
    return f"{text[:1].lower()}{text[1:]}; see {line} --help"


def _unknown(flag: str, command: click.Command | None) -> str:
    """What to say of an option that a command does not have: the one that was meant, or who has
    it."""
    whole = flag.lstrip("-").replace("-", "_")
    name = whole if any(whole == row.name for row in TABLE) else whole.removeprefix("no_")
    if not isinstance(command, Command):
        return f"there is no option {flag} before a command; see sheetgen --help"
    if command.plan and (name in SHEET_OPTIONS or any(name in t.options for t in TOPICS.values())):
        return f"{flag} belongs into the plan, not on the command line"
    topics = [t.name for t in TOPICS.values() if name in t.options]
    if command.verb.has_topic and command.topic is None and topics:
        metavar = command.verb.arguments[0].metavar
        return f"{flag} goes after the topic: sheetgen {command.verb.name} {metavar} {flag} ..."
    having = [t for p in TABLE if p.name == name and command.verb.name in p.commands
              for t in p.topics]  # fmt: skip
    if command.verb.has_topic and having:
        line = f"sheetgen {command.verb.name} {having[0]} {flag} ..."
        return f"{flag} goes with {' or '.join(having)}: {line}"
    if command.topic and name in (row.name for row in TABLE if command.verb.name in row.commands):
        return f"{flag} goes without a topic: sheetgen {command.verb.name} {flag} ..."
    refused = f"{command.typed} has no option {flag}"
    names = [p.name for p in command.known]
    near = [n for typed in (whole, name) for n in difflib.get_close_matches(typed, names, 1, NEAR)]
    if near and not name.startswith("no_"):  # which is an option of others
        return f"{refused}; did you mean {flag_of(near[0])}?"
    having = [*(topics if command.topic else ()),
              *dict.fromkeys(v for p in TABLE if p.name == name for v in p.commands)]  # fmt: skip
    if having:
        return f"{refused}; {', '.join(having)} {'have' if having[1:] else 'has'} it"
    dashes = "" if flag.startswith("--") else ": they begin with two dashes"
    return f"{refused}{dashes}; see sheetgen {command.typed} --help"
