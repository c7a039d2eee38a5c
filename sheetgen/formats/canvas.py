"""Variants of an exercise as a Classic Quiz for Canvas: a QTI 1.2 package, from which Canvas draws
one question for each student.

Source: the IMS QTI 1.2 and Common Cartridge 1.1 formats as Canvas's own converter reads them.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from functools import partial

from markupsafe import Markup

from sheetgen.formats.format import Format, Request
from sheetgen.formats.question import Question, question
from sheetgen.formats.spellings import spellings
from sheetgen.formats.tables import Cell
from sheetgen.formats.xml import Element, child, document

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
LOM = "http://www.imsglobal.org/xsd/imsmd_v1p2"
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time that each file in the package bears, so that the same questions are the same bytes."""


def _write(request: Request) -> dict[str, bytes]:
    asked = [question(exercise, request) for exercise in request.exercises]
    quiz = _ident("quiz", *(q.exercise.code for q in asked))
    pictures = {f"sheetgen/{q.exercise.code}-{number}.png": picture
                for q in asked for number, picture in enumerate(q.pictures, 1)}  # fmt: skip
    contents = {
        "imsmanifest.xml": document(_manifest(quiz, asked, [*pictures])),
        f"{quiz}/{quiz}.xml": document(_questions(quiz, asked)),
        f"{quiz}/assessment_meta.xml": document(_meta(quiz, asked)),
        **{f"web_resources/{path}": data for path, data in pictures.items()},
    }
    return {"-canvas.zip": _zip(contents)}


def _ident(*words: str) -> str:
    """An identifier that is the same for the same words; Canvas wants a letter first."""
    return "g" + hashlib.md5("/".join(words).encode(), usedforsecurity=False).hexdigest()


def _zip(contents: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return made.getvalue()


def _title(asked: Sequence[Question]) -> str:
    return asked[0].exercise.settings.title


def _points(asked: Sequence[Question]) -> str:
    """A blank is a point; the pool has one number of points, that of its first question."""
    return f"{len(asked[0].blanks)}.0"


def _questions(quiz: str, asked: Sequence[Question]) -> Element:
    root = Element("questestinterop", xmlns=QTI)
    title = _title(asked)
    test = child(root, "assessment", ident=quiz, title=title)
    field = child(child(test, "qtimetadata"), "qtimetadatafield")
    child(field, "fieldlabel", "cc_maxattempts")
    child(field, "fieldentry", "1")
    section = child(test, "section", ident="root_section")
    pool = child(section, "section", ident=_ident(quiz, "pool"), title=title)
    chosen = child(child(pool, "selection_ordering"), "selection")
    child(chosen, "selection_number", "1")
    child(child(chosen, "selection_extension"), "points_per_item", _points(asked))
    for found in asked:
        _item(pool, found)
    return root


def _item(pool: Element, asked: Question) -> None:
    exercise = asked.exercise
    name = partial(_ident, exercise.code)
    title = f"{exercise.settings.title} {exercise.code}"
    item = child(pool, "item", ident=name("item"), title=title)
    facts = child(child(item, "itemmetadata"), "qtimetadata")
    for key, value in (
        ("question_type", "fill_in_multiple_blanks_question"),
        ("points_possible", f"{len(asked.blanks)}.0"),
        ("assessment_question_identifierref", name("question")),
    ):
        field = child(facts, "qtimetadatafield")
        child(field, "fieldlabel", key)
        child(field, "fieldentry", value)
    shown = child(item, "presentation")
    places = [f"$IMS-CC-FILEBASE$/sheetgen/{exercise.code}-{number}.png"
              for number in range(1, len(asked.pictures) + 1)]  # fmt: skip
    _html(shown, asked.body(places, lambda c: Markup("[{}]").format(_blank(c))))
    scored = child(item, "resprocessing")
    child(child(scored, "outcomes"), "decvar", maxvalue="100", minvalue="0", varname="SCORE",
          vartype="Decimal")  # fmt: skip
    told = child(scored, "respcondition", **{"continue": "Yes"})
    child(child(told, "conditionvar"), "other")
    child(told, "displayfeedback", feedbacktype="Response", linkrefid="general_fb")
    share = f"{100 / len(asked.blanks):.4f}"
    for cell in asked.blanks:
        _response(shown, cell, name)
        right = child(scored, "respcondition")
        same = child(right, "conditionvar")
        plainest = name(cell.name, spellings(cell.digits, cell.decimals)[0])
        child(same, "varequal", plainest, respident=f"response_{_blank(cell)}")
        child(right, "setvar", share, varname="SCORE", action="Add")
    _html(child(child(item, "itemfeedback", ident="general_fb"), "flow_mat"), asked.solved())


def _blank(cell: Cell) -> str:
    """What a blank is called in the text and in the answers."""
    return f"{cell.matrix}_{cell.row}_{cell.column}"


def _response(shown: Element, cell: Cell, name: partial[str]) -> None:
    """A field and the spellings that it takes: each choice is a right answer for Canvas."""
    field = child(shown, "response_lid", ident=f"response_{_blank(cell)}")
    child(child(field, "material"), "mattext", _blank(cell))
    choices = child(field, "render_choice")
    for text in spellings(cell.digits, cell.decimals):
        choice = child(choices, "response_label", ident=name(cell.name, text))
        child(child(choice, "material"), "mattext", text, texttype="text/plain")


def _html(parent: Element, text: str) -> None:
    child(child(parent, "material"), "mattext", text, texttype="text/html")


def _meta(quiz: str, asked: Sequence[Question]) -> Element:
    root = Element("quiz", identifier=quiz, xmlns=CANVAS)
    for tag, text in (
        ("title", _title(asked)),
        ("description", ""),
        ("shuffle_answers", "false"),
        ("scoring_policy", "keep_highest"),
        ("quiz_type", "assignment"),
        ("points_possible", _points(asked)),
    ):
        child(root, tag, text)
    return root


def _manifest(quiz: str, asked: Sequence[Question], pictures: Sequence[str]) -> Element:
    root = Element("manifest", {"identifier": _ident(quiz, "manifest"), "xmlns": PACKAGE,
                                "xmlns:imsmd": LOM})  # fmt: skip
    facts = child(root, "metadata")
    child(facts, "schema", "IMS Content")
    child(facts, "schemaversion", "1.1.3")
    title = child(child(child(facts, "imsmd:lom"), "imsmd:general"), "imsmd:title")
    child(title, "imsmd:string", _title(asked))
    child(root, "organizations")
    files = child(root, "resources")
    test = child(files, "resource", identifier=quiz, type="imsqti_xmlv1p2")
    child(test, "file", href=f"{quiz}/{quiz}.xml")
    child(test, "dependency", identifierref=f"{quiz}_meta")
    meta = child(files, "resource", identifier=f"{quiz}_meta",
                 type="associatedcontent/imscc_xmlv1p1/learning-application-resource",
                 href=f"{quiz}/assessment_meta.xml")  # fmt: skip
    child(meta, "file", href=f"{quiz}/assessment_meta.xml")
    child(meta, "file", href=f"{quiz}/{quiz}.xml")
    for path in pictures:
        place = f"web_resources/{path}"
        picture = child(files, "resource", identifier=_ident(path), type="webcontent", href=place)
        child(picture, "file", href=place)
    return root


FORMATS = (
    Format("canvas", "a Classic Quiz for Canvas (QTI 1.2) that draws one of the sheets", _write,
           per="set", asks=True, takes=frozenset({"picture", "decimal_mark"})),
)  # fmt: skip
