"""The words of headers: in each language a list is understood by them."""

from __future__ import annotations

import pytest

from sheetgen.classroom.roster.header import columns_of, kind_of, values, words
from sheetgen.classroom.roster.reading import parse_roster
from sheetgen.classroom.roster.told import understood
from sheetgen.classroom.students import plain

LANGUAGES = words()["columns"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_in_each_language_is_understood(language: str) -> None:
    kinds = LANGUAGES[language]
    parts = ["name"] if "name" in kinds else ["last", "first"]
    titles = [kinds[kind][0] for kind in (*parts, *("id", "email", "group") * 1) if kind in kinds]
    cells = {"name": "Ada Byron", "first": "Ada", "last": "Byron", "id": "B12",
             "email": "a@x.org", "group": "9b"}  # fmt: skip
    row = [cells[kind] for kind in (*parts, "id", "email", "group") if kind in kinds]
    roster = parse_roster("\n".join(map(";".join, (titles, row))).encode())
    [student] = roster.students
    assert student.name == "Ada Byron"
    assert student.id == ("B12" if "id" in kinds else "")
    assert student.email == ("a@x.org" if "email" in kinds else "")
    assert student.group == ("9b" if "group" in kinds else "")
    assert student.row == 2
    assert f"{student.name}" in understood(roster)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_word_is_known_for_one_kind(language: str) -> None:
    for kind, said in LANGUAGES[language].items():
        for word in said:
            assert kind_of(word) == kind, word
            assert kind_of(word.upper()) in (kind, ""), word  # ß and ı have no way back
            assert plain(word)


@pytest.mark.parametrize("language", [lang for lang in LANGUAGES
                                      if {"first", "last"} <= set(LANGUAGES[lang])])  # fmt: skip
def test_surname_and_first_name_are_told_apart(language: str) -> None:
    kinds = LANGUAGES[language]
    for last in kinds["last"]:
        for first in kinds["first"]:
            text = f"{last};{first}\nByron;Ada\n"
            assert [s.name for s in parse_roster(text.encode()).students] == ["Ada Byron"]


@pytest.mark.parametrize(("title", "kind"), [
    ("Student First Name", "first"), ("Prénom de l'élève", "first"), ("Rolle(n)", "role"),
    ("What is your name?", "name"), ("Last Name, First Name", "lastfirst"), ("#", "number"),
    ("Student_Number", "id"), ("N°", "number"), ("SIS User ID", "id"), ("E-Mail-Adresse", "email"),
    ("Parent name", ""), ("Guardian", ""), ("Birth date", ""), ("Né(e) le", ""), ("Teacher", ""),
    ("Emergency contact", ""), ("Studiengang", ""), ("Address", ""), ("Course name", ""),
    ("Geburtsdatum", ""), ("Phone", ""), ("Gender", ""), ("Advisor name", ""),
])  # fmt: skip
def test_what_a_title_means(title: str, kind: str) -> None:
    assert kind_of(title) == kind


def test_a_row_of_people_is_no_header() -> None:
    for cells in (["Ada Byron"], ["Ada", "Byron"], ["Ada", "a@x.org"], ["", ""]):
        assert columns_of(cells) == {}


def test_no_word_of_a_kind_of_row_is_that_of_another() -> None:
    assert not values("staff") & values("members")
    assert not values("summaries") & values("tests")
