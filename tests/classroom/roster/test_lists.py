"""Lists as schools and platforms export them: each gives the people in it, or is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sheetgen.classroom.roster.reading import read_roster
from sheetgen.classroom.roster.told import understood
from sheetgen.errors import SheetgenError
from tests.classroom.support import manifest
from tests.cli.support import Run

HERE = Path(__file__).parent
LISTS = HERE / "lists"
EXPECTED = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))
"""Worked out by hand: id, name and group of each, or what a refusal names, and what is told."""


def test_each_list_has_what_it_must_give() -> None:
    assert {path.name for path in LISTS.iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_list_gives_the_people_in_it_and_says_what_it_left_out(name: str) -> None:
    wanted = EXPECTED[name]
    if "refused" in wanted:
        with pytest.raises(SheetgenError, match=wanted["refused"]) as problem:
            read_roster(LISTS / name)
        assert "\n" not in str(problem.value)
        return
    roster = read_roster(LISTS / name)
    found = [[s.id, s.name, *([s.group] if s.group else [])] for s in roster.students]
    assert found == wanted["students"]
    told = "\n".join((understood(roster), *roster.remarks))
    for said in wanted["told"]:
        assert said in told
    assert f"{len(found)} student" in told
    assert "\n" not in understood(roster)


PAIRS = [("serial-1.csv", "serial-2.csv"), ("r3.csv", "r5.csv"), ("r5.csv", "r3.csv"),
         ("formula.csv", "roundtrip-de.csv"), ("serial-2.csv", "serial-1.csv")]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_who_was_there_keeps_the_sheet_when_the_list_changes(
    first: str, second: str, run: Run
) -> None:
    command = ("class", "single-neuron", "--seed", "1", "--out", "c", "--roster")
    assert run(*command, str(LISTS / first))[0] == 0
    before = {s["name"]: s["code"] for s in manifest(Path("c"))["students"]}
    assert run(*command, str(LISTS / second))[0] == 0
    now = {s["name"]: s["code"] for s in manifest(Path("c"))["students"]}
    stay = set(before) & set(now)
    assert len(stay) == min(len(before), len(now))
    assert {name: now[name] for name in stay} == {name: before[name] for name in stay}
    assert len(set(now.values())) == len(now)
    new = {now[name] for name in set(now) - set(before)}
    assert not new & set(before.values())


def test_zeros_that_a_spreadsheet_lost_are_kept_and_told(run: Run) -> None:
    command = ("class", "single-neuron", "--seed", "1", "--out", "c", "--roster")
    assert run(*command, str(LISTS / "formula.csv"))[0] == 0
    err = run(*command, str(LISTS / "roundtrip-de.csv"))[2]
    assert any("1 id has lost zeros and kept them here, such as 0005" in line for line in err)
    last = manifest(Path("c"))["students"][-1]
    assert (last["id"], last["name"]) == ("0005", "Okafor Ngozi")


@pytest.mark.parametrize("name", [n for n in EXPECTED if "refused" not in EXPECTED[n]])
def test_the_same_list_twice_changes_nothing(name: str, run: Run) -> None:
    command = ("class", "single-neuron", "--seed", "1", "--out", "c", "--roster")
    assert run(*command, str(LISTS / name))[0] == 0
    code, _, err = run(*command, str(LISTS / name))
    assert code == 0
    assert any("nothing changed" in line for line in err)
