"""``topics``, ``stress`` and ``cache``: what there is to practise, whether it keeps its promises,
what is kept between runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sheetgen.cli.asked import Asked
from sheetgen.cli.terminal import Bar, say, show, show_json, stress_table
from sheetgen.errors import SheetgenError, UsageError, counted, typed
from sheetgen.topics.catalogue import TOPICS, search

if TYPE_CHECKING:
    from sheetgen.stress.numbers import Report

QUICK = 500
"""Seeds that are tried so quickly that nobody needs a bar."""


def list_topics(asked: Asked) -> None:
    """List what there is to practise by family, or what a word finds; tell one topic in full."""
    from sheetgen.cli.told import data_of, full_data_of, in_full, listed

    found = list(TOPICS.values())
    if asked.get("target") is not None:
        with typed():
            found = search(asked.text("target"))
    if len(found) == 1 and asked.get("target") is not None:
        if asked.flag("json"):
            show_json(full_data_of(found[0]))
        else:
            print("\n".join(in_full(found[0])))
    elif asked.flag("json"):
        show_json([data_of(topic) for topic in found])
    else:
        print("\n".join(listed(found)))


def run_stress(asked: Asked) -> None:
    """Try many seeds and report; raises SheetgenError if an exercise broke a promise."""
    from sheetgen.stress.plot import check_plot, plot

    everything = asked.flag("all")
    if not everything and not asked.named:
        raise UsageError("stress what? sheetgen stress TOPIC, or --all")
    picture = None if asked.get("plot") is None else Path(asked.text("plot"))
    if picture:
        if everything:
            raise UsageError("--plot draws the answers of one topic; leave it or --all out")
        check_plot(picture)
    reports = _reports(asked, asked.whole("seeds", 1, 1_000_000))
    if asked.flag("json"):
        data = [report.as_json() for report in reports]
        show_json(data if everything else data[0])
    else:
        for report in reports:
            show(stress_table(report))
    if picture:
        plot(reports[0], picture)
    if not all(report.good for report in reports):
        raise SheetgenError("some exercises broke a promise; their seeds are in the report")


def _reports(asked: Asked, seeds: int) -> list[Report]:
    """A report of the topic that was typed, or one of every topic at every level."""
    from sheetgen.exercise.settings import settings
    from sheetgen.stress.numbers import stress

    found = []
    for topic in TOPICS.values() if asked.flag("all") else [asked.topic]:
        options = asked._replace(named=topic.name).options()
        levels = [options.get("level")]
        if asked.flag("all") and not levels[0]:
            levels = [*topic.levels] or ["medium"]
        for level in levels:
            with typed():
                chosen = settings(topic.name, {**options, "level": level})
            with Bar(seeds <= QUICK) as bar:
                bar.start(seeds, f"checking {topic.name}")
                report = stress(chosen, seeds, tell=bar.step)
                if asked.flag("pages"):
                    from sheetgen.page.items import PAPERS
                    from sheetgen.stress.pages import stress_pages

                    bar.start(seeds * len(PAPERS), f"printing {topic.name}")
                    report = replace(report, pages=stress_pages(chosen, seeds, tell=bar.step))
            found.append(report)
    return found


def clear(asked: Asked) -> None:
    """Delete what is kept of the press; it is made again when needed."""
    from sheetgen.press.printing import printer

    if asked.get("what") != "clear":
        raise UsageError("cache what? sheetgen cache clear")
    say(f"{counted(printer().check.clear(), 'file')} deleted")
