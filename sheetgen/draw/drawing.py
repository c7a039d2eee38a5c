"""Graph + seeds -> hand-friendly numbers, or the knob to turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sheetgen.draw.effort import Sheet
from sheetgen.draw.held import Holding
from sheetgen.draw.knobs import HIGHEST, Knobs
from sheetgen.draw.random import Words
from sheetgen.draw.rounds import ROUNDS, Drawn, search
from sheetgen.draw.search import Search
from sheetgen.draw.usual import Usual, possible, usual
from sheetgen.errors import SheetgenError
from sheetgen.graph.nodes import Graph


class NoNumbers(SheetgenError):  # noqa: N818 -- it says what is wrong
    """There are no hand-friendly numbers with some options; ``knob`` says whether a knob helps."""

    def __init__(self, advice: str, knob: bool) -> None:
        super().__init__(f"no hand-friendly numbers found with these options; {advice}")
        self.knob = knob


def usual_of(
    graph: Graph, knobs: Knobs | None = None, sheets: tuple[Sheet, ...] = ()
) -> Usual:
    """What is usual for a graph, some knobs and the sheets that may be made of it (the one on which
    everything is worked out, if none are named)."""
    return usual(graph, knobs or Knobs(), sheets or (tuple(s.name for s in graph.worked),))


def may_be(graph: Graph, knobs: Knobs, sheets: tuple[Sheet, ...] = ()) -> bool:
    """Whether there seem to be numbers, said quickly."""
    return possible(graph, knobs, sheets or (tuple(s.name for s in graph.worked),))


def draw_some(
    graph: Graph, seeds: Sequence[int] | Words, knobs: Knobs | None = None,
    sheets: tuple[Sheet, ...] = (), held: Holding | None = None, rounds: int = ROUNDS,
) -> Drawn:  # fmt: skip
    """Hand-friendly numbers for each seed from which they come, with every step already worked out;
    what is ``held`` of an exercise is as it is, and the search ends after some ``rounds``.

    Raises NoNumbers naming the knobs to loosen, or the matrix that refuses, if there are none.
    """
    knobs = knobs or Knobs()
    told = usual_of(graph, knobs, sheets)
    if not told.possible:
        raise _no_numbers(graph, knobs, sheets, told)
    return search(Search(graph, knobs, told.without, held), seeds, told.bands, rounds)


def draw(
    graph: Graph, seeds: Sequence[int] | Words, knobs: Knobs | None = None,
    sheets: tuple[Sheet, ...] = (),
) -> Drawn:  # fmt: skip
    """The same for each seed; raises SheetgenError, too, for a seed from which nothing comes."""
    drawn = draw_some(graph, seeds, knobs, sheets)
    if not drawn.found.all():
        seed = seeds[int(drawn.found.argmin())]
        raise SheetgenError(f"no hand-friendly numbers come from seed {seed}; give another")
    return drawn


def _no_numbers(
    graph: Graph, knobs: Knobs, sheets: tuple[Sheet, ...], told: Usual
) -> NoNumbers:
    """The knobs, one at a time, without which there are numbers; or what refuses."""
    plain = Knobs()
    freed: dict[str, dict[str, Any]] = {
        "--max": {"max": plain.max, "usual": plain.usual},
        "--weights": {"weights": None},
        "--biases": {"biases": None},
        "--inputs": {"inputs": None},
    }
    turned = {flag: loose for flag, loose in freed.items()
              if any(getattr(knobs, k) != v for k, v in loose.items())}  # fmt: skip

    def helps(looser: Knobs) -> bool:
        return may_be(graph, looser, sheets)

    helpful = [f for f, loose in turned.items() if helps(replace(knobs, **loose))]
    if helpful:
        return NoNumbers(f"loosen {' or '.join(helpful)}", True)
    if len(turned) > 1 and helps(Knobs(band=knobs.band)):
        return NoNumbers(f"loosen {' and '.join(turned)}", True)
    if told.too_few:
        said = "too few are of the same effort; loosen --weights, --inputs or --max"
        return NoNumbers(said, False)
    if helps(replace(knobs, max=HIGHEST, usual=HIGHEST)):
        return NoNumbers(f"raise --max, up to {HIGHEST}, or give smaller sizes", True)
    refused = f"nothing that was drawn makes a good {told.refused_by}"
    return NoNumbers(f"{refused}; give other sizes or ranges", False)
