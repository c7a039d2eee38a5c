"""Words as numbers: embeddings, positions, the next word, the nearest sentence."""

from __future__ import annotations

from decimal import Decimal
from math import cos, sin
from typing import Annotated, Literal

import numpy as np

from sheetgen.graph.gradients import gradients
from sheetgen.graph.nodes import (
    Said,
    Step,
    apply,
    given_input,
    given_made,
    given_matrix,
    given_table,
    given_target,
    given_weights,
    together,
)
from sheetgen.graph.numbers import Fixed, from_float
from sheetgen.graph.ops.bends import power, quotient, relu
from sheetgen.graph.ops.language import divide, look_up, mean_of_columns, one_hot, pick
from sheetgen.graph.ops.sums import (
    add,
    affine,
    column_sum,
    linear,
    matmul,
    squared_error,
    transposed,
)
from sheetgen.graph.ops.windows import largest, running_sum
from sheetgen.topics.options import Range
from sheetgen.topics.registry import topic

ORDER = 70

WORDS = ("a", "cat", "dog", "ran", "sat", "the", "and", "fish")


def numbered_words(count: int) -> Said:
    """Words with their numbers, as they stand at rows and columns."""
    return tuple(f"{k} {word}" for k, word in enumerate(WORDS[:count], 1))


def places(count: int) -> Said:
    return tuple(f"place {k}" for k in range(1, count + 1))


def waves(rows: int, columns: int) -> Fixed:
    """The table of positions: sine and cosine by turns, each pair ten times slower, to 1
    decimal."""
    turns = [[(sin, cos)[i % 2](j / 10 ** (i // 2)) for j in range(columns)] for i in range(rows)]
    return from_float(np.array(turns), 1)


@topic(
    "Embedding",
    code="nn.Embedding(6, 4)",
    levels={
        "easy": {"words": 4, "dimensions": 3, "positions": False},
        "medium": {},
        "hard": {"words": 8, "tokens": 4},
    },
)
def embedding(
    words: Annotated[int, Range(2, 8)] = 6,
    dimensions: Annotated[int, Range(1, 6)] = 4,
    tokens: Annotated[int, Range(1, 5)] = 3,
    positions: bool = True,
    backward: bool = False,
) -> list[Step]:
    """Look the column of each word up, by a product with its one-hot column; add its position."""
    t = given_made("t", 1, tokens, "tokens", label="token", count=words)
    said = numbered_words(words)
    hot = apply(one_hot, t, name="O", label="one-hot", rows=words, rows_said=said)
    E = given_made("E", dimensions, words, "numbers", "parameter", columns_said=said)
    X = apply(linear, E, hot, name="X" if not positions else "L", label="" if not positions else
              "look-up", role="state" if positions else "output")  # fmt: skip
    if positions:
        P = given_table("P", waves(dimensions, tokens), columns_said=places(tokens))
        X = apply(add, X, P, name="X", role="output")
    if not backward:
        return [X]
    target = given_target("T", X, one_hot=False)
    return gradients(apply(squared_error, X, target, hidden=True, name="loss"), [E])


@topic(
    "Sampling the Next Word",
    code="torch.multinomial(p, 1)",
    levels={
        "easy": {"words": 4, "places": 2},
        "medium": {},
        "hard": {"temperature": "2"},
    },
)
def llm_sampling(
    words: Annotated[int, Range(2, 8)] = 5,
    places: Annotated[int, Range(1, 5)] = 3,
    temperature: Decimal = Decimal(0),
) -> list[Step]:
    """Pick the next word by a random number and the running sums of the probabilities."""
    said, columns = numbered_words(words), globals()["places"](places)
    if temperature:
        z = given_matrix("Z", words, places)
        P = softened(z, f"{temperature:f}", said)
    else:
        P = given_made("P", words, places, "shares", rows_said=said, columns_said=columns)
    S = apply(running_sum, P, name="S", label="sums so far", rows_said=said)
    r = given_made("r", 1, places, "hundredths", label="random number", apart_from="S")
    return [apply(pick, S, r, name="word", role="output")]


def softened(z, temperature, said):
    scaled = apply(divide, z, name="scaled", by=temperature)
    E = apply(power, scaled, name="E", base="3", decimals=0)
    total = apply(column_sum, E, name="sums")
    return apply(quotient, E, total, name="P", decimals=2, through=scaled, rows_said=said)


@topic(
    "Vector Search",
    code="scores = q @ V",
    levels={
        "easy": {"dimensions": 3},
        "medium": {},
        "hard": {"sentences": 4},
    },
)
def vector_search(
    sentences: Annotated[int, Range(2, 4)] = 3,
    words: Annotated[int, Range(3, 8)] = 6,
    dimensions: Annotated[int, Range(2, 6)] = 4,
    projection: Annotated[int, Range(1, 3)] = 2,
) -> list[Step]:
    """Turn sentences into vectors, and find the one nearest to a question."""
    E = given_made("E", dimensions, words, "apart by threes", "parameter", columns_said=numbered_words(words))
    t = given_made("t", 1, 3 * sentences, "tokens", count=words, group=3)
    X = apply(look_up, E, t, name="X")
    M = apply(mean_of_columns, X, name="M", size=3)
    P = given_weights("P", projection, dimensions)
    V = apply(linear, P, M, name="V")
    tq = given_made("u", 1, 3, "tokens", count=words)
    Xq = apply(look_up, E, tq, name="Q")
    m = apply(mean_of_columns, Xq, name="m", size=3)
    q = apply(linear, P, m, name="q")
    s = apply(transposed, V, q, name="s", label="scores")
    return [apply(largest, s, name="nearest", role="output")]
