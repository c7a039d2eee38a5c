"""A class from the order to the files: draws, prints, binds, and goes on where a run was killed."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from msgspec import structs

from sheetgen.classroom.boxes import BOXES, ClassBoxes, boxes_json
from sheetgen.classroom.changes import Change, changing
from sheetgen.classroom.earlier import Earlier, earlier_of, listed, tidy
from sheetgen.classroom.extras import extra_files
from sheetgen.classroom.grid.pages import grid_pdf
from sheetgen.classroom.hints import hints
from sheetgen.classroom.journal import WORK, settle
from sheetgen.classroom.lacking import Lacking, lacking
from sheetgen.classroom.manifest import (
    COPY,
    MANIFEST,
    FormerStudent,
    Place,
    Printed,
    manifest,
    manifest_bytes,
)
from sheetgen.classroom.matching import Matched, matched
from sheetgen.classroom.packs import write_packs, write_separate
from sheetgen.classroom.parts import Batch, Handout, Parts, batches_of, handout_of
from sheetgen.classroom.plan import Heading, Look, Order, Plan
from sheetgen.classroom.pupils import SECRET_SEEDS, Pupil, assign, handing_out, spare_students
from sheetgen.classroom.slips import SLIPS, slips_pdf
from sheetgen.classroom.students import told_apart
from sheetgen.classroom.table import class_csv, lost_points, typed_points
from sheetgen.cores import Cores
from sheetgen.errors import SheetgenError
from sheetgen.exercise.doubts import (
    gradients_left_out,
    options_without_effect,
    training_that_harms,
)
from sheetgen.exercise.recipe import secret_of
from sheetgen.files import alone_in, make_folder, write_whole
from sheetgen.formats.format import FRAMEWORKS
from sheetgen.layout.foreseen import refuse_too_large
from sheetgen.press.printing import printer
from sheetgen.type import system
from sheetgen.version import __version__

FRESH_SEEDS = 1_000_000
"""Seeds of classes that nobody chose are below this, so that they can be typed."""


@dataclass(frozen=True)
class Done:
    """The files of a class, whole, and what to say about them."""

    files: tuple[Path, ...]
    remarks: tuple[str, ...]
    seed: int
    left_off: tuple[str, ...]
    """What the pages lack; to be told however quiet a command is."""
    hints: tuple[str, ...] = ()
    """What to do at the printer."""


@dataclass(frozen=True)
class OnProgress:
    """What is called as the work goes on: with how many there are to draw, print or write, and
    which of them begins, then with each few that are done."""

    start: Callable[[int, str], None] = lambda total, what: None
    step: Callable[[int], None] = lambda count: None


@dataclass(frozen=True)
class DrawnClass:
    """A class whose exercises are known and nothing of which is printed yet."""

    seed: int
    pupils: Sequence[Pupil]
    """In the roster's order, then spares."""
    handed: Sequence[Pupil]
    """In the order of the packs."""
    handouts: Sequence[Handout]
    """Theirs."""
    texts: Sequence[str]
    """What is printed as somebody wrote it."""
    changes: Sequence[str]
    """Who is new, renamed and gone."""
    remarks: Sequence[str]
    renamed: Mapping[str, str]
    """Key -> the name before."""
    lacking: Lacking
    """What of the texts, and of the heading, nothing here can print."""
    heading: Heading
    """The plan's, without a logo if nothing here can print it."""


def run(order: Order, progress: OnProgress | None = None, cores: Cores | None = None) -> Done:
    """Make all files of a class; the same order makes the same bytes.

    Raises SheetgenError in one line, at once if another run is at work in the folder; then all
    files are as they were, and the same order goes on from there.
    """
    cores, progress = cores or Cores.here(), progress or OnProgress()
    make_folder(order.folder)
    with alone_in(order.folder), _press_check(cores) as fits:
        settled = settle(order.folder)
        earlier = earlier_of(order)
        order, seed = with_seed(order, earlier)
        drawn = drawn_class(order, earlier, seed, cores, progress)
        mark = _mark(order, drawn)
        other = earlier.other_numbers(drawn.pupils, order.force)
        files = () if other else earlier.unchanged(mark)
        if files:
            tidy(order.folder)
            said = ("nothing changed; every file is there already", *drawn.remarks)
            return Done(files, (*filter(None, [settled]), *said), drawn.seed, drawn.lacking.said)
        former = earlier.former(drawn.pupils, other)
        _note(order, drawn, former)
        with changing(order.folder, partial(earlier.is_foreign, force=order.force)) as change:
            places, there = _print(order, drawn, change, progress, cores, fits)
            typed = typed_points(order.folder)
            table = class_csv(drawn.pupils, order.plan, drawn.seed, typed)
            change.write("class.csv", table)
            change.write(BOXES, _boxes(drawn, places, None if other else earlier.boxes))
            _remember(order, drawn, former, mark, change, places)
            for name in set(earlier.files) - set(change.digests):
                change.remove(name, earlier.files[name])
        tidy(order.folder)
    remarks = [*filter(None, [settled]), *change.remarks, *_remarks(order, drawn, other, there)]
    if lost := lost_points(typed, drawn.pupils):
        remarks.append(f"class.csv held points of sheets that are no longer in it: {listed(lost)}")
    files = tuple(order.folder / name for name in change.digests if name != COPY)
    return Done(files, tuple(remarks), drawn.seed, drawn.lacking.said, hints(order, places))


@contextmanager
def _press_check(cores: Cores) -> Iterator[Callable[[], bool]]:
    """Whether the press fits; what is not known yet is proved while exercises are drawn and sheets
    are stamped."""
    check = printer().check
    if check.known() is None:
        with cores.meanwhile(check.fits) as fits:
            yield lambda: check.told(fits())
    else:
        yield check.fits


def with_seed(order: Order, earlier: Earlier) -> tuple[Order, int]:
    """The order with its secret, if it has one, and the seed of the class: that which was asked
    for, or the folder's, or a fresh one."""
    asked = order.seed if order.seed is not None else earlier.seed
    seeds = SECRET_SEEDS if order.no_recipe else FRESH_SEEDS
    seed = asked if asked is not None else secrets.randbelow(seeds)
    secret = secret_of(seed) if order.no_recipe else ""
    look = structs.replace(order.plan.look, secret=secret)
    return replace(order, plan=replace(order.plan, look=look)), seed


def drawn_class(
    order: Order, earlier: Earlier, seed: int, cores: Cores, progress: OnProgress
) -> DrawnClass:
    """Everybody's exercises: those handed out before, and new ones for who is new. Raises
    SheetgenError."""
    spares = spare_students(order.spares)
    who = _matched(order, earlier)
    if not order.plan.look.large_print:
        for piece in order.plan.pieces:
            refuse_too_large(piece.asked, order.plan.paper)
    pieces = len(order.plan.pieces)
    progress.start((len(who.students) + len(spares)) * pieces, "drawing")
    pupils = assign(
        order.plan, who.students, spares, seed, earlier.kept, who.keys, cores, progress.step
    )
    renamed = {who.keys[k]: name for k, name in who.renamed.items()}
    guesses = earlier.guesses([pupils[k] for k in who.guessed])
    handed = handing_out(pupils, order.binding.group_by)
    points = [piece.points for piece in order.plan.pieces]
    texts = _texts(order.plan, pupils)
    lacks = lacking(texts, order.plan.heading)
    return DrawnClass(
        seed, pupils, handed, [handout_of(pupil, points) for pupil in handed],
        texts, earlier.changes(pupils, renamed), [*guesses, *who.remarks],
        renamed, lacks, lacks.heading(order.plan.heading),
    )  # fmt: skip


def _matched(order: Order, earlier: Earlier) -> Matched:
    """Who is who of those that the folder knows. Raises SheetgenError naming it."""
    try:
        return matched(order.students, earlier.known, earlier.left, order.renamed, order.force)
    except SheetgenError as problem:
        raise SheetgenError(f"{order.folder}: {problem}") from None


def _texts(plan: Plan, pupils: Sequence[Pupil]) -> list[str]:
    """What is printed as somebody wrote it."""
    heading = plan.heading
    said = [heading.title, heading.course, heading.teacher, heading.date]
    apart = told_apart([pupil.student for pupil in pupils])
    for pupil, more in zip(pupils, apart, strict=True):
        said += () if pupil.spare else (pupil.shown, pupil.student.group, more)
    return said


def _mark(order: Order, drawn: DrawnClass) -> str:
    """Changes with everything that is printed. What is hashed are the words of the first version,
    so that a class that it made is not made again."""
    handouts = ", ".join(
        f"Leaf(name={h.name!r}, recipes={h.recipes!r}, points={h.points!r})" for h in drawn.handouts
    )
    names, students = [p.shown for p in drawn.pupils], [p.student for p in drawn.pupils]
    special = (*system.needed(drawn.texts), *drawn.lacking.texts)
    said = (
        f"({__version__!r}, {special!r}, [{handouts}], {names!r}, {students!r}, "
        f"{order.plan.paper!r}, {drawn.heading!r}, {order.binding!r})"
    )
    if order.formats or order.plan.look != Look():
        said += f" {[form.name for form in order.formats]!r} {order.plan.look!r}"
    if order.framework != FRAMEWORKS[0]:
        said += f" {order.framework!r}"
    if order.picture:
        said += " with pictures"
    return hashlib.sha256(said.encode()).hexdigest()


def _note(order: Order, drawn: DrawnClass, former: Sequence[FormerStudent]) -> None:
    """Write down who gets what, should the run be killed."""
    work = order.folder / WORK
    make_folder(work)
    known = manifest(order.plan, drawn.seed, drawn.pupils, {}, Printed(), former, order.roster)
    write_whole(work / MANIFEST, manifest_bytes(known), force=True)


def _print(
    order: Order, drawn: DrawnClass, change: Change, progress: OnProgress, cores: Cores,
    fits: Callable[[], bool],
) -> tuple[dict[str, Place], int]:  # fmt: skip
    """Print packs and grid; the places of the pages, and how many students were printed by an
    earlier run."""
    parts = Parts(order.folder / WORK)
    progress.start(len(drawn.handouts), "printing")
    with _grid(order, drawn, cores) as grid:
        batches = _batches(order, drawn, direct=printer().check.known() is False)
        there = parts.write_all(batches, cores, progress.step)
        if not fits() and not batches[0].direct:
            batches = _batches(order, drawn, direct=True)
            there = parts.write_all(batches, cores, OnProgress().step)
        pages = (own for batch in batches for own in parts.read(batch))
        if order.binding.separate:
            places = write_separate(change, _told(order, drawn), pages,
                                    order.plan.look.tagged)  # fmt: skip
        else:
            places = write_packs(change, _told(order, drawn), pages, order.plan, order.binding)
        change.write("grid.pdf", grid())
        for name, data in _more(order, drawn, progress):
            change.write(name, data)
    return places, there


def _boxes(
    drawn: DrawnClass, places: Mapping[str, Place], before: ClassBoxes | None
) -> bytes:
    """Where the boxes of all sheets stand, also as they stood ``before``."""
    printed = (
        (exercise.code, pages) for pupil in drawn.handed
        for exercise, pages in zip(pupil.exercises, places[pupil.code].boxes, strict=True)
    )  # fmt: skip
    return boxes_json(printed, before)


def _told(order: Order, drawn: DrawnClass) -> list[Pupil]:
    """The pupils in handing-out order, as the packs and the grid tell who they are."""
    anonymous = order.plan.look.anonymous
    return [pupil.nameless if anonymous else pupil for pupil in drawn.handed]


def _more(
    order: Order, drawn: DrawnClass, progress: OnProgress
) -> Iterator[tuple[str, bytes]]:
    """Names and contents of what some classes have beside packs and grid."""
    if order.plan.look.anonymous:
        yield SLIPS, slips_pdf(order.plan, drawn.handed)
    yield from extra_files(order.formats, order.plan, drawn.handed, progress.start, progress.step,
                           order.framework, order.picture)  # fmt: skip


def _batches(order: Order, drawn: DrawnClass, direct: bool) -> list[Batch]:
    plan = order.plan
    return batches_of(
        drawn.handouts, plan.paper, drawn.heading, order.binding.separate, direct,
        unset=drawn.lacking.texts, look=plan.look, series=plan.series,
    )  # fmt: skip


def _grid(
    order: Order, drawn: DrawnClass, cores: Cores
) -> AbstractContextManager[Callable[[], bytes]]:
    """The grid in the order of the packs, because it lies beside the keys; made by another core
    meanwhile, once it is known how to print."""
    make = partial(grid_pdf, order.plan, _told(order, drawn), order.plan.title, drawn.seed)
    return nullcontext(make) if printer().check.known() is None else cores.meanwhile(make)


def _remember(
    order: Order, drawn: DrawnClass, former: Sequence[FormerStudent], mark: str,
    change: Change, places: Mapping[str, Place],
) -> None:  # fmt: skip
    """Write the manifest: who was handed what, and the digests of the files."""
    printed = Printed.of(mark, order.binding, dict(change.digests))
    known = manifest(
        order.plan, drawn.seed, drawn.pupils, places, printed, former, order.roster
    )
    data = manifest_bytes(known)
    change.write(COPY, data)
    change.write(MANIFEST, data)


def _remarks(
    order: Order, drawn: DrawnClass, other: Mapping[str, str], there: int
) -> tuple[str, ...]:
    """What to say of a class that was made."""
    said = [*drawn.changes, *drawn.remarks]
    if other:
        said.append(f"other numbers than were printed before: {listed([*other.values()])}")
    if there:
        was = "was" if there == 1 else "were"
        count = len(drawn.handouts)
        said.append(f"{there} of {count} students {was} printed by an earlier run")
    said += _unchecked(drawn.pupils, order.plan)
    for k in range(len(order.plan.pieces)):
        said += training_that_harms([p.exercises[k] for p in drawn.pupils])
    first = [e for p in drawn.pupils[:1] for e in p.exercises]
    said += [*gradients_left_out(first), *options_without_effect(first)]
    said += filter(None, [printer().doubt])
    if told := system.advice(drawn.texts):
        said.append(told)
    return tuple(said)


def _unchecked(pupils: Sequence[Pupil], plan: Plan) -> list[str]:
    """What to say of exercises that were to have a check and can have none."""
    asked = [k for k, piece in enumerate(plan.pieces) if piece.asked.check]
    if not asked:
        return []
    from sheetgen.words.checks import unchecked

    return [line for k in asked for line in unchecked([p.exercises[k] for p in pupils])]
