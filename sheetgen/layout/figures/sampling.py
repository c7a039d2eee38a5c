"""Words that are picked by random numbers, on the page: the march to the pick, and a bar from 0 to
1 for each place, to be cut at its running sums and marked at its random number."""

from __future__ import annotations

from collections.abc import Iterator

from sheetgen.graph.nodes import Step
from sheetgen.layout.cells import Boxes
from sheetgen.layout.figures.generic import marching
from sheetgen.layout.figures.parts import rectangle_of, smallness
from sheetgen.layout.figures.registry import arrangement
from sheetgen.page.figure import Arrangement, Figure, text
from sheetgen.page.items import Label, Line
from sheetgen.page.paths import Path, down
from sheetgen.type.fonts import text_width

HIGH = 0.62
"""Of a bar, in boxes."""
PITCH = 1.8
"""From one bar to the next."""
SCALE = 0.27
"""Em of the numbers beneath a bar."""
ROOMS = ((13.0, 30.0), (15.0, 30.0), (15.0, 11.0), (18.0, 11.0), (22.0, 9.0))
"""Widths and heights in boxes of the bands that are tried."""
LEAST = 8.4
"""Side of a box in mm, below which there are two pages."""
SAID = (
    "Cut each bar at its running sums and write the words in. An arrow at the random number",
    "points at the word that is picked.",
)
CUT = (
    "Each bar is cut at its running sums. The arrow at the random number points at the",
    "word that is picked.",
)
"""What is said of bars that are to be cut, and of those on a sheet that prints what is picked."""


@arrangement("sampling", marching=True)
def sampling(boxes: Boxes) -> Iterator[Arrangement]:
    """All steps, and the bars beneath them, on one page or on two."""
    graph = boxes.exercise.graph
    steps = [s for s in graph.steps if not s.hidden]
    picks = [s for s in steps if s.op.on_bar]
    if len(picks) != 1:
        return
    bands, found, cut = marching(boxes, steps), list[Figure](), list[tuple[Figure, Figure]]()
    for room in ROOMS:
        made = bands(*room)
        if made is not None and not made.copied:
            figure = Figure()
            for part in made.finished:
                figure += part.at(0.0, figure.height + 0.5 if figure.items else 0.0)
            found.append(figure + bars(boxes, picks[0], figure))
            if len(made.figures) == 2:
                first, last = made.finished
                cut.append((first, last + bars(boxes, picks[0], last)))
    if found:
        yield Arrangement(whole=min(found, key=smallness), smallest=LEAST)
    if cut:
        yield Arrangement(leaves=min(cut, key=lambda pages: max(map(smallness, pages))))


def bars(boxes: Boxes, step: Step, above: Figure) -> Figure:
    """A bar for each column of a pick, as wide as what stands ``above``, and what to do with
    them."""
    sums, (_, columns) = step.inputs[0], step.shape
    names = sums.columns_said or tuple(str(k) for k in range(1, columns + 1))
    aside = max(text_width(name, 0.45, "label") for name in names) + 0.35
    x0, _, x1, y = above.box
    x1 = max(x1, x0 + 12.4)
    x, wide, y = x0 + aside, x1 - x0 - aside - 0.2, y + 0.75
    asked = any(name in boxes.exercise.blanks for name in (sums.name, step.name))
    wanted = SAID if asked or boxes.exercise.settings.is_example else CUT
    said = " ".join(wanted)
    lines = (said,) if text_width(said, 0.34, "label") <= x1 - x0 else wanted
    figure = Figure()
    for line in lines:
        figure += text(line, x0, y, 0.34, "start")
        y += 0.48
    y += 0.55
    for k, name in enumerate(names):
        figure += text(name, x0, y + HIGH / 2, 0.45, "start")
        figure += _bar(sums.name, k, x, y, wide)
        y += PITCH
    return figure


def _bar(sums: str, column: int, x: float, y: float, wide: float) -> Figure:
    """A bar from 0 to 1 with its scale."""
    foot = y + HIGH
    box = (x, y, x + wide, foot)
    items: list[Line | Label] = [
        Line(rectangle_of(*box), "ink", 0.3, bounds=box, cut_at=(sums, column))
    ]
    ticks: Path = ()
    for k in range(21):
        ticks += down(x + wide * k / 20, foot, 0.16 if k % 2 == 0 else 0.09)
    items.append(Line(ticks, "ink", 0.2, bounds=(x, foot, x + wide, foot + 0.16)))
    for k in range(11):
        said = {0: "0", 10: "1"}.get(k, f".{k}")
        items.append(Label(x + wide * k / 10, foot + 0.38, said, SCALE, "middle", "soft",
                           face="digits"))  # fmt: skip
    return Figure(tuple(items))
