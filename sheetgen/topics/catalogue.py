"""All topics: importing this module registers those of each family, the other files of this folder.

A family is a file with topic functions; its ``ORDER`` says where its topics stand in the list.
"""

from __future__ import annotations

import difflib
import re
from importlib import import_module
from pathlib import Path
from types import ModuleType

from sheetgen.errors import SheetgenError
from sheetgen.topics.registry import TOPICS, Topic

__all__ = ["FAMILIES", "TOPICS", "by_family", "family_of", "find", "search"]


def _families() -> list[ModuleType]:
    """The family files, imported, in the order of their topics."""
    folder = Path(__file__).parent
    names = sorted(path.stem for path in folder.glob("[a-z]*.py"))
    modules = (import_module(f"{__package__}.{name}") for name in names if name not in OTHERS)
    return sorted(modules, key=lambda module: int(module.ORDER))


OTHERS = (Path(__file__).stem, "registry", "options", "chapters", "small")
"""Files of this folder that hold no topics."""
FAMILIES = tuple(_families())
_places = {family.__name__: place for place, family in enumerate(FAMILIES)}
_sorted = sorted(TOPICS.items(), key=lambda item: _places[item[1].build.__module__])
TOPICS.clear()
TOPICS.update(_sorted)


def family_of(topic: Topic) -> str:
    """What a topic's family is, in a few words: the first line of its file."""
    (module,) = [f for f in FAMILIES if f.__name__ == topic.build.__module__]
    return (module.__doc__ or "").partition("\n")[0].rstrip(".")


def by_family() -> dict[str, list[Topic]]:
    """All topics under what their families are, in order."""
    found: dict[str, list[Topic]] = {}
    for topic in TOPICS.values():
        if topic.build.__module__ in _places:
            found.setdefault(family_of(topic), []).append(topic)
    return found


def search(words: str) -> list[Topic]:
    """The topic of that name, or all of which every word is begun somewhere: in name, title,
    summary, family, code or options; those that have it in the name first. Raises SheetgenError
    with the nearest names if there is none."""
    key = words.strip().lower().replace("_", "-").replace(" ", "-")
    if key in TOPICS:
        return [TOPICS[key]]
    if key.startswith("workbook-"):
        raise SheetgenError(f"{find(key).name} is a chapter of the workbook; "
                            "sheetgen workbook --list tells what is in it")  # fmt: skip
    parts = [re.compile(rf"\b{re.escape(part)}") for part in key.split("-") if part[1:]]
    every = [topic for topics in by_family().values() for topic in topics]
    found = [topic for topic in every if parts and all(p.search(_said(topic)) for p in parts)]
    named = [topic for topic in found if all(p.search(topic.name) for p in parts)]
    if not found:
        find(words)  # which says what is near
    return [*named, *(topic for topic in found if topic not in named)]


def _said(topic: Topic) -> str:
    options = (f"{o.flag} {' '.join(o.choices)}" for o in topic.options.values())
    said = (topic.name, topic.title, topic.summary, family_of(topic), topic.code, *options)
    return " ".join(said).lower()


def find(name: str) -> Topic:
    """The topic of that name. Raises SheetgenError with the nearest names."""
    if not isinstance(name, str):
        raise SheetgenError(f"a topic is the name of one, not {str(name)[:40]}; there are "
                            f"{', '.join(TOPICS)}")  # fmt: skip
    key = name.strip().lower().replace("_", "-").replace(" ", "-")
    if key in TOPICS:
        return TOPICS[key]
    if key.startswith("workbook-"):
        from sheetgen.topics.chapters import find_chapter

        return find_chapter(key)
    near = difflib.get_close_matches(key, TOPICS, 3, 0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(TOPICS)}"
    raise SheetgenError(f"there is no topic {name[:60]!r}; {hint}")
