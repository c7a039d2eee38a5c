"""A small model in the ONNX format becomes layers; what is none, is huge or is drawn by no page
gets one line."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sheetgen.api import make
from sheetgen.errors import SheetgenError
from sheetgen.exercise.model import LARGEST, read_model, with_own_weights
from sheetgen.exercise.settings import settings
from sheetgen.graph.numbers import to_float

onnx = pytest.importorskip("onnx", reason="the extra [onnx] is not installed")
RNG = np.random.default_rng(7)


def some(*shape: int) -> Any:
    """Weights in halves, which one decimal writes."""
    return RNG.integers(-4, 5, shape).astype(np.float32) / 2


class Written:
    """A chain of nodes as an exporter writes it."""

    def __init__(self, *shape: int | str) -> None:
        self.shape, self.nodes, self.stored, self.now = shape, [], [], "input"
        self.more: dict[str, Any] = {}

    def __call__(self, op: str, *weights: Any, first: bool = False, **how: Any) -> Written:
        names = []
        for weight in weights:
            names.append(f"w{len(self.stored)}")
            self.stored.append(onnx.numpy_helper.from_array(np.asarray(weight), names[-1]))
        made = f"t{len(self.nodes)}"
        inputs = [*names, self.now] if first else [self.now, *names]
        self.nodes.append(onnx.helper.make_node(op, inputs, [made], name=f"/{op}", **how))
        self.now = made
        return self

    def model(self) -> Any:
        kind = onnx.TensorProto.FLOAT
        given = onnx.helper.make_tensor_value_info("input", kind, self.shape)
        made = onnx.helper.make_tensor_value_info(self.now, kind, None)
        graph = onnx.helper.make_graph(self.nodes, "net", [given], [made], self.stored)
        return onnx.helper.make_model(graph)

    def to(self, folder: Path) -> Path:
        path = folder / "model.onnx"
        path.write_bytes(self.model().SerializeToString())
        return path


def multilayer() -> Written:
    return Written("batch", 3)("Gemm", some(4, 3), some(4), transB=1)("Relu")(
        "Gemm", some(2, 4), some(2), transB=1)("Softmax", axis=-1)  # fmt: skip


NETS: dict[str, Written] = {
    "Linear(3,4),ReLU,Linear(4,2),Softmax": multilayer(),
    "Linear(3,4,bias=False),LeakyReLU(0.1),Linear(4,2)": Written(1, 3)("MatMul", some(3, 4))(
        "LeakyRelu", alpha=0.1)("MatMul", some(4, 2))("Add", some(2)),
    "Linear(2,3),Tanh,Linear(3,1),Sigmoid": Written(1, 2)("Gemm", some(2, 3), some(3))("Tanh")(
        "Gemm", some(3, 1), some(1))("Sigmoid"),
    "Conv2d(1,1,2),ReLU,MaxPool2d(2),Flatten,Linear(4,2)": Written(1, 1, 5, 5)(
        "Conv", some(1, 1, 2, 2), some(1), kernel_shape=[2, 2], pads=[0] * 4, strides=[1, 1])(
        "Relu")("MaxPool", kernel_shape=[2, 2], strides=[2, 2])("Flatten", axis=1)(
        "Gemm", some(2, 4), some(2), transB=1),
    "Conv2d(1,1,3,padding=1),MaxPool2d(2),Flatten,Linear(4,2)": Written(1, 1, 4, 4)(
        "Conv", some(1, 1, 3, 3), some(1), pads=[1] * 4)(
        "MaxPool", kernel_shape=[2, 2], strides=[2, 2])("Reshape", np.array([1, 4]))(
        "Gemm", some(2, 4), some(2), transB=1),
    "LayerNorm(4),Linear(4,2)": Written(1, 4)("LayerNormalization", some(4), some(4), axis=-1)(
        "Gemm", some(2, 4), some(2), transB=1),
    "BatchNorm1d(3),Linear(3,2)": Written("n", 3)(
        "BatchNormalization", some(3), some(3), some(3), some(3) ** 2)(
        "Gemm", some(2, 3), some(2), transB=1),
    "Embedding(6,4),Linear(4,2)": Written(3)("Gather", some(6, 4), first=True)(
        "MatMul", some(4, 2))("Add", some(2)),
    "RNN(2,3,nonlinearity=relu),Linear(3,2)": Written(3, 1, 2)(
        "RNN", some(1, 3, 2), some(1, 3, 3), some(1, 6) + 1, hidden_size=3,
        activations=["Relu"])("Squeeze", np.array([1]))("MatMul", some(3, 2))("Add", some(2)),
    "LSTM(2,2)": Written(3, 1, 2)("LSTM", some(1, 8, 2), some(1, 8, 2), some(1, 16),
                                  hidden_size=2),
}  # fmt: skip


@pytest.mark.parametrize("layers", NETS)
def test_a_model_becomes_the_text_of_its_layers(layers: str, tmp_path: Path) -> None:
    model = read_model(NETS[layers].to(tmp_path))
    assert model.layers == layers
    exercise = make("network", 5, **model.options)
    assert exercise.settings.options["layers"] == layers
    assert exercise.code == make("network", 5, layers=layers, size=model.options.get("size")).code


@pytest.mark.parametrize("layers", [n for n in NETS if "Batch" not in n and "LSTM" not in n])
def test_own_weights_stand_on_the_page_and_have_no_recipe(layers: str, tmp_path: Path) -> None:
    path = NETS[layers].to(tmp_path)
    model = read_model(path)
    made, remarks = with_own_weights(model, settings("network", model.options), 5, 1)
    assert not any("rounded to 1" in remark for remark in remarks)
    assert "given=" in made.recipe
    assert made.seed is None
    trained = sorted((g for g in made.graph.givens if g.role == "parameter"),
                     key=lambda g: g.order)  # fmt: skip
    stored = np.concatenate([np.sort(to_float(made.values[g.name]), axis=None) for g in trained])
    own = np.concatenate([np.sort(m, axis=None) for m in model.weights])
    assert np.array_equal(stored, own)


def test_a_multilayer_perceptron_with_its_own_weights_gives_what_the_model_gives(
    tmp_path: Path
) -> None:
    model = read_model(NETS["Linear(2,3),Tanh,Linear(3,1),Sigmoid"].to(tmp_path))
    made, _ = with_own_weights(model, settings("network", model.options), 5, 1)
    v = {name: to_float(value) for name, value in made.values.items()}
    W1, b1, W2, b2 = (onnx.numpy_helper.to_array(t)
                      for t in NETS["Linear(2,3),Tanh,Linear(3,1),Sigmoid"].stored)  # fmt: skip
    hidden = np.round(np.tanh(v["x"].T @ W1 + b1), 1)
    out = 1 / (1 + np.exp(-(hidden @ W2 + b2)))
    assert abs(float(out[0, 0]) - float(v["a2"][0, 0])) <= 0.0501


def test_own_weights_are_rounded_and_that_is_told(tmp_path: Path) -> None:
    path = Written(1, 2)("Gemm", np.float32([[0.126, -1.5], [2, 0.333]]), some(2)).to(tmp_path)
    model = read_model(path)
    made, remarks = with_own_weights(model, settings("network", model.options), 5, 2)
    assert made.shown("W") == [[".13", "2"], ["−1.5", ".33"]]
    assert any("rounded to 2 decimals" in remark for remark in remarks)


BAD: dict[str, tuple[Written, str]] = {
    "unknown": (Written(1, 2)("Gemm", some(2, 2), some(2))("Erf")("Gelu"), "operators Erf, Gelu"),
    "wide": (Written(1, 784)("Gemm", some(784, 9), some(9)), ""),
    "picture": (Written(1, 1, 28, 28)("Conv", some(1, 1, 2, 2), some(1)), "28×28"),
    "scaled": (Written(1, 2)("Gemm", some(2, 2), some(2), alpha=0.5), "factors of 1"),
    "dilated": (Written(1, 1, 5, 5)("Conv", some(1, 1, 2, 2), some(1), dilations=[2, 2]),
                "no dilation"),
    "turned": (Written(2, 1)("Transpose")("Gemm", some(2, 2), some(2)), "turns"),
    "empty": (Written(1, 2)("Identity"), "no layers"),
    "added": (Written(1, 2)("Add", some(2)), "no product"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_no_page_draws_is_named_in_one_line(name: str, tmp_path: Path) -> None:
    written, said = BAD[name]
    with pytest.raises(SheetgenError, match=said or "no page holds 784 inputs") as told:
        make("network", 1, **read_model(written.to(tmp_path)).options)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 420


def test_two_inputs_of_a_node_are_no_chain(tmp_path: Path) -> None:
    written = Written(1, 2)("Gemm", some(2, 2), some(2))("Relu")
    written.nodes.append(onnx.helper.make_node("Add", ["t0", "t1"], ["t2"]))
    written.now = "t2"
    with pytest.raises(SheetgenError, match="one after the other"):
        read_model(written.to(tmp_path))


@pytest.mark.parametrize("data", [b"", b"no model", b"\x08\x07", bytes(range(256)) * 20,
                                  b"PK\x03\x04" + bytes(100)])  # fmt: skip
def test_a_file_that_is_no_model_gets_one_line(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.onnx"
    path.write_bytes(data)
    with pytest.raises(SheetgenError, match="this is no ONNX model") as told:
        read_model(path)
    assert "\n" not in str(told.value)


def test_a_huge_file_and_one_that_is_missing_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.onnx"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(SheetgenError, match="more than a model has"):
        read_model(path)
    with pytest.raises(SheetgenError, match="there is no such file"):
        read_model(tmp_path / "none.onnx")


def test_weights_in_another_file_are_refused(tmp_path: Path) -> None:
    model = multilayer().model()
    tensor = model.graph.initializer[0]
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.ClearField("raw_data")
    tensor.external_data.add(key="location", value="/etc/passwd")
    path = tmp_path / "model.onnx"
    path.write_bytes(model.SerializeToString())
    with pytest.raises(SheetgenError, match="in another file"):
        read_model(path)


@pytest.mark.parametrize("cut", range(0, 400, 23))
def test_a_broken_file_gets_one_line_or_is_read(cut: int, tmp_path: Path) -> None:
    data = multilayer().model().SerializeToString()
    path = tmp_path / "model.onnx"
    path.write_bytes(data[:cut] + data[cut + 5 :])
    said = ""
    try:
        read_model(path)
    except SheetgenError as problem:
        said = str(problem)
    assert "\n" not in said


MODULES: Sequence[tuple[str, tuple[int, ...]]] = (
    ("Linear(3,4),ReLU,Linear(4,2),Softmax", (1, 3)),
    ("Linear(3,4,bias=False),LeakyReLU(0.1),Linear(4,2)", (1, 3)),
    ("Conv2d(1,1,2),ReLU,MaxPool2d(2),Flatten,Linear(4,2)", (1, 1, 5, 5)),
    ("Linear(2,3),Tanh,Linear(3,1),Sigmoid", (2, 2)),
    ("Flatten,Linear(4,3),ReLU", (1, 1, 2, 2)),
)


@pytest.mark.parametrize(("layers", "shape"), MODULES)
def test_what_pytorch_exports_is_read(layers: str, shape: tuple[int, ...], tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    from sheetgen.topics.nets.words import read_layers

    modules = [_module(torch, word) for word in read_layers(layers)]
    net = torch.nn.Sequential(*modules).eval()
    data = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(net, (torch.ones(shape),), data, dynamo=False)
    path = tmp_path / "model.onnx"
    path.write_bytes(data.getvalue())
    model = read_model(path)
    assert model.layers == layers
    made, _ = with_own_weights(model, settings("network", model.options), 3, 4)
    own = [p.detach().numpy() for p in net.parameters()]
    assert [m.size for m in own] == [m.size for m in model.weights]
    x = torch.tensor(to_float(next(made.values[g.name] for g in made.graph.givens
                                   if g.role == "input"))).float()  # fmt: skip
    found = net(x.reshape(shape[:1] + shape[1:]) if len(shape) == 4 else x.T)
    page = to_float(made.values[made.graph.outputs[-1].name])
    assert np.allclose(found.detach().numpy().reshape(-1), page.T.reshape(-1), atol=0.11)


def _module(torch: Any, word: Any) -> Any:
    given = {name: value for name, value in word.settings if name not in ("stride",)}
    if word.name == "LeakyReLU":
        given = {"negative_slope": float(word["negative_slope"])}
    if word.name == "Softmax":
        given = {"dim": -1}
    return getattr(torch.nn, word.name)(**given)
