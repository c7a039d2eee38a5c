"""The Python face: what ``import sheetgen`` gives, an exercise with its files."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheetgen.errors import SheetgenError
from sheetgen.exercise import different, exercise, given
from sheetgen.exercise.recipe import read_seed
from sheetgen.exercise.settings import Settings, settings
from sheetgen.formats.format import FRAMEWORKS, USUAL, Request

if TYPE_CHECKING:
    from sheetgen.classroom.made import MadeClass

FRESH = 1_000_000
"""Seeds that nobody chose are below this, so that they can be typed."""


class Exercise(exercise.Exercise):
    """One exercise, solved and verified, with its worksheet, its key and its data.

    ``values`` maps each matrix to its numbers, Fixed of shape (rows, cols); ``blanks`` says which
    boxes are left open.
    """

    @classmethod
    def of(cls, made: exercise.Exercise) -> Exercise:
        """The same exercise, with its files."""
        return cls(made.settings, made.seed, made.values, made.blanks, made.effort,
                   made.secret, made.booklet)  # fmt: skip

    def __repr__(self) -> str:
        return f"<Exercise {self.code}: {self.recipe}>"

    def worksheet_pdf(
        self, paper: str = "a4", name: str = "", *, tagged: bool = False,
        large_print: bool = False,
    ) -> bytes:  # fmt: skip
        """The worksheet as a PDF, ``tagged`` for screen readers, or in ``large_print`` of 18 pt or
        more; ``name`` is printed on the name line."""
        from sheetgen.formats.pdf import pdf

        return pdf(self._request(paper, name, large_print).worksheets, tagged=tagged)

    def key_pdf(
        self, paper: str = "a4", name: str = "", *, tagged: bool = False,
        large_print: bool = False,
    ) -> bytes:  # fmt: skip
        """The answer key as a PDF."""
        from sheetgen.formats.pdf import pdf

        return pdf(self._request(paper, name, large_print).keys, tagged=tagged)

    def files(
        self, format: str = USUAL, paper: str = "a4", name: str = "", *, tagged: bool = False,
        framework: str = FRAMEWORKS[0], decimal_mark: str = "point", large_print: bool = False,
    ) -> dict[str, bytes]:  # fmt: skip
        """Name -> content of the files that ``sheetgen make --format`` writes, in one format or
        several (``"pdf,json"``); scripts and notebooks in a ``framework``, numpy or torch;
        decimals with a ``decimal_mark``, point or comma; pages in ``large_print`` if that is asked.

        Raises SheetgenError for a format, framework or mark that there is not, and for large print
        that has no room on the paper.
        """
        from sheetgen.formats.registry import check_large_print, files, read_formats

        request = Request((self,), paper, name, tagged, framework=framework,
                          decimal_mark=decimal_mark, large_print=large_print)  # fmt: skip
        formats = read_formats(format)
        check_large_print(formats, large_print)
        return files(formats, request)

    def _request(self, paper: str, name: str, large_print: bool) -> Request:
        return Request((self,), paper, name, large_print=large_print)

    def json(self) -> str:
        """Everything of the exercise as JSON, answers included; its numbers can be read again by
        ``from_given``."""
        from sheetgen.formats.json import exercise_json

        return json.dumps(exercise_json(self), ensure_ascii=False)

    def _repr_html_(self) -> str:
        """The worksheet, for notebooks: a page of its own in a frame, so that no style leaks."""
        from sheetgen.formats.html import html

        [sheet] = Request((self,)).worksheets
        page = html(sheet).replace("&", "&amp;").replace("'", "&#39;")  # all that must be escaped
        return (f"<iframe srcdoc='{page}' title=\"{escape(self.settings.title)}\" "
                'style="width: 100%; height: 60em; border: 1px solid #ccc"></iframe>')  # fmt: skip


def make(topic: str, seed: int | None = None, **options: Any) -> Exercise:
    """Make one exercise: ``make("backpropagation", seed=7, widths="3-4-2-3")``.

    Options are those of the command line, with underscores; the same seed gives the same exercise
    there and here. Without a seed it is a fresh one, ``exercise.seed``. Raises SheetgenError for
    what cannot be.
    """
    return many(topic, [secrets.randbelow(FRESH) if seed is None else seed], **options)[0]


def many(topic: str, seeds: Iterable[int], **options: Any) -> list[Exercise]:
    """One exercise a seed, drawn, solved and verified at once."""
    asked = settings(topic, options)
    if isinstance(seeds, str | bytes) or not isinstance(seeds, Iterable):
        raise SheetgenError(f"seeds: {_shown(seeds)} is not a list of whole numbers")
    chosen = [read_seed(seed) for seed in seeds]
    return list(map(Exercise.of, exercise.build(asked, chosen))) if chosen else []


def make_different(asked: Settings, first: int, count: int) -> list[Exercise]:
    """``count`` exercises from the seeds after ``first``, no two alike, not even up to an exchange
    of hidden units.

    Raises SheetgenError saying how many there are if the options allow fewer.
    """
    _check_settings(asked)
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise SheetgenError(f"count: {_shown(count)} is not a whole number from 0 on")
    return list(map(Exercise.of, different.make_different(asked, read_seed(first), count)))


def make_packet(asked: Settings, seed: int) -> list[Exercise]:
    """A worked example, then the same with its first half worked, then a blank one: three different
    draws for one file."""
    _check_settings(asked)
    return list(map(Exercise.of, different.make_packet(asked, read_seed(seed))))


def from_given(
    topic: str, given_numbers: Mapping[str, Any], options: Mapping[str, Any] | None = None
) -> tuple[Exercise, list[str]]:
    """An exercise with numbers from elsewhere, and warnings about those that are not hand-friendly.

    Sizes follow from the matrices. Raises SheetgenError naming a missing matrix, a misfit or a text
    for a number.
    """
    if not isinstance(given_numbers, Mapping) or not all(isinstance(k, str) for k in given_numbers):
        raise SheetgenError(f"given: {_shown(given_numbers)} is no dict of matrices by name")
    made, remarks = given.from_given(topic, given_numbers, options)
    return Exercise.of(made), remarks


def make_class(
    topic: str | Path, students: int | str | Path | Iterable[str | Mapping[str, str]],
    folder: str | Path, *, seed: int | None = None, title: str | None = None,
    course: str | None = None, date: str | None = None, teacher: str | None = None,
    logo: str | Path | None = None, paper: str = "", format: str = USUAL, spares: int = 0,
    group_by: str = "", simplex: bool = False, staple: int = 0, separate: bool = False,
    tagged: bool = False, decimal_mark: str = "", no_recipe: bool = False,
    anonymous: bool = False, renamed: Mapping[str, str] | None = None, names: str = "",
    sheet: str = "", force: bool = False, framework: str = FRAMEWORKS[0],
    large_print: bool = False, picture: bool = False, **options: Any,
) -> MadeClass:  # fmt: skip
    """Make all files of a class into a folder, as ``sheetgen class`` does: the same seed and the
    same students give the same sheets there and here.

    ``topic`` is the name of one, with its ``options``, or the path of a plan (``.toml``);
    ``students`` is how many there are, the path of a list, or names or dicts with ``name``, ``id``,
    ``email`` and ``group``. All else is called as the command's options are. Returns the folder,
    the class's seed, the files, the codes of each student, and remarks. Raises SheetgenError for
    what cannot be; then every file is as it was.
    """
    from sheetgen.classroom.made import made_class

    said = {
        "seed": seed, "title": title, "course": course, "date": date, "teacher": teacher,
        "logo": logo, "paper": paper, "format": format, "spares": spares, "group_by": group_by,
        "simplex": simplex, "staple": staple, "separate": separate, "tagged": tagged,
        "decimal_mark": decimal_mark, "no_recipe": no_recipe, "anonymous": anonymous,
        "renamed": renamed or {}, "names": names, "sheet": sheet, "force": force,
        "framework": framework, "large_print": large_print, "picture": picture,
    }  # fmt: skip
    _check_kinds({"topic": topic, "students": students, "folder": folder, **said})
    return made_class(topic, students, folder, options, said)


_KINDS: Mapping[type | tuple[type, ...], tuple[str, tuple[str, ...]]] = {
    bool: ("True or False", ("simplex", "separate", "tagged", "no_recipe", "anonymous", "force",
                               "large_print", "picture")),
    int: ("a whole number", ("spares", "staple")),
    str: ("a text", ("title", "course", "date", "teacher", "paper", "format", "group_by",
                     "decimal_mark", "names", "sheet", "framework")),
    (str, Path): ("a text or a path", ("topic", "folder", "logo")),
    (int, str, Path, Iterable): ("a number, a path or a list of names", ("students",)),
    Mapping: ("a dict of old names and new ones", ("renamed",)),
}  # fmt: skip
_OPTIONAL = ("title", "course", "date", "teacher", "logo")
"""What may be None: as it is in the plan."""


def _check_kinds(said: Mapping[str, Any]) -> None:
    """Raises SheetgenError naming an argument of the wrong kind."""
    for kinds, (wanted, names) in _KINDS.items():
        for name in names:
            value = said[name]
            wrong = not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool)
            if wrong and not (value is None and name in _OPTIONAL):
                raise SheetgenError(f"{name}: {_shown(value)} is not {wanted}")
    for name in ("spares", "staple"):
        if said[name] < 0:
            raise SheetgenError(f"{name}: {said[name]} is less than 0")


def _check_settings(asked: Any) -> None:
    if not isinstance(asked, Settings):
        raise SheetgenError(f"{_shown(asked)} are no settings; settings(topic, options) makes some")


def _shown(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= 40 else f"{said[:40]}..."
