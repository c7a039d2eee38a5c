"""No module outside the ops decides by an op's name, and none knows a topic or a matrix by its
text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import sheetgen
from sheetgen.graph.ops.catalogue import OPS
from sheetgen.layout.figures.registry import ARRANGEMENTS
from sheetgen.topics.catalogue import TOPICS

PACKAGE = Path(sheetgen.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))


def _decisions(tree: ast.AST) -> Iterator[tuple[int, str, set[str]]]:
    """Line, what is looked at, and the texts that it is held against, of comparisons, look-ups in
    tables of texts and matches."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            texts = {c.value for side in sides for c in ast.walk(side)
                     if isinstance(c, ast.Constant) and isinstance(c.value, str)}  # fmt: skip
            yield node.lineno, ast.unparse(node), texts
        elif isinstance(node, ast.Match):
            texts = {c.value for case in node.cases for c in ast.walk(case.pattern)
                     if isinstance(c, ast.Constant) and isinstance(c.value, str)}  # fmt: skip
            yield node.lineno, ast.unparse(node.subject), texts
        elif isinstance(node, ast.Dict):
            texts = {k.value for k in node.keys
                     if isinstance(k, ast.Constant) and isinstance(k.value, str)}  # fmt: skip
            yield node.lineno, "a table", texts


def _of_ops(path: Path) -> bool:
    return path.is_relative_to(PACKAGE / "graph" / "ops")


@pytest.mark.parametrize("path", FILES, ids=[str(p.relative_to(PACKAGE)) for p in FILES])
def test_no_op_is_known_by_its_name_outside_the_ops(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    asked = [line for line, said, _ in _decisions(ast.parse(source)) if "op.name" in said]
    assert not asked or _of_ops(path)
    tables = [line for line, said, texts in _decisions(ast.parse(source))
              if said == "a table" and len(texts & set(OPS)) > 1]  # fmt: skip
    assert not tables or _of_ops(path), f"a table of ops in line {tables}"


@pytest.mark.parametrize("path", FILES, ids=[str(p.relative_to(PACKAGE)) for p in FILES])
def test_no_topic_and_no_arrangement_is_known_by_its_name(path: Path) -> None:
    if path.is_relative_to(PACKAGE / "topics"):
        return
    names = set(TOPICS) | set(ARRANGEMENTS)
    asked = [(line, said) for line, said, texts in _decisions(ast.parse(path.read_text("utf-8")))
             if ("topic" in said or "arrangement" in said) and texts & names]  # fmt: skip
    assert not asked
