"""Machines of another kind: workers that begin anew as on macOS and Windows, narrow terminals,
names that Windows keeps for itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sheetgen.classroom.packs import file_name
from sheetgen.type.system import advice

ROOT = Path(__file__).parents[2]
WORDS = ("class", "softmax", "--students", "60", "--spares", "1", "--seed", "1", "--quiet", "--out")


def sheetgen(folder: Path, *words: str, **more: str) -> None:
    path = os.pathsep.join([str(folder), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": path, "SHEETGEN_CACHE": str(folder / "c"), **more}
    done = subprocess.run([sys.executable, "-m", "sheetgen", *words], cwd=folder, text=True,
                          encoding="utf-8", capture_output=True, env=environment)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("platform", ["darwin", "another"])
def test_workers_that_begin_anew_make_the_same_class(platform: str, tmp_path: Path) -> None:
    """The program itself, its workers too, as on a system without fork."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sheetgen.cores, dataclasses\n"
        "here = sheetgen.cores.Cores.here.__func__\n"
        "anew = lambda kind: dataclasses.replace(here(kind), count=2, start='spawn')\n"
        "sheetgen.cores.Cores.here = classmethod(anew)\n"
        + ("import sys; sys.platform = 'darwin'\n" if platform == "darwin" else ""),
        encoding="utf-8",
    )
    sheetgen(tmp_path, *WORDS, "anew")
    (tmp_path / "sitecustomize.py").unlink()
    sheetgen(tmp_path, *WORDS, "made")
    names = {path.name for path in (tmp_path / "made").iterdir()}
    assert names == {path.name for path in (tmp_path / "anew").iterdir()}
    for name in names:
        made, anew = (tmp_path / folder / name for folder in ("made", "anew"))
        assert made.read_bytes() == anew.read_bytes(), name


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("encoding", ["ascii:strict", "cp1252:strict", "utf-8"])
def test_progress_is_shown_on_any_terminal_from_the_start(encoding: str, tmp_path: Path) -> None:
    import pty

    shown, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding,
                   "TERM": "xterm", "COLUMNS": "80"}  # fmt: skip
    words = [sys.executable, "-m", "sheetgen", *WORDS[:-2], "--out", str(tmp_path / "made")]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=theirs, env=environment) as run:
        os.close(theirs)
        said = b""
        while True:
            try:
                some = os.read(shown, 4096)
            except OSError:  # the program has ended
                break
            if not some:
                break
            said += some
        assert run.wait(60) == 0
    os.close(shown)
    text = said.decode("utf-8", "replace")
    assert text.index("drawing") < text.index("printing")
    assert "61/61" in text
    assert "Error" not in text


@pytest.mark.parametrize("name", ["CON", "nul", "aux.", "COM1", "a. ", "..", "x:y|z?*", "Ann  "])
def test_no_name_of_a_student_is_a_name_that_windows_keeps(name: str) -> None:
    made = file_name("7K3F-2QXD", name, "worksheets")
    assert made.startswith("7K3F-2QXD")
    assert made.endswith("-worksheet.pdf")
    assert not set(made) & set('<>:"/\\|?* ')
    assert made.partition(".")[2] == "pdf"


@pytest.mark.parametrize(("platform", "way"), [
    ("linux", "apt install fonts-noto-cjk"), ("darwin", "brew install pango"),
    ("win32", "pacman -S mingw-w64-x86_64-pango"),
])  # fmt: skip
def test_who_lacks_a_font_is_told_what_to_do_there(
    platform: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert way in advice(["王"], ())
