"""Styles and scripts with no more blanks and remarks than a browser needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_WORD = re.compile(r"[\w$]+")
_QUOTED = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_PATTERN = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_REMARK = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_BLANKS = re.compile(r"\s+")
_PLAIN = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*", re.DOTALL)
_VALUE = re.compile(r"[\w$)\]}`\"']$")
"""What a value ends with: a stroke behind it divides, any other begins a pattern."""
_BEFORE_PATTERN = frozenset(["return", "typeof", "case", "in", "of"])
_APART = ("++", "--", "//", "/*")


def shorter_styles(text: str) -> str:
    """A style sheet without its remarks, and without blanks around its signs."""
    quoted: list[str] = []

    def put_by(found: re.Match[str]) -> str:
        quoted.append(found[0])
        return f"\0{len(quoted) - 1}\0"

    text = _QUOTED.sub(put_by, re.sub(r"(?s)/\*.*?\*/", "", text))
    text = re.sub(r"\s*([{};])\s*", r"\1", re.sub(r"\s+", " ", text))
    text = re.sub(r"(?<=[\w\-]): ?(?=[^{}]*[;}])", ":", re.sub(r", ", ",", text))
    text = text.replace(";}", "}").replace("}", "}\n").strip()
    return re.sub(r"\0(\d+)\0", lambda found: quoted[int(found[1])], text)


def shorter_script(text: str) -> str:
    """A script without its remarks, and without blanks where they part no words; lines stay apart
    where only their end ends a statement."""
    made, last, blank = [], "", ""
    for part in _parts(text):
        if part.isspace():
            blank += part
            continue
        made += [_between(last, part, blank) if blank and last else "", part]
        last, blank = part, ""
    return "".join(made)


@cache
def joined_script(path: Path) -> str:
    """A script and the modules that it needs as one, each after those that it needs itself: what
    each one names at its outermost level is its own in the whole. Shorter, too."""
    texts = (module.read_text(encoding="utf-8") for module in dict.fromkeys(_modules(path)))
    whole = "\n".join(re.sub(r"(?m)^import .*\n", "", text) for text in texts)
    return shorter_script(re.sub(r"(?m)^export ", "", whole))


def _modules(path: Path) -> Iterator[Path]:
    """The modules that one needs, and the module itself; some of them more than once."""
    path = path.resolve()
    text = path.read_text(encoding="utf-8")
    for needed in re.findall(r'(?m)^import .* from "(\.{1,2}/.+)";$', text):
        yield from _modules(path.parent / needed)
    yield path


def _between(before: str, after: str, blank: str) -> str:
    """What must stand between two parts that had blanks between them."""
    one, other = before[-1], after[0]
    if "\n" in blank:
        return "" if one in "{([,;:?&|=" or other in ")],;:?.&|=" else "\n"
    if (_WORD.match(one) and _WORD.match(other)) or one + other in _APART:
        return " "
    return ""


def _parts(text: str) -> Iterator[str]:
    """Words, signs, texts and patterns as they stand; runs of blanks and remarks as one blank."""
    place, last = 0, ""
    while place < len(text):
        part = _part(text, place, last)
        place += len(part)
        if _REMARK.fullmatch(part):
            part = "\n" if "\n" in part or part.startswith("//") else " "
        elif not part.isspace():
            last = part
        yield part


def _part(text: str, place: int, last: str) -> str:
    """The part that begins at a place, behind another that was no blank."""
    letter = text[place]
    if letter == "`":
        return _template(text, place)
    found = _BLANKS.match(text, place) or _REMARK.match(text, place) or _QUOTED.match(text, place)
    if not found and letter == "/" and (last in _BEFORE_PATTERN or not _VALUE.search(last)):
        found = _PATTERN.match(text, place)
    found = found or _WORD.match(text, place)
    return found[0] if found else letter


def _template(text: str, start: int) -> str:
    """A text in backticks, with what is put into it; only that is made shorter elsewhere."""
    place = start + 1
    while True:
        found = _PLAIN.match(text, place)
        assert found is not None
        place = found.end()
        if text[place] == "`":
            return text[start : place + 1]
        place, depth, last = place + 2, 1, ""
        while depth:
            part = _part(text, place, last)
            place += len(part)
            depth += (part == "{") - (part == "}")
            last = last if part.isspace() else part
