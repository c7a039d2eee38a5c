"""The layers of a net as text in the words of PyTorch: read, checked word by word, and written in
one way.

    layers  = layer {"," layer}
    layer   = NAME ["(" [setting {"," setting}] ")"]
    setting = [NAME "="] (NUMBER | NAME | "(" NUMBER "," NUMBER ")")
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from sheetgen.errors import SheetgenError

Value = int | bool | str | Decimal
LONGEST = 600
"""Signs of a text of layers."""
MOST = 16
"""Layers of a net."""
_TOKEN = re.compile(
    r"\s*(?:(?P<name>(?:(?:torch|nn)\.)*[A-Za-z]\w*)"
    r"|(?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE]-?\d+)?)"
    r"|(?P<quoted>'[^']*'|\"[^\"]*\")|(?P<sign>[(),=]))"
)


class Setting(NamedTuple):
    """What stands in the brackets of a layer: its name, its kind and its usual value."""

    name: str
    kind: Literal["size", "switch", "number", "choice"]
    usual: Value | None = None
    """None where it must be said."""
    choices: tuple[str, ...] = ()


_BIAS = Setting("bias", "switch", True)
KNOWN: Mapping[str, tuple[Setting, ...]] = {
    "Linear": (Setting("in_features", "size"), Setting("out_features", "size"), _BIAS),
    "ReLU": (),
    "LeakyReLU": (Setting("negative_slope", "number", Decimal("0.01")),),
    "Sigmoid": (),
    "Tanh": (),
    "Softmax": (),
    "Conv2d": (Setting("in_channels", "size"), Setting("out_channels", "size"),
               Setting("kernel_size", "size"), Setting("stride", "size", 1),
               Setting("padding", "size", 0), _BIAS),
    "MaxPool2d": (Setting("kernel_size", "size"), Setting("stride", "size", 0)),
    "Flatten": (),
    "BatchNorm1d": (Setting("num_features", "size"),),
    "LayerNorm": (Setting("normalized_shape", "size"),),
    "Dropout": (Setting("p", "number", Decimal("0.5")),),
    "Embedding": (Setting("num_embeddings", "size"), Setting("embedding_dim", "size")),
    "RNN": (Setting("input_size", "size"), Setting("hidden_size", "size"),
            Setting("nonlinearity", "choice", "tanh", ("tanh", "relu")), _BIAS),
    "LSTM": (Setting("input_size", "size"), Setting("hidden_size", "size"), _BIAS),
    "MultiheadAttention": (Setting("embed_dim", "size"), Setting("num_heads", "size"), _BIAS),
}  # fmt: skip
"""Word -> what may stand in its brackets, in PyTorch's order."""
IDLE: Mapping[str, tuple[str, ...]] = {
    "ReLU": ("inplace",), "LeakyReLU": ("inplace",), "Softmax": ("dim",), "Dropout": ("inplace",),
    "Flatten": ("start_dim", "end_dim"), "BatchNorm1d": ("eps",), "LayerNorm": ("eps",),
    "RNN": ("batch_first",), "LSTM": ("batch_first",), "MultiheadAttention": ("batch_first",),
}  # fmt: skip
"""Settings that change nothing of a page, and are left out."""


@dataclass(frozen=True)
class Word:
    """A layer as it is written: its word and all its settings."""

    place: int
    """Which layer of the net it is, counted from 1."""
    name: str
    settings: tuple[tuple[str, Value], ...]

    def __getitem__(self, name: str) -> Value:
        return dict(self.settings)[name]

    def size(self, name: str) -> int:
        """A whole number of its settings."""
        value = self[name]
        assert isinstance(value, int)
        return value

    def __str__(self) -> str:
        said = []
        for setting, (name, value) in zip(KNOWN[self.name], self.settings, strict=True):
            if setting.usual is None:
                said.append(str(value))
            elif value != setting.usual:
                short = setting.name in ("negative_slope", "p")
                said.append(f"{value}" if short else f"{name}={value}")
        return f"{self.name}({','.join(said)})" if said else self.name

    def refused(self, why: str) -> SheetgenError:
        """What is said of a layer that cannot be drawn by hand."""
        return SheetgenError(f"--layers: layer {self.place}, {self}: {why}")


def normal(text: object) -> str:
    """The layers written in one way: the same text for the same net. Raises SheetgenError."""
    return ",".join(map(str, read_layers(str(text))))


@lru_cache(maxsize=256)
def read_layers(text: str) -> tuple[Word, ...]:
    """The layers of a text, each with all its settings. Raises SheetgenError naming the layer and
    what is wrong with it."""
    if len(text) > LONGEST:
        raise SheetgenError(f"--layers: {len(text)} signs are more than a page holds layers; "
                            f"give at most {LONGEST}")  # fmt: skip
    words = []
    for place, (name, given) in enumerate(_Reader(text).layers(), 1):
        words.append(_word(place, name, given))
    if not words:
        raise SheetgenError("--layers: say which, such as Linear(3,4), ReLU, Linear(4,2)")
    if len(words) > MOST:
        raise SheetgenError(f"--layers: {len(words)} layers are more than pages hold; "
                            f"give at most {MOST}")  # fmt: skip
    return tuple(words)


class _Given(NamedTuple):
    """A setting as it was typed; without a name it goes by its place."""

    name: str
    value: str


class _Reader:
    """Reads the tokens of a text from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text.strip().rstrip(",")
        self.tokens = self._tokens(self.text)
        self.at = 0

    def _tokens(self, text: str) -> list[tuple[str, str, int]]:
        found: list[tuple[str, str, int]] = []
        at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if match is None:
                raise self._wrong(at)
            kind = str(match.lastgroup)
            found.append((kind, match[kind], match.start(kind)))
            at = match.end()
        return found

    def _wrong(self, at: int) -> SheetgenError:
        said = self.text[at : at + 20].strip() or "the end"
        return SheetgenError(f"--layers: {said!r} is not how a layer goes on; write layers with "
                             "commas between them, such as Linear(3,4), ReLU, "
                             "Linear(4,2)")  # fmt: skip

    def _next(self, *wanted: str) -> str:
        """The next token, of a kind or a sign that is wanted."""
        if self.at >= len(self.tokens):
            raise self._wrong(len(self.text))
        kind, said, start = self.tokens[self.at]
        if kind not in wanted and said not in wanted:
            raise self._wrong(start)
        self.at += 1
        return said

    def _is(self, sign: str) -> bool:
        """Whether the next token is a sign; it is read if so."""
        found = self.at < len(self.tokens) and self.tokens[self.at][:2] == ("sign", sign)
        self.at += found
        return found

    def layers(self) -> Iterator[tuple[str, Sequence[_Given]]]:
        """The layers, without the ``Sequential`` that may be around them."""
        around = self.tokens[:2] and _plain(self.tokens[0][1]) == "Sequential"
        if around:
            self._next("name")
            self._next("(")
            self._is(")")
        while self.at < len(self.tokens):
            yield self._layer()
            if around and self._is(")"):
                break
            if self.at < len(self.tokens):
                self._next(",")
        if self.at < len(self.tokens):
            raise self._wrong(self.tokens[self.at][2])

    def _layer(self) -> tuple[str, Sequence[_Given]]:
        name = _plain(self._next("name"))
        given: list[_Given] = []
        if self._is("(") and not self._is(")"):
            given.append(self._setting())
            while not self._is(")"):
                self._next(",")
                given.append(self._setting())
        return name, given

    def _setting(self) -> _Given:
        if self._is("("):
            return _Given("", self._pair())
        said = self._next("name", "number", "quoted")
        if not self._is("="):
            return _Given("", said.strip("'\""))
        if self._is("("):
            return _Given(said, self._pair())
        return _Given(said, self._next("name", "number", "quoted").strip("'\""))

    def _pair(self) -> str:
        """``(2, 2)`` as 2: a window is as high as it is wide."""
        one = self._next("number")
        self._next(",")
        other = self._next("number")
        self._next(")")
        return one if one == other else f"({one},{other})"


def _plain(name: str) -> str:
    """The word without the modules before it."""
    return name.rpartition(".")[2]


def _word(place: int, name: str, given: Sequence[_Given]) -> Word:
    """A layer with all its settings. Raises SheetgenError naming it."""
    if name not in KNOWN:
        near = difflib.get_close_matches(name.lower(), {k.lower(): k for k in KNOWN}, 1, 0.7)
        found = next((k for k in KNOWN if near and k.lower() == near[0]), "")
        hint = f"did you mean {found}?" if found else f"there are {', '.join(KNOWN)}"
        raise SheetgenError(f"--layers: layer {place}: there is no {name[:40]} by hand; {hint}")
    known = KNOWN[name]
    said = f"--layers: layer {place}, {name}"
    values: dict[str, Value] = {}
    for k, one in enumerate(given):
        if one.name in IDLE.get(name, ()):
            continue
        if not one.name and k >= len(known):
            raise SheetgenError(f"{said}: takes {_counted(known)}, not {len(given)} in brackets")
        setting = next((s for s in known if s.name == one.name), None) if one.name else known[k]
        if setting is None:
            have = ", ".join(s.name for s in known) or "nothing in brackets"
            raise SheetgenError(f"{said}: there is no {one.name} by hand; it takes {have}")
        if setting.name in values:
            raise SheetgenError(f"{said}: {setting.name} is said twice")
        values[setting.name] = _value(said, setting, one.value)
    lacking = [s.name for s in known if s.usual is None and s.name not in values]
    if lacking:
        raise SheetgenError(f"{said}: say {' and '.join(lacking)}, as in {_example(name)}")
    if name == "MaxPool2d" and values.get("stride") == values["kernel_size"]:
        values["stride"] = 0  # as it is if nobody says it
    every = ((s.name, values.get(s.name, s.usual)) for s in known)
    return Word(place, name, tuple((n, value) for n, value in every if value is not None))


def _counted(known: Sequence[Setting]) -> str:
    return ", ".join(s.name for s in known) if known else "nothing"


def _example(name: str) -> str:
    numbers = iter(("3", "4", "2"))
    inside = [next(numbers) for s in KNOWN[name] if s.usual is None]
    return f"{name}({','.join(inside)})"


def _value(said: str, setting: Setting, text: str) -> Value:
    """What was typed for a setting. Raises SheetgenError."""
    match setting.kind:
        case "switch":
            if text not in ("True", "False"):
                raise SheetgenError(f"{said}: {setting.name}={text[:20]} is neither True nor False")
            return text == "True"
        case "choice":
            if text not in setting.choices:
                raise SheetgenError(f"{said}: {setting.name}={text[:20]} is none of "
                                    f"{', '.join(setting.choices)}")  # fmt: skip
            return text
        case "number":
            return _decimal(said, setting, text)
        case "size":
            least = 0 if setting.name in ("padding", "stride") and setting.usual == 0 else 1
            if not text.isdecimal() or len(text) > 9 or int(text) < least:
                raise SheetgenError(f"{said}: {setting.name} {text[:20]} is no whole number "
                                    f"from {least} on")  # fmt: skip
            return int(text)


def _decimal(said: str, setting: Setting, text: str) -> Decimal:
    """A number between 0 and 1 with at most two decimals."""
    try:
        value = Decimal(text)
    except ArithmeticError:
        raise SheetgenError(f"{said}: {setting.name} {text[:20]} is no number") from None
    if not (0 < value < 1 and value == round(value, 2)):
        raise SheetgenError(f"{said}: {setting.name} {text[:20]} is not between 0 and 1 with at "
                            "most two decimals, as a pencil needs it")  # fmt: skip
    return Decimal(f"{value.normalize():f}")
