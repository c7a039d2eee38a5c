"""Topics and options whose sums are written out."""

from __future__ import annotations

from sheetgen.topics.catalogue import TOPICS

CASES = [(name, {}) for name in TOPICS] + [
    ("rnn", {"backward": "yes"}),
    ("softmax", {"backward": "yes", "base": "e"}),
    ("self-attention", {"backward": "yes"}),
    ("backpropagation", {"update": "yes", "learning_rate": "0.5"}),
    ("backpropagation", {"batch": "2", "loss": "squared-error"}),
    ("backpropagation", {"forward": "blank"}),
    ("backpropagation", {"forward": "blank", "softmax_base": "3", "batch": "2"}),
]
