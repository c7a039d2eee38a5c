"""The text of a function for a script: as it stands in our files, without its types."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

Functions = Mapping[str, Callable[..., Any]]


@cache
def source(function: Callable[..., Any]) -> str:
    """The text of a function, without its types."""
    lines = textwrap.dedent(inspect.getsource(function)).encode().splitlines()
    cuts: list[tuple[int, int, int]] = []
    for node in ast.walk(ast.parse(b"\n".join(lines))):
        match node:
            case ast.arg(annotation=ast.expr() as typed):
                start = node.col_offset + len(node.arg.encode())
                cuts.append((node.lineno, start, typed.end_col_offset or 0))
            case ast.AnnAssign(target, typed) if node.value is not None:
                cuts.append((node.lineno, target.end_col_offset or 0, typed.end_col_offset or 0))
            case ast.FunctionDef(returns=ast.expr() as typed):
                start = lines[typed.lineno - 1].rindex(b" -> ", 0, typed.col_offset)
                cuts.append((typed.lineno, start, typed.end_col_offset or 0))
    for line, start, end in sorted(cuts, reverse=True):
        text = lines[line - 1]
        lines[line - 1] = text[:start] + text[end:]
    return _spaced(b"\n".join(lines).decode())


def _spaced(text: str) -> str:
    """Defaults of arguments that have no type any more, without spaces around the sign."""
    head, rest = text.split("\n", 1)
    return f"{head.replace(' = ', '=')}\n{rest}"


def needed(names: Iterable[str], known: Functions) -> dict[str, Callable[..., Any]]:
    """Those of some functions that are named, after those that they call."""
    found: dict[str, Callable[..., Any]] = {}
    for name in names:
        function = known.get(name)
        if function is None or name in found:
            continue
        code = getattr(function, "__code__", None)
        if code is not None:
            beside = {n: f for n, f in vars(sys.modules[function.__module__]).items()
                      if inspect.isfunction(f) and f.__module__ == function.__module__}  # fmt: skip
            found |= needed([n for n in code.co_names if n != name], beside)
        found[name] = function
    return found


def is_ours(function: Callable[..., Any]) -> bool:
    """Whether a script needs the text of a function, and does not import it from NumPy."""
    return not function.__module__.startswith("numpy")
