"""How fast the core is: ``python tests/benchmarks/bench_core.py`` prints a table."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sheetgen.api import make, many  # noqa: E402 -- runs from a checkout too
from sheetgen.topics.catalogue import TOPICS  # noqa: E402

MANY = 1000


def seconds(work: Callable[[], object]) -> float:
    """How long a piece of work takes, once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def cold(*command: str) -> float:
    """The best of three cold starts of a command."""
    line = [sys.executable, "-c", "from sheetgen.cli.main import main; main()", *command]

    def run() -> None:
        subprocess.run(line, cwd=ROOT, check=True, capture_output=True)

    return min(seconds(run) for _ in range(3))


def main() -> None:
    """Draw, solve and verify each topic; then the command line from a cold start."""
    print(f"{'draw + solve + verify':26}{f'{MANY} at once':>16}{'first alone':>14}{'one more':>12}")
    for name in TOPICS:
        first = seconds(lambda topic=name: make(topic, seed=1))
        again = seconds(lambda topic=name: make(topic, seed=2))
        all_of_them = seconds(lambda topic=name: many(topic, range(MANY)))
        print(f"{name:26}{all_of_them:14.2f} s{first * 1000:11.0f} ms{again * 1000:9.1f} ms")
    print(f"\n{'sheetgen topics, cold':26}{cold('topics'):14.2f} s")


if __name__ == "__main__":
    main()
