"""A stack as one HTML file in which it is marked by box, offline: every picture is inside, and
what works out right numbers and what follows from slips is that of the live page."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from markupsafe import Markup

from sheetgen.exercise.blanks import open_cells
from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.data import exercise_data
from sheetgen.formats.shorter import joined_script, shorter_styles
from sheetgen.press.printing import printer
from sheetgen.press.webfont import small_web_font
from sheetgen.scan.pictures import small_pictures
from sheetgen.scan.stack import MARGIN, Crop, Paper, Place, ScannedPage, Stack
from sheetgen.type.fonts import TEMPLATES

FOLDER = TEMPLATES / "marking"
SCRIPT = "page.js"
"""The module of the page's script that needs all others."""
READ_OF = ("name", "label", "label_markup", "op", "inputs", "step", "decimals", "shape", "params",
           "blank", "hidden", "slips")  # fmt: skip
"""What the page reads of each matrix; what differs from student to student comes apart."""
READ_OF_OPS = ("inputs", "formula", "ranges", "outside", "slips")
TYPED = "0123456789−.,?/-+ emptyopn"
"""What may stand below a picture."""
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;=+−-→()[]|?∂·"


def marking(stack: Stack) -> str:
    """The page. Raises SheetgenError for pictures that cannot be read."""
    crops, pages = small_pictures(stack)
    data = marking_data(stack)
    script = joined_script(FOLDER / SCRIPT)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    return printer().templates.render(
        "marking/marking.html", title=stack.title, css=Markup(_css(stack, data)),
        point="," if stack.decimal_mark == "comma" else ".", data=_json(data),
        crops=_json(_texts(crops)), pages=_json(_texts(pages)),
        script_text=Markup(script), script_hash=f"sha256-{digest}",
    )  # fmt: skip


def asked(exercise: Exercise) -> list[Place]:
    """The numbers that a sheet asks for, as its points count them, in the order of the net."""
    return [(node.name, i, j) for node in exercise.graph.nodes if node.name in exercise.blanks
            for i, j in _places(exercise.blanks[node.name] & open_cells(node))]  # fmt: skip


def _places(cells: Any) -> list[tuple[int, int]]:
    return [(i, j) for i, row in enumerate(cells.tolist()) for j, here in enumerate(row) if here]


def _json(data: object) -> Markup:
    """Data as they may stand in a page."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


def _texts(pictures: Iterable[bytes]) -> list[str]:
    return [base64.b64encode(picture).decode("ascii") for picture in pictures]


def marking_data(stack: Stack) -> dict[str, Any]:
    """All that the page knows but the pictures: papers that differ in nothing but their numbers
    share a frame."""
    frames: dict[str, int] = {}
    kept, papers, crop, page = list[dict[str, Any]](), list[dict[str, Any]](), 0, 0
    for paper in stack.papers:
        frame, exact = _frame(paper)
        text = json.dumps(frame, sort_keys=True)
        if text not in frames:
            frames[text] = len(kept)
            kept.append(frame)
        numbers = {place: crop + k for k, place in enumerate(paper.crops)}
        papers.append({
            "student": paper.student, "exercise": paper.exercise_number, "code": paper.code,
            "most": f"{paper.most.normalize():f}", "frame": frames[text], "exact": exact,
            "crops": [_crop(paper.crops.get(place), numbers.get(place, -1))
                      for place in asked(paper.exercise)],
            "pages": [_page(one, page + k) for k, one in enumerate(paper.pages)],
            "missing": [*paper.missing],
        })  # fmt: skip
        crop, page = crop + len(paper.crops), page + len(paper.pages)
    return {
        "title": stack.title, "code": stack.code_of_class, "margin": MARGIN,
        "mark": stack.decimal_mark, "frames": kept, "papers": papers,
        "students": [{"name": s.name, "id": s.id, "group": s.group} for s in stack.students],
        "told": [{"what": aside.what, "why": aside.why} for aside in stack.told],
    }  # fmt: skip


def _frame(paper: Paper) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a paper shares with others, and the exact numbers that it was drawn with."""
    data = exercise_data(paper.exercise)
    names = [m["name"] for m in data["matrices"]]
    exact = {m["name"]: m["exact"] for m in data["matrices"] if m["op"] is None}
    return {
        "title": paper.exercise.settings.title,
        "matrices": [{key: m[key] for key in READ_OF} for m in data["matrices"]],
        "ops": {name: {key: op[key] for key in READ_OF_OPS} for name, op in data["ops"].items()},
        "boxes": [[names.index(name), i, j] for name, i, j in asked(paper.exercise)],
    }, exact


def _crop(crop: Crop | None, number: int) -> list[float] | None:
    """Its picture's number, its page, its place in mm, and how like it looks."""
    if crop is None:
        return None
    return [number, crop.page, *(round(side, 2) for side in crop.box), round(crop.likeness, 3)]


def _page(page: ScannedPage, number: int) -> list[float]:
    return [page.number, *(round(side, 2) for side in page.size), number]


def _css(stack: Stack, data: dict[str, Any]) -> str:
    """The styles, with what the page may show in each of its own faces."""
    said = json.dumps([data["frames"], stack.title], ensure_ascii=False)
    letters = {"label": said + PLAIN, "answer": TYPED + PLAIN, "digits": PLAIN,
               "math": "".join(sorted({c for c in said + TYPED if not c.isascii()})) + "−"}
    css = _styles()
    for name, text in letters.items():
        css = css.replace(f"marking:{name}", small_web_font(name, frozenset(text)))
    return css


@cache
def _styles() -> str:
    texts: Sequence[str] = [
        (folder / name).read_text(encoding="utf-8")
        for folder, name in ((TEMPLATES, "screen.css"), (FOLDER, "marking.css"))
    ]
    return shorter_styles("".join(texts))
