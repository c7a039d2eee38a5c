"""What the command ``marks`` does: points back into the gradebook from which the list came."""

from __future__ import annotations

from pathlib import Path

from sheetgen.cli.asked import Asked
from sheetgen.cli.terminal import say
from sheetgen.errors import UsageError


def run_marks(asked: Asked) -> None:
    """The points of a class as a gradebook imports them, or a table to fill them in."""
    folder, file = Path(asked.text("folder")), asked.get("marks")
    if file is None:
        _empty(asked, folder)
        return
    from sheetgen.classroom.marks.gradebook import WRITERS, gradebook
    from sheetgen.files import write_whole

    to, roster, quiet = asked.text("to").lower(), asked.get("roster"), asked.flag("quiet")
    if to and to not in WRITERS:
        raise UsageError(f"--to: {to[:40]!r} is none of {', '.join(WRITERS)}")
    column = " ".join(asked.text("column").split())
    made = gradebook(folder, Path(file), to, None if roster is None else Path(roster), column)
    path = Path(asked.text("out") or _beside(folder, made.kind))
    write_whole(path, made.data, asked.flag("force"))
    for remark in made.remarks:
        say(remark, quiet)
    print(path)


def _beside(folder: Path, kind: str) -> Path:
    """The file beside the class's folder: it has all columns of the list, which the folder does
    not keep."""
    named = folder if folder.name else folder.resolve()
    return named.parent / f"{named.name}-{kind}.csv"


def _empty(asked: Asked, folder: Path) -> None:
    """Write the table to fill in; one that is there is never written over without --force."""
    from sheetgen.classroom.manifest import MANIFEST, read_manifest
    from sheetgen.classroom.marks.table import MARKS, empty_marks, most_points
    from sheetgen.files import write_whole

    for name in ("to", "roster", "column"):
        if asked.get(name) is not None:
            raise UsageError(f"--{name} is of points that are written down: "
                             f"sheetgen marks {folder} {MARKS} --{name} ...")  # fmt: skip
    data = read_manifest(folder / MANIFEST)
    path = Path(asked.text("out") or folder / MARKS)
    write_whole(path, empty_marks(data, most_points(folder, data)), asked.flag("force"))
    say(f"write the points into it, then: sheetgen marks {folder} {path}", asked.flag("quiet"))
    print(path)
