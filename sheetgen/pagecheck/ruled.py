"""The ruled lines on which sums are worked out: each is called by the box that it is for, as that
is drawn, and its key writes on it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from sheetgen.errors import SheetgenError
from sheetgen.graph.cell import Place
from sheetgen.graph.nodes import Step
from sheetgen.page.items import Block, Label, Page
from sheetgen.pagecheck.standing import NEAR, Standing
from sheetgen.words.labels import label, listed
from sheetgen.words.sums import to_work_out

Lines = dict[Place, list[Label]]
"""The printed labels of each line: its name and its signs."""
_HEADING = re.compile(r"Room to work: a line for (.+?)(?:, a place for each term)?\.")
_BOXES = re.compile(r"each (open )?(unmasked )?(?:box|(sum))"
                    r"(?: in (row|column)s? ([\d, andto]+))? of (.+)")  # fmt: skip
_HARDEST = "each of the hardest results"


def ruled_lines(standing: Standing) -> list[Lines]:
    """The lines of each page. Raises SheetgenError for one with another name or another sign."""
    found: list[Lines] = []
    for page, plate in enumerate(standing.plates):
        lines: Lines = {}
        for k, item in enumerate(plate.items):
            if isinstance(item, Label) and item.of is not None and k not in plate.varying:
                lines.setdefault(item.of, []).append(item)
        for place, parts in lines.items():
            name, *signs = sorted(parts, key=lambda p: p.x)
            said = " ".join(p.markup for p in (name, *signs))
            if signs and [s.markup for s in signs] != ["+"] * (len(signs) - 1) + ["="]:
                raise SheetgenError(f"the ruled line “{said}” is no sum")
            if any(abs(p.y - name.y) > NEAR for p in signs):
                raise SheetgenError(f"the ruled line “{said}” stands on two lines")
            if name.markup not in _names(standing, page, place):
                raise SheetgenError(f"the ruled line “{said}” is for another box")
        found.append(lines)
        for item in plate.items:
            if isinstance(item, Label) and (heading := _HEADING.fullmatch(item.markup)):
                blocks = [i for i in plate.items if isinstance(i, Block)]
                if heading[1] != _HARDEST and not _is_heading(
                    standing, lines, blocks, heading[1]
                ):
                    raise SheetgenError(f"“{item.markup}” is not what the lines are for")
    return found


def _is_heading(
    standing: Standing, lines: Lines, blocks: Sequence[Block], said: str
) -> bool:
    """Whether each box of which it is said so has a line, and in some rows or columns no other."""
    found = _BOXES.fullmatch(said)
    first = {place: min(parts, key=lambda p: p.x).markup for place, parts in lines.items()}
    if found is None or found[6] != listed(list(dict.fromkeys(
        name.partition(", ")[0] for name in first.values())),
    ):  # fmt: skip
        return False
    lies, numbers = set[str](), _numbers(found[5] or "")
    for (name, *spot), called in first.items() if found[4] else ():
        number = re.search(rf"{found[4]} (\d+)", called)
        if number is None or number[1] not in numbers:
            return False
        if int(number[1]) != spot[found[4] == "column"] + 1:
            lies.add(name)
    opened = {cell.source for block in blocks for row in block.cells for cell in row if cell.blank}
    for name in {place[0] for place in lines}:
        step = standing.graph.by_name[name]
        assert isinstance(step, Step)
        seen, (rows, columns) = to_work_out(step), step.shape
        for place in ((name, i, j) for i in range(rows) for j in range(columns)):
            out = (found[1] and place not in opened) or (found[2] and not seen[place[1:]])
            at = place[1:][::-1] if name in lies else place[1:]
            if found[4] and str(at[found[4] == "column"] + 1) not in numbers:
                continue
            if not (out or found[3] or place in lines):
                return False
    return True


def _numbers(said: str) -> set[str]:
    """The numbers of rows or columns: ``1 and 3``, ``1 to 3``."""
    first, _, last = said.partition(" to ")
    return {str(k) for k in range(int(first), int(last) + 1)} if last else set(
        re.findall(r"\d+", said))  # fmt: skip


def _names(standing: Standing, page: int, place: Place) -> Iterator[str]:
    """What a box may be called, as its block is drawn on a page."""
    name, i, j = place
    own = standing.origins[name]
    turned = [list(row) for row in zip(*own, strict=True)]
    grids = [part.grid() for part in standing.parts if part.name == name and part.page == page]
    called = [label(standing.graph.by_name[n]) for n in (name, standing.bent.get(name, name))]
    for lies, grid in ((False, own), (True, turned)):
        if grid in grids:
            row, column = (j, i) if lies else (i, j)
            where = [f", row {row + 1}"] * (len(grid) > 1)
            where += [f", column {column + 1}"] * (len(grid[0]) > 1)
            for said in called:
                yield f"{said}{'^T' * lies}{''.join(where)}"


def titles_of(
    standing: Standing, step: Step, number: int, lines: Sequence[Lines]
) -> set[str]:
    """What may stand above the sums of a step, as its boxes are drawn; where some boxes have ruled
    lines it says that the others are meant."""
    some = any(step.name == name for of_page in lines for name, _, _ in of_page)
    ends = (", the other boxes", ", another box") if some else ("",)
    own = standing.origins[step.name]
    turned = [list(row) for row in zip(*own, strict=True)]
    grids = [part.grid() for part in standing.parts if part.name == step.name]
    ways = {lies for lies, grid in ((False, own), (True, turned)) if grid in grids}
    after = standing.graph.by_name[standing.bent.get(step.name, step.name)]
    return {f"[{number}] {label(node)}{'^T' * (lies and step.shape != (1, 1))}{end}"
            for node in (step, after) for lies in ways or {False} for end in ends}  # fmt: skip


def is_title(said: str, titles: Collection[str], place: Place) -> bool:
    """Whether something may stand above the sum of a box; if it says a row, it is that of the
    box."""
    title, _, row = said.partition(", row ")
    _, i, j = place
    lies = title.partition(", ")[0].endswith("^T")
    return title in titles and (not row or row == str((j if lies else i) + 1))


def written_elsewhere(lines: Sequence[Lines], pages: Sequence[Page]) -> str:
    """What the key writes on the ruled line of another box, empty if there is nothing."""
    for page, of_page in zip(pages, lines, strict=False):
        for item in page.own if of_page else ():
            if not isinstance(item, Label) or item.of is None:
                continue
            parts = of_page.get(item.of)
            if parts is None or abs(item.y - parts[0].y) <= NEAR:
                continue
            if all(abs(item.y - part.y) > NEAR for part in parts):
                return item.markup
    return ""
