"""The layers of a net, where its forward pass is a chain of them."""

from __future__ import annotations

from dataclasses import dataclass

from sheetgen.graph.nodes import Given, Graph, Node, Step


@dataclass(frozen=True)
class Layer:
    """One layer of a chain."""

    index: int
    W: Given
    b: Given | None
    source: Node
    z: Step
    act: Step | None

    @property
    def out(self) -> Step:
        return self.act or self.z


def layer_of(step: Step) -> tuple[Given, Given | None, Node] | None:
    """Weights, bias and source of a step that is a linear layer: a weight block times what it
    reads, and perhaps a bias."""
    if len(step.op.products) != 1:
        return None
    left, left_turned, top, top_turned = step.op.products[0]
    W, source = step.inputs[left], step.inputs[top]
    b = None if step.op.added is None else step.inputs[step.op.added]
    if left_turned or top_turned or not isinstance(W, Given) or W.draw != "weights":
        return None
    return (W, b, source) if b is None or isinstance(b, Given) else None


def chain_of(graph: Graph) -> list[Layer] | None:
    """The layers, if the forward pass is a chain of layers and nothing else."""
    forward = [
        s for s in graph.steps if s.role != "gradient" and not s.hidden and not s.op.updates
    ]
    layers: list[Layer] = []
    while forward:
        z = forward.pop(0)
        parts = layer_of(z)
        if parts is None:
            return None
        W, b, source = parts
        bent = forward and forward[0].op.activation and forward[0].inputs == (z,)
        act = forward.pop(0) if bent else None
        follows = source is layers[-1].out if layers else isinstance(source, Given)
        if not follows:
            return None
        layers.append(Layer(len(layers) + 1, W, b, source, z, act))
    return layers or None


def layers_behind(graph: Graph, node: Node, index: int) -> list[Layer]:
    """The layers that read a matrix, one after the other, as far as nothing else is made of what is
    between them; the first has the ``index``."""
    forward = [
        s for s in graph.steps if s.role != "gradient" and not s.hidden and not s.op.updates
    ]
    layers: list[Layer] = []
    while True:
        users = [s for s in forward if node in s.inputs]
        parts = layer_of(users[0]) if len(users) == 1 else None
        if parts is None or parts[2] is not node:
            return layers
        z = users[0]
        users = [s for s in forward if z in s.inputs]
        act = users[0] if len(users) == 1 and users[0].op.activation else None
        layers.append(Layer(index + len(layers), parts[0], parts[1], node, z, act))
        node = act or z
