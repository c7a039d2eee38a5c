"""What tests of a class share: small classes, and what stands in their files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pypdfium2

from sheetgen.classroom.plan import Order, Plan, piece
from sheetgen.classroom.students import Student

SMALL = Plan((piece("single-neuron"),))

NAMES = ("Jörg Müßig", "=HYPERLINK(1)", "<script>", "../../x", "Ada", "Ada")


def students(*names: str) -> tuple[Student, ...]:
    return tuple(Student("", n, group="AB"[k % 2], row=k + 2) for k, n in enumerate(names))


def order(folder: Path, *names: str, plan: Plan = SMALL, **more: Any) -> Order:
    return Order(plan, students(*names), folder, 1, **more)


def manifest(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "class.json").read_text()))


def digests(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(folder.rglob("*")) if p.is_file()}  # fmt: skip


def texts(pdf: Path | bytes) -> list[str]:
    """The text of each page of a PDF."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def someone(*names: str) -> list[Student]:
    return [Student("", name, row=k) for k, name in enumerate(names, 2)]
