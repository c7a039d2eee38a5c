"""Rules for layers of units: who fires, who is read."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetgen.draw.rules.rule import Context, Mask, distinct_columns, is_weights, rule
from sheetgen.draw.rules.windows import after_window, clear_of_0
from sheetgen.graph.figures import Figure
from sheetgen.graph.nodes import Given, Graph, Node, Step
from sheetgen.graph.numbers import Values
from sheetgen.graph.reach import forward, reached, results


def _live(step: Step, values: Values) -> Mask:
    """Which units fire for some sample."""
    return np.asarray((values[step.inputs[0].name].digits > 0).any(axis=-1))


def _dies(step: Step, graph: Graph) -> bool:
    """Bends the sums of a layer, and not numbers that were given."""
    z = step.inputs[0]
    layer = isinstance(z, Step) and not z.hidden
    apart = _alone(step, graph) or adds_up(step) or after_window(step, graph) or _on_graph(graph)
    return step.op.rule == "units" and layer and not apart


def adds_up(step: Step) -> bool:
    """Whether it bends a sum of several results, whose rows are no units."""
    before = step.inputs[0]
    return isinstance(before, Step) and before.op.passes and len(before.inputs) > 1


def _on_graph(graph: Graph) -> bool:
    """Whether its samples are nodes of one graph: so many that a dead unit would be dull."""
    return any(g.draw == "adjacency" for g in graph.givens)


@rule("Every unit fires for some node of the graph, every node makes one fire, and some sums are "
      "negative, but not most; none is 0 where a gradient passes.",
      lambda s, g: s.op.rule == "units" and _on_graph(g))  # fmt: skip
def fires_somewhere(step: Step, values: Values, context: Context) -> Mask:
    z = values[step.inputs[0].name].digits
    dead = (z < 0).mean(axis=(-1, -2))
    fires = (z > 0).any(axis=-2).all(axis=-1) & _live(step, values).all(axis=-1)
    clear = clear_of_0(step, values, context)
    return np.asarray(fires & (dead > 0) & (dead <= 0.4) & clear)


def _alone(step: Step, graph: Graph) -> bool:
    """A neuron that stands alone, and is not trained."""
    bends = [s for s in graph.steps if s.op.dies]
    lone = step.shape[0] == 1 and len(bends) == 1 and not after_window(step, graph)
    return step.op.rule == "units" and lone and not graph.has_gradients


@rule("A neuron that stands alone fires on about every other sheet.", _alone, seeded=True)
def lone_neuron(step: Step, values: Values, context: Context) -> Mask:
    return np.asarray(_live(step, values)[..., 0] == context.live[:, None])


@rule("At least half of each layer fires.", _dies)
def half_fires(step: Step, values: Values, context: Context) -> Mask:
    return np.asarray(_live(step, values).sum(axis=-1) * 2 >= step.shape[0])


@rule("On every sheet some unit is dead: its sum is negative, so it gives 0.", _dies,
      seeded=True)  # fmt: skip
def shows_dead(step: Step, values: Values, context: Context) -> Mask:
    z = values[step.inputs[0].name].digits
    dead = ~(z > 0).any(axis=-1) & ((z < 0).any(axis=-1) | (not context.signed))
    asked = context.dead_at == context.relus.index(step)
    return np.asarray(dead.any(axis=-1) | ~asked[:, None])


@rule("Where there are many layers, most of two units have both alive.",
      lambda s, g: _dies(s, g) and s.shape[0] == 2
      and sum(r.op.dies for r in g.steps) > 3
      and not _timed(g), seeded=True)  # fmt: skip
def narrow_layers(step: Step, values: Values, context: Context) -> Mask:
    live = _live(step, values)
    here = context.relus.index(step)
    return np.asarray((live.sum(axis=-1) == 2) | ~context.full[:, here, None])


@rule("Where a gradient passes, no sum before ReLU is 0; elsewhere few are.", _dies)
def few_at_zero(step: Step, values: Values, context: Context) -> Mask:
    z = values[step.inputs[0].name].digits
    if context.graph.has_gradients:
        return np.asarray((z != 0).all(axis=(-1, -2)))
    return np.asarray((z != 0).sum(axis=(-1, -2)) * 2 >= z.shape[-1] * z.shape[-2])


@rule("Each sample makes some unit of each layer fire.",
      lambda s, g: _dies(s, g) and s.shape[0] > 1, wish=True)  # fmt: skip
def each_sample_fires(step: Step, values: Values, context: Context) -> Mask:
    return np.asarray((values[step.inputs[0].name].digits > 0).any(axis=-2).all(axis=-1))


def _is_read(step: Step, graph: Graph) -> bool:
    """A layer that reads inputs or another layer."""
    weighed = [top for left, turned, top, _ in step.op.products
               if is_weights(step.inputs[left]) and not turned]  # fmt: skip
    alone = step.shape[0] == 1 and sum(s.op.dies for s in graph.steps) < 2  # one neuron
    if len(weighed) != 1 or alone or _timed(graph) or step.role == "gradient":
        return False
    return _fires(step.inputs[weighed[0]])


def _timed(graph: Graph) -> bool:
    """Whether its inputs are steps of time, which have rules of their own."""
    return any(g.options.get("sequence") for g in graph.givens)


def _fires(node: Node) -> bool:
    if isinstance(node, Given):
        return node.draw == "inputs" and not node.options.get("sequence")
    return node.op.dies


@rule("Every input is read by a unit that fires, and so is every unit that fires.", _is_read,
      wish=True)  # fmt: skip
def everything_read(step: Step, values: Values, context: Context) -> Mask:
    left, _, top, _ = step.op.products[0]
    weights, source = values[step.inputs[left].name].digits, step.inputs[top]
    fires = values[step.name].digits > 0
    if not any(after.op.dies for after in context.graph.users(step)):
        fires = np.ones_like(fires)
    heard = ((weights != 0)[..., None] & fires[..., None, :]).any(axis=-3)
    if isinstance(source, Given):
        return np.asarray(heard.any(axis=-1).all(axis=-1))
    fired = values[source.name].digits > 0
    return np.asarray(((heard & fired).any(axis=-1) | ~fired.any(axis=-1)).all(axis=-1))


def _deeper(step: Step, graph: Graph) -> bool:
    """A layer after the first, or what a net comes to."""
    read = [n for n in step.inputs if isinstance(n, Step)]
    bends = [s for s in forward(graph) if s.op.dies]
    masked = [m for n in read for m in n.inputs if any(_is_mask(k) for k in n.inputs)]
    before = [*read, *(m for m in masked if isinstance(m, Step))]
    after_layer = bool(bends) and (step in bends[1:] or any(n.op.dies for n in before))
    last = step.op.dies or step in results(graph)
    return after_layer and last and _has_samples(graph) and not _timed(graph)


def _is_mask(node: Node) -> bool:
    return isinstance(node, Step) and node.op.rule == "mask"


@rule("Something that comes out depends on each input.", _deeper, wish=True, slow=True)
def inputs_matter(step: Step, values: Values, context: Context) -> Any:
    good: Any = True
    for given in context.graph.givens:
        if given.draw == "inputs":
            seen = reached(context.graph, values, given, [step])
            good = good & seen.any(axis=-1).all(axis=-1)
    return good


@rule("No two samples come to the same.",
      lambda s, g: s.shape[1] > 1 and _has_samples(g) and s in results(g), wish=True)  # fmt: skip
def results_apart(step: Step, values: Values, context: Context) -> Mask:
    return distinct_columns(values[step.name].digits)


def _has_samples(graph: Graph) -> bool:
    return any(g.draw == "inputs" and not g.options.get("shifted") for g in graph.givens)


def _trained(step: Step, graph: Graph) -> bool:
    return graph.has_gradients and _dies(step, graph)


@rule("Where a wider layer can show a dead unit, a trained layer of two has both alive.",
      lambda s, g: _trained(s, g) and s.shape[0] == 2
      and any(r.op.dies and r.shape[0] > 2 for r in g.steps), wish=True)  # fmt: skip
def two_alive(step: Step, values: Values, context: Context) -> Mask:
    return np.asarray(_live(step, values).all(axis=-1))


@rule("In a trained layer at most one unit is dead.",
      lambda s, g: _trained(s, g) and s.shape[0] > 2, wish=True)  # fmt: skip
def one_dead(step: Step, values: Values, context: Context) -> Mask:
    return np.asarray(_live(step, values).sum(axis=-1) >= step.shape[0] - 1)


RULES = (
    fires_somewhere, lone_neuron, half_fires, shows_dead, each_sample_fires, results_apart,
    two_alive, one_dead, narrow_layers, few_at_zero, everything_read, inputs_matter,
)  # fmt: skip


def silent_sample(graph: Graph, values: Values) -> Any:
    """Whether a sample is 0 in a whole layer."""
    found = [(values[s.name].digits == 0).all(axis=-2).any(axis=-1) for s in graph.steps
             if s.op.dies and s.shape[0] > 1 and not after_window(s, graph)]  # fmt: skip
    return np.logical_or.reduce(found) if found else None


def unread_inputs(graph: Graph, values: Values) -> Any:
    """Whether nothing that comes out depends on some input."""
    if not any(s.op.dies for s in graph.steps) or len(graph.steps) < 3:
        return None
    found = [~reached(graph, values, g).any(axis=-1).all(axis=-1) for g in graph.givens
             if g.draw == "inputs"]  # fmt: skip
    return np.logical_or.reduce(found) if found else None


def equal_samples(graph: Graph, values: Values) -> Any:
    """Whether two samples come to the same."""
    if not _has_samples(graph):
        return None  # there are none, or they are to be the same
    found = [~distinct_columns(values[n.name].digits) for n in results(graph) if n.shape[1] > 1]
    return np.logical_or.reduce(found) if found else None


FIGURES = (
    Figure("a sample is 0 in a whole layer", silent_sample, at_most=0.01),
    Figure("an input on which nothing depends", unread_inputs, at_most=0.1),
    Figure("two samples come to the same", equal_samples, at_most=0),
)
