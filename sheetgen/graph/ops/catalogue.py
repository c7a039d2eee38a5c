"""All ops: importing this module registers the rows of each file of this folder."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from sheetgen.graph.ops.table import OPS

__all__ = ["OPS"]

for _path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
    if _path.stem != Path(__file__).stem:
        import_module(f"{__package__}.{_path.stem}")
