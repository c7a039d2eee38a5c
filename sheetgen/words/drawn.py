"""How a page draws its matrices, so that words follow the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sheetgen.graph.nodes import Node
from sheetgen.words.labels import label


@dataclass(frozen=True)
class Drawn:
    """What of a page's drawing its words must know."""

    turned: frozenset[str] = frozenset()
    """Matrices that stand on their side wherever they stand."""
    compact: frozenset[str] = frozenset()
    """Matrices that are written into the boxes of what they are made of."""
    named: Mapping[str, Node] = field(default_factory=dict)
    """Matrix -> the one that has its name beside the boxes of both."""
    made_turned: frozenset[str] = frozenset()
    """Matrices that lie on their side where they are worked out, and stand upright elsewhere."""

    carried: frozenset[str] = frozenset()
    """Gradients whose numbers stand upright once more, beside what is updated by them."""

    def name(self, node: Node) -> str:
        """What stands beside the node's boxes."""
        shown = self.named.get(node.name, node)
        return f"{label(shown)}^T" if _has_sides(node, self.turned) else label(shown)

    def lies(self, node: Node) -> bool:
        """Whether a matrix lies on its side where it is worked out."""
        return node.name in self.turned or node.name in self.made_turned

    def made(self, node: Node) -> str:
        """What stands beside the node's boxes where it is worked out."""
        return f"{label(node)}^T" if _has_sides(node, self.made_turned) else self.name(node)


def _has_sides(node: Node, turned: frozenset[str]) -> bool:
    """Whether a matrix is among those that lie on their side, and is more than a single box."""
    return node.name in turned and node.shape != (1, 1)


UPRIGHT = Drawn()
"""Every matrix as it is, in boxes of its own."""
