"""A class that many tests look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetgen.classroom.run import run
from tests.classroom.support import NAMES, order


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("class")
    run(order(place, *NAMES, spares=1))
    return place
