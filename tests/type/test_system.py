"""Names in any script: the fonts of the system print what no bundled font has, and where there is
none the user is told how to get it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from sheetgen.type import system as system_fonts
from sheetgen.type.system import Family, advice, missing, needed, parts

CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{0}/fonts</dir><cachedir>{0}/cache</cachedir></fontconfig>
"""

System = Callable[..., dict[str, str]]


@pytest.fixture
def system(tmp_path: Path) -> System:
    """The environment of a system that has just some fonts: names and their characters."""
    def of(**fonts: str) -> dict[str, str]:
        folder = tmp_path / "fonts"
        folder.mkdir()
        for name, characters in fonts.items():
            build(folder / f"{name}.ttf", name, characters)
        (tmp_path / "fonts.conf").write_text(CONFIGURATION.format(tmp_path))
        return {**os.environ, "FONTCONFIG_FILE": str(tmp_path / "fonts.conf"), "LC_ALL": "C.UTF-8",
                "SHEETGEN_CACHE": str(tmp_path / "plate")}  # fmt: skip

    return of


def build(path: Path, name: str, characters: str) -> None:
    """A font whose letters are squares."""
    pen = TTGlyphPen(None)
    for step, point in enumerate([(100, 0), (100, 700), (900, 700), (900, 0)]):
        (pen.lineTo if step else pen.moveTo)(point)
    pen.closePath()
    square = pen.glyph()
    names = [f"uni{ord(c):04X}" for c in characters]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names])
    builder.setupCharacterMap({ord(c): n for c, n in zip(characters, names, strict=True)})
    builder.setupGlyf(dict.fromkeys([".notdef", *names], square))
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names], (1000, 100)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": name, "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)


def sheetgen(environment: dict[str, str], *words: str) -> tuple[list[Path], str]:
    """Paths that the command names, and what it says."""
    program = "from sheetgen.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", program, *words], env=environment,
                          capture_output=True, text=True, check=True)  # fmt: skip
    return [Path(line) for line in done.stdout.splitlines()], done.stderr


def words(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def families_of(path: Path) -> set[str]:
    import pikepdf

    with pikepdf.open(path) as document:
        return {str(font.BaseFont).partition("+")[2] for page in document.pages
                for font in page.Resources.Font.values()}  # fmt: skip


def family(name: str, characters: str) -> Family:
    codes = sorted(map(ord, characters))
    return Family(name, tuple(codes), tuple(codes))


def make(environment: dict[str, str], tmp_path: Path, name: str) -> tuple[list[Path], str]:
    return sheetgen(environment, "make", "single-neuron", "--seed", "1", "--name", name,
                    "--out", str(tmp_path / "out"), "--force")  # fmt: skip


def test_a_font_of_the_system_prints_the_name(system: System, tmp_path: Path) -> None:
    environment = system(Hanzi="王小明")
    paths, said = make(environment, tmp_path, "王小明 Wang")
    assert "Name 王小明 Wang" in " ".join(words(paths[0]).split())
    assert "Hanzi" in families_of(paths[0])
    assert "font" not in said
    first = paths[0].read_bytes()
    assert make(environment, tmp_path, "王小明 Wang")[0][0].read_bytes() == first


def test_without_a_font_the_user_is_told_once_and_boxes_stand(
    system: System, tmp_path: Path
) -> None:
    paths, said = make(system(), tmp_path, "王小 Wang")
    assert "Name □□ Wang" in " ".join(words(paths[0]).split())
    assert said == (
        "sheetgen: warning: no font has 王 小 (in 王小 Wang), so □ stands for each: "
        "apt install fonts-noto-cjk, then run it again\n"
    )


def test_a_sheet_without_pages_needs_no_font(system: System, tmp_path: Path) -> None:
    _, said = sheetgen(system(), "make", "single-neuron", "--seed", "1", "--name", "王",
                       "--out", str(tmp_path / "out"), "--format", "json")  # fmt: skip
    assert said == ""


def test_a_class_is_told_of_its_names_and_prints_them_once_there_is_a_font(
    system: System, tmp_path: Path
) -> None:
    environment = system(Hanzi="王小")
    roster = tmp_path / "class.csv"
    roster.write_text("name\nAda\n王小\n李 雷\n李_b\n", encoding="utf-8")
    command = ["class", "single-neuron", "--roster", str(roster), "--seed", "1",
               "--out", str(tmp_path / "out")]  # fmt: skip
    paths, said = sheetgen(environment, *command)
    assert said.count("no font has 李 雷 (in 李 雷, 李_b)") == 1
    assert "apt install fonts-noto-cjk" in said
    pages, grid = words(paths[0]), words(paths[2])
    for name in ("Ada", "王小", "□ □", "□_b"):
        assert name in pages
        assert name in grid
    assert json.loads(paths[-1].read_text("utf-8"))["students"][1]["name"] == "王小"

    build(tmp_path / "fonts" / "More.ttf", "More", "李雷")
    paths, said = sheetgen(environment, *command)
    assert "font" not in said
    assert "李 雷" in words(paths[0])
    assert sheetgen(environment, *command)[1].count("nothing changed") == 1


def test_where_fontconfig_tells_nothing_there_are_no_families(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert system_fonts.families.__wrapped__() == ()


def test_a_text_is_parted_by_what_has_its_letters() -> None:
    known = family("Han", "漢字あ"), family("Deva", "देव")
    assert parts("Ada", known) == (("Ada", ""),)
    assert parts("漢字 Ada", known) == (("漢字", "Han"), (" Ada", ""))
    assert parts("漢देव語語x", known) == (("漢", "Han"), ("देव", "Deva"), ("□□", None), ("x", ""))
    assert needed(["漢字 Ada", "Bo"], known) == ("Han",)
    assert missing("漢語", known) == "語"


def test_one_font_for_the_whole_name_is_better_than_two() -> None:
    known = family("A", "漢"), family("B", "漢字")
    assert parts("漢字", known) == (("漢字", "B"),)


@pytest.mark.parametrize(
    ("text", "expected"), [("李雷", "SC"), ("さくら李", "JP"), ("김철수", "KR")]
)
def test_letters_look_as_in_the_country_that_the_name_tells(text: str, expected: str) -> None:
    countries = (family(f"Noto Sans CJK {c}", text) for c in ("JP", "KR", "SC"))
    found = parts(text, (family("A Font", text), *countries))
    assert found == ((text, f"Noto Sans CJK {expected}"),)


def test_joined_signs_and_marks_stay_together() -> None:
    known = (family("Emoji", "👩🚀⚕"),)
    assert parts("👩\u200d🚀\ufe0f Zoë", known) == (("👩\u200d🚀\ufe0f", "Emoji"), (" Zoë", ""))
    assert parts("👩\u200d⚕", known) == (("👩\u200d⚕", "Emoji"),)
    assert parts("देवनागरी", ()) == (("□□□□□", None),)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["Ada", "Žofie"], ""),
        (["😀 Kim"], "no font has 😀 (in 😀 Kim), so □ stands for each: apt install "
                     "fonts-noto-color-emoji, then run it again"),
        (["दे", "李"], "no font has द 李 (in दे, 李), so □ stands for each: apt install "
                      "fonts-noto-cjk fonts-noto-core, then run it again"),
        (["x\ue000\x1b"], "no font has U+E000 U+001B (in xU+E000U+001B), so □ stands for each"),
        ([f"李{c}" for c in "ABCDEFG"],
         "no font has 李 (in 李A, 李B, 李C, 李D, 李E and 2 more), so □ stands for each: "
         "apt install fonts-noto-cjk, then run it again"),
    ],
)  # fmt: skip
def test_advice_names_signs_names_and_the_way_out(
    texts: list[str], expected: str
) -> None:
    assert advice(texts, ()) == expected
