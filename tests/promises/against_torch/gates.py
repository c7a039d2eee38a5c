"""What is kept from step to step: recurrent networks and the selective state space."""

from __future__ import annotations

from typing import Any

from tests.promises.against_torch.layers import linear
from tests.promises.against_torch.page import Page, activated, compares, half


@compares("rnn", {}, {"features": 3, "hidden": 3, "outputs": 2, "steps": 3}, {"backward": True},
          {"activation": "tanh", "steps": 2}, {"activation": "tanh", "tanh": "levels"},
          {"activation": "tanh", "backward": True, "steps": 2},
          {"backward": True, "hidden": 3, "features": 2, "steps": 2})  # fmt: skip
def rnn(p: Page) -> None:
    """``nn.RNNCell`` has the state's weights and the input's as we have them; with ReLU, whole."""
    import torch

    h, loss = p["h0"], torch.zeros((), dtype=torch.float64)
    relu = p.options["activation"] == "relu"
    cell = torch.nn.RNNCell(p["B"].shape[1], len(p["A"]), False, "relu" if relu else "tanh")
    cell = cell.double()
    with torch.no_grad():
        cell.weight_hh[:], cell.weight_ih[:] = p["A"], p["B"]
    for t in range(1, p.options["steps"] + 1):
        x = p["X"][:, [t - 1]]
        z = p.made(f"z{t}", p["A"] @ h + p["B"] @ x)
        before = h
        h = activated(p, f"h{t}", z)
        if p.how[f"h{t}"] in ("relu", "tanh"):
            p.same(f"h{t}", cell(x.T, before.detach().T).T, 0 if relu else half(1))
        y = p.made(f"y{t}", p["C"] @ h)
        if p.has("T"):
            loss = loss + ((y - p["T"][:, [t - 1]]) ** 2).sum()
    if p.has("T"):
        p.learns(loss)


def gated(p: Page, name: str, gate: Any, value: Any) -> Any:
    """A value through a gate: each passes a gradient that is rounded to two decimals."""
    return p.made(name, gate * value, half(p.params[name]["decimals"]))


def two(p: Page, tensor: Any, name: str = "") -> Any:
    """The same for a product whose gradient is rounded to two decimals."""
    return p.watched(name, tensor, 2)


def loss_at(p: Page, t: int, h: Any) -> Any:
    return ((h - p["T"][:, [t - 1]]) ** 2).sum() if p.has("T") else 0


GATES: tuple[dict[str, Any], ...] = (
    {}, {"gates": "value"}, {"gates": "levels", "hidden": 3}, {"steps": 3, "features": 2},
    {"hidden": 1, "gates": "value", "steps": 1}, {"backward": True, "steps": 1},
    {"backward": True}, {"backward": True, "hidden": 1, "steps": 1},
)  # fmt: skip


@compares("lstm", *GATES)
def lstm(p: Page) -> None:
    import torch

    h, c, loss = p["h0"], p["c0"], torch.zeros((), dtype=torch.float64)
    cell = torch.nn.LSTMCell(p.options["features"], p.options["hidden"]).double()
    with torch.no_grad():
        W, b = (torch.cat([p[f"{kind}{gate}"] for gate in "ifgo"]) for kind in "Wb")
        wide = p.options["features"]
        cell.weight_ih[:], cell.weight_hh[:] = W[:, :wide], W[:, wide:]
        cell.bias_ih[:], cell.bias_hh[:] = b[:, 0], 0
    for t in range(1, p.options["steps"] + 1):
        x = p["X"][:, [t - 1]]
        before = h, c
        s = p.watched(f"ds{t}", torch.cat([x, p.watched(f"dh{t - 1}_1", h)]))
        z = {gate: p.made(f"z{gate}{t}", linear(p, f"W{gate}", f"b{gate}", s)) for gate in "figo"}
        f, i, g, o = (p.watched(f"d{n}{t}", activated(p, f"{n}{t}", z[n]), 2) for n in "figo")
        kept = gated(p, f"kept{t}", f, two(p, c, f"dc{t - 1}_2"))
        c = p.made(f"c{t}", kept + gated(p, f"new{t}", i, g))
        r = p.watched(f"dr{t}", activated(p, f"r{t}", p.watched(f"dc{t}_1", c)), 2)
        h = gated(p, f"h{t}", o, r)
        if p.how[f"i{t}"] == "sigmoid":
            h1, c1 = cell(x.T, tuple(state.detach().T for state in before))
            most = float(before[1].detach().abs().max())
            wide_c = half(1) * (most + 2) + 2 * half(1)
            p.same(f"c{t}", c1.T, wide_c)
            p.same(f"h{t}", h1.T, wide_c + 3 * half(1))
        loss = loss + loss_at(p, t, p.watched(f"dh{t}_2", h))
    if p.has("T"):
        p.learns(loss)


@compares("gru", *GATES)
def gru(p: Page) -> None:
    """``nn.GRUCell`` resets the product, not the state; with one unit that is the same."""
    import torch

    h, loss = p["h0"], torch.zeros((), dtype=torch.float64)
    wide = p.options["features"]
    cell = torch.nn.GRUCell(wide, p.options["hidden"]).double()
    with torch.no_grad():
        W, b = (torch.cat([p[f"{kind}{gate}"] for gate in "rzn"]) for kind in "Wb")
        cell.weight_ih[:], cell.weight_hh[:] = W[:, :wide], W[:, wide:]
        cell.bias_ih[:], cell.bias_hh[:] = b[:, 0], 0
    for t in range(1, p.options["steps"] + 1):
        x = p["X"][:, [t - 1]]
        before = h
        s = p.watched(f"ds{t}", torch.cat([x, p.watched(f"dh{t - 1}_1", h)]))
        zr = p.made(f"zr{t}", linear(p, "Wr", "br", s))
        zz = p.made(f"zz{t}", linear(p, "Wz", "bz", s))
        r = p.watched(f"dr{t}", activated(p, f"r{t}", zr), 2)
        z = activated(p, f"z{t}", zz)
        one, other = p.watched(f"dz{t}_1", z, 2), p.watched(f"dz{t}_2", z)
        u = torch.cat([x, gated(p, f"reset{t}", r, two(p, h, f"dh{t - 1}_2"))])
        zn = p.made(f"zn{t}", linear(p, "Wn", "bn", p.watched(f"du{t}", u)))
        n = p.watched(f"dn{t}", activated(p, f"n{t}", zn), 2)
        rest = p.watched(f"drest{t}", p.made(f"rest{t}", 1 - other), 2)
        kept = gated(p, f"kept{t}", one, two(p, h, f"dh{t - 1}_3"))
        h = p.made(f"h{t}", kept + gated(p, f"new{t}", rest, n))
        if p.how[f"r{t}"] == "sigmoid" and p.options["hidden"] == 1:
            there = cell(x.T, before.detach().T).T
            steep = float(p.printed["Wn"][:, wide:].abs().sum())
            most = float(before.detach().abs().max()) + 1
            p.same(f"h{t}", there, half(1) * (most + 3 + steep * most))
        loss = loss + loss_at(p, t, p.watched(f"dh{t}_4", h))
    if p.has("T"):
        p.learns(loss)


@compares("mamba", {}, {"steps": 2, "state": 3}, {"steps": 5, "state": 1})
def mamba(p: Page) -> None:
    """The selective scan; PyTorch has no module for it, so it is written as its recurrence."""
    x, size, h = p["x"], p.options["state"], p["h0"]
    for t in range(1, p.options["steps"] + 1):
        s = p.made(f"s{t}", linear(p, f"W{t}", "", x))
        h = p.made(f"h{t}", p[f"A{t}"] @ h + s[:size] * x[t - 1])
        p.made(f"y{t}", (s[size:] * h).sum(0, keepdim=True))
