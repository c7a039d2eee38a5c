"""Who is in the class: a table from a spreadsheet or a learning platform, read with patience.

Whatever cannot be read is told in one line that names the row; no student is left out in silence.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sheetgen.errors import SheetgenError
from sheetgen.files import reason

MOST = 5000
"""Students of a class."""
LARGEST_FILE = 20_000_000

HEADERS = {
    "name": "name fullname studentname student displayname nameofstudent learner pupil participant "
            "schuler schulername teilnehmer studierender studierende nom nomcomplet nometprenom "
            "eleve etudiant nombre nombrecompleto nombreyapellidos alumno estudiante nome "
            "nomecompleto studente aluno naam volledigenaam leerling namn navn nimi imieinazwisko "
            "jmeno nev adsoyad фио имяифамилия студент 姓名 名字 学生 氏名 名前 이름 성명 الاسم שם",
    "first": "firstname givenname forename first vorname rufname prenom nombres primernombre "
             "nomeproprio prenome voornaam fornamn fornavn etunimi imie keresztnev ad имя 名 given",
    "last": "lastname surname familyname last nachname familienname zuname nomdefamille apellido "
            "apellidos cognome sobrenome apelido achternaam efternamn efternavn etternavn sukunimi "
            "nazwisko prijmeni vezeteknev soyad фамилия 姓 family",
    "id": "id studentid studentnumber studentno idnumber sisuserid sisid userid username login "
          "sisloginid number no nr nummer matrikelnummer matrikel matrnr martikelnummer "
          "numeroetudiant numero matricule matricula legajo matricola studentnummer leerlingnummer "
          "indeks opiskelijanumero orgdefinedid externalid номер 学号 学籍番号 番号 학번",
    "email": "email emailaddress mail emailadresse adressemail courriel correo correoelectronico "
             "emailadres epost eposti sahkoposti adreseemail почта 邮箱 メール 이메일 posta",
    "group": "group groups section sections class classes team tutorial lab room gruppe klasse "
             "kurs ubungsgruppe groupe classe grupo clase turma gruppo groep klas grupp ryhma "
             "grupa klasa группа класс 班级 组 クラス 班 반 period hour",
}  # fmt: skip
"""What a column holds -> how its header may be written, without accents, spaces and signs."""

NOT_STUDENTS = ("points possible", "total", "average", "mean", "summe", "durchschnitt")
"""Names in the rows that gradebooks add."""


@dataclass(frozen=True)
class Student:
    """One row of the roster. Without a name the id stands for it."""

    id: str
    name: str
    email: str = ""
    group: str = ""
    row: int = 0


@dataclass(frozen=True)
class Roster:
    """The students in the file's order, and what the teacher should know about the file."""

    students: tuple[Student, ...]
    remarks: tuple[str, ...] = ()


def numbered_students(count: int) -> Roster:
    """A class without names. Raises SheetgenError beyond 1 to 5,000."""
    if not 1 <= count <= MOST:
        raise SheetgenError(f"--students: {count} is not between 1 and {MOST}")
    return Roster(tuple(Student(f"student-{k}", "", row=k) for k in range(1, count + 1)))


def read_roster(path: Path) -> Roster:
    """The students of a CSV file. Raises SheetgenError naming the file, the row and the reason."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= LARGEST_FILE else b""
    except OSError as problem:
        why = "there is no such file" if isinstance(problem, FileNotFoundError) else reason(problem)
        raise SheetgenError(f"roster {path}: {why}") from None
    except ValueError:
        raise SheetgenError(f"roster {path}: this is not the name of a file") from None
    if size > LARGEST_FILE:
        raise SheetgenError(f"roster {path}: {size // 10**6} MB is too large for a class list")
    try:
        return parse_roster(data)
    except SheetgenError as problem:
        raise SheetgenError(f"roster {path}: {problem}") from None


def parse_roster(data: bytes) -> Roster:
    """The students of a table as bytes, whatever its encoding and separator."""
    remarks: list[str] = []
    text = decoded(data, remarks)
    table = _table(text, remarks)
    if not table:
        raise SheetgenError("it is empty; one student a row is needed")
    columns = _columns(table[0][1])
    if columns:
        body = table[1:]
    else:
        body, columns = table, _guessed(table)
    width = len(table[0][1])
    students: list[Student] = []
    for row, cells in body:
        student = _student(row, cells, columns, remarks)
        if student is None:
            continue
        if len(cells) > width:
            remarks.append(f"row {row} has {len(cells)} columns where the first has {width}; "
                           f"read as {student.name or student.id}")  # fmt: skip
        students.append(student)
        if len(students) > MOST:
            raise SheetgenError(f"row {row}: more than {MOST} students; split the class")
    if not students:
        raise SheetgenError("there is a header and no student below it" if body == table[1:]
                            else "there is no student in it")  # fmt: skip
    return Roster(tuple(students), tuple(remarks + _duplicates(students)))


def decoded(data: bytes, remarks: list[str]) -> str:
    """The text of a file in UTF-8, UTF-16 or Latin-1. Raises SheetgenError for what is no text."""
    if data[:4] == b"PK\x03\x04" or data[:4] == b"\xd0\xcf\x11\xe0":
        raise SheetgenError("this is a workbook, not a table in text; save it as CSV first")
    if data[:5] == b"%PDF-":
        raise SheetgenError("this is a PDF, not a table in text; save the list as CSV first")
    encoding = _encoding(data)
    text = data.decode(encoding, errors="replace").removeprefix("\ufeff")
    if "\ufffd" in text and encoding != "cp1252":
        row = text[: text.index("\ufffd")].count("\n") + 1
        remarks.append(f"row {row} has bytes that are no {encoding} text")
    if encoding == "cp1252":
        remarks.append("read as Latin-1; if names look wrong, save the file as UTF-8")
    strange = sum(text.count(chr(c)) for c in range(32) if chr(c) not in "\t\n\r\0\x0b\x0c")
    if strange > 8 and strange * 20 > len(text):
        raise SheetgenError("this is no text; save the list as CSV first")
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def _encoding(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if len(data) >= 4 and data.count(0) * 4 > len(data):
        return "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


Table = list[tuple[int, list[str]]]
"""Row number in the file, counted from 1, and the cleaned cells of each row that is not blank."""


def _table(text: str, remarks: list[str]) -> Table:
    first, _, rest = text.partition("\n")
    told = re.fullmatch(r'"?sep=(.)"?\s*', first)
    separator = told[1] if told else _separator(text)
    start = 1 if told else 0
    if told:
        text = rest
    if not separator:
        rows = [(k, [line.strip().strip('"') if line.count('"') == 2 else line])
                for k, line in enumerate(text.split("\n"), 1)]  # fmt: skip
    else:
        rows = _rows(text, separator, remarks)
    out: Table = []
    for row, cells in rows:
        row += start
        tidy = [clean(c) for c in cells]
        while len(tidy) > 1 and not tidy[-1]:
            tidy.pop()
        if any(tidy):
            out.append((row, tidy))
    return out


def _rows(text: str, separator: str, remarks: list[str]) -> Table:
    """The cells of each row; where quotes do not pair, each line for itself."""
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        out: Table = []
        last = 0
        for cells in reader:
            if reader.line_num - last > 1:
                remarks.append(f"row {last + 1} goes on to row {reader.line_num} inside quotes; "
                               f"read as one")  # fmt: skip
            out.append((last + 1, cells))
            last = reader.line_num
        return out
    except csv.Error:
        remarks.append("quotes are not paired somewhere; each line was read for itself")
    return [(k, [c.strip().strip('"') for c in line.split(separator)])
            for k, line in enumerate(text.split("\n"), 1)]  # fmt: skip


def _separator(text: str) -> str:
    """The sign that splits most lines alike: tab, semicolon or comma; empty for one column."""
    lines = [re.sub(r'"[^"]*"', "", ln) for ln in text.split("\n")[:200] if ln.strip()]
    best, score = "", 0
    for sign in "\t;,":
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


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss").replace("ł", "l"))
    return "".join(c for c in parts if c.isalnum())


_KINDS = {_plain(word): kind for kind, words in HEADERS.items() for word in words.split()}


def _columns(cells: Sequence[str]) -> dict[str, list[int]]:
    """What each column holds, if this row is a header; else nothing."""
    found: dict[str, list[int]] = {}
    for k, cell in enumerate(cells):
        kind = _KINDS.get(_plain(cell))
        if kind:
            found.setdefault(kind, []).append(k)
    if not {"name", "first", "last", "id", "email"} & set(found):
        return {}
    if "@" in "".join(cells):
        return {}
    if len(cells) > 1 and len(found) == 1 and not {"name", "id", "email"} & set(found):
        return {}
    if "name" in found and ("first" in found) != ("last" in found):
        # In German and French "Name, Vorname" the name alone is the last one.
        found["last" if "first" in found else "first"] = found.pop("name")
    return found


def _guessed(table: Table) -> dict[str, list[int]]:
    """What the columns of a table without a header hold, from what stands in them."""
    width = max(len(cells) for _, cells in table)
    if width == 1:
        return {"name": [0]}
    found: dict[str, list[int]] = {}
    for k in range(width):
        cells = [c[k] for _, c in table if k < len(c) and c[k]]
        if cells and all("@" in c for c in cells):
            kind = "email"
        elif cells and all(any(d.isdigit() for d in c) and " " not in c for c in cells):
            kind = "id"
        else:
            kind = "joined"
        found.setdefault(kind, []).append(k)
    return found


def _student(
    row: int, cells: Sequence[str], columns: dict[str, list[int]], remarks: list[str]
) -> Student | None:
    def value(kind: str) -> str:
        return next((cells[k] for k in columns.get(kind, ()) if k < len(cells) and cells[k]), "")

    name = value("name")
    if not name:
        name = f"{value('first')} {value('last')}".strip()
    if not name and "joined" in columns:
        # A row without header keeps all its words; nothing of a name may be lost.
        name = " ".join(cells[k] for k in columns["joined"] if k < len(cells) and cells[k])
    code, email, group = value("id"), value("email"), value("group")
    if name.casefold() in NOT_STUDENTS and not email:
        remarks.append(f"row {row} ({name}) is no student; left out")
        return None
    if not (name or code or email):
        said = " ".join(c for c in cells if c)[:40]
        remarks.append(f"row {row} has no name, id or email ({said}); left out")
        return None
    if not name:
        remarks.append(f"row {row} has no name; {code or email} stands for it")
    return Student(code, name, email, group, row)


def _duplicates(students: Sequence[Student]) -> list[str]:
    """Names and ids that stand there more than once; all of them are kept."""
    said = []
    for what, values in (("name", [s.name for s in students]), ("id", [s.id for s in students])):
        rows: dict[str, list[int]] = {}
        for student, value in zip(students, values, strict=True):
            if value:
                rows.setdefault(value, []).append(student.row)
        for value, places in rows.items():
            if len(places) > 1:
                listed = ", ".join(map(str, places[:6])) + (" ..." if len(places) > 6 else "")
                said.append(f"the {what} {value[:60]} stands in rows {listed}; each has its own "
                            f"sheet")  # fmt: skip
    return said


def told_apart(students: Sequence[Student]) -> list[str]:
    """For each student what tells namesakes apart in little room: the ids if each has another, else
    the rows in the roster; nothing for who shares a name with nobody."""
    places: dict[str, list[int]] = {}
    for k, student in enumerate(students):
        places.setdefault(student.name or student.id, []).append(k)
    found = [""] * len(students)
    for some in places.values():
        alike = [students[k] for k in some]
        ids = {s.id for s in alike if s.id}
        for k, student in zip(some, alike, strict=True) if len(some) > 1 else ():
            found[k] = student.id if len(ids) == len(some) else f"row {student.row}"
    return found
