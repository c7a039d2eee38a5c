"""``make`` and ``solve``: from what was typed to files, or a solution on stdout."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheetgen.cli.options import Asked, flag_of
from sheetgen.cli.terminal import Bar, say, show_json
from sheetgen.errors import UsageError, typed
from sheetgen.topics.catalogue import TOPICS

if TYPE_CHECKING:
    from sheetgen.exercise.exercise import Exercise
    from sheetgen.formats.format import Format

MOST = 5000
"""Sheets at once."""
FRESH = 1_000_000
"""Seeds that nobody typed are below this, so that they can be."""
MANY = 500
"""More sheets than this in one file are told how large it is."""
AT_ONCE = 3
"""Sheets that are made so quickly that nobody needs a bar."""
OF_A_CLASS = ("code", "class", "out", "paper", "format", "force", "quiet")
"""What goes with --code; all else of a class's sheet is settled."""


def run_make(asked: Asked) -> None:
    """Make sheets and write them; the paths go to stdout, one a line."""
    from sheetgen.formats.format import USUAL
    from sheetgen.formats.registry import read_formats

    with typed():
        formats = read_formats(asked.text("format"))
    if asked.get("code") is not None:
        code, folder = _of_class(asked)
        if [form.name for form in formats] == [USUAL]:
            _reprint(asked, code, folder)
            return
        asked = _by_recipe(asked, code, folder)
    elif asked.get("class") is not None:
        raise UsageError("--class says where the sheet of a --code is; give both, or leave it out")
    if not asked.named and asked.get("recipe") is None:
        raise UsageError(f"make what? sheetgen make TOPIC, with one of {', '.join(TOPICS)}")
    paper = asked.paper()
    groups, remarks = _exercises(asked, asked.whole("count", 1, MOST))
    _remark(asked, groups, [*remarks, *_doubts(asked, groups, formats)])
    _write(_files(asked, groups, formats, paper).items(), asked)


def _doubts(
    asked: Asked, groups: Sequence[Sequence[Exercise]], formats: Sequence[Format]
) -> list[str]:
    """What a teacher may have thought to get, and does not."""
    from sheetgen.words.checks import unchecked

    found = unchecked([exercise for group in groups for exercise in group])
    pages = any(form.pages for form in formats)
    return [*found, *(unprintable(asked.text("name")) if pages else [])]


def _remark(asked: Asked, groups: Sequence[Sequence[Exercise]], remarks: Iterable[str]) -> None:
    """Say what is doubtful, and which recipe the sheets are made from if nobody typed it."""
    quiet, first = asked.flag("quiet"), groups[0][0]
    for remark in remarks:
        say(f"warning: {remark}", quiet)
    if asked.seed() is None and first.seed is not None:
        say(f"made from {first.recipe}; the same recipe makes the same sheet", quiet)


def _files(
    asked: Asked, groups: Sequence[Sequence[Exercise]], formats: Sequence[Format], paper: str
) -> dict[str, bytes]:
    """Names and contents of all files: those of each sheet, then those of all sheets."""
    from sheetgen.formats.format import Request
    from sheetgen.formats.registry import files

    request = partial(Request, paper=paper, name=asked.text("name"), tagged=asked.flag("tagged"),
                      picture=asked.flag("picture"))  # fmt: skip
    found: dict[str, bytes] = {}
    with Bar(asked.flag("quiet") or len(groups) <= AT_ONCE) as bar:
        bar.start(len(groups))
        for group in groups:
            found |= files([f for f in formats if f.per == "sheet"], request(tuple(group)))
            bar.step()
    every = tuple(exercise for group in groups for exercise in group)
    sets = files([f for f in formats if f.per == "set"], request(every, several="set"))
    if len(every) > MANY:
        for name, data in sets.items():
            say(f"{name}: {len(every)} sheets, {len(data) / 1e6:.1f} MB; a platform may take only "
                "smaller files", asked.flag("quiet"))  # fmt: skip
    return found | sets


def _write(files: Iterable[tuple[str, bytes]], asked: Asked) -> None:
    """Write files, all or none; the paths go to stdout. Those of a class are never replaced."""
    from sheetgen.files import holds, make_folder, sweep, write_all
    from sheetgen.press.same import same_content

    folder = Path(asked.text("out"))
    make_folder(folder)
    written = [(folder / name, data) for name, data in files]
    for path, data in written:
        if path.exists() and not holds(path, data, same_content):
            from sheetgen.classroom.manifest import check_no_class_file

            check_no_class_file(path)
    write_all(written, asked.flag("force"), same=same_content)
    sweep(folder)
    for path, _ in written:
        print(path)


def _of_class(asked: Asked) -> tuple[str, Path]:
    """Code and folder of a class's sheet. Raises UsageError."""
    from sheetgen.exercise.recipe import read_code

    with typed():
        code = read_code(asked.text("code"))
    if asked.get("class") is None:
        raise UsageError(
            "--code needs --class FOLDER, which `sheetgen class` made; or use --recipe"
        )
    more = [flag_of(n) for n, v in asked.values.items() if v is not None and n not in OF_A_CLASS]
    if more:
        raise UsageError(f"--code prints a sheet of a class as it is; leave {more[0]} out")
    return code, Path(asked.text("class"))


def _reprint(asked: Asked, code: str, class_folder: Path) -> None:
    """Write a student's sheet of a class once more; the paths go to stdout."""
    from sheetgen.classroom.reprint import reprint

    paper = "" if asked.get("paper") is None else asked.paper()
    _write(reprint(code, class_folder, paper), asked)


def _by_recipe(asked: Asked, code: str, class_folder: Path) -> Asked:
    """The same, with the recipe of a sheet of a class for its code."""
    from sheetgen.classroom.find import recipe_for

    recipe = str(recipe_for(code, class_folder))
    return asked._replace(values={**asked.values, "recipe": recipe, "code": None, "class": None})


def _exercises(asked: Asked, count: int) -> tuple[list[list[Exercise]], list[str]]:
    """The sheets that are asked for (a packet is one sheet of three exercises), and warnings."""
    from sheetgen.exercise.different import make_different, make_packet
    from sheetgen.exercise.given import from_given
    from sheetgen.exercise.settings import settings

    topic, options = asked.topic.name, asked.options()
    packet = options.get("blank") == "packet"
    with typed():
        chosen = settings(topic, options | ({"blank": None} if packet else {}))
    if asked.get("given") is not None:
        for name in ("seed", "count", "recipe"):
            if asked.get(name) is not None:
                raise UsageError(f"--given brings its own numbers; leave --{name} out")
        exercise, remarks = from_given(topic, _read_given(asked.text("given")), options)
        return [[exercise]], remarks
    seed = asked.seed()
    if seed is None:
        import secrets

        seed = secrets.randbelow(FRESH)
    if packet:
        if count > 1:
            raise UsageError("--count: a packet is three sheets already; leave --count out")
        return [make_packet(chosen, seed)], []
    return [[exercise] for exercise in make_different(chosen, seed, count)], []


def unprintable(name: str) -> list[str]:
    """What to say of a name that no font can print."""
    from sheetgen.type.fonts import uncovered

    if not uncovered(name):
        return []
    from sheetgen.type.system import advice

    return [told] if (told := advice([name])) else []


def _read_given(place: str) -> Mapping[str, Any]:
    from sheetgen.exercise.given import parse_json, read_json

    if place == "-":
        return parse_json(sys.stdin.read(), "standard input")
    return read_json(Path(place))


def run_solve(asked: Asked) -> None:
    """Print the solution of given (or drawn) numbers as JSON."""
    from sheetgen.formats.json import exercise_json

    if not asked.named and asked.get("recipe") is None:
        raise UsageError(f"solve what? sheetgen solve TOPIC, with one of {', '.join(TOPICS)}")
    if all(asked.get(name) is None for name in ("given", "seed", "recipe")):
        raise UsageError(
            "solve needs numbers: --given FILE with the matrices, or --seed N for a drawn exercise"
        )
    groups, remarks = _exercises(asked, 1)
    _remark(asked, groups, remarks)
    show_json(exercise_json(groups[0][0]))
