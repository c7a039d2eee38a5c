"""The figures of the draw for every topic and level: ``bench_stress.py [SEEDS]``."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from sheetgen.draw.strata import APART
from sheetgen.exercise.settings import LEVELS, settings
from sheetgen.stress.numbers import stress
from sheetgen.topics.catalogue import TOPICS


def main(seeds: int) -> int:
    table = Table("topic", "level", "failures", f"same in {APART:,}", "within ±9", "largest",
                  "effort", "tries", "s per 1,000", "promises broken",
                  title=f"{seeds:,} seeds each")  # fmt: skip
    failures = 0
    for name, topic in TOPICS.items():
        for level in LEVELS:
            if level != "medium" and level not in topic.levels:
                continue
            report = stress(settings(name, {"level": level}), seeds)
            near = [pair for pair in report.duplicates if pair[1] - pair[0] < APART]
            broken = [told for told in report.figures if told.broken]
            failures += len(report.failures) + len(broken)
            low, middle, high = report.effort
            table.add_row(
                name, level, str(len(report.failures)), str(len(near)), f"{report.within_9:.1%}",
                f"{report.largest:g}", f"{low:.0f} / {middle:.0f} / {high:.0f}",
                f"{report.tries[0]:.1f}", f"{report.seconds / seeds * 1000:.2f}",
                f"{len(broken)} of {sum(told.held for told in report.figures)}",
            )  # fmt: skip
            for told in broken:
                print(f"{name} {level}: {told.figure.name}: {told.shown}", file=sys.stderr)
            for failure in report.failures[:3]:
                print(f"{name} {level} seed {failure.seed}: {failure.problem}", file=sys.stderr)
    Console(width=130).print(table)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
