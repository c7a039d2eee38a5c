"""Nets that make what looks like their inputs: autoencoders, and two players."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any, Literal

from sheetgen.errors import SheetgenError
from sheetgen.graph.givens import given_bias, given_input, given_made, given_weights
from sheetgen.graph.gradients import gradients
from sheetgen.graph.nodes import Given, Graph, Node, Step, apply, printed, together
from sheetgen.graph.numbers import Fixed, from_decimals
from sheetgen.graph.op import Op
from sheetgen.graph.ops.bends import power, relu
from sheetgen.graph.ops.bends import sigmoid as sigma
from sheetgen.graph.ops.losses import binary_cross_entropy, divergence, divergence_loss
from sheetgen.graph.ops.moves import columns
from sheetgen.graph.ops.sums import add, affine, multiply
from sheetgen.topics.layers import (
    NONE,
    Activation,
    Batch,
    Bend,
    Decimals,
    Levels,
    dense,
    layers,
    one_input,
)
from sheetgen.topics.options import Length, Range
from sheetgen.topics.registry import topic
from sheetgen.topics.training import SQUARES

ORDER = 80

Few = Annotated[int, Range(1, 6)]
Look = Literal["table", "value"]
Square = Literal["squared-error", "half-squared-error", "mean-squared-error"]


@topic(
    "Autoencoder",
    arrangement="hourglass",
    code="loss = F.mse_loss(decoder(encoder(x)), x, reduction='sum')",
    levels={
        "easy": {"widths": "3-2-3", "inputs": "0..3"},
        "medium": {"inputs": "0..3"},
        "hard": {"widths": "5-3-2-3-5", "inputs": "0..3"},
    },
)
def autoencoder(
    widths: Annotated[tuple[int, ...], Range(1, 8), Length(3, 7)] = (4, 3, 2, 3, 4),
    batch: Batch = 2,
    bias: bool = True,
    activation: Activation = "relu",
    sigmoid: Levels = "value",
    decimals: Decimals = 1,
    loss: Square = "squared-error",
    backward: bool = False,
) -> list[Step]:
    """Press the inputs through few numbers; they should come out as they went in."""
    if widths[0] != widths[-1]:
        raise SheetgenError(f"--widths: what comes out is held against what goes in; "
                            f"the last width must be {widths[0]}, as the first")  # fmt: skip
    X = one_input(widths[0], batch)
    narrowest = widths.index(min(widths[1:-1]), 1)
    with printed(backward):
        Y = layers(X, widths[1:], bias, NONE, between=Bend(activation, sigmoid, decimals),
                   near=X, parts={narrowest: "bottleneck"})  # fmt: skip
    Y = replace(Y, label="y" if batch == 1 else "Y")
    error = apply(SQUARES[loss], Y, X, hidden=True, name="loss")
    if not backward:
        return gradients(error, [Y])
    return gradients(error, [g for g in Graph.of([Y]).givens if g.role == "parameter"])


@topic(
    "Variational Autoencoder",
    code="z = mu + sigma * eps; kl = 0.5 * (mu**2 + sigma**2 - 1) - sigma.log()",
    levels={
        "easy": {"features": 3, "inputs": "0..3"},
        "medium": {"inputs": "0..2"},
        "hard": {"latent": 3, "inputs": "0..2"},
    },
)
def vae(
    features: Few = 4,
    latent: Annotated[int, Range(1, 4)] = 2,
    batch: Batch = 1,
    loss: Square = "half-squared-error",
    kl: bool = True,
    backward: bool = False,
) -> list[Step]:
    """Find a mean and a spread, take a random number between, and decode it."""
    y_name = "y" if batch == 1 else "Y"
    x = one_input(features, batch)
    with printed(backward):
        mean = dense(x, latent, "W1", "b1", "mean", label="μ")
        log = dense(x, latent, "W2", "b2", "s")
        spread = apply(power, log, name="spread", part="spread", base="2",
                       decimals=0, label="σ")  # fmt: skip
        noise = given_made("noise", latent, batch, "noise", label="ε")
        z = apply(add, mean, apply(multiply, spread, noise, name="d"), name="z")
        y = dense(z, features, "W3", "b3", y_name, role="output", near=x)
        far = [apply(divergence, mean, spread, log, name="KL")] if kl else []
    if not backward:
        return [y, *far]
    error = apply(SQUARES[loss], y, x, hidden=True, name="loss_y" if kl else "loss")
    if kl:
        beside = apply(divergence_loss, mean, spread, hidden=True, name="loss_KL")
        error = apply(add, error, beside, hidden=True, name="loss")
    return gradients(error, [g for g in Graph.of([y]).givens if g.role == "parameter"], add)


@topic(
    "GAN",
    code="d_loss = F.binary_cross_entropy(D(torch.cat([G(noise), real])), target)",
    levels={
        "easy": {"widths": "2-2-3", "inputs": "0..3"},
        "medium": {"inputs": "0..3"},
        "hard": {"widths": "2-4-4", "inputs": "0..3"},
    },
)
def gan(
    widths: Annotated[tuple[int, ...], Range(1, 6), Length(3, 3)] = (2, 3, 4),
    hidden: Few = 2,
    fakes: Annotated[int, Range(1, 4)] = 2,
    sigmoid: Look = "table",
    decimals: Decimals = 1,
    backward: bool = False,
) -> list[Step]:
    """Let one net make fakes, and another tell them from what is real."""
    noise = given_input("N", widths[0], fakes, label="noise")
    real = given_input("R", widths[2], fakes, label="real")
    with printed(backward):
        with together("generator"):
            A1 = apply(relu, dense(noise, widths[1], "W1", "b1", "Z1"), name="A1")
            F = dense(A1, widths[2], "W2", "b2", "F", label="fake")
        X = apply(columns, F, real, name="X", hidden=True)
        with together("discriminator"):
            weights = [given_weights("W3", hidden, X), given_bias("b3", hidden),
                       given_weights("W4", 1, hidden), given_bias("b4", 1)]  # fmt: skip
            z, y = judged(X, weights, sigmoid, decimals)
    if not backward:
        return [y]
    T = given_made("T", 1, 2 * fakes, "fixed", "target", table=_row([0] * fakes + [1] * fakes))
    D = apply(binary_cross_entropy, y, T, hidden=True, name="loss_D", through=z, label="L_D")
    z, y = judged(F, weights, sigmoid, decimals, fakes=True)
    T = given_made("T_fake", 1, fakes, "fixed", "target", label="T^{fake}",
                   table=_row([1] * fakes))  # fmt: skip
    G = apply(binary_cross_entropy, y, T, hidden=True, name="loss_G", through=z, label="L_G")
    own = [g for g in Graph.of([F]).givens if g.role == "parameter"]
    return [*gradients(D, weights), *gradients(G, own)]


def judged(
    X: Node, weights: Sequence[Given], how: Look, decimals: int, fakes: bool = False
) -> tuple[Step, Step]:
    """How real the columns of X look, by σ of a score; of ``fakes`` alone it has been found
    before, and is not written again."""
    W3, b3, W4, b4 = weights
    tail = "_fake" if fakes else ""

    def made(op: Op, *inputs: Node, name: str, **more: Any) -> Step:
        below = f"_{name[1:]}" if name[1:] else ""
        label = f"{name[0]}{below}^{{fake}}" if fakes else ""
        return apply(op, *inputs, name=f"{name}{tail}", hidden=fakes, label=label, **more)

    A3 = made(relu, made(affine, W3, b3, X, name="Z3"), name="A3")
    z = made(affine, W4, b4, A3, name="z4")
    return z, made(sigma, z, name="y", role="output", decimals=decimals, how=how)


def _row(numbers: Sequence[int]) -> Fixed:
    return from_decimals([[Decimal(n) for n in numbers]])
