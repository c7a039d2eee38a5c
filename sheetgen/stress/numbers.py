"""Draw many exercises of a topic, verify them all, and hold them against what sheetgen promises.

The promises are written down here anew, so that a slip in :mod:`sheetgen.draw.rules` shows.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sheetgen.draw.nature import always_zero
from sheetgen.draw.search import Drawn, draw, effort_band
from sheetgen.draw.symmetry import canonical
from sheetgen.errors import SheetgenError, UsageError
from sheetgen.exercise.blanks import choose_blanks
from sheetgen.exercise.settings import Settings
from sheetgen.files import free_to_write, write_whole
from sheetgen.graph.nodes import Given, Graph, Step
from sheetgen.graph.numbers import Fixed, Values, text
from sheetgen.verify.second_way import WrongKey, verify

if TYPE_CHECKING:
    from sheetgen.stress.pages import PagesReport

CHUNK = 250
"""Exercises drawn at once."""
USUAL, LARGEST = 9, 20
"""Worked values lie within the first nearly always, and never beyond the second (or ``--max``)."""


@dataclass(frozen=True)
class Failure:
    """An exercise that broke a promise; its seed makes it again."""

    seed: int
    problem: str


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
    pages: PagesReport | None = None
    """What the printed pages are like, if they were asked for."""

    @property
    def good(self) -> bool:
        return not self.failures and not (self.pages and self.pages.problems)

    def as_json(self) -> dict[str, Any]:
        """The report as plain data."""
        data = asdict(self)
        del data["numbers"], data["pages"]
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
    start = time.perf_counter()
    graph = asked.graph
    band = effort_band(graph, asked.knobs)
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
        self.seen: dict[bytes, int] = {}
        self.duplicates: list[tuple[int, int]] = []

    def chunk(self, seeds: Any) -> None:
        try:
            drawn = draw(self.graph, seeds, self.asked.knobs, self.band)
        except SheetgenError as problem:
            if len(seeds) == 1:
                self.failures.append(Failure(int(seeds[0]), str(problem)))
                return
            for half in np.array_split(seeds, 2):
                self.chunk(half)
            return
        self._verify(seeds, drawn.values)
        self._promises(seeds, drawn)
        self._count(drawn)
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
    """Whether its results may be larger: powers of 3 and their sums are looked up, not worked
    out."""
    return step.op.powers or any(isinstance(n, Step) and n.op.powers for n in step.inputs)


def plot(report: Report, path: Path) -> None:
    """A histogram of the worked values: an SVG, or a PNG if the file is called so."""
    check_plot(path)
    data = _svg(report).encode() if path.suffix.lower() == ".svg" else _png(report)
    write_whole(path, data, force=True)


def check_plot(path: Path) -> None:
    """Raises SheetgenError for a picture of another kind, or a folder in its place."""
    if path.suffix.lower() not in (".svg", ".png"):
        raise UsageError(f"--plot: {path.name}: a picture is called .svg or .png")
    free_to_write(path, force=True)


def _bars(report: Report) -> list[tuple[int, int]]:
    """Whole numbers from the least to the largest value, and how many values round to each."""
    counts: Counter[int] = Counter()
    for value, count in report.numbers.items():
        counts[max(-LARGEST - 1, min(LARGEST + 1, round(value)))] += count
    low, high = min(counts, default=-1), max(counts, default=1)
    return [(v, counts[v]) for v in range(min(low, -1), max(high, 1) + 1)]


WIDTH, HEIGHT, LEFT, FOOT, HEAD = 760, 360, 46, 46, 46
_INK, _BAR, _RULE = "#333333", "#5b8fd6", "#d9d9d9"


def _places(report: Report) -> tuple[list[tuple[float, float, float, int, int]], float, float, int]:
    """x, y and width of the bars with value and count; the slot's width, the height a count takes,
    and the distance between labels."""
    bars = _bars(report)
    slot = (WIDTH - 2 * LEFT) / len(bars)
    tall = (HEIGHT - HEAD - FOOT) / max(1, max(c for _, c in bars))
    found = [(LEFT + k * slot + slot * 0.12, HEIGHT - FOOT - c * tall, slot * 0.76, v, c)
             for k, (v, c) in enumerate(bars)]  # fmt: skip
    return found, slot, tall, 1 if slot >= 26 else 2 if slot >= 15 else 5


def _caption(report: Report) -> str:
    return (f"{report.topic}: worked values of {report.seeds:,} "
            f"exercise{'s' * (report.seeds != 1)}, "
            f"{report.within_9:.1%} within ±9")  # fmt: skip


def _label(value: int) -> str:
    return f"{'≥' if value > LARGEST else '≤' if value < -LARGEST else ''}{text(value, 0)}"


def _svg(report: Report) -> str:
    from xml.sax.saxutils import escape

    bars, _, _, every = _places(report)
    foot = HEIGHT - FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="13" fill="{_INK}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="26" font-size="15">{escape(_caption(report))}</text>',
    ]
    for x, y, width, value, count in bars:
        parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{foot - y:.1f}" '
                     f'fill="{_BAR}"><title>{_label(value)}: {count}</title></rect>')  # fmt: skip
        if value % every == 0:
            parts.append(f'<text x="{x + width / 2:.1f}" y="{foot + 18}" text-anchor="middle">'
                         f"{_label(value)}</text>")  # fmt: skip
    parts.append(f'<path d="M {LEFT} {foot} H {WIDTH - LEFT}" stroke="{_INK}"/></svg>\n')
    return "\n".join(parts)


def _png(report: Report) -> bytes:
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ImportError:
        raise SheetgenError(
            "--plot: PNG pictures need Pillow; name the file .svg instead"
        ) from None
    scale = 2
    image = Image.new("RGB", (WIDTH * scale, HEIGHT * scale), "#ffffff")
    pen = ImageDraw.Draw(image)
    small, large = (ImageFont.load_default(size * scale) for size in (13, 15))
    bars, _, _, every = _places(report)
    foot = HEIGHT - FOOT
    pen.text((LEFT * scale, 12 * scale), _plain(_caption(report)), _INK, large)
    for x, y, width, value, count in bars:
        if count:
            box = (x * scale, y * scale, (x + width) * scale, foot * scale)
            pen.rectangle(box, _BAR)
        if value % every == 0:
            at = ((x + width / 2) * scale, (foot + 6) * scale)
            pen.text(at, _plain(_label(value)), _INK, small, anchor="ma")
    pen.line((LEFT * scale, foot * scale, (WIDTH - LEFT) * scale, foot * scale), _INK, scale)
    data = BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def _plain(label: str) -> str:
    """Only signs that Pillow's own font has."""
    return label.replace("−", "-").replace("±", "+/-").replace("≥", ">").replace("≤", "<")


__all__ = ["Failure", "Report", "broken_promises", "check_plot", "plot", "stress"]
