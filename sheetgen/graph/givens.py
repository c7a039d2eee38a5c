"""Leaves of a graph: inputs, weights, biases and all else that is given, by what it is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sheetgen.graph.nodes import Draw, Given, Node, Role, Said, given
from sheetgen.graph.numbers import Fixed, from_decimals


def given_made(
    name: str, rows: int, cols: int, draw: Draw, role: Role = "input", **options: Any
) -> Given:
    """Numbers of a kind of the draw's table, with the options of that kind, and the words at rows
    and columns (``rows_said``, ``columns_said``)."""
    return given(name, rows, cols, role, draw, **options)


def given_table(name: str, table: Fixed, **options: Any) -> Given:
    """A table that is the same on every sheet."""
    rows, cols = table.digits.shape
    return given_made(name, rows, cols, "fixed", "constant", table=table, **options)


def given_input(
    name: str, rows: int, cols: int = 1, shifted: bool = False, sequence: bool = False,
    points: bool = False, label: str = "", columns_said: Said = (),
) -> Given:  # fmt: skip
    """A column of inputs, or a batch; if ``shifted``, each column a constant above the first; if a
    ``sequence``, each column a step of time; if ``points``, no two columns are the same even where
    there is one row, and they lie wide apart."""
    more: dict[str, Any] = {"drawn_from": "points"} if points else {}
    return given(name, rows, cols, "input", "inputs", label=label, shifted=shifted,
                  sequence=sequence, apart=points, columns_said=columns_said, **more)  # fmt: skip


def given_weights(
    name: str, units: int, source: Node | int, label: str = "", **options: Any
) -> Given:
    """A weight block with a row a unit and a column for each row of ``source``; drawn from another
    table of the draw if the option ``drawn_from`` names one."""
    cols = source if isinstance(source, int) else source.shape[0]
    return given(name, units, cols, "parameter", "weights", label=label, **options)


def given_bias(
    name: str, units: int, label: str = "", near: tuple[Node, Node, Node] | None = None
) -> Given:
    """One bias a unit; with weights, what they are multiplied by, and something that should be
    ``near`` the sums, one that brings these near it."""
    more: dict[str, Any] = {} if near is None else {
        "drawn_from": "bringing near", "near": tuple(n.name for n in near)}  # fmt: skip
    return given(name, units, 1, "parameter", "bias", label=label, **more)


def given_gains(name: str, units: int, label: str = "") -> Given:
    """What each unit is multiplied by, one number a unit."""
    return given(name, units, 1, "parameter", "gains", label=label)


def given_picture(name: str, rows: int, cols: int) -> Given:
    """What a window moves over: numbers as those of inputs, each place one of its own."""
    return given(name, rows, cols, "input", "picture")


def given_kernel(name: str, rows: int, cols: int) -> Given:
    """The weights of a window that moves."""
    return given(name, rows, cols, "parameter", "kernel")


def given_levelled(
    name: str, rows: int, cols: int, down: bool = False, centred: bool = True, through: str = ""
) -> Given:
    """Inputs whose rows, or columns if ``down``, have a whole mean and a whole deviation from it;
    a whole root of the mean of their squares, if they are not to be ``centred``. If weights are
    named that they go ``through``, what comes out has these, not they."""
    return given(name, rows, cols, "input", "levelled", down=down, centred=centred,
                  through=through)  # fmt: skip


def given_adjacency(name: str, nodes: int) -> Given:
    """Which nodes of a graph are linked, each with itself too: 1, else 0."""
    return given(name, nodes, nodes, "constant", "adjacency", part="link", label="Â")


def given_identity(name: str, rows: int) -> Given:
    """1 on the diagonal, else 0."""
    ones = [[int(i == j) for j in range(rows)] for i in range(rows)]
    return given_table(name, from_decimals([[Decimal(n) for n in row] for row in ones]))


def given_matrix(name: str, rows: int, cols: int, part: str = "", label: str = "") -> Given:
    """A plain matrix of small integers."""
    return given(name, rows, cols, "input", "numbers", part, label)


def given_zeros(name: str, rows: int, cols: int = 1) -> Given:
    """A matrix of zeros, such as the first state of a recurrent network."""
    return given(name, rows, cols, "constant", "zeros")


def given_target(
    name: str, like: Node, one_hot: bool = True, draw: Draw = "numbers", **options: Any
) -> Given:
    """What a prediction is compared with: one-hot columns, or numbers near the prediction (whole
    multiples of the option ``step`` away), or what another ``draw`` makes."""
    draw = "one-hot" if one_hot else draw
    return given(name, *like.shape, "target", draw, like=like.name, **options)
