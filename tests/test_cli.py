"""The command line, as its users touch it: results on stdout, one clear line for what is wrong."""

from __future__ import annotations

import errno
import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import pikepdf
import pytest
import typer

from sheetgen.cli.classes import Asked, Bar, read_class
from sheetgen.cli.classes_app import register
from sheetgen.cli.main import main
from sheetgen.cli.options import Command, command_for, parameters, read
from sheetgen.press import proof
from sheetgen.press.printing import Printer
from sheetgen.topics.catalogue import TOPICS

Run = Callable[..., tuple[int, list[str], list[str]]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in an empty folder: exit code, lines of stdout, lines of stderr."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, list[str], list[str]]:
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out.splitlines(), captured.err.splitlines()

    return command


def _given(folder: Path, text: str) -> str:
    path = folder / "given.json"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", TOPICS)
def test_make_writes_a_worksheet_and_a_key_and_prints_their_paths(name: str, run: Run) -> None:
    code, out, err = run("make", name, "--seed", "7")
    assert (code, err) == (0, [])
    assert [Path(p).name.rpartition("-")[2] for p in out] == ["worksheet.pdf", "key.pdf"]
    assert sorted(p.name for p in Path("output").iterdir()) == sorted(Path(p).name for p in out)
    for path in out:
        with pikepdf.open(path) as document:
            assert len(document.pages) >= 1


@pytest.mark.parametrize("name", TOPICS)
def test_every_option_of_a_topic_is_in_its_help(name: str, run: Run) -> None:
    code, out, _ = run("make", name, "--help")
    assert code == 0
    text = "\n".join(out)
    for option in TOPICS[name].options.values():
        assert f"--{option.flag}" in text
    for shared in ("--seed", "--level", "--blank", "--paper", "--recipe", "--given", "--format"):
        assert shared in text


def test_topics_lists_every_topic_with_its_options(run: Run) -> None:
    code, out, err = run("topics", "--json")
    assert (code, err) == (0, [])
    listed = json.loads("\n".join(out))
    assert [t["topic"] for t in listed] == list(TOPICS)
    code, out, _ = run("topics")
    assert all(any(line.startswith(name) for line in out) for name in TOPICS)


def test_the_same_recipe_gives_the_same_bytes_and_may_be_made_twice(run: Run) -> None:
    _, first, _ = run("make", "softmax", "--seed", "3", "--base", "e")
    before = [Path(p).read_bytes() for p in first]
    code, again, err = run("make", "--recipe", "softmax?base=e&seed=3")
    assert (code, again, err) == (0, first, [])
    _, elsewhere, _ = run("make", "--recipe", "softmax?base=e&seed=3", "--out", "b")
    assert [Path(p).read_bytes() for p in elsewhere] == before


def test_a_fresh_seed_is_told_on_stderr_and_makes_the_sheet_again(run: Run) -> None:
    _, out, err = run("make", "single-neuron", "--format", "json")
    recipe = err[0].split("made from ")[1].split(";")[0]
    assert json.loads(Path(out[0]).read_text(encoding="utf-8"))["recipe"] == recipe


def test_count_makes_different_sheets(run: Run) -> None:
    code, out, _ = run("make", "four-neurons", "--seed", "1", "--count", "5", "--format", "json")
    assert code == 0
    numbers = {
        str([m["values"] for m in json.loads(Path(p).read_text("utf-8"))["matrices"]]) for p in out
    }
    assert len(numbers) == 5


def test_a_packet_is_one_file_of_three_sheets(run: Run) -> None:
    code, out, _ = run("make", "hidden-layer", "--seed", "1", "--blank", "packet")
    assert code == 0
    assert len(out) == 2
    with pikepdf.open(out[0]) as document:
        assert len(document.pages) == 3


def test_a_file_that_is_there_is_kept_unless_forced(run: Run) -> None:
    _, (path,), _ = run("make", "rnn", "--seed", "2", "--format", "json")
    made = Path(path).read_bytes()
    Path(path).write_text("mine", encoding="utf-8")
    code, out, err = run("make", "rnn", "--seed", "2", "--format", "json")
    assert (code, out) == (1, [])
    assert err == [f"sheetgen: {path} exists; add --force to replace it, or choose another --out"]
    assert Path(path).read_text(encoding="utf-8") == "mine"
    assert run("make", "rnn", "--seed", "2", "--format", "json", "--force")[0] == 0
    assert Path(path).read_bytes() == made


def test_solve_prints_the_solution_of_published_numbers(run: Run, tmp_path: Path) -> None:
    file = _given(tmp_path, '{"x": [2, 1, 3], "w": [[1, -1, 1]], "b": [[-5]]}')
    code, out, err = run("solve", "single-neuron", "--given", file)
    values = {m["name"]: m["values"] for m in json.loads("\n".join(out))["matrices"]}
    assert (code, values["z"], values["a"]) == (0, [[-1]], [[0]])
    assert err == ["sheetgen: warning: all units of a are dead"]


def test_solve_reads_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr(
        "sys.stdin", io.StringIO('{"A": [[1, 1], [-1, 1]], "B": [[1, 5, 2], [2, 4, 2]]}')
    )
    _, out, _ = run("solve", "matrix-multiplication", "--given", "-")
    values = {m["name"]: m["values"] for m in json.loads("\n".join(out))["matrices"]}
    assert values["C"] == [[3, 9, 4], [1, -1, 0]]


def test_a_worksheet_json_holds_no_answer(run: Run) -> None:
    _, (path,), _ = run("make", "backpropagation", "--seed", "7", "--format", "worksheet-json")
    sheet = json.loads(Path(path).read_text(encoding="utf-8"))
    assert sheet["format"] == "sheetgen-worksheet/1"
    for matrix in sheet["matrices"]:
        assert all(v is None for v in matrix["values"][0]) == (matrix["role"] == "gradient")


def test_stress_reports_as_json(run: Run) -> None:
    code, out, _ = run("stress", "four-neurons", "--seeds", "50", "--json")
    report = json.loads("\n".join(out))
    assert (code, report["seeds"], report["failures"]) == (0, 50, [])


BAD_GIVEN = {
    '{"A": [[1, 2], [3]], "B": [[1, 2], [3, 4]]}': "A is ragged",
    '{"A": [[1, 2], [3, 4]]}': "B is missing",
    '{"A": [[1, "x"], [3, 4]], "B": [[1, 2], [3, 4]]}': "A, row 1, column 2: 'x' is not a number",
    '{"A": [[1, NaN], [3, 4]], "B": [[1, 2], [3, 4]]}': "not a finite number",
    '{"A": [[1, 2': "not JSON",
    '{"A": [[1e9, 2], [3, 4]], "B": [[1, 2], [3, 4]]}': "too large",
    '{"A": [[1, 2], [3, 4]], "B": [[1, 2], [3, 4], [5, 6]]}': "B is 3×2",
    '{"Q": [[1]]}': "no matrix Q",
    "[1]": "expected an object",
    '{"A": [], "B": []}': "A is empty",
    f'{{"A": {[[1] * 40]}, "B": {[[1]] * 40}}}': "no side may be longer",
}


@pytest.mark.parametrize("text", BAD_GIVEN)
def test_bad_numbers_get_one_line_that_names_them(text: str, run: Run, tmp_path: Path) -> None:
    code, out, err = run("solve", "matrix-multiplication", "--given", _given(tmp_path, text))
    assert (code, out, len(err)) == (1, [], 1)
    assert BAD_GIVEN[text] in err[0]


BAD_COMMANDS = {
    "make backprop": (2, "did you mean backpropagation?"),
    "make": (2, "make what?"),
    "make --recipe backpropagation?seed": (2, "not name=value"),
    "make --code ABCD-EFGH": (2, "one sign is wrong or two are swapped"),
    "make --code ABC": (2, "a code has 8"),
    "make single-neuron --recipe rnn?seed=1": (2, "the recipe is one of rnn"),
    "make rnn --seed x": (2, "seed 'x' is not a whole number"),
    "make rnn --paper a5": (2, "none of a4, letter"),
    "make rnn --format doc": (2, "none of pdf"),
    "make rnn --count 0": (2, "--count: 0 is not between"),
    "make rnn --steps 99": (2, "--steps: 99 is not between 2 and 5"),
    "make rnn --level huge": (2, "none of easy, medium, hard"),
    "make rnn --weights 5": (2, "write it as -1..1"),
    "make rnn --wieghts 1..2": (2, "--weights"),
    "make rnn --blank nothing": (2, "there is no pattern"),
    "make backpropagation --max 1": (1, "loosen --max"),
    "make hidden-layer --widths 3-x": (2, "'3-x' is not a whole number"),
    "solve rnn": (2, "solve needs numbers"),
    "solve rnn --given nowhere.json": (1, "nowhere.json"),
    "stress": (2, "stress what?"),
    "rnn": (2, "sheetgen make rnn"),
    "make rnn --given x.json --seed 3": (2, "leave --seed out"),
    "make --out x rnn": (2, "options go after the topic: sheetgen make rnn"),
    "stress --seeds 9 rnn": (2, "options go after the topic: sheetgen stress rnn"),
    "frobnicate": (2, "no such command"),
}


@pytest.mark.parametrize("command", BAD_COMMANDS)
def test_a_wrong_command_gets_one_line_and_writes_nothing(command: str, run: Run) -> None:
    code, out, err = run(*command.split())
    expected, text = BAD_COMMANDS[command]
    assert (code, out, len(err)) == (expected, [], 1)
    assert text in err[0]
    assert not [p for p in Path.cwd().rglob("*") if p.is_file()]


def test_a_file_in_the_way_of_the_folder_is_named(run: Run) -> None:
    Path("taken").write_text("", encoding="utf-8")
    code, out, err = run("make", "rnn", "--seed", "1", "--out", "taken")
    assert (code, out) == (1, [])
    assert err == [
        "sheetgen: taken: a file is in the way of this folder; move it or choose another --out"
    ]


def test_a_full_disk_leaves_neither_worksheet_nor_key(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, out, err = run("make", "rnn", "--seed", "1")
    assert (code, out, len(err)) == (1, [], 1)
    assert "the disk is full" in err[0]
    assert list(Path("output").iterdir()) == []


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


def _program(shell: str) -> tuple[int, list[str]]:
    """Exit code and stderr of a line of shell in which SHEETGEN is the program."""
    code = "from sheetgen.cli.main import main; main()"
    line = shell.replace("SHEETGEN", f"{sys.executable} -c '{code}'")
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True)
    return done.returncode, done.stderr.splitlines()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
@pytest.mark.parametrize("words", ["topics", "--version", "solve rnn --seed 3", "make --help"])
def test_a_full_disk_behind_stdout_is_one_line(words: str) -> None:
    full = "sheetgen: the output: the disk is full"
    for setting in ("", "PYTHONUNBUFFERED=1 "):
        assert _program(f"{setting}SHEETGEN {words} > /dev/full") == (1, [full])


@pytest.mark.skipif(os.name != "posix", reason="closes streams as a Unix shell does")
def test_closed_streams_are_no_harm() -> None:
    assert _program("SHEETGEN topics >&-") == (0, [])
    assert _program("SHEETGEN topics >&- 2>&-") == (0, [])
    assert _program("SHEETGEN topics | true") == (0, [])
    code, err = _program("SHEETGEN solve rnn --given - <&-")
    assert (code, len(err)) == (1, 1)


def test_an_interrupt_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sheetgen.exercise.different.make_different", interrupted)
    code, out, err = run("make", "rnn", "--seed", "1")
    assert (code, out) == (130, [])
    assert err == ["sheetgen: interrupted; nothing is half written"]


def test_a_key_that_fails_its_check_is_never_written(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sheetgen.verify.duals import DEFINITIONS

    monkeypatch.setitem(DEFINITIONS, "relu", lambda z: z)
    code, out, err = run("make", "four-neurons", "--seed", "1")
    assert (code, out, len(err)) == (1, [], 1)
    assert err[0].startswith("sheetgen: a, row ")
    assert not Path("output").exists()


def _loaded_by(*words: str) -> set[str]:
    """The top-level modules that a command loads in a process of its own."""
    code = (
        "import sys; from sheetgen.cli.main import main; code = main(sys.argv[1:]); "
        "print(*{m.partition('.')[0] for m in sys.modules}); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], check=True, capture_output=True, text=True
    )
    return set(done.stdout.splitlines()[-1].split())


HEAVY = {"jinja2", "pikepdf", "platformdirs", "pydantic", "rich", "sympy", "typer", "weasyprint"}


def test_a_list_of_topics_loads_little() -> None:
    assert not _loaded_by("topics") & HEAVY


def test_a_sheet_loads_little_once_the_press_is_proved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(proof.VARIABLE, str(tmp_path))
    path = Printer(tmp_path).check.path
    assert path is not None
    proof.keep(path, {"same": True})
    words = ("make", "backpropagation", "--seed", "7", "--out", str(tmp_path / "out"))
    assert not _loaded_by(*words) & HEAVY
    words = ("class", "rnn", "--students", "3", "--out", str(tmp_path / "class"))
    assert not _loaded_by(*words) & HEAVY


@pytest.mark.parametrize("verb", ["make", "solve", "stress"])
@pytest.mark.parametrize("name", TOPICS)
def test_a_right_line_is_read_as_typer_reads_it(name: str, verb: str) -> None:
    chance = random.Random(f"{name} {verb}")
    known = list(parameters(TOPICS[name], verb))
    sub, read_by_typer = typer.Typer(), list[Command]()
    sub.callback()(lambda: None)
    sub.command(name)(command_for(TOPICS[name], verb, read_by_typer.append))
    values = ["3", "-1..1", "a b", "", "=", "--seed", "-", "ünï", "--x=1"]
    for _ in range(12):
        words = []
        for p in chance.choices(known, k=chance.randrange(6)):
            if p.on:
                words.append(chance.choice([p.on, p.off or p.on]))
            elif chance.random() < 0.5:
                words += [p.flag, chance.choice(values)]
            else:
                words.append(f"{p.flag}={chance.choice(values)}")
        sub([name, *words], standalone_mode=False)
        assert read(TOPICS[name], verb, words) == read_by_typer.pop()


def test_a_switch_may_be_said_with_yes_or_no() -> None:
    for words, update, bias in (("--update yes --bias no", True, False), ("--update", True, None),
                                ("--no-bias --update no", False, False)):  # fmt: skip
        command = read(TOPICS["backpropagation"], "make", words.split())
        assert command is not None
        assert (command.get("update"), command.get("bias")) == (update, bias)


@pytest.mark.parametrize(
    "words", ["--help", "-h", "extra", "--seed", "--se 3", "--", "--check=1", "--seed \udcff"]
)
def test_a_line_that_asks_for_help_or_is_wrong_is_left_to_typer(words: str) -> None:
    assert read(TOPICS["rnn"], "make", words.split()) is None


CLASS_WORDS = [
    ["--roster", "a b.csv"], ["--roster=x=y"], ["--students", "30"], ["--seed", "ABC"],
    ["--out=o"], ["--paper", "letter"], ["--spares", "2"], ["--simplex"], ["--staple=3"],
    ["--group-by", "group"], ["--separate"], ["--force"], ["--quiet"],
    ["--widths", "3-4-2"], ["--no-bias"], ["--check"],
    ["--weights=-1..1"], ["--weights", "-1..1"], ["--out", "--force"], ["stray"],
]  # fmt: skip


def test_a_class_is_read_as_typer_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(1)
    app, read_by_typer = typer.Typer(), list[Asked]()
    app.callback()(lambda: None)
    register(app)
    monkeypatch.setattr("sheetgen.cli.classes_app.run_class", read_by_typer.append)
    for _ in range(400):
        chosen = chance.choices(CLASS_WORDS, k=chance.randrange(6))
        words = ["backpropagation", *chain.from_iterable(chosen)]
        app(["class", *words], standalone_mode=False)
        assert read_class(words) == read_by_typer.pop()


@pytest.mark.parametrize(
    "words",
    ["", "--help", "rnn -h", "rnn --help", "rnn --students", "rnn --students x", "rnn --spares -1",
     "rnn --", "--students 3 rnn", "rnn --force=1", "rnn --out \udcff", "rnn --students ٣"],
)  # fmt: skip
def test_a_class_that_is_not_plain_is_left_to_typer(words: str) -> None:
    assert read_class(words.split()) is None


def test_a_shell_completes_topics_and_their_options() -> None:
    def completed(line: str) -> list[str]:
        ask = {"COMP_WORDS": line, "COMP_CWORD": str(line.count(" ")),
               "_SHEETGEN_COMPLETE": "complete_bash"}  # fmt: skip
        code = "import sys; sys.argv = ['sheetgen']; from sheetgen.cli.main import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, **ask}, capture_output=True, text=True
        )
        return done.stdout.split()

    assert completed("sheetgen make ba") == ["batch-of-three", "backpropagation"]
    assert "--widths" in completed("sheetgen stress backpropagation --w")


@pytest.mark.parametrize(("verdicts", "said"), [(0, "0 files"), (1, "1 file"), (2, "2 files")])
def test_files_that_are_deleted_are_counted(
    verdicts: int, said: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(proof.VARIABLE, str(tmp_path))
    for k in range(verdicts):
        (tmp_path / f"press-check-{k}.json").touch()
    assert run("cache", "clear") == (0, [], [f"sheetgen: {said} deleted"])


def test_one_of_a_kind_is_no_plural(run: Run, tmp_path: Path) -> None:
    def told(*words: str) -> str:
        return "\n".join(run(*words)[2])

    roster = tmp_path / "r.csv"
    command = ("class", "single-neuron", "--roster", str(roster), "--seed", "1", "--out", "c")
    for names, said in (("Ann", ""), ("Ann\nBob", "the other one keeps the sheet\n"),
                        ("Ann\nBob\nCy", "the other 2 keep their sheets\n"),
                        ("Dan", "1 new: Dan\n")):  # fmt: skip
        roster.write_text(f"name\n{names}\n")
        shown = told(*command) + "\n"
        assert said in shown
        assert ("the other" in shown) == ("other" in said)
    assert "has 1 sign;" in told("mark", "A", "--got", "z=1")
    file = _given(tmp_path, '{"A": [[1], [3, 4]], "B": [[1]]}')
    assert "row 1 has 1 number, row 2" in told("solve", "matrix-multiplication", "--given", file)


def test_a_bar_is_drawn_at_each_step_and_has_no_thread(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    before = threading.active_count()
    with Bar(quiet=False) as hearer:
        assert threading.active_count() == before
        capsys.readouterr()
        hearer.start(50)
        assert " 0/50" in capsys.readouterr().err
        hearer.step(25)
        assert "25/50" in capsys.readouterr().err
    capsys.readouterr()
    with Bar(quiet=True) as hearer:
        hearer.start(50)
    assert capsys.readouterr().err == ""
