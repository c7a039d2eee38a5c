"""A net of your own: its text is read strictly and written in one way, what it draws is right, and
what no page holds is refused by name."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from sheetgen.api import make
from sheetgen.errors import SheetgenError
from sheetgen.exercise.recipe import read_recipe
from sheetgen.exercise.settings import again
from sheetgen.graph.nodes import Graph
from sheetgen.graph.numbers import to_float
from sheetgen.layout.sheet import lay_out
from sheetgen.topics.catalogue import find
from sheetgen.topics.nets.words import KNOWN, normal, read_layers
from tests.support import is_rounded
from tests.topics.nets import random_net

SPELLINGS = {
    "Linear(3,4),ReLU,Linear(4,2),Softmax": [
        "Linear(3, 4), ReLU, Linear(4, 2), Softmax",
        "nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2), nn.Softmax(dim=1))",
        "torch.nn.Linear(in_features=3, out_features=4, bias=True),\n torch.nn.ReLU(inplace=True),"
        "Linear(out_features=2, in_features=4),Softmax(-1),",
    ],
    "Linear(3,4,bias=False),LeakyReLU": [
        "Linear(3,4,False),LeakyReLU()", "Linear(3,4,bias=False),LeakyReLU(negative_slope=1e-2)",
    ],
    "Linear(2,2),LeakyReLU(0.1),Dropout(0.33),Linear(2,2)": [
        "Linear(2,2),LeakyReLU(.10),Dropout(p=.33),Linear(2,2)"],
    "Conv2d(1,1,2,padding=1),MaxPool2d(2)": [
        "Conv2d(1,1,(2,2),padding=(1, 1)),MaxPool2d(2,stride=2)"],
    "RNN(1,2,nonlinearity=relu,bias=False)": ["RNN(1,2,'relu',bias=False,batch_first=True)"],
}  # fmt: skip


@pytest.mark.parametrize(("written", "typed"), [(k, t) for k, v in SPELLINGS.items() for t in v])
def test_layers_are_written_in_one_way(written: str, typed: str) -> None:
    if "Softmax(-1)" in typed:
        typed = typed.replace("Softmax(-1)", "Softmax()")
    assert normal(typed) == written
    assert normal(written) == written


REFUSED = {
    "Linear(3,4), ReLU, Linear(2,2)": "layer 3 wants 2 inputs, gets 4",
    "Linear(784,128)": r"layer 1, Linear\(784,128\): no page holds 784 inputs; at most 9",
    "Linear(3,128)": "no page holds 128 outputs",
    "Linear(3,4": "the end",
    "Linear(3,4))": r"'\)'",
    "Linear(3,4) ReLU": "'ReLU' is not how a layer goes on",
    "Linear(3,4);ReLU": "';ReLU'",
    "Lineal(3,4)": "layer 1: there is no Lineal by hand; did you mean Linear",
    "Linear(3,4),Transformer(2)": "layer 2: there is no Transformer by hand; there are Linear",
    "Linear(3,4,bias=maybe)": "bias=maybe is neither True nor False",
    "Linear(3)": "say out_features",
    "Linear(3,4,True,5)": "takes in_features, out_features, bias",
    "Linear(3,4,in_features=3)": "in_features is said twice",
    "Linear(3,4,device=cpu)": "there is no device",
    "Linear(0,4)": "in_features 0 is no whole number",
    "Linear(3,-4)": "out_features -4",
    "ReLU": "does not say how many inputs",
    "Linear(3,1),Softmax": "two numbers or more",
    "Linear(3,2),Softmax,Linear(2,2)": "last layer",
    "Linear(3,2),ReLU,Tanh": "put a layer between",
    "Conv2d(3,8,3)": "one channel",
    "Conv2d(1,1,2),Linear(4,2)": "put Flatten before it",
    "Conv2d(1,1,2),Flatten,Linear(5,2)": "layer 3 wants 5 inputs, gets 9",
    "Linear(4,4),Flatten": "no picture",
    "MaxPool2d(2,stride=1)": "side by side",
    "BatchNorm1d(7)": "at most 4 features",
    "Linear(3,4),BatchNorm1d(4)": "the first layer or the second",
    "Linear(4,4),LayerNorm(4)": "it is the first layer",
    "Linear(3,4),Dropout(0.2)": "short number",
    "LeakyReLU(0.123)": "two decimals",
    "RNN(1,2,nonlinearity=gelu)": "none of tanh, relu",
    "RNN(1,9)": "at most 4 inputs and 4 states",
    "MultiheadAttention(4,1)": "write bias=False",
    "MultiheadAttention(4,2,bias=False)": "root of 2",
    "RNN(1,2),RNN(2,2)": "second one",
    "": "say which",
    " , ": "say which",
    "__import__('os').system('ls')": "is not how a layer goes on",
    "(" * 500: "is not how a layer goes on",
    "ReLU," * 200: "signs are more than a page holds",
    "Linear(2,2)," * 17: "17 layers are more",
}  # fmt: skip


@pytest.mark.parametrize(("layers", "said"), REFUSED.items())
def test_what_cannot_be_drawn_is_refused_by_name(layers: str, said: str) -> None:
    with pytest.raises(SheetgenError, match=said) as told:
        find("network").graph({"layers": layers})
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 400


@pytest.mark.parametrize(("options", "said"), [
    ({"loss": "squared-error"}, "give --backward"),
    ({"backward": "yes", "loss": "squared-error"}, "cross-entropy"),
    ({"backward": "yes", "loss": "cross-entropy", "layers": "Linear(2,2)"}, "taken of Softmax"),
    ({"size": "4"}, "--size is that of a picture"),
    ({"batch": "5"}, "give 1 to 4"),
    ({"batch": "2", "layers": "Conv2d(1,1,2)"}, "--batch"),
    ({"batch": "6", "layers": "BatchNorm1d(2)", "backward": "yes"}, "do not come out"),
])  # fmt: skip
def test_options_that_do_not_go_with_the_layers_are_refused(
    options: dict[str, str], said: str
) -> None:
    with pytest.raises(SheetgenError, match=said):
        find("network").graph(options)


def test_every_word_is_drawn_or_refused_with_a_reason() -> None:
    nets = [random_net(seed) for seed in range(64)]
    seen = {word.name for net in nets for word in read_layers(net)}
    assert set(KNOWN) - seen == {"LayerNorm"}  # which is among the pages


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("seed", range(24))
def test_random_nets_are_drawn_verified_and_made_again_by_their_recipe(
    seed: int, backward: bool
) -> None:
    options: dict[str, Any] = {"layers": random_net(seed), "backward": backward}
    exercise = make("network", seed, **options)  # which is verified
    recipe = read_recipe(exercise.recipe)
    same = make("network", recipe.seed, **recipe.options)
    assert same.code == exercise.code
    assert {n: v.digits.tolist() for n, v in same.values.items()} == {
        n: v.digits.tolist() for n, v in exercise.values.items()}  # fmt: skip
    assert again(recipe).options["layers"] == normal(options["layers"])
    if backward:
        trained = [g for g in exercise.graph.givens if g.role == "parameter"]
        assert trained
        made = {s.of for s in exercise.graph.steps if s.role == "gradient"}
        idle = {g.name for g in trained if g not in made}
        assert idle <= {"b1"}  # on which nothing depends: it stands before a batch norm
        assert not idle or "BatchNorm1d" in options["layers"]


@pytest.mark.parametrize("seed", range(16))
def test_what_changes_no_given_keeps_the_numbers(seed: int) -> None:
    options: dict[str, Any] = {"layers": random_net(seed), "backward": True}
    first = make("network", seed, **options)
    second = make("network", seed, update=True, forward="blank", learning_rate=".5", **options)
    for given in first.graph.givens:
        assert (first.values[given.name].digits == second.values[given.name].digits).all()
    assert {s.name for s in second.graph.steps if s.op.updates}


def test_new_weights_ask_for_the_way_back() -> None:
    first, second = make("network", 4, update=True), make("network", 4, update=True, backward=True)
    assert first.graph.has_gradients
    assert {n: v.digits.tolist() for n, v in first.values.items()} == {
        n: v.digits.tolist() for n, v in second.values.items()}  # fmt: skip


def test_layers_come_to_what_pen_and_paper_say() -> None:
    exercise = make("network", 5, layers="Linear(2,3),LeakyReLU(0.1),Linear(3,1)", batch="2")
    v = {n: _exact(exercise.values[n]) for n in exercise.values}
    for j in range(2):
        z = [sum(w * v["X"][k][j] for k, w in enumerate(row)) + b[0]
             for row, b in zip(v["W1"], v["b1"], strict=True)]  # fmt: skip
        a = [n if n > 0 else n / 10 for n in z]
        assert [row[j] for row in v["A1"]] == a
        products = [w * n for w, n in zip(v["W2"][0], a, strict=True)]
        assert v["Z2"][0][j] == sum(products) + v["b2"][0][0]


def _exact(value: Any) -> list[list[Fraction]]:
    return [[Fraction(int(d), 10**value.decimals) for d in row] for row in value.digits]


def test_a_picture_goes_row_after_row_into_a_column_and_back() -> None:
    exercise = make("network", 3, layers="Conv2d(1,1,2),ReLU,MaxPool2d(2),Flatten,Linear(4,2)",
                    backward=True)  # fmt: skip
    v = exercise.values
    assert v["v1"].digits.ravel().tolist() == v["P1"].digits.ravel().tolist()
    assert v["dP1"].digits.ravel().tolist() == v["dv1"].digits.ravel().tolist()
    assert v["P1"].digits.shape == (2, 2)


PAGES = (
    ("Linear(3,4),ReLU,Linear(4,2),Softmax", False), ("Linear(2,3),Tanh,Linear(3,1),Sigmoid", True),
    ("Conv2d(1,1,2),ReLU,MaxPool2d(2),Flatten,Linear(4,2)", True),
    ("Conv2d(1,1,3,padding=1),ReLU,Conv2d(1,1,2)", False),
    ("Linear(3,3),BatchNorm1d(3),ReLU,Linear(3,2)", False), ("LayerNorm(4),Linear(4,2)", True),
    ("Embedding(4,2),RNN(2,2,nonlinearity=relu,bias=False),Linear(2,2),Softmax", True),
    ("RNN(1,2,nonlinearity=relu,bias=False),Linear(2,1,bias=False)", True),
    ("LSTM(2,2),Linear(2,1)", False),
    ("MultiheadAttention(4,1,bias=False),Linear(4,2),ReLU", False),
    ("Linear(2,4),ReLU,Dropout,Linear(4,2)", True), ("Flatten,Linear(4,3),ReLU", False),
)  # fmt: skip


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize(("layers", "backward"), PAGES)
def test_pages_of_all_kinds_of_nets_are_laid_out_and_proved(
    layers: str, backward: bool, paper: str
) -> None:
    sheet = lay_out(make("network", 11, layers=layers, backward=backward), paper)
    assert sheet.pages  # each is read back and held against the numbers


def test_a_kernel_s_bias_is_added_not_laid_on_windows() -> None:
    """Behind another layer a window has no figure of its own: its row says ∗ once, and +."""
    exercise = make("network", 11, layers="Conv2d(1,1,3,padding=1),ReLU,Conv2d(1,1,2)")
    sheet = lay_out(exercise)
    signs = [getattr(item, "markup", "") for page in sheet.pages for item in page.items]
    assert "A_1 ∗ K_2 + b_2 =" in signs
    assert not any("∗ b" in sign for sign in signs)


@pytest.mark.parametrize("level", ["easy", "medium", "hard"])
def test_levels_ask_for_layers_of_their_own(level: str) -> None:
    layers = make("network", 2, level=level).settings.options["layers"]
    assert normal(layers) == layers
    assert (layers == find("network").options["layers"].default) == (level == "medium")


@pytest.mark.parametrize("layers", [
    "Linear(3,4),ReLU,Linear(4,2)", "Linear(2,3,bias=False),LeakyReLU(0.1),Linear(3,2)",
    "Conv2d(1,1,2),ReLU,MaxPool2d(2),Flatten,Linear(4,2)", "Conv2d(1,1,3,stride=2,padding=1),ReLU",
    "Flatten,Linear(4,3),ReLU,Linear(3,1)", "BatchNorm1d(3),Linear(3,2)", "LayerNorm(4)",
])  # fmt: skip
def test_a_net_agrees_with_pytorch(layers: str) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    exercise = make("network", 21, layers=layers, backward=True)
    graph: Graph = exercise.graph
    values = {n: torch.tensor(to_float(v)) for n, v in exercise.values.items()}
    modules, tensors = [], {}
    stage, counted = 0, [w for w in read_layers(layers) if hasattr(
        getattr(torch.nn, w.name)(*_numbers(w)), "weight")]  # fmt: skip
    for word in read_layers(layers):
        more = {"bias": False} if dict(word.settings).get("bias") is False else {}
        more |= {"eps": 1e-12} if "Norm" in word.name else {}
        module = getattr(torch.nn, word.name)(*_numbers(word), **more).double()
        if hasattr(module, "weight"):
            stage += 1
            tail = str(stage) if len(counted) > 1 else ""
            names = ("gamma", "beta") if "Norm" in word.name else (
                f"{'K' if word.name == 'Conv2d' else 'W'}{tail}", f"b{tail}")  # fmt: skip
            for name, parameter in zip(names, module.parameters(), strict=False):
                with torch.no_grad():
                    parameter[:] = values[name].reshape(parameter.shape)
                tensors[name] = parameter
        modules.append(module)
    x = values[next(g.name for g in graph.givens if g.role == "input")]
    picture = read_layers(layers)[0].name in ("Conv2d", "Flatten")
    out = torch.nn.Sequential(*modules)(x[None, None] if picture else x.T)
    target = next(values[g.name] for g in graph.givens if g.role == "target")
    out = out.reshape(target.shape) if picture else out.T
    ((out - target) ** 2).sum().backward()
    for name, tensor in tensors.items():
        step = graph.by_name[f"d{name}"]
        near = 0.06 if any(is_rounded(s) for s in graph.steps) else 1e-9
        assert torch.allclose(tensor.grad.reshape(values[step.name].shape), values[step.name],
                              atol=near, rtol=near), name  # fmt: skip


def _numbers(word: Any) -> list[Any]:
    found = [v for n, v in word.settings if n != "bias"]
    if word.name == "MaxPool2d":
        return found[:1]
    return [float(v) if isinstance(v, Decimal) else v for v in found]
