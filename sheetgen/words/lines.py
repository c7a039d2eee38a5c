"""What a sheet says beside its figures: step list, count of parameters, and below them what steps
need to know."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.layers import Layer, chain_of
from sheetgen.graph.nodes import Given, Graph, Node, Step
from sheetgen.graph.numbers import text
from sheetgen.graph.op import Op
from sheetgen.graph.terms import origins_of
from sheetgen.graph.work import Numbered, alone, copies_factors, numbered, place_in_group
from sheetgen.words.backwards import way_back
from sheetgen.words.checks import check_lines
from sheetgen.words.drawn import Drawn
from sheetgen.words.labels import label, listed
from sheetgen.words.missing import answers_on, missing_note
from sheetgen.words.named_boxes import as_drawn
from sheetgen.words.page_notes import OnPage, boxes_on, checks, page_of, read_on, tables_of_curves
from sheetgen.words.rounding import rounding_rule, rules
from sheetgen.words.sentences import sentence
from sheetgen.words.way import Way

FAST = "\N{NO-BREAK SPACE}"
ON_ITS_SIDE = ", on its side"
SHORT = 30
"""Characters of a matrix among the answers that stays in one line."""
_PARTS = re.compile(r"\d+|[A-Za-z]+|[^\dA-Za-z]")
_LETTER = re.compile(r"[A-Za-z]")


@dataclass(frozen=True)
class StepLine:
    """A line of the step list; with an ``answer``, a ruled place to write it."""

    markup: str
    answer: str = ""
    wide: bool = False
    """Set over the whole width, below the others."""
    small: bool = False
    """Set small, below all others."""
    picture: bool = False
    """About the picture of the net, and needless where that finds no room."""


def step_lines(exercise: Exercise) -> list[StepLine]:
    """What to do, in the order of the numbers in the circles; then the rounding rule and the count
    of parameters."""
    return page_lines(exercise, [OnPage(frozenset(n for n, _ in numbered(exercise.graph)))])[0]


def page_lines(
    exercise: Exercise, pages: Sequence[OnPage], brief: bool = False
) -> list[list[StepLine]]:
    """The lines of each page: those of its own steps, and what these need; on the first the net
    and what concerns the whole sheet. If ``brief``, what several layers do alike is said once."""
    every = numbered(exercise.graph)
    seen: set[int] = set().union(*(page.steps for page in pages))
    found, way = [], way_back(exercise, boxes_on(pages))
    weights = {s.inputs[1].name for s in exercise.graph.steps if s.op.updates}
    upright = set().union(*(page.drawn.carried for page in pages))
    turned = any(page.drawn.turned & weights - upright for page in pages)
    for k, page in enumerate(pages):
        wanted = page.steps
        if k == 0:
            wanted |= {n for n, _ in every if n not in seen}
        groups = [(n, steps) for n, steps in every if n in wanted]
        lines = (_work(exercise, groups, pages, k, brief, turned) if way is None
                 else _of_way(exercise.graph, way, pages, k, brief))
        later = next((p for p in range(k, len(pages)) if pages[p].steps), 0)
        if way is None and not groups and later:
            first = min(pages[later].steps)
            lines.append(StepLine(f"This page is worked. Step [{first}] is on page {later + 1}."))
        lines += _net(exercise, pages, k)
        if any(line.wide for line in lines) and not exercise.graph.has_gradients:
            lines = [replace(line, wide=True) for line in lines]
        here = {s for _, steps in groups for s in steps}
        noted = [*checks(exercise, pages, k), *read_on(exercise.graph, every, pages, k)]
        lines += [StepLine(line, wide=True) for line in noted]
        lines += _notes(exercise) if k == 0 else []
        if k == 0:
            here |= {s for s in exercise.graph.steps if s not in exercise.graph.worked}
        told = {s for _, steps in groups for s in steps}
        lines += [StepLine(rule, wide=True)
                  for rule in rules(exercise.graph, here, told, goes_on=way is None)]
        if exercise.settings.answers == "foot":
            lines += (_answers(exercise, groups, page.drawn) if way is None else
                      _answers(exercise, [(n, [s for s in steps if page_of(s.name, pages) == k])
                                          for n, steps in every], page.drawn,
                               answers_on(exercise, way, k)))  # fmt: skip
        found.append(lines)
    return found


def _of_way(
    graph: Graph, way: Way, pages: Sequence[OnPage], k: int, brief: bool
) -> list[StepLine]:
    """How the missing numbers of a page are found."""
    told = (line.brief if brief else line.markup for line in way.lines if line.page == k)
    return [StepLine(as_drawn(line, graph, partial(_drawn_of, pages, k))) for line in told]


def _drawn_of(pages: Sequence[OnPage], k: int, matrix: str) -> Drawn:
    """How a matrix is drawn on a page, or on the one where it stands."""
    return pages[k if matrix in pages[k].boxes else page_of(matrix, pages)].drawn


def _work(
    exercise: Exercise, groups: Numbered, pages: Sequence[OnPage], k: int, brief: bool,
    turned: bool,
) -> list[StepLine]:
    """A line for each step of a page, or for several like ones."""
    lines, drawn = [], pages[k].drawn
    product = alone(exercise.graph)
    if product is not None and k == 0 and copies_factors(product):
        left, top, made = (label(n) for n in (*product.inputs, product))
        lines.append(StepLine(
            f"{left} is copied to the left of {made}, and {top} above it."
            if exercise.settings.is_example
            else f"Copy {left} into the boxes at the left of {made}, {top} into those above it."
        ))  # fmt: skip
    if len(groups) > 5 and sum(len(g) > 1 and g[1].op.dies for _, g in groups) > 3:
        lines += _condensed(groups, drawn)
    else:
        others = [g for g in groups if not _is_update(g[1])]
        lines += _listed(exercise.graph, others, pages, k, brief)
    updates = [(number, steps) for number, steps in groups if _is_update(steps)]
    if updates:
        lines += _updating(updates, turned)
    return lines


def _updating(updates: Numbered, turned: bool) -> list[StepLine]:
    """How the new weights and biases of all layers are found."""
    rate = updates[0][1][0].params["rate"]
    by = "" if rate == "1" else f"{rate.lstrip('0')} × "
    numbers = f"[{updates[0][0]}] to [{updates[-1][0]}]" if len(updates) > 1 else (
        f"[{updates[0][0]}]")  # fmt: skip
    steps = [step for _, group in updates for step in group]
    biased = any(map(_is_of_bias, steps))
    which, last = ("weight and bias", ", its last box on the bias") if biased else ("weight", "")
    rows = (f"Each gradient is turned on its side: its column n_1 lies along row n_1{last}."
            if turned else "Row n_1 of the gradient belongs to row n_1.")  # fmt: skip
    if not turned and all(step.shape[0] == 1 for step in steps):
        rows = ""
    said = f"{numbers} new = old − {by}gradient for each {which}. {rows}".rstrip()
    return [
        StepLine(said, wide=True),
        StepLine(f"Example: {_example(Decimal(rate), by)}.", wide=True),
    ]


def _is_of_bias(update: Step) -> bool:
    old = update.inputs[0]
    return isinstance(old, Given) and old.draw == "bias"


def _example(rate: Decimal, by: str) -> str:
    """The update of a weight of 1 by a gradient of 2, and of −2."""
    down, up = (text(int((1 - rate * g) * 10**6), 6) for g in (2, -2))
    return f"1 − {by}2 = {down}, and 1 − {by}(−2) = {up}"


def _net(exercise: Exercise, pages: Sequence[OnPage], k: int) -> list[StepLine]:
    """What to do with the picture of a net, which stands on the first page, and on the page with
    the last weights the count of the parameters of one that only goes forward."""
    graph, example = exercise.graph, exercise.settings.is_example
    layers = chain_of(graph)
    if not layers:
        return []
    last = max(page_of(layer.W.name, pages) for layer in layers)
    said = _picture(layers, example)
    if last > 0 and not example:
        said = f"After page {last + 1}: {said[0].lower()}{said[1:]}"
    picture = [StepLine(said, picture=True)] if k == 0 else []
    if graph.has_gradients or k != last:
        return picture
    counts = " + ".join(
        f"{la.z.shape[0]}×{_inputs(la.source.shape[0], la.b is not None)}" for la in layers
    )
    asked = (
        f"How many parameters? {counts} ="
        if len(layers) <= 2
        else "How many parameters are there in all?"
    )
    count = str(graph.parameter_count)
    return [*picture, StepLine(f"{asked} {count}") if example else StepLine(asked, count)]


def _notes(exercise: Exercise) -> list[StepLine]:
    """What is said below the steps: questions, and what boxes in rings are for."""
    graph = exercise.graph
    lines: list[StepLine] = []
    for ask in (a for a in exercise.topic.asks if a.asked(graph)):
        answer = ask.answer(graph)
        lines.append(StepLine(f"{ask.said} {answer}") if exercise.settings.is_example
                     else StepLine(ask.said, answer))  # fmt: skip
    if any(s.part == "pairs" for s in graph.steps) and graph.steps[0].inputs[0].shape[1] > 1:
        pairs = "Each small box: the two numbers its arrows come from, multiplied."
        done = exercise.settings.is_example or exercise.settings.is_backwards
        lines.append(StepLine(f"{pairs}{'' if done else ' Add them up.'}", wide=True))
    if any(g.options.get("shifted") for g in graph.givens):
        asked = "Compare the columns of X, then those of Y. What do you notice?"
        found = "More by a constant, the same shares."
        example = exercise.settings.is_example
        lines.append(StepLine(f"{asked} {found}") if example else StepLine(asked, found))
    return lines


def _picture(layers: Sequence[Layer], example: bool) -> str:
    """What to do with the picture of the net."""
    held = "column 1" if layers[0].source.shape[1] > 1 else "the values"
    if example:
        return f"A link is a weight that is not 0. Circles: {held}."
    if len(layers) == 1 and layers[0].z.shape[0] == 1:
        return f"Write {held} in the circles."
    which = "missing" if len(layers) > 1 else "other"
    fill = "Fill in the circles" if held == "the values" else f"In the circles: {held}"
    return f"Draw the {which} links (none for 0). {fill}."


def pattern_note(pattern: str, no_gradients: bool = False) -> str:
    """What stands below the title of a sheet that is worked in whole or in part, or solved
    backwards, it may be with ``no_gradients`` though there are some."""
    if pattern == "none":
        return "A worked example"
    name, _, count = pattern.partition(":")
    if name == "backwards":
        results = "forward results" if no_gradients else "results"
        return f"Backwards: the {results} are printed, some of what was given is missing"
    if name in ("one-per-block", "names", "steps", "percent"):
        return "The empty boxes are yours; the rest is worked"
    if name != "faded" or count == "0":
        return ""
    steps = "step is" if count == "1" else f"{count} steps are"
    return f"The first {steps} worked; go on from there"


def _condensed(groups: Numbered, drawn: Drawn) -> list[StepLine]:
    """A long tower says the same of each layer: say it once."""
    lines = []
    alike = [n for n, g in groups if len(g) > 1 and g[1].op.dies]
    for number, steps in groups:
        if number == alike[0]:
            lines.append(
                StepLine(
                    f"[{alike[0]}] to [{alike[-1]}]: each row of {_row(steps[0])}. "
                    "Negative? Cross it out and write 0 (ReLU).",
                    wide=True,
                )
            )
        elif number not in alike:
            forward = steps[0].role != "gradient"
            said = f"[{number}] {sentence(steps, drawn)}{' No ReLU here.' * forward}"
            lines.append(StepLine(said, wide=forward))
    return lines


def _row(step: Step) -> str:
    """What a row of the weights is multiplied with, in a tower."""
    columns = "the column above" if step.shape[1] == 1 else "each column above"
    with_bias = step.op.added is not None
    return f"[W | b] times {columns} and its 1" if with_bias else f"W times {columns}"


def _listed(
    graph: Graph, groups: Numbered, pages: Sequence[OnPage], k: int, brief: bool
) -> list[StepLine]:
    """A line a step; where there are very many, those together that say the same but for their
    numbers."""
    again, drawn = {steps[0].group for _, steps in groups}, pages[k].drawn
    whence = _Whence(graph, pages, k)
    few = 8 if len(again) > 1 and None not in again else 14
    if len(groups) <= few and not brief:
        return [StepLine(f"[{number}] {whence.told(steps)}{_circling(steps)}")
                for number, steps in groups]  # fmt: skip
    kinds: dict[tuple[Op, str, str | int], list[Numbered]] = {}
    for number, steps in groups:
        first = steps[0]
        place = place_in_group(graph, first)
        does = "" if brief else place if place is not None else _factor(first)
        some = kinds.setdefault((first.op, first.role, does), [])
        said = sentence(steps, drawn)
        same = next((s for s in some if _says_the_same(sentence(s[0][1], drawn), said, brief)
                     and _keeps_order(*s[-1], number, steps, drawn)), None)  # fmt: skip
        if same is None:
            some.append([(number, steps)])
        else:
            same.append((number, steps))
    joined = sorted((same for some in kinds.values() for same in some), key=lambda one: one[0][0])
    lines = []
    for alike in joined:
        numbers = ", ".join(str(n) for n, _ in alike)
        which = 0 if alike[0][1][0].role == "gradient" else -1
        others = [drawn.name(steps[which]) for _, steps in alike[1:]]
        every = " and ".join(filter(None, (", ".join(others[:-1]), *others[-1:])))
        more = f" Likewise {every}." if others else ""
        lines.append(StepLine(f"[{numbers}] {whence.told(alike[0][1])}"
                              f"{_circling(alike[0][1])}{more}"))  # fmt: skip
    return lines


def _keeps_order(
    last: int, before: Sequence[Step], number: int, steps: Sequence[Step], drawn: Drawn
) -> bool:
    """Whether a step may be told with the ``last`` one: what differs in letters alone, as gates of
    one step of time do, follows it at once."""
    one, other = (re.findall(r"\d+", sentence(some, drawn)) for some in (before, steps))
    return one != other or number == last + 1


def _says_the_same(one: str, other: str, letters: bool = False) -> bool:
    """Whether two sentences are the same but for their numbers, of which those that differ do so by
    as much: ``z_1`` of ``h_0``, ``z_2`` of ``h_1``; and but for one of the ``letters`` of names,
    which is the same one in all of them: ``z_f`` of ``W_f``, ``z_i`` of ``W_i``."""
    pairs = list(zip(_PARTS.findall(one), _PARTS.findall(other), strict=False))
    if len(pairs) != len(_PARTS.findall(one)) or len(pairs) != len(_PARTS.findall(other)):
        return False
    by, named = set[int](), dict[str, set[str]]()
    for a, b in pairs:
        if a.isdecimal() and b.isdecimal():
            by.add(int(b) - int(a))
        elif a != b and not (letters and _LETTER.fullmatch(a) and _LETTER.fullmatch(b)):
            return False
        else:
            named.setdefault(a, set()).add(b)
    changed = {a for a, to in named.items() if to != {a}}
    return len(by - {0}) < 2 and len(changed) < 2 and all(len(to) == 1 for to in named.values())


class _Whence:
    """What the steps of a page read that is worked out on another, or stands there alone; each is
    told once."""

    def __init__(self, graph: Graph, pages: Sequence[OnPage], k: int) -> None:
        self.pages, self.k = pages, k
        self.numbers = {s.name: n for n, steps in numbered(graph) for s in steps}
        self.known: set[tuple[str, int]] = set()

    def told(self, steps: Sequence[Step]) -> str:
        """What is done in a step, and on which pages that stands."""
        drawn = self.pages[self.k].drawn
        said, there = sentence(steps, drawn), dict[int, dict[str, None]]()
        for node in (n for step in steps for n in step.inputs):
            for name in dict.fromkeys(place[0] for row in origins_of(node) for place in row):
                page = self._page(name)
                if page != self.k and (name, page) not in self.known:
                    self.known.add((name, page))
                    there.setdefault(page + 1, {})[self._named(node, page)] = None
        if not there:
            return said
        told = {page: names for page, names in sorted(there.items())
                if not any("[" in name for name in names)}  # fmt: skip
        whole = [f"{page}" for page in sorted(there) if page not in told]
        whence = [f"page{'s' * (len(whole) > 1)}{FAST}{listed(whole)}"] if whole else []
        for page, names in told.items():
            alike = [name for name in names if not name.endswith(ON_ITS_SIDE)]
            whence += [f"{' and '.join(alike)}: page {page}"] * bool(alike)
            whence += [name.replace(ON_ITS_SIDE, f" on page {page}{ON_ITS_SIDE}")
                       for name in names if name not in alike]  # fmt: skip
        return f"{said.removesuffix('.')} ({', '.join(whence)})."

    def _named(self, node: Node, page: int) -> str:
        """What a matrix of another page is called here, and there if it stands upright there."""
        here, there = self.pages[self.k].drawn.name(node), self.pages[page].drawn
        if here == f"{there.name(node)}^T" and not there.lies(node):
            return f"{here}: {there.name(node)}{ON_ITS_SIDE}"
        return here

    def _page(self, name: str) -> int:
        """The page on which a matrix is worked out, or stands; this one for all that it has."""
        pages, number = self.pages, self.numbers.get(name)
        made = [p for p, page in enumerate(pages) if number in page.steps]
        if made:
            return self.k if self.k in made else made[0]
        page = page_of(name, pages)
        alone = pages[self.k].boxes and name not in pages[self.k].boxes
        return page if alone and name in pages[page].boxes else self.k


def _circling(steps: Sequence[Step]) -> str:
    """What the student is told to circle."""
    found = dict.fromkeys(s.op.circled.said for s in steps if s.op.circled)
    return "".join(f" {said}" for said in found)


def _factor(step: Step) -> str:
    """The matrix that a step names as what it multiplies with: weights, or a factor of a gradient
    that lies on its side; of factors that are joined, their names."""
    for left, turned, top, _ in step.op.products:
        node = step.inputs[left]
        if isinstance(node, Step) and node.hidden:
            given = all(isinstance(n, Given) for n in node.inputs)
            return label(node) + ("" if given else label(step.inputs[top]))
        if isinstance(node, Given) or (turned and step.role == "gradient"):
            return node.name
    return ""


def _is_update(steps: Sequence[Step]) -> bool:
    return steps[0].op.updates


def _answers(
    exercise: Exercise, groups: Sequence[tuple[int, Sequence[Step]]], drawn: Drawn,
    missing: Sequence[str] = (),
) -> list[StepLine]:  # fmt: skip
    """The ``missing`` numbers, and the results of some steps as they are drawn, for who works
    alone: row after row."""
    found = [", ".join(missing)] * bool(missing)
    for _, steps in groups:
        for step in steps:
            if step.name in exercise.blanks:
                shown, name = exercise.shown(step.name), label(step)
                if step.name not in drawn.named and drawn.lies(step):
                    shown, name = [list(row) for row in zip(*shown, strict=True)], drawn.made(step)
                rows = [(2 * FAST).join(row) for row in shown]
                short = sum(map(len, rows)) + 4 * len(rows) <= SHORT
                apart = f"{2 * FAST}/{2 * FAST if short else f'{FAST} '}"
                found.append(f"{name}:{FAST}{apart.join(rows)}")
    return [StepLine(f"Answers: {'; '.join(found)}", wide=True, small=True)] if found else []


def _inputs(count: int, bias: bool) -> str:
    return f"({count} + 1)" if bias else str(count)


def notes(exercise: Exercise) -> list[str]:
    """What must be said of the numbers wherever an exercise is shown, page or not, as markup: what
    is missing, the check sums, the printed table, the rounding."""
    graph = exercise.graph
    found = missing_note(exercise)
    if exercise.settings.check:
        found += check_lines(exercise)
    return [*found, *tables_of_curves(graph.steps), *filter(None, [rounding_rule(graph)])]
