"""Whether the layers of a net fit one another and a page, and how large is what goes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sheetgen.errors import SheetgenError
from sheetgen.topics.nets.words import Word

WIDEST = 9
"""Numbers of a sample that a layer reads or makes."""
LARGEST = 8
"""Boxes of a side of a picture."""
FITTING = (5, 4, 6, 3, 7, 8, 2)
"""Sides of a picture in the order in which they are tried, where nobody says one."""
BENDS = ("ReLU", "LeakyReLU", "Sigmoid", "Tanh", "Softmax")
TIMED = ("RNN", "LSTM")
"""Layers whose columns are steps of time."""
TOKENS = ("Embedding", "MultiheadAttention", *TIMED)
"""Layers whose columns belong to one sample."""
COMES_OUT = (4, 5)
"""By how many a mean of the way back can be divided without rounding."""


@dataclass(frozen=True)
class Plan:
    """What goes into a net: rows and columns of features, sides of a picture, or tokens."""

    kind: Literal["features", "picture", "tokens"]
    rows: int
    columns: int


@dataclass(frozen=True)
class _Flow:
    """What stands between two layers: features, or a picture with a side."""

    kind: Literal["features", "picture"]
    size: int


def plan(words: Sequence[Word], batch: int, size: int, backward: bool) -> Plan:
    """What goes into the layers; a ``batch`` or ``size`` of 0 is as it fits. Raises SheetgenError
    naming the layer that does not."""
    for word in words:
        _check_alone(word)
    _check_order(words)
    first = words[0]
    names = [word.name for word in words]
    if first.name in ("Conv2d", "MaxPool2d", "Flatten"):
        if batch > 1:
            raise SheetgenError("--batch: a picture stands alone on a page; leave it out")
        side = _side(words, size)
        return Plan("picture", side, side)
    if size:
        raise SheetgenError(f"--size is that of a picture, and {first} reads none; leave it out")
    fitting = first
    if first.name in BENDS or first.name == "Dropout":
        raise first.refused("it does not say how many inputs there are; begin with a layer that "
                            "does, such as Linear(3,4)")  # fmt: skip
    features = fitting.settings[0][1]
    assert isinstance(features, int)
    _, problem = _through(words, _Flow("features", features))
    if problem is not None:
        raise problem
    columns = _columns(words, batch, backward)
    if "Embedding" in names:
        return Plan("tokens", first.size("num_embeddings"), columns)
    return Plan("features", features, columns)


# --- one layer


def _check_alone(word: Word) -> None:
    """Raises SheetgenError if no page holds a layer, whatever stands around it."""
    for name, value in word.settings:
        if name in ("in_features", "input_size", "embed_dim", "num_features", "normalized_shape",
                    "num_embeddings") and isinstance(value, int) and value > WIDEST:  # fmt: skip
            raise word.refused(f"no page holds {value} inputs; at most {WIDEST}")
        if name in ("out_features", "hidden_size", "embedding_dim") and isinstance(
                value, int) and value > WIDEST:  # fmt: skip
            raise word.refused(f"no page holds {value} outputs; at most {WIDEST}")
    if word.name in _ALONE:
        _ALONE[word.name](word)


def _conv(word: Word) -> None:
    if word.size("in_channels") != 1 or word.size("out_channels") != 1:
        raise word.refused("a page holds one channel; write Conv2d(1,1,...)")
    kernel, padding = word.size("kernel_size"), word.size("padding")
    if kernel > 4:
        raise word.refused(f"a kernel of {kernel}×{kernel} takes {kernel**2} products for each "
                           "box; at most 4")  # fmt: skip
    if word.size("stride") > 3 or padding > 2:
        raise word.refused("at most a stride of 3 and a padding of 2 are drawn")
    if padding >= kernel:
        raise word.refused(f"with a padding of {padding} its kernel would see nothing but zeros "
                           f"at the edge; at most {kernel - 1}")  # fmt: skip
    if word["bias"] is False:
        raise word.refused("a kernel is drawn with its bias; leave bias=False out")


def _pool(word: Word) -> None:
    kernel, stride = word.size("kernel_size"), word.size("stride")
    if not 2 <= kernel <= 3:
        raise word.refused("its windows are of 2 or 3 boxes a side")
    if stride not in (0, kernel):
        raise word.refused(f"its windows stand side by side; leave the stride of {stride} out")


def _few(word: Word) -> None:
    if word.size("num_features") > 4:
        raise word.refused("statistics are worked out of at most 4 features")


def _levelled(word: Word) -> None:
    if not 4 <= word.size("normalized_shape") <= 6:
        raise word.refused("only 4 to 6 numbers have a whole mean and a whole deviation often "
                           "enough")  # fmt: skip


def _drops(word: Word) -> None:
    if str(word["p"]) not in ("0.5", "0.33"):
        raise word.refused("1 / (1 − p) is a short number for .5 and .33; give one of these")


def _recurrent(word: Word) -> None:
    most = 3 if word.name == "LSTM" else 4
    if word.size("input_size") > 4 or word.size("hidden_size") > most:
        raise word.refused(f"a step of time holds at most 4 inputs and {most} states")
    if word.name == "LSTM" and word["bias"] is False:
        raise word.refused("its gates are drawn with their biases; leave bias=False out")


def _attention(word: Word) -> None:
    embed, heads = word.size("embed_dim"), word.size("num_heads")
    if embed % heads:
        raise word.refused(f"{embed} is not divided by {heads} heads")
    if word["bias"] is True:
        raise word.refused("heads are drawn without biases; write bias=False")
    if embed // heads not in (1, 4):
        raise word.refused(f"scores are divided by the root of {embed // heads}, the size of a "
                           "head, which is not whole; give heads of 1 or 4")  # fmt: skip
    if embed > 4 or heads > 3:
        raise word.refused("pages hold at most 4 features and 3 heads")


def _table(word: Word) -> None:
    if not 2 <= word.size("num_embeddings") <= 8 or word.size("embedding_dim") > 6:
        raise word.refused("a table of 2 to 8 words with at most 6 numbers each is drawn")


_ALONE = {
    "Conv2d": _conv, "MaxPool2d": _pool, "BatchNorm1d": _few, "LayerNorm": _levelled,
    "Dropout": _drops, "RNN": _recurrent, "LSTM": _recurrent, "MultiheadAttention": _attention,
    "Embedding": _table,
}  # fmt: skip

# --- one layer after the other


def _check_order(words: Sequence[Word]) -> None:
    """Raises SheetgenError for a layer that has no place where it stands."""
    names = [word.name for word in words]
    for k, word in enumerate(words):
        before = names[:k]
        if word.name in (*TOKENS, "BatchNorm1d", "LayerNorm") and word.name in before:
            raise word.refused("a second one does not fit the pages")
        if word.name == "Embedding" and k:
            raise word.refused("it reads words, so it is the first layer")
        if word.name == "LayerNorm" and k:
            raise word.refused("a whole mean and deviation can be made of inputs alone, so it is "
                               "the first layer")  # fmt: skip
        if word.name == "BatchNorm1d" and not _may_be_levelled(words[:k]):
            raise word.refused("whole means and deviations can be made of inputs, or behind one "
                               "Linear(n,n), so it is the first layer or the second")  # fmt: skip
        if word.name in ("MultiheadAttention", *TIMED) and set(before) & {
                "BatchNorm1d", "LayerNorm", *TIMED}:  # fmt: skip
            raise word.refused(f"the columns after {before[-1]} are no tokens; let it come first")
        if word.name in BENDS and k and names[k - 1] in BENDS and word.name != "Softmax":
            raise word.refused(f"it bends what {names[k - 1]} has bent; put a layer between them")
        if word.name == "Softmax" and k + 1 < len(words):
            raise word.refused("shares are what a net comes to, so it is the last layer")
        if word.name == "Dropout" and set(before) & set(TIMED):
            raise word.refused("it would drop others at each step of time; leave it out")


def _may_be_levelled(before: Sequence[Word]) -> bool:
    """Whether a batch norm may stand behind some layers."""
    if not before:
        return True
    first = before[0]
    return len(before) == 1 and first.name == "Linear" and (
        first.size("in_features") == first.size("out_features"))


def _through(words: Sequence[Word], flow: _Flow) -> tuple[int, SheetgenError | None]:
    """How many layers fit what goes into them, and what is wrong with the next."""
    for k, word in enumerate(words):
        try:
            flow = _after(word, flow)
        except SheetgenError as problem:
            return k, problem
    return len(words), None


def _after(word: Word, flow: _Flow) -> _Flow:
    if word.name in ("Conv2d", "MaxPool2d", "Flatten"):
        if flow.kind != "picture":
            raise word.refused("what goes in is no picture")
        return _of_picture(word, flow.size)
    if word.name in BENDS:
        if word.name == "Softmax" and (flow.kind == "picture" or flow.size < 2):
            raise word.refused("shares are those of two numbers or more in a column")
        return flow
    if flow.kind == "picture":
        raise word.refused("what goes in is a picture; put Flatten before it")
    if word.name == "Dropout":
        return flow
    sizes = [value for _, value in word.settings[:2] if not isinstance(value, bool)]
    wanted = sizes[0]
    if word.name != "Embedding" and wanted != flow.size:
        raise SheetgenError(f"--layers: layer {word.place} wants {wanted} inputs, gets "
                            f"{flow.size}: {word}")  # fmt: skip
    if word.name in ("Linear", "Embedding", *TIMED):
        assert isinstance(sizes[1], int)
        return _Flow("features", sizes[1])
    return flow


def _of_picture(word: Word, side: int) -> _Flow:
    if word.name == "Flatten":
        if side * side > WIDEST:
            raise word.refused(f"a picture of {side}×{side} makes {side * side} numbers, and no "
                               f"page holds more than {WIDEST}; let MaxPool2d or a larger kernel "
                               "make it smaller")  # fmt: skip
        return _Flow("features", side * side)
    kernel = word.size("kernel_size")
    if word.name == "MaxPool2d":
        if kernel > side:
            raise word.refused(f"its window is larger than its picture of {side}×{side}")
        return _Flow("picture", side // kernel)
    around = side + 2 * word.size("padding") - kernel
    made = around // word.size("stride") + 1
    if around < 0 or made < 2:
        raise word.refused(f"on a picture of {side}×{side} its window has one place or none")
    return _Flow("picture", made)


def _side(words: Sequence[Word], size: int) -> int:
    """The side of the picture that goes in. Raises SheetgenError for the layer that is reached last
    and does not fit."""
    farthest, wrong = -1, SheetgenError("")
    for side in (size,) if size else FITTING:
        fitting, problem = _through(words, _Flow("picture", side))
        if problem is None:
            return side
        if fitting > farthest:
            farthest, wrong = fitting, problem
    raise wrong


def _columns(words: Sequence[Word], batch: int, backward: bool) -> int:
    """How many columns go in: samples, tokens or steps of time."""
    names = [word.name for word in words]
    usual, low, high = _usual_columns(words)
    columns = batch or usual
    said = "LayerNorm" if "LayerNorm" in names else "BatchNorm1d"
    if not low <= columns <= high:
        raise SheetgenError(f"--batch: {columns} does not go with these layers; give {low} to "
                            f"{high}")  # fmt: skip
    divided = (words[0].size("normalized_shape") if said == "LayerNorm" else columns)
    if backward and said in names and divided not in COMES_OUT:
        raise SheetgenError(f"--backward: the means of the way back of {said} do not come out "
                            f"with {divided}; give {'or '.join(f'{n} ' for n in COMES_OUT)}"
                            f"{'columns' if said == 'BatchNorm1d' else 'numbers'}")  # fmt: skip
    return columns


def _usual_columns(words: Sequence[Word]) -> tuple[int, int, int]:
    """How many columns are usual, the fewest and the most."""
    names = [word.name for word in words]
    if "BatchNorm1d" in names:
        return 5, 4, 6
    if "Embedding" in names:
        most = min(4, words[0].size("num_embeddings"))
        return min(3, most), 1 + ("MultiheadAttention" in names), most
    if "MultiheadAttention" in names:
        return 3, 2, 4
    if "LSTM" in names:
        return 2, 1, 3
    if "RNN" in names:
        return 3, 2, 5
    return 3 if "LayerNorm" in names else 1, 1, 4
