"""``topics`` and ``stress``: what there is to practise, and whether it keeps its promises."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from sheetgen.cli.options import Command
from sheetgen.errors import SheetgenError, typed
from sheetgen.topics.catalogue import TOPICS
from sheetgen.topics.registry import Topic


def list_topics(as_json: bool = False) -> None:
    """List what there is to practise, with the options of each topic."""
    if as_json:
        print(json.dumps([_topic_data(t) for t in TOPICS.values()], ensure_ascii=False, indent=1))
        return
    width = max(len(n) for n in TOPICS) + 2
    for topic in TOPICS.values():
        print(f"{topic.name:{width}}{topic.summary}")
        options = "  ".join(f"--{o.flag} {o.show(o.default)}" for o in topic.options.values())
        print(f"{'':{width}}{options}")
        print(f"{'':{width}}levels: {', '.join(topic.levels) or 'medium'}")


def _topic_data(topic: Topic) -> dict[str, Any]:
    return {
        "topic": topic.name,
        "title": topic.title,
        "code": topic.code,
        "summary": topic.summary,
        "levels": list(topic.levels),
        "options": {
            o.flag: {"kind": o.kind, "default": o.show(o.default)} for o in topic.options.values()
        },
    }  # fmt: skip


def run_stress(command: Command) -> None:
    """Try many seeds and report; exit 1 if an exercise broke a promise."""
    from sheetgen.exercise.settings import settings
    from sheetgen.stress.numbers import check_plot, plot, stress

    picture = None if command.get("plot") is None else Path(command.text("plot", ""))
    if picture:
        check_plot(picture)
    with typed():
        seeds = command.whole("seeds", 1000, 1, 1_000_000)
        options = command.options()
        everything = command.flag("all")
        names = list(TOPICS) if everything else [command.topic]
    reports = []
    for name in names:
        levels = (
            [*TOPICS[name].levels] or ["medium"]
            if everything and not options.get("level")
            else [options.get("level")]
        )
        for level in levels:
            with typed():
                asked = settings(name, {**options, "level": level})
            report = stress(asked, seeds)
            if command.flag("pages"):
                from sheetgen.stress.pages import stress_pages

                report = replace(report, pages=stress_pages(asked, seeds))
            reports.append(report)
    if command.flag("json"):
        data = [r.as_json() for r in reports]
        print(json.dumps(data if everything else data[0], ensure_ascii=False, indent=1))
    else:
        from rich.console import Console

        for report in reports:
            Console().print(report.table())
    if picture:
        plot(reports[0], picture)
    if not all(r.good for r in reports):
        raise SheetgenError("some exercises broke a promise; their seeds are in the report")
