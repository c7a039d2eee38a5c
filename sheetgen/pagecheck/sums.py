"""The worked sums of a key: each line is true as it stands, its numbers are those of the boxes that
the cell formula reads, in its order but for the factors of a product, of which either stands first,
and its end is what the box shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

import numpy as np

from sheetgen.graph.cell import Place
from sheetgen.graph.nodes import Step
from sheetgen.graph.numbers import MINUS, Ints
from sheetgen.graph.numbers import text as written
from sheetgen.page.items import Label
from sheetgen.pagecheck.leaves import Turned, leaves_of
from sheetgen.pagecheck.shown import EXACT, Floats, Shown, Truths, read_number
from sheetgen.pagecheck.standing import Standing
from sheetgen.words.labels import label

_NUMBER = re.compile(r"(\(−\d*\.?\d+\)|(?<![\d.)}])−\d*\.?\d+|\d*\.?\d+)")
"""A number of a line, a negative one with its brackets where it needs them."""


@dataclass(frozen=True, slots=True)
class _Expected:
    """What the line of a box has: by slot the numbers that it reads, each times a factor, and which
    of them are written with their signs turned; and the box itself."""

    slots: tuple[int, ...]
    factors: tuple[float, ...]
    turned: tuple[bool, ...]
    box: int


SO = ", so "
"""Stands behind a negative result, before what ReLU makes of it in the same box."""
Found = tuple[int, list[float], Place, str]
"""A line: its sheet, its numbers, its box and its text."""


_FROM_LEFT = attrgetter("x")


def _written(labels: Sequence[Label]) -> Iterator[tuple[Place, str, bool]]:
    """The sums that some labels write: each in one, in lines of which all but the first begin with
    a plus, or its terms and its result on ruled places; and whether a reason stands beside it."""
    ruled: dict[Place, list[Label]] = {}
    for item in labels:
        if item.of is None:
            continue
        if "=" in item.markup or "≈" in item.markup:
            above = ruled.pop(item.of, []) if item.markup.startswith("+ ") else []
            text = " ".join(part.markup for part in (*above, item))
            yield item.of, text, item.colour == "worked"
        else:
            ruled.setdefault(item.of, []).append(item)
    for place, parts in ruled.items():
        *terms, result = [p.markup for p in sorted(parts, key=_FROM_LEFT)]
        yield place, f"{' + '.join(terms)} = {result}", False


class Sums:
    """The worked sums of sheets of one shape."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self._expected: dict[tuple[Place, bool], _Expected | None] = {}
        self._bent: dict[Place, tuple[int, int, bool] | None] = {}

    def wrong(self, shown: Shown, sheets: Sequence[Sequence[Label]]) -> tuple[int, str] | None:
        """The first sheet with a line that is not true, and the line; ``sheets`` are the labels
        that each has for itself."""
        groups: dict[tuple[str, tuple[str, ...]], list[Found]] = {}
        for sheet, labels in enumerate(sheets):
            for place, said, aside in _written(labels):
                text = self._ended(place, said, shown, sheet, aside)
                if text is None:
                    return sheet, said
                filled = self._found(place, text, shown, sheet) if "?" in text else text
                rest, numbers = _taken_apart(filled)
                lines = groups.get((place[0], rest))
                if lines is None:
                    lines = groups[place[0], rest] = []
                lines.append((sheet, numbers, place, said))
        for (name, rest), lines in groups.items():
            good = self._good(name, rest, lines, shown)
            if not good.all():
                sheet, *_, said = lines[int(np.argmin(good))]
                return sheet, said
        return None

    def _ended(
        self, place: Place, text: str, shown: Shown, sheet: int, aside: bool
    ) -> str | None:
        """A line without what it says of the number to which its result is bent in the same box;
        None where that is not so, or is not said though a negative result has no other name."""
        line, so, end = text.partition(SO)
        if place not in self._bent:
            self._bent[place] = self._bent_at(place)
        slots = self._bent[place]
        if slots is None:
            return None if so else line
        own, after, unnamed = slots
        if not so:
            said = aside or not unnamed or "?" in text or shown.values[sheet, own] >= 0
            return line if said else None
        made = written(int(shown.digits[sheet, after]), int(shown.decimals[sheet, after]))
        return line if shown.values[sheet, own] < 0 and end == made else None

    def _bent_at(self, place: Place) -> tuple[int, int, bool] | None:
        """The slots of a number and of that to which it is bent in the same box, and whether it has
        neither a box nor a name of its own; None where it is not bent."""
        name, i, j = place
        after = self.standing.bent.get(name)
        if after is None or place not in self.standing.by_place:
            return None
        spots = self.standing.by_place[place]
        called = label(self.standing.graph.by_name[name])
        named = any(item.markup == called for sight in self.standing.sights
                    for item in sight.labels("label"))  # fmt: skip
        unnamed = all(spot.before for spot in spots) and not named
        return spots[0].slot, self.standing.by_place[after, i, j][0].slot, unnamed

    def _found(self, place: Place, text: str, shown: Shown, sheet: int) -> str:
        """A line with the number that is to be found for its question mark: that of the one open
        box which it reads; as it is, and so untrue, where there is not one."""
        expected = self._expected_at(place, turned=False)
        if expected is None:
            return text
        open_ = [s for s in expected.slots if s < shown.open.shape[1] and shown.open[sheet, s]]
        if len(open_) != 1 or text.count("?") != 1:
            return text
        digits, decimals = (int(a[sheet, open_[0]]) for a in (shown.digits, shown.decimals))
        number = written(digits, decimals)
        bare = text.startswith("?") or number[0] != MINUS
        return text.replace("?", number if bare else f"({number})")

    def _good(
        self, name: str, rest: tuple[str, ...], lines: Sequence[Found], shown: Shown
    ) -> Truths:
        """Of lines of one matrix, alike but for their numbers, those that are true."""
        step = self.standing.graph.by_name[name]
        nobody = np.zeros(len(lines), bool)
        places = [place for _, _, place, _ in lines]
        number = {place: k for k, place in enumerate(dict.fromkeys(places))}
        if len(rest) < 3 or rest[-1] or rest[-2][-3:] not in (" = ", " ≈ "):
            return nobody
        if not isinstance(step, Step):
            return nobody
        numbers = np.array([numbers for _, numbers, _, _ in lines])
        of = np.array([number[place] for place in places])
        which = np.array([sheet for sheet, *_ in lines])
        try:
            value = _compiled((*rest[:-2], rest[-2][:-3]))(numbers)
        except ValueError:
            return nobody
        made = numbers[:, -1]
        half = 0.5 * 10.0 ** -(step.places or 0) if rest[-2][-2] == "≈" else 0.0
        good = np.abs(value - made) <= half + EXACT + 1e-12 * np.abs(made)
        if step.op.shares_powers:
            good &= self._powers(step, places, numbers[:, :-1], shown, which)
        orders = (False, True) if step.op.products else (False,)  # as rows and columns stand
        read = [self._reads(list(number), of, numbers, rest, shown.values, which, turned)
                for turned in orders]  # fmt: skip
        return np.asarray(good & np.logical_or.reduce(read))

    def _reads(
        self, places: Sequence[Place], of: Ints, numbers: Floats, rest: tuple[str, ...],
        shown: Floats, which: Ints, turned: bool,
    ) -> Truths:  # fmt: skip
        """Whether the numbers of lines are those that their boxes read, in their order, and each
        result is that of its box; ``which`` are the sheets of the lines, of those that are
        ``shown``."""
        found = [self._expected_at(place, turned) for place in places]
        expected = [e for e in found if e is not None]
        nobody = np.zeros(len(numbers), bool)
        if len(expected) < len(found):
            return nobody
        good = numbers[:, -1] == shown[which, np.array([e.box for e in expected])[of]]
        if self._is_power(places[0]):
            return np.asarray(good)
        if any(len(e.slots) != numbers.shape[1] - 1 for e in expected):
            return nobody
        read = shown[which[:, None], np.array([e.slots for e in expected])[of]]
        read = read * np.array([e.factors for e in expected])[of]
        kept = np.array([not text.endswith("−") for text in rest[:-2]])
        signs = np.array([e.turned for e in expected])[of] & kept
        read = np.where(signs, -read, read)
        return np.asarray(good & (numbers[:, :-1] == read).all(axis=1))

    def _is_power(self, place: Place) -> bool:
        """Whether a box is a share of powers, whose line has other numbers than those it reads."""
        step = self.standing.graph.by_name[place[0]]
        return isinstance(step, Step) and step.op.shares_powers

    def _expected_at(self, place: Place, turned: bool) -> _Expected | None:
        """What the line of a box has, found once."""
        if (place, turned) not in self._expected:
            self._expected[place, turned] = self._expects(place, turned)
        return self._expected[place, turned]

    def _expects(self, place: Place, turned: bool) -> _Expected | None:
        """What the line of a box has, with the factors of products ``turned`` or not; None if a
        number of it stands on no page."""
        name, i, j = place
        step, own = self.standing.graph.by_name.get(name), self.standing.by_place.get(place)
        if not isinstance(step, Step) or not own:
            return None
        if step.op.shares_powers:
            return _Expected((), (), (), own[0].slot)
        leaves = leaves_of(step, i, j, turned)
        slots, factors = [], []
        for leaf in leaves:
            if isinstance(leaf, float):
                slots.append(self.standing.one)
                factors.append(leaf)
                continue
            n, row, column = leaf.spot if isinstance(leaf, Turned) else leaf
            origin = self.standing.origins[step.inputs[n].name][row][column]
            if origin not in self.standing.by_place:
                return None
            slots.append(self.standing.by_place[origin][0].slot)
            factors.append(1.0)
        signs = tuple(isinstance(leaf, Turned) for leaf in leaves)
        return _Expected(tuple(slots), tuple(factors), signs, own[0].slot)

    def _powers(
        self, step: Step, places: Sequence[Place], numbers: Floats, shown: Shown, which: Ints
    ) -> Truths:
        """Whether shares are written with the powers of their columns: each its own, then all."""
        grid = self.standing.origins[step.inputs[0].name]
        spots = self.standing.by_place
        slots = np.array([[spots[row[j]][0].slot for row in grid] for _, _, j in places])
        z = shown.values[which[:, None], slots]
        if numbers.shape[1] != slots.shape[1] + 1:
            return np.zeros(len(numbers), bool)
        if step.params["base"] == "3":
            powers = 3.0 ** (z - z.min(axis=1, keepdims=True))
        else:
            powers = np.exp(z - z.max(axis=1, keepdims=True))
        off = np.abs(numbers[:, 1:] - powers).max(axis=1)
        room = np.array([0.5 * 10.0 ** -_places(row) for row in numbers[:, 1:].tolist()])
        own = numbers[np.arange(len(places)), [1 + i for _, i, _ in places]]
        return np.asarray((numbers[:, 0] == own) & (off <= room + 1e-9))


def _places(row: Sequence[float]) -> int:
    """Decimals that some numbers have at most."""
    return next(p for p in range(12) if all(abs(x * 10**p - round(x * 10**p)) < 1e-6 for x in row))


@lru_cache(1 << 14)
def _taken_apart(line: str) -> tuple[tuple[str, ...], list[float]]:
    """What stands before, between and behind the numbers of a line, and these."""
    parts = _NUMBER.split(line)
    return tuple(parts[::2]), [_FLOATS[text] for text in parts[1::2]]


class _Floats(dict[str, float]):
    """Texts of numbers, in brackets or not, as floats."""

    def __missing__(self, text: str) -> float:
        digits, decimals = read_number(text.strip("()"))
        if len(self) > MOST:
            self.clear()
        self[text] = digits / 10.0**decimals
        return self[text]


MOST = 1 << 14
_FLOATS = _Floats()


# --- what a line says

Work = Callable[[Floats], Floats]
_SIGN = re.compile(
    r"\s*(\^\{|largest of|smallest of|, rounded down|if\b|and\b|, else|[-+−×÷√(){}>≥<≤=,e])"
)


@lru_cache(1 << 12)
def _compiled(rest: tuple[str, ...]) -> Work:
    """What stands around numbers as a function of them, (lines, numbers). Raises ValueError."""
    tokens: list[str | int] = []
    for k, text in enumerate(rest):
        at = 0
        while text[at:].strip():
            found = _SIGN.match(text, at)
            if found is None:
                raise ValueError(text)
            tokens.append(found[1])
            at = found.end()
        if k < len(rest) - 1:
            tokens.append(k)
    reader = _Line(tokens)
    work = reader.whole()
    if reader.next is not None:
        raise ValueError(rest)
    return work


class _Line:
    """Reads the signs and numbers of a line; a number is its place among the numbers."""

    def __init__(self, tokens: Sequence[str | int]) -> None:
        self.tokens, self.at = tokens, 0

    @property
    def next(self) -> str | int | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, *wanted: str) -> str | int:
        token = self.next
        if token is None or (wanted and token not in wanted):
            raise ValueError("a line that goes on otherwise")
        self.at += 1
        return token

    def whole(self) -> Work:
        """A sum, perhaps rounded down, or one of two."""
        found = self.sum()
        if self.next == ", rounded down":
            self.take()
            return lambda n: np.floor(found(n))
        if self.next == "if":
            return self.choice(found)
        return found

    def choice(self, yes: Work) -> Work:
        tests: list[Callable[[Floats], Truths]] = []
        while self.take("if", "and", ", else") != ", else":
            tests.append(_compared(self.sum(), str(self.take(*_TESTS)), self.sum()))
        no = self.whole()
        return lambda n: np.where(np.all([t(n) for t in tests], axis=0), yes(n), no(n))

    def sum(self) -> Work:
        found = self.product()
        while self.next in ("+", "−"):
            found = _joined(str(self.take()), found, self.product())
        return found

    def product(self) -> Work:
        found = self.power()
        while self.next in ("×", "÷"):
            found = _joined(str(self.take()), found, self.power())
        return found

    def power(self) -> Work:
        if self.next == "e":
            self.take()
            self.take("^{")
            exponent = self.sum()
            self.take("}")
            return lambda n: np.exp(np.clip(exponent(n), -700, 700))
        found = self.one()
        if self.next == "^{":
            self.take()
            exponent = self.sum()
            self.take("}")
            return lambda n: found(n) ** exponent(n)
        return found

    def one(self) -> Work:
        token = self.take()
        if isinstance(token, int):
            return lambda n: n[:, token]
        if token == "−":
            inner = self.product()
            return lambda n: -inner(n)
        if token == "√":
            inner = self.one()
            return lambda n: np.sqrt(inner(n))
        if token == "(":
            inner = self.whole()
            self.take(")")
            return inner
        if token in ("largest of", "smallest of"):
            some = [self.sum()]
            while self.next == ",":
                self.take()
                some.append(self.sum())
            pick = np.max if token == "largest of" else np.min
            return lambda n: pick([one(n) for one in some], axis=0)
        raise ValueError(token)


def _compared(a: Work, sign: str, b: Work) -> Callable[[Floats], Truths]:
    how = _TESTS[sign]
    return lambda n: how(a(n), b(n))


def _joined(sign: str, a: Work, b: Work) -> Work:
    match sign:
        case "+":
            return lambda n: a(n) + b(n)
        case "−":
            return lambda n: a(n) - b(n)
        case "×":
            return lambda n: a(n) * b(n)
    return lambda n: a(n) / b(n)


_TESTS: Mapping[str, Callable[[Floats, Floats], Truths]] = {
    ">": np.greater, "≥": np.greater_equal, "<": np.less, "≤": np.less_equal, "=": np.equal,
}  # fmt: skip

