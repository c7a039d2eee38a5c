"""What the booklets of a class cost, for each series: the draw of all numbers, and the whole class.

    python -m tests.benchmarks.bench_series [--students 30]

Fails if the processors worked for more than 10 s on a class of 30, which are 5 s on two of them
however busy the machine is.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time

from sheetgen.series.catalogue import built_in, find_series
from sheetgen.series.draw import build_booklets

MOST = 10.0 / 30
"""Seconds of a processor that a student may take."""
WARM = 10**6
"""Seeds of booklets that are drawn first, so that what is usual for each page is known."""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--students", type=int, default=30)
    count = parser.parse_args().students
    bad = 0
    for name in built_in():
        series = find_series(name)
        start = time.process_time()
        build_booklets(series, [WARM])
        warm = time.process_time() - start
        start = time.process_time()
        build_booklets(series, range(count))
        drawn = time.process_time() - start
        with tempfile.TemporaryDirectory() as folder:
            words = ["class", name, "--students", str(count), "--seed", "1", "--out",
                     f"{folder}/class", "--quiet"]  # fmt: skip
            run = subprocess.Popen([sys.executable, "-m", "sheetgen", *words],
                                   stdout=subprocess.DEVNULL)  # fmt: skip
            _, status, used = os.wait4(run.pid, 0)
        whole = used.ru_utime + used.ru_stime
        late = "  TOO LONG" if status or whole > MOST * count else ""
        bad += bool(late)
        print(f"{name:12} first {warm:5.2f} s  {count} drawn {drawn:5.2f} s  "
              f"class {whole:5.2f} s{late}")  # fmt: skip
    return bad


if __name__ == "__main__":
    sys.exit(main())
