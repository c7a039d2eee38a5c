"""Text -> rows of cells, whatever divides them."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter

from sheetgen.classroom.roster.header import FIRST_ROWS, Table, columns_of, find_header
from sheetgen.errors import SheetgenError

SIGNS = "\t;,|:^~"
"""What divides cells, the surest first; the last three only below a header that says so."""
MOST_ROWS, MOST_CELLS, MOST_IN_ALL, LONGEST_ROW = 20_000, 400, 1_000_000, 100_000


def table_of(text: str, remarks: list[str]) -> Table:
    """The rows of a text that are not blank. Raises SheetgenError for far too many."""
    return _tidy(divided(text, remarks)[1])


def divided(text: str, remarks: list[str]) -> tuple[str, Table]:
    """What divides the cells of a text, nothing for one column, and all rows as they came. Raises
    SheetgenError for far too many."""
    if text.count("\n") > MOST_ROWS:
        raise SheetgenError(f"{text.count(chr(10)):,} rows are too many for a class list")
    if max(map(len, text.split("\n"))) > LONGEST_ROW:
        raise SheetgenError("it has a line of more than 100,000 letters; this is no class list")
    first, _, rest = text.partition("\n")
    told = re.fullmatch(r'"?sep=(.)"?\s*', first)
    text, start = (rest, 1) if told else (text, 0)
    text = _without_comments(text, start, remarks)
    separator = told[1] if told else separator_of(text)
    return separator, [(row + start, c) for row, c in _divided(text, separator, remarks)]


def split(text: str, separator: str, remarks: list[str]) -> Table:
    """The rows of a text whose cells one sign divides, cleaned; none that is blank."""
    return _tidy(_divided(text, separator, remarks))


def _divided(text: str, separator: str, remarks: list[str]) -> Table:
    if separator:
        return _unquoted(_rows(text, separator, remarks), separator, remarks)
    return [(k, [line.strip().strip('"') if line.count('"') == 2 else line])
            for k, line in enumerate(text.split("\n"), 1)]  # fmt: skip


def _tidy(rows: Table) -> Table:
    """Rows with cleaned cells; none that is blank. Raises SheetgenError for far too many cells."""
    if sum(len(cells) for _, cells in rows) > MOST_IN_ALL:
        raise SheetgenError(f"more than {MOST_IN_ALL:,} cells are too many for a class list")
    out: Table = []
    for row, cells in rows:
        if len(cells) > MOST_CELLS:
            raise SheetgenError(f"row {row}: {len(cells):,} columns are too many for a class list")
        tidy = [re.sub(r'^="(.*)"$', r"\1", clean(cell)) for cell in cells]
        while len(tidy) > 1 and not tidy[-1]:
            tidy.pop()
        if any(tidy) and not all(re.fullmatch(r":?[-=+]{3,}:?|", cell) for cell in tidy):
            out.append((row, tidy))
    return out


def _without_comments(text: str, start: int, remarks: list[str]) -> str:
    """The text with blank lines for those that begin with ``#`` and hold words; a header after
    such a sign stays."""
    lines = text.split("\n")
    found = []
    for k, line in enumerate(lines):
        if not re.match(r"\s*#\s*[^\W\d]", line) or re.match(r"\s*#\s*[\t;,|]", line):
            continue
        bare = line.lstrip(" #")
        if any(len(columns_of(clean_all(bare.split(sign)))) > 1 for sign in "\t;,|"):
            lines[k] = bare
        else:
            lines[k] = ""
            found.append(k + 1 + start)
    if found:
        remarks.append(f"{rows_told(found)} begin with # and are no students; left out"
                       if found[1:] else f"row {found[0]} begins with # and is no student; "
                       f"left out")  # fmt: skip
    return "\n".join(lines)


def _rows(text: str, separator: str, remarks: list[str]) -> Table:
    """The cells of each row; where quotes do not pair, each line for itself. Raises SheetgenError
    where whole rows stand in one pair of quotes."""
    lines = text.split("\n")
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        out: Table = []
        said: list[str] = []
        last = 0
        for cells in reader:
            if reader.line_num - last > 1:
                counts = {ln.count(separator) for ln in lines[last : reader.line_num]}
                if len(counts) == 1 and 0 not in counts:
                    raise SheetgenError(
                        f"rows {last + 1} to {reader.line_num} stand in one pair of quotes; take "
                        f"out a quote, or the line break within a cell"
                    )
                said.append(f"row {last + 1} goes on to row {reader.line_num} inside quotes; "
                            f"read as one")  # fmt: skip
            out.append((last + 1, cells))
            last = reader.line_num
        remarks += said
        return out
    except csv.Error:
        remarks.append("quotes are not paired somewhere; each line was read for itself")
    return [(k, [c.strip().strip('"') for c in line.split(separator)])
            for k, line in enumerate(text.split("\n"), 1)]  # fmt: skip


def _unquoted(rows: Table, separator: str, remarks: list[str]) -> Table:
    """Rows of ``Okafor, Ngozi,12`` below ``Name,ID``: where each row has more cells than the
    header, and those too many begin with a blank, they belong to the cell before."""
    filled = [(row, cells) for row, cells in rows if any(map(str.strip, cells))]
    if separator != "," or len(filled) < 2 or not columns_of(clean_all(filled[0][1])):
        return rows
    width = len(filled[0][1])
    glued: Table = []
    for row, cells in filled[1:]:
        out: list[str] = []
        for cell in cells:
            if out and cell.startswith(" ") and cell.strip() and out[-1].strip():
                out[-1] += "," + cell
            else:
                out.append(cell)
        if len(cells) <= width or len(out) != width:
            return rows
        if any(map(_is_small, cells[: len(cells) - width + 1])) and not _is_small(" " + out[0]):
            raise SheetgenError(f'row {row} has a column more than the header; give it a title, or '
                                f"put names that hold a comma in quotes")  # fmt: skip
        glued.append((row, out))
    remarks.append("each row has a comma more than the header; it was taken as part of the name")
    return [filled[0], *glued]


def _is_small(cell: str) -> bool:
    """Whether a cell that begins with a blank is a small word, such as a remark, and no name."""
    bare = cell.strip()
    return cell[:1] == " " and bare[:1] != bare[:1].upper()


def separator_of(text: str) -> str:
    """The sign under which a header is found, or that splits most lines alike; empty for one
    column."""
    lines = [re.sub(r'"[^"]*"', "", ln) for ln in text.split("\n")[:200] if ln.strip()]
    best, most = "", 1
    for sign in SIGNS:
        if any(sign in line for line in lines[:FIRST_ROWS]):
            head = "\n".join(text.split("\n")[: FIRST_ROWS * 2])
            header = find_header(split(head, sign, []))
            known = sum(map(len, header.columns.values())) if header else 0
            if known > most:
                best, most = sign, known
    return best or _most_alike(lines, text)


def _most_alike(lines: list[str], text: str) -> str:
    best, score = "", 0
    for sign in "\t;,|":
        counts = Counter(line.count(sign) for line in lines)
        if not lines or not counts or max(counts) == 0:
            continue
        count, alike = max(((c, n) for c, n in counts.items() if c), key=lambda p: (p[1], p[0]))
        if lines[0].count(sign) and alike + (count == lines[0].count(sign)) > score:
            best, score = sign, alike + (count == lines[0].count(sign))
    if not best and '"' in text:
        return ","
    return best


_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0xFEFF])


def clean(text: str) -> str:
    """A cell in one line: composed, without control characters and double blanks."""
    text = unicodedata.normalize("NFC", text.translate(_BIDI))
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)
    return " ".join(text.split())


def clean_all(cells: list[str]) -> list[str]:
    return [clean(cell) for cell in cells]


def rows_told(rows: list[int]) -> str:
    """``row 2``, ``rows 2, 3``; the first six of many."""
    listed = ", ".join(map(str, rows[:6])) + (" ..." if len(rows) > 6 else "")
    return f"row{'s' if rows[1:] else ''} {listed}"
