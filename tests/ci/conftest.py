"""One small repository for the tests of a folder: `tests.diff.repository`."""

from tests.diff.repository import repository, shared_repository

__all__ = ["repository", "shared_repository"]
