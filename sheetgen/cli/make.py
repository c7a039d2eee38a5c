"""``make`` and ``solve``: from what was typed to files, or a solution on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheetgen.cli.options import Command
from sheetgen.cli.terminal import Progress, say
from sheetgen.errors import UsageError, typed
from sheetgen.page.items import PAPERS

if TYPE_CHECKING:
    from sheetgen.exercise.exercise import Exercise

FORMATS = ("pdf", "html", "json", "worksheet-json", "png")
PRINTED = {"pdf", "html", "png"}
"""Those that have pages."""


def run_make(command: Command) -> None:
    """Make sheets and write them; the paths go to stdout, one a line."""
    from sheetgen.files import make_folder, write_all
    from sheetgen.words.checks import unchecked

    formats = _formats(command.text("format", "pdf"))
    folder = Path(command.text("out", "output"))
    force, quiet = command.flag("force"), command.flag("quiet")
    paper = _paper(command.text("paper", "a4"))
    groups, remarks = _exercises(command)
    remarks += unchecked([e for group in groups for e in group])
    if PRINTED & set(formats):
        remarks += unprintable(command.text("name", ""))
    for remark in remarks:
        say(f"warning: {remark}", quiet)
    if (
        command.get("seed") is None
        and command.get("recipe") is None
        and groups[0][0].seed is not None
    ):
        say(f"made from {groups[0][0].recipe}; the same recipe makes the same sheet", quiet)
    make_folder(folder)
    written: list[tuple[Path, bytes]] = []
    with Progress(len(groups), quiet) as step:
        for exercises in groups:
            for name, data in _files(
                exercises, formats, paper, command.text("name", ""), command.flag("tagged")
            ):
                written.append((folder / name, data))
            step()
    write_all(written, force)
    for path, _ in written:
        print(path)


def run_reprint(code: str, class_folder: Path, out: Path, paper: str | None, force: bool) -> None:
    """Write a student's sheet of a class once more; the paths go to stdout."""
    from sheetgen.classroom.reprint import reprint
    from sheetgen.files import make_folder, write_all

    files = reprint(code, class_folder, "" if paper is None else _paper(paper))
    make_folder(out)
    written = [(out / name, data) for name, data in files]
    write_all(written, force)
    for path, _ in written:
        print(path)


def _exercises(command: Command) -> tuple[list[list[Exercise]], list[str]]:
    """The sheets that a command asks for (a packet is one sheet of three exercises), and
    warnings."""
    from sheetgen.exercise.different import make_different, make_packet
    from sheetgen.exercise.given import from_given
    from sheetgen.exercise.settings import settings

    with typed():
        topic, options = command.topic, command.options()
        asked = settings(topic, options | ({"blank": None} if _is_packet(options) else {}))
    given = command.get("given")
    if given is not None:
        for name in ("seed", "count", "recipe"):
            if command.get(name) is not None:
                raise UsageError(f"--given brings its own numbers; leave --{name} out")
        exercise, remarks = from_given(topic, _read_given(str(given)), options)
        return [[exercise]], remarks
    with typed():
        seed = command.seed()
        count = command.whole("count", 1, 1, 5000)
    if _is_packet(options):
        if count > 1:
            raise UsageError("--count: a packet is three sheets already; leave --count out")
        return [make_packet(asked, seed)], []
    return [[e] for e in make_different(asked, seed, count)], []


def _is_packet(options: Mapping[str, Any]) -> bool:
    return options.get("blank") == "packet"


def unprintable(name: str) -> list[str]:
    """What to say of a name that no font can print."""
    from sheetgen.type.fonts import uncovered

    if not uncovered(name):
        return []
    from sheetgen.type.system import advice

    return [told] if (told := advice([name])) else []


def _read_given(place: str) -> dict[str, Any]:
    from sheetgen.exercise.given import parse_json, read_json

    if place == "-":
        return parse_json(sys.stdin.read(), "standard input")
    return read_json(Path(place))


def _paper(text: str) -> str:
    if text.lower() not in PAPERS:
        raise UsageError(f"--paper: {text!r} is none of {', '.join(PAPERS)}")
    return text.lower()


def _formats(text: str) -> list[str]:
    found = [f.strip().lower() for f in text.split(",") if f.strip()]
    for name in found:
        if name not in FORMATS:
            raise UsageError(f"--format: {name!r} is none of {', '.join(FORMATS)}")
    if not found:
        raise UsageError(f"--format: give one or more of {', '.join(FORMATS)}")
    return found


def _files(
    exercises: Sequence[Exercise], formats: Sequence[str], paper: str, name: str, tagged: bool
) -> list[tuple[str, bytes]]:
    """Names and contents of the files of one sheet."""
    from sheetgen.formats.json import exercise_json
    from sheetgen.layout.sheet import lay_out
    from sheetgen.press.printing import printer

    printing, first = printer(), exercises[0]
    stem = (
        f"{first.topic.name}-{first.code}"
        if len(exercises) == 1
        else f"{first.topic.name}-packet-{first.code}"
    )
    out: list[tuple[str, bytes]] = []
    drawn = (
        [lay_out(e, paper, name) for e in exercises]
        if PRINTED & set(formats)
        else []
    )
    sides = {"worksheet": [s.worksheet() for s in drawn], "key": [s.key() for s in drawn]}
    for form in formats:
        if form == "pdf":
            out += [
                (f"{stem}-{side}.pdf", printing.pdf(pages, tagged=tagged))
                for side, pages in sides.items()
            ]
        elif form == "png":
            for side, pages in sides.items():
                images = printing.png(printing.pdf(pages))
                out += [(f"{stem}-{side}-{k}.png", image) for k, image in enumerate(images, 1)]
        elif form == "html":
            out += [
                (
                    f"{stem}-worksheet{f'-{k}' if len(drawn) > 1 else ''}.html",
                    printing.html(page).encode(),
                )
                for k, page in enumerate(sides["worksheet"], 1)
            ]
        else:
            answers = form == "json"
            data = [exercise_json(e, answers) for e in exercises]
            text = json.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False, indent=1)
            out.append(
                (f"{stem}.json" if answers else f"{stem}-worksheet.json", f"{text}\n".encode())
            )
    return out


def run_solve(command: Command) -> None:
    """Print the solution of given (or drawn) numbers as JSON."""
    from sheetgen.formats.json import exercise_json

    if (
        command.get("given") is None
        and command.get("seed") is None
        and command.get("recipe") is None
    ):
        raise UsageError(
            "solve needs numbers: --given FILE with the matrices, or --seed N for a drawn exercise"
        )
    groups, remarks = _exercises(command)
    for remark in remarks:
        say(f"warning: {remark}", command.flag("quiet"))
    print(json.dumps(exercise_json(groups[0][0]), ensure_ascii=False, indent=1))
