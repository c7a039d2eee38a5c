"""The same sheet by typst and by ReportLab: the same paths, colours, fonts, and texts in the same
places, each as such a program would be given them by somebody who wants the result quickly."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from sheetgen.page import marks
from sheetgen.page.items import COLOURS, Page, Printed
from sheetgen.page.theme import BY_HAND
from sheetgen.press.pdf import text as lettering
from sheetgen.press.pdf.lines import DIGITS, STACKS
from sheetgen.press.pdf.paths import operators
from sheetgen.type import fonts
from sheetgen.type.truetype import FAMILIES, runs

PT = 72 / 25.4


@dataclass(frozen=True)
class Shape:
    """A path of ``m``, ``l``, ``c`` and ``h`` in mm, and its look as an SVG has it."""

    steps: tuple[tuple[str, tuple[float, ...]], ...]
    look: dict[str, str]


@dataclass(frozen=True)
class Piece:
    """Some signs of one font, their baseline's start in mm from the upper left corner."""

    x: float
    y: float
    size: float
    colour: str
    face: str
    text: str


def shapes(page: Page, key: bool) -> Iterator[Shape]:
    drawn = marks.outlines(page.items, key) + marks.late(page.items, key)
    for shape in drawn + marks.stencils(page.items):
        look = BY_HAND.look(shape.style, shape.weight)
        if look.get("stroke") == "currentColor":
            look["stroke"] = look["color"]
        steps = []
        for line in "".join(map(operators, shape.paths)).split("\n"):
            *values, name = line.split() or [""]
            if name:
                steps.append((name, tuple(map(float, values))))
        yield Shape(tuple(steps), look)


def pieces(page: Page, key: bool) -> Iterator[Piece]:
    for text in (t for item in page.items for t in marks.words(item, key)):
        names = text.style.split()
        stack = next((STACKS[n] for n in names if n in STACKS), DIGITS)
        colour = [BY_HAND.looks[n]["color"] for n in names if n in COLOURS][-1]
        line = lettering.set_text(
            str(text.html), stack, marks.mm(text.size), marks.mm(text.height)
        )
        room = text.width - line.width / lettering.PX
        left = text.left
        if room > 0 and "start" not in names:
            left += room if "end" in names else room / 2
        said = [(tag, part) for tag, part in lettering._parts(str(text.html)) if part.strip()]
        for (dx, dy, _), (tag, part) in zip(line.parts, said, strict=True):
            x, size = left + dx / lettering.PX, text.size * (fonts.SMALL if tag else 1)
            done = 0
            for run in runs(part, stack):
                signs = part[done : done + len(run.glyphs)]
                done += len(run.glyphs)
                yield Piece(x, text.top + dy / lettering.PX, size, colour, run.face, signs)
                face = lettering.typeface(run.face)
                x += sum(face.advances[g] for g in run.glyphs) * size / face.upem


def dashes(look: dict[str, str]) -> list[float]:
    return [float(v) for v in look.get("stroke-dasharray", "").split()]


TEMPLATE = """#set page(width: WIDTHmm, height: HEIGHTmm, margin: 0mm)
#set text(top-edge: "baseline", bottom-edge: "baseline", kerning: false, ligatures: false)
#let ink(colour) = if colour == "none" { none } else { rgb(colour) }
#let point(v, k) = (v.at(k) * 1mm, v.at(k + 1) * 1mm)
#let step(v) = {
  if v.at(0) == "m" { curve.move(point(v, 1)) }
  else if v.at(0) == "l" { curve.line(point(v, 1)) }
  else if v.at(0) == "c" { curve.cubic(point(v, 1), point(v, 3), point(v, 5)) }
  else { curve.close() }
}
#for (number, page) in json("pages.json").enumerate() {
  if number > 0 { pagebreak() }
  for s in page.shapes {
    let line = if s.stroke == "none" { none } else {
      (paint: rgb(s.stroke), thickness: s.weight * 1mm, cap: s.cap, join: s.join,
       dash: if s.dash.len() > 0 { s.dash.map(v => v * 1mm) } else { none })
    }
    place(curve(fill: ink(s.fill), stroke: line, ..s.steps.map(step)))
  }
  for p in page.pieces {
    place(dx: p.x * 1mm, dy: p.y * 1mm,
          text(font: p.font, size: p.size * 1mm, fill: rgb(p.colour), p.text))
  }
}
"""
"""Quicker than a source in which each path and text is written out, by a fifth."""


class Typst:
    """A compiler that stays warm, with our fonts alone and a template that it has read; no tags, as
    the press writes none."""

    def __init__(self, width: float, height: float) -> None:
        import typst

        self._folder = tempfile.TemporaryDirectory()
        template = Path(self._folder.name) / "sheet.typ"
        template.write_text(TEMPLATE.replace("WIDTH", str(width)).replace("HEIGHT", str(height)))
        self._data = template.with_name("pages.json")
        self._compiler = typst.Compiler(
            input=str(template), font_paths=[str(fonts.TEMPLATES / "fonts")],
            ignore_system_fonts=True,
        )  # fmt: skip

    def ready(self, printed: Printed) -> Callable[[], bytes]:
        """Put a sheet's data where the template reads them; what prints them."""
        self._data.write_text(json.dumps([
            {"shapes": [_shape(s) for s in shapes(page, printed.key)],
             "pieces": [{**asdict(p), "font": FAMILIES[p.face]}
                        for p in pieces(page, printed.key)]}
            for page in printed.pages
        ]))  # fmt: skip
        return self._print

    def _print(self) -> bytes:
        return bytes(self._compiler.compile(format="pdf", pdf_tags=False))


def _shape(shape: Shape) -> dict[str, Any]:
    look = shape.look
    return {
        "fill": look.get("fill", "#000000"), "stroke": look.get("stroke", "none"),
        "weight": float(look.get("stroke-width", 1)), "dash": dashes(look),
        "cap": look.get("stroke-linecap", "butt"), "join": look.get("stroke-linejoin", "miter"),
        "steps": [(name, *values) for name, values in shape.steps],
    }  # fmt: skip


class ReportLab:
    """A canvas with our fonts registered once."""

    def __init__(self) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont

        for name in FAMILIES:
            pdfmetrics.registerFont(TTFont(name, str(fonts.TEMPLATES / "fonts" / f"{name}.ttf")))

    def ready(self, printed: Printed) -> Callable[[], bytes]:
        """What prints a sheet from its paths and texts."""
        pages = [(page, list(shapes(page, printed.key)), list(pieces(page, printed.key)))
                 for page in printed.pages]  # fmt: skip
        return lambda: self._print(pages)

    def _print(self, pages: Sequence[tuple[Page, list[Shape], list[Piece]]]) -> bytes:
        from reportlab.pdfgen.canvas import Canvas

        out = BytesIO()
        canvas = Canvas(out, pageCompression=1, invariant=1)
        for page, drawn, said in pages:
            canvas.setPageSize((page.width * PT, page.height * PT))
            canvas.saveState()
            canvas.transform(PT, 0, 0, -PT, 0, page.height * PT)
            for shape in drawn:
                _draw(canvas, shape)
            canvas.restoreState()
            text = canvas.beginText()
            for p in said:
                text.setTextOrigin(p.x * PT, (page.height - p.y) * PT)
                text.setFont(p.face, p.size * PT)
                text.setFillColor(p.colour)
                text.textOut(p.text)
            canvas.drawText(text)
            canvas.showPage()
        canvas.save()
        return out.getvalue()


def _draw(canvas: Any, shape: Shape) -> None:
    look = shape.look
    fill, stroke = look.get("fill", "#000000"), look.get("stroke", "none")
    if fill != "none":
        canvas.setFillColor(fill)
    if stroke != "none":
        canvas.setStrokeColor(stroke)
        canvas.setLineWidth(float(look.get("stroke-width", 1)))
        canvas.setLineCap({"butt": 0, "round": 1}[look.get("stroke-linecap", "butt")])
        canvas.setLineJoin({"miter": 0, "round": 1}[look.get("stroke-linejoin", "miter")])
        canvas.setDash(dashes(look))
    path = canvas.beginPath()
    for name, values in shape.steps:
        {"m": path.moveTo, "l": path.lineTo, "c": path.curveTo, "h": path.close}[name](*values)
    canvas.drawPath(path, stroke=stroke != "none", fill=fill != "none", fillMode=1)


def likeness(one: bytes, other: bytes) -> float:
    """The part of the ink on either's pages that is on both, pixel by pixel at 108 dpi."""
    import numpy as np
    import pypdfium2

    alike = inked = 0
    with pypdfium2.PdfDocument(one) as first, pypdfium2.PdfDocument(other) as second:
        if len(first) != len(second):
            return 0.0
        for pages in zip(first, second, strict=True):
            a, b = (255 - page.render(scale=1.5, grayscale=True).to_numpy().astype(int)
                    for page in pages)  # fmt: skip
            alike += int(np.minimum(a, b).sum())
            inked += int(np.maximum(a, b).sum())
    return alike / inked


