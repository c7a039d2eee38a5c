"""Regression, optimisers, preferences."""

from __future__ import annotations

from typing import Any

from tests.promises.against_torch.layers import linear, squared, straight
from tests.promises.against_torch.page import Page, compares, half


@compares("linear-regression", {}, {"features": 2, "samples": 5}, {"bias": False},
          {"loss": "squared-error"}, {"loss": "mean-squared-error"}, {"samples": 2},
          {"forward": "given", "update": False})  # fmt: skip
def linear_regression(p: Page) -> None:
    y = p.made("Y_pred", linear(p, "W", "b", p["X"]))
    squared(p, "Y_pred", y, p["Y_target"], p.options["loss"])


@compares("logistic-regression", {}, {"features": 4, "samples": 2}, {"bias": False},
          {"decimals": 2}, {"sigmoid": "table"}, {"forward": "given", "update": False})  # fmt: skip
def logistic_regression(p: Page) -> None:
    """σ is rounded: gradients of binary cross-entropy are those of the page's own p."""
    import torch
    from torch.nn import functional

    z = p.made("Z", linear(p, "W", "b", p["X"]))
    off = half(p.options["decimals"])
    p.same("Y_pred", torch.sigmoid(z), off)
    scores = z.detach().requires_grad_()
    functional.binary_cross_entropy_with_logits(scores, p["Y_target"], reduction="sum").backward()
    assert (scores.grad - p.printed["dZ"]).abs().max() <= off + 1e-9
    straight(p, "Y_pred", z, p["Y_target"])


@compares("sgd-momentum", {}, {"momentum": "0.9"}, {"steps": 3, "learning_rate": "0.5"})
def sgd_momentum(p: Page) -> None:
    import torch

    w = torch.nn.Parameter(p["w0"].clone())
    rate = float(p.params["w1"]["rate"])
    step = torch.optim.SGD([w], lr=rate, momentum=float(p.options["momentum"]))
    for t in range(1, p.options["steps"] + 1):
        w.grad = p["G"][:, [t - 1]].clone()
        step.step()
        p.same(f"w{t}", w)
        p.same(f"v{t}", step.state[w]["momentum_buffer"])


@compares("adam", {}, {"steps": 1}, {"parameters": 5})
def adam(p: Page) -> None:
    """β are ½ and ¾; what is corrected, its root and the ratio are to one decimal."""
    import torch

    w = torch.nn.Parameter(p["w0"].clone())
    step = torch.optim.Adam([w], lr=0.1, betas=(0.5, 0.75), eps=0)
    for t in range(1, p.options["steps"] + 1):
        w.grad = p["G"][:, [t - 1]].clone()
        step.step()
        state = step.state[w]
        p.same(f"m{t}", state["exp_avg"])
        p.same(f"v{t}", state["exp_avg_sq"], half(2))
        p.same(f"mc{t}", state["exp_avg"] / (1 - 0.5**t), half(1))
        p.same(f"vc{t}", state["exp_avg_sq"] / (1 - 0.75**t), half(1) + half(2) * 4)
        p.same(f"r{t}", p.printed[f"vc{t}"].sqrt(), half(1))
        p.same(f"u{t}", p.printed[f"mc{t}"] / p.printed[f"r{t}"], half(1))
        p.same(f"w{t}", p.printed[f"w{t - 1}"] - 0.1 * p.printed[f"u{t}"])
        p.same(f"w{t}", w, 0.03 * t)


def preferred(p: Page, margin: Any) -> None:
    """σ of a margin, printed, and the slope of −ln σ."""
    import torch
    from torch.nn import functional

    off = half(p.options["decimals"])
    p.same("p", torch.sigmoid(margin), off)
    if not p.options["backward"]:
        return
    true = margin.detach().requires_grad_()
    (-functional.logsigmoid(true)).sum().backward()
    assert (true.grad - (p.printed["p"] - 1)).abs().max() <= off + 1e-9
    assert bool((p["y_target"] == 1).all())
    straight(p, "p", margin, p["y_target"])


@compares("dpo", {}, {"beta": "1"}, {"beta": "0.1", "decimals": 2, "tokens": 5},
          {"backward": False})  # fmt: skip
def dpo(p: Page) -> None:
    import torch

    d = p.printed["P"] - p.printed["R"]
    p.same("D", d)
    if p.options["backward"]:
        d.requires_grad_()
    sums = p.made("S", p.watched("dD", d).sum(0, keepdim=True))
    assert torch.equal(p["s"], torch.tensor([[1.0], [-1.0]], dtype=torch.float64))
    margin = p.made("m", sums[:, :1] - sums[:, 1:])
    beta = float(p.options["beta"])
    preferred(p, p.made("h", beta * margin) if p.has("h") else margin)


@compares("rlhf-reward", {}, {"features": 6, "decimals": 2}, {"backward": False},
          {"update": True})  # fmt: skip
def rlhf_reward(p: Page) -> None:
    """Bradley and Terry's loss: −ln σ of the first reward minus the second."""
    r = p.made("r", linear(p, "W", "", p["X"]))
    preferred(p, p.made("m", r[:, :1] - r[:, 1:]))
