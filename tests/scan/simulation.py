"""A pencil, and machines that scan or photograph paper: what is read of a stack is tested with
them, since the true place of every point is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Points = NDArray[np.float64]
PAPER = 235


@dataclass(frozen=True)
class Machine:
    """How far a scan may be from what was printed."""

    turn: float
    """Degrees."""
    uneven: float
    """How far width and height may be from their true length."""
    shift: float
    """Pixels at 200 dpi."""
    perspective: float
    wave: float
    """Mm by which the paper's bends move what is on it."""
    blur: float
    """Pixels at 200 dpi."""
    noise: float
    quality: int
    """Of the JPEG."""
    light: float = 0.0
    """How much darker one side may be."""
    edge: float = 40
    """Pixels at 200 dpi that are seen around the paper."""
    table: int = PAPER
    """How light what lies around it is."""


FLATBED = Machine(1.5, 0.01, 12, 0.0, 0.15, 0.8, 6, 80)
FEEDER = Machine(3.0, 0.02, 25, 0.0, 0.3, 1.2, 10, 60)
PHONE = Machine(6.0, 0.04, 20, 6e-5, 0.9, 1.6, 12, 50, 0.25, 220, 130)
MACHINES = {"flatbed": FLATBED, "feeder": FEEDER, "phone": PHONE}


@dataclass(frozen=True)
class Scan:
    """A picture, and where the points of the printed page are in it."""

    picture: Picture
    truth: Callable[[Points], Points]
    """From mm on the page to pixels."""


def scanned(
    page: Picture, dpi: float, machine: Machine, random: np.random.Generator,
    upside_down: bool = False,
) -> Scan:  # fmt: skip
    """A page's picture as a machine gives it."""
    height, width = page.shape
    mm, size = dpi / 25.4, dpi / 200
    angle = np.deg2rad(random.uniform(-machine.turn, machine.turn) + 180 * upside_down)
    sx, sy = 1 + random.uniform(-machine.uneven, machine.uneven, 2)
    shift = random.uniform(-machine.shift, machine.shift, 2) * size
    tilt = random.uniform(-machine.perspective, machine.perspective, 2) / size
    c, s, edge = np.cos(angle), np.sin(angle), round(machine.edge * size)
    turned = np.array([[c * sx, -s * sy, 0], [s * sx, c * sy, 0], [*tilt, 1.0]])
    middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1.0]])
    back = np.array([[1, 0, width / 2 + edge + shift[0]],
                     [0, 1, height / 2 + edge + shift[1]], [0, 0, 1.0]])  # fmt: skip
    whole = back @ turned @ middle
    out: Any = cv2.warpPerspective(page, whole, (width + 2 * edge, height + 2 * edge),
                                   borderValue=machine.table, flags=cv2.INTER_AREA)  # fmt: skip
    out = out.astype(np.float32)
    phase, long, high = random.uniform(0, 6.28, 2), 120 * mm, machine.wave * mm
    ys, xs = np.mgrid[0 : out.shape[0], 0 : out.shape[1]].astype(np.float32)
    dx = (high * np.sin(2 * np.pi * ys / long + phase[0])).astype(np.float32)
    dy = (high * np.sin(2 * np.pi * xs / long + phase[1])).astype(np.float32)
    out = cv2.remap(out, xs + dx, ys + dy, cv2.INTER_LINEAR, borderValue=machine.table)
    if machine.light:
        part = xs / out.shape[1] * (1 - 0.3 * ys / out.shape[0])
        out *= 1 - machine.light + machine.light * part
    out = cv2.GaussianBlur(out, (0, 0), machine.blur * size)
    out = np.clip(out + random.normal(0, machine.noise, out.shape), 0, 255).astype(np.uint8)
    out = cv2.imdecode(cv2.imencode(".jpg", out, [1, machine.quality])[1], 0)

    def truth(points: Points) -> Points:
        p = np.column_stack([points * mm, np.ones(len(points))]) @ whole.T
        p = p[:, :2] / p[:, 2:]
        found = p.copy()
        for _ in range(6):
            found = p - np.column_stack([
                high * np.sin(2 * np.pi * found[:, 1] / long + phase[0]),
                high * np.sin(2 * np.pi * found[:, 0] / long + phase[1]),
            ])  # fmt: skip
        return found

    return Scan(out, truth)


# --- a pencil

FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
         cv2.FONT_HERSHEY_COMPLEX_SMALL)  # fmt: skip


def write(
    page: Picture, dpi: float, box: tuple[float, float, float], text: str,
    random: np.random.Generator, font: int | None = None,
) -> None:  # fmt: skip
    """Write a number by hand into a box (left, top, side in mm) of a page's picture."""
    mm = dpi / 25.4
    x, y, side = (v * mm for v in box)
    plain = text.replace("−", "-").replace("·", "x")
    fontface = int(random.choice(FONTS[:3])) if font is None else font
    (w, h), _ = cv2.getTextSize(plain, fontface, 1.0, 1)
    scale = min(side * 0.78 / max(w, 1), side * random.uniform(0.38, 0.5) / max(h, 1))
    thick = max(1, round(random.uniform(0.28, 0.42) * mm))
    fine = 3
    canvas = np.zeros((round(side * fine * 1.6),) * 2, np.uint8)
    (w, h), _ = cv2.getTextSize(plain, fontface, scale * fine, thick * fine)
    at = ((canvas.shape[1] - w) // 2, (canvas.shape[0] + h) // 2)
    cv2.putText(canvas, plain, at, fontface, scale * fine, 255, thick * fine, cv2.LINE_AA)
    lean, turn = random.uniform(-0.15, 0.15), np.deg2rad(random.uniform(-7, 7))
    c, s = np.cos(turn) / fine, np.sin(turn) / fine
    half = canvas.shape[0] / 2
    linear = np.array([[c, -s + lean * c], [s, c + lean * s]])
    middle = np.array([x + side / 2, y + side / 2]) + random.uniform(-0.08, 0.08, 2) * side
    left, top = int(x - side * 0.3), int(y - side * 0.3)
    size = int(side * 1.6)
    shift = middle - (left, top) - linear @ (half, half)
    mark = cv2.warpAffine(canvas, np.column_stack([linear, shift]), (size, size),
                          flags=cv2.INTER_AREA)  # fmt: skip
    grey = random.uniform(60, 110)
    left, top = max(left, 0), max(top, 0)
    area = page[top : top + size, left : left + size]
    mark = mark[: area.shape[0], : area.shape[1]]
    area[:] = np.minimum(area, 255 - mark.astype(np.float32) * (255 - grey) / 255)


def rendered(data: Any, numbers: Sequence[int], dpi: float) -> Iterator[Picture]:
    """Pages of a PDF, from 0, in grey."""
    import pypdfium2

    with pypdfium2.PdfDocument(data) as document:
        for number in numbers:
            picture = document[number].render(scale=dpi / 72, grayscale=True)
            yield np.array(picture.to_numpy()).reshape(picture.height, picture.width)
