"""Patterns of blanks; and sheets solved backwards against a search that knows no equations."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from sheetgen.api import make, many
from sheetgen.draw.ends import Ends
from sheetgen.errors import SheetgenError
from sheetgen.exercise.backwards import missing, open_sums, stated_range
from sheetgen.exercise.blanks import Blanks, choose_blanks
from sheetgen.exercise.different import make_packet
from sheetgen.exercise.exercise import Exercise
from sheetgen.exercise.settings import settings
from sheetgen.exercise.unique import NotUnique, prove
from sheetgen.graph.numbers import Fixed
from sheetgen.graph.solve import run
from sheetgen.graph.work import numbered
from sheetgen.topics.catalogue import TOPICS
from sheetgen.words.backwards import way_back
from sheetgen.words.drawn import UPRIGHT
from sheetgen.words.named_boxes import as_drawn

NAMES = sorted(TOPICS)


def blanks_of(exercise: Exercise, pattern: str, seed: int = 0) -> Blanks:
    knobs = exercise.settings.knobs
    return choose_blanks(exercise.graph, exercise.values, pattern, seed, knobs)


@pytest.mark.parametrize("name", NAMES)
def test_every_pattern_leaves_open_what_it_says(name: str) -> None:
    e = make(name, seed=3)
    groups = numbered(e.graph)
    worked = {s.name for s in e.graph.worked}
    assert set(blanks_of(e, "results")) == worked
    assert all(b.all() for b in blanks_of(e, "results").values())
    assert blanks_of(e, "none") == {}
    one = blanks_of(e, "one-per-block")
    assert set(one) == worked
    assert all(b.sum() == 1 for b in one.values())
    for step in e.graph.worked:
        if step.op.name == "relu" and step.inputs[0].name in one:
            assert (one[step.name] == one[step.inputs[0].name]).all()
    if len(groups) > 1:
        assert set(blanks_of(e, "faded:1")) == worked - {s.name for s in groups[0][1]}
    last = groups[-1]
    assert set(blanks_of(e, f"steps:{last[0]}")) == {s.name for s in last[1]}
    assert set(blanks_of(e, f"names:{last[1][0].name.upper()}")) == {last[1][0].name}
    cells = sum(s.shape[0] * s.shape[1] for s in e.graph.worked)
    masked = any(s.params.get("causal") for s in e.graph.worked)
    assert masked or sum(int(b.sum()) for b in blanks_of(e, "percent:40").values()) == max(
        1, round(0.4 * cells)
    )


@pytest.mark.parametrize("pattern", ["one-per-block", "percent:30", "backwards"])
def test_the_same_seed_gives_the_same_blanks_and_another_one_others(pattern: str) -> None:
    e = make("hidden-layer", seed=3)

    def as_text(seed: int) -> str:
        return str({k: v.tolist() for k, v in blanks_of(e, pattern, seed).items()})

    assert as_text(1) == as_text(1)
    assert len({as_text(k) for k in range(10)}) > 3


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("result", "did you mean results"),
        ("zzz", "there are results, one-per-block"),
        ("faded", "needs a number of steps"),
        ("faded:9", "has 4 steps, give 1 to 3"),
        ("faded:x", "not a whole number"),
        ("steps:5", "there is no step 5; this sheet has 4 steps"),
        ("names:z9", "there is no matrix z9; there are z1, a1"),
        ("names:W1", "W1 is given"),
        ("percent:0", "not between 1 and 100"),
        ("percent:101", "not between 1 and 100"),
        ("none:3", "takes nothing"),
        ("backwards:99", "has 29 given boxes"),
        ("backwards:20", "missing numbers can be found again"),
        ("packet", "three sheets"),
    ],
)
def test_a_pattern_that_cannot_be_is_refused_in_one_line(pattern: str, said: str) -> None:
    e = make("hidden-layer", seed=1)
    with pytest.raises(SheetgenError, match=said) as problem:
        blanks_of(e, pattern)
    assert "\n" not in str(problem.value)


def test_a_packet_is_a_worked_a_faded_and_a_blank_sheet_of_three_draws() -> None:
    packet = make_packet(settings("hidden-layer", {"blank": "packet"}), 5)
    assert [e.settings.blank for e in packet] == ["none", "faded:2", "results"]
    assert len({e.values["W1"].digits.tobytes() for e in packet}) == 3
    assert [len(e.blanks) for e in packet] == [0, 2, 4]
    assert len({e.code for e in packet}) == 3


def test_a_weight_that_only_a_dead_unit_uses_has_no_proof() -> None:
    e = make("four-neurons", seed=2)
    row = int(np.flatnonzero(e.values["a"].digits[:, 0] == 0)[0])
    blank = np.zeros((4, 3), bool)
    blank[row, int(np.flatnonzero(e.values["x"].digits[:, 0])[0])] = True
    everything = np.ones((4, 1), bool)
    with pytest.raises(NotUnique):
        prove(e.graph, e.values, {"W": blank, "z": everything}, Ends(-5, 5))


# --- a search over the whole range, without equations ---------------------------------------------


def solutions(e: Exercise) -> Iterator[tuple[str, int]]:
    """For each group of missing numbers that meet in a result, how many fillings of the stated
    range give everything that is printed."""
    places = missing(e.graph, e.blanks)
    touched = [boxes_that_change(e, place) for place in places]
    for group in groups_that_meet(touched):
        here = [places[k] for k in group]
        alone = [touched[k] - set().union(*(touched[m] for m in group if m != k)) for k in group]
        ranges = [left_over(e, place, own) for place, own in zip(here, alone, strict=True)]
        tries = np.array(list(itertools.product(*ranges)))
        fits = np.ones(len(tries), bool)
        for name, result in results(e, here, tries):
            fits &= agrees(e, name, result).all(axis=(-1, -2))
        yield ", ".join(map(str, here)), int(fits.sum())
        assert tries[fits][0].tolist() == [own_number(e, place) for place in here]


def own_number(e: Exercise, place: tuple[str, int, int]) -> int:
    """What stands in a box, in units of the last decimal of the stated range."""
    name, i, j = place
    decimals = stated_range(e.graph, e.values, e.settings.knobs).decimals
    value = e.values[name]
    return int(value.digits[i, j]) * 10**decimals // 10**value.decimals


def left_over(
    e: Exercise, place: tuple[str, int, int], own: set[tuple[str, int, int]]
) -> list[int]:
    """The numbers of the range that give the printed boxes on which no other missing one shows."""
    low, high, _ = stated_range(e.graph, e.values, e.settings.knobs)
    tries = np.arange(low, high + 1)[:, None]
    fits = np.ones(len(tries), bool)
    for name, result in results(e, [place], tries):
        same = agrees(e, name, result)
        for step, i, j in own:
            if step == name:
                fits &= same[:, i, j]
    return [int(number) for number in tries[fits, 0]]


def results(e: Exercise, group: list[tuple[str, int, int]], tries: np.ndarray) -> Iterator[
    tuple[str, Fixed]
]:  # fmt: skip
    """Every result that a filling changes, from what is printed and, where nothing is printed, from
    the results before it."""
    filled: dict[str, Fixed] = {}
    stated = stated_range(e.graph, e.values, e.settings.knobs).decimals
    for k, (name, i, j) in enumerate(group):
        decimals = max(stated, e.values[name].decimals)
        digits = filled[name].digits if name in filled else np.repeat(
            e.values[name].digits[None] * 10 ** (decimals - e.values[name].decimals),
            len(tries), axis=0)  # fmt: skip
        digits[:, i, j] = tries[:, k] * 10 ** (decimals - stated)
        filled[name] = Fixed(digits, decimals)
    for step in e.graph.steps:
        if any(n.name in filled for n in step.inputs):
            values = {n.name: filled.get(n.name) or e.values[n.name] for n in step.inputs}
            values = {n: every(v, len(tries)) for n, v in values.items()}
            result = run(step, values)
            if step.hidden or step.name in e.blanks:
                filled[step.name] = result
            yield step.name, result


def every(value: Fixed, count: int) -> Fixed:
    """The same numbers for each filling, unless they differ already."""
    return Fixed(np.broadcast_to(value.digits, (count, *value.digits.shape[-2:])), value.decimals)


def agrees(e: Exercise, name: str, result: Fixed) -> np.ndarray:
    """Whether each box that is printed comes out as printed, for each filling."""
    step = e.graph.by_name[name]
    if getattr(step, "hidden", False):
        return np.ones((len(result.digits), *step.shape), bool)
    printed = ~np.asarray(e.blanks.get(name, np.zeros(step.shape, bool)))
    told = e.values[name]
    decimals = max(told.decimals, result.decimals)
    same = (result.digits * 10 ** (decimals - result.decimals)
            == told.digits * 10 ** (decimals - told.decimals))  # fmt: skip
    return np.asarray(same | ~printed)


def boxes_that_change(e: Exercise, place: tuple[str, int, int]) -> set[tuple[str, int, int]]:
    """The boxes of results in which a place shows, found by changing it."""
    own = own_number(e, place)
    changed: set[tuple[str, int, int]] = set()
    for step, result in results(e, [place], np.array([[own + d] for d in (-7, -3, 1, 4, 9)])):
        told = e.values[step]
        decimals = max(told.decimals, result.decimals)
        moved = (result.digits * 10 ** (decimals - result.decimals)
                 != told.digits * 10 ** (decimals - told.decimals)).any(axis=0)  # fmt: skip
        changed |= {(step, int(r), int(c)) for r, c in np.argwhere(moved)}
    return changed


def groups_that_meet(touched: list[set[tuple[str, int, int]]]) -> list[list[int]]:
    """Places that show in the same box of some result."""
    groups: list[tuple[list[int], set[tuple[str, int, int]]]] = []
    for place, changed in enumerate(touched):
        joined, boxes = [place], set(changed)
        for group in [g for g in groups if g[1] & boxes]:
            groups.remove(group)
            joined += group[0]
            boxes |= group[1]
        groups.append((joined, boxes))
    return [sorted(g) for g, _ in groups]


COUNT = -(-1000 // (3 * len(NAMES)))
@pytest.mark.parametrize("level", ["easy", "medium", "hard"])
@pytest.mark.parametrize("name", NAMES)
def test_a_search_of_the_whole_range_finds_one_filling_of_each_backwards_sheet(
    name: str, level: str
) -> None:
    """Over all topics and levels, a thousand sheets."""
    chosen = level if level in TOPICS[name].levels else "medium"
    sheets = many(name, range(1000, 1000 + COUNT), blank="backwards", level=chosen)
    for e in sheets:
        assert missing(e.graph, e.blanks)
        found = list(solutions(e))
        assert all(count == 1 for _, count in found), (e.recipe, found)


@pytest.mark.parametrize("name", [n for n in NAMES if "backward" in TOPICS[n].options])
def test_with_the_way_back_on_the_sheet_there_is_one_filling_too(name: str) -> None:
    for e in many(name, (1, 2), blank="backwards", backward="yes"):
        found = list(solutions(e))
        assert found
        assert all(count == 1 for _, count in found), (e.recipe, found)


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("activations", "X", "Which number gives what is printed?"),
        ("llm-sampling", "P", "a number with 2 decimals from 0 to 1"),
        ("dpo", "R", "a number with 1 decimal from −3 to 0"),
        ("positional-encoding", "E", "in its box of X"),
        ("quantisation", "W", "a number with 1 decimal from −7 to 7"),
    ],
)
def test_a_box_that_is_no_sum_of_whole_numbers_is_found_again(
    name: str, given: str, words: str
) -> None:
    e = make(name, seed=4, blank="backwards")
    assert {place[0] for place in missing(e.graph, e.blanks)} >= {given}
    way = way_back(e)
    assert way is not None
    assert words in " ".join(as_drawn(line, e.graph, UPRIGHT) for line, *_ in way.lines)
    assert len(way.equations) == len(way.letters)


def test_backwards_prints_what_follows_relu_and_leaves_the_sums_open() -> None:
    e = make("hidden-layer", seed=4, blank="backwards")
    sums = open_sums(e.graph)
    assert [z.name for z, _ in sums] == ["z1", "z2"]
    assert all(e.blanks[z.name].all() and a.name not in e.blanks for z, a in sums)


@pytest.mark.parametrize("wanted", [1, 3])
def test_backwards_leaves_out_as_many_as_asked(wanted: int) -> None:
    e = make("matrix-multiplication", seed=4, blank=f"backwards:{wanted}")
    assert len(missing(e.graph, e.blanks)) == wanted
