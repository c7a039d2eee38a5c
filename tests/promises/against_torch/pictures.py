"""Windows over pictures, ways past layers, norms, graphs."""

from __future__ import annotations

from typing import Any

from tests.promises.against_torch.layers import linear
from tests.promises.against_torch.page import Page, compares, half


@compares("conv2d", {}, {"size": 4, "kernel": 3, "padding": 1}, {"stride": 2, "size": 6},
          {"size": 6, "kernel": 3, "pool": 1}, {"dimensions": "1", "size": 8, "kernel": 3},
          {"backward": True}, {"backward": True, "size": 4, "kernel": 3, "padding": 1},
          {"backward": True, "dimensions": "1"},
          {"backward": True, "stride": 2, "size": 5, "kernel": 3, "padding": 1, "pool": 1},
          )  # fmt: skip
def conv2d(p: Page) -> None:
    import torch
    from torch.nn import functional

    padding, stride, size = (p.options[name] for name in ("padding", "stride", "pool"))
    flat = p.options["dimensions"] == "1"
    z = functional.conv2d(p["X"][None, None], p["K"][None, None], p["b"][0], stride,
                          (0, padding) if flat else padding)[0, 0]  # fmt: skip
    out = p.made("A", torch.relu(p.made("Z", z)))
    last = "A"
    if p.has("P"):
        last = "P"
        window = (1, size) if flat else size
        out = p.made("P", functional.max_pool2d(out[None, None], window)[0, 0])
    if p.has(f"{last}_target"):
        p.learns(functional.mse_loss(out, p[f"{last}_target"], reduction="sum"))


@compares("residual-block", {}, {"widths": "3-5", "batch": 3}, {"backward": True},
          {"backward": True, "widths": "2-2", "batch": 1})  # fmt: skip
def residual_block(p: Page) -> None:
    import torch
    from torch.nn import functional

    def name(text: str) -> str:
        return text if p.has("X") else text.lower()

    x = p[name("X")]
    through, beside = p.watched(f"d{name('X')}_1", x), p.watched(f"d{name('X')}_2", x)
    a = p.made(name("A1"), torch.relu(p.made(name("Z1"), linear(p, "W1", "b1", through))))
    y = torch.relu(p.made(name("Z2"), beside + linear(p, "W2", "b2", a)))
    y = p.made(name("Y"), y)
    if p.has(name("Y_target")):
        p.learns(functional.mse_loss(y, p[name("Y_target")], reduction="sum"))


@compares("batch-norm", {}, {"batch": 4, "features": 2}, {"linear": False}, {"backward": True},
          {"backward": True, "linear": False, "batch": 4})  # fmt: skip
def batch_norm(p: Page) -> None:
    import torch
    from torch.nn import functional

    rows = "Z" if p.has("Z") else "X"
    z = p.made("Z", linear(p, "W", "b", p["X"])) if rows == "Z" else p["X"]
    z = p.watched(f"d{rows}", z, 1)
    n = functional.batch_norm(z.T, None, None, training=True, eps=1e-15).T
    _moments(p, rows, 1)
    y = functional.batch_norm(z.detach().T, None, None, p["gamma"][:, 0].detach(),
                              p["beta"][:, 0].detach(), True, eps=1e-15).T  # fmt: skip
    p.same("Y", y)
    _learns(p, rows, torch.addcmul(p["beta"], p["gamma"], p.made("N", n)))


@compares("layer-norm", {}, {"features": 4, "tokens": 4}, {"backward": True},
          {"backward": True, "features": 4, "tokens": 2})  # fmt: skip
def layer_norm(p: Page) -> None:
    import torch
    from torch.nn import functional

    x = p.watched("dX", p["X"], 1)
    size = (len(x),)
    _moments(p, "X", 0)
    n = p.made("N", functional.layer_norm(x.T, size, eps=0).T)
    y = functional.layer_norm(x.detach().T, size, p["gamma"][:, 0].detach(),
                              p["beta"][:, 0].detach(), eps=0).T  # fmt: skip
    p.same("Y", y)
    _learns(p, "X", torch.addcmul(p["beta"], p["gamma"], n))


@compares("rms-norm", {}, {"features": 4, "tokens": 4}, {"backward": True},
          {"backward": True, "features": 4, "tokens": 1})  # fmt: skip
def rms_norm(p: Page) -> None:
    from torch.nn import functional

    x = p.watched("dX", p["X"], 1)
    squares = (p["X"].detach() ** 2).sum(0, keepdim=True)
    p.same("Q", squares)
    p.same("V", squares / len(x))
    p.same("r", (squares / len(x)).sqrt())
    n = p.made("N", functional.rms_norm(x.T, (len(x),), eps=1e-30).T)
    _learns(p, "X", p["gamma"] * n)


def _moments(p: Page, rows: str, axis: int) -> None:
    """Means and deviations are whole, so that nothing is rounded."""
    import torch

    source = p.printed[rows]
    centred = source - source.mean(axis, keepdim=True)
    p.same("sum", source.sum(axis, keepdim=True))
    p.same("mu", source.mean(axis, keepdim=True))
    p.same("C", centred)
    p.same("Q", (centred**2).sum(axis, keepdim=True))
    p.same("V", torch.var(source, axis, keepdim=True, unbiased=False))
    p.same("sigma", torch.std(source, axis, keepdim=True, unbiased=False))


def _learns(p: Page, rows: str, y: Any) -> None:
    from torch.nn import functional

    y = p.made("Y", y)
    if p.has("Y_target"):
        p.own_way(*(name for name in p.left if name.startswith((f"d{rows}_", "dgamma_"))))
        p.learns(functional.mse_loss(y, p["Y_target"], reduction="sum"))


@compares("graph-convolution", {}, {"nodes": 4, "features": 2, "units": 4}, {"normalised": True},
          {"backward": True}, {"backward": True, "normalised": True, "nodes": 6})  # fmt: skip
def graph_convolution(p: Page) -> None:
    """Kipf and Welling's layer but for the root: divided by the number of neighbours, rounded."""
    import torch
    from torch.nn import functional

    m = p.made("M", p["X"] @ p["A"])
    if p.options["normalised"]:
        p.same("d", p["A"].sum(0, keepdim=True))
        m = p.made("N", m / p.printed["d"], half(p.params["N"]["decimals"]))
    h = p.made("H", torch.relu(p.made("Z", linear(p, "W", "b", m))))
    if p.has("H_target"):
        p.learns(functional.mse_loss(h, p["H_target"], reduction="sum"))
