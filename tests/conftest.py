"""Fixtures that all tests of the runner share."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.support import Folder

gc.set_threshold(50_000, 20, 50)  # as the command line does


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Folder]:
    """Makes a project of the given files; the working directory is put back afterwards."""
    monkeypatch.chdir(tmp_path)

    def make(files: Mapping[str, str | bytes] | None = None) -> Folder:
        return Folder(tmp_path, files)

    return make
