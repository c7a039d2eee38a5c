"""Draw many exercises of a topic, verify them all, and hold them against what sheetgen promises.

What no sheet may be is written down here anew, so that a slip in :mod:`sheetgen.draw.rules` shows;
figures of many sheets, with what is promised of them, stand beside the rules that keep them, and
with topics.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sheetgen.draw.drawing import usual_of
from sheetgen.draw.nature import always_zero
from sheetgen.draw.rounds import Drawn
from sheetgen.draw.rules.house import FIGURES
from sheetgen.draw.symmetry import canonical
from sheetgen.errors import SheetgenError
from sheetgen.exercise.blanks import choose_blanks
from sheetgen.exercise.exercise import numbers
from sheetgen.exercise.settings import Settings
from sheetgen.graph.figures import Figure
from sheetgen.graph.nodes import Given, Graph, Step
from sheetgen.graph.numbers import Fixed, Values, text
from sheetgen.graph.solve import solve
from sheetgen.stress.work import WORK, real_work
from sheetgen.verify.second_way import WrongKey, verify

if TYPE_CHECKING:
    from sheetgen.stress.pages import PagesReport

CHUNK = 250
"""Exercises drawn at once."""
ENOUGH = 100
"""Exercises from which a share of them tells something: fewer may be odd by chance."""
USUAL, LARGEST = 9, 20
"""Worked values lie within the first nearly always, and never beyond the second (or ``--max``)."""
ON_PAPER = {"level", "blank", "check"}
"""Options with which all that is promised of a topic's levels holds."""


@dataclass(frozen=True)
class Failure:
    """An exercise that broke a promise; its seed makes it again."""

    seed: int
    problem: str


@dataclass(frozen=True)
class Told:
    """A figure of many exercises."""

    figure: Figure
    value: float
    held: bool
    """Whether what is promised of it is asked for here: with options of his own, a teacher has
    only what no sheet may be."""

    @property
    def broken(self) -> bool:
        return self.held and not self.figure.holds(self.value)

    @property
    def shown(self) -> str:
        """The value and its promise."""
        promise = self.figure.promise
        said = f" ({promise}{'' if self.held else ', not held to it'})" if promise else ""
        return f"{self.figure.shown(self.value)}{said}{': BROKEN' if self.broken else ''}"

    def as_json(self) -> dict[str, Any]:
        return {
            "value": round(self.value, 6), "at_most": self.figure.at_most,
            "at_least": self.figure.at_least, "held": self.held, "broken": self.broken,
        }  # fmt: skip


@dataclass(frozen=True)
class Report:
    """What many exercises of one topic, with the same options, are like."""

    topic: str
    options: Mapping[str, str]
    seeds: int
    failures: tuple[Failure, ...]
    distribution: Mapping[str, int]
    """Worked value, as written on paper -> how often it occurs."""
    within_9: float
    """Share of the worked values within ±9."""
    largest: float
    dead: int
    live: int
    """Units before ReLU, counted for each sample."""
    effort: tuple[float, float, float]
    """Least, median and most."""
    band: tuple[float, float]
    duplicates: tuple[tuple[int, int], ...]
    """Pairs of seeds with the same exercise up to the order of hidden units: each seed and the last
    before it that made the same."""
    tries: tuple[float, int]
    """Rounds a draw took: on average, and at most."""
    seconds: float
    always_zero: tuple[str, ...] = ()
    """Matrices that are 0 whatever is drawn: nothing to practise there."""
    numbers: Mapping[float, int] = field(default_factory=dict, repr=False)
    figures: tuple[Told, ...] = ()
    """What is counted of all exercises, and whether what is promised of it holds."""
    pages: PagesReport | None = None
    """What the printed pages are like, if they were asked for."""

    @property
    def good(self) -> bool:
        broken = any(told.broken for told in self.figures)
        return not (self.failures or broken or (self.pages and self.pages.problems))

    def as_json(self) -> dict[str, Any]:
        """The report as plain data."""
        data = asdict(self)
        del data["numbers"], data["pages"]
        data["figures"] = {told.figure.name: told.as_json() for told in self.figures}
        if self.pages is not None:
            data["pages"] = self.pages.as_json()
        data["failures"] = [{"seed": f.seed, "problem": f.problem} for f in self.failures]
        data["duplicates"] = [list(pair) for pair in self.duplicates]
        data["effort"] = dict(zip(("min", "median", "max"), self.effort, strict=True))
        data["band"] = list(self.band)
        data["tries"] = {"mean": self.tries[0], "max": self.tries[1]}
        data["good"] = self.good
        return data

    @property
    def problems(self) -> list[tuple[int, str]]:
        """Seed and what is wrong with its exercise or its pages."""
        found = [(f.seed, f.problem) for f in self.failures]
        return [*found, *(self.pages.problems if self.pages else ())]

    def lines(self) -> Iterator[tuple[str, str]]:
        """What is told of it: what it is, and how much."""
        yield "exercises", f"{self.seeds:,}"
        yield "failures", str(len(self.failures))
        yield "duplicates", str(len(self.duplicates))
        yield "worked values within ±9", f"{self.within_9:.1%}"
        yield "largest worked value", f"{self.largest:g}"
        if self.dead + self.live:
            share = self.dead / (self.dead + self.live)
            yield "units dead / live", f"{self.dead:,} / {self.live:,} ({share:.0%} dead)"
        yield "effort min / median / max", " / ".join(f"{e:.1f}" for e in self.effort)
        yield "effort band", f"{self.band[0]:.1f} to {self.band[1]:.1f}"
        yield "tries a draw, mean / most", f"{self.tries[0]:.2f} / {self.tries[1]}"
        for told in self.figures:
            yield told.figure.name, told.shown
        if self.always_zero:
            yield "always 0, whatever is drawn", ", ".join(self.always_zero)
        yield "seconds", f"{self.seconds:.2f}"
        if self.pages is not None:
            yield from self.pages.lines()


def stress(
    asked: Settings, seeds: int, first: int = 0, check: Callable[[Graph, Values], None] = verify,
    tell: Callable[[int], None] = lambda count: None,
) -> Report:  # fmt: skip
    """Try ``seeds`` exercises of a topic, each held against a second way by ``check``; ``tell``
    hears each time how many more were tried. Failures are collected, not raised; only options that
    contradict each other raise SheetgenError."""
    if asked.topic.parts:
        raise SheetgenError(f"{asked.topic.name} is held against what its exercises say whenever "
                            "it is drawn; give a topic")  # fmt: skip
    start = time.perf_counter()
    graph = asked.graph
    told = usual_of(asked.drawn, asked.knobs, asked.sheets)
    own = tuple(s.name for s in graph.worked)
    band = next(((low, high) for sheet, low, high in told.bands if sheet == own), (0.0, 0.0))
    tally = _Tally(graph, asked, band, check)
    for at in range(first, first + seeds, CHUNK):
        end = min(at + CHUNK, first + seeds)
        tally.chunk(np.arange(at, end, dtype=np.uint64))
        tell(end - at)
    return tally.report(seeds, time.perf_counter() - start)


class _Tally:
    """Counts over all chunks."""

    def __init__(
        self, graph: Graph, asked: Settings, band: tuple[float, float],
        check: Callable[[Graph, Values], None],
    ) -> None:  # fmt: skip
        self.check = check
        self.graph, self.asked, self.band = graph, asked, band
        self.failures: list[Failure] = []
        self.values: Counter[float] = Counter()
        self.texts: Counter[str] = Counter()
        self.within = self.total = self.dead = self.live = 0
        self.largest = 0.0
        self.efforts: list[float] = []
        self.rounds: list[int] = []
        self.measures: dict[Figure, list[Any]] = {}
        self.seen: dict[bytes, int] = {}
        self.duplicates: list[tuple[int, int]] = []

    def chunk(self, seeds: Any) -> None:
        try:
            drawn = numbers(self.asked, seeds)
        except SheetgenError as problem:
            self.failures += [Failure(int(seed), str(problem)) for seed in seeds]
            return
        lost = "no hand-friendly numbers come from it"
        self.failures += [Failure(int(seed), lost) for seed in seeds[~drawn.found]]
        if not drawn.found.any():
            return
        seeds = seeds[drawn.found]
        self._verify(seeds, drawn.values)
        self._promises(seeds, drawn)
        self._count(drawn)
        self._figures(drawn)
        for k, seed in enumerate(int(s) for s in seeds):
            values = {name: Fixed(v.digits[k], v.decimals) for name, v in drawn.values.items()}
            mark = canonical(self.graph, values)
            if mark in self.seen:
                self.duplicates.append((self.seen[mark], seed))
            self.seen[mark] = seed
            if self.asked.blank != "results":
                self._blanks(seed, values)

    def _verify(self, seeds: Any, values: Values) -> None:
        try:
            self.check(self.graph, values)
        except WrongKey as problem:
            if len(seeds) == 1:
                self.failures.append(Failure(int(seeds[0]), str(problem)))
                return
            for part in np.array_split(np.arange(len(seeds)), 2):
                kept = {n: Fixed(v.digits[part], v.decimals) for n, v in values.items()}
                self._verify(seeds[part], kept)

    def _promises(self, seeds: Any, drawn: Drawn) -> None:
        for problem, broken in broken_promises(self.graph, drawn.values, self.asked.knobs.max):
            self.failures += [Failure(int(s), problem) for s in seeds[broken]]
        low, high = self.band
        off = (drawn.effort < low) | (drawn.effort > high)
        self.failures += [Failure(int(s), "its effort is out of the band") for s in seeds[off]]

    def _count(self, drawn: Drawn) -> None:
        for step in self.graph.steps:
            value = drawn.values[step.name]
            if step.op.dies:
                live = drawn.values[step.inputs[0].name].digits > 0
                self.live += int(live.sum())
                self.dead += int((~live).sum())
            if step not in self.graph.worked:
                continue
            numbers, counts = np.unique(value.digits, return_counts=True)
            for digits, count in zip(numbers.tolist(), counts.tolist(), strict=True):
                self.texts[text(digits, value.decimals)] += count
                self.values[digits / 10**value.decimals] += count
            if not _is_free(step):
                size = np.abs(value.digits)
                self.total += size.size
                self.within += int((size <= USUAL * 10**value.decimals).sum())
                self.largest = max(self.largest, float(size.max()) / 10**value.decimals)
        self.efforts += drawn.effort.tolist()
        self.rounds += (drawn.rounds + 1).tolist()

    def _figures(self, drawn: Drawn) -> None:
        """Figures of the sheets, and those that only other sheets with the same numbers have."""
        whole = self.asked.drawn
        rest = drawn.values if whole is self.graph else solve(
            whole, {g.name: drawn.values[g.name] for g in whole.givens})  # fmt: skip
        for figure in (*FIGURES, *self.asked.topic.figures):
            measure = figure.of(self.graph, drawn.values)
            if measure is None and whole is not self.graph:
                measure = figure.of(whole, rest)
            if measure is not None:
                self.measures.setdefault(figure, []).append(measure)
        if self.graph.worked:
            work = np.stack([drawn.effort, real_work(self.graph, drawn.values)], axis=-1)
            self.measures.setdefault(WORK, []).append(work)

    def told(self, seeds: int) -> tuple[Told, ...]:
        """The figures, and which of their promises are to hold."""
        usual = seeds >= ENOUGH and not set(self.asked.asked) - ON_PAPER
        room = not usual_of(self.asked.drawn, self.asked.knobs, self.asked.sheets).without
        return tuple(
            Told(figure, figure.tell(np.concatenate(parts)), (figure.never and room) or usual)
            for figure, parts in self.measures.items()
        )

    def _blanks(self, seed: int, values: Values) -> None:
        pattern = self.asked.blank
        try:
            blanks = choose_blanks(self.graph, values, pattern, seed, self.asked.knobs)
        except SheetgenError as problem:
            self.failures.append(Failure(seed, str(problem)))
            return
        if pattern != "none" and not any(b.any() for b in blanks.values()):
            self.failures.append(Failure(seed, "nothing is blank"))

    def report(self, seeds: int, seconds: float) -> Report:
        efforts = np.array(self.efforts or [0.0])
        ordered = sorted(self.values)
        return Report(
            topic=self.asked.topic.name,
            options=dict(self.asked.asked),
            seeds=seeds,
            failures=tuple(sorted(self.failures, key=lambda f: f.seed)),
            distribution={t: n for t, n in self.texts.most_common()},
            within_9=self.within / max(1, self.total),
            largest=self.largest,
            dead=self.dead,
            live=self.live,
            effort=(float(efforts.min()), float(np.median(efforts)), float(efforts.max())),
            band=self.band,
            duplicates=tuple(self.duplicates),
            tries=(float(np.mean(self.rounds or [0])), int(max(self.rounds, default=0))),
            seconds=seconds,
            always_zero=tuple(sorted(always_zero(self.graph))),
            numbers={v: self.values[v] for v in ordered},
            figures=self.told(seeds),
        )


def broken_promises(graph: Graph, values: Values, most: int = LARGEST) -> Iterator[tuple[str, Any]]:
    """What a sheet must not be: the problem, and a mask over the exercises that have it."""
    for step in graph.steps:
        if step.hidden:
            continue
        value = values[step.name]
        digits, unit = value.digits, 10**value.decimals
        if not _is_free(step):
            yield (f"{step.name} goes beyond ±{most}",
                   (np.abs(digits) > most * unit).any(axis=(-1, -2)))  # fmt: skip
        if step.op.dies and (step.shape[0] > 1 or graph.has_gradients):
            yield f"all units of {step.name} are dead", (digits <= 0).all(axis=(-1, -2))
        if step.op.shares:
            yield (f"a column of {step.name} does not add up to 1",
                   (digits.sum(axis=-2) != unit).any(axis=-1))  # fmt: skip
        of_weights = isinstance(step.of, Given) and step.of.draw == "weights"
        if of_weights and step.role == "gradient" and step.name not in always_zero(graph):
            yield f"{step.name} is all zero", (digits == 0).all(axis=(-1, -2))
    for given in graph.givens:
        if given.draw in ("weights", "numbers"):
            yield f"{given.name} is all zero", (values[given.name].digits == 0).all(axis=(-1, -2))


def _is_free(step: Step) -> bool:
    """Whether its results may be larger: totals are divided next; powers of 3 and their sums are
    looked up, not worked out."""
    seen = (step, *(n for n in step.inputs if isinstance(n, Step)))
    return step.part == "total" or any(s.op.powers for s in seen)
