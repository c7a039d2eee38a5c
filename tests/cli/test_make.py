"""``make``: a worksheet and a key from what was typed, whole files or none."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from sheetgen.exercise.recipe import code_of
from sheetgen.graph.givens import given_input
from sheetgen.graph.nodes import Step, apply
from sheetgen.graph.op import Op
from sheetgen.graph.op_parts import Say
from sheetgen.topics.catalogue import TOPICS
from sheetgen.topics.registry import topic
from tests.cli.support import Run

CODE = code_of("any sheet")

@pytest.mark.parametrize("name", TOPICS)
def test_make_writes_a_worksheet_and_a_key_and_prints_their_paths(name: str, run: Run) -> None:
    code, out, err = run("make", name, "--seed", "7")
    assert (code, err) == (0, [])
    assert [Path(p).name.rpartition("-")[2] for p in out] == ["worksheet.pdf", "key.pdf"]
    assert sorted(p.name for p in Path("output").iterdir()) == sorted(Path(p).name for p in out)
    for path in out:
        with pikepdf.open(path) as document:
            assert len(document.pages) >= 1


def test_the_same_recipe_gives_the_same_bytes_and_may_be_made_twice(run: Run) -> None:
    _, first, _ = run("make", "softmax", "--seed", "3", "--base", "e")
    before = [Path(p).read_bytes() for p in first]
    code, again, err = run("make", "--recipe", "softmax?base=e&seed=3&edition=1")
    assert (code, again, err) == (0, first, [])
    _, elsewhere, _ = run("make", "--recipe", "softmax?base=e&seed=3&edition=1", "--out", "b")
    assert [Path(p).read_bytes() for p in elsewhere] == before


def test_a_fresh_seed_is_told_on_stderr_and_makes_the_sheet_again(run: Run) -> None:
    _, out, err = run("make", "single-neuron", "--format", "json")
    recipe = err[0].split("made from ")[1].split(";")[0]
    assert json.loads(Path(out[0]).read_text(encoding="utf-8"))["recipe"] == recipe


def test_count_makes_different_sheets(run: Run) -> None:
    code, out, _ = run("make", "four-neurons", "--seed", "1", "--count", "5", "--format", "json")
    assert code == 0
    numbers = {
        str([m["values"] for m in json.loads(Path(p).read_text("utf-8"))["matrices"]]) for p in out
    }
    assert len(numbers) == 5


def test_a_packet_is_one_file_of_three_sheets(run: Run) -> None:
    code, out, _ = run("make", "hidden-layer", "--seed", "1", "--blank", "packet")
    assert code == 0
    assert len(out) == 2
    with pikepdf.open(out[0]) as document:
        assert len(document.pages) == 3


def test_a_file_that_is_there_is_kept_unless_forced(run: Run) -> None:
    _, (path,), _ = run("make", "rnn", "--seed", "2", "--format", "json")
    made = Path(path).read_bytes()
    Path(path).write_text("mine", encoding="utf-8")
    code, out, err = run("make", "rnn", "--seed", "2", "--format", "json")
    assert (code, out) == (1, [])
    assert err == [f"sheetgen: {path} exists; add --force to replace it, or choose another --out"]
    assert Path(path).read_text(encoding="utf-8") == "mine"
    assert run("make", "rnn", "--seed", "2", "--format", "json", "--force")[0] == 0
    assert Path(path).read_bytes() == made


def test_a_worksheet_json_holds_no_answer(run: Run) -> None:
    _, (path,), _ = run("make", "backpropagation", "--seed", "7", "--format", "worksheet-json")
    sheet = json.loads(Path(path).read_text(encoding="utf-8"))
    assert sheet["format"] == "sheetgen-worksheet/1"
    for matrix in sheet["matrices"]:
        assert all(v is None for v in matrix["values"][0]) == (matrix["role"] == "gradient")


def test_a_file_in_the_way_of_the_folder_is_named(run: Run) -> None:
    Path("taken").write_text("", encoding="utf-8")
    code, out, err = run("make", "rnn", "--seed", "1", "--out", "taken")
    assert (code, out) == (1, [])
    assert err == [
        "sheetgen: taken: a file is in the way of this folder; move it or choose another --out"
    ]


def test_a_full_disk_leaves_neither_worksheet_nor_key(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, out, err = run("make", "rnn", "--seed", "1")
    assert (code, out, len(err)) == (1, [], 1)
    assert "the disk is full" in err[0]
    assert list(Path("output").iterdir()) == []


@pytest.fixture
def wrong_topic() -> Iterator[str]:
    """A topic with an op whose two texts do not say the same."""
    odd = Op("odd", "a", "a[i, j]", "a + 1", "{0}", Say("{made}: copy {0}."))

    def wrong_key() -> Step:
        """Copy a column."""
        return apply(odd, given_input("x", 3), name="y", role="output")

    topic("Wrong Key")(wrong_key)
    yield "wrong-key"
    del TOPICS["wrong-key"]


def test_a_key_that_fails_its_check_is_never_written(run: Run, wrong_topic: str) -> None:
    code, out, err = run("make", wrong_topic, "--seed", "1")
    assert (code, out, len(err)) == (1, [], 1)
    assert err[0].startswith("sheetgen: y, row ")
    assert not Path("output").exists()


def test_what_is_typed_beside_a_recipe_goes_before_it(run: Run) -> None:
    words = ("--recipe", "softmax?check=yes&seed=3&edition=1", "--format", "json")
    recipes = []
    for more in ((), ("--level", "hard"), ("--no-check", "--seed", "4")):
        code, (path,), _ = run("make", *words, *more)
        assert code == 0
        recipes.append(json.loads(Path(path).read_text(encoding="utf-8"))["recipe"])
    assert recipes == [
        "softmax?check=yes&seed=3&edition=1", "softmax?check=yes&level=hard&seed=3&edition=1",
        "softmax?seed=4&edition=1",
    ]  # fmt: skip


def test_a_format_that_is_named_twice_is_made_once(run: Run) -> None:
    code, out, err = run("make", "rnn", "--seed", "2", "--format", "json,JSON, json")
    assert (code, len(out), err) == (0, 1, [])


@pytest.mark.parametrize("more", [["--tagged"], ["--name", "Ada"], ["--recipe", "rnn?seed=1"],
                                  ["--seed", "1"], ["--no-check"]])  # fmt: skip
def test_a_code_takes_nothing_that_a_class_has_settled(more: list[str], run: Run) -> None:
    code, out, err = run("make", "--code", CODE, "--class", "none", *more)
    assert (code, out, len(err)) == (2, [], 1)
    assert err[0].endswith(f"leave {more[0].replace('no-', '')} out")


def test_a_footer_is_a_recipe_and_one_without_a_seed_gets_a_fresh_one(run: Run) -> None:
    code, out, err = run("make", "--recipe", "by hand · rnn?seed=1&edition=1", "--format", "json")
    assert (code, err) == (0, [])
    assert out == run("make", "rnn", "--seed", "1", "--format", "json", "--force")[1]
    code, _, [said] = run("make", "--recipe", "rnn", "--format", "json")
    assert (code, "made from rnn?seed=" in said) == (0, True)
    assert run("make", "--recipe", "rnn", "--seed", "1", "--format", "json", "--force")[1] == out


def test_an_endless_word_is_not_said_again(run: Run) -> None:
    code, _, [said] = run("make", "rnn", "--seed", "x" * 10_000)
    assert code == 2
    assert len(said) < 200


def test_a_plan_with_a_packet_is_refused_by_file_and_exercise(run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text('[[exercise]]\ntopic = "rnn"\nblank = "packet"\n')
    _, _, [said] = run("class", "p.toml", "--students", "3")
    assert said.startswith("sheetgen: plan p.toml: exercise 1: blank: packet is three sheets")


def test_a_net_of_layers_is_made_and_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path), "--format", "json")
    code, made, _ = run("make", "network", "--layers", "Linear(3,4), ReLU, Linear(4,2)", *out)
    assert (code, len(made)) == (0, 1)
    code, _, err = run("make", "network", "--layers", "Linear(3,4), ReLU, Linear(2,2)", *out)
    assert (code, len(err)) == (1, 1)
    assert "layer 3 wants 2 inputs, gets 4" in err[0]
    code, _, err = run("make", "softmax", "--onnx", "model.onnx", *out)
    assert (code, err) == (2, ["sheetgen: --onnx goes with network: sheetgen make network --onnx "
                               "..."])  # fmt: skip
    code, _, err = run("make", "network", "--own-weights", "1", *out)
    assert (code, len(err)) == (2, 1)
    code, _, err = run("make", "network", "--onnx", str(tmp_path / "none.onnx"), *out)
    assert (code, len(err)) == (1, 1)
    assert "there is no such file" in err[0]


def test_practice_of_a_step_is_made_again_by_its_recipe(run: Run, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path), "--format", "json")
    code, [first], err = run("make", "backpropagation", "--after", "∂L/∂z₂", "--seed", "4", *out)
    assert code == 0
    code, [second], _ = run("make", "--recipe", "backpropagation?after=dz2&seed=4&edition=1",
                            "--force", *out)  # fmt: skip
    assert (code, second) == (0, first)
    code, _, err = run("make", "backpropagation", "--after", "q", *out)
    assert (code, len(err)) == (2, 1)
    assert "there are z1, a1" in err[0]
