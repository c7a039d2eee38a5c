"""A small model in the ONNX format: its layers in the words of PyTorch, and its weights. Needs the
extra ``[onnx]``; nothing of a model is ever run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sheetgen.errors import SheetgenError, counted
from sheetgen.exercise.exercise import Exercise, build
from sheetgen.exercise.given import from_given
from sheetgen.exercise.settings import Settings
from sheetgen.graph.numbers import from_float, plain
from sheetgen.topics.nets.sizes import LARGEST as LARGEST_SIDE
from sheetgen.topics.nets.words import normal

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto

Floats = NDArray[np.float64]

LARGEST = 4_000_000
"""Bytes of a file that is read: the weights of a net that pages hold are a few kilobytes."""
MISSING = 'models need onnx: pip install "sheetgen[onnx]"'
BEYOND = 999
"""No weight of a page is larger."""
IDLE = ("Identity", "Constant", "Dropout")
"""Operators that change nothing when a model is used."""
TURNING = ("Transpose", "Squeeze", "Unsqueeze")
"""Operators with which an exporter turns what goes into a recurrent layer, and what comes out."""


@dataclass
class Model:
    """The layers of a model, and the weights of each layer in the order in which a page has
    them."""

    layers: str
    side: int = 0
    """Of the picture that goes in, 0 where it is none or not said."""
    weights: list[Floats] = field(default_factory=list)
    unlike: str = ""
    """Why its own weights would not give what the model gives, if so."""

    @property
    def options(self) -> dict[str, str]:
        """The options of the topic ``network`` that it stands for."""
        picture = self.layers.startswith(("Conv2d", "MaxPool2d", "Flatten"))
        return {"layers": self.layers} | ({"size": str(self.side)} if picture and self.side else {})


def read_model(path: Path) -> Model:
    """The model of a file. Raises SheetgenError, in one line, for what is none, what is too large
    and what no page draws."""
    try:
        import onnx
    except ImportError:
        raise SheetgenError(MISSING) from None
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= LARGEST else b""
    except OSError as problem:
        missing = isinstance(problem, FileNotFoundError)
        why = "there is no such file" if missing else problem.strerror or problem
        raise SheetgenError(f"{path}: {why}") from None
    if size > LARGEST:
        raise SheetgenError(f"{path}: {size / 1e6:.1f} MB are more than a model has that pages "
                            f"hold; at most {LARGEST / 1e6:.0f}")  # fmt: skip
    try:
        model = onnx.load_model_from_string(data)
    except Exception:  # whatever the library makes of other files
        raise SheetgenError(f"{path}: this is no ONNX model") from None
    if not model.graph.node or not model.ir_version:
        raise SheetgenError(f"{path}: this is no ONNX model")
    try:
        return _Reader(model).read()
    except SheetgenError as problem:
        raise SheetgenError(f"{path}: {problem}") from None


class _Reader:
    """Reads a chain of layers from the nodes of a model."""

    def __init__(self, model: ModelProto) -> None:
        self.graph: GraphProto = model.graph
        self.stored = {t.name: t for t in self.graph.initializer}
        for node in self.graph.node:
            if node.op_type == "Constant":
                self.stored.update((node.output[0], a.t) for a in node.attribute
                                   if a.name == "value")  # fmt: skip
        self.said: list[str] = []
        self.found = Model("")
        self.bias_of: list[str] = []
        """Where a product stands whose bias may be added next."""

    def read(self) -> Model:
        from onnx import TensorProto

        for tensor in self.stored.values():
            if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
                raise SheetgenError("its weights are in another file; save them in the model")
        unknown = sorted({n.op_type for n in self.graph.node}.difference(
            _OPERATORS, IDLE, TURNING, _SHAPES))  # fmt: skip
        if unknown:
            raise SheetgenError(f"no page draws the operator{'s' * (len(unknown) > 1)} "
                                f"{', '.join(unknown)[:120]}; there are "
                                f"{', '.join(_OPERATORS)}")  # fmt: skip
        self._chain()
        if not self.said:
            raise SheetgenError("there are no layers in it")
        self.found.layers = normal(",".join(self.said))
        return self.found

    def _chain(self) -> None:
        """Node after node, each of which reads what the one before made."""
        inputs = [i for i in self.graph.input if i.name not in self.stored]
        if len(inputs) != 1:
            raise SheetgenError(f"{len(inputs)} inputs; a page has one")
        self.found.side = side = _side(inputs[0])
        if side > LARGEST_SIDE:
            raise SheetgenError(f"a picture of {side}×{side} goes in, and no page holds more than "
                                f"{LARGEST_SIDE}×{LARGEST_SIDE}")  # fmt: skip
        current = inputs[0].name
        recurrent = {n.op_type for n in self.graph.node} & {"RNN", "LSTM"}
        for node in self.graph.node:
            if node.op_type in ("Constant", *_SHAPES) and current not in node.input:
                continue
            read = [name for name in node.input if name and name not in self.stored]
            if read != [current] and not (recurrent and read and set(read) <= {current}):
                raise SheetgenError(f"{_name(node)} reads {' and '.join(read)[:60] or 'nothing'}; "
                                    "a page has layers one after the other")  # fmt: skip
            if node.op_type in TURNING and not recurrent:
                raise SheetgenError(f"{_name(node)} turns what goes into the next layer; pages do "
                                    "so around RNN and LSTM alone")  # fmt: skip
            if node.op_type in _OPERATORS:
                _OPERATORS[node.op_type](self, node)
            elif node.op_type in _SHAPES:
                self._flat()
            current = node.output[0]
        if current not in [o.name for o in self.graph.output]:
            raise SheetgenError("what comes out is not what the last layer makes")

    # --- what a node has

    def matrix(self, node: NodeProto, place: int) -> Floats:
        """The numbers of an input that is stored. Raises SheetgenError if it is not."""
        from onnx import numpy_helper

        name = node.input[place] if place < len(node.input) else ""
        if name not in self.stored:
            raise SheetgenError(f"{_name(node)}: its weights are not in the model")
        return np.asarray(numpy_helper.to_array(self.stored[name]), np.float64)

    def has(self, node: NodeProto, place: int) -> bool:
        return place < len(node.input) and bool(node.input[place])

    def _linear(self, weights: Floats, bias: Floats | None) -> None:
        """A layer whose weights have a row a unit."""
        units, features = weights.shape
        self.said.append(f"Linear({features},{units}{'' if bias is not None else ',bias=False'})")
        self.found.weights += [weights, *([] if bias is None else [bias.reshape(-1, 1)])]

    def gemm(self, node: NodeProto) -> None:
        """A fully connected layer."""
        how = _attributes(node)
        if how.get("alpha", 1) != 1 or how.get("beta", 1) != 1 or how.get("transA", 0):
            raise SheetgenError(f"{_name(node)}: a page has factors of 1, and no input on its side")
        weights = self.matrix(node, 1)
        self._linear(weights if how.get("transB", 0) else weights.T,
                     self.matrix(node, 2) if self.has(node, 2) else None)

    def product(self, node: NodeProto) -> None:
        """The same without its bias, which may be added next."""
        place = 1 if node.input[1] in self.stored else 0
        weights = self.matrix(node, place)
        if weights.ndim != 2:
            raise SheetgenError(f"{_name(node)}: its weights have {weights.ndim} sides")
        self._linear(weights.T if place else weights, None)
        self.bias_of = [node.output[0]]

    def added(self, node: NodeProto) -> None:
        """The bias of a product."""
        if not set(self.bias_of) & set(node.input):
            raise SheetgenError(f"{_name(node)} adds numbers to what is no product")
        bias = self.matrix(node, 1 if node.input[1] in self.stored else 0)
        self.said[-1] = self.said[-1].replace(",bias=False", "")
        self.found.weights.append(bias.reshape(-1, 1))
        self.bias_of = []

    def leaky(self, node: NodeProto) -> None:
        slope = float(_attributes(node).get("alpha", 0.01))
        self.said.append(f"LeakyReLU({slope:.6g})")

    def convolution(self, node: NodeProto) -> None:
        """A convolution of one channel."""
        how, kernel = _attributes(node), self.matrix(node, 1)
        if kernel.ndim != 4 or kernel.shape[2] != kernel.shape[3]:
            raise SheetgenError(f"{_name(node)}: a page has square kernels")
        if set(how.get("dilations", [1])) != {1} or how.get("group", 1) != 1:
            raise SheetgenError(f"{_name(node)}: a page has no dilation and no groups")
        if how.get("auto_pad", b"NOTSET") not in (b"NOTSET", b"VALID"):
            raise SheetgenError(f"{_name(node)}: its padding is not said in numbers")
        strides, pads = how.get("strides", [1]), how.get("pads", [0])
        if len(set(strides)) > 1 or len(set(pads)) > 1:
            raise SheetgenError(f"{_name(node)}: a page has the same stride and padding all round")
        bias = self.matrix(node, 2) if self.has(node, 2) else None
        out, channels, side, _ = kernel.shape
        self.said.append(f"Conv2d({channels},{out},{side},stride={strides[0]},padding={pads[0]}"
                         f"{'' if bias is not None else ',bias=False'})")  # fmt: skip
        self.found.weights += [kernel.reshape(-1, side),
                               *([] if bias is None else [bias.reshape(-1, 1)])]  # fmt: skip

    def pool(self, node: NodeProto) -> None:
        how = _attributes(node)
        sides, strides = how["kernel_shape"], how.get("strides", [1])
        if len(set(sides)) > 1 or len(set(strides)) > 1 or any(how.get("pads", [0])):
            raise SheetgenError(f"{_name(node)}: a page has square windows without padding")
        self.said.append(f"MaxPool2d({sides[0]},stride={strides[0]})")

    def _flat(self) -> None:
        """A picture as a column; what is one already stays as it is."""
        if not self.said or self.said[-1].startswith(("Conv2d", "MaxPool2d", "ReLU")):
            pictures = any(s.startswith(("Conv2d", "MaxPool2d")) for s in self.said)
            if (pictures or self.found.side) and "Flatten" not in self.said and not any(
                    s.startswith("Linear") for s in self.said):  # fmt: skip
                self.said.append("Flatten")

    def batch_norm(self, node: NodeProto) -> None:
        gains = self.matrix(node, 1)
        self.said.append(f"BatchNorm1d({gains.size})")
        self.found.unlike = "BatchNorm1d takes the statistics of the batch on the page, and the "\
            "model those of its training"
        self.found.weights += [gains.reshape(-1, 1), self.matrix(node, 2).reshape(-1, 1)]

    def layer_norm(self, node: NodeProto) -> None:
        gains = self.matrix(node, 1)
        shift = self.matrix(node, 2) if self.has(node, 2) else np.zeros(gains.size)
        self.said.append(f"LayerNorm({gains.size})")
        self.found.weights += [gains.reshape(-1, 1), shift.reshape(-1, 1)]

    def look_up(self, node: NodeProto) -> None:
        """A table of words."""
        if node.input[0] not in self.stored or self.said:
            raise SheetgenError(f"{_name(node)} takes some of a result; pages do not")
        table = self.matrix(node, 0)
        if table.ndim != 2:
            raise SheetgenError(f"{_name(node)}: its table has {table.ndim} sides")
        self.said.append(f"Embedding({table.shape[0]},{table.shape[1]})")
        self.found.weights.append(table.T)

    def recurrent(self, node: NodeProto) -> None:
        """A recurrent layer, with gates or without."""
        how, W, R = _attributes(node), self.matrix(node, 1), self.matrix(node, 2)
        if W.shape[0] != 1 or how.get("direction", b"forward") != b"forward":
            raise SheetgenError(f"{_name(node)}: a page goes through time once, forward")
        hidden, features = R.shape[2], W.shape[2]
        both = self.matrix(node, 3)[0] if self.has(node, 3) else np.zeros(2 * W.shape[1])
        biases = both[: W.shape[1]] + both[W.shape[1] :]
        has_bias = self.has(node, 3) and bool(both.any())
        whole = np.hstack([W[0], R[0]])
        if node.op_type == "LSTM":
            self.said.append(f"LSTM({features},{hidden})")
            i, o, f, g = (slice(k * hidden, (k + 1) * hidden) for k in range(4))
            for part in (f, i, g, o):
                self.found.weights += [whole[part], biases[part].reshape(-1, 1)]
            self.found.unlike = "LSTM starts from states of the page's own, and the model from 0"
            return
        [bend] = how.get("activations", [b"Tanh"])[:1]
        self.said.append(f"RNN({features},{hidden},nonlinearity={bend.decode().lower()}"
                         f"{'' if has_bias else ',bias=False'})")  # fmt: skip
        self.found.weights += [whole, biases.reshape(-1, 1)] if has_bias else [R[0], W[0]]


def _word(said: str) -> Callable[[_Reader, NodeProto], None]:
    def read(reader: _Reader, node: NodeProto) -> None:
        reader.said.append(said)

    return read


_OPERATORS: Mapping[str, Callable[[_Reader, Any], None]] = {
    "Gemm": _Reader.gemm, "MatMul": _Reader.product, "Add": _Reader.added, "Relu": _word("ReLU"),
    "LeakyRelu": _Reader.leaky, "Sigmoid": _word("Sigmoid"), "Tanh": _word("Tanh"),
    "Softmax": _word("Softmax"), "Conv": _Reader.convolution, "MaxPool": _Reader.pool,
    "BatchNormalization": _Reader.batch_norm, "LayerNormalization": _Reader.layer_norm,
    "Gather": _Reader.look_up, "RNN": _Reader.recurrent, "LSTM": _Reader.recurrent,
}  # fmt: skip
_SHAPES = ("Flatten", "Reshape")
"""Operators by which a picture becomes a column."""


def _attributes(node: NodeProto) -> dict[str, Any]:
    from onnx import helper

    return {a.name: helper.get_attribute_value(a) for a in node.attribute}


def _name(node: NodeProto) -> str:
    return f"{node.op_type} {node.name[:40]}".strip()


def _side(given: Any) -> int:
    """The side of a picture that goes in, if it is one."""
    sides = [d.dim_value for d in given.type.tensor_type.shape.dim]
    return sides[-1] if len(sides) == 4 and sides[-1] == sides[-2] and sides[1] == 1 else 0


# --- weights


def with_own_weights(
    model: Model, asked: Settings, seed: int, decimals: int
) -> tuple[Exercise, list[str]]:
    """An exercise with the weights of a model, rounded to so many ``decimals``, and with inputs
    (and targets) as a ``seed`` gives them; and what is to be said of it. Raises SheetgenError
    where the model's weights are not the page's."""
    if model.unlike:
        raise SheetgenError(f"--own-weights: {model.unlike}; leave it out")
    drawn = build(asked, [seed])[0]
    trained = sorted((g for g in drawn.graph.givens if g.role == "parameter"),
                     key=lambda g: g.order)  # fmt: skip
    values = {g.name: drawn.values[g.name] for g in drawn.graph.givens}
    rounded = False
    for given, matrix in zip(trained, model.weights, strict=True):
        rows, cols = matrix.shape
        if matrix.shape != given.shape:
            raise SheetgenError(f"--own-weights: {given.name} is {rows}×{cols} in the model, and "
                                f"{given.shape[0]}×{given.shape[1]} on the page")  # fmt: skip
        if not np.isfinite(matrix).all() or np.abs(matrix).max(initial=0) > BEYOND:
            raise SheetgenError(f"--own-weights: {given.name} has numbers that no pencil writes")
        values[given.name] = from_float(matrix, decimals)
        near = values[given.name].digits / 10.0 ** values[given.name].decimals
        rounded = rounded or bool((np.abs(near - matrix) > 1e-6).any())
    numbers = {name: [[plain(d, v.decimals) for d in row] for row in v.digits.tolist()]
             for name, v in values.items()}  # fmt: skip
    exercise, remarks = from_given(asked.topic.name, numbers, asked.asked)
    told = f"the model's weights are rounded to {counted(decimals, 'decimal')}"
    return exercise, [told] * rounded + remarks
