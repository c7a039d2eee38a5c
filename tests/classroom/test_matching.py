"""Who is who when a class is made once more: nobody gets the sheet of somebody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetgen.classroom.matching import bag, keys_of, matched, renames
from sheetgen.classroom.students import Student
from sheetgen.errors import SheetgenError


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


def match(before: str, now: str, **more: object) -> dict[str, str]:
    """Who of ``name:id`` has whose key; ``new`` for nobody's."""
    old, new = people(before), people(now)
    known = dict(zip(keys_of(old), old, strict=True))
    found = matched(new, known, **more)  # type: ignore[arg-type]
    assert len({*found.keys}) == len(new)
    return {f"{s.name}:{s.id}" if s.id else s.name: _said(known.get(key)) for s, key in
            zip(found.students, found.keys, strict=True)}  # fmt: skip


def people(said: str) -> list[Student]:
    parts = (one.strip().partition(":") for one in said.split(","))
    return [Student(code, name, row=k) for k, (name, _, code) in enumerate(parts, 2)]


def _said(student: Student | None) -> str:
    return "new" if student is None else student.name


@pytest.mark.parametrize(("before", "now", "who"), [
    # ids that count the rows, as an earlier version took them
    ("Änne:1, Emre:2, Mara:3", "Lina:1, Änne:2, Emre:3, Mara:4",
     {"Lina:1": "new", "Änne:2": "Änne", "Emre:3": "Emre", "Mara:4": "Mara"}),
    ("Änne:1, Emre:2, Mara:3", "Lina, Änne, Emre, Mara",
     {"Lina": "new", "Änne": "Änne", "Emre": "Emre", "Mara": "Mara"}),
    ("Ada:11, Bob:12", "Ada:12, Bob:11", {"Ada:12": "Ada", "Bob:11": "Bob"}),  # exchanged
    ("Ada, Bob", "Ada:1, Bob:2", {"Ada:1": "Ada", "Bob:2": "Bob"}),  # ids only now
    ("Ada:71, Bob:72", "Ada:x9, Bob:x8", {"Ada:x9": "Ada", "Bob:x8": "Bob"}),  # other ids
    ("Ada:007, Bob:8", "Ada:7, Bob:8", {"Ada:007": "Ada", "Bob:8": "Bob"}),  # lost zeros
    ("Ann Lee:12, Bob:13", "Ann Berg:12, Bob:13", {"Ann Berg:12": "Ann Lee", "Bob:13": "Bob"}),
    ("Leam Murphy:12, Bob:13", "Liam Murphi:12, Bob:13",
     {"Liam Murphi:12": "Leam Murphy", "Bob:13": "Bob"}),
    ("Ann Lee:12, Bob:13", "Zed Quux:12, Bob:13", {"Zed Quux:12": "new", "Bob:13": "Bob"}),
    ("Ann Lee, Bob", "Ann Berg, Bob", {"Ann Berg": "new", "Bob": "Bob"}),  # cannot be known
    ("Jose, José", "José, Jose", {"José": "José", "Jose": "Jose"}),
    ("Kim Lee, Lee Kim", "Lee Kim, Kim Lee", {"Lee Kim": "Lee Kim", "Kim Lee": "Kim Lee"}),
    ("Kim Lee", "Lee Kim, Kim Lee", {"Lee Kim": "new", "Kim Lee": "Kim Lee"}),
    ("ÖZTÜRK Emre", "Emre Öztürk", {"Emre Öztürk": "ÖZTÜRK Emre"}),
    ("'=Ann", "=Ann", {"=Ann": "'=Ann"}),  # the guard of a spreadsheet
    ("Ada:1, Bob:2, Cy:3", "Ada:9, Bob:2, Cy:3",
     {"Ada:9": "new", "Bob:2": "Bob", "Cy:3": "Cy"}),  # a namesake: ids last
    ("Ada:1, Bob:2, Cy:3", "Ada:9, Dan:1, Bob:2, Cy:3",
     {"Ada:9": "Ada", "Dan:1": "new", "Bob:2": "Bob", "Cy:3": "Cy"}),
])  # fmt: skip
def test_whose_sheet_is_whose(before: str, now: str, who: dict[str, str]) -> None:
    assert match(before, now) == who


@pytest.mark.parametrize(("before", "now", "said"), [
    ("Ada, Bob", "Cy, Dan", "none of whom"),
    ("Ada:1, Bob:2", "Cy:1, Dan:2", "none of whom"),
    ("a, b, c, d, e, f", "a, u, v, w, x, y, z", "only 1 of whom"),
    ("Ada:1, Bob:2, Cy:3, Dan:4", "Xi:1, Yo:2, Zed:3, Dan:9", "1 was Ada and is Xi now"),
])  # fmt: skip
def test_another_class_is_refused_unless_forced(before: str, now: str, said: str) -> None:
    with pytest.raises(SheetgenError, match=said):
        match(before, now)
    found = match(before, now, force=True)
    assert all(old in ("new", new.partition(":")[0]) for new, old in found.items())


def test_who_is_renamed_is_said_where_it_cannot_be_known() -> None:
    renamed = renames("Ann Lee=Ann Berg; Cy=Zed")
    assert match("Ann Lee, Bob, Cy", "Bob, Zed, Ann Berg", renamed=renamed) == {
        "Bob": "Bob", "Zed": "Cy", "Ann Berg": "Ann Lee"}  # fmt: skip
    found = matched(people("Bob, Ann Berg"), {"Ann Lee": people("Ann Lee")[0],
                                              "Bob": people("Bob")[0]})  # fmt: skip
    assert any('--renamed "Ann Lee=Ann Berg"' in said for said in found.remarks)
    for wrong, said in (("Eve=Bob", "nobody of the class"), ("Bob=Eve", "nobody of the list")):
        with pytest.raises(SheetgenError, match=said):
            match("Ann, Bob", "Ann, Bob", renamed=renames(wrong))
    with pytest.raises(SheetgenError, match="old name=new name"):
        renames("Bob")


def test_siblings_who_share_an_email_do_not_share_a_sheet() -> None:
    lea, tom = Student("", "Lea Müller", "p@x.de"), Student("", "Tom Müller", "p@x.de")
    bob = Student("", "Bob")
    known = {"p@x.de": lea, "Bob": bob}
    assert matched([tom, bob], known).keys == ["p@x.de\n2", "Bob"]


WORDS = st.sampled_from(["Ada", "Bob", "Cy", "Dan Lee", "Eve", "Lee Dan", "Jose", "José"])
CLASS = st.lists(st.tuples(WORDS, st.sampled_from(["", "1", "2", "3", "03", "44", "x"])),
                 min_size=1, max_size=7)  # fmt: skip


@given(CLASS, CLASS)
def test_nobody_has_the_sheet_of_somebody_whose_name_is_in_the_list(
    before: list[tuple[str, str]], now: list[tuple[str, str]]
) -> None:
    old = [Student(code, name) for name, code in before]
    new = [Student(code, name) for name, code in now]
    known = dict(zip(keys_of(old), old, strict=True))
    found = matched(new, known, force=True)
    assert len({*found.keys}) == len(new)
    assert [s.name for s in found.students] == [s.name for s in new]
    names = {bag(s.name) for s in new}
    for student, key in zip(new, found.keys, strict=True):
        if key in known and bag(known[key].name) != bag(student.name):
            assert bag(known[key].name) not in names
            assert known[key].id.lstrip("0") == student.id.lstrip("0") != ""


@given(st.lists(st.tuples(WORDS, st.integers(10, 99)), min_size=1, max_size=8, unique_by=str),
       st.data())  # fmt: skip
def test_who_comes_or_goes_changes_nobody_else(
    some: list[tuple[str, int]], data: st.DataObject
) -> None:
    old = [Student(str(code), f"{name} {k}") for k, (name, code) in enumerate(some)]
    known = dict(zip(keys_of(old), old, strict=True))
    now = data.draw(st.permutations(old))
    now = [Student("5", "Somebody New"), *now[data.draw(st.integers(0, len(now) - 1)):]]
    found = matched(now, known)
    assert found.keys[0] not in known
    assert [known[key] for key in found.keys[1:]] == now[1:]


def remarks_of(before: str, now: str) -> str:
    old = people(before)
    found = matched(people(now), dict(zip(keys_of(old), old, strict=True)))
    return "; ".join(found.remarks)


def test_ids_that_moved_give_no_new_student_the_sheet_of_one_who_left() -> None:
    before = "Ada Fox:S1, Bob Stone:S2, Cy Young:S3, Di Zed:S4"
    now = "Ada Fox:S1, Al Stone:S2, Am New:S3, Cy Young:S4, Di Zed:S5"
    assert match(before, now)["Al Stone:S2"] == "new"
    assert '--renamed "Bob Stone=Al Stone"' in remarks_of(before, now)


def test_who_keeps_a_sheet_with_another_id_or_a_turned_name_is_told() -> None:
    before = "Ada Fox:1A, Bob Fox:2A, Cy Young:3A"
    said = remarks_of(before, "Bob Fox:9A, Robert Fox:2A, Ada Fox:1A, Cy Young:3A")
    assert "Bob Fox has another id than before and keeps the sheet" in said
    assert "Li Wei is Wei Li in this list" in remarks_of("Li Wei, Bob, Cy", "Wei Li, Bob, Cy")
    assert remarks_of("Li Wei, Bob Fox, Cy Ho", "Wei Li, Fox Bob, Ho Cy") == ""


def test_ids_in_other_case_are_those_of_before() -> None:
    old = people(":ab1, :ab2, :ab3")
    found = matched(people(":AB3, :AB2, :ab1"), dict(zip(keys_of(old), old, strict=True)))
    assert found.keys == ["ab3", "ab2", "ab1"]
