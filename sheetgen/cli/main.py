"""The command line's entry: what was typed goes to a command, what went wrong to one line.

The modules of this package are the only ones that print or exit. What takes time to load is loaded
where an interrupt is heard.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from io import TextIOWrapper

TYPE_CHECKING = False  # as type checkers know it; ``typing`` takes long to load
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn

USAGE, PROBLEM, INTERRUPTED = 2, 1, 130
REFUSED = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)
"""What a system says that cannot or may not write; no bug of ours."""
LONGEST = 300
"""Letters of a word, such as a path, that are shown."""
THREADS = "OPENBLAS_NUM_THREADS"
"""NumPy starts threads for products of floats; we have none, and the start takes time."""
HEARD: list[int] = []
"""The Ctrl-C's of this run: code in C, such as the compiler while a module is loaded, may put
another problem in the place of a ``KeyboardInterrupt``."""


def _commands(words: Sequence[str]) -> int:
    """Do what the words say; imported only now, since an interrupt may come meanwhile."""
    from sheetgen.cli.commands import run

    return run(words)


def main(
    arguments: Sequence[str] | None = None, do: Callable[[Sequence[str]], int] = _commands
) -> int:
    """Run the command line; returns the exit code (and leaves with it as a program). ``do`` does
    what the words say."""
    if arguments is not None:
        return _run(list(arguments), do)
    try:
        os.environ.setdefault(THREADS, "1")
        _hear()
        _ready_streams()
        code = _run(sys.argv[1:], do)
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done
        gc.freeze()  # else what was loaded is searched for rubbish once more, which takes time
    except KeyboardInterrupt:
        code = INTERRUPTED
    if code == INTERRUPTED:
        _leave()
    sys.exit(code)


def _leave() -> NoReturn:
    """End at once: everything is cleaned up, and Python itself, which may remember an interrupt,
    would end by a signal and with no exit code."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # it is closed
            continue
    os._exit(INTERRUPTED)


def _hear() -> None:
    """From here on an interrupt is remembered as well; one that is not for us stays ignored."""
    import signal

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)


def _interrupt(number: int, frame: object) -> NoReturn:
    """What Ctrl-C does, as Python's own handler."""
    HEARD.append(number)
    raise KeyboardInterrupt


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
        try:
            code = do(arguments)
            sys.stdout.flush()
            return code
        except BrokenPipeError:
            _drop_the_rest()
            return 0
        except MemoryError:
            _say("not enough memory; ask for fewer or smaller sheets")
            return PROBLEM
        except Exception as problem:
            if HEARD or _is_interrupt(problem):
                raise KeyboardInterrupt from problem
            return _told(problem)
    except KeyboardInterrupt:
        _say("interrupted; nothing is half written")
        return INTERRUPTED


def _say(text: str) -> None:
    """A remark on stderr, without the rest of words that nobody reads."""
    words = [word if len(word) <= LONGEST else f"{word[:60]}..." for word in text.split(" ")]
    print("sheetgen:", *words, file=sys.stderr)


def _drop_the_rest() -> None:
    """What cannot be printed is not tried again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_interrupt(problem: BaseException | None) -> bool:
    """Whether a problem came of an interrupt, as where it stops a module that is being loaded."""
    while problem is not None and not isinstance(problem, KeyboardInterrupt):
        problem = problem.__cause__ or problem.__context__
    return problem is not None


def _is_wrong_key(problem: Exception) -> bool:
    """Whether the second way found something else; its module is loaded then."""
    second_way = sys.modules.get("sheetgen.verify.second_way")
    return second_way is not None and isinstance(problem, second_way.WrongKey)


def _told(problem: Exception) -> int:
    """What a user can solve, a wrong key, and what the system refuses, as one line; anything else
    is a bug, and says so."""
    from sheetgen.errors import SheetgenError, UsageError

    if isinstance(problem, SheetgenError) or _is_wrong_key(problem):
        _say(str(problem))
        return USAGE if isinstance(problem, UsageError) else PROBLEM
    if isinstance(problem, OSError) and problem.errno in REFUSED:
        from sheetgen.files import reason

        if problem.filename is None:
            _drop_the_rest()
        _say(f"{problem.filename or 'the output'}: {reason(problem)}")
        return PROBLEM
    if isinstance(problem, ImportError) and not (problem.name or "").startswith("sheetgen"):
        what = " ".join(str(problem).split())[:200]
        _say(f"a package that sheetgen needs is missing or broken: {what}; install sheetgen again")
        return PROBLEM
    if os.environ.get("SHEETGEN_DEBUG"):
        raise problem
    what = " ".join(f"{type(problem).__name__}: {problem}".split())[:300]
    _say(f"a bug, not your mistake: {what}; SHEETGEN_DEBUG=1 shows where; please report it")
    return PROBLEM
