"""The words of a sheet: each numbered step has its line, a line names what is made and what it is
made of, and says rows and columns as they are multiplied; what it says to copy stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from sheetgen.errors import SheetgenError
from sheetgen.graph.cell import Place
from sheetgen.graph.nodes import Node, Step
from sheetgen.graph.terms import products_of
from sheetgen.graph.work import numbered
from sheetgen.page.figure import box_of
from sheetgen.page.items import Circle, Label
from sheetgen.pagecheck.captions import passing
from sheetgen.pagecheck.names import apart
from sheetgen.pagecheck.standing import Part, Sight, Standing
from sheetgen.words.labels import label, within
from sheetgen.words.sentences import on_its_side

_NUMBERED = re.compile(r"\[(\d+(?:, \d+)*)\](?: to \[(\d+)\])?:? ")
_SIDE = re.compile(r"(?:\b(?:each|the)|=|×) (row|column) of \[?$")
_VERB = re.compile(r"(?:(?:row|column|each) of )?(.+) × (?:(?:row|column|each) of )?(.+)")
_WEIGHTS = re.compile(r"[\[ ](W)\b")
_MISSING = re.compile(r"(?:\d+ numbers are|One number is) missing\b")
_POINTING = re.compile(r"\babove\b|\bthe terms\b|\bnew = old\b|\bsum of its column\b")
"""Words that point at what they do not name: the column above, the terms of a sum, the sum
of a column."""


def check_sentences(standing: Standing) -> None:
    """Raises SheetgenError for a step without its line, and for a line that says what is not so."""
    groups = dict(numbered(standing.graph))
    told: set[int] = set()
    words = _Names(standing)
    if any(_MISSING.match(text) for sight in standing.sights for _, text in sight.lines()):
        return  # a sheet solved backwards has a way of its own
    for sight in standing.sights:
        for item, text in sight.lines():
            found = _NUMBERED.match(text)
            if found is not None and not item.answer:
                numbers = [int(n) for n in found[1].split(", ")]
                if found[2]:
                    numbers = [*range(numbers[0], int(found[2]) + 1)]
                if not set(numbers) <= set(groups):
                    raise SheetgenError(f"“{text}” is of a step that there is not")
                told |= set(numbers)
                words.check(text, groups[numbers[0]], alike=bool(found[2]))
                words.check_likewise(text, [groups[n] for n in numbers])
            elif "Copy " in text or " is copied " in text:
                _check_copies(standing, text)
    for number in groups:
        if number not in told:
            raise SheetgenError(f"step {number} has no line that says what to do")
    for sight in standing.sights:
        words.check_verbs(sight, groups)
    _check_counts(standing)


class _Names:
    """Finds the matrices that a text names."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        nodes = standing.graph.nodes
        self.nodes = {name(node): node for name in (label, _within) for node in nodes}
        self.turned = {on_its_side(node): node for node in nodes}
        """By what is said of them where they lie on their side, those of several parts otherwise
        than by a raised T."""
        self.turned = {said: node for said, node in self.turned.items() if said[-2:] != "^T"
                       and said not in self.nodes}  # fmt: skip
        self.nodes |= self.turned
        self.known = sorted(self.nodes, key=len, reverse=True)

    def found(self, text: str) -> Iterator[tuple[int, str, bool]]:
        """Where a name begins, the name, and whether it says that it lies on its side."""
        at = 0
        while at < len(text):
            name = next((n for n in self.known if text.startswith(n, at) and (
                (not text[at - 1 : at].isalpha() and text[at - 1 : at] != "/") or at == 0)
                and not text[at + len(n) : at + len(n) + 1].isalnum()), "")  # fmt: skip
            if name:
                turned = name in self.turned or text.startswith("^T", at + len(name))
                yield at, name, turned
            at += len(name) or 1

    def check(
        self, line: str, group: Sequence[Step], alike: bool, factors: bool = False
    ) -> None:
        """Whether a line names what its steps make, and what the first makes it of, or of this its
        ``factors`` alone; a line of steps ``alike`` speaks of W, whatever its number."""
        names = list(self.found(line))
        if alike and group[0].op.products and "W" not in self.nodes:
            names += [(found.start(1), "W", False) for found in _WEIGHTS.finditer(line)]
        there = {name for _, name, _ in names}
        pointing = _POINTING.search(line) is not None
        for step in group:
            if not self._called(step) & there and not pointing:
                raise SheetgenError(f"“{line}” does not name {label(step)}")
        first = group[0]
        met = [first.inputs[k] for p in first.op.products for k in (p.left, p.top)]
        for node in met if factors else first.inputs:
            stands = any(p in self.standing.by_place
                         for row in self.standing.origins[node.name] for p in row)  # fmt: skip
            parts = node.inputs if isinstance(node, Step) and node.hidden else ()
            in_parts = len(parts) > 1 and all(self._called(part) & there for part in parts)
            if stands and not self._called(node) & there and not in_parts and not pointing:
                raise SheetgenError(f"“{line}” does not name {label(node)}")
        wrong = passing(line, group)
        if wrong is not None:
            raise SheetgenError(f"“{line}” says otherwise of where {label(wrong)} lets it pass")
        for at, name, turned in names:
            side = _SIDE.search(line[:at])
            if side is not None and not self._so(first, name, side[1], turned):
                raise SheetgenError(f"“{line}” says {side[1]} of {name} where it takes the other")

    def check_verbs(self, sight: Sight, groups: Mapping[int, Sequence[Step]]) -> None:
        """What stands at a circle names the factors of its step, and their rows or columns."""
        circles = [i for i in sight.items if isinstance(i, Circle) and i.text.isdigit()
                   and not i.node]  # fmt: skip
        for item in sight.labels("label"):
            said = item.markup
            found = _VERB.fullmatch(said)
            if found is None or item.colour != "soft" or not circles:
                continue
            if " of " not in said and not all(
                name.removesuffix("^T") in self.nodes for name in found.groups()
            ):
                continue  # a rule, such as ``.5 × g``
            near = min(circles, key=lambda c: apart(box_of(item), box_of(c)))
            group = groups[int(near.text)]
            if not group[0].op.products:
                raise SheetgenError(f"“{said}” stands where nothing is multiplied so")
            made = ", ".join(map(label, group))
            self.check(f"{made} = {said}", group, alike=False, factors=True)

    def check_likewise(self, line: str, groups: Sequence[Sequence[Step]]) -> None:
        """Whether a line names behind ``Likewise`` what its further steps make, and no other."""
        _, likewise, more = line.partition("Likewise")
        if not likewise:
            return
        named = {name for _, name, _ in self.found(more)}
        made = [step for group in groups[1:] for step in group]
        known = {name for step in made for name in self._called(step)}
        left_out = (group for group in groups[1:]
                    if not any(self._called(step) & named for step in group))  # fmt: skip
        if named - known or next(left_out, None) is not None:
            raise SheetgenError(f"“{line}” names others than its steps make")

    def _called(self, node: Node) -> set[str]:
        """What a matrix is called: also as what it is bent to in its own boxes."""
        after = self.standing.bent.get(node.name, node.name)
        turned = {said for said, of in self.turned.items() if of is node}
        return {label(node), _within(node), label(self.standing.graph.by_name[after]), *turned}

    def _so(self, step: Step, name: str, side: str, turned: bool) -> bool:
        """Whether a step multiplies, or adds up, whole rows, or columns, of a matrix."""
        products = products_of(step)
        own = next((n for n in step.inputs if label(n) == name), None)
        node = own or self.nodes.get(name) or step.inputs[step.op.products[0].left]
        joined = (n for n in step.inputs if isinstance(n, Step) and n.hidden and node in n.inputs)
        node = node if node in step.inputs else next(joined, node)
        if products is None or node not in step.inputs:
            return True
        across = (side == "row") != turned
        for terms in products.values():
            places: set[Place] = {p for term in terms for p in term if p[0] == node.name}
            _, i, j = next(iter(places), ("", 0, 0))
            rows, columns = node.shape
            whole = [(i, c) for c in range(columns)] if across else [(r, j) for r in range(rows)]
            if places and places != {(node.name, r, c) for r, c in whole}:
                return False
        return True


def _within(node: Node) -> str:
    return within(label(node))


def _check_copies(standing: Standing, line: str) -> None:
    """``Copy A into the boxes at the left of C, B into those above it.``"""
    steps = [s for s in standing.graph.worked if len(s.op.products) == 1]
    if " left " not in line or not steps:
        return
    step = steps[0]
    left, top = step.inputs[step.op.products[0].left], step.inputs[step.op.products[0].top]
    says = f"Copy {label(left)} into the boxes at the left of {label(step)}, {label(top)} " in line
    stand = any(
        any(_is_left(part, made) for part in _of(standing, left.name, made.page))
        and any(_is_above(part, made) for part in _of(standing, top.name, made.page))
        for made in standing.parts if made.name == step.name
    )  # fmt: skip
    if not (stand and (says or f"and {label(top)} above it" in line)):
        raise SheetgenError(f"“{line}”, but they stand elsewhere")


def _of(standing: Standing, name: str, page: int) -> list[Part]:
    return [part for part in standing.parts if part.name == name and part.page == page]


def _is_left(part: Part, made: Part) -> bool:
    a, b = part.box, made.box
    return a[2] < b[0] and abs(a[1] - b[1]) < 0.1 and abs(a[3] - b[3]) < 0.1


def _is_above(part: Part, made: Part) -> bool:
    a, b = part.box, made.box
    return a[3] < b[1] and abs(a[0] - b[0]) < 0.1 and abs(a[2] - b[2]) < 0.1


_COUNT = re.compile(r"How many parameters(?: are there in all)?\?(?: ([\d×+() ]+) =)? ?(\d+)?")
_LAYER = re.compile(r"(\d+)×(?:\((\d+) \+ (\d+)\)|(\d+))")


def _check_counts(standing: Standing) -> None:
    """The count of parameters, its sum, and the answer that stands behind it."""
    graph = standing.graph
    parameters = {given.name for given in graph.givens if given.role == "parameter"}
    count = sum(name in parameters for name, _, _ in standing.by_place)
    for sight in standing.sights:
        labels = [i for i in sight.items if isinstance(i, Label)]
        for item, said in sight.lines():
            found = _COUNT.fullmatch(said)
            if found is None:
                continue
            behind = labels[next(k for k, label in enumerate(labels) if label is item) :]
            layers = _LAYER.findall(found[1] or "")
            total = sum(int(a) * (int(b) + int(c) if b else int(d)) for a, b, c, d in layers)
            answer = found[2] or next((i.markup for i in behind if i.face == "answer"), "")
            if answer != str(count) or (layers and total != count):
                raise SheetgenError(f"“{said}” is answered by {answer}, not {count}")
