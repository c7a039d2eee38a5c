"""The local page by its addresses: the command line's bytes, one line for what is wrong, never a
500, never a file outside."""

from __future__ import annotations

import contextlib
import io
import random
import shlex
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sheetgen.cli.main import main
from sheetgen.topics.catalogue import TOPICS
from tests.support import NAMES, random_options

pytest.importorskip("starlette", reason="the extra [serve] is not installed")
from starlette.testclient import TestClient

from sheetgen.server.app import app
from sheetgen.server.guard import LARGEST
from sheetgen.server.run import LOOPBACK, listen

HERE = "http://127.0.0.1:8765"
POST = {"origin": HERE}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(app(LOOPBACK), base_url=HERE, raise_server_exceptions=False) as found:
        yield found


def test_the_page_brings_all_with_it_and_runs_nothing_else(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "script-src 'sha256-" in policy
    assert "unsafe-eval" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert all(f'"name": "{name}"' in answer.text for name in NAMES)
    assert client.get("/font/label.ttf").headers["content-type"] == "font/ttf"


@pytest.mark.parametrize("topic", NAMES)
def test_its_files_are_the_command_lines(
    topic: str, client: TestClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = client.get("/sheet", params={"topic": topic, "seed": "4"}).json()
    words = shlex.split(sheet["command"])
    assert words[0] == "sheetgen"
    assert main([*words[1:], "--format", "pdf,json", "--out", str(tmp_path), "--quiet"]) == 0
    made = {Path(line).name: Path(line).read_bytes() for line in capsys.readouterr().out.split()}
    for format, side in (("pdf", "worksheet"), ("pdf", "key"), ("json", "")):
        query = {"topic": topic, "seed": "4", "format": format, "side": side}
        answer = client.get("/file", params=query)
        name = answer.headers["content-disposition"].partition("''")[2]
        assert answer.content == made[name]


def test_a_packet_a_name_and_a_paper_are_the_command_lines_too(
    client: TestClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query = {"topic": "hidden-layer", "seed": "2", "blank": "packet", "paper": "letter",
             "name": "Ada L", "bias": "no"}  # fmt: skip
    words = shlex.split(client.get("/sheet", params=query).json()["command"])
    assert main([*words[1:], "--out", str(tmp_path), "--quiet"]) == 0
    made = {Path(line).name: Path(line).read_bytes() for line in capsys.readouterr().out.split()}
    answer = client.get("/file", params=query | {"format": "pdf", "side": "key"})
    assert answer.content in made.values()


@pytest.mark.parametrize(
    ("query", "knob", "told"),
    [
        ({"topic": "nothing"}, "", "nothing"),
        ({}, "", "topic"),
        ({"topic": "softmax", "weights": "3..1"}, "weights", "smaller"),
        ({"topic": "softmax", "classes": "99"}, "classes", "99"),
        ({"topic": "softmax", "classes": "many"}, "classes", "whole number"),
        ({"topic": "softmax", "seed": "x"}, "seed", "x"),
        ({"topic": "softmax", "paper": "a0"}, "paper", "a0"),
        ({"topic": "softmax", "nonsense": "1"}, "nonsense", "nonsense"),
        ({"topic": "softmax", "blank": "holes"}, "blank", "holes"),
        ({"topic": "softmax", "name": "x" * 10_000}, "name", "too long"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_under_its_knob(
    query: dict[str, str], knob: str, told: str, client: TestClient
) -> None:
    answer = client.get("/sheet", params=query)
    assert answer.status_code == 422
    found = answer.json()
    assert told in found["problem"]
    assert found["knob"] in (knob, "")
    assert "\n" not in found["problem"]
    assert len(found["problem"]) < 400


def test_fuzzed_options_never_break_it(client: TestClient) -> None:
    chance = random.Random(5)
    values = ["", "0", "-1", "99999999999999999999", "x", "1..2", "2..1", "3-4-2", "yes", "é",
              "%00", "../../etc/passwd", "names:zz", "percent:400", "packet"]  # fmt: skip
    names = ["seed", "weights", "biases", "inputs", "max", "blank", "check", "level", "paper",
             "widths", "batch", "format", "side", "q"]  # fmt: skip
    for k in range(60):
        topic = chance.choice(NAMES)
        query = {name: chance.choice(values) for name in chance.sample(names, 3)}
        if k % 2:
            options = TOPICS[topic].options
            query |= {name: value if isinstance(value, str) else options[name].show(value)
                      for name, value in random_options(TOPICS[topic], k).items()}  # fmt: skip
        where = "/file" if k % 3 == 0 else "/sheet"
        answer = client.get(where, params={"topic": topic, **query})
        assert answer.status_code in (200, 422, 503), (topic, query, answer.text[:300])


@pytest.mark.parametrize(
    "path",
    ["/%2e%2e/%2e%2e/etc/passwd", "/font/..%2f..%2fpyproject.toml", "/font/%2e%2e.ttf",
     "/class/x/%2e%2e%2fclass.json", "/file/../../etc/passwd", "/.git/config"],
)  # fmt: skip
def test_no_file_outside_is_ever_given(path: str, client: TestClient) -> None:
    answer = client.get(path)
    assert 400 <= answer.status_code < 500
    assert "root:" not in answer.text


def test_a_hundred_requests_at_once_are_all_answered(client: TestClient) -> None:
    chance = random.Random(5)
    asked = [{"topic": chance.choice(NAMES), "seed": str(chance.randrange(9))} for _ in range(100)]
    asked[7] |= {"topic": "nothing"}
    with ThreadPoolExecutor(100) as pool:
        found = [*pool.map(lambda q: client.get("/sheet", params=q).status_code, asked)]
    assert set(found) <= {200, 422, 503}
    assert found[7] == 422
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "192.168.0.7"])
def test_another_name_is_refused(host: str, client: TestClient) -> None:
    assert client.get("/", headers={"host": host}).status_code == 403


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null", "http://127.0.0.1:1"])
def test_a_post_from_another_page_is_refused(origin: str | None, client: TestClient) -> None:
    headers = {} if origin is None else {"origin": origin}
    answer = client.post("/class/look?topic=softmax", content=b"Ada", headers=headers)
    assert answer.status_code == 403


def test_a_huge_body_is_refused(client: TestClient) -> None:
    big = b"x" * (LARGEST + 1)
    answer = client.post("/class/look?topic=softmax", content=big, headers=POST)
    assert answer.status_code == 413
    chunks = (b"x" * 1_000_000 for _ in range(7))
    answer = client.post("/class/look?topic=softmax", content=chunks, headers=POST)
    assert answer.status_code == 413


def _wait(client: TestClient, number: str) -> dict[str, Any]:
    for _ in range(300):
        found: dict[str, Any] = client.get(f"/class/{number}").json()
        if found["state"] != "running":
            return found
        time.sleep(0.1)
    raise AssertionError("the class is never ready")


def test_a_class_is_looked_at_made_and_given(client: TestClient) -> None:
    data = b"Name,ID\nAda Lovelace,x1\nAlan Turing,x2\n"
    query = {"topic": "softmax", "seed": "5", "list": "class.csv", "spares": "1"}
    seen = client.post("/class/look", params=query, content=data, headers=POST).json()
    assert [s["name"] for s in seen["students"]] == ["Ada Lovelace", "Alan Turing"]
    number = client.post("/class", params=query, content=data, headers=POST).json()
    found = _wait(client, number)
    assert (found["state"], found["problem"]) == ("ready", "")
    names = {f["name"] for f in found["files"]}
    assert {"worksheets.pdf", "keys.pdf", "grid.pdf", "class.csv"} <= names
    pack = client.get(f"/class/{number}/worksheets.pdf")
    assert pack.content.startswith(b"%PDF")
    assert client.get(f"/class/{number}/other.pdf").status_code == 404
    assert client.get("/class/none").status_code == 422


def test_students_of_one_line_have_places_of_their_own(client: TestClient) -> None:
    data = b"Okafor, Ngozi <o@x.example>; Lindqvist, Elsa <l@x.example>"
    query = {"topic": "softmax", "seed": "5", "list": "list.txt"}
    seen = client.post("/class/look", params=query, content=data, headers=POST).json()
    places = [(s["place"], s["name"]) for s in seen["students"]]
    assert places == [(1, "Ngozi Okafor"), (2, "Elsa Lindqvist")]


LIST = b"""Student,ID,SIS User ID,Section
"Okafor, Ngozi",4001,900001,Lab A
"Lindqvist, Elsa",4002,900002,Lab B
"Student, Test",4999,,Lab B
"""


def test_the_columns_of_a_list_can_be_chosen(client: TestClient) -> None:
    def looked(**more: str) -> Any:
        query = {"topic": "softmax", "seed": "5", "list": "class.csv", **more}
        return client.post("/class/look", params=query, content=LIST, headers=POST).json()

    first = looked()["reading"]
    assert first["names"] == ["Student"]
    assert (first["ids"], first["groups"]) == ("SIS User ID", "Section")
    assert (first["header"], first["out"]) == (1, [4])
    assert first["titles"] == ["Student", "ID", "SIS User ID", "Section"]
    other = looked(ids="ID", groups="-")
    assert [s["id"] for s in other["students"]] == ["4001", "4002"]
    assert {s["group"] for s in other["students"]} == {""}
    assert looked(names="Section")["students"][0]["name"] == "Lab A"
    assert {s["id"] for s in looked(ids="-")["students"]} == {""}
    assert looked(ids="Passport")["problem"].endswith('no column is called "Passport"')


def test_a_class_of_last_time_is_gone_on_with(client: TestClient) -> None:
    query = {"topic": "softmax", "seed": "5", "list": "class.csv"}
    number = client.post("/class", params=query, content=LIST, headers=POST).json()
    made = _wait(client, number)
    assert made["command"] == "sheetgen class softmax --roster class.csv --seed 5"
    assert [(p["what"], p["done"] == p["total"]) for p in made["phases"]] == [
        ("drawing", True), ("printing", True),
    ]  # fmt: skip
    assert not any("--" in hint for hint in made["hints"])
    kept = client.get(f"/class/{number}/class.json").content
    packed = zipfile.ZipFile(io.BytesIO(client.get(f"/class/{number}/class.zip").content))
    assert {*packed.namelist()} == {f["name"] for f in made["files"]}
    assert packed.read("class.json") == kept
    query |= {"seed": "77", "earlier": client.post("/class/earlier", content=kept,
                                                   headers=POST).json()}  # fmt: skip
    now = LIST.replace(b'"Okafor, Ngozi",4001,900001,Lab A', b'"Mensah, Kofi",4003,900003,Lab A')
    found = client.post("/class/look", params=query, content=now, headers=POST).json()
    codes = {s["name"]: (s["change"], s["code"]) for s in found["students"]}
    before = client.post("/class/look", params={**query, "earlier": "", "seed": "5"}, content=LIST,
                         headers=POST).json()  # fmt: skip
    [elsa] = [s["code"] for s in before["students"] if s["name"] == "Elsa Lindqvist"]
    assert codes["Elsa Lindqvist"] == ("as they were", elsa)
    assert codes["Ngozi Okafor"] == ("gone", "")
    assert codes["Kofi Mensah"][0] == "new"
    again = _wait(client, client.post("/class", params=query, content=now, headers=POST).json())
    assert (again["state"], again["command"]) == ("ready", "")
    for bad in (b"{}", b"", b"\x00\xff", kept[:200]):
        answer = client.post("/class/earlier", content=bad, headers=POST)
        assert (answer.status_code, "class.json" in answer.json()["problem"]) == (422, True)
    gone = client.post("/class/look", params={**query, "earlier": "../.."}, content=now,
                       headers=POST)  # fmt: skip
    assert gone.status_code == 422


def test_a_list_that_cannot_be_read_is_told(client: TestClient) -> None:
    query = {"topic": "softmax", "list": "class.xlsx"}
    answer = client.post("/class/look", params=query, content=b"PK\x03\x04no", headers=POST)
    assert answer.status_code == 422
    assert answer.json()["problem"]
    assert "class.xlsx" in answer.json()["problem"]
    assert "sheetgen-serve" not in answer.json()["problem"]


def test_a_busy_port_takes_the_next() -> None:
    with contextlib.ExitStack() as stack:
        first, port = listen("127.0.0.1", 0)
        stack.enter_context(first)
        second, found = listen("127.0.0.1", port)
        stack.enter_context(second)
        assert found != port
