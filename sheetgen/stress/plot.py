"""The histogram of the worked values, as a picture."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from pathlib import Path

from sheetgen.errors import SheetgenError, UsageError
from sheetgen.files import free_to_write, write_whole
from sheetgen.graph.numbers import text
from sheetgen.stress.numbers import LARGEST, Report


def plot(report: Report, path: Path) -> None:
    """A histogram of the worked values: an SVG, or a PNG if the file is called so."""
    check_plot(path)
    data = _svg(report).encode() if path.suffix.lower() == ".svg" else _png(report)
    write_whole(path, data, force=True)


def check_plot(path: Path) -> None:
    """Raises SheetgenError for a picture of another kind, or a folder in its place."""
    if path.suffix.lower() not in (".svg", ".png"):
        raise UsageError(f"--plot: {path.name}: a picture is called .svg or .png")
    free_to_write(path, force=True)


def _bars(report: Report) -> list[tuple[int, int]]:
    """Whole numbers from the least to the largest value, and how many values round to each."""
    counts: Counter[int] = Counter()
    for value, count in report.numbers.items():
        counts[max(-LARGEST - 1, min(LARGEST + 1, round(value)))] += count
    low, high = min(counts, default=-1), max(counts, default=1)
    return [(v, counts[v]) for v in range(min(low, -1), max(high, 1) + 1)]


WIDTH, HEIGHT, LEFT, FOOT, HEAD = 760, 360, 46, 46, 46
_INK, _BAR, _RULE = "#333333", "#5b8fd6", "#d9d9d9"


def _places(report: Report) -> tuple[list[tuple[float, float, float, int, int]], float, float, int]:
    """x, y and width of the bars with value and count; the slot's width, the height a count takes,
    and the distance between labels."""
    bars = _bars(report)
    slot = (WIDTH - 2 * LEFT) / len(bars)
    tall = (HEIGHT - HEAD - FOOT) / max(1, max(c for _, c in bars))
    found = [(LEFT + k * slot + slot * 0.12, HEIGHT - FOOT - c * tall, slot * 0.76, v, c)
             for k, (v, c) in enumerate(bars)]  # fmt: skip
    return found, slot, tall, 1 if slot >= 26 else 2 if slot >= 15 else 5


def _caption(report: Report) -> str:
    return (f"{report.topic}: worked values of {report.seeds:,} "
            f"exercise{'s' * (report.seeds != 1)}, "
            f"{report.within_9:.1%} within ±9")  # fmt: skip


def _label(value: int) -> str:
    return f"{'≥' if value > LARGEST else '≤' if value < -LARGEST else ''}{text(value, 0)}"


def _svg(report: Report) -> str:
    from xml.sax.saxutils import escape

    bars, _, _, every = _places(report)
    foot = HEIGHT - FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="13" fill="{_INK}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="26" font-size="15">{escape(_caption(report))}</text>',
    ]
    for x, y, width, value, count in bars:
        parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{foot - y:.1f}" '
                     f'fill="{_BAR}"><title>{_label(value)}: {count}</title></rect>')  # fmt: skip
        if value % every == 0:
            parts.append(f'<text x="{x + width / 2:.1f}" y="{foot + 18}" text-anchor="middle">'
                         f"{_label(value)}</text>")  # fmt: skip
    parts.append(f'<path d="M {LEFT} {foot} H {WIDTH - LEFT}" stroke="{_INK}"/></svg>\n')
    return "\n".join(parts)


def _png(report: Report) -> bytes:
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ImportError:
        raise SheetgenError(
            "--plot: PNG pictures need Pillow; name the file .svg instead"
        ) from None
    scale = 2
    image = Image.new("RGB", (WIDTH * scale, HEIGHT * scale), "#ffffff")
    pen = ImageDraw.Draw(image)
    small, large = (ImageFont.load_default(size * scale) for size in (13, 15))
    bars, _, _, every = _places(report)
    foot = HEIGHT - FOOT
    pen.text((LEFT * scale, 12 * scale), _plain(_caption(report)), _INK, large)
    for x, y, width, value, count in bars:
        if count:
            box = (x * scale, y * scale, (x + width) * scale, foot * scale)
            pen.rectangle(box, _BAR)
        if value % every == 0:
            at = ((x + width / 2) * scale, (foot + 6) * scale)
            pen.text(at, _plain(_label(value)), _INK, small, anchor="ma")
    pen.line((LEFT * scale, foot * scale, (WIDTH - LEFT) * scale, foot * scale), _INK, scale)
    data = BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def _plain(label: str) -> str:
    """Only signs that Pillow's own font has."""
    return label.replace("−", "-").replace("±", "+/-").replace("≥", ">").replace("≤", "<")
