"""Who is who when a class is made once more: nobody gets the sheet of somebody else."""

from __future__ import annotations

import pytest

from sheetgen.classroom.matching import keys_of, matched
from sheetgen.classroom.students import Student


@pytest.mark.parametrize(("before", "now", "stay", "guess"), [
    ("A B", "B", "2", False), ("A B", "A", "1", False), ("A B", "B A", "2 1", False),
    ("A", "B A", "new 1", False), ("A B", "B C A", "2 new 1", False),
    ("A A", "A", "1", True), ("A", "A A", "1 new", True), ("A A", "A A", "1 2", False),
    ("A A B", "B A", "3 1", True), ("A B", "B C", "2 1", True), ("A", "C", "1", False),
    ("A B", "C", "1", True), ("", "A A", "new new", False),
])  # fmt: skip
def test_namesakes_keep_their_sheets_where_a_group_tells_them_apart_else_it_is_a_guess(
    before: str, now: str, stay: str, guess: bool
) -> None:
    """Everybody is called Ada; a letter is a group, a number the place in the first roster."""

    def adas(groups: str) -> list[Student]:
        return [Student("", "Ada", group=g, row=k) for k, g in enumerate(groups.split(), 2)]

    old = keys_of(adas(before))
    found = matched(adas(now), dict(zip(old, adas(before), strict=True)))
    keys = found.keys
    assert len({*keys}) == len(keys)
    assert [str(old.index(k) + 1) if k in old else "new" for k in keys] == stay.split()
    assert found.guessed == (list(range(len(keys))) if guess else [])
