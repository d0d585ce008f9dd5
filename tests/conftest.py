"""Fixtures that all tests of the runner share."""

from __future__ import annotations

import gc
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings

import convsql.compiling.project
from convsql.base import redaction
from tests.support import Folder
from tests.support.binding import bind_once
from tests.support.demo import build_demo, demo_csv, once, part_of_demo

gc.set_threshold(50_000, 20, 50)  # as the command line does
convsql.compiling.project.bind = bind_once(convsql.compiling.project.bind)

# How long an example takes is the machine's affair, not the test's.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# Of the slow examples of one test that has MANY or more, how many there are to each that runs.
ONE_IN = int(os.environ.get("CONVSQL_ONE_IN", 1))
MANY = 6


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With CONVSQL_ONE_IN, as in CI, a slow test of many examples runs on each n-th; `make test-slow` runs all.

    Which one is the first differs by test and is the same in every run. `each_example` on a test keeps all of its examples.
    """
    examples: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("each_example"):
            examples[item.nodeid.partition("[")[0]].append(item)
    left = {
        item
        for test, group in examples.items()
        if len(group) >= MANY
        for place, item in enumerate(group)
        if (place + crc32(test.encode())) % ONE_IN
    }
    if left:
        config.hook.pytest_deselected(items=[item for item in items if item in left])
        items[:] = [item for item in items if item not in left]


@pytest.fixture(autouse=True)
def own_secrets() -> Iterator[None]:
    """A password that one test set is a plain word in the next one's output."""
    yield
    redaction.forget()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Folder]:
    """Makes a project of the given files; the working directory is put back afterwards."""
    monkeypatch.chdir(tmp_path)

    def make(files: Mapping[str, str | bytes] | None = None) -> Folder:
        return Folder(tmp_path, files)

    return make


@pytest.fixture(scope="session")
def demo_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's project after `convsql demo`, one for all processes. Nothing may write to it: `copy_demo` is for that."""
    return once(tmp_path_factory, "demo_7", lambda folder: build_demo(folder, 7))


@pytest.fixture(scope="session")
def demo_raw(demo_project: Path) -> Path:
    """The demo's tables as Parquet."""
    return demo_project / "demo" / "raw"


@pytest.fixture(scope="session")
def part_of_demo_raw(tmp_path_factory: pytest.TempPathFactory, demo_raw: Path) -> Path:
    """The tables of a few of the demo's contacts, as Parquet."""
    return once(tmp_path_factory, "part_of_demo", lambda folder: part_of_demo(demo_raw, folder))


@pytest.fixture(scope="session")
def demo_as_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's tables as CSV."""
    return once(tmp_path_factory, "demo_csv", demo_csv)
