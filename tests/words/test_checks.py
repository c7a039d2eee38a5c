"""Check sums: true, and none tells an answer alone."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from sheetgen.api import make, many
from sheetgen.cli.main import main
from sheetgen.exercise.exercise import Exercise
from sheetgen.layout.sheet import lay_out
from sheetgen.page.items import Label
from sheetgen.topics.catalogue import TOPICS
from sheetgen.words.checks import check_lines
from sheetgen.words.drawn import Drawn
from sheetgen.words.labels import label
from sheetgen.words.lines import step_lines

SUM = r"of ([^ ,]+) (?:add up )?to ([−.\d]+?)(?=[,.]? |[.]?$)"


def total(e: Exercise, name: str) -> Fraction:
    value = e.values[name]
    return Fraction(int(value.digits.sum()), 10**value.decimals)


def number(text: str) -> Fraction:
    return Fraction(text.replace("−", "-"))


@pytest.mark.parametrize("name", sorted(TOPICS))
def test_sums_of_blocks_are_those_of_the_key_and_have_two_blanks(name: str) -> None:
    for e in many(name, range(8), check="yes"):
        by_label = {label(s): s.name for s in e.graph.steps if not s.hidden}
        for line in check_lines(e):
            for block, said in re.findall(SUM, line):
                if "rows of" in line:
                    continue
                step = by_label[block]
                assert number(said) == total(e, step), line
                assert e.blanks[step].sum() >= 2


def test_rows_of_a_product() -> None:
    e = make("matrix-multiplication", seed=3, check="yes")
    sums = [int(r.sum()) for r in e.values["C"].digits]
    shown = ", ".join(str(s).replace("-", "−") for s in sums)
    assert check_lines(e) == [f"Check: the rows of C add up to {shown}."]


def test_the_sum_of_a_gradient_is_the_product_of_two_sums() -> None:
    e = make("backpropagation", seed=3, check="yes")
    assert total(e, "dW3") == total(e, "dz3") * total(e, "a2")
    lines = [line for line in check_lines(e) if "sum of ∂L/∂W_3" in line]
    assert "(sum of ∂L/∂z_3) × (sum of a_2)" in lines[0]
    first, *others = lines[0].removesuffix(".").split("; likewise ")
    assert number(first.rpartition("= ")[2]) == total(e, "dW3")
    said = [number(other.rpartition(" ")[2]) for other in others[0].split(", ")]
    assert said == [total(e, "dW2"), total(e, "dW1")]
    assert any(line.startswith("Nudge check") for line in check_lines(e))


def test_a_block_of_one_box_gets_no_sum() -> None:
    assert not any("add up" in line for line in check_lines(make("single-neuron", check="yes")))
    e = make("hidden-layer", widths="3-4-1", seed=3, check="yes")
    assert not any("z_2" in line for line in check_lines(e))


@pytest.mark.parametrize("seed", range(6))
def test_a_gradient_whose_other_factor_is_one_box_gets_no_sum(seed: int) -> None:
    e = make("backpropagation", widths="2-3-1", loss="squared-error", seed=seed, check="yes")
    assert not any("∂L/∂W_2" in line and "sum of" in line for line in check_lines(e))


def test_single_blanks_are_added_up_across_blocks() -> None:
    e = make("hidden-layer", seed=3, check="yes", blank="one-per-block")
    z = sum(int(e.values[n].digits[e.blanks[n]].sum()) for n in ("z1", "z2"))
    shown = str(z).replace("-", "−")
    assert check_lines(e) == [f"Check: the blank boxes of z_1 and z_2 add up to {shown}."]


def test_a_worked_example_has_nothing_to_check() -> None:
    assert check_lines(make("backpropagation", seed=1, check="yes", blank="none")) == []


def test_checks_stand_on_the_sheet_only_if_asked_for() -> None:
    with_checks = make("hidden-layer", seed=1, check="yes")
    assert any("Check" in line.markup for line in step_lines(with_checks))
    assert not any("Check" in line.markup for line in step_lines(make("hidden-layer", seed=1)))


AGAIN = (r"Check: work (?:box (\d+) of )?(?:column (\d+) of )?\S+ out again with each box of "
         r"(?:column \d+ of )?\S+ 1 larger; it must come out "
         r"(?:([.\d]+) (higher|lower)|the same)\.")


@pytest.mark.parametrize(("name", "options", "W", "x", "z"), [
    ("single-neuron", {}, "w", "x", "z"), ("single-neuron", {"level": "hard"}, "w", "x", "z"),
    ("single-neuron", {"bias": "no", "activation": "sigmoid"}, "w", "x", "z"),
    ("hidden-layer", {"blank": "percent:1"}, "W1", "x", "z1"),
    ("matrix-multiplication", {"blank": "one-per-block"}, "A", "B", "C"),
])  # fmt: skip
def test_one_open_box_is_checked_by_linearity(
    name: str, options: dict[str, str], W: str, x: str, z: str
) -> None:
    seen = 0
    for e in many(name, range(30), check="yes", **options):
        open_ = {k: v for k, v in e.blanks.items() if v.any()}
        if z not in open_:
            continue
        [line] = check_lines(e)
        found = re.fullmatch(AGAIN, line)
        assert found, line
        i, j = int(found[1] or 1) - 1, int(found[2] or 1) - 1
        assert e.blanks[z][i, j]
        row, column = e.values[W].digits[i], e.values[x].digits[:, j]
        grows = int(row @ (column + 1) - row @ column)
        assert float(found[3] or 0) * (-1 if found[4] == "lower" else 1) == grows
        seen += 1
    assert seen


def test_one_missing_number_is_checked_by_going_forward() -> None:
    e = make("single-neuron", seed=4, check="yes", blank="backwards:1")
    assert check_lines(e) == [
        "Check: work forward with your number; the printed results must come out."
    ]


@pytest.mark.parametrize(("options", "said"), [
    (["single-neuron"], ""), (["single-neuron", "--blank", "backwards"], ""),
    (["single-neuron", "--blank", "none"], "a worked example leaves nothing to check"),
    (["single-neuron", "--blank", "names:a"], "would give the answer away"),
    (["backpropagation"], ""), (["single-neuron", "--blank", "packet"], ""),
])  # fmt: skip
def test_check_is_never_silently_ignored(
    options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["make", *options, "--check", "--seed", "3", "--out", str(tmp_path)]
    assert main([*arguments, "--format", "worksheet-json"]) == 0
    told = capsys.readouterr().err
    assert ("--check adds no line" in told) == bool(said)
    assert said in told


@pytest.mark.parametrize(("name", "options"), [
    ("self-attention", {}), ("cross-attention", {"backward": "yes"}), ("clip", {}),
    ("backpropagation", {}), ("masked-attention", {"backward": "yes"}),
])  # fmt: skip
def test_sums_name_their_blocks_as_the_page_does(name: str, options: dict[str, str]) -> None:
    pages = lay_out(make(name, 7, check="yes", **options)).pages
    labels = [i.markup for page in pages for i in page.items if isinstance(i, Label)]
    said = " ".join(labels)
    named = re.findall(r"(?:boxes of|, of|Check: sum of|\(sum of) ([^ )]+)", said)
    assert named
    assert set(named) <= set(labels)


def test_a_product_that_lies_on_its_side_has_sums_of_columns() -> None:
    exercise = make("matrix-multiplication", 3, check="yes")
    [line] = check_lines(exercise, drawn=Drawn(frozenset({"C"})))
    assert line.startswith("Check: the columns of C^T add up to ")
