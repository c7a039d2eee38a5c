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


def sheetgen(folder: Path, *words: str) -> tuple[int, list[str], list[str]]:
    """Exit code and lines of the program in a folder, with the folder's site customization."""
    path = os.pathsep.join([str(Path(__file__).parents[2]), str(folder)])
    environment = {**os.environ, "PYTHONPATH": path, "SHEETGEN_CACHE": "off"}
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
    assert (code, len(out)) == (0, 5)
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
