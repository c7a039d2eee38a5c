"""What is usual is kept on disk, and the same as found at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetgen.draw.usual import usual
from sheetgen.exercise.exercise import build
from sheetgen.exercise.settings import settings
from sheetgen.server.bands import Bands, key_of, read, written
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
