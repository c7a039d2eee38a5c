"""All topics: importing this module registers those of each family, the other files of this folder.

A family is a file with topic functions; its ``ORDER`` says where its topics stand in the list.
"""

from __future__ import annotations

import difflib
from importlib import import_module
from pathlib import Path
from types import ModuleType

from sheetgen.errors import SheetgenError
from sheetgen.topics.registry import TOPICS, Topic

__all__ = ["FAMILIES", "TOPICS", "find"]


def _families() -> list[ModuleType]:
    """The family files, imported, in the order of their topics."""
    folder = Path(__file__).parent
    names = sorted(path.stem for path in folder.glob("[a-z]*.py"))
    modules = (import_module(f"{__package__}.{name}") for name in names if name not in OTHERS)
    return sorted(modules, key=lambda module: int(module.ORDER))


OTHERS = (Path(__file__).stem, "registry", "options")
"""Files of this folder that hold no topics."""
FAMILIES = tuple(_families())
_places = {family.__name__: place for place, family in enumerate(FAMILIES)}
_sorted = sorted(TOPICS.items(), key=lambda item: _places[item[1].build.__module__])
TOPICS.clear()
TOPICS.update(_sorted)


def find(name: str) -> Topic:
    """The topic of that name. Raises SheetgenError with the nearest names."""
    if not isinstance(name, str):
        raise SheetgenError(f"a topic is the name of one, not {str(name)[:40]}; there are "
                            f"{', '.join(TOPICS)}")  # fmt: skip
    key = name.strip().lower().replace("_", "-").replace(" ", "-")
    if key in TOPICS:
        return TOPICS[key]
    near = difflib.get_close_matches(key, TOPICS, 3, 0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(TOPICS)}"
    raise SheetgenError(f"there is no topic {name[:60]!r}; {hint}")
