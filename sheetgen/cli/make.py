"""``make`` and ``solve``: from what was typed to files, or a solution on stdout."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sheetgen.cli.asked import Asked
from sheetgen.cli.options import flag_of
from sheetgen.cli.terminal import Bar, say, show_json
from sheetgen.errors import UsageError, counted, typed
from sheetgen.topics.catalogue import TOPICS

if TYPE_CHECKING:
    from sheetgen.exercise.exercise import Exercise
    from sheetgen.exercise.settings import Settings
    from sheetgen.formats.format import Format, Request

SECRET = 2**63 - 2**32
"""Seeds of graded work are below this: nobody can try them all, and there is room for more."""
MOST = 5000
"""Sheets at once."""
FRESH = 1_000_000
"""Seeds that nobody typed are below this, so that they can be."""
MANY = 500
"""More sheets than this in one file are told how large it is."""
AT_ONCE = 3
"""Sheets that are made so quickly that nobody needs a bar."""
OF_A_CLASS = ("code", "student", "class", "out", "paper", "format", "framework", "force",
              "quiet", "large_print")  # fmt: skip
"""What goes with --code and --student; all else of a class's sheet is settled."""


def run_make(asked: Asked) -> None:
    """Make sheets and write them; the paths go to stdout, one a line."""
    from sheetgen.formats.registry import read_formats

    with typed():
        formats = read_formats(asked.text("format"))
    fitting(asked, formats, ("paper", "name", "tagged", "framework", "decimal_mark", "picture"))
    if asked.get("code") is not None or asked.get("student") is not None:
        _reprint(asked, formats)
        return
    if asked.get("class") is not None:
        raise UsageError("--class says where the sheet of a --code or --student is; "
                         "give both, or leave it out")  # fmt: skip
    if not asked.named and asked.get("recipe") is None:
        raise UsageError(f"make what? sheetgen make TOPIC, with one of {', '.join(TOPICS)}")
    _check_formats(asked, formats)
    asked.paper(), asked.decimal_mark()  # before anything is said
    printed = any(form.pages for form in formats) and not asked.flag("large_print")
    groups, remarks = _exercises(asked, asked.whole("count", 1, MOST), printed)
    if asked.flag("no_recipe"):
        groups = _sealed(asked, groups)
    _remark(asked, groups, [*remarks, *_doubts(asked, groups, formats)])
    requests = _requests(asked, groups)
    if asked.flag("one_file"):
        write_files(_bound(asked, requests).items(), asked)
        said = counted(len(requests), "sheet")
        say(f"print two-sided at actual size: {said}, each on fresh paper", asked.flag("quiet"))
        return
    write_files(_files(asked, requests, formats).items(), asked)


def _check_formats(asked: Asked, formats: Sequence[Format]) -> None:
    """Raises UsageError for a format that cannot be what else is asked for."""
    from sheetgen.formats.format import USUAL
    from sheetgen.formats.registry import check_parts, check_private

    with typed():
        check_parts(formats, asked.topic)
        if asked.flag("no_recipe"):
            check_private(formats)
    other = [form.name for form in formats if form.name != USUAL]
    if asked.flag("one_file") and other:
        raise UsageError(f"--one-file binds PDFs; leave it or --format {other[0]} out")


def _sealed(asked: Asked, groups: Sequence[Sequence[Exercise]]) -> list[list[Exercise]]:
    """The sheets without their recipes, which are told here and nowhere else."""
    rest = iter(seal_told(asked, [exercise for group in groups for exercise in group]))
    return [[next(rest) for _ in group] for group in groups]


def seal_told(asked: Asked, exercises: Sequence[Exercise]) -> list[Exercise]:
    """Exercises without their recipes, each of which is told once."""
    from sheetgen.exercise.exercise import sealed
    from sheetgen.exercise.recipe import guessable

    made = [sealed(exercise) for exercise in exercises]
    if warned := guessable(asked.seed()):
        say(f"warning: {warned}")
    for line in dict.fromkeys(f"{e.code} is {e.recipe}" for e in made if e.seed is not None):
        say(f"{line}; this line alone says so")
    return made


def fitting(asked: Asked, formats: Sequence[Format], names: Sequence[str]) -> None:
    """Refuse an option of some ``names`` that none of some formats can show. Raises UsageError."""
    from sheetgen.formats.format import FRAMEWORKS
    from sheetgen.formats.registry import check_framework, check_large_print

    with typed():
        check_framework(formats, asked.text("framework") or FRAMEWORKS[0])
        if asked.command == "make":  # whose PDFs are no format that one may leave out
            check_large_print(formats, asked.flag("large_print"))
    for name in names:
        shown = any(form.shows(name, asked.flag("picture")) for form in formats)
        if asked.get(name) is not None and not shown:
            which = ", ".join(form.name for form in formats)
            raise UsageError(f"{flag_of(name)} is nothing that {which} can show; leave it out")


def _doubts(
    asked: Asked, groups: Sequence[Sequence[Exercise]], formats: Sequence[Format]
) -> list[str]:
    """What a teacher may have thought to get, and does not."""
    from sheetgen.exercise.doubts import (
        gradients_left_out,
        options_without_effect,
        training_that_harms,
    )
    from sheetgen.words.checks import unchecked

    every = [exercise for group in groups for exercise in group]
    found = [*unchecked(every), *training_that_harms(every), *gradients_left_out(every),
             *options_without_effect(every)]  # fmt: skip
    pages = any(form.pages for form in formats)
    return [*found, *(_of_pages(asked.text("name")) if pages else [])]


def _of_pages(name: str) -> list[str]:
    """What to say of a name that no font has, and of pages that nobody can check."""
    from sheetgen.press.printing import printer

    return [*unprintable(name), *filter(None, [printer().doubt])]


def _remark(asked: Asked, groups: Sequence[Sequence[Exercise]], remarks: Iterable[str]) -> None:
    """Say what is doubtful, and which recipe the sheets are made from if nobody typed it."""
    quiet, first = asked.flag("quiet"), groups[0][0]
    for remark in remarks:
        say(f"warning: {remark}", quiet)
    if asked.seed() is None and first.seed is not None and not first.secret:
        say(f"made from {first.recipe}; the same recipe makes the same sheet", quiet)


class _Requests(NamedTuple):
    """What is asked of the formats: for each sheet, and for all sheets together."""

    each: Sequence[Request]
    every: Request

    def __len__(self) -> int:
        return len(self.each)


def _requests(asked: Asked, groups: Sequence[Sequence[Exercise]]) -> _Requests:
    from sheetgen.formats.format import Request

    request = partial(Request, paper=asked.paper(), name=asked.text("name"),
                      tagged=asked.flag("tagged"), picture=asked.flag("picture"),
                      decimal_mark=asked.decimal_mark(), framework=asked.text("framework"),
                      large_print=asked.flag("large_print"))  # fmt: skip
    every = tuple(exercise for group in groups for exercise in group)
    return _Requests([request(tuple(group)) for group in groups], request(every, several="set"))


def _files(asked: Asked, requests: _Requests, formats: Sequence[Format]) -> dict[str, bytes]:
    """Names and contents of all files: those of each sheet, then those of all sheets."""
    from sheetgen.formats.registry import files

    found: dict[str, bytes] = {}
    with Bar(asked.flag("quiet") or len(requests) <= AT_ONCE) as bar:
        bar.start(len(requests))
        for request in requests.each:
            found |= files([f for f in formats if f.per == "sheet"], request)
            bar.step()
    sets = files([f for f in formats if f.per == "set"], requests.every)
    if len(requests.every.exercises) > MANY:
        for name, data in sets.items():
            say(f"{name}: {len(requests.every.exercises)} sheets, {len(data) / 1e6:.1f} MB; a "
                "platform may take only smaller files", asked.flag("quiet"))  # fmt: skip
    return found | sets


def _bound(asked: Asked, requests: _Requests) -> dict[str, bytes]:
    """Names and contents of one file of all worksheets and one of all keys."""
    from sheetgen.formats.pdf import bound

    title = requests.every.exercises[0].settings.title
    made = bound(requests.each, title, tagged=asked.flag("tagged"))
    return {f"{requests.every.stem}-{kind}.pdf": data for kind, data in made.items()}


def write_files(files: Iterable[tuple[str, bytes]], asked: Asked) -> None:
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


def _check_of_class(asked: Asked) -> str:
    """The code of the sheet of a class that is asked for, nothing if it is asked for by name.
    Raises UsageError."""
    from sheetgen.exercise.recipe import read_code

    by = "--student" if asked.get("code") is None else "--code"
    with typed():
        code = "" if asked.get("code") is None else read_code(asked.text("code"))
    if code and asked.get("student") is not None:
        raise UsageError("--code says whose sheet it is, and so does --student; leave one out")
    if not code and not asked.text("student").strip():
        raise UsageError("--student: give a name, as it stands in the class's list")
    if asked.get("class") is None:
        raise UsageError(
            f"{by} needs --class FOLDER, which `sheetgen class` made; or use --recipe"
        )
    more = [flag_of(n) for n, v in asked.values.items() if v is not None and n not in OF_A_CLASS]
    if more:
        raise UsageError(f"{by} prints a sheet of a class as it is; leave {more[0]} out")
    return code


def _reprint(asked: Asked, formats: Sequence[Format]) -> None:
    """Write a student's sheet of a class once more; the paths go to stdout."""
    from sheetgen.classroom.reprint import reprint, reprint_student

    code = _check_of_class(asked)
    folder, paper = Path(asked.text("class")), ""
    framework, large = asked.text("framework"), asked.flag("large_print")
    if asked.get("paper") is not None:
        paper = asked.paper()
    if code:
        write_files(reprint(code, folder, paper, formats, say, framework, large), asked)
        return
    files, remarks = reprint_student(asked.text("student"), folder, paper, formats, say,
                                     framework, large)  # fmt: skip
    for remark in remarks:
        say(remark, asked.flag("quiet"))
    write_files(files, asked)


def _exercises(
    asked: Asked, count: int, printed: bool = False
) -> tuple[list[list[Exercise]], list[str]]:
    """The sheets that are asked for (a packet is one sheet of three exercises), and warnings; if
    they are to be ``printed``, what no page holds is refused before numbers are sought."""
    from sheetgen.exercise.different import make_different, make_packet
    from sheetgen.exercise.given import from_given
    from sheetgen.exercise.settings import again, settings
    from sheetgen.layout.foreseen import refuse_too_large

    topic, options = asked.topic.name, asked.options()
    packet = options.get("blank") == "packet"
    with typed():
        chosen = settings(topic, options | ({"blank": None} if packet else {}))
    if asked.get("given") is not None:
        _alone_with_given(asked)
        exercise, remarks = from_given(topic, _read_given(asked.text("given")), options)
        return [[exercise]], remarks
    if asked.get("own_weights") is not None:
        return _with_own_weights(asked, chosen, packet)
    seed = asked.seed()
    if asked.recipe is not None and asked.get("seed") is None and seed is not None:
        again(asked.recipe)
    if seed is None:
        import secrets

        seed = secrets.randbelow(SECRET if asked.flag("no_recipe") else FRESH)
    if printed:
        refuse_too_large(chosen, asked.paper())
    if packet:
        if count > 1:
            raise UsageError("--count: a packet is three sheets already; leave --count out")
        return [make_packet(chosen, seed)], []
    with Bar(asked.flag("quiet") or count <= AT_ONCE) as bar:
        bar.start(count, "drawing")
        return [[exercise] for exercise in make_different(chosen, seed, count, bar.step)], []


def _with_own_weights(
    asked: Asked, chosen: Settings, packet: bool
) -> tuple[list[list[Exercise]], list[str]]:
    """A sheet with the weights of a model."""
    import secrets

    from sheetgen.exercise.model import with_own_weights

    if asked.get("onnx") is None:
        raise UsageError("--own-weights are those of a model; give it with --onnx FILE")
    if packet or asked.get("count") is not None or asked.get("after") is not None:
        raise UsageError("--own-weights makes one sheet; leave --count, --after and packet out")
    seed = asked.seed()
    seed = secrets.randbelow(FRESH) if seed is None else seed
    exercise, remarks = with_own_weights(asked.model(), chosen, seed,
                                         asked.whole("own_weights", 0, 4))  # fmt: skip
    return [[exercise]], remarks


def _alone_with_given(asked: Asked) -> None:
    """Raises UsageError for an option that says where numbers come from, beside --given."""
    for name in ("seed", "count", "recipe", "onnx"):
        if asked.get(name) is not None:
            raise UsageError(f"--given brings its own numbers; leave --{name} out")


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
    if asked.text("rounding") == "end":
        _solve_at_the_end(asked)
        return
    if asked.text("rounding") != "step":
        raise UsageError(f"--rounding: {asked.get('rounding')!r} is none of step, end")
    if asked.get("decimals") is not None and "decimals" not in asked.topic.options:
        raise UsageError("--decimals goes with --rounding end")
    groups, remarks = _exercises(asked, 1)
    _remark(asked, groups, remarks)
    show_json(exercise_json(groups[0][0]))


def _solve_at_the_end(asked: Asked) -> None:
    """Print the solution that nobody has rounded on the way."""
    from sheetgen.exercise.at_the_end import from_given_at_the_end, rounded_at_the_end
    from sheetgen.formats.json import exercise_json

    places = asked.whole("decimals", 1, 12)
    asked = asked._replace(values={**asked.values, "decimals": None})
    if asked.get("given") is None:
        [[drawn]], _ = _exercises(asked, 1)
        exercise = rounded_at_the_end(drawn, places)
    else:
        _alone_with_given(asked)
        given = _read_given(asked.text("given"))
        exercise = from_given_at_the_end(asked.topic.name, given, asked.options(), places)
    shown = {s.name: places for s in exercise.graph.steps if not s.op.loss}
    show_json(exercise_json(exercise) | {"rounded": "end", "rounding": shown})
