"""Sizes and switches of each topic that are hard on a page."""

from __future__ import annotations

import pytest

from sheetgen.topics.catalogue import TOPICS

WIDE = {
    "matrix-multiplication": [
        {"rows": "8", "inner": "8", "columns": "8"},
        {"rows": "1", "inner": "1", "columns": "1"},
        {"rows": "1", "inner": "8", "columns": "8"},
    ],
    "single-neuron": [{"features": "1"}, {"features": "8"}, {"bias": "no"}],
    "four-neurons": [
        {"features": "8", "neurons": "8"},
        {"features": "1", "neurons": "2"},
        {"bias": "no"},
    ],
    "hidden-layer": [
        {"widths": "8-8-8"},
        {"widths": "1-2-1"},
        {"widths": "4-6-3", "bias": "no"},
        {"widths": "3-4-4-4-2"},
    ],
    "batch-of-three": [
        {"widths": "8-8-8", "batch": "4"},
        {"batch": "2"},
        {"widths": "2-8-2"},
        {"batch": "1"},
    ],
    "seven-layer-mlp": [
        {"batch": "4"},
        {"bias": "yes"},
        {"widths": "4-4-4-4-4-4-4-4", "batch": "4"},
        {"widths": "2-2"},
        {"widths": "3-3-3-3-3-3-3-3", "bias": "yes", "batch": "1"},
    ],
    "backpropagation": [
        {"update": "yes"},
        {"batch": "2"},
        {"widths": "2-3-2"},
        {"widths": "4-5-4-3"},
        {"bias": "no"},
        {"forward": "blank"},
        {"loss": "squared-error"},
        {"update": "yes", "learning_rate": "0.5"},
        {"widths": "8-8-3"},
        {"widths": "2-3-3-3-2"},
        {"batch": "4", "widths": "3-4-2"},
    ],
    "softmax": [
        {"pair": "yes"},
        {"base": "e"},
        {"base": "e", "backward": "yes"},
        {"backward": "yes"},
        {"batch": "4"},
        {"classes": "4", "linear": "no"},
    ],
    "self-attention": [
        {"causal": "yes"},
        {"backward": "yes"},
        {"tokens": "4"},
        {"heads": "2"},
        {"heads": "2", "backward": "yes"},
        {"tokens": "2", "keys": "1"},
        {"output": "yes"},
        {"output": "yes", "tokens": "4"},
        {"output": "yes", "features": "6", "values": "4", "tokens": "4"},
        {"tokens": "4", "values": "4", "causal": "yes"},
        {"level": "hard"},
    ],
    "rnn": [{"steps": "2"}, {"steps": "5"}, {"hidden": "3"}, {"features": "2", "outputs": "2"},
            {"backward": "yes", "hidden": "3", "steps": "5"}],
}  # fmt: skip
CASES = [(name, {}) for name in TOPICS] + [
    (n, o) for n, many in WIDE.items() if n in TOPICS for o in many
]


def _named(case: tuple[str, dict[str, str]]) -> str:
    return f"{case[0]}-{','.join(f'{k}={v}' for k, v in case[1].items()) or 'default'}"


every_case = pytest.mark.parametrize("case", CASES, ids=_named)
