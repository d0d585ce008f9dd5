"""One small repository, put back to its first commit before each test; its database and compile cache stay."""

from __future__ import annotations

import pytest

from tests.diff.project import VERSION_1, VERSION_2, Repository, git


@pytest.fixture(scope="session")
def shared_repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return Repository(tmp_path_factory.mktemp("repository"))


@pytest.fixture
def repository(shared_repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """The repository with nothing edited, on `main` at `start`."""
    monkeypatch.chdir(shared_repository.project)
    git(shared_repository.root, "checkout", "--quiet", "--force", "-B", "main", "start")
    git(shared_repository.root, "clean", "--quiet", "--force", "-d")
    shared_repository.metrics(VERSION_1, VERSION_2)
    return shared_repository
