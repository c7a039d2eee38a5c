"""A logo is drawn, or refused in one line."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import pytest

from sheetgen.classroom.logo import logo_url
from sheetgen.errors import SheetgenError

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ' \
       'viewBox="0 0 4 4" width="4" height="4">'  # fmt: skip
RECT = '<rect id="a0" width="4" height="4" fill="red"/>'


def nested(levels: int) -> str:
    """Each level uses the one before ten times."""
    groups = (f'<g id="a{k}">' + f'<use xlink:href="#a{k - 1}"/>' * 10 + "</g>"
              for k in range(1, levels))  # fmt: skip
    return f"<defs>{RECT}{''.join(groups)}</defs><use href=\"#a{levels - 1}\"/>"


def png(wide: int, high: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        tail = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + tail

    head = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


@pytest.mark.parametrize("body", [
    RECT, nested(3), f"<defs>{RECT}</defs><use href='#a0'/>", "<text y='3'>A</text>",
])  # fmt: skip
def test_an_svg_that_can_be_drawn(body: str, tmp_path: Path) -> None:
    (tmp_path / "l.svg").write_text(f"{HEAD}{body}</svg>")
    assert logo_url("l.svg", tmp_path).startswith("data:image/svg+xml;base64,")


@pytest.mark.parametrize(("text", "said"), [
    (f"{HEAD}{nested(9)}</svg>", "counting what <use> repeats"), (f"{HEAD}</svg>", "draws nothing"),
    (f'{HEAD}<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>{RECT}</svg>', "circle"),
    (f"{HEAD}{RECT}", "no XML"), (f"{HEAD}{'<g>' * 99}{RECT}{'</g>' * 99}</svg>", "too deep"),
    (f"{HEAD}{'<rect/>' * 6000}</svg>", "6,001 elements"),
    (f"{HEAD}<script>1</script>{RECT}</svg>", "<script>"),
    (f"{HEAD}<image href='http://127.0.0.1:9/x.png'/></svg>", "another file"),
    (f'<!DOCTYPE svg [<!ENTITY a "b">]>{HEAD}{RECT}</svg>', "entities"),
    ("<p>svg</p>", "no SVG image"),
])  # fmt: skip
def test_an_svg_that_cannot_be_drawn_is_refused(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "l.svg").write_text(text)
    with pytest.raises(SheetgenError, match=said) as problem:
        logo_url("l.svg", tmp_path)
    assert "\n" not in str(problem.value)


def test_a_png_is_drawn_or_refused(tmp_path: Path) -> None:
    good = png(8, 8, b"\0" * 72)
    cases = {"": good, "damaged": good[:45], "pixels": png(99_999, 99_999, b"\0"),
             "no PNG image": b"GIF89a", "larger than 2 MB": good + bytes(2_000_000)}  # fmt: skip
    for said, data in cases.items():
        (tmp_path / "l.png").write_bytes(data)
        if not said:
            assert logo_url("l.png", tmp_path).startswith("data:image/png;base64,")
            continue
        with pytest.raises(SheetgenError, match=said):
            logo_url("l.png", tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files here")
def test_a_pipe_or_a_folder_is_no_logo(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.svg")
    (tmp_path / "folder.png").mkdir()
    for name in ("pipe.svg", "folder.png"):
        with pytest.raises(SheetgenError, match="is no file"):
            logo_url(name, tmp_path)
