"""The way back through attention: from the error to the mix, from the mix to the scores, and from
the scores to the weights. The pages are cut where a step is done box by box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from sheetgen.graph.nodes import Given, Node, Step
from sheetgen.layout.cells import Boxes, ink_of
from sheetgen.layout.figures.heads import Head, heads_of
from sheetgen.layout.figures.parts import captioned, name_of, tag
from sheetgen.page.figure import LABEL, Figure, arrow, block, tagged, text
from sheetgen.page.items import Anchor
from sheetgen.words.labels import label

GAP = 0.55
"""Between blocks that belong to one product."""
NARROW = 0.62
"""The same where a head has one page."""
SIGN = 1.1
"""Between blocks with a sign between them."""
DIVIDED = 1.25
"""The same for a sign and a number where a head has one page."""

MOST_ROWS = 4
"""Of an error that stands beneath the result and its target; one of more stands in line with
them."""

Gradients = Mapping[Node, Step]
Form = Literal["beneath", "line", "corner"]
"""Where an error stands: beneath result and target, in line with both, or at the right of the
target, which stands beneath the result."""


def ways_back(
    boxes: Boxes, page: int, above: Figure | None = None, form: Form = "beneath"
) -> list[tuple[Figure, ...]]:
    """The ways to set the gradients from a ``page`` on, a figure a page, the one with the fewest
    pages first; none if they do not hang together like that. What is ``above`` the error, with the
    result at its foot, the lower left corner of which is at (0, 0), stands on the first page; none
    if it has no place there. The error of what all heads make has a ``form``."""
    graph = boxes.exercise.graph
    of = {s.of: s for s in graph.steps if s.role == "gradient" and s.of is not None}
    heads = heads_of(graph)
    nodes = [n for h in heads for n in (h.Z, h.V, h.A, h.logits, h.Q, h.K)]
    if not all(n in of for n in nodes):
        return []
    start: tuple[Figure, ...] = ()
    if len(heads) > 1 or _error_of(of[heads[0].Z]) is None:
        start = (_Output(boxes, of, heads).figure(above, form),)
    elif above is not None:
        return []
    whole, cut = list(start), list(start)
    for number, head in sorted(enumerate(heads, 1), key=lambda pair: of[pair[1].Z].order):
        mix, scores = _Mix(boxes, of, head, page), _Scores(boxes, of, head)
        caption = f"Head {number} of {len(heads)}" if len(heads) > 1 else ""
        if head.memory is head.source:
            whole.append(captioned(both(mix, scores), caption))
        cut += [captioned(mix.figure(), caption), captioned(scores.figure(), caption)]
    alike = all(head.memory is head.source for head in heads)
    return [tuple(whole), tuple(cut)] if start and alike else [tuple(cut)]


def _error_of(gradient: Step) -> tuple[Node, Given] | None:
    """What is compared with which target, if a gradient is the error itself."""
    if len(gradient.inputs) != 2:
        return None
    made, target = gradient.inputs
    compared = isinstance(target, Given) and target.role == "target"
    return (made, target) if compared and isinstance(target, Given) else None


def _is_error(node: Node) -> bool:
    return isinstance(node, Step) and _error_of(node) is not None


class _Part:
    """What the pages share: products by their corners."""

    def __init__(self, boxes: Boxes, of: Gradients) -> None:
        self.boxes, self.of = boxes, of

    def under(self, step: Step, left: Node, turned: bool, x: float, y: float) -> Figure:
        """A product at (x, y) beneath its top factor, its left factor beside it."""
        cells = self.boxes.of(left, turned)
        wide = len(cells[0])
        outline = isinstance(left, Given) and left.role == "parameter"
        colour = "top" if outline else "ink"
        start = x - GAP - wide
        figure = block(cells, start, y, outline, left.name)
        figure += text(name_of(left, turned), start + wide / 2, y - 0.42, LABEL, colour=colour)
        figure += block(self.boxes.of(step), x, y, name=step.name)
        for j in range(step.shape[1]):
            figure += arrow(x + j + 0.5, y - 0.5, x + j + 0.5, y - 0.1, "top")
        return figure + tag(
            self.boxes, step, x + step.shape[1] / 2, y + step.shape[0] + 0.42, "middle"
        )

    def beside(
        self, step: Step, top: Node, x: float, y: float, start: float, turned: bool = False
    ) -> Figure:
        """A product at (x, y), perhaps on its side, under a top factor that lies on its side, at
        the right of the left factor that ends at ``start``."""
        cells, made = self.boxes.of(top, turned=True), self.boxes.of(step, turned)
        rows, wide = len(cells), len(made[0])
        figure = block(cells, x, y - GAP - rows, name=top.name)
        figure += text(f"{label(top)}^T", x + wide / 2, y - GAP - rows - 0.42, LABEL)
        figure += block(made, x, y, name=step.name)
        for i in range(len(made)):
            figure += arrow(start + 0.1, y + i + 0.5, x - 0.1, y + i + 0.5, "left")
        return figure + tag(
            self.boxes, step, x + wide / 2, y + len(made) + 0.42, "middle", turned
        )

    def error(
        self, gradient: Step, made: Node, target: Given, above: Figure | None = None,
        form: Form = "beneath",
    ) -> Figure:  # fmt: skip
        """A result, perhaps with what is ``above`` it, the target beneath it, and twice what is
        between them at (0, 0), or in another ``form``; where these are too high, all in a line."""
        rows, cols = made.shape
        if above is not None and form == "corner":
            return self._error_at_corner(gradient, made, target, above)
        if form == "line" or rows > MOST_ROWS:
            return self._error_in_line(gradient, made, target, above)
        y = -1.0 - rows
        figure = block(self.boxes.of(target), 0.0, y, name=target.name)
        figure += text(label(target), -0.25, y + rows / 2, LABEL, "end")
        figure += text("−", cols / 2, y - 0.4, 0.7)
        y -= 0.8
        if above is not None:
            figure += above.moved(0.0, y)
        else:
            figure += block(self.boxes.of(made, kind="output"), 0.0, y - rows, name=made.name)
            figure += text(label(made), -0.25, y - rows / 2, LABEL, "end")
        figure += arrow(cols / 2, -0.9, cols / 2, -0.1, "answer")
        figure += text("× 2", cols / 2 + 0.2, -0.52, 0.46, "start", "soft")
        return figure + self.named(gradient)

    def _error_in_line(
        self, gradient: Step, made: Node, target: Given, above: Figure | None = None
    ) -> Figure:
        rows, cols = made.shape
        x = -2 * (cols + SIGN) - 0.6
        if above is not None:
            figure = above.moved(x, float(rows))
        else:
            figure = block(self.boxes.of(made, kind="output"), x, 0.0, name=made.name)
            figure += text(label(made), x + cols / 2, -0.42, LABEL)
        figure += text("−", x + cols + SIGN / 2, rows / 2, 0.7)
        x += cols + SIGN
        figure += block(self.boxes.of(target), x, 0.0, name=target.name)
        figure += text(label(target), x + cols / 2, -0.42, LABEL)
        return figure + self._doubled(gradient)

    def _error_at_corner(
        self, gradient: Step, made: Node, target: Given, above: Figure
    ) -> Figure:
        rows, cols = made.shape
        x = -cols - SIGN - 0.6
        figure = above.moved(x, -0.8) + text("−", x + cols / 2, -0.4, 0.7)
        figure += block(self.boxes.of(target), x, 0.0, name=target.name)
        figure += text(label(target), x - 0.25, rows / 2, LABEL, "end")
        return figure + self._doubled(gradient)

    def _doubled(self, gradient: Step) -> Figure:
        """A gradient at (0, 0), twice what stands at its left."""
        rows, cols = gradient.shape
        figure = text("× 2", -0.85, rows / 2 - 0.4, 0.46, colour="soft")
        figure += arrow(-1.4, rows / 2, -0.1, rows / 2, "answer")
        figure += block(self.boxes.of(gradient), 0.0, 0.0, name=gradient.name)
        return figure + tag(self.boxes, gradient, cols / 2, -0.42, "middle")

    def named(self, gradient: Step) -> Figure:
        """A gradient at (0, 0), its name at the left."""
        rows = gradient.shape[0]
        return block(self.boxes.of(gradient), 0.0, 0.0, name=gradient.name) + tag(
            self.boxes, gradient, -0.25, rows / 2, "end"
        )


class _Output(_Part):
    """The error of what all heads give together, and the way through the last weights."""

    def __init__(self, boxes: Boxes, of: Gradients, heads: Sequence[Head]) -> None:
        super().__init__(boxes, of)
        joined = next(
            (s for s in boxes.exercise.graph.steps if all(h.Z in s.inputs for h in heads)), None
        )
        self.Z = joined if len(heads) > 1 and joined is not None else heads[0].Z

    def figure(self, above: Figure | None = None, form: Form = "beneath") -> Figure:
        """From the output, and what is ``above`` it, down to ∂Z."""
        dZ = self.of[self.Z]
        found = _error_of(dZ)
        if found is not None:
            return self.error(dZ, *found, above, form)
        W, dO = dZ.inputs
        assert isinstance(dO, Step)
        error = _error_of(dO)
        figure = self.error(dO, *error, above, form) if error is not None else self.named(dO)
        rows, cols = dO.shape
        if W in self.of:
            figure += self.beside(self.of[W], self.Z, cols + 1.0, 0.0, float(cols))
        return figure + self.under(dZ, W, True, 0.0, rows + 1.3)


class _Mix(_Part):
    """From the mix to the scores: values, shares, and the softmax in three blocks."""

    def __init__(self, boxes: Boxes, of: Gradients, head: Head, whence: int) -> None:
        """``whence``: the page on which all that leads to the heads stands."""
        super().__init__(boxes, of)
        self.head, self.whence = head, whence

    def figure(self) -> Figure:
        """∂Z at (0, 0); what comes of it at the right, and beneath."""
        h, of, dZ = self.head, self.of, self.of[self.head.Z]
        rows, t = dZ.shape
        found = _error_of(dZ)
        figure = self.error(dZ, *found) if found is not None else self._carried(dZ)
        x = t + SIGN
        figure += self.beside(of[h.V], h.A, x, 0.0, float(t))
        W = h.V.inputs[0]
        if W in of:
            figure += self.beside(of[W], h.memory, x + h.seen + SIGN, 0.0, x + h.seen)
        y = rows + 1.3
        figure += self.under(of[h.A], h.V, True, 0.0, y)
        return figure + self._softmax(y)

    def _carried(self, dZ: Step) -> Figure:
        """∂Z where it comes from a page before: it, or some of its rows."""
        middle = dZ.shape[0] / 2
        figure = block(self.boxes.of(dZ), 0.0, 0.0, name=dZ.name)
        figure += self._brought(dZ, -0.25, middle - 0.55, "end")
        *said, page = self._whence(dZ)
        for k, line in enumerate((" ".join(said), page)):
            figure += text(line, -0.25, middle + 0.1 + 0.52 * k, 0.43, "end", "soft")
        return figure

    def _brought(self, dZ: Step, x: float, y: float, anchor: Anchor) -> Figure:
        """The name of what comes from a page before: with its number if that says which rows."""
        number = self.boxes.step_numbers.get(dZ) if "start" in dZ.params else None
        return tagged(name_of(dZ), number, x, y, anchor, ink_of(dZ))

    def _whence(self, dZ: Step) -> list[str]:
        """Of what a head's gradient is some rows, and where that stands, in short lines."""
        said, start = ["copied"], dZ.params.get("start")
        if start is not None:
            rows, joint = range(start + 1, start + dZ.shape[0] + 1), "and"
            if len(rows) > 2:
                joint = "to"
            which = f"row {rows[0]}" if len(rows) == 1 else f"rows {rows[0]} {joint} {rows[-1]}"
            said = [which, f"of {label(dZ.inputs[0])}"]
        return [*said, f"from page {self.whence}"]

    def _softmax(self, y: float) -> Figure:
        """P = A ⊙ ∂A, its column sums, and P − A × sum, from the ∂A at (0, y) on."""
        h, boxes, t, seen = self.head, self.boxes, self.head.tokens, self.head.seen
        D, dA = self.of[h.logits], self.of[h.A]
        P, _, sums = D.inputs
        assert isinstance(P, Step)
        assert isinstance(sums, Step)
        middle = y + seen / 2
        figure = text("⊙", t + SIGN / 2, middle, 0.7)
        x = t + SIGN
        figure += block(boxes.of(h.A), x, y, name=h.A.name)
        figure += text(label(h.A), x + t / 2, y + seen + 0.42, LABEL)
        figure += text("=", x + t + SIGN / 2, middle, 0.7)
        x += t + SIGN
        figure += block(boxes.of(P), x, y, name=P.name)
        figure += tag(boxes, P, x + t + 0.25, middle, "start")
        y += seen + 0.35
        figure += block(boxes.of(sums), x, y, name=sums.name)
        figure += tag(boxes, sums, x + t + 0.25, y + 0.5, "start")
        said = f"each {label(P)} − {label(h.A)} × its sum"
        figure += text(said, x + t / 2, y + 1.45, 0.46, colour="soft")
        y += 1.9
        figure += block(boxes.of(D), x, y, name=D.name)
        assert dA in P.inputs
        return figure + tag(boxes, D, x - 0.25, y + seen / 2, "end")


    def beginning(self, x: float, y: float) -> Figure:
        """∂Z at (x, y), where it comes from above it, and at its right what the values and their
        weights get."""
        h, of, dZ = self.head, self.of, self.of[self.head.Z]
        t = dZ.shape[1]
        figure = block(self.boxes.of(dZ), x, y, name=dZ.name)
        said = self._whence(dZ)
        top = y + min(dZ.shape[0] / 2 - 0.25 * len(said), dZ.shape[0] - 0.5 * len(said))
        figure += self._brought(dZ, x - 0.25, top, "end")
        for k, line in enumerate(said, 1):
            figure += text(line, x - 0.25, top + 0.1 + 0.5 * k, 0.43, "end", "soft")
        right = x + t + NARROW
        figure += self.beside(of[h.V], h.A, right, y, x + t)
        W = h.V.inputs[0]
        if W in of:
            figure += self.beside(of[W], h.source, right + t + NARROW, y, right + t)
        return figure

    def shares(self, x: float, y: float) -> Figure:
        """P = A ⊙ ∂A in the row of ∂A at (x, y), and the sums of its columns."""
        h, boxes, t = self.head, self.boxes, self.head.tokens
        P, _, sums = self.of[h.logits].inputs
        middle = y + t / 2
        figure = text("⊙", x + t + DIVIDED / 2, middle, 0.7)
        x += t + DIVIDED
        figure += block(boxes.of(h.A), x, y, name=h.A.name)
        figure += text(label(h.A), x + t / 2, y - 0.42, LABEL)
        figure += text("=", x + t + 0.5, middle, 0.7)
        x += t + 1.0
        figure += block(boxes.of(P), x, y, name=P.name)
        if h.Q.shape[0] > 1:
            figure += tag(boxes, P, x + t + 0.25, y + 0.4, "start")
        else:
            figure += tag(boxes, P, x + t / 2, y - 0.42, "middle")
        figure += block(boxes.of(sums), x, y + t + 0.3, name=sums.name)
        return figure + tag(boxes, sums, x + t / 2, y + t + 1.72, "middle")


def both(mix: _Mix, scores: _Scores) -> Figure:
    """All of a head on one page: the softmax under the mix, and under that the scores, from which
    the products go down and to the right."""
    h, of, boxes = mix.head, mix.of, mix.boxes
    t, f = h.tokens, h.source.shape[0]
    dZ, D = of[h.Z], of[h.logits]
    x, y = max(dZ.shape[0], t - 0.7) + GAP, t + GAP
    figure = mix.beginning(x, y)
    y += dZ.shape[0] + 1.45
    figure += mix.under(of[h.A], h.V, True, x, y) + mix.shares(x, y)
    y += t + 1.8
    said = f"each {label(D.inputs[0])} − {label(h.A)} × its sum"
    at = x + t + DIVIDED
    dS = of.get(h.S, D)
    if dS is not D:
        figure += block(boxes.of(D), x, y, name=D.name)
        figure += tag(boxes, D, x - 0.2, y + t / 2, "end")
        said_by = f"÷ {h.logits.params.get('by', 1)} ="
        figure += text(said_by, x + t + DIVIDED / 2, y + t / 2, 0.42)
        figure += text(said, x + t + 0.25, y - 0.4, 0.43, "end", "soft")
    else:
        figure += text(said, at + t / 2, y - 0.95, 0.43, "middle", "soft")
    figure += block(boxes.of(dS), at, y, name=dS.name)
    figure += tag(boxes, dS, at + t / 2, y - 0.42, "middle")
    right = at + t + max(t + 1.6, f + NARROW + 0.42)
    return figure + scores.products(at, y, right)


class _Scores(_Part):
    """From the scores to queries and keys, and their weights."""

    def __init__(self, boxes: Boxes, of: Gradients, head: Head) -> None:
        super().__init__(boxes, of)
        self.head = head

    def figure(self) -> Figure:
        """∂S at (0, 0); ∂Kᵀ at its right, ∂Q beneath it, the weights where both lead."""
        h, of, t = self.head, self.of, self.head.tokens
        keys = h.Q.shape[0]
        dS = of[h.S] if h.S in of else of[h.logits]
        figure = self._start(dS)
        x = t + GAP
        figure += self.beside(of[h.K], h.Q, x, 0.0, float(t), turned=True)
        low = h.seen + 1.3
        figure += self.under(of[h.Q], h.K, False, 0.0, low)
        W_q, W_k = h.Q.inputs[0], h.K.inputs[0]
        if W_q in of:
            figure += self.beside(of[W_q], h.source, x + keys + 0.75, low, float(t))
        if W_k in of:
            figure += self._key_weights(of[W_k], x, low + keys + 1.3)
        return figure

    def products(self, x: float, y: float, right: float) -> Figure:
        """What comes of ∂S at (x, y): queries beneath it, keys at the ``right``, and the weights
        between and beneath these."""
        h, of, boxes, t = self.head, self.of, self.boxes, self.head.tokens
        keys, features = h.Q.shape[0], h.source.shape[0]
        W_q, W_k = h.Q.inputs[0], h.K.inputs[0]
        figure = self.beside(of[h.K], h.Q, right, y, x + t, turned=True)
        low = y + t + 1.3
        figure += self.under(of[h.Q], h.K, False, x, low)
        if W_q in of:
            at = x + t + NARROW
            figure += block(boxes.of(of[W_q]), at, low, name=W_q.name)
            figure += tag(boxes, of[W_q], at + features / 2, low - 0.5, "middle")
            for i in range(keys):
                figure += arrow(x + t + 0.1, low + i + 0.5, at - 0.1, low + i + 0.5, "left")
            foot = low + keys
            for j in range(features):
                figure += arrow(at + j + 0.5, foot + 0.45, at + j + 0.5, foot + 0.1, "top")
            figure += block(boxes.of(h.source, turned=True), at, foot + GAP, name=h.source.name)
            figure += text(f"{label(h.source)}^T", at - 0.2, foot + GAP + t / 2, LABEL, "end")
        if W_k in of:
            figure += self._key_weights(of[W_k], right, low, mirrored=True)
        return figure

    def _start(self, dS: Step) -> Figure:
        """∂S, made box by box of what the page before ends with."""
        h = self.head
        figure = block(self.boxes.of(dS), 0.0, 0.0, name=dS.name)
        figure += tag(self.boxes, dS, self.head.tokens / 2, -0.42, "middle")
        if len(dS.inputs) != 1:
            return figure
        by = h.logits.params.get("by", 1)
        for k, line in enumerate(("the last block", "of the page before", f"divided by {by}")):
            figure += text(line, -0.3, h.seen / 2 + 0.55 * (k - 1), 0.46, "end", "soft")
        return figure

    def _key_weights(self, step: Step, x: float, y: float, mirrored: bool = False) -> Figure:
        """∂W_k on its side beneath ∂Kᵀ, with X at its left, or at its right if ``mirrored``."""
        X, t = self.head.memory, self.head.seen
        rows, cols = step.shape[1], step.shape[0]
        start = x + cols + GAP if mirrored else x - GAP - t
        figure = block(self.boxes.of(X), start, y, name=X.name)
        if mirrored:
            figure += text(label(X), start + t / 2, y - 0.42, LABEL)
        else:
            figure += text(label(X), start - 0.2, y + rows / 2, LABEL, "end")
        figure += block(self.boxes.of(step, turned=True), x, y, name=step.name)
        for i in range(cols):
            figure += arrow(x + i + 0.5, y - 0.5, x + i + 0.5, y - 0.1, "top")
        if mirrored:
            for i in range(rows):
                figure += arrow(start - 0.1, y + i + 0.5, x + cols + 0.1, y + i + 0.5, "left")
            below = y + rows + 0.42
            return figure + tag(self.boxes, step, x + cols / 2, below, "middle", turned=True)
        beside = x + cols + 0.25
        return figure + tag(self.boxes, step, beside, y + rows / 2, "start", turned=True)
