"""Self-attention on the page: columns are tokens.

The projections cross: Q lies under X, Kᵀ at the right of Xᵀ, and their product where both meet, so
that nothing is copied. Each head has a page; another one puts the heads together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from sheetgen.graph.nodes import Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.attention_back import MOST_ROWS, Form, ways_back
from sheetgen.layout.figures.generic import marching
from sheetgen.layout.figures.heads import Head, Match, heads_of
from sheetgen.layout.figures.parts import captioned, name_of, smallness, steps_called, tag
from sheetgen.layout.figures.registry import arrangement
from sheetgen.page.figure import (
    LABEL,
    Arrangement,
    Figure,
    arrow,
    block,
    box_of,
    meet,
    text,
)
from sheetgen.page.items import Anchor, Block
from sheetgen.words.labels import label

SIDE = 1.45
"""Between blocks side by side, for the word that leads from one to the other."""
FORMS: tuple[Form, ...] = ("beneath", "line", "corner")
"""How the error of what all heads make is tried; one of many rows does not stand beneath it."""
CLEAR = (1.0, 0.6, 0.3)
"""White around what the heads make together, on the page of the last."""


@arrangement("attention")
def attention(boxes: Boxes) -> Iterator[Arrangement]:
    """A page a head, in two where one is too small; then what joins them, and the way back."""
    graph = boxes.exercise.graph
    heads = heads_of(graph)
    if not heads:
        return
    joined = steps_called(graph, "joined")
    final = joined[0] if joined else None
    several = len(heads) > 1
    stack = None if not several else next(
        (s for s in graph.steps if all(h.Z in s.inputs for h in heads)), None
    )  # fmt: skip
    for cut in (False, True):
        options, last = [], set[int]()
        for form, inside in product(("beside", "below", "corner"), (False, True)):
            if (inside and (not several or final is not None)) or (cut and form != "below"):
                continue
            if form != "beside" and not cut and any(h.logits is h.S for h in heads):
                continue  # shares would stand where the scores do, values not under X
            pages = []
            for k, head in enumerate(heads):
                figures = _pages(boxes, head, None if several else final, form, cut)
                if several:
                    caption = f"Head {k + 1} of {len(heads)}"
                    figures = [captioned(f, caption) for f in figures]
                pages += figures
            if stack is not None:
                together = _together(boxes, heads, stack, final, len(pages) // len(heads))
                pages[-1:] = _with(pages[-1], together) if inside else [pages[-1], together]
                last |= set() if inside else {id(together)}
            if all(page.items for page in pages):
                options.append(pages)
        options.sort(key=lambda pages: (len(pages), max(map(smallness, pages))))
        shown = {*joined, *([stack] if stack else [])}
        shown |= {step for h in heads for step in h.steps}
        rest = [s for s in graph.steps if not s.hidden and s not in shown]
        for pages in options:
            if stack is not None and id(pages[-1]) in last:
                each, made = (len(pages) - 1) // len(heads), final or stack
                found: list[Arrangement] = []
                for error in FORMS[made.shape[0] > MOST_ROWS :]:
                    together = _together(boxes, heads, stack, final, each, error == "line")
                    found += _back_from(boxes, [*pages[:-1], together], made, rest, error)
                yield from sorted(found, key=lambda way: len(way.leaves))
            yield from _with_ways_back(boxes, pages, rest)
        for pages in options:
            yield _with_rest(boxes, pages, rest)


@arrangement("attention and layers", marching=True)
def attention_and_layers(boxes: Boxes) -> Iterator[Arrangement]:
    """The same where layers come after attention, which march."""
    return attention(boxes)


def _back_from(
    boxes: Boxes, pages: Sequence[Figure], made: Step, rest: Sequence[Step], error: Form
) -> Iterator[Arrangement]:
    """The pages of the heads, then those of gradients, on the first of which is what the heads make
    together, the last of ``pages``, with its ``error``: a page less than if it had its own."""
    *pages, together = pages
    [end] = [box_of(i) for i in together.items if isinstance(i, Block) and i.name == made.name]
    above = together.moved(-end[0], -end[3])
    if rest and all(s.role == "gradient" for s in rest):
        found = ways_back(boxes, len(pages) + 1, above, error)
        yield from (Arrangement(leaves=(*pages, *back)) for back in found)


def _with_ways_back(
    boxes: Boxes, pages: Sequence[Figure], rest: Sequence[Step]
) -> Iterator[Arrangement]:
    """The pages before those of the gradients, if nothing else comes after attention."""
    if rest and all(s.role == "gradient" for s in rest):
        for back in ways_back(boxes, len(pages) + 1):
            yield Arrangement(leaves=(*pages, *back))


def _with_rest(boxes: Boxes, pages: Sequence[Figure], rest: Sequence[Step]) -> Arrangement:
    """The pages alone, or before those of what comes after attention, which marches."""
    more = marching(boxes, rest) if rest else None
    if len(pages) == 1:
        return Arrangement(whole=pages[0], bands=more)
    return Arrangement(leaves=tuple(pages), bands=more)


def _pages(
    boxes: Boxes, head: Head, final: Step | None, form: str, cut: bool
) -> list[Figure]:
    """One head on one page, or ``cut`` in two before the powers; these stand ``below`` what they
    are made of, or ``beside`` it, or below it with the shares round the ``corner``."""
    weave = _HeadWeave(boxes, head)
    scores = weave.scores()
    if not cut and form == "corner":
        return [scores + weave.corner(final)]
    if not cut:
        below = form == "below"
        x, y = (weave.x + weave.step, weave.y + head.seen + 0.85) if below else (
            weave.x + weave.step * (1 + (head.logits is not head.S)), weave.y)  # fmt: skip
        figure = scores + weave.word_to_powers(x, y, below)
        return [figure + weave.shares(x, y, final)]
    second = _HeadWeave(boxes, head)
    x = second.x + head.tokens + SIDE
    said = f"{head.E.params['base']} to the power of {name_of(head.logits)}"
    words = text(f"{said}, from the page before", x + head.tokens / 2, -0.9, 0.46, colour="soft")
    return [scores, words + second.shares(x, 0.0, final, with_input=True)]


class Weave:
    """The scores of a match; X stands with its left edge at x = 0, at the top."""

    def __init__(self, boxes: Boxes, match: Match) -> None:
        self.boxes, self.match = boxes, match
        self.features, self.tokens = match.source.shape
        self.known, self.seen = match.memory.shape
        self.keys = match.Q.shape[0]
        self.x = 0.0
        self.low = max(self.features, self.known)
        """Lower edge of X, and of the weights of the keys."""
        self.y = self.low + self.keys + 1.5
        """Upper edge of the scores."""
        self.step = self.tokens + SIDE
        self.above = 0.42 if self.tokens > 1 else 0.95
        """From a block up to its name, past the words beside it."""

    def scores(self) -> Figure:
        """X over Q, Xᵀ beside Kᵀ, the scores where they meet, and what they are divided by."""
        h, boxes, f, k = self.match, self.boxes, self.features, self.keys
        W_q, W_k = h.Q.inputs[0], h.K.inputs[0]
        xk = -0.55 - k
        xq = xk - 0.55 - f
        yx, yk, yq = self.low - f, self.low - self.known, self.low + 0.6
        figure = block(boxes.of(h.source), 0.0, yx, name=h.source.name)
        figure += text(label(h.source), self.tokens / 2, yx - 0.42, LABEL * 1.15)
        figure += block(boxes.of(W_k, turned=True), xk, yk, True, W_k.name)
        figure += text(name_of(W_k, True), xk + k / 2, yk - 0.42, LABEL * 1.15, colour="top")
        figure += block(boxes.of(W_q), xq, yq, True, W_q.name)
        figure += text(label(W_q), xq + f / 2, yq - 0.5, LABEL * 1.15, colour="top")
        figure += block(boxes.of(h.Q), 0.0, yq, name=h.Q.name)
        figure += tag(boxes, h.Q, self.tokens + 0.25, yq + k / 2, "start")
        xm, under = xk - 0.55 - self.known, self.y + self.seen + 0.42
        figure += block(boxes.of(h.memory, turned=True), xm, self.y, name=h.memory.name)
        figure += text(name_of(h.memory, True), xm + self.known / 2, under, LABEL * 1.15)
        figure += block(boxes.of(h.K, turned=True), xk, self.y, name=h.K.name)
        figure += tag(boxes, h.K, xk + k / 2, under, "middle", turned=True)
        figure += block(boxes.of(h.S), 0.0, self.y, name=h.S.name)
        at = self.y - self.above if self.tokens > 1 else under  # one has words beside it up there
        figure += tag(boxes, h.S, self.tokens / 2, at, "middle")
        for i in range(k):
            figure += arrow(xq + f + 0.12, yq + i + 0.5, -0.1, yq + i + 0.5, "left")
            figure += arrow(xk + i + 0.5, self.low + 0.12, xk + i + 0.5, self.y - 0.1, "top")
        return figure + self._divided()

    def _divided(self) -> Figure:
        """The scores divided, at the right of them."""
        h = self.match
        if h.logits is h.S:
            return Figure()
        lines = (f"÷ {h.logits.params['by']},", "rounded", "down")
        x = self.tokens + SIDE / 2
        figure = self.words(lines, x, self.y + self.seen / 2)
        x = self.tokens + SIDE
        figure += block(self.boxes.of(h.logits), x, self.y, name=h.logits.name)
        return figure + self.number_above(h.logits, x)

    def words(
        self, lines: Sequence[str], x: float, y: float, back: bool = False
    ) -> Figure:
        """Words one below the other between two blocks, and an arrow under them."""
        figure, top = Figure(), y - 0.25 * len(lines)
        for k, line in enumerate(lines):
            figure += text(line, x, top + 0.5 * k, 0.42, colour="soft")
        foot = top + 0.5 * len(lines) - 0.05
        side = -0.3 if back else 0.3
        return figure + arrow(x - side, foot, x + side, foot, "soft")

    def number_above(self, step: Step, x: float) -> Figure:
        return tag(self.boxes, step, x + self.tokens / 2, self.y - self.above, "middle")


class _HeadWeave(Weave):
    """One head: the scores, and what is made of them."""

    def __init__(self, boxes: Boxes, head: Head) -> None:
        super().__init__(boxes, head)
        self.head = head

    def word_to_powers(self, x: float, y: float, below: bool) -> Figure:
        """What the powers at (x, y) are of, and their name."""
        base, E = self.head.E.params["base"], self.head.E
        if below:
            return text(f"{base} to the power", x + self.tokens / 2, y - 0.43, 0.46, colour="soft")
        figure = self.words((f"{base} to", "the", "power"), x - SIDE / 2, y + self.seen / 2)
        return figure + tag(self.boxes, E, x + self.tokens / 2, y - self.above, "middle")

    def shares(self, x: float, y: float, final: Step | None, with_input: bool = False) -> Figure:
        """The powers at (x, y), their sums, the shares and the mix beneath them; the values at its
        left, with what they are made of."""
        h, boxes, t, seen = self.head, self.boxes, self.tokens, self.seen
        figure = block(boxes.of(h.E), x, y, name=h.E.name)
        if with_input or y > self.y:
            figure += tag(boxes, h.E, x + t + 0.25, y + seen / 2, "start")
        y += seen + 0.3
        figure += block(boxes.of(h.sums), x, y, name=h.sums.name)
        beside = x + t + 0.25 if with_input else x - 0.2
        anchor: Anchor = "start" if with_input else "end"
        figure += tag(boxes, h.sums, beside, y + 0.5, anchor)
        figure += text("each ÷ its sum", x + t / 2, y + 1.43, 0.46, colour="soft")
        y += 1.85
        figure += block(boxes.of(h.A), x, y, name=h.A.name)
        figure += tag(boxes, h.A, beside, y + seen / 2, anchor)
        y += seen + 0.6
        if h.memory is not h.source and not with_input:
            with_input, y = True, max(y, self._below_scores)
        figure += self._values(y, x, with_input, min(0.0, x - seen - 0.55))
        figure += block(boxes.of(h.Z, kind="output"), x, y, name=h.Z.name)
        for j in range(t):
            figure += arrow(x + j + 0.5, y - 0.48, x + j + 0.5, y - 0.1, "top")
        beneath = y + h.Z.shape[0]
        if final is None:
            return figure + tag(boxes, h.Z, x + t / 2, beneath + 0.42, "middle")
        figure += tag(boxes, h.Z, x + t + 0.25, y + h.Z.shape[0] / 2, "start")
        return figure + _projected(boxes, final, x, beneath + 0.6)

    def corner(self, final: Step | None) -> Figure:
        """The powers below what they are of, the shares at their left under the scores, and the
        mix beneath these; the values at its left, with all that they are made of."""
        h, boxes, t, seen = self.head, self.boxes, self.tokens, self.seen
        x, y = self.step, self.y + seen + 1.6
        base = h.E.params["base"]
        figure = text(f"{base} to the power", x + t / 2, y - 0.6, 0.46, colour="soft")
        figure += block(boxes.of(h.E), x, y, name=h.E.name)
        figure += tag(boxes, h.E, x + t + 0.25, y + seen / 2, "start")
        figure += block(boxes.of(h.sums), x, y + seen + 0.3, name=h.sums.name)
        figure += tag(boxes, h.sums, x + t + 0.25, y + seen + 0.8, "start")
        figure += self.words(("each", "÷ its", "sum"), t + SIDE / 2, y + seen / 2, back=True)
        figure += block(boxes.of(h.A), 0.0, y, name=h.A.name)
        figure += tag(boxes, h.A, t / 2, y - 0.4, "middle")
        y = max(y + seen + 0.6, self._below_scores)
        for j in range(t):
            figure += arrow(j + 0.5, y - 0.48, j + 0.5, y - 0.1, "top")
        figure += self._values(y, 0.0, with_input=True, x=-0.55 - seen)
        figure += block(boxes.of(h.Z, kind="output"), 0.0, y, name=h.Z.name)
        figure += tag(boxes, h.Z, t + 0.25, y + h.Z.shape[0] / 2, "start")
        if final is None:
            return figure
        return figure + _projected(boxes, final, 0.0, y + h.Z.shape[0] + 0.6)

    @property
    def _below_scores(self) -> float:
        """Upper edge of values that have what they are made of between them and the scores."""
        return self.y + self.seen + self.known + 2.6

    def _values(self, y: float, to: float, with_input: bool, x: float = 0.0) -> Figure:
        """V, from ``x`` on, with its weights at the left, and arrows to the mix."""
        h, boxes = self.head, self.boxes
        W, rows = h.V.inputs[0], h.V.shape[0]
        left = x - 0.5 - self.known
        figure = block(boxes.of(W), left, y, True, W.name)
        figure += text(label(W), left - 0.2, y + rows / 2, LABEL * 1.15, "end", "top")
        figure += block(boxes.of(h.V), x, y, name=h.V.name)
        figure += tag(boxes, h.V, x + self.seen / 2, y - 0.42, "middle")
        for i in range(rows):
            figure += arrow(x + self.seen + 0.12, y + i + 0.5, to - 0.1, y + i + 0.5, "left")
        if with_input:
            top = y - 1.0 - self.known
            figure += block(boxes.of(h.memory), x, top, name=h.memory.name)
            figure += text(label(h.memory), x + self.seen / 2, top - 0.42, LABEL * 1.15)
        return figure


def _projected(
    boxes: Boxes, step: Step, x: float, y: float, named_below: bool = False
) -> Figure:
    """A product beneath its top factor, its corner at (x, y), the weights at its left; its name at
    its right, or with that of the weights below."""
    W = step.inputs[0]
    rows, cols = step.shape
    left = x - 0.5 - W.shape[1]
    figure = block(boxes.of(W), left, y, True, W.name)
    figure += block(boxes.of(step, kind="output"), x, y, name=step.name)
    if named_below:
        under = y + rows + 0.42
        figure += text(label(W), left + W.shape[1] / 2, under, LABEL * 1.15, colour="top")
        return figure + tag(boxes, step, x + cols / 2, under, "middle")
    figure += text(label(W), left - 0.2, y + rows / 2, LABEL * 1.15, "end", "top")
    return figure + tag(boxes, step, x + cols + 0.25, y + rows / 2, "start")


def _together(
    boxes: Boxes, heads: Sequence[Head], stack: Step, final: Step | None, each: int,
    in_line: bool = False,
) -> Figure:  # fmt: skip
    """The heads one over the other, and their product with the weights of the output, whose name
    stands beneath it where its error is ``in_line`` with it; each head took some pages."""
    rows, cols = stack.shape
    figure = block(boxes.of(stack, kind="output"), 0.0, 0.0, name=stack.name)
    y = 0.0
    for k, head in enumerate(heads, start=1):
        high = head.Z.shape[0]
        said = f"{label(head.Z)}, page {k * each}"
        figure += text(said, -0.25, y + high / 2, LABEL, "end")
        y += high
    if final is None:
        return figure + tag(boxes, stack, cols / 2, -0.42, "middle")
    figure += tag(boxes, stack, cols + 0.25, rows / 2, "start")
    return figure + _projected(boxes, final, 0.0, rows + 0.6, in_line)


def _with(page: Figure, more: Figure) -> list[Figure]:
    """A page with a figure in its free middle or foot, with as much white around it as it may have;
    an empty one if it has no room there."""
    x0, y0, x1, y1 = page.box
    foot = max(y1, y0 + (x1 - x0) * 200 / 182)
    taken = [box_of(item) for item in page.items]
    for white in CLEAR:
        wide, high = more.width + 2 * white, more.height + 2 * white + 0.2
        for y in reversed(list(_steps(y0, foot - high))):
            for x in _steps(x0 - white, x1 - wide + white):
                if not any(meet(b, (x, y, x + wide, y + high)) for b in taken):
                    return [page + more.at(x + white, y + white + 0.1)]
    return [Figure()]


def _steps(start: float, end: float) -> Iterator[float]:
    while start <= end:
        yield start
        start += 0.25
