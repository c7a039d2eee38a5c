"""What drawing costs, for every topic and level: CPU seconds for 1,000 seeds.

    python -m tests.benchmarks.bench_draw [SEEDS] [--topic NAME] [--turns 3]
    git worktree add /tmp/before fbe2ab0   # the last commit before the rules for numbers
    python -m tests.benchmarks.bench_draw --against /tmp/before

Exit 1 where 1,000 take more than 4 s, or more than twice as long as another checkout needs for
them: each checkout draws in a process of its own, by turns, and the quickest turn of each counts.
What is found once for some options (what is usual for them) is known before the clock starts.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

MOST_SECONDS, MOST_TIMES = 4.0, 2.0


def drawn(asked: Any, seeds: range) -> None:
    """All numbers of some seeds, by this checkout or an old one."""
    try:
        from sheetgen.exercise.exercise import numbers
    except ImportError:  # edition 0
        from sheetgen.draw import search  # type: ignore[attr-defined, unused-ignore]

        band = search.effort_band(asked.graph, asked.knobs)  # type: ignore[attr-defined]
        search.draw(asked.graph, seeds, asked.knobs, band)  # type: ignore[attr-defined]
    else:
        numbers(asked, seeds)


def serve(seeds: int) -> None:
    """Answers each topic and level with the CPU seconds that its draws take."""
    from sheetgen.exercise.settings import settings

    for line in sys.stdin:
        topic, level = line.split()
        asked = settings(topic, {"level": level})
        drawn(asked, range(1_000_000, 1_000_005))
        began = time.process_time()
        drawn(asked, range(seeds))
        print(time.process_time() - began, flush=True)


class Checkout:
    """A process that draws by the code of a checkout."""

    def __init__(self, folder: Path, seeds: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, str(seeds), "--serve"], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(folder)},
        )  # fmt: skip

    def seconds(self, topic: str, level: str) -> float:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(topic, level, file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())


def main(asked: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.table import Table

    from sheetgen.exercise.settings import LEVELS
    from sheetgen.topics.catalogue import TOPICS

    folders = [Path(__file__).resolve().parents[2], *([asked.against] if asked.against else [])]
    checkouts = [Checkout(folder, asked.seeds) for folder in folders]
    heads = ("s per 1,000", "before", "times") if asked.against else ("s per 1,000",)
    table = Table("topic", "level", *heads, title=f"{asked.seeds:,} seeds each")
    slow = 0
    for name, topic in TOPICS.items():
        for level in LEVELS:
            unknown = level != "medium" and level not in topic.levels
            if unknown or asked.topic not in (None, name):
                continue
            turns = [[c.seconds(name, level) for c in checkouts] for _ in range(asked.turns)]
            now, *before = (min(found) * 1000 / asked.seeds for found in zip(*turns, strict=True))
            row = [f"{now:.3f}", *(f"{then:.3f}" for then in before)]
            row += [f"{now / then:.2f}" for then in before]
            over = now > MOST_SECONDS or any(now > MOST_TIMES * then for then in before)
            slow += over
            table.add_row(name, level, *row[:-1], row[-1] + (" !" if over else ""))
    Console(width=100).print(table)
    return 1 if slow else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("seeds", type=int, nargs="?", default=1000)
    parser.add_argument("--topic", help="only this one")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--against", type=Path, help="another checkout")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    arguments_ = arguments()
    sys.exit(serve(arguments_.seeds) if arguments_.serve else main(arguments_))
