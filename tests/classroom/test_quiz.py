"""A quiz of several exercises: its title, which exercise of how many, points, the total, the
date."""

from __future__ import annotations

import pytest

from sheetgen.api import make
from sheetgen.classroom.letterhead import frame_of, total_of, with_letterhead
from sheetgen.classroom.plan import Heading
from sheetgen.layout.sheet import lay_out
from sheetgen.page.figure import overlaps
from sheetgen.page.items import PAPERS, Label

HEADING = Heading(title="Quiz 3", course="Deep Learning", date="2026-12-01", teacher="Dr. Reyes")


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", ["", "Ada Lovelace"])
def test_a_quiz_has_its_title_its_date_and_its_total(paper: str, name: str) -> None:
    titles = ("Hidden Layer", "Softmax")
    for k, topic in enumerate(("hidden-layer", "softmax")):
        frame, rest = frame_of(HEADING, titles, k)
        sheet = lay_out(make(topic, 3), paper, name, frame=frame)
        sheet = with_letterhead(sheet, rest, "6", total_of(["6", "14"]) if k == 0 else "")
        labels = [i for i in sheet.pages[0].items if isinstance(i, Label)]
        markup = [i.markup for i in labels]
        assert [i.markup for i in labels if i.face == "title" and not i.answer] == ["Quiz 3"]
        assert f"Exercise {k + 1} of 2: {titles[k]}" in markup
        assert "2026-12-01" in markup
        assert "Deep Learning · Dr. Reyes" in markup
        assert ("/ 20" in markup) == (k == 0)
        assert overlaps(sheet.pages[0].items) == []


def test_a_single_exercise_keeps_its_own_title() -> None:
    frame, rest = frame_of(HEADING, ("Softmax",), 0)
    assert (frame.title, frame.note, frame.date) == ("", "", "2026-12-01")
    assert rest.words == ("Deep Learning", "Quiz 3", "Dr. Reyes")


@pytest.mark.parametrize(("points", "total"), [
    (["6", "14"], "20"), (["1.5", "2"], "3.5"), (["6"], ""), (["6", ""], ""), ([], ""),
])  # fmt: skip
def test_the_total_is_that_of_all_points(points: list[str], total: str) -> None:
    assert total_of(points) == total
