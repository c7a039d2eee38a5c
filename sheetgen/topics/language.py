"""Words as numbers: embeddings, positions, the next word, the nearest sentence."""

from __future__ import annotations

from decimal import Decimal
from math import cos, sin
from typing import Annotated

import numpy as np

from sheetgen.errors import SheetgenError
from sheetgen.graph.givens import given_made, given_table, given_target, given_weights
from sheetgen.graph.gradients import gradients
from sheetgen.graph.nodes import Node, Said, Step, apply
from sheetgen.graph.numbers import Fixed, from_float
from sheetgen.graph.ops.bends import power, quotient
from sheetgen.graph.ops.language import (
    columns_at,
    divide,
    look_up,
    mean_of_columns,
    one_hot,
    pick,
)
from sheetgen.graph.ops.sums import (
    add,
    column_sum,
    linear,
    squared_error,
    transposed,
)
from sheetgen.graph.ops.windows import largest, running_sum
from sheetgen.topics.options import Range
from sheetgen.topics.registry import Ask, topic

ORDER = 70

TALE = ("a", "cat", "dog", "ran", "sat", "the", "and", "fish")
WEATHER = ("sun", "rain", "snow", "wind", "fog", "hail", "ice", "storm")
ASKING = ("how", "are", "you", "who", "am", "I", "they", "we")


def numbered_words(words: tuple[str, ...], count: int) -> Said:
    """Words with their numbers, as they stand at rows and columns."""
    return tuple(f"{k} {word}" for k, word in enumerate(words[:count], 1))


def ordinals(count: int) -> Said:
    return ("1st", "2nd", "3rd", "4th", "5th")[:count]


def waves(rows: int, columns: int, first: int = 0) -> Fixed:
    """The table of positions: sine and cosine by turns, each pair ten times slower, to 1
    decimal."""
    numbers = range(first, first + columns)
    turns = [[(sin, cos)[i % 2](j / 10 ** (i // 2)) for j in numbers] for i in range(rows)]
    return from_float(np.array(turns), 1)


def wave_names(rows: int) -> Said:
    """``sin p``, ``cos p``, ``sin p/10`` ..."""
    return tuple(f"{('sin', 'cos')[i % 2]} {'p' if i < 2 else f'p/{10 ** (i // 2)}'}"
                 for i in range(rows))  # fmt: skip


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
    if tokens > words:
        raise SheetgenError(f"--tokens: {tokens} different words are more than --words {words}")
    t = given_made("t", 1, tokens, "tokens", label="token", count=words)
    said = numbered_words(TALE, words)
    hot = apply(one_hot, t, name="O", label="one-hot", rows=words, rows_said=said)
    E = given_made("E", dimensions, words, "numbers", "parameter", columns_said=said)
    X = apply(columns_at, E, hot, name="X" if not positions else "L", label="" if not positions else
              "look-up", role="state" if positions else "output")  # fmt: skip
    if positions:
        P = given_table("P", waves(dimensions, tokens), columns_said=ordinals(tokens))
        X = apply(add, X, P, name="X", role="output")
    if not backward:
        return [X]
    target = given_target("T", X, one_hot=False)
    return gradients(apply(squared_error, X, target, hidden=True, name="loss"), [E])


PLACES = 8
"""Places in the printed table of positions."""


@topic(
    "Positional Encoding",
    code="x = E[:, t] + P[:, p]",
    levels={
        "easy": {"dimensions": 2, "words": 5},
        "medium": {},
        "hard": {"tokens": 4, "words": 6},
    },
    asks=(
        Ask("Which two tokens have the same look-up? And the same X?",
            lambda graph: "the first and the last; no"),
    ),
)
def positional_encoding(
    words: Annotated[int, Range(2, 6)] = 4,
    dimensions: Annotated[int, Range(2, 6)] = 4,
    tokens: Annotated[int, Range(3, 5)] = 3,
) -> Step:
    """Tell the same word at two places apart: add the column of its place, from a printed table."""
    if tokens > words + 1:
        raise SheetgenError(f"--tokens: {tokens} tokens with one word twice take {tokens - 1} "
                            f"words; raise --words")  # fmt: skip
    said = numbered_words(TALE, words)
    E = given_made("E", dimensions, words, "numbers", "parameter", columns_said=said)
    t = given_made("t", 1, tokens, "tokens", label="token", count=words, again=True)
    L = apply(look_up, E, t, name="L", label="look-up")
    T = given_table("T", waves(dimensions, PLACES, 1), label="waves",
                    rows_said=wave_names(dimensions),
                    columns_said=tuple(map(str, range(1, PLACES + 1))))  # fmt: skip
    p = given_made("p", 1, tokens, "places", label="place p", count=PLACES)
    P = apply(look_up, T, p, name="P")
    return apply(add, L, P, name="X", role="output")


@topic(
    "Sampling the Next Word",
    arrangement="sampling",
    code="torch.multinomial(p, 1)",
    levels={
        "easy": {"words": 4, "places": 2},
        "medium": {},
        "hard": {"temperature": "2"},
    },
)
def llm_sampling(
    words: Annotated[int, Range(2, 8)] = 5,
    places: Annotated[int, Range(1, 4)] = 3,
    temperature: Decimal = Decimal(0),
) -> list[Step]:
    """Pick the next word by a random number and the running sums of the probabilities."""
    said = numbered_words(WEATHER, words)
    P: Node
    if temperature:
        P = shares_of(words, places, f"{temperature:f}", said)
    else:
        P = given_made("P", words, places, "shares", label="probabilities", rows_said=said,
                       columns_said=ordinals(places))  # fmt: skip
    S = apply(running_sum, P, name="S", label="running sums", rows_said=said,
              columns_said=ordinals(places))  # fmt: skip
    r = given_made("r", 1, places, "hundredths", label="random number", off="S")
    return [apply(pick, S, r, name="word", role="output")]


def shares_of(words: int, places: int, temperature: str, said: Said) -> Step:
    """The probabilities of words from their scores: divided by the temperature, then softmax with
    base 3."""
    Z = given_made("Z", words, places, "multiples", of=temperature, rows_said=said,
                   columns_said=ordinals(places))  # fmt: skip
    scaled = apply(divide, Z, name="scaled", label="Z′", by=temperature)
    E = apply(power, scaled, name="E", base="3", decimals=0)
    total = apply(column_sum, E, name="sums", label="ΣE")
    return apply(quotient, E, total, name="P", label="probabilities", decimals=2, through=scaled,
                 rows_said=said)  # fmt: skip


@topic(
    "Vector Search",
    code="(q.T @ V).argmax()",
    levels={
        "easy": {"dimensions": 3, "sentences": 2},
        "medium": {},
        "hard": {"dimensions": 4, "projection": 3},
    },
)
def vector_search(
    sentences: Annotated[int, Range(2, 4)] = 3,
    words: Annotated[int, Range(3, 8)] = 6,
    dimensions: Annotated[int, Range(2, 5)] = 4,
    projection: Annotated[int, Range(1, 3)] = 2,
) -> list[Step]:
    """Turn sentences of three words into vectors, and find the one nearest to a question."""
    letters = tuple("ABCD"[:sentences])
    said = numbered_words(ASKING, words)
    E = given_made("E", dimensions, words, "apart by threes", "parameter", columns_said=said)
    P = given_weights("P", projection, dimensions)
    t = given_made("t", 1, 3 * sentences, "tokens", label="sentences", count=words, group=3,
                   columns_said=tuple(word for k in letters for word in ("", k, "")))  # fmt: skip
    X = apply(look_up, E, t, name="X")
    M = apply(mean_of_columns, X, name="M", size=3, decimals=1, columns_said=letters)
    V = apply(linear, P, M, name="V", columns_said=letters)
    u = given_made("u", 1, 3, "tokens", label="question", count=words)
    m = apply(mean_of_columns, apply(look_up, E, u, name="Q"), name="m", size=3, decimals=1)
    q = apply(linear, P, m, name="q")
    scores = apply(transposed, V, q, name="s", label="scores")
    return [apply(largest, scores, name="nearest", role="output", rows_said=letters)]
