"""The command line's entry: what was typed goes to a command, what went wrong to one line.

The modules of the command line (this one, ``*_cli.py``, ``*_app.py``, ``terminal.py``) are the
only ones that print, exit or choose what files to write.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from sheetgen.cli.terminal import say
from sheetgen.errors import SheetgenError, UsageError
from sheetgen.version import __version__

if TYPE_CHECKING:
    from sheetgen.cli.options import Command

USAGE, PROBLEM, INTERRUPTED = 2, 1, 130
REFUSED = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)
"""What a system says that cannot or may not write; no bug of ours."""
THREADS = "OPENBLAS_NUM_THREADS"
"""NumPy starts threads for products of floats; we have none, and the start takes time."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code (and leaves with it as a program)."""
    if arguments is None:
        os.environ.setdefault(THREADS, "1")
        for name in ("stdin", "stdout", "stderr"):
            if getattr(sys, name) is None:  # closed by who called
                nothing = open(os.devnull, "r+", encoding="utf-8")  # noqa: SIM115 - until the end
                setattr(sys, name, nothing)
    code = _run(sys.argv[1:] if arguments is None else list(arguments))
    if arguments is None:
        sys.exit(code)
    return code


def _run(arguments: list[str]) -> int:
    try:
        words = _corrected(arguments)
        at_once = _at_once(words)
        if at_once is None:
            from sheetgen.cli.app import parse

            result = parse(words)
        else:
            result = at_once()
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
        _drop_the_rest()
        return 0
    except MemoryError:
        say("not enough memory; ask for fewer or smaller sheets")
        return PROBLEM
    except Exception as problem:
        return _told(problem)


def _drop_the_rest() -> None:
    """What cannot be printed is not tried again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _corrected(arguments: Sequence[str]) -> list[str]:
    """The arguments with the topic's name settled. Raises UsageError with the nearest names."""
    words = list(arguments)
    if not words or words[0].startswith("-"):
        return words
    from sheetgen.topics.catalogue import TOPICS, find

    if words[0].replace("_", "-") in TOPICS:
        raise UsageError(f"what to do with {words[0]}? sheetgen make {words[0]}")
    if len(words) > 1 and words[0] in ("make", "solve", "stress") and not words[1].startswith("-"):
        try:
            words[1] = find(words[1]).name
        except SheetgenError as problem:
            raise UsageError(str(problem)) from None
    return words


def _at_once(words: Sequence[str]) -> Callable[[], object] | None:
    """A command that is done without Typer, which takes longer to load than most commands take:
    what is typed fully and rightly. None for anything else."""
    match words:
        case ["--version"]:
            return lambda: print(f"sheetgen {__version__}")
        case ["topics"] | ["topics", "--json"]:
            from sheetgen.cli.topics import list_topics

            return partial(list_topics, "--json" in words)
        case ["class", *options]:
            from sheetgen.cli.classes import read_class, run_class

            asked = read_class(options)
            return None if asked is None else partial(run_class, asked)
        case ["make" | "solve" | "stress" as verb, name, *options]:
            from sheetgen.cli.options import read
            from sheetgen.topics.catalogue import TOPICS

            command = read(TOPICS[name], verb, options) if name in TOPICS else None
            return None if command is None else partial(_runner(verb), command)
    return None


def _runner(verb: str) -> Callable[[Command], None]:
    if verb == "stress":
        from sheetgen.cli.topics import run_stress

        return run_stress
    from sheetgen.cli import make

    return make.run_make if verb == "make" else make.run_solve


def _told(problem: Exception) -> int:
    """What Typer raises, and what the system refuses, as one line; anything else is a bug, and says
    so."""
    from sheetgen.verify.duals import WrongKey

    if isinstance(problem, WrongKey):
        say(str(problem))
        return PROBLEM
    if isinstance(problem, OSError) and problem.errno in REFUSED:
        from sheetgen.files import reason

        if problem.filename is None:
            _drop_the_rest()
        say(f"{problem.filename or 'the output'}: {reason(problem)}")
        return PROBLEM
    kind = type(problem).__name__
    if kind in ("Abort", "Exit"):
        code = int(getattr(problem, "exit_code", INTERRUPTED))
        if code == INTERRUPTED:
            say("interrupted; nothing is half written")
        return code
    show = getattr(problem, "format_message", None)
    if show is None:
        if os.environ.get("SHEETGEN_DEBUG"):
            raise problem
        what = " ".join(f"{kind}: {problem}".split())[:300]
        say(f"a bug, not your mistake: {what}; SHEETGEN_DEBUG=1 shows where; please report it")
        return PROBLEM
    text = " ".join(str(show()).split()).rstrip(".")
    if text:
        say(f"{text[0].lower()}{text[1:]}; see --help")
    return USAGE
