"""Transformers, experts, pairs and nets that generate: their numbers by NumPy's own words, and what
is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sheetgen.api import make
from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise
from sheetgen.exercise.given import from_given
from sheetgen.graph.ops.helpers import by_hand
from tests.support import reals, rows_of

Floats = np.ndarray[Any, np.dtype[np.float64]]


def numbers(exercise: Exercise) -> dict[str, Floats]:
    return {name: reals(value) for name, value in exercise.values.items()}


def relu(z: Floats) -> Floats:
    return np.maximum(z, 0)


def close(a: Floats, b: Floats) -> bool:
    return bool(np.allclose(a, b, atol=1e-9))


def test_masked_attention_is_self_attention_behind_a_mask() -> None:
    one = make("masked-attention", 4)
    numbers_of = {g.name: rows_of(one.values[g.name]) for g in one.graph.givens}
    other, _ = from_given("self-attention", numbers_of, {"causal": "yes"})
    assert {s.name for s in other.graph.steps} == {s.name for s in one.graph.steps}
    assert all((other.values[s.name].digits == one.values[s.name].digits).all()
               for s in one.graph.steps)  # fmt: skip
    assert not np.tril(one.values["A"].digits, -1).any()


def test_heads_stand_over_one_another_before_the_last_weights() -> None:
    v = numbers(make("multi-head-attention", 5, level="easy"))
    assert close(v["Z"], np.vstack([v["Z1"], v["Z2"]]))
    assert close(v["O"], v["Wo"] @ v["Z"])


def test_cross_attention_asks_one_text_and_reads_another() -> None:
    v = numbers(make("cross-attention", 6))
    Q, K, V = v["Wq"] @ v["X"], v["Wk"] @ v["M"], v["Wv"] @ v["M"]
    E = 3.0 ** np.floor(K.T @ Q / 2)
    A = by_hand(E / E.sum(axis=0), 2)
    assert close(v["A"], A)
    assert close(v["Z"], V @ A)
    assert v["A"].shape == (2, 3)


def test_a_transformer_block_adds_what_went_in_twice() -> None:
    v = numbers(make("transformer-block", 7))
    N = v["X"] + v["X"] @ v["A"]
    R = relu(v["W1"] @ N + v["b1"])
    assert close(v["Y"], N + v["W2"] @ R + v["b2"])
    assert set(np.unique(v["A"])) == {0, 1}


def test_a_gate_says_how_much_passes() -> None:
    v = numbers(make("swiglu", 8, sigmoid="value", decimals="2"))
    Z = v["W1"] @ v["X"]
    A = Z * by_hand(1 / (1 + np.exp(-Z)), 2)
    assert close(v["Y"], v["W3"] @ (A * (v["W2"] @ v["X"])))


@pytest.mark.parametrize("options", [{}, {"experts": 3, "tokens": 4}, {"tokens": 1}])
def test_each_token_is_seen_by_its_expert_alone(options: dict[str, int]) -> None:
    exercise = make("mixture-of-experts", 9, **options)
    v = numbers(exercise)
    tokens, experts = v["X"].shape[1], v["S"].shape[0]
    chosen = v["S"].argmax(axis=0)
    assert len(set(chosen)) == min(tokens, experts)
    for token, k in enumerate(chosen):
        expected = relu(v[f"W{k + 1}"] @ v["X"][:, token] + v[f"b{k + 1}"][:, 0])
        assert close(v["Y"][:, token], expected)
        assert not any(v[f"Z{other + 1}"][:, token].any() for other in range(experts)
                       if other != k)  # fmt: skip


def test_experts_learn_from_their_own_tokens() -> None:
    v = numbers(make("mixture-of-experts", 10, backward="yes"))
    back = 2 * (v["Y"] - v["Y_target"]) * (v["Z"] > 0)
    chosen = v["S"].argmax(axis=0)
    for k in range(v["S"].shape[0]):
        own = back * (chosen == k)
        assert close(v[f"dW{k + 1}"], own @ v["X"].T)
        assert close(v[f"db{k + 1}"], own.sum(axis=1, keepdims=True))


def test_pairs_are_read_both_ways() -> None:
    v = numbers(make("clip", 11, backward="yes"))
    S = (v["W1"] @ v["P"]).T @ (v["W2"] @ v["T"])
    A = by_hand(3**S / (3**S).sum(axis=0), 2)
    B = by_hand(3**S / (3**S).sum(axis=1, keepdims=True), 2)
    assert close(v["A"], A)
    assert close(v["B"], B)
    assert close(A.sum(axis=0), np.ones(3))
    assert close(B.sum(axis=1), np.ones(3))
    dS = A - np.eye(3) + B - np.eye(3)
    assert close(v["dS"], dS)
    assert close(v["dW1"], v["V"] @ dS.T @ v["P"].T)
    assert close(v["dW2"], v["U"] @ dS @ v["T"].T)


def test_an_autoencoder_is_held_against_its_input() -> None:
    v = numbers(make("autoencoder", 12))
    A = v["X"]
    for k in (1, 2, 3):
        A = relu(v[f"W{k}"] @ A + v[f"b{k}"])
    Y = v["W4"] @ A + v["b4"]
    assert close(v["dZ4"], 2 * (Y - v["X"]))


def test_a_code_is_drawn_around_its_mean() -> None:
    v = numbers(make("vae", 13))
    mean, log = (v[f"W{k}"] @ v["x"] + v[f"b{k}"] for k in (1, 2))
    z = mean + 2**log * v["noise"]
    assert close(v["y"], v["W3"] @ z + v["b3"])
    assert v["noise"].all()


def test_one_player_judges_and_the_other_wants_to_pass() -> None:
    v = numbers(make("gan", 14, backward="yes"))
    A1 = relu(v["W1"] @ v["N"] + v["b1"])
    F = v["W2"] @ A1 + v["b2"]
    X = np.hstack([F, v["R"]])
    Z3 = v["W3"] @ X + v["b3"]
    y = by_hand(1 / (1 + np.exp(-(v["W4"] @ relu(Z3) + v["b4"]))), 1)
    dz4 = y - np.array([[0, 0, 1, 1]])
    assert close(v["dW4"], dz4 @ relu(Z3).T)
    dZ3 = (v["W4"].T @ dz4) * (Z3 > 0)
    assert close(v["dW3"], dZ3 @ X.T)
    fooled = (v["W4"].T @ (y[:, :2] - 1)) * (Z3[:, :2] > 0)
    dF = v["W3"].T @ fooled
    assert close(v["dW2"], dF @ A1.T)
    dZ1 = (v["W2"].T @ dF) * (v["W1"] @ v["N"] + v["b1"] > 0)
    assert close(v["dW1"], dZ1 @ v["N"].T)
    assert close(v["db1"], dZ1.sum(axis=1, keepdims=True))


@pytest.mark.parametrize("topic", ["transformer-block", "mixture-of-experts", "autoencoder"])
def test_gradients_are_those_of_pytorch(topic: str) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    exercise = make(topic, 15, backward="yes")
    graph = exercise.graph
    at = {n: torch.tensor(v, dtype=torch.float64) for n, v in numbers(exercise).items()}
    trained = [s.of for s in graph.steps if s.role == "gradient" and s.of in graph.givens]
    for given in trained:
        at[given.name].requires_grad_()
    for step in graph.steps:
        if step.role != "gradient" and not step.op.loss:
            inputs = step.op.named([at[n.name] for n in step.inputs])
            at[step.name] = eval(step.op.torch, {"torch": torch, **inputs, **step.params})
    loss = next(s.loss for s in graph.steps if s.loss is not None)
    made, target = (at[n.name] for n in loss.inputs)
    ((made - target) ** 2).sum().backward()
    assert trained
    for given in trained:
        assert close(at[given.name].grad.numpy(), reals(exercise.values[f"d{given.name}"]))


@pytest.mark.parametrize(
    ("topic", "options", "says"),
    [
        ("masked-attention", {"tokens": 1}, "at least two tokens"),
        ("multi-head-attention", {"heads": 1}, "--heads: 1 is not between 2 and 3"),
        ("multi-head-attention", {"keys": 3}, "--keys: 3 has no whole square root"),
        ("cross-attention", {"memory": 1}, "--memory: 1 is not between 2 and 4"),
        ("transformer-block", {"tokens": 9}, "--tokens: 9 is not between 2 and 5"),
        ("mixture-of-experts", {"experts": 1}, "--experts: 1 is not between 2 and 4"),
        ("mixture-of-experts", {"experts": 3, "backward": "yes"}, "give --tokens 3 or more"),
        ("swiglu", {"hidden": 0}, "--hidden: 0 is not between 1 and 6"),
        ("clip", {"pairs": 1}, "--pairs: 1 is not between 2 and 4"),
        ("autoencoder", {"widths": "4-2-3"}, "the last width must be 4"),
        ("autoencoder", {"widths": "4-4"}, "2 widths; give 3 to 7"),
        ("vae", {"latent": 9}, "--latent: 9 is not between 1 and 4"),
        ("gan", {"widths": "2-4"}, "2 widths; give 3 to 3"),
    ],
)
def test_what_cannot_be_is_refused(topic: str, options: dict[str, object], says: str) -> None:
    with pytest.raises(SheetgenError, match=says):
        make(topic, 0, **options)
