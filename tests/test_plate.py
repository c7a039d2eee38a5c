"""The plate: what the probe proves, when it is proved anew, where the verdict is kept."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_type_hints

import platformdirs
import pytest

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
from sheetgen.press import probe, proof, weasy
from sheetgen.press.pdf import content
from sheetgen.type import fonts
from sheetgen.type.truetype import typeface


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
    lines = [i for i in _all(Line) if isinstance(i, Line)]
    assert {i.colour for i in lines} == set(COLOURS)
    for told in ("arrow", "dotted", "answer"):
        assert {getattr(i, told) for i in lines} == {False, True}
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
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the templates, used instead of them."""
    folder = tmp_path / "templates"
    shutil.copytree(fonts.TEMPLATES, folder)
    monkeypatch.setattr(fonts, "TEMPLATES", folder)
    yield folder
    for kept in (weasy._press, weasy._css):
        kept.cache_clear()


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
    mark, style = proof._mark(), templates / "sheet.css"
    text = style.read_text(encoding="utf-8")
    assert old in text
    style.write_text(text.replace(old, STYLES[old]), encoding="utf-8")
    for kept in (weasy._press, weasy._css):
        kept.cache_clear()
    assert proof._mark() != mark
    assert proof.difference() != ""


def test_the_proof_is_made_anew_for_another_font_or_library(
    templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = {proof._mark()}
    with (templates / "fonts" / "world.ttf").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\xff")
    marks.add(proof._mark())
    monkeypatch.setattr(proof, "LIBRARIES", ("weasyprint", "pydyf"))
    marks.add(proof._mark())
    monkeypatch.setattr(proof, "LIBRARIES", ("weasyprint", "pydyf", "not_there_at_all"))
    assert proof._mark() in marks
    assert len(marks) == 3


def test_every_module_that_draws_counts() -> None:
    names = "print(*(name for name in sys.modules if 'sheetgen.' in name))"
    program = f"import sys, sheetgen.press.pdf.content; {names}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    loaded = {name.split(".")[1] for name in done.stdout.split()}
    assert set(proof.SOURCES) >= loaded - {"errors", "version"}


def test_plates_are_kept_where_a_system_keeps_such_things(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(proof.VARIABLE, raising=False)
    for base in ("", " ", str(tmp_path)):
        monkeypatch.setenv("XDG_CACHE_HOME", base)
        assert proof.cache_folder() == platformdirs.user_cache_path("sheetgen")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv(proof.VARIABLE, "~/plates")
    assert proof.cache_folder() == tmp_path / "plates"
    monkeypatch.setenv(proof.VARIABLE, "OFF")
    assert proof.cache_folder() is None
