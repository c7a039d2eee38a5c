"""Changed texts that mean the same, each with the reason: what the mutation test leaves out."""

from __future__ import annotations

WHOLE = "a part is rounded down before the whole is: the same"
EQUAL = "nothing is larger than the largest, so that not less is equal"
BOTH = "a matrix has these two axes, and no other"
ROW = "a row is repeated for all rows, whether as a row or as a plain list of numbers"
FLAT = "divided by a row, a plain list of numbers becomes one"
ROOM = "room beyond the picture is cut off again"
BACK = "it is asked on the way back alone"
SHIFT = "a number that is taken from all scores of a column leaves their shares"

SQUARE = "a square has no sign"
NOTHING = "at 0 both come to 0"
UNSEEN = "what is positive is not taken from there"

DIAGONAL = "on the diagonal rows and columns are the same"
TRUE = "true and false are 1 and 0"

ALIKE: dict[tuple[str, str], dict[str, str]] = {
    ("flatten", "NumPy line"): {"X.reshape(-2, 1)": "NumPy takes any number below 0 for -1"},
    ("unflatten", "NumPy line"): {"g.T.reshape(rows, cols)": "a column on its side is in order"},
    ("leaky_relu", "cell formula"): {
        "round(z[i, j] if z[i, j] >= 0 else leak * z[i, j], decimals)": NOTHING,
    },
    ("leaky_relu", "NumPy line"): {"by_hand(np.where(z >= 0, z, leak * z), decimals)": NOTHING},
    ("relu_slope", "NumPy line"): {"z > 0": "true and false are 1 and 0"},
    ("elu", "cell formula"): {
        "round(z[i, j] if z[i, j] >= 0 else exp(z[i, j]) - 1, decimals)": NOTHING,
    },
    ("elu", "NumPy line"): {
        "by_hand(np.where(z > 0, z, np.exp(z) - 1), decimals)": UNSEEN,
        "by_hand(np.where(z >= 0, z, np.exp(np.minimum(z, 0)) - 1), decimals)": NOTHING,
        "by_hand(np.where(z > 0, z, np.exp(np.minimum(z, 1)) - 1), decimals)": UNSEEN,
    },
    ("half_squared_error", "NumPy line"): {
        "((y - t) ** 2).sum(keepdims=True) / 2": BOTH,
        "((t - y) ** 2).sum(axis=(0, 1), keepdims=True) / 2": SQUARE,
    },
    ("mean_squared_error", "NumPy line"): {
        "((y - t) ** 2).mean(keepdims=True)": BOTH,
        "((t - y) ** 2).mean(axis=(0, 1), keepdims=True)": SQUARE,
    },
    ("binary_cross_entropy", "NumPy line"): {
        "-(t * np.log(p) + (1 - t) * np.log(1 - p)).sum(keepdims=True)": BOTH,
    },
    ("divergence_loss", "NumPy line"): {
        "(0.5 * (m * m + v * v - 1) - np.log(v)).sum(keepdims=True)": BOTH,
    },
    ("binary_cross_entropy", "slope"): {"((p - t) * dthrough).sum(keepdims=True)": BOTH},
    ("divide_down", "cell formula"): {"floor(a[i, j] // by)": WHOLE},
    ("divide_down", "NumPy line"): {"np.floor(a // by)": WHOLE},
    ("drop_mask", "cell formula"): {"factor if i == j and r[j] > rate else 0": DIAGONAL},
    ("drop_mask", "NumPy line"): {
        "np.where(r.T > rate, factor, 0) * np.eye(r.shape[0])": DIAGONAL,
    },
    ("look_up", "NumPy line"): {
        "E @ (t == np.reshape(np.arange(E.shape[1]) + 1, (E.shape[1], 1)))": TRUE,
    },
    ("look_up_gradient", "NumPy line"): {
        "g @ (t == np.reshape(np.arange(cols) + 1, (cols, 1))).T": TRUE,
    },
    ("one_hot", "NumPy line"): {"t == np.reshape(np.arange(rows) + 1, (rows, 1))": TRUE},
    ("pick", "NumPy line"): {"(r >= S).sum(axis=0, keepdims=True) + 1": TRUE},
    ("largest", "cell formula"): {"1 if a[i, j] == max(k, a[k, j]) else 0": EQUAL},
    ("largest", "NumPy line"): {
        "np.where(a == a.max(axis=0), 1, 0)": EQUAL,
        "np.where(a >= a.max(axis=0, keepdims=True), 1, 0)": ROW,
        "a >= a.max(axis=0)": "true and false are 1 and 0",
    },
    ("max_pool_gradient", "cell formula"): {
        "g[i // tall, j // size] if X[i, j] == max(u, v, X[i // tall * tall + u, "
        "j // size * size + v], u=tall, v=size) else 0": EQUAL,
    },
    ("max_pool_gradient", "NumPy line"): {
        "np.where(X == blocks(sliding_window_view(X, (tall, size))[::tall, ::size]"
        ".max(axis=(2, 3)), tall, size, X.shape), blocks(g, tall, size, X.shape), 0)":
            "nothing is larger than the largest; and in what is left over both answers are 0",
    },
    ("row_cross_entropy", "NumPy line"): {"-(t * np.log(p)).sum(keepdims=True)": BOTH},
    ("row_cross_entropy", "slope"): {"((p - t) * dthrough).sum(keepdims=True)": BOTH},
    ("convolve", "NumPy line"): {
        "(sliding_window_view(np.pad(X, ((above, above), (padding, padding))), K.shape)"
        "[::stride, ::stride] * K).sum(axis=(2, 3)) + b.T": "a single number has no sides",
    },
    ("divisor_of_columns", "NumPy line"): {
        "by_hand(-(n * g).sum(axis=0) / s, decimals)": FLAT,
        "by_hand(-(n * g).sum(axis=0, keepdims=False) / s, decimals)": FLAT,
    },
    ("gated_pool_gradient", "cell formula"): {
        "g[i // tall, j // size] if Z[i, j] > 0 and Z[i, j] == max(u, v, Z[i // tall * tall + u, "
        "j // size * size + v], u=tall, v=size) else 0": EQUAL,
    },
    ("gated_pool_gradient", "NumPy line"): {
        "np.where(Z == blocks(sliding_window_view(Z, (tall, size))[::tall, ::size]"
        ".max(axis=(2, 3)), tall, size, Z.shape), blocks(g, tall, size, Z.shape), 0) * (Z > 0)":
            EQUAL,
    },
    ("max_pool", "slope"): {
        "sliding_window_view(dthrough * (X == blocks(out, tall, size, X.shape)) * (X > 0), "
        "(tall, size))[::tall, ::size].sum(axis=(2, 3))": EQUAL,
        "sliding_window_view(dthrough * (X >= blocks(out, tall, size, dthrough.shape)) * (X > 0), "
        "(tall, size))[::tall, ::size].sum(axis=(2, 3))": "what is pooled is as large",
    },
    ("over_rows", "params"): {"{'decimals': 1, 'centred': False}": BACK},
    ("over_columns", "params"): {"{'decimals': 1, 'centred': False}": BACK},
    ("over_columns", "slope"): {
        f"(dthrough - centred * dthrough.mean({one}) - out * (out * dthrough).mean({other})) / s":
            ROW
        for whole in ("axis=0, keepdims=True",)
        for one, other in ((whole, "axis=0, keepdims=False"), (whole, "axis=0"),
                           ("axis=0, keepdims=False", whole), ("axis=0", whole))
    },
    ("total", "cell formula"): {"sum(k, m, a[m, k])": BOTH},
    ("total", "NumPy line"): {
        "a.sum(keepdims=True)": BOTH, "a.T.sum(axis=(0, 1), keepdims=True)": BOTH,
    },
    ("cross_entropy", "NumPy line"): {"-(t * np.log(p)).sum(keepdims=True)": BOTH},
    ("cross_entropy", "slope"): {"((p - t) * dthrough).sum(keepdims=True)": BOTH},
    ("squared_error", "NumPy line"): {
        "((y - t) ** 2).sum(keepdims=True)": BOTH,
        "((t - y) ** 2).sum(axis=(0, 1), keepdims=True)": "a square has no sign",
    },
    ("softmax", "slope"): {"out * (dz - (out * dz).sum(axis=0, keepdims=True))": ROW},
    ("softmax_gradient", "NumPy line"): {
        "by_hand(p * (g - (p * g).sum(axis=0, keepdims=True)), decimals)": ROW,
    },
    ("quotient", "slope"): {
        "out * (dthrough - (out * dthrough).sum(axis=0, keepdims=True))": ROW,
    },
    ("divisor_gradient", "NumPy line"): {
        "by_hand(-(p * g).sum(axis=0) / total, decimals)": FLAT,
        "by_hand(-(p * g).sum(axis=0, keepdims=False) / total, decimals)": FLAT,
    },
    ("conv2d_input_gradient", "NumPy line"): {
        f"laid_out(K, g, stride, {rows}, {cols})[above:above + rows, padding:padding + cols]": ROOM
        for rows, cols in (
            ("rows + 3 * above", "cols + 2 * padding"), ("rows + 2 * above", "cols + 3 * padding"),
            ("rows + 2 ** above", "cols + 2 * padding"),
            ("rows + 2 * above", "cols + 2 ** padding"),
        )
    },
    ("laid_out", "helper"): {
        "room = ((down, rows - down + K.shape[0]), (right, cols - right - K.shape[1]))": ROOM,
        "room = ((down, rows - down - K.shape[0]), (right, cols - right + K.shape[1]))": ROOM,
    },
    ("softmax", "helper"): {
        "powers = base ** (seen - seen.max(axis=0))": "a whole base is in scripts alone",
        "def softmax(z, base=np.e, causal=True):": "a line always says it",
        "seen = np.triu(z - z.min()) if causal else z": SHIFT,
        "seen = np.triu(z - z.T.min(axis=0)) if causal else z": SHIFT,
        "seen = np.triu(z - z.min(axis=-1)) if causal else z": SHIFT,
        "seen = np.triu(z - z.min(axis=1)) if causal else z": SHIFT,
        "seen = np.triu(z - z.min(axis=0, keepdims=True)) if causal else z": ROW,
        "powers = float(base) ** (seen - seen.max(axis=0, keepdims=True))": ROW,
        "return powers / powers.sum(axis=0, keepdims=True)": ROW,
    },
}
"""Op or helper, and which text of it -> the changed texts."""
