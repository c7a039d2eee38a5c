"""Which boxes the student fills."""

from __future__ import annotations

import difflib
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from sheetgen.draw.knobs import Knobs
from sheetgen.errors import UsageError
from sheetgen.graph.nodes import Graph, Node, Step
from sheetgen.graph.numbers import Values
from sheetgen.graph.terms import origins_of
from sheetgen.graph.work import numbered

Blanks = Mapping[str, NDArray[np.bool_]]
"""Matrix name -> True where the box is left open. Matrices that are printed whole are not in it."""

Kind = Literal[
    "results", "one-per-block", "faded", "steps", "names", "percent", "none", "backwards"
]

PATTERNS: dict[str, str] = {
    "results": "everything that is worked out",
    "one-per-block": "one box of each block; its neighbours are printed",
    "faded:K": "the first K steps are worked, the others are blank",
    "steps:4,7": "these steps",
    "names:dW3,z2": "these matrices",
    "percent:40": "so many of a hundred boxes, here and there",
    "none": "nothing: a worked example",
    "backwards": "the results are printed, without the gradients of --backward; numbers that "
                 "were given are missing",
}
"""Pattern -> what is blank. ``packet``, a pattern of three sheets, is made by ``make_packet``."""

_TAKES = {
    "faded": "a number of steps, such as faded:2",
    "steps": "steps, such as steps:4,7",
    "names": "matrices, such as names:dW3,z2",
    "percent": "a percentage, such as percent:40",
}
_MAY_TAKE = ("backwards",)


def read_pattern(pattern: str) -> tuple[Kind, str]:
    """The kind of a pattern and what stands after the colon. Raises SheetgenError with the list."""
    kind, colon, rest = pattern.strip().partition(":")
    kind = kind.strip().lower()
    known = [p.partition(":")[0] for p in PATTERNS]
    if kind == "packet":
        raise UsageError(
            "--blank: packet is three sheets in one file; it cannot be one exercise"
        )
    if kind not in known:
        near = difflib.get_close_matches(kind, [*known, "packet"], 1, 0.6)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(PATTERNS)} and packet"
        raise UsageError(f"--blank: there is no pattern {pattern[:40]!r}; {hint}")
    if kind in _TAKES and not rest.strip():
        raise UsageError(f"--blank: {kind} needs {_TAKES[kind]}")
    if colon and kind not in _TAKES and kind not in _MAY_TAKE:
        raise UsageError(f"--blank: {kind} takes nothing after it; leave {colon}{rest} out")
    return cast(Kind, kind), rest.strip()


def is_fixed(pattern: str) -> bool:
    """Whether a pattern leaves the same boxes open whatever the numbers are."""
    return read_pattern(pattern)[0] in ("results", "faded", "steps", "names", "none")


def choose_blanks(
    graph: Graph,
    values: Values,
    pattern: str = "results",
    seed: int = 0,
    knobs: Knobs | None = None,
    guide: bool = False,
) -> Blanks:
    """The blanks of one exercise for a pattern of ``PATTERNS``; the same for the same seed. With a
    ``guide``, first boxes are worked.

    Raises SheetgenError for a pattern, step, name or number that does not exist here.
    """
    if guide and not is_fixed(pattern):
        raise UsageError(f"--guide: {pattern} leaves boxes open here and there, so none is the "
                         "first of its block to be worked; leave one of the two out")  # fmt: skip
    found = _chosen(graph, values, pattern, seed, knobs)
    return guided(graph, found) if guide else found


def _chosen(
    graph: Graph, values: Values, pattern: str, seed: int, knobs: Knobs | None
) -> Blanks:
    kind, rest = read_pattern(pattern)

    def random() -> np.random.Generator:  # which NumPy loads only when it is asked for
        return np.random.Generator(np.random.PCG64([seed, zlib.crc32(pattern.encode())]))

    match kind:
        case "results":
            return _whole(graph.worked)
        case "none":
            return {}
        case "one-per-block":
            return _one_per_block(graph, values, random())
        case "faded":
            return _faded(graph, rest)
        case "steps":
            return _steps(graph, rest)
        case "names":
            return _names(graph, rest)
        case "percent":
            return _percent(graph, rest, random())
        case "backwards":
            from sheetgen.exercise.backwards import backwards

            wanted = _number(rest, "backwards") if rest else None
            return backwards(graph, values, random(), knobs or Knobs(), wanted)


def open_cells(node: Node) -> NDArray[np.bool_]:
    """The boxes of a node that exist: all but those behind a causal mask."""
    cells = np.ones(node.shape, bool)
    masked = isinstance(node, Step) and bool(node.params.get("causal"))
    return np.triu(cells) if masked else cells


_NONE = np.zeros(1, bool)
"""No open box."""


def guided(graph: Graph, blanks: Blanks) -> dict[str, NDArray[np.bool_]]:
    """The same with the first box worked of the first product of each kind whose factors are
    printed, and of what slides over a picture, and what only repeats it: so that no other box is
    given away. Of picks, of which each has a column for itself, the whole first one. Where there
    are none, that of the first of several like ones of one box each; else that of what is made box
    by box of what is printed, or of the first step that is.

    Raises UsageError where this would work a sheet's only box of a kind.
    """
    found = {name: np.array(cells) for name, cells in blanks.items()}
    told = [s for s in graph.steps if s.name in blanks and blanks[s.name][0, 0]
            and all(_is_printed(n, blanks) for n in s.inputs)]  # fmt: skip
    sums = [s for s in told if s.op.products or s.op.slides]
    worth = [s for s in told if s.op.written and _has_sum(s)]
    _work(graph, found, [s for s in sums if blanks[s.name].size > 1])
    _work_pick(graph, found)
    ways: list[Callable[[], list[Step]]] = [
        lambda: _first_of_many(graph, blanks, sums),
        lambda: [s for s in graph.steps if s.name in blanks and _is_box_by_box(s, blanks)],
        lambda: _first_of_many(graph, blanks, worth),
        lambda: [s for s in worth if blanks[s.name].size > 1][:1],
    ]
    for way in ways:
        if not _differ(blanks, found):
            _work(graph, found, way())
    if not _differ(blanks, found):
        raise UsageError("--guide: no block of this sheet has a first box that could be worked "
                         "and another for the student; leave it out")  # fmt: skip
    return found


def has_guide(graph: Graph, pattern: str) -> bool:
    """Whether a guide works a box of a sheet whose pattern does not depend on its numbers; True
    where it does, which :func:`choose_blanks` refuses."""
    if not is_fixed(pattern):
        return True
    try:
        guided(graph, _chosen(graph, {}, pattern, 0, None))
    except UsageError:
        return False
    return True


def _differ(blanks: Blanks, found: Blanks) -> bool:
    """Whether a box is worked that was open."""
    return any((found[name] != cells).any() for name, cells in blanks.items())


def _work(
    graph: Graph, found: dict[str, NDArray[np.bool_]], steps: Sequence[Step]
) -> None:
    """Work the first box of the first of each kind of some steps, and what only repeats it."""
    kinds: dict[object, Step] = {}
    for step in steps:
        kinds.setdefault(step.op, step)
    worked = {step.name for step in kinds.values()}
    for step in graph.steps:
        cells = found.get(step.name)
        copied = step.op.repeats and step.inputs[0].name in worked
        if cells is not None and cells[0, 0] and (
            step.name in worked or (copied and cells.size > 1)
        ):  # fmt: skip
            cells[0, 0] = False
            worked.add(step.name)


def _is_printed(node: Node, blanks: Blanks) -> bool:
    """Whether a sheet prints all numbers of a node, or of those that it puts together."""
    if isinstance(node, Step) and node.hidden:
        return all(_is_printed(n, blanks) for n in node.inputs)
    return not blanks.get(node.name, _NONE).any()


def _has_sum(step: Step) -> bool:
    """Whether a student works out a box of a step, rather than picks it or looks it up."""
    from_table = step.op.shares_powers or step.params.get("how") == "table"
    return not (from_table or step.op.repeats or step.op.moves or step.op.on_bar)


def _is_box_by_box(step: Step, blanks: Blanks) -> bool:
    """Whether the first box of a step reads one printed box of each matrix, and others follow."""
    def is_told(node: Node) -> bool:
        name, i, j = origins_of(node)[0][0]
        return node.shape in (step.shape, (1, 1)) and not (
            blanks[name][i, j] if name in blanks else False)  # fmt: skip

    return (blanks[step.name].size > 1 and bool(blanks[step.name][0, 0]) and _has_sum(step)
            and step.shape == step.inputs[0].shape and all(map(is_told, step.inputs)))  # fmt: skip


def _first_of_many(graph: Graph, blanks: Blanks, steps: Sequence[Step]) -> list[Step]:
    """Of some steps the first of each kind that has one box alone, as have others that are open."""
    alike: dict[object, list[Step]] = {}
    for step in (s for s in graph.steps if s.name in blanks and blanks[s.name].all()):
        alike.setdefault((step.op, step.shape), []).append(step)
    many = [some[0] for some in alike.values() if len(some) > 1 and some[0].shape == (1, 1)]
    return [step for step in many if step in steps]


def _work_pick(graph: Graph, found: dict[str, NDArray[np.bool_]]) -> None:
    """Work all of the first of several picks."""
    for pick in (s for s in graph.steps if s.op.on_bar and s.shape[1] > 1):
        for cells in (c for c in found.values() if c.shape[1] == pick.shape[1]):
            cells[:, 0] = False


def _whole(steps: Sequence[Step]) -> Blanks:
    return {s.name: np.ones(s.shape, bool) for s in steps}


def _one_per_block(graph: Graph, values: Values, random: np.random.Generator) -> Blanks:
    """A box of each block, not a 0 where there is another; after ReLU the same place as before."""
    found: dict[str, NDArray[np.bool_]] = {}
    for step in graph.worked:
        before = step.inputs[0]
        if step.op.repeats and before.name in found:
            found[step.name] = found[before.name]
            continue
        cells = open_cells(step)
        telling = cells & (values[step.name].digits != 0)
        places = np.flatnonzero(telling if telling.any() else cells)
        blank = np.zeros(step.shape, bool)
        blank.flat[random.choice(places)] = True
        found[step.name] = blank
    return found


def _number(text: str, kind: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UsageError(f"--blank: {kind}:{text[:20]} is not a whole number") from None


def _faded(graph: Graph, rest: str) -> Blanks:
    groups = numbered(graph)
    worked = _number(rest, "faded")
    if not 1 <= worked < len(groups):
        hint = f", give 1 to {len(groups) - 1}" if len(groups) > 1 else ""
        raise UsageError(
            f"--blank: faded:{worked} leaves no step to do or none worked; "
            f"this sheet has {_count(len(groups))}{hint}"
        )
    return _whole([s for number, group in groups for s in group if number > worked])


def _steps(graph: Graph, rest: str) -> Blanks:
    groups = dict(numbered(graph))
    wanted = [_number(part.strip(), "steps") for part in rest.split(",")]
    for number in wanted:
        if number not in groups:
            raise UsageError(f"--blank: there is no step {number}; this sheet has "
                                f"{_count(len(groups))}, 1 to {len(groups)}")  # fmt: skip
    return _whole([s for number in sorted(set(wanted)) for s in groups[number]])


def _count(steps: int) -> str:
    return f"{steps} step{'s' if steps != 1 else ''}"


def _names(graph: Graph, rest: str) -> Blanks:
    steps = {s.name: s for s in graph.steps if not s.hidden}
    lower = {n.lower(): s for n, s in reversed(steps.items())}
    found = []
    for name in filter(None, (part.strip() for part in rest.split(","))):
        step = steps.get(name) or lower.get(name.lower())
        if step is None:
            given = any(g.name.lower() == name.lower() for g in graph.givens)
            why = (f"{name} is given; --blank backwards leaves given numbers out" if given
                   else f"there is no matrix {name[:20]}")  # fmt: skip
            raise UsageError(f"--blank: {why}; there are {', '.join(steps)}")
        found.append(step)
    return _whole(found)


def _percent(graph: Graph, rest: str, random: np.random.Generator) -> Blanks:
    share = _number(rest.rstrip("%"), "percent")
    if not 1 <= share <= 100:
        raise UsageError(f"--blank: percent:{share} is not between 1 and 100")
    cells = [(s, k) for s in graph.worked for k in np.flatnonzero(open_cells(s))]
    count = max(1, round(len(cells) * share / 100))
    found: dict[str, NDArray[np.bool_]] = {}
    for index in random.permutation(len(cells))[:count]:
        step, k = cells[index]
        found.setdefault(step.name, np.zeros(step.shape, bool)).flat[k] = True
    return {s.name: found[s.name] for s in graph.worked if s.name in found}
