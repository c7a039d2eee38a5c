"""The Python face: what ``import sheetgen`` gives, an exercise with its files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from sheetgen.exercise import different, exercise, given
from sheetgen.exercise.recipe import read_seed
from sheetgen.exercise.settings import Settings, settings
from sheetgen.formats.format import FRAMEWORKS, USUAL, Request


class Exercise(exercise.Exercise):
    """One exercise, solved and verified, with its worksheet, its key and its data.

    ``values`` maps each matrix to its numbers, Fixed of shape (rows, cols); ``blanks`` says which
    boxes are left open.
    """

    @classmethod
    def of(cls, made: exercise.Exercise) -> Exercise:
        """The same exercise, with its files."""
        return cls(made.settings, made.seed, made.values, made.blanks, made.effort)

    def __repr__(self) -> str:
        return f"<Exercise {self.code}: {self.recipe}>"

    def worksheet_pdf(self, paper: str = "a4", name: str = "", *, tagged: bool = False) -> bytes:
        """The worksheet as a PDF, ``tagged`` for screen readers; ``name`` is printed on the name
        line."""
        from sheetgen.formats.pdf import pdf

        return pdf(Request((self,), paper, name).worksheets, tagged=tagged)

    def key_pdf(self, paper: str = "a4", name: str = "", *, tagged: bool = False) -> bytes:
        """The answer key as a PDF."""
        from sheetgen.formats.pdf import pdf

        return pdf(Request((self,), paper, name).keys, tagged=tagged)

    def files(
        self, format: str = USUAL, paper: str = "a4", name: str = "", *, tagged: bool = False,
        framework: str = FRAMEWORKS[0],
    ) -> dict[str, bytes]:  # fmt: skip
        """Name -> content of the files that ``sheetgen make --format`` writes, in one format or
        several (``"pdf,json"``); scripts and notebooks in a ``framework``, numpy or torch.

        Raises SheetgenError for a format or framework that there is not.
        """
        from sheetgen.formats.registry import files, read_formats

        request = Request((self,), paper, name, tagged, framework=framework)
        return files(read_formats(format), request)

    def json(self) -> str:
        """Everything of the exercise as JSON, answers included; its numbers can be read again by
        ``from_given``."""
        from sheetgen.formats.json import exercise_json

        return json.dumps(exercise_json(self), ensure_ascii=False)

    def _repr_html_(self) -> str:
        """The worksheet, for notebooks: a page of its own in a frame, so that no style leaks."""
        from sheetgen.formats.html import html

        [sheet] = Request((self,)).worksheets
        page = html(sheet)
        return (f'<iframe srcdoc="{escape(page)}" title="{escape(self.settings.title)}" '
                'style="width: 100%; height: 60em; border: 1px solid #ccc"></iframe>')  # fmt: skip


def make(topic: str, seed: int = 0, **options: Any) -> Exercise:
    """Make one exercise: ``make("backpropagation", seed=7, widths="3-4-2-3")``.

    Options are those of the command line, with underscores. Raises SheetgenError for what cannot
    be.
    """
    return many(topic, [seed], **options)[0]


def many(topic: str, seeds: Iterable[int], **options: Any) -> list[Exercise]:
    """One exercise a seed, drawn, solved and verified at once."""
    asked = settings(topic, options)
    return list(map(Exercise.of, exercise.build(asked, [read_seed(s) for s in seeds])))


def make_different(asked: Settings, first: int, count: int) -> list[Exercise]:
    """``count`` exercises from the seeds after ``first``, no two alike, not even up to an exchange
    of hidden units.

    Raises SheetgenError saying how many there are if the options allow fewer.
    """
    return list(map(Exercise.of, different.make_different(asked, first, count)))


def make_packet(asked: Settings, seed: int) -> list[Exercise]:
    """A worked example, then the same with its first half worked, then a blank one: three different
    draws for one file."""
    return list(map(Exercise.of, different.make_packet(asked, seed)))


def from_given(
    topic: str, given_numbers: Mapping[str, Any], options: Mapping[str, Any] | None = None
) -> tuple[Exercise, list[str]]:
    """An exercise with numbers from elsewhere, and warnings about those that are not hand-friendly.

    Sizes follow from the matrices. Raises SheetgenError naming a missing matrix, a misfit or a text
    for a number.
    """
    made, remarks = given.from_given(topic, given_numbers, options)
    return Exercise.of(made), remarks
