"""Tokens that look at each other, and what stands beside that in a transformer."""

from __future__ import annotations

from typing import Any

from sheetgen.graph.numbers import PLACES
from tests.promises.against_torch.layers import linear, straight
from tests.promises.against_torch.page import Page, compares, half, three_levels

THREE = 1.0986122886681098
"""ln 3."""


@compares("softmax", {}, {"decimals": 1}, {"classes": 4, "features": 3}, {"batch": 2},
          {"base": "e"}, {"linear": False, "classes": 4}, {"backward": True}, {"pair": True},
          {"backward": True, "base": "e", "batch": 2, "decimals": 2},
          {"backward": True, "pair": True})  # fmt: skip
def softmax(p: Page) -> None:
    """Powers are rounded before they are added up, so a share may be off by what that moves it."""
    import torch

    big = p.options["batch"] > 1 or p.options["pair"]
    z, power, total, y, t = (("Z", "Exp", "Sum", "Y", "Y_target") if big
                             else ("z", "exp", "sum", "y", "y_target"))  # fmt: skip
    start = "X" if big else "x"
    scores = p.made(z, linear(p, "W", "b", p[start])) if p.has(z) else p[start]
    base = THREE if p.options["base"] == "3" else 1
    decimals = p.params[power]["decimals"]
    p.same(power, torch.exp(scores * base), half(decimals) if decimals < PLACES else half(PLACES))
    p.same(total, p.printed[power].sum(0, keepdim=True))
    moved = len(scores) * half(decimals) / p.printed[total]
    p.same(y, torch.softmax(scores * base, 0), half(p.options["decimals"]) + moved)
    p.same(y, p.printed[power] / p.printed[total], half(p.options["decimals"]))
    straight(p, y, scores, p[t] if p.has(t) else None)


def looked(p: Page, x: Any, memory: Any, n: str = "", causal: bool = False) -> Any:
    """One head: what it mixes."""
    import torch
    from torch.nn import functional

    q = p.made(f"Q{n}", linear(p, f"Wq{n}", "", x))
    k = p.made(f"K{n}", linear(p, f"Wk{n}", "", memory))
    scores = p.made(f"S{n}", k.T @ q, back=1)
    scaled, by = scores, len(p[f"Wq{n}"]) ** 0.5
    if by != 1:
        halved = torch.floor(scores.detach() / by)
        scaled = p.watched(f"dscaled{n}", halved + (scores - scores.detach()) / by, 1)
        p.same(f"scaled{n}", scaled)
    shares = _shares(p, scaled, n, causal)
    p.own_way(f"dscaled{n}_weighed", f"dscaled{n}_sums", f"dS{n}_weighed", f"dS{n}_sums")
    v = p.made(f"V{n}", linear(p, f"Wv{n}", "", memory))
    z = p.made(f"Z{n}", v @ shares)
    there = functional.scaled_dot_product_attention(
        scaled.detach().T[None] * THREE, torch.eye(len(scaled), dtype=torch.float64)[None],
        v.detach().T[None], is_causal=causal, scale=1.0,
    )[0].T  # fmt: skip
    off = half(p.params[f"A{n}"]["decimals"]) + _dropped(p, scaled, n)
    p.same(f"Z{n}", there, (v.detach().abs().sum(1, keepdim=True) * off).expand(z.shape))
    return z


def _shares(p: Page, scaled: Any, n: str, causal: bool) -> Any:
    """What stands for softmax by columns, with its slope at what is printed."""
    import torch

    powers = torch.floor(torch.exp(scaled.detach() * THREE) + 1e-9)
    if causal:
        powers = torch.triu(powers)
    p.same(f"E{n}", powers)
    p.same(f"sums{n}", powers.sum(0, keepdim=True))
    printed = p.printed[f"A{n}"]
    decimals = p.params[f"A{n}"]["decimals"]
    p.same(f"A{n}", powers / powers.sum(0), half(decimals))
    hidden = torch.tril(torch.ones_like(scaled), -1).bool() if causal else scaled > 999
    p.same(f"A{n}", torch.softmax((scaled * THREE).masked_fill(hidden, -torch.inf), 0),
           half(decimals) + _dropped(p, scaled, n))  # fmt: skip
    passed = printed * (scaled - (printed * scaled).sum(0))
    return p.watched(f"dA{n}", printed + passed - passed.detach())


def _dropped(p: Page, scaled: Any, n: str) -> float:
    """What a share may be off since powers below 1 are dropped: a third each."""
    lost = (scaled < 0).sum(0) / 3 / p.printed[f"sums{n}"][0]
    return float(lost.max())


def out(p: Page, name: str, mixed: Any) -> None:
    """The last layer, if there is one, and the gradients."""
    from torch.nn import functional

    if p.has("Wo"):
        name, mixed = "O", p.made("O", linear(p, "Wo", "", mixed))
    if p.has(f"{name}_target"):
        p.learns(functional.mse_loss(mixed, p[f"{name}_target"], reduction="sum"))


@compares("self-attention", {}, {"tokens": 4}, {"causal": True}, {"output": True},
          {"features": 3, "values": 3}, {"backward": True},
          {"backward": True, "causal": True, "output": True}, {"heads": 2},
          {"heads": 2, "backward": True, "tokens": 2})  # fmt: skip
@compares("masked-attention", {}, {"tokens": 4}, {"output": True, "backward": True})
@compares("multi-head-attention", {}, {"heads": 3, "causal": True}, {"backward": True},
          {"values": 3, "keys": 1, "tokens": 2, "backward": True})  # fmt: skip
@compares("cross-attention", {}, {"memory": 4, "tokens": 2}, {"backward": True},
          {"output": True, "backward": True, "memory": 3})  # fmt: skip
def attention(p: Page) -> None:
    import torch

    memory = p["M"] if p.has("M") else p["X"]
    heads = [str(n) for n in range(1, 4) if p.has(f"Wq{n}")] or [""]
    causal = p.options.get("causal", p.topic == "masked-attention")
    mixed = [looked(p, p["X"], memory, n, causal) for n in heads]
    if heads == [""]:
        out(p, "Z", mixed[0])
    else:
        out(p, "Z", p.made("Z", torch.cat(mixed)))


@compares("transformer-block", {}, {"backward": True}, {"attention": "worked"},
          {"attention": "worked", "backward": True, "tokens": 3})  # fmt: skip
def transformer_block(p: Page) -> None:
    import torch
    from torch.nn import functional

    x = p["X"]
    worked = p.options["attention"] == "worked"
    mixed = looked(p, x, x) if worked else p.made("Z", x @ p["A"])
    n = p.made("N", x + mixed)
    through, beside = p.watched("dN_1", n), p.watched("dN_2", n)
    r = p.made("R", torch.relu(p.made("H", linear(p, "W1", "b1", through))))
    f = p.made("F", linear(p, "W2", "b2", r))
    y = p.made("Y", beside + f)
    if p.has("Y_target"):
        p.learns(functional.mse_loss(y, p["Y_target"], reduction="sum"))


@compares("swiglu", {}, {"sigmoid": "value"}, {"sigmoid": "table", "decimals": 2}, {"tokens": 1},
          {"backward": True}, {"backward": True, "sigmoid": "value", "hidden": 2})  # fmt: skip
def swiglu(p: Page) -> None:
    """silu(W1·x) ⊙ W2·x, with the printed σ: its own slope first, then that of the product."""
    import torch
    from torch.nn import functional

    z = p.made("Z", linear(p, "W1", "", p["X"]))
    levels, decimals = p.options["sigmoid"] == "levels", p.options["decimals"]
    one, two = p.watched("dZ_1", z, back=decimals + 1), p.watched("dZ_2", z)
    printed = p.printed["S"]
    s = p.bent("S", three_levels(one) if levels else torch.sigmoid(one),
               0 if levels else half(decimals), one * printed * (1 - printed))  # fmt: skip
    a = p.made("A", two * s)
    if not levels:
        p.same("A", functional.silu(z), z.detach().abs() * half(decimals))
    u = p.made("U", linear(p, "W2", "", p["X"]))
    y = p.made("Y", linear(p, "W3", "", p.made("H", a * u)))
    if p.has("Y_target"):
        p.learns(functional.mse_loss(y, p["Y_target"], reduction="sum"))


@compares("mixture-of-experts", {}, {"experts": 4, "tokens": 3}, {"backward": True},
          {"backward": True, "experts": 3, "tokens": 4})  # fmt: skip
def mixture_of_experts(p: Page) -> None:
    """Each token through the one expert that ``topk`` chooses."""
    import torch
    from torch.nn import functional

    x = p["X"]
    scores = p.made("S", linear(p, "Wg", "bg", x))
    chosen = scores.topk(1, dim=0).indices[0]
    p.same("G", functional.one_hot(chosen, len(scores)).T.double())
    parts = []
    for k in range(1, p.options["experts"] + 1):
        mine = (chosen == k - 1).double()
        parts.append(p.made(f"Z{k}", linear(p, f"W{k}", f"b{k}", x) * mine))
        p.own_way(f"dZ{k}_own")
    z = p.made("Z", sum(parts)) if p.has("Z") else parts[0]
    y = p.made("Y", torch.relu(z))
    if p.has("Y_target"):
        p.learns(functional.mse_loss(y, p["Y_target"], reduction="sum"))


@compares("lora", {}, {"rank": 2, "batch": 2}, {"merged": True}, {"backward": True},
          {"backward": True, "rank": 2, "batch": 3})  # fmt: skip
def lora(p: Page) -> None:
    from torch.nn import functional

    def name(small: str) -> str:
        return small.upper() if p.has("X") and not p.has(small) else small

    x = p[name("x")]
    if p.options["merged"]:
        p.same("BA", p["B"] @ p["A"])
        p.same("M", p["W"] + p["B"] @ p["A"])
        p.same(name("y2"), functional.linear(x.T, p["W"] + p["B"] @ p["A"]).T)
    u = p.made(name("u"), linear(p, "A", "", x))
    d = p.made(name("d"), linear(p, "B", "", u))
    y = p.made(name("y"), p.made(name("f"), linear(p, "W", "", x)) + d)
    if p.has(name("t")):
        p.learns(functional.mse_loss(y, p[name("t")], reduction="sum"))
