"""What the tests of the command line share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sheetgen.cli.asked import Asked
from sheetgen.cli.commands import run
from sheetgen.cli.verbs import VERBS

Run = Callable[..., tuple[int, list[str], list[str]]]
"""Runs a command: exit code, lines of stdout, lines of stderr."""
FORMS = [(name, "backpropagation" if verb.has_topic else "") for name, verb in VERBS.items()]
FORMS += [(name, "") for name, topic in FORMS if topic]
"""Each command, and for those that take one, with a topic and without."""


def read(words: Sequence[str]) -> Asked:
    """What the command of these words is asked for. Raises UsageError."""
    heard: list[Asked] = []
    verbs = {name: verb._replace(run=heard.append) for name, verb in VERBS.items()}
    assert run(words, verbs) == 0
    [asked] = heard
    return asked


def value(words: Sequence[str], name: str) -> object:
    """What is read for an option."""
    return read(words).get(name)


def arguments_of(command: str) -> list[str]:
    """Words for what must stand after a command that has no topic."""
    return ["x" for argument in VERBS[command].arguments if argument.required]
