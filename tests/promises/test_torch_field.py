"""Values and gradients of drawn exercises by PyTorch's own modules and its autograd, written here
without any line of ours. They are skipped where torch is not installed.

Where conventions by hand differ from PyTorch's, that is said at each test: softmax has 3 for e and
powers of it rounded down (attention, sampling), σ and tanh are rounded or taken in levels,
gradients go straight to the exponents of the rounded shares, ln 2 is .7, Adam's ε and the norms'
are 0, and a batch's losses are added up, not averaged.
"""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

from sheetgen.api import make
from sheetgen.exercise.exercise import Exercise
from tests.support import reals

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="torch is not installed"
)
SEEDS = (3, 17)


def tensors(exercise: Exercise, grad: tuple[str, ...] = ()) -> dict[str, Any]:
    """All numbers of an exercise as float64 tensors; of some autograd keeps the gradients."""
    import torch

    return {name: torch.tensor(reals(value), dtype=torch.float64, requires_grad=name in grad)
            for name, value in exercise.values.items()}  # fmt: skip


def same(found: Any, page: Any, off: float = 1e-9) -> bool:
    return bool(found.shape == page.shape and (found - page).abs().max() <= off)


def same_gradients(loss: Any, page: dict[str, Any], names: tuple[str, ...]) -> bool:
    loss.backward()
    return all(same(page[name].grad, page[f"d{name}"]) for name in names)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("options", [{}, {"size": 4, "kernel": 3, "padding": 1}])
def test_convolution_and_pooling(seed: int, options: dict[str, Any]) -> None:
    from torch.nn import functional

    trained = ("K", "b")
    p = tensors(make("conv2d", seed, backward=True, **options), trained)
    z = functional.conv2d(p["X"][None, None], p["K"][None, None], p["b"][0],
                 padding=options.get("padding", 0))  # fmt: skip
    out = functional.max_pool2d(functional.relu(z), 2)[0, 0]
    assert same(z[0, 0], p["Z"])
    assert same(out, p["P"])
    assert same_gradients(((out - p["P_target"]) ** 2).sum(), p, trained)


@pytest.mark.parametrize("seed", SEEDS)
def test_residual_block(seed: int) -> None:
    import torch

    trained = ("W1", "b1", "W2", "b2", "X")
    p = tensors(make("residual-block", seed, backward=True), trained)
    a = torch.relu(p["W1"] @ p["X"] + p["b1"])
    y = torch.relu(p["X"] + p["W2"] @ a + p["b2"])
    assert same(y, p["Y"])
    assert same_gradients(((y - p["Y_target"]) ** 2).sum(), p, trained)


@pytest.mark.parametrize("seed", SEEDS)
def test_norms(seed: int) -> None:
    """Forward: mean and deviation are whole, so nothing is rounded; gradients are to 1 decimal."""
    from torch.nn import functional

    p = tensors(make("batch-norm", seed))
    z = p["W"] @ p["X"] + p["b"]
    made = functional.batch_norm(z.T, None, None, p["gamma"][:, 0], p["beta"][:, 0], True,
                                 eps=1e-12).T  # fmt: skip
    assert same(made, p["Y"])
    p = tensors(make("layer-norm", seed, backward=True), ("gamma", "beta", "X"))
    made = functional.layer_norm(p["X"].T, (5,), p["gamma"][:, 0], p["beta"][:, 0], eps=0).T
    assert same(made, p["Y"])
    ((made - p["Y_target"]) ** 2).sum().backward()
    assert same(p["gamma"].grad, p["dgamma"])
    assert same(p["beta"].grad, p["dbeta"])
    assert same(p["X"].grad, p["dX"], 0.3)
    p = tensors(make("rms-norm", seed))
    assert same(functional.rms_norm(p["X"].T, (5,), p["gamma"][:, 0], eps=1e-15).T, p["Y"], 1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_recurrent_networks(seed: int) -> None:
    """By value to two decimals of gates, nn.LSTMCell and nn.GRUCell differ by rounding alone."""
    import torch

    p = tensors(make("lstm", seed, gates="value"))
    cell = torch.nn.LSTMCell(3, 2).double()
    with torch.no_grad():
        W, b = (torch.cat([p[f"{kind}{gate}"] for gate in "ifgo"]) for kind in "Wb")
        cell.weight_ih[:], cell.weight_hh[:] = W[:, :3], W[:, 3:]
        cell.bias_ih[:], cell.bias_hh[:] = b[:, 0], 0
        h, c = cell(p["X"][:, 0][None], (p["h0"].T, p["c0"].T))
    assert same(c.T, p["c1"], 0.25)
    assert same(h.T, p["h1"], 0.25)
    p = tensors(make("rnn", seed, backward=True), ("A", "B", "C"))
    h, loss = p["h0"], torch.zeros(())
    for t in range(4):
        h = torch.relu(p["A"] @ h + p["B"] @ p["X"][:, [t]])
        loss = loss + ((p["C"] @ h - p["T"][:, [t]]) ** 2).sum()
    assert same(h, p["h4"])
    assert same_gradients(loss, p, ("A", "B", "C"))


@pytest.mark.parametrize("seed", SEEDS)
def test_attention_from_the_rounded_shares_on(seed: int) -> None:
    """3 stands for e, and scores are halved downwards: softmax of the page's own scores with 3."""
    import torch

    p = tensors(make("self-attention", seed))
    scores = (p["Wk"] @ p["X"]).T @ (p["Wq"] @ p["X"])
    scaled = torch.floor(scores / 2)
    shares = torch.softmax(scaled * torch.log(torch.tensor(3.0).double()), 0)
    assert same(shares, p["A"], 0.11)
    assert same((p["Wv"] @ p["X"]) @ p["A"], p["Z"])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_optimisers(seed: int) -> None:
    import torch

    made: dict[str, Any] = {
        "sgd-momentum": lambda w: torch.optim.SGD([w], lr=0.1, momentum=0.5),
        "adam": lambda w: torch.optim.Adam([w], lr=0.1, betas=(0.5, 0.75), eps=0),
    }
    for topic, optimiser in made.items():
        p = tensors(make(topic, seed))
        w = torch.nn.Parameter(p["w0"].clone())
        step = optimiser(w)
        for t in range(2):
            w.grad = p["G"][:, [t]].clone()
            step.step()
            assert same(w.detach(), p[f"w{t + 1}"], 0.06), topic  # the ratio is to 1 decimal


@pytest.mark.parametrize("seed", SEEDS)
def test_nets_that_generate(seed: int) -> None:
    """In a GAN p − target goes straight to the scores, with p rounded; ln 2 is .7 in a VAE."""
    import torch

    trained = ("W1", "b1", "W2", "b2", "W3", "b3")
    p = tensors(make("vae", seed, backward=True), trained)
    mean, log = p["W1"] @ p["x"] + p["b1"], p["W2"] @ p["x"] + p["b2"]
    spread = 2**log + (log - log.detach()) * (2**log).detach() * (1 - 0.6931471805599453)
    y = p["W3"] @ (mean + spread * p["noise"]) + p["b3"]
    far = (0.5 * (mean**2 + spread**2 - 1) - torch.log(spread)).sum()
    assert same(y, p["y"])
    assert same_gradients(((y - p["x"]) ** 2).sum() / 2 + far, p, trained)
    trained = ("W1", "b1", "W2", "b2", "W3", "b3", "W4", "b4")
    p = tensors(make("autoencoder", seed, backward=True), trained)
    a = p["X"]
    for k in range(1, 5):
        a = p[f"W{k}"] @ a + p[f"b{k}"]
        a = torch.relu(a) if k < 4 else a
    assert same_gradients(((a - p["X"]) ** 2).sum(), p, trained)


@pytest.mark.parametrize("seed", SEEDS)
def test_transformer_block_lora_dropout_graph_and_experts(seed: int) -> None:
    import torch

    trained = ("W1", "b1", "W2", "b2")
    p = tensors(make("transformer-block", seed, backward=True), trained)
    n = p["X"] + p["X"] @ p["A"]
    y = n + p["W2"] @ torch.relu(p["W1"] @ n + p["b1"]) + p["b2"]
    assert same_gradients(((y - p["Y_target"]) ** 2).sum(), p, trained)
    p = tensors(make("lora", seed, backward=True), ("A", "B"))
    y = p["W"] @ p["x"] + p["B"] @ (p["A"] @ p["x"])
    assert same_gradients(((y - p["t"]) ** 2).sum(), p, ("A", "B"))
    p = tensors(make("dropout", seed))
    a = p["X"]
    for k in (1, 2):
        a = p[f"M{k}"] @ torch.relu(p[f"W{k}"] @ a + p[f"b{k}"])
    assert same(p["W3"] @ a + p["b3"], p["Z3"])
    p = tensors(make("graph-convolution", seed, backward=True), ("W", "b"))
    h = torch.relu(p["W"] @ (p["X"] @ p["A"]) + p["b"])
    assert same_gradients(((h - p["H_target"]) ** 2).sum(), p, ("W", "b"))
    p = tensors(make("mixture-of-experts", seed))
    chosen = (p["Wg"] @ p["X"] + p["bg"]).argmax(0)
    parts = [torch.relu(p[f"W{int(k) + 1}"] @ p["X"][:, [t]] + p[f"b{int(k) + 1}"])
             for t, k in enumerate(chosen)]  # fmt: skip
    assert same(torch.cat(parts, 1), p["Y"])


@pytest.mark.parametrize("seed", SEEDS)
def test_regressions_and_preferences(seed: int) -> None:
    """σ is rounded: gradients of binary cross-entropy are those of the page's own p."""
    import torch
    from torch.nn import functional

    p = tensors(make("linear-regression", seed), ("W", "b"))
    y = p["W"] @ p["X"] + p["b"]
    assert same_gradients(((y - p["Y_target"]) ** 2).sum() / 2, p, ("W", "b"))
    p = tensors(make("logistic-regression", seed), ("W", "b"))
    z = p["W"] @ p["X"] + p["b"]
    assert same(torch.sigmoid(z), p["Y_pred"], 0.051)
    functional.binary_cross_entropy_with_logits(z, p["Y_target"], reduction="sum").backward()
    largest = 0.051 * float(p["X"].abs().sum())
    assert same(p["W"].grad, p["dW"], largest)
    p = tensors(make("dpo", seed))
    margin = (p["P"] - p["R"]).sum(0) @ torch.tensor([1.0, -1.0]).double() / 2
    assert abs(float(torch.sigmoid(margin) - p["p"][0, 0])) <= 0.051


@pytest.mark.parametrize("seed", SEEDS)
def test_activations_by_their_printed_values(seed: int) -> None:
    """Each is torch's to the decimals that are printed, products of them a little farther."""
    from torch.nn import functional

    p = tensors(make("activations", seed, slopes=True), ("X",))
    functions: dict[str, tuple[Any, float]] = {
        "relu": (functional.relu, 0),
        "leaky": (lambda x: functional.leaky_relu(x, 0.1), 1e-9),
        "elu": (functional.elu, 0.051),
        "silu": (functional.silu, 0.31), "gelu": (functional.gelu, 0.031),
        "softplus": (functional.softplus, 0.051),
    }  # fmt: skip
    for name, (function, off) in functions.items():
        p["X"].grad = None
        made = function(p["X"])
        made.sum().backward()
        assert same(made, p[name], off), name
        steep = p["X"].grad.clone()
        page = p[f"{name}_slope"]
        steep[p["X"] == 0] = page[p["X"] == 0]  # a kink, or a tie of conventions
        assert same(steep, page, {"silu": 0.25, "gelu": 0.06}.get(name, 0.11)), name
