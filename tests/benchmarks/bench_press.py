"""What printing costs, all figures from one run:

    python -m tests.benchmarks.bench_press [--students 300] [--topic backpropagation] [--cached]

Prints the press against WeasyPrint on the same pages (and typst and ReportLab on a page like them,
where they are installed), then a class stage by stage in one process, with its peak memory.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any


def best(work: Callable[[], Any], times: int = 7) -> float:
    """Milliseconds of the quickest of some runs."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append((time.perf_counter() - start) * 1e3)
    return min(found)


def against_weasyprint(topic: str) -> None:
    from sheetgen import press, render
    from sheetgen.exercise import many
    from sheetgen.sheet import lay_out

    sheets = [lay_out(e) for e in many(topic, range(31))]
    for what in ("worksheet", "key"):
        printed = [getattr(s, what)() for s in sheets]
        start = time.perf_counter()
        press.stamp(printed[:1])
        first = (time.perf_counter() - start) * 1e3
        rest = iter(printed[1:])
        start = time.perf_counter()
        for one in rest:
            press.stamp([one])
        other = (time.perf_counter() - start) * 1e3 / 30  # other numbers, another code
        same = best(lambda p=printed: press.stamp(p[:1]))  # type: ignore[misc]
        render.pdf(printed[:1])
        direct = best(lambda p=printed: render.pdf(p[:1]), 3)  # type: ignore[misc]
        pages = len(printed[0].pages)
        print(f"one {topic} {what} ({pages} pages) as a PDF of its own: WeasyPrint "
              f"{direct:.0f} ms, the press {first:.1f} ms the first, "
              f"{other:.2f} ms others, {same:.2f} ms again (x{direct / other:.0f})")  # fmt: skip
        out = BytesIO()
        pack = press.Pack(out, "pack")
        start = time.perf_counter()
        for one in printed[1:]:
            pack.add(one, "x")
        each = (time.perf_counter() - start) * 1e3 / 30
        print(f"  in a pack {each:.2f} ms (x{direct / each:.0f})")
    peers(printed[0].pages[0])


def peers(page: Any) -> None:
    """The same boxes and texts by typst and by ReportLab."""
    from sheetgen import render
    from sheetgen.page import Block

    texts = [t for item in page.items for t in render.words(item, True)]
    boxes = [(b.x + c * b.cell, b.y + r * b.cell, b.cell)
             for b in page.items if isinstance(b, Block)
             for r in range(b.rows) for c in range(b.cols)]  # fmt: skip
    try:
        import typst

        body = "#set page(width: 210mm, height: 297mm, margin: 0mm)\n"
        for x, y, side in boxes:
            body += f"#place(dx: {x}mm, dy: {y}mm, rect(width: {side}mm, height: {side}mm))\n"
        for t in texts:
            plain = t.html.striptags().replace("\\", "").replace('"', "")
            body += f'#place(dx: {t.left}mm, dy: {t.top}mm, text(size: {t.size}mm, "{plain}"))\n'
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "page.typ"
            path.write_text(body)
            compiler = typst.Compiler(str(path))
            compiler.compile(format="pdf")
            print(f"  typst, the first page's boxes and texts: "
                  f"{best(lambda: typst.compile(str(path), format='pdf')):.1f} ms, warm "
                  f"{best(lambda: compiler.compile(format='pdf')):.1f} ms")  # fmt: skip
    except ImportError:
        print("  typst is not installed")
    try:
        from reportlab.pdfgen.canvas import Canvas

        def draw() -> None:
            canvas = Canvas(BytesIO())
            for x, y, side in boxes:
                canvas.rect(x, y, side, side)
            for t in texts:
                canvas.setFont("Helvetica", t.size * 2.83)
                canvas.drawString(t.left, t.top, t.html.striptags())
            canvas.save()

        print(f"  ReportLab, the same: {best(draw):.1f} ms")
    except ImportError:
        print("  ReportLab is not installed")


def a_class(topic: str, students: int) -> None:
    """Two packs, stage by stage, in this process alone."""
    start = time.perf_counter()
    spent: dict[str, float] = {}

    def stage(name: str, since: float) -> float:
        now = time.perf_counter()
        spent[name] = spent.get(name, 0.0) + now - since
        return now

    from sheetgen import plate, press, typeface
    from sheetgen.draw import draw, effort_band
    from sheetgen.exercise import build, settings
    from sheetgen.pen import write
    from sheetgen.sheet import lay_out
    from sheetgen.verify import verify

    asked = settings(topic)
    now = stage("import", start)
    plate.fits()
    now = stage("plate", now)
    folder = tempfile.TemporaryDirectory()
    files = [(Path(folder.name) / name).open("wb") for name in ("worksheets.pdf", "keys.pdf")]
    packs = [press.Pack(file, file.name) for file in files]
    plain = typeface.compress

    def timed(data: bytes, level: int) -> bytes:
        since = time.perf_counter()
        packed = plain(data, level)
        spent["compress"] = spent.get("compress", 0.0) + time.perf_counter() - since
        return packed

    typeface.compress = timed
    raw = 0
    for first in range(0, students, 100):
        seeds = range(first, min(first + 100, students))
        now = time.perf_counter()
        band = effort_band(asked.graph, asked.identity, asked.knobs)
        drawn = draw(asked.graph, seeds, asked.knobs, band)
        now = stage("draw+solve alone", now)
        verify(asked.graph, drawn.values)
        now = stage("verify alone", now)
        exercises = build(asked, seeds)
        now = stage("draw+solve+verify+blanks", now)
        for exercise in exercises:
            sheet = lay_out(exercise, "a4", f"Student {exercise.seed}")
            now = stage("lay out", now)
            for pack, printed in zip(packs, (sheet.worksheet(), sheet.key()), strict=True):
                pack.add(printed, printed.subject)
            now = stage("stamp+compress+write", now)
            if exercise.seed == first:
                for page in sheet.pages:
                    raw += len(write(page, True).data)
                now = time.perf_counter()
    for pack, file in zip(packs, files, strict=True):
        pack.close()
        file.close()
    stage("close", now)
    alone = spent.pop("draw+solve alone"), spent.pop("verify alone")
    whole = time.perf_counter() - start - sum(alone)
    size = sum(os.path.getsize(f.name) for f in files)
    pages = sum(pack.pages for pack in packs)
    print(f"{students} students of {topic}, worksheet and key each, {pages} pages: {whole:.2f} s, "
          f"{whole / students * 1e3:.2f} ms a student, {size / students:.0f} bytes a student, "
          f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")  # fmt: skip
    print("  " + ", ".join(f"{name} {value:.2f} s" for name, value in spent.items())
          + f" (draw and solve alone {alone[0]:.2f} s, verify alone {alone[1]:.2f} s)")  # fmt: skip
    data = b"".join(Path(f.name).read_bytes() for f in files)
    floor = best(lambda: zlib.compress(os.urandom(1000) * (len(data) // 1000), 6), 1)
    print(f"  the floor: writing {size / 1e6:.1f} MB; deflate of as many bytes {floor:.0f} ms")
    folder.cleanup()


def cold(program: str, cache: str) -> float:
    """Milliseconds of a Python of its own."""
    environment = os.environ | {"SHEETGEN_CACHE": cache}
    return best(
        lambda: subprocess.run([sys.executable, "-c", program], env=environment, check=True), 3
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--topic", default="backpropagation")
    parser.add_argument("--class-only", action="store_true")
    asked = parser.parse_args()
    if asked.class_only:
        a_class(asked.topic, asked.students)
        return
    against_weasyprint(asked.topic)
    program = ("from sheetgen import press; from sheetgen.exercise import make; "
               "from sheetgen.sheet import lay_out; "
               f"press.pdf([lay_out(make('{asked.topic}', 1)).worksheet()])")  # fmt: skip
    with tempfile.TemporaryDirectory() as cache:
        subprocess.run([sys.executable, "-c", program], check=True,
                       env=os.environ | {"SHEETGEN_CACHE": cache})  # fmt: skip
        print(f"a cold start to one worksheet: with a plate {cold(program, cache):.0f} ms, "
              f"without {cold(program, 'off'):.0f} ms, "
              f"Python alone {cold('import numpy', cache):.0f} ms with NumPy")  # fmt: skip
        for kept in (cache, "off"):
            print("with a plate:" if kept == cache else "without a plate:")
            for count in (30, asked.students):
                subprocess.run(
                    [sys.executable, "-m", "tests.benchmarks.bench_press", "--class-only",
                     "--topic", asked.topic, "--students", str(count)],
                    env=os.environ | {"SHEETGEN_CACHE": kept}, check=True,
                )  # fmt: skip


if __name__ == "__main__":
    main()
