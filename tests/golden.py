"""Golden draws: ten recipes of each topic, so that none of their numbers changes unnoticed.

``python -m tests.golden`` draws them all anew and writes ``tests/golden/draws.json``. Do so only
when a change of the draw is meant: sheets that were printed cannot be made again after it.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from sheetgen.errors import SheetgenError
from sheetgen.exercise.exercise import Exercise, build
from sheetgen.exercise.recipe import read_recipe
from sheetgen.exercise.settings import settings
from sheetgen.graph.numbers import text
from sheetgen.topics.catalogue import TOPICS
from sheetgen.topics.registry import Topic

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "tests" / "golden" / "draws.json"
SEEDS = (0, 1, 7, 42, 1000, 2**31, 2**40 + 1, 2**53 + 1, 2**63 - 1, 99)
COUNT = 10


@cache
def recipes() -> list[str]:
    """Ten recipes a topic: the defaults, the levels, each switch turned."""
    found = []
    for topic in TOPICS.values():
        changes: list[dict[str, Any]] = [{"level": level} for level in ("easy", "hard")
                                         if level in topic.levels]  # fmt: skip
        changes += [{n: not o.default} for n, o in topic.options.items()
                    if o.kind == "bool" and _stands_alone(topic, n)]
        options = [{}] * (COUNT - len(changes[:6])) + changes[:6]
        found += [str(settings(topic.name, o).recipe(seed))
                  for o, seed in zip(options, SEEDS, strict=True)]  # fmt: skip
    return found


def _stands_alone(topic: Topic, switch: str) -> bool:
    """Whether a switch can be turned with no other option."""
    try:
        asked = settings(topic.name, {switch: not topic.options[switch].default})
        return bool(asked.graph.nodes)
    except SheetgenError:
        return False


def made(recipe: str) -> Exercise:
    """The exercise of a recipe."""
    read = read_recipe(recipe)
    return build(settings(read.topic, read.options), [read.seed])[0]


def drawn(recipe: str) -> dict[str, str]:
    """A hash of all numbers of a recipe, and its first and last matrix to be read by people."""
    exercise = made(recipe)
    rows = {}
    for node in exercise.graph.nodes:
        value = exercise.values[node.name]
        rows[node.name] = "; ".join(
            " ".join(text(d, value.decimals) for d in row) for row in value.digits.tolist()
        )
    digest = hashlib.sha256(json.dumps(sorted(rows.items())).encode()).hexdigest()[:16]
    first, last = exercise.graph.givens[0].name, exercise.graph.worked[-1].name
    return {"code": exercise.code, "numbers": digest, first: rows[first], last: rows[last]}


def marks(seeds: tuple[int, ...]) -> dict[str, str]:
    """A hash for each topic."""
    return {
        f"{name} {seed}": drawn(f"{name}?seed={seed}")["numbers"]
        for name in sorted(TOPICS)
        for seed in seeds
    }


@cache
def stored() -> dict[str, Any]:
    return dict(json.loads(FILE.read_text(encoding="utf-8"))) if FILE.exists() else {}


def main() -> None:
    """Write the golden file anew."""
    FILE.parent.mkdir(exist_ok=True)
    found = {recipe: drawn(recipe) for recipe in recipes()}
    FILE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(found)} recipes in {FILE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
