"""Changed texts that mean the same, each with the reason: what the mutation test leaves out."""

from __future__ import annotations

WHOLE = "a part is rounded down before the whole is: the same"
EQUAL = "nothing is larger than the largest, so that not less is equal"
BOTH = "a matrix has these two axes, and no other"
ROW = "a row is repeated for all rows, whether as a row or as a plain list of numbers"
FLAT = "divided by a row, a plain list of numbers becomes one"
ROOM = "room beyond the picture is cut off again"
SHIFT = "a number that is taken from all scores of a column leaves their shares"

SQUARE = "a square has no sign"
NOTHING = "at 0 both come to 0"
UNSEEN = "what is positive is not taken from there"

DIAGONAL = "on the diagonal rows and columns are the same"
TRUE = "true and false are 1 and 0"

ALIKE: dict[tuple[str, str], dict[str, str]] = {
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
    ("one_hot", "NumPy line"): {"t == np.reshape(np.arange(rows) + 1, (rows, 1))": TRUE},
    ("pick", "NumPy line"): {"(S <= r).sum(axis=0, keepdims=True) + 1": TRUE},
    ("largest", "cell formula"): {"1 if a[i, j] == max(k, a[k, j]) else 0": EQUAL},
    ("largest", "NumPy line"): {
        "np.where(a == a.max(axis=0), 1, 0)": EQUAL,
        "np.where(a >= a.max(axis=0, keepdims=True), 1, 0)": ROW,
        "a >= a.max(axis=0)": "true and false are 1 and 0",
    },
    ("max_pool_gradient", "cell formula"): {
        "g[i // size, j // size] if X[i, j] == max(u, v, X[i // size * size + u, "
        "j // size * size + v], u=size, v=size) else 0": EQUAL,
    },
    ("max_pool_gradient", "NumPy line"): {
        "np.where(X == blocks(sliding_window_view(X, (size, size))[::size, ::size]"
        ".max(axis=(2, 3)), size, X.shape), blocks(g, size, X.shape), 0)":
            "nothing is larger than the largest; and in what is left over both answers are 0",
    },
    ("row_cross_entropy", "NumPy line"): {"-(t * np.log(p)).sum(keepdims=True)": BOTH},
    ("row_cross_entropy", "slope"): {"((p - t) * dthrough).sum(keepdims=True)": BOTH},
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
        "laid_out(K, g, stride, rows + 3 * padding, cols + 2 * padding)"
        "[padding:padding + rows, padding:padding + cols]": ROOM,
        "laid_out(K, g, stride, rows + 2 * padding, cols + 3 * padding)"
        "[padding:padding + rows, padding:padding + cols]": ROOM,
        "laid_out(K, g, stride, rows + 2 ** padding, cols + 2 * padding)"
        "[padding:padding + rows, padding:padding + cols]": ROOM,
        "laid_out(K, g, stride, rows + 2 * padding, cols + 2 ** padding)"
        "[padding:padding + rows, padding:padding + cols]": ROOM,
    },
    ("laid_out", "helper"): {
        "room = ((down, rows - down + K.shape[0]), (right, cols - right - K.shape[1]))": ROOM,
        "room = ((down, rows - down - K.shape[0]), (right, cols - right + K.shape[1]))": ROOM,
    },
    ("softmax", "helper"): {
        "def softmax(z, base=np.e, causal=True):": "a line always says it",
        "seen = np.triu(z - z.min()) if causal else z": SHIFT,
        "seen = np.triu(z - z.T.min(axis=0)) if causal else z": SHIFT,
        "seen = np.triu(z - z.min(axis=-1)) if causal else z": SHIFT,
        "seen = np.triu(z - z.min(axis=1)) if causal else z": SHIFT,
        "seen = np.triu(z - z.min(axis=0, keepdims=True)) if causal else z": ROW,
        "powers = base ** (seen - seen.max(axis=0, keepdims=True))": ROW,
        "return powers / powers.sum(axis=0, keepdims=True)": ROW,
    },
}
"""Op or helper, and which text of it -> the changed texts."""
