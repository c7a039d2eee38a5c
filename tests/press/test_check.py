"""The press check: what the probe has, when it is proved anew, where the verdict is kept."""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args, get_type_hints

import platformdirs
import pytest

from sheetgen.errors import SheetgenError
from sheetgen.page import paths
from sheetgen.page.items import (
    COLOURS,
    KINDS,
    PAPERS,
    Anchor,
    Block,
    Circle,
    Item,
    Label,
    Line,
    Picture,
)
from sheetgen.press import check as press_check
from sheetgen.press import probe
from sheetgen.press.check import PressCheck
from sheetgen.press.html import Templates
from sheetgen.press.pdf import content, lines, text
from sheetgen.press.printing import Printer, printer
from sheetgen.press.weasy import Weasy
from sheetgen.type.fonts import TEMPLATES
from sheetgen.type.truetype import typeface
from tests.press.support import PRINTER


def _all(kind: type[Item]) -> list[Item]:
    return [i for s in probe.probe() for p in s.pages for i in p.items if isinstance(i, kind)]


def test_the_probe_has_everything_that_a_page_can_have() -> None:
    for kind in get_args(Item):
        assert bool(_all(kind)) == (kind is not Picture)  # WeasyPrint sets pictures
    assert {(p.width, p.height) for s in probe.probe() for p in s.pages} == set(PAPERS.values())
    assert {s.key for s in probe.probe()} == {False, True}
    labels = [i for i in _all(Label) if isinstance(i, Label)]
    faces = get_args(get_type_hints(Label)["face"])
    assert faces == probe.FACES
    assert {(i.face, i.anchor) for i in labels} >= {(f, a) for f in faces for a in get_args(Anchor)}
    assert {i.colour for i in labels} == set(COLOURS)
    assert {i.answer for i in labels} == {bool(i.width) for i in labels} == {False, True}
    drawn = [i for i in _all(Line) if isinstance(i, Line)]
    assert {command[0] for i in drawn for command in i.path} == set(paths.LETTERS)
    assert {i.colour for i in drawn} == set(COLOURS)
    for told in ("arrow", "dotted", "answer"):
        assert {getattr(i, told) for i in drawn} == {False, True}
    circles = [i for i in _all(Circle) if isinstance(i, Circle)]
    assert {(i.answer, i.node) for i in circles} == {(False, False), (True, False), (False, True)}
    cells = [c for i in _all(Block) if isinstance(i, Block) for row in i.cells for c in row]
    assert {c.kind for c in cells} == set(KINDS)
    assert {(c.blank, bool(c.struck), c.struck_blank) for c in cells} >= {
        (blank, True, struck) for blank in (False, True) for struck in (False, True)
    }
    shown = "".join(i.markup for i in labels)
    for name, stack in (("math", ("label",)), ("world", ("label", "math")), ("world", ("digits",))):
        only = set(typeface(name).glyphs).difference(*(typeface(f).glyphs for f in stack))
        assert only & set(shown)


def test_the_press_itself_prints_the_probe() -> None:
    for sheet in probe.probe():
        for page in sheet.pages:
            content.write(page, sheet.key)  # raises what would be printed by WeasyPrint


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A copy of the templates."""
    folder = tmp_path / "templates"
    shutil.copytree(TEMPLATES, folder)
    return folder


def check_of(templates: Path, libraries: tuple[str, ...] = press_check.LIBRARIES) -> PressCheck:
    return PressCheck(None, Weasy(Templates(templates)), libraries)


STYLES = {
    "font-size: 68%": "font-size: 69%",
    "vertical-align: -.26em": "vertical-align: -.25em",
    "vertical-align: .5em": "vertical-align: .51em",
    ".page .end { text-align: right }": "",
    "white-space: pre; text-align: center": "white-space: pre",
    '.page { position: relative; margin: 0; font-family: "SG Digits"': '.page { margin: 0; x: "y"',
    '.fa { font-family: "SG Answer", ': ".fa { font-family: ",
    '.fl, .ft { font-family: "SG Label", "SG Math"': '.fl, .ft { font-family: "SG Label"',
}


@pytest.mark.parametrize("old", STYLES)
def test_a_changed_style_is_found(old: str, templates: Path) -> None:
    mark, style = check_of(templates).mark, templates / "sheet.css"
    text = style.read_text(encoding="utf-8")
    assert old in text
    style.write_text(text.replace(old, STYLES[old]), encoding="utf-8")
    changed = check_of(templates)
    assert changed.mark != mark
    assert changed.difference() != ""


def test_the_proof_is_made_anew_for_another_font_or_library(templates: Path) -> None:
    marks = {check_of(templates).mark}
    with (templates / "fonts" / "world.ttf").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\xff")
    marks.add(check_of(templates).mark)
    marks.add(check_of(templates, ("weasyprint", "pydyf")).mark)
    assert check_of(templates, ("weasyprint", "pydyf", "not_there_at_all")).mark in marks
    assert len(marks) == 3


def test_every_module_that_draws_counts() -> None:
    names = "print(*(name for name in sys.modules if 'sheetgen.' in name))"
    program = f"import sys, sheetgen.press.pdf.content; {names}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    loaded = {name.split(".")[1] for name in done.stdout.split()}
    assert set(press_check.SOURCES) >= loaded - {"errors", "version"}


def test_the_probe_is_printed_alike_and_a_difference_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check = PRINTER.check
    assert check.difference() == ""
    monkeypatch.setitem(text.RAISED, "sub", -0.3)
    text.set_text.cache_clear()
    lines._lines.cache_clear()
    try:
        assert "mark" in check.difference()
    finally:
        text.set_text.cache_clear()
        lines._lines.cache_clear()


def test_the_verdict_of_this_version_is_of_its_fonts_and_templates(templates: Path) -> None:
    """The two tests above say whether the press prints the same; then this is what to note."""
    assert check_of(TEMPLATES).style == press_check.PROVED, "put this style into check.py, PROVED"
    style = templates / "sheet.css"
    style.write_bytes(style.read_bytes().replace(b"\n", b"\r\n"))
    assert check_of(templates).style == press_check.PROVED
    style.write_bytes(style.read_bytes().replace(b"68%", b"69%"))
    assert check_of(templates).style != press_check.PROVED


# --- the verdict on disk


def test_the_verdict_is_found_once_and_removed(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    check = Printer(folder).check
    assert check.clear() == 0
    assert check.known() is None
    assert check.fits()
    assert check.known() is Printer(folder).check.known() is True
    assert len(list(folder.glob("press-check-*.json"))) == 1
    for k in range(20):
        press_check.keep(folder / f"press-check-{k}.json", {"same": True})
    assert len(list(folder.iterdir())) == press_check.KEPT
    assert check.clear() == press_check.KEPT
    assert list(folder.iterdir()) == []
    assert check.known() is None


def test_a_broken_file_or_folder_is_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unproved(folder: Path | None) -> PressCheck:
        check = Printer(folder).check
        monkeypatch.setattr(check, "difference", lambda: "")
        return check

    check = unproved(tmp_path)
    assert check.path is not None
    check.path.write_text("{")
    assert check.fits()
    assert unproved(check.path / "below").fits()
    nowhere = unproved(None)
    assert nowhere.fits()
    assert nowhere.clear() == 0


def test_a_verdict_that_says_no_is_kept_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = Printer(tmp_path).check
    monkeypatch.setattr(check, "difference", lambda: "the line at 3")
    assert not check.fits()
    assert Printer(tmp_path).check.known() is False


def test_without_pango_the_press_prints_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise SheetgenError("PDF needs the Pango library")

    check = Printer(None).check
    monkeypatch.setattr(check, "difference", missing)
    assert check.fits()


def test_a_check_can_be_sent_to_another_process(tmp_path: Path) -> None:
    check = Printer(tmp_path).check
    assert check.fits()  # WeasyPrint is loaded
    other = pickle.loads(pickle.dumps(check))
    assert (other.mark, other.folder, other.known()) == (check.mark, tmp_path, True)


def test_verdicts_are_kept_where_a_system_keeps_such_things(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(press_check.VARIABLE, raising=False)
    for base in ("", " ", str(tmp_path)):
        monkeypatch.setenv("XDG_CACHE_HOME", base)
        assert press_check.cache_folder() == platformdirs.user_cache_path("sheetgen")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv(press_check.VARIABLE, "~/verdicts")
    assert press_check.cache_folder() == printer().check.folder == tmp_path / "verdicts"
    monkeypatch.setenv(press_check.VARIABLE, "OFF")
    assert press_check.cache_folder() is printer().check.folder is None


def test_with_a_verdict_nothing_of_weasyprint_is_imported(tmp_path: Path) -> None:
    assert Printer(tmp_path).check.fits()
    program = (
        "import sys; from pathlib import Path; from sheetgen.press.printing import Printer; "
        "from sheetgen.api import make; "
        "from sheetgen.layout.sheet import lay_out; "
        "Printer(Path(sys.argv[1])).pdf([lay_out(make('single-neuron', 1)).worksheet()]); "
        "print([m for m in ('weasyprint', 'pikepdf', 'fontTools') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
