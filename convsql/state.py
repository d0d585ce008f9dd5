"""What convsql remembers in the database: builds, heads and verdicts (schema `_convsql`).

A build row is written only in the transaction that publishes it, so that a row means a published
build. A verdict is a test's outcome for one fingerprint; only passing and warning ones are reused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from convsql.engine import EngineError, Session
from convsql.errors import ConvsqlError
from convsql.names import DATA_SCHEMA, FAILURES_SCHEMA, STATE_SCHEMA, qualified, quote

BUILDS = qualified(STATE_SCHEMA, "builds")
HEADS = qualified(STATE_SCHEMA, "heads")
VERDICTS = qualified(STATE_SCHEMA, "verdicts")
BUILD_COLUMNS = (
    "sequence bigint primary key",
    "environment varchar",
    "kind varchar",
    "published_at timestamp",
    "version varchar",
    "git_commit varchar",
    "parent bigint",
    "views varchar",
    "definitions varchar",
    "basis varchar",
)
# A verdict that no build asked for in so long is most likely of a text that is gone; asked again, the test runs again.
VERDICT_DAYS = 180


@dataclass(frozen=True, slots=True)
class View:
    """A published name and the physical relation behind it; `refresh`: the token of its last full refresh."""

    schema: str
    name: str
    relation: str
    unique_id: str
    fingerprint: str
    refresh: str = ""


@dataclass(frozen=True, slots=True)
class Build:
    """One published build of one environment (the target's schema)."""

    sequence: int
    environment: str
    kind: str
    published_at: str
    version: str
    git_commit: str
    parent: int
    views: tuple[View, ...]
    definitions: list[dict[str, Any]]
    basis: dict[str, dict[str, str]]

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "views": [asdict(v) for v in self.views]}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one test for one fingerprint."""

    fingerprint: str
    status: str
    failures: int
    message: str


@dataclass(slots=True)
class Known:
    """What the database holds before a build."""

    head: Build | None
    relations: dict[str, str]
    verdicts: dict[str, Verdict]
    published: dict[str, dict[str, str]]
    texts: dict[tuple[str, str], str] = field(default_factory=dict)  # of the views among them


def prepare(session: Session) -> None:
    """Create convsql's own schemas and tables where they are missing."""
    for schema in (STATE_SCHEMA, DATA_SCHEMA, FAILURES_SCHEMA):
        session.execute(f"create schema if not exists {quote(schema)}")
    session.execute(f"create table if not exists {BUILDS} ({', '.join(BUILD_COLUMNS)})")
    session.execute(f"create table if not exists {HEADS} (environment varchar primary key, sequence bigint)")
    session.execute(
        f"create table if not exists {VERDICTS} (fingerprint varchar, status varchar, failures bigint, message varchar,"
        " checked_at timestamp)"
    )


def _has_state(session: Session) -> bool:
    """Whether anything was published. Raises ConvsqlError where another version of convsql wrote its state in another way."""
    rows = session.fetch(
        "select table_name, column_name from duckdb_columns() where schema_name = $1 and table_name in ('builds', 'heads')"
        " and database_name = current_database()",
        [STATE_SCHEMA],
    )
    found = {str(column) for table, column in rows if table == "builds"}
    missing = [name for column in BUILD_COLUMNS if (name := column.split()[0]) not in found]
    if found and missing:
        raise ConvsqlError(
            f"the history of builds in this database is another version's: {BUILDS} has no column '{missing[0]}'",
            hint=f"drop the schemas {STATE_SCHEMA} and {DATA_SCHEMA} (cascade: the published views go too) and build again,"
            " or build into another database",
        )
    return bool(found) and any(table == "heads" for table, _ in rows)


def head_sequence(session: Session, environment: str) -> int:
    """The sequence of the environment's head, 0 when nothing was published."""
    rows = session.fetch(f"select sequence from {HEADS} where environment = $1", [environment])
    return int(rows[0][0]) if rows else 0


def builds(session: Session, environment: str | None = None) -> list[Build]:
    """Published builds, newest first."""
    if not _has_state(session):
        return []
    rows = session.fetch(
        f"select sequence, environment, kind, strftime(published_at, '%Y-%m-%d %H:%M:%S'), version, git_commit, parent, views,"
        f" definitions, basis from {BUILDS} where $1 is null or environment = $1 order by sequence desc",
        [environment],
    )
    return [_build(row) for row in rows]


def _build(row: Sequence[Any]) -> Build:
    views = tuple(View(**v) for v in json.loads(row[7]))
    return Build(
        int(row[0]),
        str(row[1]),
        str(row[2]),
        str(row[3]),
        str(row[4]),
        str(row[5] or ""),
        int(row[6]),
        views,
        json.loads(row[8]),
        json.loads(row[9]),
    )


def head(session: Session, environment: str) -> Build | None:
    """The build that readers of an environment see."""
    if not _has_state(session):
        return None
    rows = session.fetch(
        f"select b.sequence, b.environment, b.kind, strftime(b.published_at, '%Y-%m-%d %H:%M:%S'), b.version, b.git_commit,"
        f" b.parent, b.views, b.definitions, b.basis from {BUILDS} as b join {HEADS} as h on h.sequence = b.sequence"
        f" where h.environment = $1",
        [environment],
    )
    return _build(rows[0]) if rows else None


def read_known(session: Session | None, environment: str, schemas: Sequence[str]) -> Known:
    """Everything a plan needs to know of the database."""
    if session is None:
        return Known(None, {}, {}, {})
    current = head(session, environment)
    shown_in = {view.schema for view in current.views} if current else set()
    published = {schema: session.relations(schema) for schema in sorted(shown_in.union(schemas))}
    if not _has_state(session):
        return Known(None, {}, {}, published)
    verdicts = {
        str(r[0]): Verdict(str(r[0]), str(r[1]), int(r[2]), str(r[3]))
        for r in session.fetch(f"select fingerprint, status, failures, message from {VERDICTS}")
    }
    return Known(current, session.relations(DATA_SCHEMA), verdicts, published, _view_texts(session, list(published)))


def _view_texts(session: Session, schemas: Sequence[str]) -> dict[tuple[str, str], str]:
    rows = session.fetch(
        "select schema_name, view_name, sql from duckdb_views() where database_name = current_database() and not internal"
        " and list_contains($1, schema_name)",
        [list(schemas)],
    )
    return {(str(schema), str(name)): str(sql) for schema, name, sql in rows}


def keep_verdicts(session: Session, verdicts: Sequence[Verdict]) -> None:
    """Remember verdicts, replacing those of the same fingerprints."""
    if not verdicts:
        return
    columns: Mapping[str, list[Any]] = {
        "f": [v.fingerprint for v in verdicts],
        "s": [v.status for v in verdicts],
        "n": [v.failures for v in verdicts],
        "m": [v.message for v in verdicts],
    }
    session.execute("begin")
    try:
        session.execute(f"delete from {VERDICTS} where fingerprint in (select unnest($1))", [columns["f"]])
        session.execute(
            f"insert into {VERDICTS} select unnest($1), unnest($2), unnest($3), unnest($4), now()::timestamp",
            [columns["f"], columns["s"], columns["n"], columns["m"]],
        )
        session.execute("commit")
    except EngineError:
        session.execute("rollback")
        raise


def _below(session: Session, start: set[str], held: Mapping[str, str]) -> set[str]:
    """The held relations that the views in `start` read, through other views too."""
    texts = session.fetch(
        "select view_name, sql from duckdb_views() where schema_name = $1 and database_name = current_database()",
        [DATA_SCHEMA],
    )
    reads = {str(name): {r for r in held if r in str(sql) and r != name} for name, sql in texts}
    found: set[str] = set()
    frontier = [r for r in start if r in reads]
    while frontier:
        fresh = reads[frontier.pop()] - found
        found |= fresh
        frontier += [r for r in fresh if r in reads]
    return found


def collect_garbage(session: Session, environment: str, keep: int) -> list[str]:
    """Drop physical relations that none of the last `keep` builds of each environment needs; never a head's.

    Returns the names dropped. A build needs what it shows, and what a view that it shows stands on: after a
    partial build that may be a version of the parent which no build shows.
    """
    by_environment: dict[str, list[Build]] = {}
    for build in builds(session):
        by_environment.setdefault(build.environment, []).append(build)
    needed: set[str] = set()
    for name, listed in by_environment.items():
        current = head(session, name)
        kept = listed[: max(keep, 1)] + ([current] if current else [])
        needed |= {view.relation for build in kept for view in build.views}
    held = session.relations(DATA_SCHEMA)
    needed |= _below(session, needed, held)
    dropped = sorted((r for r in held if r not in needed), key=lambda r: (held[r] != "view", r))
    for relation in dropped:
        session.drop(held[relation], DATA_SCHEMA, relation)
    session.execute(f"delete from {VERDICTS} where checked_at < now()::timestamp - interval {VERDICT_DAYS} day")
    return dropped
