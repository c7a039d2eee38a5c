"""Topics that nobody arranged, for the march."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sheetgen.graph.givens import (
    given_bias,
    given_input,
    given_matrix,
    given_target,
    given_weights,
    given_zeros,
)
from sheetgen.graph.gradients import gradients
from sheetgen.graph.nodes import Graph, Node, Step, apply, together
from sheetgen.graph.ops.bends import relu, sigmoid, three_levels
from sheetgen.graph.ops.moves import stack_rows
from sheetgen.graph.ops.sums import add, affine, linear, matmul, multiply, squared_error, subtract
from sheetgen.graph.ops.sums import spread_columns as spread
from sheetgen.graph.ops.windows import conv2d, largest, max_pool, row_mean, square_root
from sheetgen.topics.layers import dense
from sheetgen.topics.registry import Topic

GATES = {"f": "forget", "g": "new", "i": "input", "o": "output"}


def lstm(steps: int = 2, asked: bool = True) -> Step:
    """Four gates, and a state that is carried on; x over h is ``asked`` for, or only read."""
    h: Node = given_zeros("h0", 2)
    c: Node = given_matrix("c0", 2, 1)
    weights = {g: (given_weights(f"W{g}", 2, 5), given_bias(f"b{g}", 2)) for g in GATES}
    for t in range(1, steps + 1):
        s = apply(stack_rows, given_input(f"x{t}", 3), h, name=f"s{t}",
                  hidden=not asked)  # fmt: skip
        gate: dict[str, Step] = {}
        for g, said in GATES.items():
            with together(f"{said} gate {t}"):
                z = apply(affine, *weights[g], s, name=f"z{g}{t}")
                gate[g] = apply(relu if g == "g" else three_levels, z, name=f"{g}{t}")
        kept = apply(multiply, c, gate["f"], name=f"kept{t}")
        new = apply(multiply, gate["g"], gate["i"], name=f"new{t}")
        c = apply(add, kept, new, name=f"c{t}")
        r = apply(relu, c, name=f"r{t}")
        h = apply(multiply, gate["o"], r, name=f"h{t}", role="output")
    assert isinstance(h, Step)
    return h


def transformer_block(tokens: int = 5, backward: bool = False) -> list[Step]:
    """Attention that is given, a layer of two, and what goes around them."""
    X, A = given_matrix("X", 3, tokens), given_matrix("A", tokens, tokens)
    N = apply(add, X, apply(matmul, X, A, name="M"), name="N")
    R = apply(relu, dense(N, 4, "W1", "b1", "H"), name="R")
    Y = apply(add, N, dense(R, 3, "W2", "b2", "F"), name="Y", role="output")
    if not backward:
        return [Y]
    loss = apply(squared_error, Y, given_target("T", Y, one_hot=False), hidden=True, name="loss")
    return gradients(loss, [g for g in Graph.of([Y]).givens if g.role == "parameter"], add)


def players(noise: int = 2) -> list[Step]:
    """A generator, and a discriminator that sees its fakes and real ones."""
    real = given_matrix("R", 4, noise)
    with together("generator"):
        hidden = apply(relu, dense(given_matrix("N", 2, noise), 3, "W1", "b1", "Z1"), name="A1")
        fake = dense(hidden, 4, "W2", "b2", "F")
    W3, b3 = given_weights("W3", 2, 4), given_bias("b3", 2)
    W4, b4 = given_weights("W4", 1, 2), given_bias("b4", 1)
    found = []
    for k, X in (("f", fake), ("r", real)):
        with together("fakes" if k == "f" else "real ones"):
            A = apply(relu, apply(affine, W3, b3, X, name=f"Z3{k}"), name=f"A3{k}")
            z = apply(affine, W4, b4, A, name=f"z4{k}")
            found.append(apply(sigmoid, z, name=f"Y{k}", role="output"))
    return found


def convolution(size: int = 6) -> Step:
    """A window that moves, ReLU, and the largest of each window."""
    Z = apply(conv2d, given_weights("K", 3, 3), given_matrix("X", size, size), name="Z")
    return apply(max_pool, apply(relu, Z, name="A"), name="P", role="output")


def batch_norm(batch: int = 4) -> list[Step]:
    """Means taken off, and deviations."""
    Z = dense(given_matrix("X", 3, batch), 3, "W", "b", "Z")
    mean = apply(row_mean, Z, name="m", decimals=1)
    C = apply(subtract, Z, apply(spread, mean, name="mm", hidden=True, cols=batch), name="C")
    v = apply(row_mean, apply(multiply, C, C, name="Q"), name="v", decimals=1)
    s = apply(square_root, v, name="s")
    return [apply(linear, given_weights("G", 3, 3), C, name="N", role="output"), s]


def experts(tokens: int = 2) -> list[Step]:
    """A gate and two experts."""
    X = given_matrix("X", 3, tokens)
    G = apply(largest, dense(X, 2, "Wg", "bg", "Zg"), name="G")
    made = []
    for k in (1, 2):
        with together(f"expert {k}"):
            made.append(apply(relu, dense(X, 4, f"W{k}", f"b{k}", f"E{k}"), name=f"A{k}"))
    return [apply(relu, apply(add, *made, name="S"), name="Y", role="output"), G]


def differences() -> list[Step]:
    """Taken from what is printed, and from what stands further left."""
    Z = apply(matmul, given_matrix("W", 3, 2), given_matrix("X", 2, 2), name="Z")
    A = apply(relu, Z, name="A")
    return [apply(subtract, given_matrix("T", 3, 2), A, name="D", role="output"),
            apply(subtract, Z, A, name="E", role="output")]  # fmt: skip


BUILDS: tuple[Callable[..., Step | Iterable[Step]], ...] = (
    lstm, transformer_block, players, convolution, batch_norm, experts,
    differences,
)  # fmt: skip
UNARRANGED = {
    build.__name__.replace("_", "-"): Topic(build.__name__.replace("_", "-"), build.__name__, build)
    for build in BUILDS
}
