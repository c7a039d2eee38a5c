"""Products, layers, and nets of layers."""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.promises.against_torch.page import LEAK, Page, activated, away, compares, half


@compares("dot-product", {}, {"length": 4, "products": 6}, {"length": 1, "products": 1})
def dot_product(p: Page) -> None:
    import torch

    several = p.options["products"] > 1
    for k in range(1, p.options["products"] + 1):
        a, b, c = (f"{name}{k}" if several else name for name in "abc")
        p.same(c, torch.dot(p[a][0], p[b][:, 0])[None, None])


@compares("matrix-multiplication", {}, {"rows": 4, "inner": 3, "columns": 1})
def matrix_multiplication(p: Page) -> None:
    import torch

    p.same("C", torch.mm(p["A"], p["B"]))


def linear(p: Page, weights: str, bias: str, x: Any) -> Any:
    """What ``torch.nn.Linear`` makes of columns."""
    from torch.nn import functional

    b = p[bias][:, 0] if p.has(bias) else None
    return functional.linear(x.T, p[weights], b).T


CURVES: tuple[dict[str, Any], ...] = (
    {}, {"bias": False}, {"activation": "sigmoid"}, {"activation": "sigmoid", "decimals": 2},
    {"activation": "sigmoid", "sigmoid": "table"}, {"activation": "sigmoid", "sigmoid": "levels"},
    {"activation": "tanh"}, {"activation": "tanh", "sigmoid": "levels"},
    {"activation": "leaky-relu"}, {"activation": "none"},
)  # fmt: skip


@compares("single-neuron", *CURVES, {"features": 8})
@compares("four-neurons", *CURVES, {"neurons": 2, "features": 5})
def one_layer(p: Page) -> None:
    z = p.made("z", linear(p, "w" if p.has("w") else "W", "b", p["x"]))
    if p.has("a"):
        activated(p, "a", z, p.options["decimals"])


@compares("hidden-layer", *CURVES, {"widths": "2-3-4-1"})
@compares("batch-of-three", *CURVES, {"batch": 4, "widths": "4-2-3"})
@compares("seven-layer-mlp", *CURVES[:1], *CURVES[2:3], {"bias": True, "batch": 1})
@compares("seven-layer-mlp", {"widths": "2-3-3-3-1", "activation": "leaky-relu"})
def layers(p: Page) -> None:
    x = p["X"] if p.has("X") else p["x"]
    z, a = ("Z", "A") if p.has("Z1") else ("z", "a")
    for k in count(1):
        if not p.has(f"{z}{k}"):
            assert k > 2
            break
        x = p.made(f"{z}{k}", linear(p, f"W{k}", f"b{k}", x))
        if p.has(f"{a}{k}"):
            x = activated(p, f"{a}{k}", x, p.options["decimals"])


SQUARED = ("squared-error", "half-squared-error", "mean-squared-error")
LEARNT: tuple[dict[str, Any], ...] = (
    {}, {"update": True}, {"forward": "blank", "update": True}, {"batch": 2}, {"batch": 3},
    {"bias": False, "widths": "2-3-2"}, {"softmax_base": "3"}, {"softmax_decimals": 2},
    *({"loss": loss} for loss in SQUARED), {"loss": "binary-cross-entropy"},
    {"loss": "binary-cross-entropy", "activation": "tanh", "sigmoid": "levels"},
    *({"loss": "squared-error", "activation": a} for a in ("sigmoid", "tanh", "leaky-relu")),
    {"loss": "half-squared-error", "activation": "sigmoid", "decimals": 2, "widths": "2-2-2"},
    {"loss": "mean-squared-error", "activation": "sigmoid", "sigmoid": "levels", "batch": 2},
    {"loss": "squared-error", "last": "leaky-relu"}, {"loss": "squared-error", "last": "relu"},
    {"loss": "squared-error", "last": "tanh", "activation": "none"},
)  # fmt: skip


@compares("backpropagation", *LEARNT)
@compares("network", {"backward": True}, {"backward": True, "update": True, "batch": "3"})
@compares("network", {"layers": "Linear(2,3),Tanh,Linear(3,2),Sigmoid", "backward": True})
@compares("network", {"layers": "Linear(3,3),LeakyReLU,Linear(3,1)", "backward": True})
@compares("network", {"layers": "Linear(3,2),ReLU,Linear(2,2)"})
def learnt(p: Page) -> None:
    x = p["X"] if p.has("X") else p["x"]
    big = p.has("Z1")
    z, a, out = ("Z", "A", "Y_pred") if big else ("z", "a", "y_pred")
    decimals = p.options["decimals"]
    for k in count(1):
        if not p.has(f"W{k}"):
            break
        last = f"{z}{k}" if p.has(f"{z}{k}") else out
        x = p.made(last, linear(p, f"W{k}", f"b{k}", x))
        if p.has(f"{a}{k}"):
            x = activated(p, f"{a}{k}", x, decimals)
    target = next((p[n] for n in ("y_target", "Y_target") if p.has(n)), None)
    end(p, out if last != out else "", last, x, target, decimals)


def end(
    p: Page, out: str, last: str, z: Any, target: Any, decimals: int
) -> None:
    """The last activation, the loss, and all gradients."""
    import torch

    loss = p.options["loss"]
    if p.has(out) and p.how[out] == "softmax":
        base = float(p.params[out]["base"]) if p.params[out]["base"] != "e" else torch.e
        shares = torch.softmax(z * torch.log(torch.tensor(base, dtype=torch.float64)), 0)
        p.same(out, shares, half(p.options["softmax_decimals"]))
        straight(p, out, z, target)
        return
    if loss == "binary-cross-entropy" or (p.has(out) and not p.has(f"d{out}")):
        p.same(out, torch.sigmoid(z), half(decimals))
        straight(p, out, z, target)
        return
    if p.has(out):
        z, last = activated(p, out, z, decimals), out
    if target is not None:
        squared(p, last, z, target, loss)


def straight(p: Page, out: str, z: Any, target: Any) -> None:
    """Cross-entropy: what is printed, minus the target, goes to the scores."""
    if target is not None:
        p.learns((z * (p.printed[out] - target)).sum())


def squared(
    p: Page, name: str, y: Any, target: Any, loss: str, beside: Any = 0
) -> None:
    """A squared error, and what is beside it: the mean is that of all boxes, its slope rounded."""
    from torch.nn import functional

    if loss == "mean-squared-error":
        decimals = p.params[f"d{name}"]["decimals"]
        y.register_hook(lambda grad: away(grad, decimals))
        p.learns(functional.mse_loss(y, target) + beside)
    else:
        whole = functional.mse_loss(y, target, reduction="sum")
        p.learns((whole / 2 if loss == "half-squared-error" else whole) + beside)


@compares("gradient-by-nudge", {}, {"features": 3, "exercises": 4}, {"nudge": "1"})
@compares("gradient-by-nudge", {"nudge": "0.2", "relu_last": False})
def nudged(p: Page) -> None:
    """Slopes by autograd; they are those of a small nudge since no ReLU turns within it."""
    import torch

    by = float(p.options["nudge"])
    for k in range(1, p.options["exercises"] + 1):
        moved = "W" if p.has(f"Wn{k}") else "x"
        start = {name: p.printed[f"{name}{k}"].clone().requires_grad_(name == moved)
                 for name in ("W", "x")}  # fmt: skip
        z = start["W"] @ start["x"]
        p.same(f"z{k}", z)
        out = z
        if p.has(f"a{k}"):
            out = torch.relu(z)
            p.same(f"a{k}", out)
        at = (p.params[f"{moved}n{k}"]["row"], p.params[f"{moved}n{k}"]["col"])
        then = {name: value.detach().clone() for name, value in start.items()}
        then[moved][at] += by
        p.same(f"{moved}n{k}", then[moved])
        after = then["W"] @ then["x"]
        p.same(f"zn{k}", after)
        if p.has(f"an{k}"):
            after = torch.relu(after)
            p.same(f"an{k}", after)
        p.same(f"diff{k}", after - out)
        slopes = [torch.autograd.grad(part, start[moved], retain_graph=True)[0][at]
                  for part in out.flatten()]  # fmt: skip
        p.same(f"slope{k}", torch.stack(slopes).reshape(out.shape))


@compares("activations", {"slopes": True}, {"slopes": True, "values": 5}, {"functions": "hinges"})
@compares("activations", {"functions": "curves", "slopes": True})
def activations(p: Page) -> None:
    """Each is torch's to the decimals that are printed; x·σ and x·Φ are products of what is."""
    import torch
    from torch.nn import functional

    x = p.printed["X"]
    size = x.abs()
    functions: dict[str, tuple[Any, Any, Any]] = {
        "relu": (functional.relu, 0, 0), "leaky": (lambda x: functional.leaky_relu(x, LEAK), 0, 0),
        "sigma": (torch.sigmoid, half(1), 0), "elu": (functional.elu, half(1), half(1)),
        "silu": (functional.silu, size * half(1), half(2) + half(1) * (1 + size)),
        "phi": (torch.special.ndtr, half(2) + 0.0005, 0),
        "gelu": (functional.gelu, size * (half(2) + 0.0005), half(2) * (2 + size) + 0.001),
        "softplus": (functional.softplus, half(1), half(1)),
    }  # fmt: skip
    for name, (function, off, steep) in functions.items():
        if not p.has(name):
            continue
        x = p.printed["X"].clone().requires_grad_()
        made = function(x)
        p.same(name, made, off)
        made.sum().backward()
        slope = f"{name}_slope"
        if p.has(slope):
            x.grad[x == 0] = p.printed[slope][x == 0]  # a kink, or a tie of conventions
            p.same(slope, x.grad, steep)
    if p.has("bell_slope"):
        density = torch.exp(torch.distributions.Normal(0.0, 1.0).log_prob(p.printed["X"]))
        p.same("bell_slope", density, half(2))
