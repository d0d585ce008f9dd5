"""One locked workbench for all tests that take their edits back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.change_control.workbench import Bench


@pytest.fixture(scope="package")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    here = Path.cwd()
    made = Bench(tmp_path_factory.mktemp("change_control"))
    os.chdir(made.root)  # sources are found from the project's folder
    made.lock()
    try:
        yield made
    finally:
        os.chdir(here)
