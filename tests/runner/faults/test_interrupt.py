"""Ctrl-C: exit code 130 and nothing published, or, once readers see it, a build that ends as if nothing were."""

from __future__ import annotations

import pytest

from tests.runner.faults.harness import FaultyProject


@pytest.mark.parametrize("fault", ["interrupt@calls__", "interrupted@texts__", "interrupted@=begin"])
def test_interrupted_while_building(project: FaultyProject, fault: str) -> None:
    done = project.build("new", fault=fault, steps=40_000_000 if fault.startswith("interrupt@") else 10)
    assert done.code == 130, done.err
    assert "nothing was published" in done.err
    assert "Traceback" not in done.err
    assert project.markers() == {"old"}
    assert project.build("new").code == 0
    assert project.markers() == {"new"}


@pytest.mark.parametrize(
    "fault", ["interrupted@=begin#2", "interrupted@create or replace view#5", "interrupted@=commit#2"]
)
def test_interrupted_while_publishing(project: FaultyProject, fault: str) -> None:
    done = project.build("new", fault=fault)
    assert (done.code, "published build 2" in done.err) == (0, True), done.err
    assert project.markers() == {"new"}
