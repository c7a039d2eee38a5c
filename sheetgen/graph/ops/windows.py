"""What looks at a window: convolution and pooling; and what is worked out of a whole row or column:
means, roots, running sums, the largest."""

from __future__ import annotations

from numpy.lib.stride_tricks import sliding_window_view

from sheetgen.graph.nodes import apply
from sheetgen.graph.op import Line, Op, Slip
from sheetgen.graph.ops.helpers import blocks, by_hand, laid_out
from sheetgen.graph.ops.table import EXACT, op

WINDOWS = {"sliding_window_view": sliding_window_view}
PADDED = "np.pad(X, ((padding, padding), (padding, padding)))"
ON_WINDOWS = ("{0} laid on each window of {1} (stride {stride}, padding {padding}), "
              "multiplied box by box, added up.")
SEEN = f"sliding_window_view({PADDED}, {{0}})[::stride, ::stride]"

# fmt: off

# --- convolution

conv2d: Op = op("conv2d", "K X",
    "sum(u, v, K[u, v] * X[i * stride + u - padding, j * stride + v - padding])",
    f"({SEEN.format('K.shape')} * K).sum(axis=(2, 3))",
    "{0} ∗ {1}", ON_WINDOWS,
    lambda s, g: [
        apply(conv2d_kernel_gradient, g, s.inputs[1], rows=s.inputs[0].shape[0],
              cols=s.inputs[0].shape[1], **s.params),
        apply(conv2d_input_gradient, s.inputs[0], g, rows=s.inputs[1].shape[0],
              cols=s.inputs[1].shape[1], **s.params)],
    shape="(X.rows + 2 * padding - K.rows) // stride + 1, "
          "(X.cols + 2 * padding - K.cols) // stride + 1",
    outside=True, params={"stride": 1, "padding": 0}, helpers=WINDOWS,
    line=Line(between="∗"),
    torch="F.conv2d(X[None, None], K[None, None], None, stride, padding)[0, 0]",
    slips=(Slip("kernel turned round",
                "sum(u, v, K[u, v] * X[i * stride + K.rows - 1 - u - padding, "
                "j * stride + K.cols - 1 - v - padding])"),))
conv2d_kernel_gradient: Op = op("conv2d_kernel_gradient", "g X",
    "sum(u, v, g[u, v] * X[u * stride + i - padding, v * stride + j - padding])",
    f"({SEEN.format('(rows, cols)')} * g[:, :, None, None]).sum(axis=(0, 1))",
    "{0} ∗ {1}", ON_WINDOWS,
    shape="rows, cols", outside=True, params={"stride": 1, "padding": 0, "rows": 1, "cols": 1},
    helpers=WINDOWS, line=Line(between="∗"),
    torch="torch.nn.grad.conv2d_weight(X[None, None], (1, 1, rows, cols), g[None, None], stride, "
          "padding)[0, 0]")
conv2d_input_gradient: Op = op("conv2d_input_gradient", "K g",
    "sum(u, v, g[u, v] * K[i + padding - u * stride, j + padding - v * stride])",
    "laid_out(K, g, stride, rows + 2 * padding, cols + 2 * padding)"
    "[padding:padding + rows, padding:padding + cols]",
    "{1} spread by {0}", "{0} times each box of {1}, laid where its window was (stride "
    "{stride}, padding {padding}), added up.",
    shape="rows, cols", outside=True, params={"stride": 1, "padding": 0, "rows": 1, "cols": 1},
    helpers={"laid_out": laid_out}, line=Line(between="∗"),
    torch="torch.nn.grad.conv2d_input((1, 1, rows, cols), K[None, None], g[None, None], stride, "
          "padding)[0, 0]")

# --- pooling

max_pool: Op = op("max_pool", "X", "max(u, v, X[i * size + u, j * size + v], u=size, v=size)",
    "sliding_window_view(X, (size, size))[::size, ::size].max(axis=(2, 3))",
    "max of {0}", "the largest of each {size}×{size} window of {0}.",
    lambda s, g: [apply(max_pool_gradient, s.inputs[0], g, **s.params)],
    shape="X.rows // size, X.cols // size", params={"size": 2}, helpers=WINDOWS, rule="one largest",
    line=Line(word="max"), torch="F.max_pool2d(X[None], size)[0]")
max_pool_gradient: Op = op("max_pool_gradient", "X g",
    "g[i // size, j // size] if X[i, j] >= max(u, v, "
    "X[i // size * size + u, j // size * size + v], u=size, v=size) else 0",
    "np.where(X >= blocks(sliding_window_view(X, (size, size))[::size, ::size].max(axis=(2, 3)), "
    "size, X.shape), blocks(g, size, X.shape), 0)",
    "{1} where {0} was the largest, else 0",
    "each box of {1} where the largest of its window stood, 0 elsewhere.",
    shape="X.rows, X.cols", outside=True, params={"size": 2}, helpers=WINDOWS | {"blocks": blocks},
    line=Line(between="takes"),
    torch="F.pad(torch.kron(g, torch.ones(size, size)), (0, X.shape[1] % size, 0, "
          "X.shape[0] % size)) * (X >= F.pad(torch.kron(F.max_pool2d(X[None], size)[0], "
          "torch.ones(size, size)), (0, X.shape[1] % size, 0, X.shape[0] % size)))")

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
    slope="da / (2 * out)", line=Line(before="√"), torch="a.sqrt()")
square_root_gradient: Op = op("square_root_gradient", "y g",
    "round(g[i, j] / (2 * y[i, j]), decimals)", "by_hand(g / (2 * y), decimals)",
    "{1} ÷ (2 · {0})", "{1} divided by twice {0}, box by box.",
    params=EXACT, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    line=Line(between="under"), torch="g / (2 * y)")
running_sum: Op = op("running_sum", "p", "sum(k, p[k, j] if k <= i else 0)", "p.cumsum(axis=0)",
    "running sums down {0}", "from the top of {0} down the sum as far as the box.",
    lambda s, g: [apply(running_sum_gradient, g)],
    shape="p.rows, j", line=Line(word="sums so far ↓"), torch="p.cumsum(0)",
    slips=(Slip("the box itself left out", "sum(k, p[k, j] if k < i else 0)"),))
running_sum_gradient: Op = op("running_sum_gradient", "g", "sum(k, g[k, j] if k >= i else 0)",
    "g[::-1].cumsum(axis=0)[::-1]",
    "running sums up {0}", "from the foot of {0} up the sum as far as the box.",
    shape="g.rows, j", line=Line(word="sums so far ↑"),
    torch="g.flip(0).cumsum(0).flip(0)")
largest: Op = op("largest", "a", "1 if a[i, j] >= max(k, a[k, j]) else 0",
    "np.where(a >= a.max(axis=0), 1, 0)",
    "1 at the largest of each column of {0}",
    "1 at the largest of each column of {0}, else 0.",
    rule="one largest", line=Line(word="largest ↓"), kind="statistic",
    torch="(a >= a.max(0).values).to(a.dtype)")

# fmt: on
