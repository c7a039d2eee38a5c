"""Every byte that the program makes, as digests: what a change that must print nothing new is
held against.

    python -m tests.snapshot before.json          # on the old checkout
    python -m tests.snapshot after.json           # on the new one
    python -m tests.snapshot before.json after.json   # names what differs; exit 1 if anything does

The command line alone is used, so that the same file serves checkouts whose modules stand
elsewhere; copy it there if need be. PDFs are compared on one machine: zlib may pack otherwise.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAPERS = ("a4", "letter")
LEVELS = ("easy", "medium", "hard")
VARIANTS = (
    "matrix-multiplication --blank none",
    "single-neuron --activation sigmoid --sigmoid table",
    "single-neuron --activation sigmoid --sigmoid levels --no-bias",
    "four-neurons --activation sigmoid --blank one-per-block --check",
    "hidden-layer --blank backwards",
    "hidden-layer --blank packet",
    "hidden-layer --blank faded:2 --no-bias",
    "batch-of-three --check --blank percent:40",
    "seven-layer-mlp --bias --blank steps:2,4",
    "backpropagation --update --learning-rate .5",
    "backpropagation --batch 2",
    "backpropagation --batch 3 --update --widths 2-3-2",
    "backpropagation --loss squared-error --check",
    "backpropagation --forward blank --softmax-base 3 --softmax-decimals 2",
    "backpropagation --blank names:dW3,dz2 --no-bias",
    "softmax --base e --batch 2",
    "softmax --pair",
    "softmax --backward",
    "self-attention --heads 2",
    "self-attention --backward --features 3 --tokens 2",
    "self-attention --causal --output",
    "rnn --backward --steps 3",
    "rnn --hidden 3 --steps 5",
)
ROSTER = """name,id,group,email
Ada Lovelace,7,B,
Zoë Ålund,8,A,z@x.org
X_1 ^2,9,B,
Ada Lovelace,,A,
"""
PLAN = """title = "Quiz 3"
course = "Deep Learning"
date = 2026-12-01
teacher = "Dr. Reyes"
paper = "letter"
[[exercise]]
topic = "hidden-layer"
points = 6
options = { widths = "3-4-2", level = "easy" }
[[exercise]]
topic = "backpropagation"
points = 14
[[exercise]]
topic = "rnn"
"""


def _ran(folder: Path, *words: str) -> bytes:
    """Run the program in a folder; what it prints on stdout. It must end with 0."""
    return subprocess.run(
        [sys.executable, "-m", "sheetgen", *words], cwd=folder, check=True, capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ).stdout  # fmt: skip


def _made(folder: Path, place: str, *words: str) -> dict[str, str]:
    """Digests of what one command prints, and of all files that it writes."""
    own = folder / place
    own.mkdir(parents=True)
    found = {f"{place}: stdout": hashlib.sha256(_ran(own, *words)).hexdigest()}
    for path in sorted(own.rglob("*")):
        if path.is_file():
            name = f"{place}: {path.relative_to(own)}"
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def _jobs(folder: Path) -> list[tuple[str, ...]]:
    topics = [t["topic"] for t in json.loads(_ran(folder, "topics", "--json"))]
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (folder / "plan.toml").write_text(PLAN, encoding="utf-8")
    roster = str(folder / "roster.csv")
    jobs: list[tuple[str, ...]] = [("topics", "topics"), ("topics-json", "topics", "--json")]
    for name, level, paper in product(topics, LEVELS, PAPERS):
        words = ("make", name, "--level", level, "--paper", paper, "--seed", "7")
        jobs.append((f"{name}-{level}-{paper}", *words, "--format", "pdf,html,json,worksheet-json"))
        if level == "medium":
            jobs.append((f"{name}-{paper}-tagged", *words, "--tagged", "--name", "Ada"))
    for k, line in enumerate(VARIANTS):
        jobs.append((f"variant-{k}", "make", *line.split(), "--seed", "11", "--format", "pdf,json"))
    jobs += [
        ("count", "make", "backpropagation", "--seed", "1", "--count", "12"),
        ("solve", "solve", "softmax", "--seed", "3"),
        ("class", "class", "backpropagation", "--roster", roster, "--seed", "5", "--group-by",
         "group", "--out", "c"),
        ("class-many", "class", "hidden-layer", "--students", "60", "--seed", "5", "--out", "c"),
        ("class-plan", "class", str(folder / "plan.toml"), "--roster", roster, "--seed", "5",
         "--spares", "1", "--out", "c"),
        ("class-separate", "class", "rnn", "--roster", roster, "--seed", "5", "--separate",
         "--out", "c"),
    ]  # fmt: skip
    return jobs


def snapshot() -> dict[str, str]:
    """Name -> digest of everything."""
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(os.cpu_count()) as pool:
        folder = Path(place)
        found: dict[str, str] = {}
        for made in pool.map(lambda job: _made(folder, *job), _jobs(folder)):
            found |= made
    return found


def main(words: list[str]) -> int:
    if len(words) == 1:
        Path(words[0]).write_text(json.dumps(snapshot(), indent=1), encoding="utf-8")
        return 0
    before, after = (json.loads(Path(word).read_bytes()) for word in words)
    differ = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
    print(*differ, f"{len(differ)} of {len(before)} differ", sep="\n")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
