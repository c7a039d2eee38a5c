"""A page as it is heard: its marked texts as elements in the order of the work. Title and name
line, what is given, then each step with its words, its matrices and its sums; then the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from sheetgen.page.items import Block, Circle, Label, Rule
from sheetgen.press.pdf.heard_net import net_of
from sheetgen.press.pdf.heard_tables import Heard, joined, tables
from sheetgen.press.pdf.tags import Element, Marked, Tags
from sheetgen.type.markup import plain_text

BLANK = "blank"
"""What is said of a place that the student fills."""
FAR = 20.0
"""In mm: what is farther from a matrix does not belong to it."""
LOWER = 8.0
"""In mm: how much lower than its text a place to write may be, on the line beneath it, say."""
_STEP = re.compile(r"\[(\d+)[^\]]*\](?: to \[\d+\])?:?\s*")
_FIRST, _REST = 0, 1 << 20
"""What comes before all steps, and after them."""
LIST = "/O/List/ListNumbering"


@dataclass(slots=True)
class _Part:
    """What belongs to a step; or what is given, or the rest."""

    numbers: list[int] = field(default_factory=list)
    """The marks of its number in a circle."""
    words: list[Element] = field(default_factory=list)
    matrices: list[Heard] = field(default_factory=list)
    sums: list[Element] = field(default_factory=list)


@dataclass(slots=True)
class _Before:
    """The text before, which the next may go on: where it was put, and what it says."""

    first: Label
    """Of its lines."""
    label: Label
    """Its last one."""
    group: list[Element]
    said: str


def arrange(tags: Tags, key: bool) -> None:
    """Put a page's elements in order, when all of its items are marked; what is heard where nothing
    is written gets a space."""
    tags.elements = _Hearing(tags, key).elements()


class _Hearing:
    """The elements of one page."""

    def __init__(self, tags: Tags, key: bool) -> None:
        self.tags, self.key = tags, key
        self.head: list[Element] = []
        self.foot: list[Element] = []
        self.parts: dict[int, _Part] = {}
        self.before: _Before | None = None

    def elements(self) -> tuple[Element, ...]:
        net, others = net_of(self.tags, self.key)
        blocks = [m for m in others if isinstance(m.item, Block)]
        self.heard = [heard for m in blocks for heard in tables(m, self.tags, self.key)]
        for heard in self.heard:
            self._part(heard.step).matrices.append(heard)
        for marked in others:
            if isinstance(marked.item, Label):
                self._label(marked, marked.item)
            elif isinstance(marked.item, Rule):
                self._rule(marked.item)
            elif isinstance(marked.item, Circle):
                self._circle(marked, marked.item)
        if net:
            self._part(_REST).words.insert(0, net)
        return (*self.head, *self._body(), *self.foot)

    def _part(self, step: int) -> _Part:
        return self.parts.setdefault(step, _Part())

    # --- texts

    def _label(self, marked: Marked, label: Label) -> None:
        if not any(n is not None for n in marked.numbers) and not marked.said:
            return
        said = _said(label)
        before = self.before
        if before and self._goes_on(label, before):
            last = before.group[-1]
            before.label, before.said = label, f"{before.said} {said}"
            kids = last.kids + self._kids(marked, label)
            before.group[-1] = Element(last.role, kids, before.said)
            return
        named = None if self._is_around(label) else self._named(label)
        if named is not None:
            named.labels += self._kids(marked, label)
            return
        role, group, said = self._place(label, said)
        same = said == label.markup and not marked.said
        group.append(Element(role, self._kids(marked, label), "" if same else said))
        self.before = _Before(label, label, group, said)

    def _is_around(self, label: Label) -> bool:
        """Whether a text belongs to the head or the foot, or tells what to do at a step."""
        head = label.y < self.tags.reading.head
        return head or label.face in ("title", "small") or bool(_STEP.match(label.markup))

    def _goes_on(self, label: Label, before: _Before) -> bool:
        """Whether a text is the next line of the one before, which is indented, or the answer at
        its end; or a name behind ``Name``."""
        above = before.label
        right, down = label.x - before.first.x, label.y - above.y
        if label.y < self.tags.reading.head:
            same = (label.face, label.size, label.anchor) == (above.face, above.size, above.anchor)
            return same and down == 0 and label.anchor == "start" and 0 < right < 4 * label.size
        if label.of or self._is_around(label) or above.y < self.tags.reading.head:
            return False
        if label.answer and not label.source:
            return not above.answer and abs(down) < 0.5 * label.size
        if (label.face, label.size, label.anchor) != ("label", above.size, above.anchor):
            return False
        in_line = (right == 0 if label.anchor == "middle"
                   else 0.8 * label.size < right < 1.7 * label.size)  # fmt: skip
        return above.face == "label" and 0 < down < 1.7 * label.size and in_line

    def _place(self, label: Label, said: str) -> tuple[str, list[Element], str]:
        """The role of a text, where it belongs, and what is said for it."""
        if label.face == "title":
            which = self.tags.which
            return (("H2", self.head, f"{said}, page {which + 1}") if which
                    else ("H1", self.head, said))  # fmt: skip
        if label.y < self.tags.reading.head:
            return "P", self.head, said
        if label.face == "small":
            return "P", self.foot, said
        step = _STEP.match(label.markup)
        if step:
            rest = plain_text(label.markup[step.end() :])
            part = self._part(int(step[1]))
            if label.answer:
                return "P", part.sums, f"{_steps(step)}, worked: {rest}"
            return "P", part.words, f"{_steps(step)}: {rest}"
        if label.of:
            return "P", self.before.group if self.before else self._part(_REST).sums, said
        near = self._near(label.x, label.y)
        return "P", near.after if near else self._part(_REST).words, said

    def _kids(self, marked: Marked, label: Label) -> tuple[int, ...]:
        """The marks of a text; a space where it is drawn as a picture."""
        kids = tuple(n for n in marked.numbers if n is not None)
        return kids or (self.tags.space(label.x, label.y, label.size),)

    def _rule(self, rule: Rule) -> None:
        """A ruled place to write on: blank, after the text that it stands behind."""
        before, scale = self.before, self.tags.reading.scale
        if self.key or rule.height or before is None or (
            not -4 * scale <= rule.y - before.label.y <= LOWER * scale
        ):
            return
        mark = Element("Span", (self.tags.space(rule.x, rule.y, 3.0),), alt=BLANK)
        last = before.group[-1]
        text = Element("Span", last.kids, last.said) if last.said else None
        before.group[-1] = Element(last.role, (*([text] if text else last.kids), mark))

    # --- what stands near

    def _named(self, label: Label) -> Heard | None:
        """The matrix that a label names."""
        found = [h for h in self.heard if h.is_named(label.markup)]
        near = min(found, key=lambda h: h.distance(label.x, label.y), default=None)
        return near if near and near.distance(label.x, label.y) < 2 * self._far else None

    @property
    def _far(self) -> float:
        return FAR * self.tags.reading.scale

    def _near(self, x: float, y: float) -> Heard | None:
        found = min(self.heard, key=lambda h: h.distance(x, y), default=None)
        return found if found and found.distance(x, y) < self._far else None

    def _circle(self, marked: Marked, circle: Circle) -> None:
        """A step's number."""
        numbers = [n for n in marked.numbers if n is not None]
        if not numbers:
            return
        if circle.y < self.tags.reading.head or not circle.text.isdigit():
            self.head.append(Element("P", tuple(numbers)))
        else:
            self._part(int(circle.text)).numbers += numbers

    # --- in order

    def _body(self) -> list[Element]:
        steps = sorted(n for n in self.parts if _FIRST < n < _REST)
        given, rest = self._part(_FIRST), self._part(_REST)
        found = [*given.words, *joined(given.matrices, self.tags), *given.sums]
        if steps:
            items = tuple(self._item(n, self.parts[n]) for n in steps)
            found.append(Element("L", items, attributes=f"{LIST}/Decimal"))
        return [*found, *rest.words, *rest.sums]

    def _item(self, number: int, part: _Part) -> Element:
        """A step of the list: its number if it stands in a circle, and what belongs to it."""
        inside = (*part.words, *joined(part.matrices, self.tags), *part.sums)
        if not part.numbers:
            return Element("LI", (Element("LBody", inside),))
        mark, begins = tuple(part.numbers), f"Step {number}: "
        if not part.words or not part.words[0].said.startswith(begins):
            return Element("LI", (Element("Lbl", mark, f"Step {number}"),
                                  *([Element("LBody", inside)] if inside else ())))  # fmt: skip
        first = replace(inside[0], said=inside[0].said.removeprefix(begins))
        body = Element("LBody", (first, *inside[1:]))
        return Element("LI", (Element("Lbl", mark, begins.strip()), body))


def _said(label: Label) -> str:
    """A text as it is heard; an answer is called so."""
    said = plain_text(label.markup)
    is_answer = label.answer and label.of is None and label.face == "answer"
    return f"answer {said}" if is_answer else said


def _steps(step: re.Match[str]) -> str:
    """``[1] to [7]:`` as it is heard."""
    said = step[0].strip().rstrip(":").replace("[", "").replace("]", "")
    return f"Step {said}" if said.isdigit() else f"Steps {said}"
