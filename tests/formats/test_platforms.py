"""What learning platforms get, read back by parsers of their own grammars: each blank once, with
every honest spelling of the key's number."""

from __future__ import annotations

import base64
import html
import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lxml import etree

from sheetgen.api import Exercise, many
from sheetgen.cli.main import USAGE, main
from sheetgen.errors import UsageError
from sheetgen.exercise.blanks import open_cells
from sheetgen.formats.format import Request
from sheetgen.formats.question import question as question_of
from sheetgen.formats.registry import files, read_formats
from sheetgen.formats.spellings import filler, spellings
from tests.support import CASE_IDS, CASES

PATTERNS = ("results", "one-per-block", "backwards", "percent:40")


# Moodle's own expressions for an embedded answer (question type "multianswer").
_FRACTION = r"=|%(-?[0-9]+(?:[.,][0-9]*)?)%"
_ANSWER = r".+?(?<!\\)(?<!&)(?<!&amp;)(?=[~#}]|$)"
_FEEDBACK = r".*?(?<!\\)(?=[~}]|$)"
_ALTERNATIVE = rf"(?:({_FRACTION})?({_ANSWER})(#({_FEEDBACK}))?)"
_FIELD = re.compile(
    rf"\{{([0-9]*):(SHORTANSWER|SA|MW):({_ALTERNATIVE}(?:~{_ALTERNATIVE})*)\}}", re.DOTALL
)
_PIECE = re.compile(f"~?{_ALTERNATIVE}", re.DOTALL)

# The elements of QTI 1.2 that a quiz of fields needs, with their content as in its DTD.
_DTD = """
<!ELEMENT questestinterop (qticomment?, (objectbank | assessment | (section | item)+))>
<!ATTLIST questestinterop xmlns CDATA #IMPLIED>
<!ELEMENT qticomment (#PCDATA)> <!ELEMENT objectbank EMPTY>
<!ELEMENT assessment (qticomment?, qtimetadata*, selection_ordering?, section+)>
<!ATTLIST assessment ident CDATA #REQUIRED title CDATA #IMPLIED>
<!ELEMENT section (qticomment?, qtimetadata*, selection_ordering?, (item | section)*)>
<!ATTLIST section ident CDATA #REQUIRED title CDATA #IMPLIED>
<!ELEMENT selection_ordering (qticomment?, selection*)>
<!ELEMENT selection (selection_number?, selection_extension?)>
<!ELEMENT selection_number (#PCDATA)> <!ELEMENT selection_extension ANY>
<!ELEMENT points_per_item (#PCDATA)>
<!ELEMENT item (qticomment?, itemmetadata?, presentation?, resprocessing*, itemfeedback*)>
<!ATTLIST item ident CDATA #REQUIRED title CDATA #IMPLIED>
<!ELEMENT itemmetadata (qtimetadata*)> <!ELEMENT qtimetadata (qtimetadatafield+)>
<!ELEMENT qtimetadatafield (fieldlabel, fieldentry)>
<!ELEMENT fieldlabel (#PCDATA)> <!ELEMENT fieldentry (#PCDATA)>
<!ELEMENT presentation (qticomment?, (material | response_lid)+)>
<!ELEMENT material (qticomment?, mattext+)>
<!ELEMENT mattext (#PCDATA)> <!ATTLIST mattext texttype CDATA "text/plain">
<!ELEMENT response_lid (material?, render_choice, material?)>
<!ATTLIST response_lid ident CDATA #REQUIRED rcardinality (Single|Multiple|Ordered) "Single">
<!ELEMENT render_choice (material | response_label)*>
<!ELEMENT response_label (#PCDATA | qticomment | material)*>
<!ATTLIST response_label ident CDATA #REQUIRED>
<!ELEMENT resprocessing (qticomment?, outcomes, respcondition+)>
<!ELEMENT outcomes (qticomment?, decvar+)> <!ELEMENT decvar (#PCDATA)>
<!ATTLIST decvar varname CDATA "SCORE" vartype (Integer|Decimal|Scientific|Boolean) "Integer"
  minvalue CDATA #IMPLIED maxvalue CDATA #IMPLIED>
<!ELEMENT respcondition (qticomment?, conditionvar, setvar*, displayfeedback*)>
<!ATTLIST respcondition continue (Yes|No) "No" title CDATA #IMPLIED>
<!ELEMENT conditionvar (other | varequal)+> <!ELEMENT other (#PCDATA)>
<!ELEMENT varequal (#PCDATA)> <!ATTLIST varequal respident CDATA #REQUIRED>
<!ELEMENT setvar (#PCDATA)>
<!ATTLIST setvar varname CDATA "SCORE" action (Set|Add|Subtract|Multiply|Divide) "Set">
<!ELEMENT displayfeedback (#PCDATA)>
<!ATTLIST displayfeedback feedbacktype (Response|Solution|Hint) "Response"
  linkrefid CDATA #REQUIRED>
<!ELEMENT itemfeedback (flow_mat | material)+> <!ATTLIST itemfeedback ident CDATA #REQUIRED>
<!ELEMENT flow_mat (qticomment?, material+)>
"""
_QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"


class Field(NamedTuple):
    """A blank as a platform reads it: what it takes, and what it does not."""

    right: list[str]
    wrong: list[str]


def _fields(text: str) -> list[Field]:
    found = []
    for match in _FIELD.finditer(text):
        assert match[1] == "1"
        right, wrong = [], []
        for piece in _PIECE.finditer(match[3]):
            (right if piece[1] == "=" else wrong).append(piece[3])
            assert piece[1] == "=" or float(piece[2]) == 0
        found.append(Field(right, wrong))
    return found


def _moodle(exercises: list[Exercise], **more: Any) -> list[etree._Element]:
    request = Request(tuple(exercises), several="set", **more)
    [data] = files(read_formats("moodle"), request).values()
    root = etree.fromstring(data)
    category, *questions = root.findall("question")
    assert category.get("type") == "category"
    assert {q.get("type") for q in questions} <= {"cloze"}
    return questions


def _canvas(exercises: list[Exercise], **more: Any) -> dict[str, bytes]:
    request = Request(tuple(exercises), several="set", **more)
    [data] = files(read_formats("canvas"), request).values()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def _asked(exercise: Exercise) -> list[Decimal]:
    """The numbers that are asked for, in the order of the sheet: givens and printed, then steps."""
    graph = exercise.graph
    found = []
    worked = [s for s in graph.nodes if s in graph.worked]
    for node in [*(n for n in graph.nodes if n not in graph.worked), *worked]:
        blank = exercise.blanks.get(node.name)
        if blank is not None:
            digits, decimals = exercise.values[node.name]
            found += [Decimal(int(d)).scaleb(-decimals) for d in digits[blank & open_cells(node)]]
    return found


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ".").replace("−", "-"))


def _exercises(topic: str, options: dict[str, Any], count: int = 2) -> list[Exercise]:
    return many(topic, range(1, count + 1), **options)


@pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
def test_moodle_asks_for_each_blank_once_and_takes_the_keys_number(
    topic: str, options: dict[str, Any]
) -> None:
    made = _exercises(topic, options)
    widths = set()
    for exercise, question in zip(made, _moodle(made), strict=True):
        fields = _fields(question.findtext("questiontext/text"))
        values = [{_number(text) for text in field.right} for field in fields]
        assert all(len(v) == 1 for v in values)
        assert sorted(v.pop() for v in values) == sorted(_asked(exercise))
        assert question.findtext("idnumber") == exercise.code
        assert question.findtext("penalty") == "0"
        widths |= {max(map(len, [*f.right, *f.wrong])) for f in fields}
        solved = question.findtext("generalfeedback/text")
        assert solved.count("<strong>") == len(fields) + 1 + len(_steps(solved))
        assert "SHORTANSWER" not in solved
    assert len(widths) == 1


def _steps(text: str) -> list[str]:
    return re.findall(r"<strong>Step \d+", text)


@pytest.mark.parametrize(("topic", "options"), CASES, ids=CASE_IDS)
def test_canvas_asks_for_each_blank_once_and_takes_the_keys_number(
    topic: str, options: dict[str, Any]
) -> None:
    made = _exercises(topic, options)
    contents = _canvas(made)
    [name] = [n for n in contents if re.fullmatch(r"(g\w+)/\1\.xml", n)]
    root = etree.fromstring(contents[name])
    plain = etree.fromstring(contents[name].replace(b' xmlns="', b' was="', 1).replace(
        b' was="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"', b""))  # fmt: skip
    dtd = etree.DTD(io.StringIO(_DTD))
    assert dtd.validate(plain), dtd.error_log
    items = root.findall(f".//{_QTI}item")
    assert root.findtext(f".//{_QTI}selection_number") == "1"
    for exercise, item in zip(made, items, strict=True):
        text = item.find(f"{_QTI}presentation/{_QTI}material/{_QTI}mattext").text
        responses = item.findall(f"{_QTI}presentation/{_QTI}response_lid")
        names = [r.get("ident").removeprefix("response_") for r in responses]
        assert re.findall(r"\[([^\]]*)\]", html.unescape(text)) == names
        found = []
        for response in responses:
            labels = response.findall(f".//{_QTI}response_label")
            assert len({label.get("ident") for label in labels}) == len(labels)
            values = {_number("".join(label.itertext()).strip()) for label in labels}
            found.append(values.pop())
            assert not values
        assert sorted(found) == sorted(_asked(exercise))
        shares = [float(s.text) for s in item.iter(f"{_QTI}setvar")]
        assert sum(shares) == pytest.approx(100, abs=0.01)
        right = {v.text for v in item.iter(f"{_QTI}varequal")}
        assert right <= {label.get("ident") for label in item.iter(f"{_QTI}response_label")}
    manifest = etree.fromstring(contents["imsmanifest.xml"])
    assert {e.get("href") for e in manifest.iter("{*}file")} == set(contents) - {"imsmanifest.xml"}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_of_blanks_becomes_a_question(pattern: str) -> None:
    made = _exercises("hidden-layer", {"blank": pattern})
    for exercise, question in zip(made, _moodle(made), strict=True):
        fields = _fields(question.findtext("questiontext/text"))
        assert sorted(_number(f.right[0]) for f in fields) == sorted(_asked(exercise))
    assert _canvas(made)


@pytest.mark.parametrize("form", ["moodle", "canvas"])
def test_what_is_shown_has_the_decimal_mark_that_is_asked_for(form: str) -> None:
    made = tuple(_exercises("backpropagation", {}))
    shown = {}
    for mark in ("point", "comma"):
        request = Request(made, decimal_mark=mark)
        [asked, *_] = (question_of(exercise, request) for exercise in made)
        shown[mark] = [text for text in re.findall(r">(−?[\d.,]+)<", asked.solved())]
        assert files(read_formats(form), request)
    assert any("," in text for text in shown["comma"])
    assert not any("." in text for text in shown["comma"])
    assert [re.sub("^(−?)0,", r"\1.", text).replace(",", ".") for text in shown["comma"]] == (
        shown["point"])  # fmt: skip


@pytest.mark.parametrize(
    ("digits", "decimals", "plainest", "some"),
    [
        (5, 1, "0.5", [".5", "0,5", ",5", "+.5", "+0,5"]),
        (-25, 2, "-0.25", ["-.25", "−0,25", "−.25"]),
        (-15, 1, "-1.5", ["−1,5"]),
        (3, 0, "3", ["3.0", "+3", "3,0"]),
        (-3, 0, "-3", ["−3", "-3.0"]),
        (10, 1, "1", ["1.0", "+1"]),
        (10, 2, "0.1", ["0.10", ".1", ",10"]),
        (0, 1, "0", ["0.0", "-0", "−0,0"]),
    ],
)
def test_a_number_has_all_its_honest_spellings(
    digits: int, decimals: int, plainest: str, some: list[str]
) -> None:
    found = spellings(digits, decimals)
    assert found[0] == plainest
    assert set(some) <= set(found)
    assert len(set(found)) == len(found)
    assert {_number(text) for text in found} == {Decimal(digits).scaleb(-decimals)}


def test_the_filler_is_wider_than_all_spellings_and_none_of_them() -> None:
    found = [spellings(5, 1), spellings(-125, 2)]
    assert len(filler(found)) > max(len(text) for texts in found for text in texts)
    assert filler(found) not in {text for texts in found for text in texts}


def test_a_sheet_without_blanks_is_refused_with_the_way_out() -> None:
    made = _exercises("softmax", {"blank": "none"})
    for name in ("moodle", "canvas"):
        with pytest.raises(UsageError, match="has none; choose another --blank"):
            files(read_formats(name), Request(tuple(made)))


def test_pictures_go_with_the_question_only_if_asked_for() -> None:
    made = _exercises("softmax", {})
    assert not _moodle(made)[0].findall("questiontext/file")
    [picture] = _moodle(made, picture=True)[0].findall("questiontext/file")
    assert base64.b64decode(picture.text).startswith(b"\x89PNG")
    contents = _canvas(made, picture=True)
    pictures = [n for n in contents if n.endswith(".png")]
    assert len(pictures) == 2
    [test] = [contents[n].decode() for n in contents if re.fullmatch(r"(g\w+)/\1\.xml", n)]
    for name in pictures:
        assert name.replace("web_resources", "$IMS-CC-FILEBASE$") in test


def test_many_variants_are_told_how_large_the_file_is(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["make", "matrix-multiplication", "--seed", "1", "--count", "501", "--format", "moodle"]
    assert main([*words, "--out", str(tmp_path)]) == 0
    told = capsys.readouterr()
    assert re.search(r"501 sheets, [\d.]+ MB", told.err)
    assert len(told.out.split()) == 1


@pytest.mark.parametrize("form", ["moodle", "canvas"])
@pytest.mark.parametrize("words", [("--name", "Bob"), ("--paper", "a3"), ("--tagged",),
                                   ("--framework", "torch"), ("--large-print",)])  # fmt: skip
def test_an_option_that_a_question_cannot_show_is_refused(
    form: str, words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["make", "rnn", "--seed", "1", "--format", form, "--out", str(tmp_path)]
    assert main([*asked, *words]) == USAGE
    said = capsys.readouterr().err
    assert said == f"sheetgen: {words[0]} is nothing that {form} can show; leave it out\n"


def test_a_picture_is_of_questions_and_a_class_may_have_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["make", "rnn", "--seed", "1", "--picture", "--out", str(tmp_path)]) == USAGE
    assert "--picture is nothing that pdf can show" in capsys.readouterr().err
    asked = ["class", "single-neuron", "--students", "1", "--seed", "1", "--format", "moodle"]
    assert main([*asked, "--picture", "--out", str(tmp_path / "class")]) == 0
    assert b"page-1.png" in (tmp_path / "class" / "moodle.xml").read_bytes()


def test_a_format_that_there_is_not_names_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["make", "rnn", "--format", "moodl", "--out", str(tmp_path)]) == USAGE
    said = capsys.readouterr().err
    assert said.endswith("did you mean moodle?\n")
    assert said.count("\n") == 1
