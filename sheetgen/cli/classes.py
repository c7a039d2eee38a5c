"""What the commands of a class do: ``class``, ``find`` and ``mark``."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sheetgen.cli.asked import Asked
from sheetgen.cli.make import fitting
from sheetgen.cli.series import series_asked
from sheetgen.cli.terminal import (
    Bar,
    carried_table,
    outlook_counts,
    outlook_lines,
    say,
    show,
    show_json,
)
from sheetgen.errors import SheetgenError, UsageError, counted, typed

if TYPE_CHECKING:
    from sheetgen.classroom.plan import Order, Plan
    from sheetgen.classroom.students import Chosen, Roster
    from sheetgen.exercise.recipe import Recipe
    from sheetgen.formats.format import Format

HEADING = ("title", "course", "date", "teacher", "logo")
"""Options that say what stands above the sheets."""
REMARKS = 12
"""Remarks about a roster that are shown."""


def is_plan(target: str) -> bool:
    """Whether a class is to get what a file says, not one topic."""
    return target.lower().endswith(".toml")


def is_story(target: str) -> bool:
    """Whether a class is to get the booklets of a series."""
    from sheetgen.series.catalogue import is_series

    return is_series(target)


def run_class(asked: Asked) -> None:
    """One sheet a student, in packs for the printer, with keys and a grid for marking."""
    from sheetgen.classroom.run import OnProgress, run
    from sheetgen.exercise.recipe import guessable

    if asked.flag("all") and not asked.flag("dry_run"):
        raise UsageError("--all is of --dry-run: it shows everybody of the class")
    roster = _students(asked)
    order, quiet = _order(asked, roster), asked.flag("quiet")
    _remark(roster, order, quiet)
    if asked.flag("dry_run"):
        _look(order, roster, asked.flag("all"), quiet)
        return
    with Bar(quiet) as bar:
        done = run(order, OnProgress(bar.start, bar.step))
    for remark in done.remarks:
        say(remark, quiet)
    for lack in done.left_off:
        say(lack)
    if order.no_recipe and (warned := guessable(order.seed)):
        say(f"warning: {warned}")
    if order.seed is None:
        say(f"class seed {done.seed}; the same seed makes the same class", quiet)
    for hint in done.hints:
        say(hint, quiet)
    for path in done.files:
        print(path)


def _look(order: Order, roster: Roster, everybody: bool, quiet: bool) -> None:
    """Show what the class would be, and write nothing."""
    from sheetgen.classroom.outlook import outlook
    from sheetgen.classroom.roster.told import not_printed
    from sheetgen.classroom.run import OnProgress

    with Bar(quiet) as bar:
        found = outlook(order, OnProgress(bar.start, bar.step))
    if unused := not_printed(roster):
        say(f"not printed: columns {unused}")
    for line in outlook_lines(found, everybody):
        print(line, file=sys.stderr)
    for remark in found.remarks:
        say(remark)
    seed = "" if found.again or order.seed is not None else f" and with --seed {found.seed}"
    say(f"nothing was written; without --dry-run{seed}: "
        f"{counted(len(order.students), 'sheet')} into {order.folder}{outlook_counts(found)}")


def _order(asked: Asked, roster: Roster) -> Order:
    """What a teacher asked for. Raises SheetgenError."""
    from sheetgen.classroom.matching import renames
    from sheetgen.classroom.plan import Binding, Order, list_file
    from sheetgen.classroom.pupils import check_grouping, spare_students
    from sheetgen.formats.registry import check_booklet

    formats = _formats(asked)
    if is_story(asked.text("target")):
        with typed():
            check_booklet(formats)
    plan, seed = _plan(asked), asked.seed()
    spares, group_by = asked.number("spares"), asked.text("group_by")
    with typed():
        check_grouping(group_by)
        spare_students(spares)
        renamed = tuple(renames(asked.text("renamed")))
    staple, simplex = asked.whole("staple", 0, 100), asked.flag("simplex")
    separate = asked.flag("separate")
    if separate and (staple or simplex):
        raise UsageError("--staple and --simplex are of packs; leave them or --separate out")
    folder = _folder(asked)
    return Order(
        plan, roster.students, folder, seed, spares,
        Binding(simplex, staple, separate, group_by), asked.flag("force"), renamed,
        asked.flag("no_recipe"), tuple(formats),
        list_file(asked.text("roster"), folder, roster.sha256, _chosen(asked)),
        asked.text("framework"), asked.flag("picture"),
    )  # fmt: skip


def _formats(asked: Asked) -> list[Format]:
    """The formats that were typed. Raises UsageError."""
    from sheetgen.formats.registry import check_parts, check_private, read_formats

    with typed():
        formats = read_formats(asked.text("format"))
        if asked.named:  # a plan or a series has several topics
            check_parts(formats, asked.topic)
        if asked.flag("no_recipe"):
            check_private(formats)
    fitting(asked, formats, ("framework", "picture"))
    return formats


def _folder(asked: Asked) -> Path:
    """The class's folder: named after the topic or plan and the list, so that two classes have
    two."""
    what = Path(asked.text("target")).stem.lower()
    who = re.sub(r"\W+", "-", Path(asked.text("roster")).stem.lower()).strip("-")
    folder, before = Path(f"output/{what}-{who or 'class'}"), Path(f"output/{what}-class")
    if asked.get("out") is not None:
        return Path(asked.text("out"))
    if not folder.exists() and (before / "class.json").exists():
        said = f"{before} holds a class; if it is this one, keep its sheets with --out {before}"
        say(said, asked.flag("quiet"))
    return folder


def _remark(roster: Roster, order: Order, quiet: bool) -> None:
    """Say how a list was understood, and what is odd about it."""
    from sheetgen.classroom.roster.told import understood

    group_by = order.binding.group_by
    if roster.reading is not None:
        say(understood(roster), quiet)
    for remark in roster.remarks[:REMARKS]:
        say(f"roster: {remark}", quiet)
    if len(roster.remarks) > REMARKS:
        more = len(roster.remarks) - REMARKS
        say(f"roster: and {counted(more, 'more remark')} like these", quiet)
    if group_by and not any(student.group for student in roster.students):
        say("--group-by: no student has a group; all are handed out as one", quiet)


def _plan(asked: Asked) -> Plan:
    """What every student gets: the exercises of a plan, or one of a topic, with what was typed of
    their heading and look. Raises SheetgenError."""
    from sheetgen.classroom.plan import (
        Plan,
        piece,
        plan_of_series,
        read_plan,
        with_heading,
        with_look,
    )

    target = asked.text("target")
    if is_story(target):
        plan = plan_of_series(series_asked(asked))
    elif is_plan(target):
        plan = read_plan(Path(target))
    else:
        with typed():
            plan = Plan((piece(asked.topic.name, asked.options()),))
    said = {name: asked.text(name) for name in HEADING if asked.get(name) is not None}
    with typed():
        heading = with_heading(plan.heading, said, Path())
    return with_look(
        replace(plan, heading=heading, paper=asked.paper() or plan.paper), asked.decimal_mark(),
        asked.flag("anonymous"), asked.flag("tagged"), asked.flag("large_print"),
    )  # fmt: skip


def _students(asked: Asked) -> Roster:
    from sheetgen.classroom.roster.reading import read_roster
    from sheetgen.classroom.students import numbered_students

    roster, students = asked.get("roster"), asked.get("students")
    if roster is None and students is None:
        raise UsageError("who is in the class? give --roster FILE or --students N")
    if roster is not None and students is not None:
        raise UsageError("--roster says who is in the class, and so does --students; leave one out")
    if roster is not None:
        return read_roster(Path(roster), _chosen(asked))
    with typed():
        return numbered_students(asked.number("students"))


def _chosen(asked: Asked) -> Chosen:
    """What a teacher says of the list."""
    from sheetgen.classroom.students import Chosen

    return Chosen(**{name: asked.text(name) for name in Chosen.__struct_fields__})


def run_find(asked: Asked) -> None:
    """Whose sheet it is that has a code, or these numbers in a row or column; or whose name it
    is."""
    from sheetgen.classroom.find import find

    folder, words = asked.text("folder"), asked.get("numbers")
    if not "".join(words or ()).strip():
        raise UsageError("find whom? give a name or code, or some numbers of a row or column: "
                         "sheetgen find FOLDER 3 -1 2")  # fmt: skip
    hits = find(Path(folder), words)
    if asked.flag("json"):
        show_json([h.as_json() for h in hits])
        return
    if not hits:
        raise SheetgenError(f"no sheet of {folder} has {' '.join(words)} in a row or column")
    for hit in hits:
        left = " (no longer in the class)" if hit.former else ""
        print(f"{hit.student}{left}\t{hit.code}\t{', '.join(hit.places)}")


def run_mark(asked: Asked) -> None:
    """Which later answers follow from a slip (error carried forward)."""
    from sheetgen.exercise.carried import carried
    from sheetgen.words.labels import label_text

    found = carried(_marked(asked), asked.text("got"), label_text)
    if asked.flag("json"):
        show_json([line.as_json() for line in found])
    else:
        show(carried_table(found, _mark_of(asked.get("class"))))
        for line in found:
            if line.practise:
                print(f"practise {line.name}: {line.practise}")


def _mark_of(folder: str | None) -> str:
    """The decimal mark of a class's sheets."""
    from sheetgen.classroom.manifest import MANIFEST, read_manifest

    return read_manifest(Path(folder) / MANIFEST).look.decimal_mark if folder else "point"


def _marked(asked: Asked) -> Recipe:
    """The recipe of the sheet that is marked. Raises SheetgenError."""
    from sheetgen.classroom.find import recipe_for
    from sheetgen.exercise.recipe import code_of, read_code, secret_of
    from sheetgen.exercise.settings import settings

    with typed():
        code = read_code(asked.text("sheet"))
    folder = asked.get("class")
    if folder is not None and asked.get("recipe") is not None:
        raise UsageError("--class says what is on the sheet, and so does --recipe; leave one out")
    if folder is not None:
        return recipe_for(code, Path(folder))
    recipe = asked.recipe
    if recipe is None:
        raise UsageError("the code alone holds no numbers; add --class FOLDER or --recipe RECIPE")
    with typed():
        whole = settings(recipe.topic, recipe.options).recipe(recipe.seed)
        if code not in (whole.code, code_of(str(whole), secret_of(whole.seed))):
            raise UsageError(f"code {code} is not that of this recipe; one of them has a slip")
    return recipe
