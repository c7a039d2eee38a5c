"""What looks at a window: convolution and pooling; and what is worked out of a whole row or column:
means, roots, running sums, the largest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.lib.stride_tricks import sliding_window_view

from sheetgen.graph.nodes import Node, Step, apply
from sheetgen.graph.op import Op
from sheetgen.graph.op_parts import Circled, Line, Say, Slip
from sheetgen.graph.ops.helpers import blocks, by_hand, laid_out
from sheetgen.graph.ops.table import EXACT, op

WINDOWS = {"sliding_window_view": sliding_window_view}
PADDED = "np.pad(X, ((above, above), (padding, padding)))"
SLID = "the window moves by {stride}."
SEEN = f"sliding_window_view({PADDED}, {{0}})[::stride, ::stride]"
LAID = "sum(u, v, K[u, v] * X[i * stride + u - above, j * stride + v - padding])"
STEPS = {"stride": 1, "padding": 0, "above": 0}
"""By how many boxes a kernel moves on; how many columns of zeros stand at the left and the right of
what it moves over, and how many rows above it and beneath it."""
SIDES = STEPS | {"rows": 1, "cols": 1}
"""The same for what is worked back, with its size."""
MADE = ("(X.rows + 2 * above - K.rows) // stride + 1, "
        "(X.cols + 2 * padding - K.cols) // stride + 1")
TURNED = ("sum(u, v, K[u, v] * X[i * stride + K.rows - 1 - u - above, "
          "j * stride + K.cols - 1 - v - padding])")
TOP = "sliding_window_view(X, (tall, size))[::tall, ::size].max(axis=(2, 3))"
LARGEST = ("max(u, v, X[i // tall * tall + u, j // size * size + v], u=tall, v=size)")
IN_WINDOW = "p * tall <= i and i < p * tall + tall and q * size <= j and j < q * size + size"
WINDOWS_OF = "p=X.rows // tall, q=X.cols // size"
IS_LARGEST = (f"(X >= blocks({TOP}, tall, size, X.shape)) "
              "* blocks(np.ones((X.shape[0] // tall, X.shape[1] // size)), tall, size, X.shape)")
TOPS = Circled(f"sum(p, q, 1 if {IN_WINDOW} and X[i, j] >= {LARGEST} else 0, {WINDOWS_OF})",
               IS_LARGEST)
"""The largest of each window; what is left over at the edges lies in none."""
TOPS_ABOVE_0 = Circled(
    f"sum(p, q, 1 if {IN_WINDOW} and X[i, j] > 0 and X[i, j] >= {LARGEST} else 0, {WINDOWS_OF})"
    .replace("X", "Z"), f"{IS_LARGEST} * (X > 0)".replace("X", "Z"))  # fmt: skip


def _back_to(kernel: Node, picture: Node, g: Node, how: Mapping[str, Any]) -> list[Step]:
    """The gradients of a kernel and of what it moves over."""
    rows, cols = kernel.shape
    tall, wide = picture.shape
    return [apply(conv2d_kernel_gradient, g, picture, rows=rows, cols=cols, **how),
            apply(conv2d_input_gradient, kernel, g, rows=tall, cols=wide, **how)]  # fmt: skip


# fmt: off

# --- convolution

conv2d: Op = op("conv2d", "K X", LAID,
    f"({SEEN.format('K.shape')} * K).sum(axis=(2, 3))",
    "{0} ∗ {1}",
    "{0} laid on each window of {1}, multiplied box by box and added up; " + SLID,
    lambda s, g: _back_to(s.inputs[0], s.inputs[1], g, s.params),
    shape=MADE, outside=True, params=STEPS, helpers=WINDOWS,
    line=Line(between="∗"),
    torch="F.conv2d(X[None, None], K[None, None], None, stride, (above, padding))[0, 0]",
    slips=(Slip("kernel turned round", TURNED),))
convolve: Op = op("convolve", "X K b", f"{LAID} + b[0, 0]",
    f"({SEEN.format('K.shape')} * K).sum(axis=(2, 3)) + b",
    "{0} ∗ {1} + {2}",
    "{1} laid on each window of {0}, multiplied box by box and added up, plus {2}; " + SLID,
    lambda s, g: [*_back_to(s.inputs[1], s.inputs[0], g, s.params)[::-1], apply(total, g)],
    shape=MADE, outside=True, params=STEPS, helpers=WINDOWS, line=Line(between="∗", last="+"),
    torch="F.conv2d(X[None, None], K[None, None], b[0], stride, (above, padding))[0, 0]",
    slips=(Slip("bias left out", LAID), Slip("kernel turned round", f"{TURNED} + b[0, 0]")))
conv2d_kernel_gradient: Op = op("conv2d_kernel_gradient", "g X",
    "sum(u, v, g[u, v] * X[u * stride + i - above, v * stride + j - padding])",
    f"({SEEN.format('(rows, cols)')} * g[:, :, None, None]).sum(axis=(0, 1))",
    "{0} ∗ {1}",
    "for each box of the kernel, {0} times the boxes of {1} on which it was laid, added up.",
    shape="rows, cols", outside=True, params=SIDES,
    helpers=WINDOWS, line=Line(between="∗"),
    torch="torch.nn.grad.conv2d_weight(X[None, None], (1, 1, rows, cols), g[None, None], stride, "
          "(above, padding))[0, 0]")
conv2d_input_gradient: Op = op("conv2d_input_gradient", "K g",
    "sum(u, v, g[u, v] * K[i + above - u * stride, j + padding - v * stride])",
    "laid_out(K, g, stride, rows + 2 * above, cols + 2 * padding)"
    "[above:above + rows, padding:padding + cols]",
    "{1} spread by {0}",
    "{0} times each box of {1}, laid where its window was, added up; " + SLID,
    shape="rows, cols", outside=True, params=SIDES,
    helpers={"laid_out": laid_out}, line=Line(between="∗"),
    torch="torch.nn.grad.conv2d_input((1, 1, rows, cols), K[None, None], g[None, None], stride, "
          "(above, padding))[0, 0]")
total: Op = op("total", "a", "sum(k, m, a[k, m])", "a.sum(axis=(0, 1), keepdims=True)",
    "sum of all of {0}", "the sum of all boxes of {0}.",
    line=Line(word="Σ"), kind="statistic", torch="a.sum((0, 1), keepdim=True)",
    slips=(Slip("sign", "-sum(k, m, a[k, m])"),))

# --- pooling

max_pool: Op = op("max_pool", "X", "max(u, v, X[i * tall + u, j * size + v], u=tall, v=size)", TOP,
    "max of {0}", "the largest of each {tall}×{size} window of {0}.",
    lambda s, g: [apply(max_pool_gradient, s.inputs[0], g, **s.params)] if s.through is None else [
        apply(gated_pool_gradient, s.through, g, **s.params)],
    slope_through="sliding_window_view(dthrough * (X >= blocks(out, tall, size, X.shape)) "
                  "* (X > 0), (tall, size))[::tall, ::size].sum(axis=(2, 3))",
    shape="X.rows // tall, X.cols // size", params={"size": 2, "tall": 2},
    helpers=WINDOWS | {"blocks": blocks},
    rule="one largest", line=Line(word="{tall}×{size} max"), circled=TOPS,
    torch="F.max_pool2d(X[None], (tall, size))[0]")
max_pool_gradient: Op = op("max_pool_gradient", "X g",
    f"g[i // tall, j // size] if X[i, j] >= {LARGEST} else 0",
    f"np.where(X >= blocks({TOP}, tall, size, X.shape), blocks(g, tall, size, X.shape), 0)",
    "{1} where {0} was the largest, else 0",
    "each box of {1} where the largest of its window of {0} stood, 0 elsewhere.",
    shape="X.rows, X.cols", outside=True, params={"size": 2, "tall": 2},
    helpers=WINDOWS | {"blocks": blocks}, line=Line(between="takes"), circled=TOPS,
    torch="F.pad(torch.kron(g, torch.ones(tall, size)), (0, X.shape[1] % size, 0, "
          "X.shape[0] % tall)) * (X >= F.pad(torch.kron(F.max_pool2d(X[None], (tall, size))[0], "
          "torch.ones(tall, size)), (0, X.shape[1] % size, 0, X.shape[0] % tall)))")

gated_pool_gradient: Op = op("gated_pool_gradient", "Z g",
    f"g[i // tall, j // size] if Z[i, j] > 0 and Z[i, j] >= {LARGEST.replace('X', 'Z')} else 0",
    f"np.where(Z >= blocks({TOP.replace('X', 'Z')}, tall, size, Z.shape), "
    "blocks(g, tall, size, Z.shape), 0) * (Z > 0)",
    "{1} where {0} was the largest and > 0, else 0",
    "each box of {1} where the largest of its window of {0} stood, if that is above 0; 0 "
    "elsewhere.",
    shape="Z.rows, Z.cols", outside=True, params={"size": 2, "tall": 2},
    helpers=WINDOWS | {"blocks": blocks}, line=Line(between="takes"), circled=TOPS_ABOVE_0,
    torch="F.pad(torch.kron(g, torch.ones(tall, size)), (0, Z.shape[1] % size, 0, "
          "Z.shape[0] % tall)) * (Z > 0) * (Z >= F.pad(torch.kron(F.max_pool2d(Z[None], "
          "(tall, size))[0], torch.ones(tall, size)), (0, Z.shape[1] % size, 0, "
          "Z.shape[0] % tall)))",
    slips=(Slip("everywhere in the window", "g[i // tall, j // size]"),))

# --- rows and columns

row_mean: Op = op("row_mean", "a", "round(sum(k, a[i, k]) / len(k), decimals)",
    "by_hand(a.mean(axis=1, keepdims=True), decimals)",
    "mean of each row of {0}", "the sum of each row of {0}, divided by how many there are.",
    lambda s, g: [apply(row_mean_gradient, g, cols=s.inputs[0].shape[1],
                        decimals=s.params["decimals"])],
    params=EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    slope="da.mean(axis=1, keepdims=True)", line=Line(word="mean →"), kind="statistic",
    torch="a.mean(1, keepdim=True)", slips=(Slip("not divided", "sum(k, a[i, k])"),))
row_mean_gradient: Op = op("row_mean_gradient", "g", "round(g[i] / cols, decimals)",
    "by_hand(np.repeat(g, cols, axis=1) / cols, decimals)",
    "{0} ÷ {cols} in each column", "{0} divided by {cols}, copied into each column.",
    shape="i, cols", params={"cols": 1} | EXACT, helpers={"by_hand": by_hand},
    rounding=lambda p: "{made}", line=Line(word="÷ {cols}"),
    torch="g.repeat(1, cols) / cols")
square_root: Op = op("square_root", "a", "round(sqrt(a[i, j]), decimals)",
    "by_hand(np.sqrt(a), decimals)",
    "√{0}", "the root of each box of {0}.",
    lambda s, g: [apply(square_root_gradient, s, g, decimals=s.params["decimals"])],
    params={"decimals": 1}, helpers={"by_hand": by_hand}, rounding=lambda p: "roots",
    slope="da / (2 * out)", line=Line(before="√"), kind="statistic", torch="a.sqrt()")
square_root_gradient: Op = op("square_root_gradient", "y g",
    "round(g[i, j] / (2 * y[i, j]), decimals)", "by_hand(g / (2 * y), decimals)",
    "{1} ÷ (2 · {0})", "{1} divided by twice {0}, box by box.",
    params=EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    line=Line(between="under"), torch="g / (2 * y)")
running_sum: Op = op("running_sum", "p", "sum(k, p[k, j] if k <= i else 0)", "p.cumsum(axis=0)",
    "running sums down {0}", "from the top of {0} down, each number added to the sum above it.",
    lambda s, g: [apply(running_sum_gradient, g)],
    shape="p.rows, j", line=Line(word="sums so far ↓"), torch="p.cumsum(0)",
    slips=(Slip("the box itself left out", "sum(k, p[k, j] if k < i else 0)"),))
running_sum_gradient: Op = op("running_sum_gradient", "g", "sum(k, g[k, j] if k >= i else 0)",
    "g[::-1].cumsum(axis=0)[::-1]",
    "running sums up {0}", "from the foot of {0} up, each number added to the sum beneath it.",
    shape="g.rows, j", line=Line(word="sums so far ↑"),
    torch="g.flip(0).cumsum(0).flip(0)")
largest: Op = op("largest", "a", "1 if a[i, j] >= max(k, a[k, j]) else 0",
    "np.where(a >= a.max(axis=0), 1, 0)",
    "1 at the largest of each column of {0}",
    Say("{made} = 1 at the largest of each column of {0}, else 0.",
        "{made} = 1 at the largest of {0}, else 0."),
    rule="one largest", line=Line(word="largest ↓"), kind="statistic",
    circled=Circled("1 if a[i, j] >= max(k, a[k, j]) else 0", "a >= a.max(axis=0)",
                    "Circle the largest."),
    torch="(a.max(0).values <= a).to(a.dtype)")

# fmt: on
