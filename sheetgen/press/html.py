"""Printed pages -> HTML: the items say where, ``templates/`` say how it looks."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from sheetgen.errors import SheetgenError
from sheetgen.page.items import Page, Printed
from sheetgen.page.light import light_drawing, light_strokes
from sheetgen.page.marks import Text, mm, strokes, words
from sheetgen.page.theme import read_theme
from sheetgen.press.webfont import is_bundled, web_font

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(slots=True)
class Classes:
    """The classes that a document needs: places and sizes repeat, and a rule is read only once."""

    rules: dict[str, str] = field(default_factory=dict)
    numbered: dict[str, dict[str, str]] = field(default_factory=dict)
    """By the letter that its classes begin with: what a rule says, and its number."""

    def paper(self, page: Page) -> str:
        """The class of a page's paper."""
        width, height = mm(page.width), mm(page.height)
        name = f"paper{width}x{height}".replace(".", "_")
        if name not in self.rules:
            self.rules[f"@page {name}"] = f"size:{width}mm {height}mm;margin:0"
            self.rules[name] = f"page:{name};width:{width}mm;height:{height}mm"
        return name

    def text(self, text: Text) -> str:
        """The classes of a text's place and sizes."""
        left, top = mm(text.left), mm(text.top)
        return " ".join((
            self._rule("x", left, f"left:{left}mm"),
            self._rule("y", top, f"top:{top}mm"),
            self.sizes(text),
        ))  # fmt: skip

    def sizes(self, text: Text) -> str:
        """Those of its sizes alone."""
        return " ".join(self._rule(*size) for size in _sizes(text))

    def look(self, text: Text) -> str:
        """One class for all of its sizes that count, and of its style what is not usual: black,
        the face of labels, as wide as it is if it begins at its left."""
        styles = text.style.split()
        sizes = _sizes(text)["start" in styles :]
        unusual = [name for name in styles if name not in ("fl", "ink", "start")]
        if not {"fl", "ft", "fa"} & {*styles}:
            unusual.append("sd")
        return " ".join([*unusual, self._numbered("z", ";".join(rule for _, _, rule in sizes))])

    def side(self, length: float) -> str:
        """The class of a block by the sides of its boxes."""
        return self._numbered("b", f"--side:{mm(length)}mm")

    def _numbered(self, letter: str, body: str) -> str:
        known = self.numbered.setdefault(letter, {})
        return self._rule(letter, known.setdefault(body, str(len(known) + 1)), body)

    def _rule(self, letter: str, value: str, body: str) -> str:
        name = letter + value.replace(".", "_")
        self.rules.setdefault(name, body)
        return name

    def css(self) -> Markup:
        return Markup("\n").join(
            Markup(f"{name if name[0] == '@' else '.' + name}{{{body}}}")
            for name, body in self.rules.items()
        )


def _sizes(text: Text) -> list[tuple[str, str, str]]:
    """Letter, length and rule of a text's width, height and em."""
    em, width, height = map(mm, (text.size, text.width, text.height))
    return [("w", width, f"width:{width}mm"),
            ("h", height, f"height:{height}mm;line-height:{height}mm"),
            ("s", em, f"font-size:{em}mm")]  # fmt: skip


class Templates:
    """The templates of a folder, each read once, and the documents that they make."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[type[Templates], tuple[Path]]:
        return Templates, (self.folder,)

    @cached_property
    def css(self) -> str:
        """The style sheet of all documents; its fonts are ``sheetgen:`` URLs."""
        theme = read_theme(self.folder / "by-hand.css")
        return theme.css + (self.folder / "sheet.css").read_text(encoding="utf-8")

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        environment = Environment(
            loader=FileSystemLoader(self.folder), autoescape=True, undefined=StrictUndefined
        )
        environment.globals |= {"mm": mm, "words": words, "strokes": strokes,
                                "light_drawing": light_drawing}
        return environment

    def render(self, template: str, /, **values: object) -> str:
        """A template with these values; what is not marked as markup is escaped."""
        return self._environment.get_template(template).render(**values)

    def document(
        self, sheets: Sequence[Printed], css: str,
        drawn: Callable[[Page, bool], list[tuple[Markup, str]]] = strokes,
    ) -> str:  # fmt: skip
        """One HTML document of some sheets, with some styles inside; ``drawn`` says what each shape
        of a page looks like, and its path."""
        return self.render("sheet.html", sheets=sheets, classes=Classes(), css=Markup(css),
                           strokes=drawn)  # fmt: skip

    def html(self, printed: Printed) -> str:
        """A sheet as one HTML file that needs no other: styles are inside, and of the fonts what
        the sheet uses."""
        body = self.document([printed], "", light_strokes)
        used = set(unescape(re.sub(r"<style.*?</style>|<[^>]*>", "", body, flags=re.DOTALL)))
        css = re.sub(r"sheetgen:[\w./-]+", lambda m: self._embedded(m[0], used), self.css)
        unused = r'@font-face \{[^}]*base64,"\) \}\n'
        return self.document([printed], re.sub(unused, "", css), light_strokes)

    def _embedded(self, url: str, characters: set[str]) -> str:
        path = Path(url.partition(":")[2])
        ours = is_bundled(path.stem)
        data = web_font(path.stem, characters) if ours else self.read(url)
        kind = "woff" if ours else "ttf"
        return f"data:font/{kind};base64,{base64.b64encode(data).decode('ascii')}"

    def read(self, url: str) -> bytes:
        """The template that a ``sheetgen:`` URL names; every other URL or folder is refused."""
        scheme, _, name = url.partition(":")
        path = (self.folder / name).resolve()
        if scheme != "sheetgen" or not path.is_relative_to(self.folder.resolve()):
            raise SheetgenError(f"a page may use nothing but its templates, not {url}")
        if not path.is_file():
            raise SheetgenError(f"the template {name} is missing: install sheetgen again")
        return path.read_bytes()
