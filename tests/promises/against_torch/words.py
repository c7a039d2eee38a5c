"""Words as numbers, pictures and texts that belong together, and weights in few bits."""

from __future__ import annotations

from tests.promises.against_torch.attention import THREE
from tests.promises.against_torch.layers import linear
from tests.promises.against_torch.page import Page, compares, half


@compares("embedding", {}, {"positions": False}, {"words": 8, "tokens": 5, "dimensions": 2},
          {"backward": True}, {"backward": True, "positions": False})  # fmt: skip
def embedding(p: Page) -> None:
    import torch
    from torch.nn import functional

    at = p["t"][0].long() - 1
    hot = functional.one_hot(at, p.options["words"]).T.double()
    p.same("O", hot)
    last = "X" if p.options["positions"] else next(n for n in ("X", "L") if p.has(n))
    looked = functional.embedding(at, p["E"].T).T
    if last == "X":
        x = p.made("X", (p.made("L", looked) if p.has("L") else looked)
                   + (p["P"] if p.has("P") else 0))  # fmt: skip
    else:
        x = p.made("L", looked)
    if p.has("T"):
        p.learns(functional.mse_loss(x, p["T"], reduction="sum"))
    assert torch.equal(hot.argmax(0), at)


@compares("positional-encoding", {}, {"dimensions": 6, "tokens": 5}, {"dimensions": 2})
def positional_encoding(p: Page) -> None:
    """Sines and cosines of places from 1 on, each pair of rows ten times as slow as the one before:
    that of the paper for eight rows, 10000^(2k / 8)."""
    import torch
    from torch.nn import functional

    p.same("L", functional.embedding(p["t"][0].long() - 1, p["E"].T).T)
    rows, places = p["T"].shape
    slow = 10000 ** (2 * torch.arange((rows + 1) // 2, dtype=torch.float64) / 8)
    waves = torch.arange(1, places + 1, dtype=torch.float64) / slow[:, None]
    table = torch.stack([waves.sin(), waves.cos()], 1).flatten(0, 1)[:rows]
    assert (table - p["T"]).abs().max() <= half(1) + 1e-9
    p.same("P", functional.embedding(p["p"][0].long() - 1, p["T"].T).T)
    p.same("X", p.printed["L"] + p.printed["P"])


@compares("llm-sampling", {}, {"words": 8, "places": 4}, {"temperature": "0.5"},
          {"temperature": "2", "places": 1})  # fmt: skip
def llm_sampling(p: Page) -> None:
    """``cumsum`` and ``searchsorted``: the first word whose running sum is above the number."""
    import torch

    if p.has("Z"):
        scaled = p["Z"] / float(p.options["temperature"])
        p.same("scaled", scaled)
        powers = torch.exp(scaled * THREE)
        p.same("E", powers, half(p.params["E"]["decimals"]))
        total = p.printed["E"].sum(0, keepdim=True)
        p.same("sums", total)
        p.same("P", p.printed["E"] / total, half(2))
        moved = len(powers) * half(p.params["E"]["decimals"]) / total
        p.same("P", torch.softmax(scaled * THREE, 0), half(2) + moved)
    p.same("S", p.printed["P"].cumsum(0))
    found = torch.searchsorted(p.printed["S"].T.contiguous(), p["r"].T.contiguous(), right=True)
    p.same("word", found.T.double() + 1)


@compares("vector-search", {}, {"sentences": 4, "dimensions": 3, "projection": 3})
def vector_search(p: Page) -> None:
    from torch.nn import functional

    words, asked = (p[n][0].long() - 1 for n in "tu")
    p.same("X", functional.embedding(words, p["E"].T).T)
    p.same("Q", functional.embedding(asked, p["E"].T).T)
    p.same("M", functional.avg_pool1d(p.printed["X"][None], 3)[0], half(1))
    p.same("m", functional.avg_pool1d(p.printed["Q"][None], 3)[0], half(1))
    v = p.made("V", linear(p, "P", "", p.printed["M"]))
    q = p.made("q", linear(p, "P", "", p.printed["m"]))
    s = p.made("s", v.T @ q)
    p.same("nearest", functional.one_hot(s.argmax(0), len(s)).T.double())


@compares("clip", {}, {"pairs": 4, "dimension": 3}, {"decimals": 1}, {"backward": True},
          {"backward": True, "pairs": 2, "pixels": 4})  # fmt: skip
def clip(p: Page) -> None:
    """Cross-entropy by columns and by rows, with 3 for e; the vectors are not normalised."""
    import torch
    from torch.nn import functional

    u = p.made("U", linear(p, "W1", "", p["P"]))
    v = p.made("V", linear(p, "W2", "", p["T"]))
    s = p.made("S", u.T @ v)
    e = torch.exp(s.detach() * THREE)
    p.same("E", e, half(p.params["E"]["decimals"]))
    whole = p.printed["E"]
    p.same("down", whole.sum(0, keepdim=True))
    p.same("across", whole.sum(1, keepdim=True))
    off = half(p.options["decimals"])
    for name, axis in (("A", 0), ("B", 1)):
        p.same(name, whole / whole.sum(axis, keepdim=True), off)
        moved = len(s) * half(p.params["E"]["decimals"]) / whole.sum(axis, keepdim=True)
        p.same(name, torch.softmax(s * THREE, axis), off + moved)
    if not p.options["backward"]:
        return
    one, other = p.watched("dS_1", s), p.watched("dS_2", s)
    right = torch.eye(len(s), dtype=torch.float64)
    assert torch.equal(p.printed["I"], right)
    p.learns((one * (p.printed["A"] - right) + other * (p.printed["B"] - right)).sum())
    at = torch.arange(len(s))
    scores = s.detach().requires_grad_()
    (functional.cross_entropy(scores * THREE, at, reduction="sum")
     + functional.cross_entropy(scores.T * THREE, at, reduction="sum")).backward()  # fmt: skip
    far = (scores.grad / THREE - p.printed["dS"]).abs().max()
    assert far <= 2 * off + 2 * len(s) * half(0) / float(whole.sum(0).min())


@compares("quantisation", {}, {"rows": 2, "columns": 6}, {"rows": 6})
def quantisation(p: Page) -> None:
    """Rounds to the nearest; ``torch.fake_quantize`` rounds halves to even, we away from zero."""
    import torch

    weights = p["W"]
    p.same("m", weights.abs().amax(1, keepdim=True))
    p.same("s", p.printed["m"] / 7, half(6))
    scale = p.printed["s"]
    p.same("Q", weights / scale, 0.5)
    p.same("R", p.printed["Q"] * scale)
    p.same("E", weights - p.printed["R"])
    for row, step, found in zip(weights, scale, p.printed["R"], strict=True):
        there = torch.fake_quantize_per_tensor_affine(row, float(step), 0, -7, 7)
        tie = ((row / step).abs() % 1 - 0.5).abs() < 1e-6
        assert (there - found).abs()[~tie].max() <= 1e-6
