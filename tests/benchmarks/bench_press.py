"""What printing costs, all figures from one run:

    python -m tests.benchmarks.bench_press [--students 30 300 5000] [--topic backpropagation]

Prints what a user waits for (``make`` and ``class`` from a cold start, on all cores), a class stage
by stage in one process, and the press against WeasyPrint, typst and ReportLab on the same sheets
(the latter two where they are installed: pip install 'sheetgen[bench]').
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any


def best(work: Callable[[], Any], times: int = 7) -> float:
    """Milliseconds of the quickest of some runs."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append((time.perf_counter() - start) * 1e3)
    return min(found)


def against_others(topic: str, sheets: int = 31) -> None:
    """A sheet as a PDF of its own, by each program; other numbers each time, each program warm."""
    from sheetgen.api import many
    from sheetgen.layout.sheet import lay_out
    from sheetgen.page.items import Printed
    from sheetgen.press.pdf.pack import stamp
    from sheetgen.press.printing import Printer
    from tests.benchmarks.peers import likeness

    printer = Printer(None)
    weasy = printer.weasy

    def by_press(one: Printed) -> Callable[[], bytes]:
        return lambda: stamp([one], weasy.pdf)

    def by_weasyprint(one: Printed) -> Callable[[], bytes]:
        return lambda: weasy.pdf([one])

    laid = [lay_out(e) for e in many(topic, range(sheets))]
    for what in ("worksheet", "key"):
        printed = [getattr(s, what)() for s in laid]
        programs = {"the press": by_press, **peers(printed[0].pages[0])}
        mine = stamp(printed[:1], weasy.pdf)
        found = {name: one_by_one(make, printed) for name, make in programs.items()}
        found["WeasyPrint"] = one_by_one(by_weasyprint, printed[:7])
        printer.check.told(True)
        pack = printer.pack(BytesIO(), "pack")
        found["the press in a pack"] = one_by_one(
            lambda one, pack=pack: lambda: pack.add(one, "x"),  # type: ignore[misc]
            printed,
        )
        pages = len(printed[0].pages)
        print(f"one {topic} {what}, {pages} page{'s' * (pages > 1)}, medians (and the quickest) of "
              f"{sheets - 1} with other numbers each:")  # fmt: skip
        base = found["the press"][0][1:]
        for name, ((cold, *times), first) in found.items():
            same = f", {likeness(mine, first):.0%} of the ink alike" if name in PEERS else ""
            print(f"  {name:20}{median(times):8.2f} ms ({min(times):.2f}), "
                  f"x{median(times) / median(base):.2f} (x{min(times) / min(base):.2f}), "
                  f"the first {cold:.1f} ms{same}")  # fmt: skip


def one_by_one(
    make: Callable[[Any], Callable[[], Any]], printed: Sequence[Any]
) -> tuple[list[float], Any]:
    """Milliseconds of each sheet, what makes them ready not counted, and the first PDF."""
    times, first = [], None
    gc.collect()
    for one in printed:
        work = make(one)
        start = time.perf_counter()
        data = work()
        times.append((time.perf_counter() - start) * 1e3)
        first = first or data
    return times, first


PEERS = ("typst", "ReportLab")


def peers(page: Any) -> dict[str, Callable[[Any], Callable[[], bytes]]]:
    """The other programs that are there."""
    from tests.benchmarks.peers import ReportLab, Typst

    found: dict[str, Callable[[Any], Callable[[], bytes]]] = {}
    makers = (lambda: Typst(page.width, page.height), ReportLab)
    for name, maker in zip(PEERS, makers, strict=True):
        try:
            found[name] = maker().ready
        except ImportError:
            print(f"{name} is not installed: pip install 'sheetgen[bench]'")
    return found


def a_class(topic: str, students: int) -> None:
    """Two packs, stage by stage, in this process alone."""
    start = time.perf_counter()
    spent: dict[str, float] = {}

    def stage(name: str, since: float) -> float:
        now = time.perf_counter()
        spent[name] = spent.get(name, 0.0) + now - since
        return now

    from sheetgen.exercise.exercise import build, numbers
    from sheetgen.exercise.settings import settings
    from sheetgen.layout.sheet import lay_out
    from sheetgen.press.pdf import file as pdf_file
    from sheetgen.press.printing import printer
    from sheetgen.verify.second_way import verify

    asked = settings(topic)
    now = stage("import", start)
    printing = printer()
    printing.check.fits()
    now = stage("press check", now)
    folder = tempfile.TemporaryDirectory()
    files = [(Path(folder.name) / name).open("wb") for name in ("worksheets.pdf", "keys.pdf")]
    packs = [printing.pack(file, file.name) for file in files]
    plain = pdf_file.compress

    def timed(data: bytes, level: int) -> bytes:
        since = time.perf_counter()
        packed = plain(data, level)
        spent["compress"] = spent.get("compress", 0.0) + time.perf_counter() - since
        return packed

    pdf_file.compress = timed
    for first in range(0, students, 100):
        seeds = range(first, min(first + 100, students))
        now = time.perf_counter()
        drawn = numbers(asked, seeds)
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


def run(words: Sequence[str], cache: str, byte_code: str) -> float:
    """Seconds of a Python of its own. Byte code is kept, as by an installation."""
    environment = os.environ | {"SHEETGEN_CACHE": cache, "PYTHONPYCACHEPREFIX": byte_code}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.perf_counter()
    subprocess.run([sys.executable, *words], env=environment, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)  # fmt: skip
    return time.perf_counter() - start


def the_commands(topic: str, counts: Sequence[int]) -> None:
    """What a user waits for, from a cold start."""
    with tempfile.TemporaryDirectory() as place:
        cache, code = f"{place}/cache", f"{place}/code"

        def times(words: Sequence[str], cache: str, runs: int = 5) -> str:
            found = [run(words, cache, code) for _ in range(runs)]
            return f"{min(found):.2f} s at best, {median(found):.2f} s in the middle"

        make = ["-m", "sheetgen", "make", topic, "--seed", "7", "--force", "--out", f"{place}/out"]
        first = run(make, cache, code)
        print(f"sheetgen make, the first of an installation {first:.2f} s; then "
              f"{times(make, cache)}; import numpy alone {times(['-c', 'import numpy'], cache)}")
        print(f"sheetgen topics {times(['-m', 'sheetgen', 'topics'], cache)}")
        for count in counts:
            for kept in (cache, "off") if count <= 300 else (cache,):
                found = []
                for k in range(3 if count <= 300 else 1):
                    folder = Path(place) / f"class{count}{kept == 'off'}{k}"
                    words = ["-m", "sheetgen", "class", topic, "--students", str(count), "--seed",
                             "5", "--out", str(folder)]  # fmt: skip
                    found.append(run(words, kept, code))
                size = sum(p.stat().st_size for p in folder.glob("*.pdf"))
                most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
                print(f"sheetgen class, {count} students, press check "
                      f"{'not ' * (kept == 'off')}kept: {min(found):.2f} s at best, "
                      f"{median(found):.2f} s in the middle, "
                      f"{min(found) / count * 1e3:.2f} ms a student, {size / 1e6:.1f} MB, "
                      f"largest process so far {most:.0f} MB")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, nargs="*", default=[30, 300])
    parser.add_argument("--topic", default="backpropagation")
    parser.add_argument("--stages", type=int, help="Only these students, stage by stage.")
    asked = parser.parse_args()
    if asked.stages:
        a_class(asked.topic, asked.stages)
        return
    the_commands(asked.topic, asked.students)
    subprocess.run([sys.executable, "-m", "tests.benchmarks.bench_press", "--topic", asked.topic,
                    "--stages", str(max(asked.students))], check=True)  # fmt: skip
    against_others(asked.topic)


if __name__ == "__main__":
    main()
