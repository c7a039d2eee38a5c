"""The command line's entry: what was typed goes to a command, what went wrong to one line.

The modules of this package are the only ones that print or exit.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper

from sheetgen.cli.terminal import say
from sheetgen.errors import SheetgenError, UsageError

USAGE, PROBLEM, INTERRUPTED = 2, 1, 130
REFUSED = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)
"""What a system says that cannot or may not write; no bug of ours."""
THREADS = "OPENBLAS_NUM_THREADS"
"""NumPy starts threads for products of floats; we have none, and the start takes time."""


def _commands(words: Sequence[str]) -> int:
    """Do what the words say; imported only now, since an interrupt may come meanwhile."""
    from sheetgen.cli.commands import run

    return run(words)


def main(
    arguments: Sequence[str] | None = None, do: Callable[[Sequence[str]], int] = _commands
) -> int:
    """Run the command line; returns the exit code (and leaves with it as a program). ``do`` does
    what the words say."""
    if arguments is None:
        os.environ.setdefault(THREADS, "1")
        _ready_streams()
    code = _run(sys.argv[1:] if arguments is None else list(arguments), do)
    if arguments is None:
        gc.freeze()  # else what was loaded is searched for rubbish once more, which takes time
        sys.exit(code)
    return code


def _ready_streams() -> None:
    """Streams that who called has closed lead nowhere; what stdout has no sign for is written all
    the same: the bytes of a path as they are, where it takes any, and else in ASCII."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            nothing = open(os.devnull, "r+", encoding="utf-8")  # noqa: SIM115 - until the end
            setattr(sys, name, nothing)
    if isinstance(sys.stdout, TextIOWrapper):
        bytes_fit = sys.stdout.encoding.lower() in ("utf-8", "utf8")
        sys.stdout.reconfigure(errors="surrogateescape" if bytes_fit else "backslashreplace")


def _run(arguments: list[str], do: Callable[[Sequence[str]], int]) -> int:
    try:
        code = do(arguments)
        sys.stdout.flush()
        return code
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


def _told(problem: Exception) -> int:
    """A wrong key, and what the system refuses, as one line; anything else is a bug, and says
    so."""
    from sheetgen.verify.second_way import WrongKey

    if isinstance(problem, WrongKey):
        say(str(problem))
        return PROBLEM
    if isinstance(problem, OSError) and problem.errno in REFUSED:
        from sheetgen.files import reason

        if problem.filename is None:
            _drop_the_rest()
        say(f"{problem.filename or 'the output'}: {reason(problem)}")
        return PROBLEM
    if os.environ.get("SHEETGEN_DEBUG"):
        raise problem
    what = " ".join(f"{type(problem).__name__}: {problem}".split())[:300]
    say(f"a bug, not your mistake: {what}; SHEETGEN_DEBUG=1 shows where; please report it")
    return PROBLEM
