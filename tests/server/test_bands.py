"""What is usual is found beforehand, kept on disk, and the same as found at once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sheetgen.draw.usual import usual
from sheetgen.exercise.exercise import build
from sheetgen.exercise.settings import settings
from sheetgen.server.bands import Bands, key_of, neighbours, read, written
from sheetgen.topics.catalogue import TOPICS
from tests.support import NAMES


@pytest.mark.parametrize("topic", NAMES)
def test_what_was_kept_draws_the_same_numbers(topic: str, tmp_path: Path) -> None:
    asked = settings(topic, {})
    build(asked, [3], Bands(tmp_path).drawer(asked))
    kept = Bands(tmp_path)
    assert kept.known(asked) == usual(asked.drawn, asked.knobs, asked.sheets)
    for one, other in zip(build(asked, [3, 8]), build(asked, [3, 8], kept.drawer(asked)),
                          strict=True):  # fmt: skip
        assert all((one.values[n].digits == other.values[n].digits).all() for n in one.values)
        assert one.effort == other.effort


def test_a_text_says_all_of_it() -> None:
    asked = settings("rnn", {"backward": True})
    found = usual(asked.drawn, asked.knobs, asked.sheets)
    assert read(written(found)) == found


def test_a_file_that_is_damaged_is_as_none(tmp_path: Path) -> None:
    asked = settings("softmax", {})
    build(asked, [3], Bands(tmp_path).drawer(asked))
    [path] = (tmp_path / "bands").iterdir()
    path.write_text("{", encoding="utf-8")
    assert Bands(tmp_path).known(asked) is None
    assert Bands(None).known(asked) is None


def test_settings_that_draw_otherwise_have_another_name() -> None:
    names = [key_of(settings("hidden-layer", o))
             for o in ({}, {"bias": False}, {"weights": "-2..2"}, {"widths": "3-3-2"})]  # fmt: skip
    assert len({*names}) == len(names)


@pytest.mark.parametrize("topic", NAMES)
def test_the_turns_of_a_knob_are_told_those_of_the_last_first(topic: str) -> None:
    options = TOPICS[topic].options
    for name, option in options.items():
        if option.kind == "int" and option.default < option.high:
            now = ((name, str(option.default + 1)),)
            first, *_ = neighbours(topic, now)
            assert dict(first[1]).keys() == {name}
    turned = {name for _, found in neighbours(topic, ()) for name in dict(found)}
    assert turned >= {name for name, o in options.items() if o.kind in ("bool", "choice")}


def test_another_process_finds_them_while_nobody_waits(tmp_path: Path) -> None:
    bands = Bands(tmp_path)
    bands.start()
    try:
        bands.next([("softmax", ()), ("softmax", (("classes", "nonsense"),)), ("rnn", ())])
        until = time.monotonic() + 60
        while not bands.idle and time.monotonic() < until:
            time.sleep(0.05)
        assert bands.known(settings("softmax", {})) is not None
        assert bands.known(settings("rnn", {})) is not None
    finally:
        bands.close()
