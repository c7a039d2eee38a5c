"""Random nets in the words of PyTorch."""

from __future__ import annotations

import random
from itertools import pairwise

BENDS = ("ReLU", "LeakyReLU(0.1)", "Sigmoid", "Tanh")


def random_net(seed: int) -> str:
    """Layers that go together, as somebody may type them: one of the kinds by turns."""
    chance = random.Random(f"net {seed}")
    kinds = (_dense, _dense, _convolution, _normalised, _words, _in_time, _attention, _dropping)
    return ", ".join(kinds[seed % len(kinds)](chance))


def _linear(chance: random.Random, features: int, units: int) -> str:
    return f"Linear({features}, {units}{chance.choice(('', '', ', bias=False'))})"


def _dense(chance: random.Random) -> list[str]:
    widths = [chance.randint(2, 4) for _ in range(chance.randint(3, 4))]
    found = []
    for features, units in pairwise(widths):
        found += [_linear(chance, features, units), chance.choice(BENDS)]
    return [*found[:-1], *chance.choice(([], ["ReLU"], ["Sigmoid"], ["Softmax"]))]


def _convolution(chance: random.Random) -> list[str]:
    kernel = chance.randint(2, 3)
    padding = chance.randint(0, kernel - 2)
    found = [f"Conv2d(1, 1, {kernel}{f', padding={padding}' * bool(padding)})", "ReLU",
             "MaxPool2d(2)"]  # fmt: skip
    return [*found, *chance.choice(([], ["Flatten", "Linear(4, 2)"]))]


def _normalised(chance: random.Random) -> list[str]:
    features = chance.randint(2, 3)
    first = chance.choice(([], [f"Linear({features}, {features})"]))
    return [*first, f"BatchNorm1d({features})", "ReLU", _linear(chance, features, 2)]


def _words(chance: random.Random) -> list[str]:
    size = chance.randint(2, 4)
    return [f"Embedding({chance.randint(3, 6)}, {size})", _linear(chance, size, 2)]


def _in_time(chance: random.Random) -> list[str]:
    features, hidden = chance.randint(1, 2), 2
    kind = chance.choice((f"RNN({features}, {hidden}, nonlinearity='relu', bias=False)",
                          f"RNN({features}, {hidden}, nonlinearity=relu)",
                          f"LSTM({features}, {hidden})"))  # fmt: skip
    return [kind, *chance.choice(([], [_linear(chance, hidden, 1)]))]


def _attention(chance: random.Random) -> list[str]:
    return ["MultiheadAttention(4, 1, bias=False)", *chance.choice(([], ["Linear(4, 2)"]))]


def _dropping(chance: random.Random) -> list[str]:
    return ["Linear(2, 4)", "ReLU", f"Dropout({chance.choice(('', 'p=0.33'))})",
            _linear(chance, 4, 2)]  # fmt: skip
