"""Words at rows and columns (tokens, answers, places) stand wherever a student fills boxes."""

from __future__ import annotations

import io
import zipfile
from html import unescape

import openpyxl
import pytest

from sheetgen.api import make
from sheetgen.exercise.exercise import Exercise
from sheetgen.formats.format import Request
from sheetgen.formats.registry import files, formats
from sheetgen.graph.nodes import Step
from sheetgen.type.markup import plain_text

TOPICS = ["embedding", "positional-encoding", "llm-sampling", "vector-search", "dpo", "rlhf-reward"]
WRITTEN = ["accessible", "moodle", "canvas", "live", "html", "xlsx"]


def words_of(exercise: Exercise) -> set[str]:
    """All words at rows and columns of what stands on the page."""
    nodes = [n for n in exercise.graph.nodes if not (isinstance(n, Step) and n.hidden)]
    return {plain_text(word) for n in nodes for word in (*n.rows_said, *n.columns_said) if word}


def read(name: str, data: bytes) -> str:
    """All that a file says, as text."""
    if name.endswith(".xlsx"):
        sheets = openpyxl.load_workbook(io.BytesIO(data)).worksheets
        return "\n".join(str(cell.value) for sheet in sheets for row in sheet.iter_rows()
                         for cell in row)  # fmt: skip
    if name.endswith(".zip"):
        packed = zipfile.ZipFile(io.BytesIO(data))
        return "\n".join(unescape(packed.read(n).decode()) for n in packed.namelist())
    return unescape(data.decode())


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize("topic", TOPICS)
def test_words_at_rows_and_columns_are_written(topic: str, form: str) -> None:
    exercise = make(topic, 3)
    words = words_of(exercise)
    assert words
    for name, data in files([formats()[form]], Request((exercise,))).items():
        said = unescape(read(name, data))
        for word in words:  # one that has no place beside its number stands below it
            assert word in said or all(part in said for part in word.split()), (name, word)


def test_a_screen_reader_names_the_column_of_a_token() -> None:
    exercise = make("embedding", 3, level="easy")
    [page] = (data.decode() for name, data in
              files([formats()["accessible"]], Request((exercise,))).items() if "worksheet" in name)
    table = page.partition("<caption>E,")[2].partition("</table>")[0]
    assert '<th scope="col">2 cat</th>' in table
    hot = page.partition("<caption>one-hot,")[2].partition("</table>")[0]
    assert '<th scope="row">2 cat</th>' in hot
    assert '<th scope="row" class="spoken">' not in hot
