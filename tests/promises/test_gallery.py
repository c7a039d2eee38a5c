"""The README shows a contact sheet of each family of topics."""

from __future__ import annotations

import re
from pathlib import Path

from sheetgen.topics.catalogue import FAMILIES

ROOT = Path(__file__).parents[2]


def test_the_readme_shows_each_family_once_and_every_picture_is_there() -> None:
    shown = re.findall(r"\.github/pictures/([\w-]+)\.png", (ROOT / "README.md").read_text())
    names = [name for name in shown if name.startswith("topics-")]
    families = {family.__name__.rpartition(".")[2] for family in FAMILIES}
    assert sorted(names) == sorted(f"topics-{family}" for family in families)
    assert all((ROOT / ".github" / "pictures" / f"{name}.png").is_file() for name in shown)
