"""The layers of a net, where its forward pass is a chain of them."""

from __future__ import annotations

from dataclasses import dataclass

from sheetgen.graph.nodes import Given, Graph, Node, Step

ACTIVATIONS = {"relu": "ReLU", "softmax": "softmax", "sigmoid": "σ", "three_levels": "σ"}
"""Op -> what stands over ≈."""


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


def chain_of(graph: Graph) -> list[Layer] | None:
    """The layers, if the forward pass is a chain of layers and nothing else."""
    forward = [
        s for s in graph.steps if s.role != "gradient" and not s.hidden and s.op.name != "descend"
    ]
    layers: list[Layer] = []
    while forward:
        z = forward.pop(0)
        if z.op.name not in ("affine", "linear"):
            return None
        W, source = z.inputs[0], z.inputs[-1]
        b = z.inputs[1] if z.op.name == "affine" else None
        act = (
            forward.pop(0)
            if forward and forward[0].op.name in ACTIVATIONS and forward[0].inputs == (z,)
            else None
        )
        if not isinstance(W, Given) or not (b is None or isinstance(b, Given)):
            return None
        follows = source is layers[-1].out if layers else isinstance(source, Given)
        if not follows:
            return None
        layers.append(Layer(len(layers) + 1, W, b, source, z, act))
    return layers or None
