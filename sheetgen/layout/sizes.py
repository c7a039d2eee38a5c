"""The sizes by which pages are laid out, in millimetres; those of texts are the em of their
letters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sheetgen.page.theme import BY_HAND, Theme
from sheetgen.type.fonts import SMALL


@dataclass(frozen=True)
class Sizes:
    """Sizes of pages, boxes and texts; a figure's own proportions are in cells, in its file. Those
    of the usual instance that a theme tells are the theme's."""

    # --- the page
    margin: float
    """White at the left and the right."""
    top: float
    """Where the figures start, below title and name line."""
    foot: float
    """Height of what stands below figures and step list: recipe and page number."""

    # --- boxes and the step list
    largest_cell: float
    smallest_cell: float
    step: float
    """Em of the step list."""
    step_pitch: float
    """Height of one of its lines."""

    # --- all else
    scale: float = 1.0
    """How much larger all is printed than it is laid out: more than 1 for large print."""
    above_foot: float = 4.0
    """White between figures and the foot, at least."""
    larger: float = 1.0
    """How much larger the sheet is than the usual one, and with it head and foot."""
    least_room: float = 26.0
    """A free part of a page that is lower is left as it is."""
    least_lines: float = 12.0
    """One that is higher may have lines for sums."""

    cells_above_flow: tuple[float, ...] = (12.0, 10.5, 9.0)
    """Sides between the largest and the smallest that are tried for a whole figure with small ones
    below it."""
    largest_flow_cell: float = 10.0
    """The largest side in a flow of small figures."""
    largest_below: float = 12.0
    """The same in one that stands below a whole figure, whose boxes are no smaller."""
    flow_cells: tuple[float, ...] = (11.0, 10.0, 9.2, 8.6)
    """Sides between that and the smallest that are tried for such a flow."""
    larger_leaf: float = 1.3
    """How much larger boxes may be on one page of a figure cut over pages than on another."""
    band_cells: tuple[float, ...] = (14.0, 13.0, 12.0, 11.0, 10.0, 9.5, 9.0, 8.6, 8.3, 8.0)
    """Sides that are tried for figures that adapt to the room."""
    fullest: float = 1.0
    """What part of a page several of them may fill, before their boxes are made larger."""
    band_gap: float = 7.0
    """Between such figures one below the other."""
    largest_whole_cell: float = 16.5
    """The largest side in a figure that has a page for itself."""
    largest_cut_cell: float = 12.0
    """The largest side in a stack that is cut over pages."""
    largest_net: float = 11.0
    """From one neuron to the next in the picture of the net."""
    smallest_net: float = 6.2
    net_rise: float = 26.0
    """From one level to the next where all links can be told apart."""

    net_below: float = 56.0
    """Where more than that is free below a figure, the picture stands there."""
    net_gap: float = 12.0
    """Between both: room for what is said of the weights."""

    # --- head and foot
    title: float = 9.0
    subtitle: float = 7.0
    """The title of a page that only the key has."""
    note: float = 3.6
    """Below the title: how much of the sheet is worked."""
    name_line: float = 4.2
    code: float = 4.0
    key_mark: float = 5.4
    recipe: float = 2.5

    # --- the step list
    least_column: float = 62.0
    """The narrowest column in which it is set."""
    list_widths: tuple[float, ...] = (182.0, 166.0, 150.0, 134.0)
    """The same for a list in two columns."""
    list_columns: tuple[float, ...] = (110.0, 96.0, 84.0, 74.0, 66.0, 60.0, 54.0, 48.0)
    """Widths that are tried for the list beside the figures, where there is no room below them."""
    close_step_pitch: float = 4.8
    """Height of a line of the list where that has no other place in one piece."""
    larger_lists: tuple[float, ...] = (1.14, 1.07)
    """How much larger its letters may be where there is room: 12 pt, or a little less."""
    left_for_list: tuple[float, ...] = (0.0, 12.0, 24.0, 36.0, 48.0, 60.0)
    """Heights that are tried for a strip beneath the figures then."""
    room_to_work: float = 3.2
    line_sizes: tuple[float, ...] = (3.63, 3.4)
    """Ems of what stands on the lines of the room to work."""
    line_pitches: tuple[float, ...] = (10.0, 9.0, 8.0)
    """Heights of such a line."""
    least_pitch: float = 6.8
    """Of a line for a whole equation, at least."""
    narrow_pitch: float = 6.4
    """Of one at the side of figures: narrow ruled paper has such."""
    room_sizes: tuple[float, ...] = (4.4, 3.9, 3.63, 3.4)
    """Ems of what stands on ruled lines, and the heights of these."""
    room_pitches: tuple[float, ...] = (14.0, 12.0, 11.0, 10.0, 9.0, 8.0)
    close_pitch: float = 7.2
    """Height of such a line where all of them find room only so."""
    room_widths: tuple[float, ...] = (110.0, 96.0, 84.0, 74.0, 66.0, 60.0, 54.0, 50.0, 46.0, 44.0)
    """Widths that are tried for ruled lines beside the figures, and the smallest em there."""
    least_beside: float = 3.1
    widest_place: float = 22.0
    comfortable_cell: float = 10.8
    """Boxes that large are not made larger at the cost of room to work."""
    easy_cell: float = 9.0
    """Boxes to write in that are smaller are not easy to fill in."""
    saving_cell: float = 8.6
    """Those for which a page is saved are no smaller."""
    guided_cell: float = 9.4
    """The same on a sheet whose first boxes are worked."""
    closest_cell: float = 9.0
    """The same for lines that stand closer."""
    guide_room: float = 18.0
    """Height of the words beside a first box."""

    # --- the worked sums of the key
    sum: float = 3.4
    larger_sums: tuple[float, ...] = (4.2, 3.8)
    """In which they are set on a page of their own that has room."""
    smaller_sums: tuple[float, ...] = (3.1, 2.85, 2.6)
    """In which sums are tried beside the figures before they get a page of their own."""
    smallest_sum: float = 2.48
    """To which sums shrink on a page of their own that are too wide for it."""
    sum_indent: float = 7.0
    """What a column needs beside its widest line."""
    sum_pitch: float = 1.5
    """Height of a line in ems."""
    close_sum_pitch: float = 1.3

    @classmethod
    def of(cls, theme: Theme) -> Sizes:
        """The usual sizes with those that a theme tells."""
        return cls(
            theme.margin, theme.figures_top, theme.foot, theme.largest_cell, theme.smallest_cell,
            theme.list_size, theme.list_line,
        )  # fmt: skip

    @property
    def is_large(self) -> bool:
        """Whether they are those of large print."""
        return self.scale > 1.0

    @property
    def scripts(self) -> float:
        """The least em of a text with lowered or raised letters, in the smallest boxes, if that is
        more than figures reckon with: in large print."""
        return BY_HAND.smallest_type / SMALL / self.smallest_cell if self.is_large else 0.0

    def least_cell(self, wanted: float) -> float:
        """The smallest side of the boxes of an arrangement that is better with others below a
        ``wanted`` one; large print takes each arrangement that it has room for."""
        return self.smallest_cell if self.is_large else wanted

    def on(self, paper: tuple[float, float]) -> Sizes:
        """The sizes on paper of a size in mm: on a larger sheet than A4 all is larger as well.
        Those of large print are the same on any paper."""
        by = paper[0] / USUAL_WIDTH
        if by < LARGE or self.is_large:
            return self
        changed: dict[str, Any] = {"larger": by}
        for name in SCALED:
            value = getattr(self, name)
            changed[name] = (
                tuple(v * by for v in value) if isinstance(value, tuple) else value * by
            )
        return replace(self, **changed)


USUAL_WIDTH, LARGE = 210.0, 1.2
"""Width of A4 in mm, and how much wider a sheet is that has larger figures."""
SCALED = (
    "margin", "top", "foot", "largest_cell", "smallest_cell", "step", "step_pitch",
    "least_room", "cells_above_flow",
    "largest_flow_cell", "largest_below", "flow_cells",
    "band_cells", "band_gap", "largest_whole_cell", "largest_cut_cell", "largest_net",
    "smallest_net", "net_rise", "net_below", "net_gap", "room_to_work", "sum", "larger_sums",
    "smaller_sums", "smallest_sum", "sum_indent", "least_lines", "least_column",
    "list_columns", "list_widths", "left_for_list", "close_step_pitch",
    "line_sizes", "line_pitches", "room_sizes", "room_pitches", "least_pitch",
    "close_pitch", "narrow_pitch", "widest_place", "comfortable_cell", "easy_cell", "saving_cell",
    "room_widths",
    "least_beside",
)  # fmt: skip
"""What is larger on larger paper."""

SIZES = Sizes.of(BY_HAND)
"""The usual ones."""

LARGE_PRINT = replace(
    SIZES, scale=18.0 / 7.0, margin=6.0, top=26.5, foot=9.0, above_foot=1.8,
    smallest_cell=5.6, largest_cell=11.0,
    largest_whole_cell=11.0,
    band_cells=(10.0, 9.0, 8.0, 7.3, 6.5, 6.0, 5.6, 5.45),
    flow_cells=(9.0, 8.0, 7.3, 6.5, 6.0),
    cells_above_flow=(9.0, 8.0, 7.0, 6.2),
    larger_lists=(), title=4.6, note=2.6, name_line=2.8, code=2.6, key_mark=2.47, smallest_sum=2.47,
)  # fmt: skip
"""Those of large print, to be laid out on paper that is as much smaller: the smallest letters, of
7 pt, become such of 18 pt."""
