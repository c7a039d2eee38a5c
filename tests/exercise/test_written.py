"""What a student wrote is read as it is printed, and as decimals are written anywhere."""

from __future__ import annotations

import pytest

from sheetgen.errors import SheetgenError
from sheetgen.exercise.settings import settings
from sheetgen.exercise.written import read_got
from sheetgen.graph.nodes import Step
from sheetgen.topics.catalogue import TOPICS
from sheetgen.words.labels import label, label_text

GRAPH = settings("backpropagation").graph  # widths 3-4-2-3


def written(got: str) -> dict[str, list[object]]:
    slips = read_got(got, GRAPH, label_text)
    return {name: [(s.cell, [[str(n) for n in row] for row in s.numbers]) for s in some]
            for name, some in slips.items()}  # fmt: skip


@pytest.mark.parametrize("name", TOPICS)
def test_every_matrix_goes_by_its_name_and_by_its_label(name: str) -> None:
    graph = settings(name).graph
    labels = [label_text(node) for node in graph.nodes]
    for node in graph.nodes:
        rows, cols = node.shape
        row = ", ".join(["1"] * cols)
        value = "1" if rows * cols == 1 else f"[{', '.join([f'[{row}]'] * rows)}]"
        assert list(read_got(f"{node.name}={value}", graph, label_text)) == [node.name]
        shown = label_text(node)
        if isinstance(node, Step) and shown[0] != "[" and labels.count(shown) == 1:
            for said in (shown, label(node)):
                assert list(read_got(f"{said}={value}", graph, label_text)) == [node.name], said


@pytest.mark.parametrize("name", ["dz2", "∂L/∂z₂", "dL/dz2", "dL/dz_2", "∂L / ∂z_2", "∂L/∂z₂ᵀ"])
@pytest.mark.parametrize("value", ["[0,5; -3]", "0,5 -3", ".5; −3", "0.5;-3", "[.5,-3]", "0,5, -3",
                                   "[0,5;-3]", "[[0,5], [-3]]"])  # fmt: skip
def test_names_and_decimals_as_they_are_written(name: str, value: str) -> None:
    if "ᵀ" in name and "[[" in value:
        value = "[[0,5; -3]]"
    assert written(f"{name}={value}") == {"dz2": [(None, [["0.5"], ["-3"]])]}


@pytest.mark.parametrize(("got", "read"), [
    ("z2[1]=1,5, a2=[1,2]", {"z2": [((0, 0), [["1.5"]])], "a2": [(None, [["1"], ["2"]])]}),
    ("z2=1,5", {"z2": [(None, [["1"], ["5"]])]}),  # two boxes: two numbers
    ("∂L/∂W₂ᵀ[3,1]=2,5", {"dW2": [((0, 2), [["2.5"]])]}),
    ("z2=[1,2] a2=[3,4]; ", {"z2": [(None, [["1"], ["2"]])], "a2": [(None, [["3"], ["4"]])]}),
])  # fmt: skip
def test_several_at_once(got: str, read: dict[str, list[object]]) -> None:
    assert written(got) == read


@pytest.mark.parametrize("got", ["z=0,5", "z[1]=0,5", "z[1,1] = .5"])
def test_a_column_of_one_box_needs_no_index(got: str) -> None:
    [slip] = read_got(got, settings("single-neuron").graph)["z"]
    assert [[str(n) for n in row] for row in slip.numbers] == [["0.5"]]


@pytest.mark.parametrize(("got", "said"), [
    ("∂L/∂z₉=3", r"no ∂L/∂z₉; it has z1, a1, .*dz3 \(∂L/∂z₃\)"),
    ("dz2=1,5,2,5", r"2×1, and 1,5,2,5 does not fit.*dz2=\[\.5, 3\] or \[0,5; 3\]"),
    ("dz2=[1,500; 2]", "1,500 may be 1.500 or 1500"), ("z2[1]=[1,5]", "takes one number"),
    ("dz2", "not like"), ("z2=1;2;3", "does not fit"),
])  # fmt: skip
def test_what_cannot_be_read_is_told_with_the_way_out(got: str, said: str) -> None:
    with pytest.raises(SheetgenError, match=said):
        written(got)
