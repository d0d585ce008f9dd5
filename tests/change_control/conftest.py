"""One locked workbench for all tests that take their edits back."""

from __future__ import annotations

import pytest

from tests.change_control.workbench import Bench


@pytest.fixture(scope="package")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    made = Bench(tmp_path_factory.mktemp("change_control"))
    made.lock()
    return made
