"""``topics``, ``stress`` and ``cache``."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from sheetgen.press import check as press_check
from sheetgen.topics.catalogue import TOPICS, by_family, search
from tests.cli.support import Run


def test_topics_lists_every_topic_with_its_options(run: Run) -> None:
    code, out, err = run("topics", "--json")
    assert (code, err) == (0, [])
    listed = json.loads("\n".join(out))
    assert [t["topic"] for t in listed] == list(TOPICS)
    code, out, _ = run("topics")
    assert all(any(line.split()[:1] == [name] for line in out) for name in TOPICS)


def test_topics_stand_under_their_families(run: Run) -> None:
    _, out, _ = run("topics")
    headings = [line for line in out if line and not line.startswith(" ")][:-1]
    assert headings == list(by_family())
    products = out.index("Products: where it all starts")
    assert out[products + 1 : out.index("", products)] == [
        line for line in out if line.split()[:1] in ([n.name] for n in by_family()[out[products]])
    ]


def test_a_word_finds_what_says_it_those_with_it_in_the_name_first(run: Run) -> None:
    _, out, _ = run("topics", "softmax base")
    names = [line.split()[0] for line in out if line.startswith("  ") and line[2] != " "]
    assert names == ["backpropagation", "softmax", "network"]
    _, out, _ = run("topics", "through hidden")  # one alone is told in full
    assert out[0] == "hidden-layer: Hidden Layer"
    assert [t.name for t in search("softmax")] == ["softmax"]
    found = [t.name for t in search("layer")]
    assert found.index("hidden-layer") < found.index("four-neurons")
    code, _, err = run("topics", "xqz")
    assert (code, len(err)) == (2, 1)


def test_one_topic_is_told_with_its_flow_its_levels_and_their_boxes(run: Run) -> None:
    _, out, _ = run("topics", "softmax")
    assert "      [1] z = W · x + b  (2×1)" in out
    assert "  in all: 7 boxes to fill in" in out
    medium = next(line for line in out if line.startswith("  medium:"))
    assert "--inputs 0..5 --biases -4..4; 7 boxes to fill in, effort " in medium


def test_stress_reports_as_json(run: Run) -> None:
    code, out, _ = run("stress", "four-neurons", "--seeds", "50", "--json")
    report = json.loads("\n".join(out))
    assert (code, report["seeds"], report["failures"]) == (0, 50, [])


def test_every_topic_can_be_tried_at_a_level(run: Run) -> None:
    code, out, _ = run("stress", "--all", "--seeds", "1", "--level", "medium", "--json")
    assert code == 0
    assert [report["topic"] for report in json.loads("\n".join(out))] == list(TOPICS)


def test_a_promise_that_is_broken_is_exit_1(run: Run) -> None:
    code, out, err = run("stress", "rnn", "--seeds", "2", "--blank", "steps:99")
    assert (code, err) == (
        1, ["sheetgen: some exercises broke a promise; their seeds are in the report"],
    )  # fmt: skip
    assert any("seed 1" in line for line in out)


@pytest.mark.parametrize("name", ["a.svg", "a.png", "nowhere/a.svg"])
def test_a_picture_is_written_whole_or_not_at_all_after_the_report(
    name: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, out, err = run("stress", "single-neuron", "--seeds", "20", "--json", "--plot", name)
    assert (code, len(err), json.loads("\n".join(out))["seeds"]) == (1, 1, 20)
    assert ("the folder does not exist" if "/" in name else "the disk is full") in err[0]
    assert list(Path.cwd().iterdir()) == []


def test_a_picture_of_another_kind_is_refused_before_the_work(run: Run) -> None:
    code, out, err = run("stress", "single-neuron", "--seeds", "1000000", "--plot", "a.gif")
    assert (code, out) == (2, [])
    assert err == ["sheetgen: --plot: a.gif: a picture is called .svg or .png"]


@pytest.mark.parametrize(("plates", "said"), [(0, "0 files"), (1, "1 file"), (2, "2 files")])
def test_files_that_are_deleted_are_counted(
    plates: int, said: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(press_check.VARIABLE, str(tmp_path))
    for k in range(plates):
        (tmp_path / f"press-check-{k}.json").touch()
    assert run("cache", "clear") == (0, [], [f"sheetgen: {said} deleted"])


def test_one_topic_is_told_with_the_rules_for_its_numbers(run: Run) -> None:
    code, out, err = run("topics", "backpropagation")
    assert (code, err) == (0, [])
    assert "  --forward given (given, blank)" in out
    assert any(line.startswith("  easy: --widths 2-3-2 --weights -1..1; ") for line in out)
    assert "  - A probability that is trained is not written 0." in out
    data = json.loads("\n".join(run("topics", "rnn", "--json")[1]))
    assert data["topic"] == "rnn"
    assert "The last result depends on the first inputs." in data["numbers"]


def test_a_rate_at_which_training_harms_is_told(run: Run) -> None:
    words = ("make", "backpropagation", "--seed", "1", "--loss", "squared-error", "--update")
    code, _, err = run(*words, "--learning-rate", "10", "--format", "json")
    assert code == 0
    assert any("at the learning rate 10 the loss does not fall, or a layer dies, on 1 sheet" in line
               for line in err)  # fmt: skip
    assert run(*words, "--format", "json")[2] == []
