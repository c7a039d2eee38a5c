"""What the command ``scan`` does: scanned sheets of a class, ready to be marked box by box."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sheetgen.cli.asked import Asked
from sheetgen.cli.terminal import Bar, say
from sheetgen.errors import SheetgenError, UsageError, counted

if TYPE_CHECKING:
    from sheetgen.scan.reading import Read

PAGE = "marking.html"
NOT_READ = "not-read.txt"
SHOWN = 20
"""Lines of what was not read that are shown."""


def run_scan(asked: Asked) -> None:
    """Read scans, and write the page on which they are marked."""
    from sheetgen.files import free_to_write, make_folder, write_whole
    from sheetgen.scan.marking import marking
    from sheetgen.scan.reading import OnProgress, read_stack

    scans, quiet = [Path(word) for word in asked.get("scans") or ()], asked.flag("quiet")
    if not scans:
        raise UsageError("scan what? give files or a folder: "
                         "sheetgen scan stack.pdf --class FOLDER")
    folder = Path(asked.text("class"))
    if asked.get("marks") is not None or asked.get("return") is not None:
        _hand_back(asked, scans, folder)
        return
    out = Path(asked.get("out") or _beside(folder))
    free_to_write(out / PAGE, asked.flag("force"))
    with Bar(quiet) as bar:
        read = read_stack(scans, folder, OnProgress(bar.start, bar.step))
    make_folder(out)
    write_whole(out / PAGE, marking(read.stack).encode(), asked.flag("force"))
    print(out / PAGE)
    _tell(read, quiet)
    if read.stack.told:
        lines = [f"{aside.what}: {aside.why}" for aside in read.stack.told]
        write_whole(out / NOT_READ, "".join(f"{line}\n" for line in lines).encode(), force=True)
        for line in lines[:SHOWN]:
            say(line)
        more = f"; {out / NOT_READ} lists all" if len(lines) > SHOWN else ""
        raise SheetgenError(f"{counted(len(lines), 'thing')} to look at{more}; the rest is in "
                            f"{out / PAGE}")  # fmt: skip


def _hand_back(asked: Asked, scans: list[Path], folder: Path) -> None:
    """Read the scans again, and write the sheets to hand back with the marks of the page."""
    from sheetgen.scan.reading import OnProgress, read_stack
    from sheetgen.scan.returning import hand_back

    for name, other in (("marks", "return"), ("return", "marks")):
        if asked.get(name) is None:
            raise UsageError(f"--{other} needs --{name}: sheetgen scan SCANS --class FOLDER "
                             f"--marks marks.csv --return OUT")  # fmt: skip
    if asked.get("out") is not None:
        raise UsageError("--out is of the page; with --marks the sheets go into --return")
    marks, quiet = Path(asked.text("marks")), asked.flag("quiet")
    with Bar(quiet) as bar:
        read = read_stack(scans, folder, OnProgress(bar.start, bar.step))
    for path in hand_back(read.stack, marks, Path(asked.text("return")), asked.flag("force")):
        print(path)
    _tell(read, quiet)


def _beside(folder: Path) -> Path:
    named = folder if folder.name else folder.resolve()
    return named.parent / f"{named.name}-scans"


def _tell(read: Read, quiet: bool) -> None:
    """Say how many pages there were, and of whom there is none."""
    blank = f", {read.blank} blank" if read.blank else ""
    papers = counted(len(read.stack.papers), "paper")
    say(f"{counted(read.pages, 'page')} of {papers} read{blank}", quiet)
    if read.absent:
        more = " ..." if read.absent[8:] else ""
        say(f"no page of {', '.join(read.absent[:8])}{more}", quiet)
