"""A published build to break the next one against."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runner.faults.harness import FaultyProject


@pytest.fixture(scope="session")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> FaultyProject:
    """A project with the build `old` published; copied, never changed."""
    project = FaultyProject(tmp_path_factory.mktemp("published"))
    done = project.build("old")
    assert done.code == 0, done.err
    return project


@pytest.fixture
def project(published_once: FaultyProject, tmp_path: Path) -> FaultyProject:
    """A project in which readers see the build `old`."""
    copy = FaultyProject(tmp_path)
    copy.database.write_bytes(published_once.database.read_bytes())
    return copy


@pytest.fixture
def fresh(tmp_path: Path) -> FaultyProject:
    """A project without a database."""
    return FaultyProject(tmp_path)
