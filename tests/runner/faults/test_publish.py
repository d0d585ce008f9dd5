"""The publish itself: a statement that fails unheard, a COMMIT that lies, a head that moved or can't be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from convsql.building import build, publish
from convsql.engines import duckdb_aside
from convsql.engines.duckdb import DuckDBSession
from convsql.engines.session import EngineError
from tests.runner.faults.harness import FaultyProject

Patch = Callable[[Callable[[DuckDBSession, str, Sequence[Any] | None], None]], None]


@pytest.fixture
def instead(monkeypatch: pytest.MonkeyPatch) -> Patch:
    """Runs something else instead of `DuckDBSession.execute`."""

    def patch(execute: Callable[[DuckDBSession, str, Sequence[Any] | None], None]) -> None:
        monkeypatch.setattr(DuckDBSession, "execute", lambda self, sql, parameters=None: execute(self, sql, parameters))

    return patch


def check_refused(project: FaultyProject, code: int, *words: str) -> None:
    """A build that ends with this code and is not seen."""
    done = project.build("new")
    assert done.code == code, done.err
    for word in words:
        assert word in done.err
    assert "published build" not in done.err
    assert project.markers() == {"old"}


def check_mended(project: FaultyProject, marker: str = "new") -> None:
    """Building again succeeds."""
    done = project.build(marker)
    assert done.code == 0, done.err
    assert project.markers() == {marker}


@pytest.mark.parametrize(
    "word", ['insert into "_convsql"."builds"', "create or replace view", 'delete from "_convsql"."heads"']
)
def test_a_statement_that_fails_unheard(
    project: FaultyProject, instead: Patch, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    """The transaction is aborted, nobody is told, and COMMIT rolls it back."""
    execute = DuckDBSession.execute
    broken: list[str] = []

    def swallowing(self: DuckDBSession, sql: str, parameters: Sequence[Any] | None) -> None:
        if word in sql and not broken:
            broken.append(sql)
            sql = "select * from nowhere_at_all"
        try:
            execute(self, sql, parameters)
        except EngineError:
            if not broken:
                raise

    instead(swallowing)
    check_refused(project, 2, "rolled back")
    assert broken
    monkeypatch.undo()
    check_mended(project)


def test_a_commit_that_lies(project: FaultyProject, instead: Patch, monkeypatch: pytest.MonkeyPatch) -> None:
    execute = DuckDBSession.execute
    begun: list[str] = []

    def lying(self: DuckDBSession, sql: str, parameters: Sequence[Any] | None) -> None:
        begun.extend(["builds"] * ('into "_convsql"."builds"' in sql))
        execute(self, "rollback" if sql == "commit" and begun else sql, parameters)

    instead(lying)
    check_refused(project, 2, "rolled back by the database", "run the build again")
    monkeypatch.undo()
    check_mended(project)


@pytest.mark.parametrize("word", ["create or replace view", "commit", "begin"])
def test_a_statement_that_fails(
    project: FaultyProject, instead: Patch, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    execute = DuckDBSession.execute
    publishing: list[str] = []

    def failing(self: DuckDBSession, sql: str, parameters: Sequence[Any] | None) -> None:
        if publishing and word in sql:
            raise EngineError("Out of Memory Error: could not allocate block")
        execute(self, sql, parameters)

    def noting(*arguments: Any, **named: Any) -> Any:
        publishing.append("yes")
        return publish.publish(*arguments, **named)

    monkeypatch.setattr(build, "publish", noting)
    instead(failing)
    check_refused(project, 2, "Out of Memory")
    monkeypatch.undo()
    check_mended(project)


def test_an_unreadable_head(project: FaultyProject, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it is published is not known, and nobody is told that it is, or that it is not."""

    def unreadable(*_: Any) -> None:
        raise EngineError("IO Error: could not read from file")

    monkeypatch.setattr(publish, "head", unreadable)
    done = project.build("new")
    assert done.code == 4, done.err
    assert "published build" not in done.err
    assert "convsql history" in done.err
    monkeypatch.undo()
    assert project.markers() == {"new"}
    check_mended(project)
    check_mended(project, "newer")


def overtake(monkeypatch: pytest.MonkeyPatch, by: Callable[[], None]) -> None:
    """Let another process do something between a build's planning and its opening the database."""
    open_aside = duckdb_aside.open_aside
    once: list[str] = []

    def later(path: str, settings: Any, threads: int, folders: Any) -> Any:
        if not once:
            once.append("now")
            by()
        return open_aside(path, settings, threads, folders)

    monkeypatch.setattr(duckdb_aside, "open_aside", later)


def test_a_stale_head(project: FaultyProject, monkeypatch: pytest.MonkeyPatch) -> None:
    overtake(monkeypatch, lambda: check_mended(project, "other"))
    done = project.build("new")
    assert done.code == 3, done.err
    assert "moved from build 1 to 2" in done.err
    assert project.markers() == {"other"}
    check_mended(project)


def test_a_head_that_moves_while_building(project: FaultyProject, monkeypatch: pytest.MonkeyPatch) -> None:
    """The publish compares the head again, in its own transaction."""
    overtake(monkeypatch, lambda: check_mended(project, "other"))
    monkeypatch.setattr(build, "_check_state", lambda *_: None)
    done = project.build("new")
    assert done.code == 3, done.err
    assert project.markers() == {"other"}
    check_mended(project)


def test_relations_that_another_process_dropped(project: FaultyProject, monkeypatch: pytest.MonkeyPatch) -> None:
    """The head is the same; what the plan meant to reuse is gone."""
    assert project.build("new", is_failing=True).code == 1

    def clean() -> None:
        from tests.support import convsql

        assert convsql("clean", "--project-dir", str(project.root)).code == 0

    overtake(monkeypatch, clean)
    done = project.build("new")
    assert done.code == 3, done.err
    assert project.markers() == {"old"}
    check_mended(project)


def test_the_same_relations_built_by_another_process(project: FaultyProject, monkeypatch: pytest.MonkeyPatch) -> None:
    def other() -> None:
        assert project.build("new", is_failing=True).code == 1

    overtake(monkeypatch, other)
    assert project.build("new").code == 3
    assert project.markers() == {"old"}
    check_mended(project)
