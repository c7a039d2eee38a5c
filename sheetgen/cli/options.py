"""The one table of options.

A row says what an option is called, what it is for and which commands have it; the options of a
topic come from the registry. The commands and their help are built from this table.

Records are named tuples here: Python makes their classes eight times faster than data classes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Literal, NamedTuple

from sheetgen.formats.format import USUAL
from sheetgen.topics.options import Option
from sheetgen.topics.registry import Topic

Panel = Literal["Exercise", "Class", "Numbers", "Output"]
PANELS: tuple[Panel, ...] = ("Exercise", "Class", "Numbers", "Output")
"""What the help groups the options by, in its order."""
SWITCH = ""
"""The metavar of an option that takes no value: ``--NAME``, or ``--no-NAME``."""


class Parameter(NamedTuple):
    """One option of some commands."""

    name: str
    said: str
    """What the help says; ``{}`` stands for the choices."""
    panel: Panel
    commands: Collection[str] = ()
    metavar: str = "TEXT"
    default: str = ""
    """What is taken if it is left out, where that is one text."""
    choices: Callable[[], Collection[str]] = tuple
    """What may be given, in order; a mapping says what each is."""
    required: bool = False
    alone: bool = False
    """Whether it stands in the place of a topic."""
    topics: Collection[str] = ()
    """The topics that have it, where not all have."""
    refusable: bool = False
    """Whether the help shows ``--no-NAME``, since the option may be on without it."""

    @property
    def flag(self) -> str:
        return flag_of(self.name)

    @property
    def help(self) -> str:
        """What the help says, with the choices and the default."""
        found = self.choices() if "{}" in self.said else ()
        told = [f"{k} ({v})" for k, v in found.items()] if isinstance(found, Mapping) else found
        said = self.said.replace("{}", ", ".join(told))
        return f"{said} (default: {self.default})".strip() if self.default else said


def flag_of(name: str) -> str:
    """``--group-by`` for group_by."""
    return f"--{name.replace('_', '-')}"


def _formats() -> Mapping[str, str]:
    from sheetgen.formats.registry import formats

    return {name: form.said for name, form in formats().items()}


def _formats_of_chapters() -> Mapping[str, str]:
    from sheetgen.formats.registry import formats

    return {name: form.said for name, form in formats().items() if form.parts}


def _paged() -> Mapping[str, str]:
    """Those of which a booklet may be."""
    from sheetgen.formats.registry import formats

    return {name: form.said for name, form in formats().items() if form.bound}


def _frameworks() -> Collection[str]:
    from sheetgen.formats.format import FRAMEWORKS

    return FRAMEWORKS


def _answers() -> Collection[str]:
    from sheetgen.exercise.settings import ANSWERS

    return ANSWERS


def _papers() -> Collection[str]:
    from sheetgen.page.items import PAPERS

    return tuple(PAPERS)


def _marks() -> Collection[str]:
    from sheetgen.type.markup import DECIMAL_MARKS

    return DECIMAL_MARKS


def _roundings() -> Mapping[str, str]:
    return {"step": "each result as on paper, and go on with it",
            "end": "wide decimals throughout, only what is shown"}  # fmt: skip


def _levels() -> Collection[str]:
    from sheetgen.exercise.settings import LEVELS

    return LEVELS


_SHEETS = ("make", "solve", "stress", "class")
_PAGES = (*_SHEETS, "series")
"""What a series may be asked for all its pages, too."""
_WITH_JSON = ("topics", "stress", "find", "mark")

TABLE = (
    Parameter("seed", "The same seed, the same sheets; a fresh one if left out.",
              "Exercise", ("make", "solve", "class", "workbook", "series"), "NUMBER"),
    Parameter("list", "Tell the chapters, and write nothing.", "Exercise", ("workbook",), SWITCH),
    Parameter("given", "Numbers from a JSON file (- for standard input).",
              "Exercise", ("make", "solve"), "FILE"),
    Parameter("onnx", "The layers of a small model in the ONNX format, in the place of --layers.",
              "Exercise", ("make", "solve", "class"), "FILE", topics=("network",)),
    Parameter("own_weights", "With --onnx: the model's own weights, to so many decimals (0 to 4); "
              "such a sheet has no recipe.", "Exercise", ("make", "solve"), "DECIMALS",
              topics=("network",)),
    Parameter("recipe", "A recipe as printed in the footer.",
              "Exercise", ("make", "solve", "mark", "series"), "RECIPE"),
    Parameter("code", "Make the sheet of this code again; needs --class.",
              "Exercise", ("make",), "CODE", alone=True),
    Parameter("student", "Make the sheet of this student again, by name or id; needs --class.",
              "Exercise", ("make",), "NAME", alone=True),
    Parameter("class", "The class's folder, for --code and --student.",
              "Exercise", ("make",), "FOLDER", alone=True),
    Parameter("class", "The class's folder.", "Exercise", ("mark",), "FOLDER"),
    Parameter("class", "The class's folder.", "Class", ("scan",), "FOLDER", required=True),
    Parameter("got", "What the student wrote: z2=5,a2=5, z2=[5,3], z2[1]=5, z2[1,2]=5, or as it is "
              "printed: ∂L/∂z₂=[0,5; 3].",
              "Exercise", ("mark",), "NUMBERS", required=True),
    Parameter("all", "Every topic at every level.", "Exercise", ("stress",), SWITCH, alone=True),
    Parameter("seeds", "How many exercises of each.", "Exercise", ("stress",), "NUMBER", "1000"),
    Parameter("pages", "Lay out and print them too, and look at the pages.",
              "Exercise", ("stress",), SWITCH),
    Parameter("roster", "The class list: a table in text, JSON, .xlsx, .ods (- for standard "
              "input).", "Class", ("class",), "FILE"),
    Parameter("names", "The title of the list's column of names, if it is not known.",
              "Class", ("class",), "TITLE"),
    Parameter("sheet", "The sheet of a workbook; the first if left out.", "Class", ("class",),
              "TITLE"),
    Parameter("ids", "The title of its column of ids; - if there is none.", "Class", ("class",),
              "TITLE"),
    Parameter("groups", "The title of its column of groups; - if there is none.", "Class",
              ("class",), "TITLE"),
    Parameter("keep", "Rows of the list that stay though they look like no student, such as 3,32.",
              "Class", ("class",), "ROWS"),
    Parameter("renamed", "Who is called otherwise now and keeps the sheet: \"old=new\"; more after "
              "a semicolon.", "Class", ("class",), "NAMES"),
    Parameter("dry_run", "Show who is new, renamed and gone; write nothing.",
              "Class", ("class",), SWITCH),
    Parameter("all", "With --dry-run: also who keeps a sheet.", "Class", ("class",), SWITCH),
    Parameter("title", "What the sheets are called, above them.", "Class", ("class",)),
    Parameter("course", "The course, above the sheets.", "Class", ("class",)),
    Parameter("date", "The date, above the sheets.", "Class", ("class",)),
    Parameter("teacher", "The teacher, above the sheets.", "Class", ("class",)),
    Parameter("logo", "An image (.png, .svg) above the sheets.", "Class", ("class",), "FILE"),
    Parameter("students", "That many sheets without names.", "Class", ("class",), "NUMBER"),
    Parameter("spares", "Unnamed extras.", "Class", ("class",), "NUMBER", "0"),
    Parameter("group_by", "{}: hand out by the roster's groups.", "Class", ("class",), "COLUMN",
              choices=lambda: ("group",)),
    Parameter("to", "{}; if left out, the gradebook from which the list came.", "Class",
              ("marks",), "GRADEBOOK", choices=lambda: ("canvas", "moodle", "csv")),
    Parameter("roster", "Where the list is now; a changed one is told.", "Class", ("marks",),
              "FILE"),
    Parameter("column", "The title of the column; if left out, the class's.", "Class", ("marks",),
              "TITLE"),
    Parameter("level", "{}.", "Numbers", _PAGES, "LEVEL", choices=_levels),
    Parameter("weights", "Range of the weights, such as -1..1.", "Numbers", _SHEETS, "RANGE"),
    Parameter("biases", "Range of the biases.", "Numbers", _SHEETS, "RANGE"),
    Parameter("inputs", "Range of the inputs (or of A and B), such as 0..5.",
              "Numbers", _SHEETS, "RANGE"),
    Parameter("max", "Largest number on the page.", "Numbers", _SHEETS, "NUMBER", "20"),
    Parameter("blank", "What the student fills: results, one-per-block, faded:K, steps:4,7, "
              "names:dW3,z2, percent:40, none, backwards, packet.", "Numbers", _PAGES, "PATTERN"),
    Parameter("after", "Practise this step alone, such as dz2 or ∂L/∂z₂: five short ones, or three "
              "large ones, with what it needs printed.", "Numbers", ("make", "solve", "class"),
              "STEP"),
    Parameter("check", "Print small sums for the student to check.", "Numbers", _PAGES, SWITCH),
    Parameter("guide", "Work the first box of each kind of block, with its sum and rings.",
              "Numbers", _PAGES, SWITCH),
    Parameter("answers", "{}: on the key, with every sum, small at the foot too, or on a key of "
              "the worksheet's pages, with the sums for which they have room.",
              "Numbers", _PAGES, "PLACE", "key", _answers),
    Parameter("answers", "Where the answers stand: on the {} alone, or small at the foot too.",
              "Output", ("workbook",), "PLACE", "key", lambda: ("key", "foot")),
    Parameter("count", "How many different sheets.", "Output", ("make",), "NUMBER", "1"),
    Parameter("paper", "{}.", "Output", ("make", "workbook", "series"), "PAPER", "a4", _papers),
    Parameter("paper", "{}; if left out, the plan's, or a4.", "Output", ("class",), "PAPER",
              choices=_papers),
    Parameter("format", "One or more of {}.", "Output", ("make",), "FORMATS", USUAL, _formats),
    Parameter("format", "One or more of {}; the book is a pdf.", "Output", ("workbook",), "FORMATS",
              USUAL, _formats_of_chapters),
    Parameter("format", "One or more of {}.", "Output", ("series",), "FORMATS", USUAL, _paged),
    Parameter("format", "Beside the packs, a file a student in one or more of {}.", "Output",
              ("class",), "FORMATS", USUAL, _formats),
    Parameter("out", "Folder for the files.", "Output", ("make", "workbook", "series"),
              "FOLDER", "output"),
    Parameter("out", "The class's folder; if left out, output/TOPIC-LIST.",
              "Output", ("class",), "FOLDER"),
    Parameter("out", "The file; if left out, FOLDER-GRADEBOOK.csv, beside the folder.",
              "Output", ("marks",), "FILE"),
    Parameter("out", "Folder for the page; if left out, FOLDER-scans, beside the class's.",
              "Output", ("scan",), "FOLDER"),
    Parameter("marks", "The marks.csv that the page saved: write the sheets to hand back, with "
              "--return.", "Output", ("scan",), "FILE"),
    Parameter("return", "Folder for the sheets to hand back: a PDF for each student, with the "
              "marks beside the boxes.", "Output", ("scan",), "FOLDER"),
    Parameter("name", "Print this name on the name line.", "Output", ("make", "workbook",
              "series")),
    Parameter("framework", "{}: of scripts and notebooks.", "Output", ("make", "class"),
              "NAME", "numpy", _frameworks),
    Parameter("decimal_mark", "{}: how decimals are printed.", "Output", ("make", "workbook",
              "series"),
              "MARK", "point", _marks),
    Parameter("decimal_mark", "{}: how decimals are printed; if left out, the plan's, or point.",
              "Output", ("class",), "MARK", choices=_marks),
    Parameter("anonymous", "Codes and no names on the sheets; slips.pdf tells whose they are.",
              "Output", ("class",), SWITCH),
    Parameter("one_file", "All worksheets in one PDF, all keys in another, each on fresh paper.",
              "Output", ("make",), SWITCH),
    Parameter("no_recipe", "For graded work: no sheet says its recipe, with which anybody makes "
              "the key.", "Output", ("make", "class", "series"), SWITCH),
    Parameter("tagged", "Tag the PDFs for screen readers (PDF/UA-1).", "Output",
              ("make", "class", "workbook", "series"), SWITCH),
    Parameter("large_print", "Letters of 18 pt or more and boxes to match, on more pages or with "
              "--paper a3.", "Output", ("make", "class"), SWITCH),
    Parameter("picture", "Show the page above a question for a learning platform (some 120 kB "
              "each).", "Output", ("make", "class"), SWITCH),
    Parameter("simplex", "Printed on one side.", "Output", ("class",), SWITCH),
    Parameter("staple", "Sheets of paper of a worksheet; filled up with blank pages.",
              "Output", ("class",), "NUMBER", "0"),
    Parameter("separate", "One file a student.", "Output", ("class",), SWITCH),
    Parameter("force", "Replace files that are there.", "Output", ("make", "workbook",
              "series"), SWITCH),
    Parameter("force", "Replace another class, or sheets with other numbers; with --seed also a "
              "class whose class.json is lost.",
              "Output", ("class",), SWITCH),
    Parameter("force", "Replace a file that is there.", "Output", ("marks", "scan"), SWITCH),
    Parameter("host", "The address to serve at; others than this machine's are open to all who "
              "reach it.", "Output", ("serve",), "ADDRESS", "127.0.0.1"),
    Parameter("port", "The port; the next that is free if it is busy.", "Output", ("serve",),
              "NUMBER", "8765"),
    Parameter("open", "Open a browser.", "Output", ("serve",), SWITCH),
    Parameter("rounding", "{}.", "Output", ("solve",), "WHEN", "step", _roundings),
    Parameter("decimals", "With --rounding end: decimals that are shown, 1 to 12.", "Output",
              ("solve",), "NUMBER", "9"),
    Parameter("json", "As JSON on stdout.", "Output", _WITH_JSON, SWITCH),
    Parameter("plot", "A histogram of the answers (.png or .svg).", "Output", ("stress",), "FILE"),
    Parameter("quiet", "Say nothing but results and errors.",
              "Output", ("make", "solve", "class", "marks", "scan", "serve", "workbook", "series"),
              SWITCH),
)  # fmt: skip
"""All options but those of the topics."""

SHEET_OPTIONS = tuple(p.name for p in TABLE if p.panel == "Numbers")
"""What every topic has, and a recipe may hold."""


NOT_OF_A_CHAPTER = (
    *(name for name in SHEET_OPTIONS if name != "answers"), "given", "framework", "large_print",
    "picture", "rounding", "decimals",
)  # fmt: skip
"""What a sheet of several small exercises has no use for: they say it themselves."""


def parameters(command: str, topic: Topic | None = None) -> list[Parameter]:
    """The options of a command, with those of a topic, as the help lists them."""
    own = [] if topic is None else [_of_topic(option) for option in topic.options.values()]
    named = {row.name for row in own}
    rows = (row for row in TABLE if command in row.commands and row.name not in named
            and not (topic and row.alone)
            and (not row.topics or (topic is not None and topic.name in row.topics)))  # fmt: skip
    found = [*own, *rows]
    if topic is not None and topic.parts:
        found = [row for row in found if row.name not in NOT_OF_A_CHAPTER]
    return sorted(found, key=lambda row: PANELS.index(row.panel))


def _of_topic(option: Option) -> Parameter:
    """An option of a topic: what fits, and what is taken if it is left out."""
    default = option.show(option.default)
    said = {
        "bool": "",
        "choice": "{}.",
        "int": f"{option.low} to {option.high}.",
        "widths": f"Widths from inputs to outputs, each {option.low} to {option.high}.",
        "decimal": "Up to 10, at most 2 decimals.",
        "text": option.written.said if option.written else "",
    }[option.kind]
    is_switch = option.kind == "bool"
    return Parameter(
        option.name, said, "Exercise",
        metavar=SWITCH if is_switch else "TEXT" if option.written else default.upper(),
        default=default,
        choices=lambda: option.choices, refusable=is_switch,
    )  # fmt: skip
