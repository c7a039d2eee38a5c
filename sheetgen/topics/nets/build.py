"""The steps of a net, word after word."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sheetgen.graph.givens import (
    given_bias,
    given_input,
    given_kernel,
    given_levelled,
    given_made,
    given_matrix,
    given_picture,
    given_weights,
    given_zeros,
)
from sheetgen.graph.nodes import Node, Role, Step, apply, together
from sheetgen.graph.ops.bends import softmax
from sheetgen.graph.ops.language import columns_at, one_hot
from sheetgen.graph.ops.moves import column, flatten, stack_rows
from sheetgen.graph.ops.sums import affine, linear, recur
from sheetgen.graph.ops.windows import convolve, max_pool
from sheetgen.topics.adapting import dropped
from sheetgen.topics.attention import heads_over
from sheetgen.topics.gated import Bends, LongShortTerm
from sheetgen.topics.language import TALE, numbered_words
from sheetgen.topics.layers import Activation, Bend, Levels, dense
from sheetgen.topics.nets.sizes import BENDS, TIMED, Plan
from sheetgen.topics.nets.words import Word
from sheetgen.topics.norms import learned, normalised

ACTIVATIONS: Mapping[str, Activation] = {
    "ReLU": "relu", "LeakyReLU": "leaky-relu", "Sigmoid": "sigmoid", "Tanh": "tanh",
}  # fmt: skip
UNCOUNTED = (*BENDS, "MaxPool2d", "Flatten", "Dropout")
"""Layers that go on with the number of the one before."""


@dataclass(frozen=True)
class Look:
    """How what a pencil can only round is found."""

    how: Levels = "value"
    decimals: int = 1
    base: str = "e"
    share_decimals: int = 1
    last_by_value: bool = False
    """Whether the last activation is by value, whatever the others are: a logarithm is taken of
    it."""

    def bend(self, word: Word, last: bool) -> Bend:
        """The activation of a word."""
        how = "value" if last and self.last_by_value else self.how
        leak = str(word["negative_slope"]).removeprefix("0") if word.name == "LeakyReLU" else ".1"
        return Bend(ACTIVATIONS[word.name], how, self.decimals, leak)


@dataclass
class Net:
    """A net as it is built: what comes out of it, one for each step of time if there are some."""

    words: Sequence[Word]
    plan: Plan
    look: Look
    predicts: bool = False
    """Whether what comes out is held against a target."""
    outputs: list[Step] = field(default_factory=list)
    sums: list[Step] = field(default_factory=list)
    """What the last activation is taken of, or else the outputs."""
    end: Bend = field(default_factory=lambda: Bend("none"))
    """The last activation, but for softmax."""
    idle: set[str] = field(default_factory=set)
    """Parameters on which nothing depends: a bias before a batch norm."""

    def __post_init__(self) -> None:
        counted = [word for word in self.words if word.name not in UNCOUNTED]
        self.many = len(counted) > 1
        self.names = [word.name for word in self.words]
        self.wide = self.plan.columns > 1
        self.stage = 0

    def build(self) -> Net:
        """All steps forward."""
        node: Node = self._input()
        for k, word in enumerate(self.words):
            if word.name in TIMED:
                self._through_time(node, k)
                return self
            before = node
            node = _WHOLE[word.name](self, word, node)
            if word is self.words[-1]:
                assert isinstance(node, Step)
                self._ends(word, node, before)
        return self

    def _ends(self, word: Word, made: Step, before: Node) -> None:
        self.outputs.append(made)
        bent = word.name in BENDS and isinstance(before, Step)
        self.sums.append(before if bent and isinstance(before, Step) else made)
        if word.name in ACTIVATIONS:
            self.end = self.look.bend(word, True)

    # --- names

    @property
    def called(self) -> str:
        """What comes out is called so, where it is held against a target."""
        return ("Y_pred" if self.wide else "y_pred") if self.predicts else ""

    @property
    def tail(self) -> str:
        """The number of the layer, behind the names of what belongs to it; nothing if it is the
        only one."""
        return str(self.stage) if self.many else ""

    def named(self, word: Word, letter: str) -> str:
        """The name of what a layer makes; that of what comes out, if it is the last."""
        if word is self.words[-1] and (self.called or word.name == "Softmax"):
            return self.called or ("Y" if self.wide else "y")
        return f"{letter.upper() if self.wide else letter}{self.tail}"

    def role(self, word: Word) -> Role:
        return "output" if word is self.words[-1] else "state"

    def _input(self) -> Node:
        plan, first = self.plan, self.words[0]
        name = "X" if self.wide else "x"
        if plan.kind == "tokens":
            return given_made("t", 1, plan.columns, "tokens", label="token", count=plan.rows)
        if plan.kind == "picture":
            return given_picture("X", plan.rows, plan.columns)
        if first.name == "LayerNorm":
            return given_levelled(name, plan.rows, plan.columns, down=True)
        if first.name == "BatchNorm1d":
            return given_levelled(name, plan.rows, plan.columns)
        if self.names[1:2] == ["BatchNorm1d"]:
            return given_levelled(name, plan.rows, plan.columns, through="W1")
        if first.name == "MultiheadAttention":
            return given_matrix(name, plan.rows, plan.columns)
        timed = any(n in TIMED for n in self.names)
        return given_input("X" if timed else name, plan.rows, plan.columns, sequence=timed)

    # --- layers

    def linear(self, word: Word, node: Node) -> Step:
        """Weights, and perhaps a bias."""
        self.stage += 1
        follows = self.words[word.place] if word is not self.words[-1] else None
        if follows is not None and follows.name == "BatchNorm1d":
            self.idle.add(f"b{self.tail}")
        return dense(node, word.size("out_features"), f"W{self.tail}", f"b{self.tail}",
                     self.named(word, "z"), bool(word["bias"]), self.role(word))  # fmt: skip

    def bend(self, word: Word, node: Node) -> Step:
        """An activation."""
        assert isinstance(node, Step)
        bend = self.look.bend(word, word is self.words[-1])
        return bend.after(node, self.named(word, "a"), self.role(word))

    def shares(self, word: Word, node: Node) -> Step:
        """Softmax."""
        return apply(softmax, node, name=self.named(word, "y"), role="output",
                     decimals=self.look.share_decimals, base=self.look.base)  # fmt: skip

    def convolution(self, word: Word, node: Node) -> Step:
        """A kernel that moves over a picture."""
        self.stage += 1
        side, padding = word.size("kernel_size"), word.size("padding")
        return apply(convolve, node, given_kernel(f"K{self.tail}", side, side),
                     given_bias(f"b{self.tail}", 1), name=self.named(word, "z"),
                     role=self.role(word), stride=word.size("stride"), padding=padding,
                     above=padding)  # fmt: skip

    def pool(self, word: Word, node: Node) -> Step:
        """The largest of each window; straight through a ReLU before it on the way back."""
        size = word.size("kernel_size")
        through = node.inputs[0] if isinstance(node, Step) and node.op.dies else None
        return apply(max_pool, node, name=self.named(word, "p"), role=self.role(word),
                     through=through, size=size, tall=size)  # fmt: skip

    def flat(self, word: Word, node: Node) -> Step:
        """A picture as one column."""
        self.wide = False
        name = self.called if word is self.words[-1] and self.called else f"v{self.tail}"
        return apply(flatten, node, name=name, role=self.role(word))

    def norm(self, word: Word, node: Node) -> Step:
        """Mean 0 and deviation 1, then a scale and a shift."""
        self.stage += 1
        return learned(normalised(node, down=word.name == "LayerNorm"), self.named(word, "y"),
                       self.role(word))  # fmt: skip

    def drop(self, word: Word, node: Node) -> Step:
        """Some units dropped."""
        return dropped(node, str(word["p"]), self.tail, self.named(word, "d"), self.role(word))

    def table(self, word: Word, node: Node) -> Step:
        """The columns of some words, by a product with their one-hot columns."""
        self.stage += 1
        words, size = word.size("num_embeddings"), word.size("embedding_dim")
        said = numbered_words(TALE, words)
        apart = "MultiheadAttention" in self.names  # which has an E and an O of its own
        hot = apply(one_hot, node, name="hot" if apart else "O", label="one-hot", rows=words,
                    rows_said=said)  # fmt: skip
        E = given_made("Emb" if apart else "E", size, words, "numbers", "parameter",
                       columns_said=said)  # fmt: skip
        name = self.called if word is self.words[-1] and self.called else "X"
        return apply(columns_at, E, hot, name=name, role=self.role(word))

    def heads(self, word: Word, node: Node) -> Step:
        """Attention."""
        self.stage += 1
        heads = word.size("num_heads")
        keys = word.size("embed_dim") // heads
        made = heads_over(node, keys, keys, heads, output=True)
        return made

    # --- steps of time

    def _through_time(self, X: Node, start: int) -> None:
        """From the first layer with a state on: all layers at each step of time, with the same
        weights."""
        words = self.words[start:]
        layers = [_TIMED[word.name](self, word, k) for k, word in enumerate(words)]
        for t in range(1, X.shape[1] + 1):
            with together(f"step {t}"):
                node = before = apply(column, X, name=f"x{t}", role="input", hidden=True, t=t - 1)
                for layer in layers:
                    before, node = node, layer(node, t)
                self._ends(words[-1], node, before)

    def _at(self, word: Word, letter: str, t: int) -> tuple[str, str]:
        """The name and the label of what a layer makes at a step of time."""
        if word is self.words[-1]:
            return f"y{t}", ""
        if self.stage < 2:
            return f"{letter}{t}", ""
        return f"{letter}{self.stage}_{t}", f"{letter}_{{{self.stage},{t}}}"

    def recurrent(self, word: Word, place: int) -> Layer:
        """A state carried from step to step."""
        self.stage += 1
        return _Recurrent(self, word).step

    def long_short(self, word: Word, place: int) -> Layer:
        """A cell with gates."""
        self.stage += 1
        cell = LongShortTerm(word.size("input_size"), word.size("hidden_size"),
                             Bends("value" if self.look.how != "levels" else "levels", False))
        last = word is self.words[-1]
        return lambda x, t: cell.step(x, t, "output" if last else "state")

    def linear_in_time(self, word: Word, place: int) -> Layer:
        """The same weights at each step."""
        self.stage += 1
        stage, units = self.stage, word.size("out_features")
        features = word.size("in_features")
        W = given_weights(f"W{self.tail}", units, features)
        b = given_bias(f"b{self.tail}", units) if word["bias"] else None

        def layer(node: Step, t: int) -> Step:
            self.stage = stage
            name, label = self._at(word, "u", t)
            role, part = self.role(word), "output" if word is self.words[-1] else ""
            if b is None:
                return apply(linear, W, node, name=name, label=label, role=role, part=part)
            return apply(affine, W, b, node, name=name, label=label, role=role, part=part)

        return layer

    def bend_in_time(self, word: Word, place: int) -> Layer:
        """An activation at each step."""
        stage = self.stage
        last = word is self.words[-1]

        def layer(node: Step, t: int) -> Step:
            self.stage = stage
            name, label = self._at(word, "a", t)
            if word.name == "Softmax":
                return apply(softmax, node, name=name, label=label, role="output",
                             decimals=self.look.share_decimals, base=self.look.base)  # fmt: skip
            return self.look.bend(word, last).after(node, name, self.role(word), label=label)

        return layer


Layer = Callable[[Step, int], Step]
"""What a layer makes of a column at a step of time."""


class _Recurrent:
    """A recurrent layer: [B | A] without a bias, one block of weights with one."""

    def __init__(self, net: Net, word: Word) -> None:
        self.net, self.word = net, word
        features, hidden = word.size("input_size"), word.size("hidden_size")
        self.relu = word["nonlinearity"] == "relu"
        self.h: Node = given_zeros("h0", hidden)
        if word["bias"]:
            self.W = given_weights("Wh", hidden, features + hidden, "W_h")
            self.b = given_bias("bh", hidden, "b_h")
        else:
            self.A = given_weights("A", hidden, hidden)
            self.B = given_weights("B", hidden, features)

    def step(self, x: Step, t: int) -> Step:
        if self.word["bias"]:
            over = apply(stack_rows, x, self.h, name=f"s{t}", hidden=True)
            z = apply(affine, self.W, self.b, over, name=f"z{t}", part="")
        else:
            z = apply(recur, self.A, self.h, self.B, x, name=f"z{t}", part="sums")
        look = self.net.look
        bend = Bend("relu") if self.relu else Bend("tanh", look.how, look.decimals)
        h = bend.after(z, f"h{t}", self.net.role(self.word), part="state")
        self.h = h
        return h


_WHOLE: Mapping[str, Callable[[Net, Word, Node], Step]] = {
    "Linear": Net.linear, "ReLU": Net.bend, "LeakyReLU": Net.bend, "Sigmoid": Net.bend,
    "Tanh": Net.bend, "Softmax": Net.shares, "Conv2d": Net.convolution, "MaxPool2d": Net.pool,
    "Flatten": Net.flat, "BatchNorm1d": Net.norm, "LayerNorm": Net.norm, "Dropout": Net.drop,
    "Embedding": Net.table, "MultiheadAttention": Net.heads,
}  # fmt: skip
_TIMED: Mapping[str, Callable[[Net, Word, int], Layer]] = {
    "RNN": Net.recurrent, "LSTM": Net.long_short, "Linear": Net.linear_in_time,
    "ReLU": Net.bend_in_time, "LeakyReLU": Net.bend_in_time, "Sigmoid": Net.bend_in_time,
    "Tanh": Net.bend_in_time, "Softmax": Net.bend_in_time,
}  # fmt: skip
