"""What the march reads of a step: which of its inputs are seen, how its result lies beside them,
and which blocks are better drawn on their side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from sheetgen.graph.formula import Box
from sheetgen.graph.nodes import Given, Graph, Node, Shape, Step, written


@dataclass(frozen=True)
class Factors:
    """The two sides of a product as they lie on paper; several products of one step have theirs
    side by side at the left, and one over the other on top."""

    left: tuple[Node, ...]
    left_turned: bool
    top: tuple[Node, ...]
    top_turned: bool
    bias: Node | None = None

    def mirrored(self) -> Factors:
        """The same product with everything on its side."""
        return Factors(self.top, not self.top_turned, self.left, not self.left_turned, self.bias)


@lru_cache(1 << 12)
def factors_of(step: Step) -> Factors | None:
    """The factors of a step that is a product, or a sum of products that lie alike, perhaps with a
    bias; None for any other."""
    products = step.op.products
    if not products or len({(p.left_turned, p.top_turned) for p in products}) > 1:
        return None
    used = {p.left for p in products} | {p.top for p in products}
    added = step.op.added
    if len(used) + (added is not None) + len(step.op.deciding) != len(step.inputs):
        return None
    left, top = products[0].left_turned, products[0].top_turned
    return Factors(
        tuple(n for p in products for n in parts_of(step.inputs[p.left], not left)), left,
        tuple(n for p in products for n in parts_of(step.inputs[p.top], top)), top,
        None if added is None else step.inputs[added],
    )  # fmt: skip


def parts_of(node: Node, beside: bool) -> tuple[Node, ...]:
    """The matrices of a factor that is joined of several and hidden, if they are joined ``beside``
    one another, or else one over the other; itself for any other."""
    node = written(node)
    if not isinstance(node, Step) or not node.hidden or len(node.inputs) < 2:
        return (node,)
    body = node.op.formula.body
    joined = isinstance(body, Box) and body.join == ("beside" if beside else "over")
    return node.inputs if joined else (node,)


def column_of(step: Step, steps: Sequence[Step]) -> tuple[Node, ...] | None:
    """The column in which a product of some ``steps`` reads a result with what is printed over it,
    or beneath it; None if no product does."""
    for user in steps:
        factors = factors_of(user)
        if factors is None or factors.top_turned or len(factors.top) == 1:
            continue
        if step in factors.top and all(n is step or is_printed(n) for n in factors.top):
            return factors.top
    return None


def seen_inputs(step: Step) -> tuple[Node, ...]:
    """The inputs that stand on the page, each once: for a hidden step that only repeats a column or
    row, what it repeats."""
    return tuple(dict.fromkeys(map(seen, step.inputs)))


def seen(node: Node) -> Node:
    """What stands on the page for a node that a step reads."""
    node = written(node)
    if not isinstance(node, Step) or not node.hidden or not node.op.moves:
        return node
    (source,) = node.inputs if len(node.inputs) == 1 else (node,)
    repeats = all(a in (1, b) for a, b in zip(source.shape, node.shape, strict=True))
    return source if repeats and (node.op.passes or source.shape != node.shape) else node


def lying(shape: Shape, turned: bool) -> Shape:
    """Rows and columns of a block as it is drawn."""
    return shape[::-1] if turned else shape


def adds_down(step: Step) -> bool:
    """Whether a box stands for a whole column of the input."""
    (made, seen), rows = step.shape, step.inputs[0].shape
    return len(seen_inputs(step)) == 1 and made == 1 < rows[0] and seen == rows[1]


def adds_across(step: Step) -> bool:
    """Whether a box stands for a whole row of the input."""
    (seen, made), rows = step.shape, step.inputs[0].shape
    return len(seen_inputs(step)) == 1 and made == 1 < rows[1] and seen == rows[0]


def adds_one(step: Step) -> bool:
    """Whether it is the sum of a single box: the same number."""
    shapes = [n.shape for n in step.inputs]
    return bool(step.op.say.one_term) and not step.op.products and (
        step.op.terms(shapes, step.params) == 1)  # fmt: skip


def box_by_box(step: Step) -> bool:
    """Whether each box is made of the boxes at its place, and perhaps of what stands for their row
    or column."""
    rows, cols = step.shape
    fits = [n.shape[0] in (1, rows) and n.shape[1] in (1, cols) for n in seen_inputs(step)]
    return all(fits) and any(n.shape == step.shape for n in seen_inputs(step))


@lru_cache(1 << 12)
def seams_of(node: Node) -> tuple[int, ...]:
    """The columns before which another one of some matrices side by side begins, also in what is
    made of each of their columns."""
    node = written(node)
    if not isinstance(node, Step):
        return ()
    parts = parts_of(node, True)
    if len(parts) > 1:
        return tuple(accumulate(part.shape[1] for part in parts[:-1]))
    factors = factors_of(node)
    if factors is not None:
        [top, *others] = {p.top for p in node.op.products if not p.top_turned} or {-1}
        return () if top < 0 or others else seams_of(node.inputs[top])
    if node.hidden or not box_by_box(node):
        return ()
    return next((seams_of(n) for n in node.inputs if n.shape == node.shape), ())


def keeps_lying(step: Step) -> bool:
    """Whether each box is made of those in its own row or column, however all lie."""
    return box_by_box(step) or adds_down(step) or adds_across(step)


def is_read_upright(node: Node, graph: Graph) -> bool:
    """Whether a step that is no product reads a result as it is, and not on its side."""
    return any(
        not step.hidden and node in seen_inputs(step) and factors_of(step) is None
        and not keeps_lying(step) for step in graph.steps
    )  # fmt: skip


def waits(node: Node, graph: Graph) -> bool:
    """Whether a result is written where it is used, and not before: the left factor of one product,
    made of one printed block alone, as a mask is."""
    if not isinstance(node, Step) or node.hidden or factors_of(node) is not None:
        return False
    if len(node.inputs) != 1 or not isinstance(node.inputs[0], Given):
        return False
    users = [s for s in graph.users(node) if s.role != "gradient"]
    factors = factors_of(users[0]) if len(users) == 1 else None
    return factors is not None and factors.left == (node,) and not factors.left_turned and (
        factors.bias is None)  # fmt: skip


def is_printed(node: Node) -> bool:
    """Whether its numbers may be printed once more, as the student is not asked for them."""
    if isinstance(node, Step):
        return node.shown or (node.hidden and all(is_printed(n) for n in node.inputs))
    return True


def turned_blocks(graph: Graph) -> frozenset[Node]:
    """The results that are better drawn on their side: those for which that lets most products
    find their factors as they need them. Printed blocks may lie any way at any time; what is worked
    out on the way forward lies as that needs it, before the way back is asked."""
    lies: dict[Node, bool] = {}
    for step in sorted(reversed(graph.steps), key=lambda s: s.role == "gradient"):
        if step.hidden:
            continue
        for node, turned in _wanted(step, lies.setdefault(step, False)):
            if node.shape != (1, 1):  # which lies in either way
                lies.setdefault(node, turned)
    return frozenset(node for node, turned in lies.items() if turned)


def goes_on_right(node: Node, graph: Graph) -> bool:
    """Whether a product is to stand at the right of a result, as that is its left factor."""
    found = (factors_of(step) for step in graph.steps if not step.hidden)
    return any(f is not None and f.left == (node,) and not f.left_turned for f in found)


def bias_of(step: Step, numbers: Mapping[Node, int]) -> Step | None:
    """The sums that are one more column of a product and one step with it: ∂b of ∂W."""
    number = numbers.get(step)
    for node, other in numbers.items() if number is not None else ():
        if other == number and node is not step and isinstance(node, Step) and (
            node.shape == (step.shape[0], 1) and factors_of(node) is None
        ):
            return node
    return None


def _wanted(step: Step, lies: bool) -> Iterator[tuple[Node, bool]]:
    """How the results that a step reads should lie, if it lies so."""
    factors = factors_of(step)
    if factors is not None:
        sides: Sequence[tuple[tuple[Node, ...], bool]] = (
            (factors.left, factors.left_turned), (factors.top, factors.top_turned)
        )  # fmt: skip
        for nodes, turned in sides:
            yield from ((n, turned ^ lies) for n in nodes if not is_printed(n))
    elif keeps_lying(step):
        yield from ((n, lies) for n in seen_inputs(step) if not is_printed(n))
