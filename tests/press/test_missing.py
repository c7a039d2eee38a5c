"""A machine without Pango, or without WeasyPrint: everything is printed but what only they can."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

BLOCKED = {
    "the Pango library": """
import cffi

def dlopen(ffi, name, *more, found=cffi.FFI.dlopen):
    if any(word in str(name) for word in ("pango", "harfbuzz", "fontconfig")):
        raise OSError(f"{name} is blocked")
    return found(ffi, name, *more)

cffi.FFI.dlopen = dlopen
""",
    "the package weasyprint": "import sys; sys.modules['weasyprint'] = None",
}
ARABIC = "محمد علي"


@pytest.fixture(params=BLOCKED)
def blocked(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """What the programs of ``tmp_path`` lack."""
    (tmp_path / "sitecustomize.py").write_text(BLOCKED[request.param])
    return str(request.param)


def sheetgen(folder: Path, *words: str, cache: str = "off") -> tuple[int, list[str], list[str]]:
    """Exit code and lines of the program in a folder, with the folder's site customization."""
    path = os.pathsep.join([str(Path(__file__).parents[2]), str(folder)])
    environment = {**os.environ, "PYTHONPATH": path, "SHEETGEN_CACHE": cache}
    done = subprocess.run([sys.executable, "-m", "sheetgen", *words], cwd=folder, text=True,
                          encoding="utf-8", capture_output=True, env=environment)  # fmt: skip
    return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()


def words_of(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_a_sheet_is_printed_without_a_word(blocked: str, tmp_path: Path) -> None:
    code, out, err = sheetgen(tmp_path, "make", "rnn", "--seed", "1", "--name", "Łukasz")
    assert (code, len(out), err) == (0, 2, [])
    assert "Łukasz" in words_of(tmp_path / out[0])


def test_a_name_that_cannot_be_set_says_what_to_install(blocked: str, tmp_path: Path) -> None:
    code, out, [said] = sheetgen(tmp_path, "make", "rnn", "--seed", "1", "--name", ARABIC)
    assert (code, out) == (1, [])
    assert f"needs {blocked}: " in said
    assert not list(tmp_path.glob("output/*"))


def test_a_class_leaves_that_name_off_and_says_so(blocked: str, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(f"name\nAda\n{ARABIC}\nBlaise\n", encoding="utf-8")
    words = ("class", "rnn", "--roster", "list.csv", "--seed", "1", "--out", "made")
    code, out, err = sheetgen(tmp_path, *words)
    assert (code, len(out)) == (0, 6)
    [said] = [line for line in err if ARABIC in line]
    assert f"needs {blocked}: " in said
    sheets, grid = words_of(tmp_path / "made/worksheets.pdf"), words_of(tmp_path / "made/grid.pdf")
    assert all(name in sheets and name in grid for name in ("Ada", "Blaise"))
    lines = (tmp_path / "made/class.csv").read_text(encoding="utf-8-sig").splitlines()
    [own] = [line.split(",") for line in lines if ARABIC in line]
    assert any(word in sheets and word in grid for word in own if len(word) == 9)
    with pikepdf.open(tmp_path / "made/worksheets.pdf") as pack, pack.open_outline() as outline:
        assert len(outline.root) == 3
    assert said in sheetgen(tmp_path, *words)[2]
    assert sheetgen(tmp_path, *words, "--quiet")[2] == [said]
    (tmp_path / "sitecustomize.py").unlink()
    code, _, err = sheetgen(tmp_path, *words)
    assert code == 0
    assert not [line for line in err if ARABIC in line or "nothing changed" in line]


PLAN = """
title = "Quiz"
logo = "logo.svg"
[[exercise]]
topic = "rnn"
"""
LOGO = ('<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40">'
        '<rect width="60" height="40" fill="#246"/></svg>')  # fmt: skip


def test_a_class_leaves_its_logo_off_and_says_so(blocked: str, tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "logo.svg").write_text(LOGO, encoding="utf-8")
    words = ("class", "plan.toml", "--students", "2", "--seed", "1", "--out", "made")
    code, out, err = sheetgen(tmp_path, *words)
    assert (code, len(out)) == (0, 6)
    [said] = [line for line in err if "logo" in line]
    assert said.startswith("sheetgen: the logo is left off: printing it needs " + blocked)
    bare = (tmp_path / "made/worksheets.pdf").read_bytes()
    assert "Quiz" in words_of(tmp_path / "made/worksheets.pdf")
    assert sheetgen(tmp_path, *words, "--quiet")[2] == [said]
    (tmp_path / "sitecustomize.py").unlink()
    assert sheetgen(tmp_path, *words, "--quiet") == (0, out, [])
    assert (tmp_path / "made/worksheets.pdf").read_bytes() != bare


def test_other_formats_and_a_lost_sheet_go_without_them_too(blocked: str, tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "logo.svg").write_text(LOGO, encoding="utf-8")
    (tmp_path / "list.csv").write_text(f"name\nAda\n{ARABIC}\n", encoding="utf-8")
    words = ("class", "plan.toml", "--roster", "list.csv", "--seed", "1", "--out", "made",
             "--format", "html,png", "--separate")  # fmt: skip
    code, out, err = sheetgen(tmp_path, *words, "--quiet")
    assert (code, len(err)) == (0, 2)
    for name in ("Ada", ARABIC):
        again = ("make", "--student", name, "--class", "made", "--out", "again", "--force")
        code, paths, said = sheetgen(tmp_path, *again, "--format", "pdf,png")
        assert code == 0
        assert [ARABIC in line for line in said] == ([True, False] if name == ARABIC else [False])
        assert "the logo is left off" in said[-1]
        for path in map(Path, paths):
            [there] = [tmp_path / p for p in out if Path(p).name == path.name]
            assert (tmp_path / path).read_bytes() == there.read_bytes()


def test_a_class_has_the_same_bytes_and_the_verdict_is_kept(blocked: str, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("name,id\nŁukasz,1\nAda,2\nBlaise,3\n", encoding="utf-8")
    words = ("class", "rnn", "--roster", "list.csv", "--seed", "1", "--quiet", "--out")
    assert sheetgen(tmp_path, *words, "bare", cache=str(tmp_path / "cache"))[2] == []
    [verdict] = (tmp_path / "cache").iterdir()
    assert '"same": true' in verdict.read_text(encoding="utf-8")
    (tmp_path / "sitecustomize.py").unlink()
    assert sheetgen(tmp_path, *words, "made")[2] == []
    for path in (tmp_path / "made").iterdir():
        assert path.read_bytes() == (tmp_path / "bare" / path.name).read_bytes(), path.name


def test_other_templates_are_printed_and_it_is_said_once(blocked: str, tmp_path: Path) -> None:
    with (tmp_path / "sitecustomize.py").open("a", encoding="utf-8") as file:
        file.write("\nimport sheetgen.press.check\nsheetgen.press.check.PROVED = 'another'\n")
    cache = str(tmp_path / "cache")
    for words in (("make", "rnn", "--seed", "1", "--count", "4"),
                  ("class", "rnn", "--students", "30", "--seed", "1", "--out", "c")):  # fmt: skip
        code, _, err = sheetgen(tmp_path, *words, cache=cache)
        assert code == 0
        [said] = [line for line in err if "the fonts or templates are not those of" in line]
        assert blocked in said
    assert not (tmp_path / "cache").exists()
