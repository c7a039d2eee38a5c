"""Nets that make what looks like their inputs, and nets with some units dropped."""

from __future__ import annotations

from itertools import count

from tests.promises.against_torch.layers import CURVES, linear, squared
from tests.promises.against_torch.page import Page, activated, compares, half

LN2 = 0.6931471805599453


@compares("gan", {}, {"sigmoid": "value", "decimals": 2}, {"fakes": 3, "hidden": 4},
          {"backward": True}, {"backward": True, "sigmoid": "value", "fakes": 1},
          {"backward": True, "fakes": 3, "widths": "3-2-3"})  # fmt: skip
def gan(p: Page) -> None:
    """Two losses of ``binary_cross_entropy_with_logits``: the discriminator's of fakes and real
    ones, the generator's of its fakes alone, which are to pass for real."""
    import torch
    from torch.nn import functional

    a = p.made("A1", torch.relu(p.made("Z1", linear(p, "W1", "b1", p["N"]))))
    fakes = p.made("F", linear(p, "W2", "b2", a))
    both = torch.cat([fakes.detach(), p["R"]], 1)
    a = p.made("A3", torch.relu(p.made("Z3", linear(p, "W3", "b3", both))))
    z = p.made("z4", linear(p, "W4", "b4", a))
    off = half(p.options["decimals"])
    p.same("y", torch.sigmoid(z), off)
    if not p.options["backward"]:
        return
    made = fakes.shape[1]
    real = torch.cat([torch.zeros(1, made), torch.ones(1, p["R"].shape[1])], 1).double()
    assert torch.equal(p["T"], real)
    assert torch.equal(p["T_fake"], torch.ones(1, made).double())
    scores = z.detach().requires_grad_()
    functional.binary_cross_entropy_with_logits(scores, real, reduction="sum").backward()
    assert (scores.grad - p.printed["dz4"]).abs().max() <= off + 1e-9
    discriminator = (z * (p.printed["y"] - real)).sum()
    frozen = [p.printed[name] for name in ("W3", "b3", "W4", "b4")]
    h = p.watched("dZ3_fake", frozen[0] @ fakes + frozen[1])
    h = p.watched("dA3_fake", torch.relu(h))
    z_fake = p.watched("dz4_fake", frozen[2] @ h + frozen[3])
    generator = (z_fake * (p.printed["y"][:, :made] - 1)).sum()
    p.learns(discriminator + generator)


@compares("vae", {}, {"batch": 2, "latent": 3}, {"kl": False}, {"backward": True},
          {"backward": True, "batch": 2}, {"backward": True, "kl": False, "loss": "squared-error"},
          )  # fmt: skip
def vae(p: Page) -> None:
    """The spread is 2ˢ, its slope the spread itself, as if ln 2 were 1; in the divergence ln 2 is
    .7."""
    import torch

    big = p.has("X")
    x = p["X" if big else "x"]
    mean = p.made("mean", linear(p, "W1", "b1", x))
    log = p.made("s", linear(p, "W2", "b2", x))
    spread = torch.exp2(log).detach()
    spread = p.made("spread", spread + (log - log.detach()) * spread)
    one, two = p.watched("dspread_1", spread), p.watched("dspread_2", spread)
    from_mean, far_mean = p.watched("dmean_1", mean), p.watched("dmean_2", mean)
    z = p.made("z", from_mean + p.made("d", one * p["noise"]))
    out = "Y" if big else "y"
    y = p.made(out, linear(p, "W3", "b3", z))
    far = (far_mean**2 + two**2 - 1) / 2
    if p.has("KL"):
        normal = torch.distributions.Normal
        there = torch.distributions.kl_divergence(
            normal(mean.detach(), spread.detach()), normal(0.0, 1.0))  # fmt: skip
        rounded = far.detach() - 0.7 * log.detach()
        p.same("KL", rounded.sum(0, keepdim=True) if p["KL"].shape[0] == 1 else rounded)
        assert ((0.7 - LN2) * log.detach().abs() + 1e-9 >= (rounded - there).abs()).all()
    if p.options["backward"]:
        extra = (far - torch.log(two)).sum() if p.options["kl"] else 0
        squared(p, out, y, x.detach(), p.options["loss"], extra)


@compares("autoencoder", *CURVES[:5], CURVES[6], {"widths": "3-2-3", "batch": 1},
          {"backward": True}, {"backward": True, "batch": 1},
          {"backward": True, "activation": "sigmoid", "decimals": 2},
          {"backward": True, "activation": "leaky-relu", "widths": "4-2-4"},
          {"backward": True, "loss": "half-squared-error", "bias": False},
          {"backward": True, "loss": "mean-squared-error", "activation": "tanh"},
          )  # fmt: skip
def autoencoder(p: Page) -> None:
    start, z, a = ("X", "Z", "A") if p.has("X") else ("x", "z", "a")
    x = p[start]
    last = z
    for k in count(1):
        if not p.has(f"{z}{k}"):
            break
        last = f"{z}{k}"
        x = p.made(last, linear(p, f"W{k}", f"b{k}", x))
        if p.has(f"{a}{k}"):
            last = f"{a}{k}"
            x = activated(p, last, x, p.options["decimals"])
    if not p.options["backward"]:  # the error alone
        x = p.watched(f"d{last}", x.detach().requires_grad_())
    squared(p, last, x, p[start], p.options["loss"])


@compares("dropout", {}, {"rate": "0.33", "batch": 1}, {"widths": "3-4-2"}, {"backward": True},
          {"backward": True, "rate": "0.33"}, {"backward": True, "batch": 1})  # fmt: skip
def dropout(p: Page) -> None:
    """A unit stays where its number is at least the rate, and grows by 1 / (1 − rate): 1.5 stands
    for 1 / .67."""
    import torch
    from torch.nn import functional

    start, z, a, d = ("X", "Z", "A", "D") if p.has("X") else ("x", "z", "a", "d")
    x = p[start]
    rate = float(p.options["rate"])
    for k in count(1):
        x = last = p.made(f"{z}{k}", linear(p, f"W{k}", f"b{k}", x))
        if not p.has(f"r{k}"):
            break
        x = p.made(f"{a}{k}", torch.relu(x))
        factor = torch.full_like(p[f"r{k}"], round(1 / (1 - rate), 1))
        mask = torch.diag((factor * (p[f"r{k}"] >= rate))[:, 0])
        p.same(f"M{k}", mask)
        x = p.made(f"{d}{k}", mask @ x)
    if p.has("T") or p.has("t"):
        p.learns(functional.mse_loss(last, p["T" if p.has("T") else "t"], reduction="sum"))

