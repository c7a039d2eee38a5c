"""The entry: an exit code and one line for whatever goes wrong, and a start that is fast."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from sheetgen.cli.main import main
from sheetgen.errors import SheetgenError, UsageError
from sheetgen.press import check as press_check
from sheetgen.press.printing import Printer
from sheetgen.verify.second_way import WrongKey
from sheetgen.version import __version__


def _program(shell: str) -> tuple[int, list[str]]:
    """Exit code and stderr of a line of shell in which SHEETGEN is the program."""
    code = "from sheetgen.cli.main import main; main()"
    line = shell.replace("SHEETGEN", f"{sys.executable} -c '{code}'")
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, errors="replace")
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


@pytest.mark.skipif(os.name != "posix", reason="bytes of a name that are no text")
@pytest.mark.parametrize("setting", ["PYTHONIOENCODING=utf-8:strict", "PYTHONIOENCODING=ascii"])
def test_bytes_that_are_no_text_are_no_harm(setting: str, tmp_path: Path) -> None:
    odd = "$(printf '\\377')"
    line = f"cd {tmp_path}; export {setting} PYTHONPATH={Path.cwd()}; SHEETGEN"
    code, err = _program(f"{line} make rnn --seed {odd}")
    assert (code, err) == (2, ["sheetgen: seed '\\udcff' is not a whole number"])
    assert _program(f"{line} make {odd} --seed 3")[0] == 2
    assert _program(f"{line} {odd}")[0] == 2
    assert _program(f"{line} make rnn --seed 3 --format json --out {odd}") == (0, [])
    [folder] = os.listdir(os.fsencode(tmp_path))
    assert folder == b"\xff"


RAISED: dict[BaseException, tuple[int, str]] = {
    SheetgenError("the \N{LINE SEPARATOR}way out"): (1, "the  way out"),
    UsageError("leave it out"): (2, "leave it out"),
    WrongKey("a, row 1: no"): (1, "a, row 1: no"),
    KeyboardInterrupt(): (130, "interrupted; nothing is half written"),
    MemoryError(): (1, "not enough memory; ask for fewer or smaller sheets"),
    OSError(errno.ENOSPC, "no space", "x.pdf"): (1, "x.pdf: the disk is full"),
    ValueError("a\nb"): (1, "a bug, not your mistake: ValueError: a b; "
                            "SHEETGEN_DEBUG=1 shows where; please report it"),
}  # fmt: skip


@pytest.mark.parametrize("problem", RAISED, ids=lambda problem: type(problem).__name__)
def test_whatever_goes_wrong_is_one_line(
    problem: BaseException, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(words: Sequence[str]) -> int:
        raise problem

    monkeypatch.delenv("SHEETGEN_DEBUG", raising=False)
    code, said = RAISED[problem]
    assert main(["make"], failing) == code
    assert capsys.readouterr() == ("", f"sheetgen: {said}\n")


def test_a_bug_is_shown_to_who_looks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(words: Sequence[str]) -> int:
        raise ValueError(*words)

    monkeypatch.setenv("SHEETGEN_DEBUG", "1")
    with pytest.raises(ValueError, match="make"):
        main(["make"], failing)


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_an_interrupt_of_the_program_is_one_line() -> None:
    code = ("import os, signal; from sheetgen.cli.main import main; "
            "main(do=lambda words: os.kill(os.getpid(), signal.SIGINT))")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "sheetgen: interrupted; nothing is half written\n"


def test_the_package_is_the_program(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sheetgen", "--version"], check=True, capture_output=True, text=True
    )
    assert done.stdout == f"sheetgen {__version__}\n"


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
    monkeypatch.setenv(press_check.VARIABLE, str(tmp_path))
    path = Printer(tmp_path).check.path
    assert path is not None
    press_check.keep(path, {"same": True})
    words = ("make", "backpropagation", "--seed", "7", "--out", str(tmp_path / "out"))
    assert not _loaded_by(*words) & HEAVY
    words = ("class", "rnn", "--students", "3", "--out", str(tmp_path / "class"))
    assert not _loaded_by(*words) & HEAVY


def test_a_broken_package_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    def failing(words: Sequence[str]) -> int:
        raise ImportError("libblas is gone", name="numpy")

    assert main(["make"], failing) == 1
    said = capsys.readouterr().err
    assert "missing or broken: libblas is gone" in said
    assert "a bug" not in said


def test_an_interrupt_while_a_module_is_loaded_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    def failing(words: Sequence[str]) -> int:
        raise ImportError("half a module") from KeyboardInterrupt()

    assert main(["make"], failing) == 130
    assert capsys.readouterr().err == "sheetgen: interrupted; nothing is half written\n"


def test_the_entry_loads_next_to_nothing() -> None:
    code = "import sys; import sheetgen.cli.main; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-S", "-c", code], check=True, capture_output=True,
                          text=True, cwd=Path(__file__).parents[2])  # fmt: skip
    names = set(done.stdout.split())
    assert {name for name in names if "sheetgen" in name} == {
        "sheetgen", "sheetgen.version", "sheetgen.cli", "sheetgen.cli.main"}  # fmt: skip
    assert not names & {"collections", "contextlib", "enum", "re", "signal", "typing"}


@pytest.mark.skipif(os.name != "posix", reason="sets the locale as a Unix shell does")
@pytest.mark.parametrize("setting", [
    "PYTHONIOENCODING=cp1252", "PYTHONIOENCODING=ascii", "PYTHONIOENCODING=cp1252:strict",
    "LC_ALL=C", "LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0", "PYTHONIOENCODING=utf-16",
])  # fmt: skip
def test_any_encoding_of_the_terminal_will_do(setting: str, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("name\nŁukasz\nJosé\n漢字 😀\n", encoding="utf-8")
    start = f"cd {tmp_path}; export {setting} PYTHONPATH={Path.cwd()}; SHEETGEN"
    for words in (
        "topics", "--help", "class softmax --help", "make softmax --seed 1 --name Łukasz",
        "class softmax --roster list.csv --seed 1 --out c",
        "find c 1", "stress softmax --seeds 2",
        "class softmax --roster list.csv --seed 1 --out d --dry-run --all",
    ):  # fmt: skip
        assert _program(f"{start} {words} > said")[0] == 0, words
    for words in ("topics --json", "solve softmax --seed 1", "stress softmax --seeds 2 --json",
                  "find c --json 1"):  # fmt: skip
        assert _program(f"{start} {words} > said")[0] == 0, words
        encoding = "utf-8" if setting == "LC_ALL=C" else "cp1252"
        encoding = "utf-16" if "utf-16" in setting else encoding
        assert json.loads((tmp_path / "said").read_text(encoding))
