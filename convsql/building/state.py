"""What convsql remembers in the database: builds, heads and verdicts (schema `_convsql`).

A build row is written only in the transaction that publishes it, so that a row means a published
build; of one that is not kept any more (`convsql.building.keeping`) only the first columns remain. A verdict is a test's
outcome for one fingerprint; only passing and warning ones are reused.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Literal, cast

from convsql.base.errors import ConvsqlError
from convsql.base.quoting import DATA_SCHEMA, FAILURES_SCHEMA, STATE_SCHEMA, qualified
from convsql.engines.session import EngineError, RelationKind, Session

VerdictStatus = Literal["pass", "warn"]
BUILDS = qualified(STATE_SCHEMA, "builds")
HEADS = qualified(STATE_SCHEMA, "heads")
VERDICTS = qualified(STATE_SCHEMA, "verdicts")
NEEDS = qualified(STATE_SCHEMA, "needs")
NOW = "cast(current_timestamp as timestamp)"  # sessions are in UTC
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
HEAD_COLUMNS = ("environment varchar primary key", "sequence bigint")
# What may be forgotten: of another shape it is made anew, and costs tests that run again.
VERDICT_COLUMNS = (
    "fingerprint varchar",
    "status varchar",
    "failures bigint",
    "message varchar",
    "checked_at timestamp",
)
NEED_COLUMNS = (
    "environment varchar",
    "sequence bigint",
    "needed_relations varchar",
    "needed_verdicts varchar",
)  # lists, as JSON


@dataclass(frozen=True, slots=True)
class View:
    """A published name and the physical relation behind it; `refresh`: the token of its last full refresh; `made_by`: see `compiling.extending`."""

    schema: str
    name: str
    relation: str
    unique_id: str
    fingerprint: str
    refresh: str = ""
    made_by: str = ""

    def to_json(self) -> dict[str, str]:
        return {
            "schema": self.schema,
            "name": self.name,
            "relation": self.relation,
            "unique_id": self.unique_id,
            "fingerprint": self.fingerprint,
            "refresh": self.refresh,
            **({"made_by": self.made_by} if self.made_by else {}),
        }


@dataclass(frozen=True, slots=True)
class Build:
    """One published build of one environment (the target's schema).

    One that is not kept (`is_kept`) can't be shown again: its views, definitions and basis are empty.
    """

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
    is_kept: bool = True

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "views": [v.to_json() for v in self.views]}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one test for one fingerprint: one that need not be run again."""

    fingerprint: str
    status: VerdictStatus
    failures: int
    message: str


@dataclass(slots=True)
class Known:
    """What the database holds before a build."""

    head: Build | None
    relations: dict[str, RelationKind]
    verdicts: dict[str, Verdict]
    published: dict[str, dict[str, RelationKind]]
    texts: dict[tuple[str, str], str] = field(default_factory=dict)  # of the views among them


def prepare(session: Session) -> None:
    """Create convsql's own schemas and tables where they are missing."""
    if not session.capabilities.several_writers:
        _prepare(session)
        return
    session.execute("begin")
    try:
        session.exclusively()
        _prepare(session)
        session.execute("commit")
    except BaseException:
        session.execute("rollback")
        raise


def _prepare(session: Session) -> None:
    for schema in (STATE_SCHEMA, DATA_SCHEMA, FAILURES_SCHEMA):
        session.create_schema(schema)
    found = session.columns_by_table(STATE_SCHEMA)
    _check_history(found)
    forgettable: tuple[tuple[str, Sequence[str]], ...] = (("verdicts", VERDICT_COLUMNS), ("needs", NEED_COLUMNS))
    for name, wanted in forgettable:
        if found.get(name) not in (None, _names(wanted)):
            session.drop("table", STATE_SCHEMA, name)
    tables: tuple[tuple[str, Sequence[str]], ...] = (
        (BUILDS, BUILD_COLUMNS),
        (HEADS, HEAD_COLUMNS),
        (VERDICTS, VERDICT_COLUMNS),
        (NEEDS, NEED_COLUMNS),
    )
    for table, columns in tables:
        session.execute(f"create table if not exists {table} ({', '.join(columns)})")


def _names(columns: Sequence[str]) -> list[str]:
    return [column.split()[0] for column in columns]


def _check_history(found: Mapping[str, list[str]]) -> None:
    """Raises ConvsqlError where another version of convsql wrote its builds in another way."""
    for name, table, columns in (("builds", BUILDS, BUILD_COLUMNS), ("heads", HEADS, HEAD_COLUMNS)):
        missing = [c for c in _names(columns) if c not in found.get(name, [])]
        if name in found and missing:
            raise _of_another_version(f"{table} has no column '{missing[0]}'")


def _of_another_version(how: str) -> ConvsqlError:
    return ConvsqlError(
        f"the history of builds in this database is another version's: {how}",
        hint=f"drop the schemas {STATE_SCHEMA} and {DATA_SCHEMA} (cascade: the published views go too) and build again,"
        " or build into another database",
    )


def _has_state(session: Session) -> bool:
    """Whether anything was published. Raises ConvsqlError where another version of convsql wrote its state in another way."""
    found = session.columns_by_table(STATE_SCHEMA)
    _check_history(found)
    return {"builds", "heads"} <= found.keys()


def head_sequence(session: Session, environment: str) -> int:
    """The sequence of the environment's head, 0 when nothing was published."""
    rows = session.fetch(f"select sequence from {HEADS} where environment = $1", [environment])
    return int(rows[0][0]) if rows else 0


def builds(session: Session, environment: str | None = None, only_kept: bool = False) -> list[Build]:
    """Published builds, newest first; of those that are not kept the history's line alone."""
    if not _has_state(session):
        return []
    rows = session.fetch(
        f"select sequence, environment, kind, {_to_seconds('published_at')}, version, git_commit, parent, views,"
        f" definitions, basis from {BUILDS} where environment = coalesce($1, environment)"
        f"{' and views is not null' if only_kept else ''} order by sequence desc",
        [environment],
    )
    return [_build(row) for row in rows]


def _to_seconds(column: str) -> str:
    """A time as text, to the second."""
    return f"substring(cast({column} as varchar), 1, 19)"


def _build(row: Sequence[Any]) -> Build:
    """A build as its row has it. Raises ConvsqlError when its columns hold something else."""
    try:
        known = {f.name for f in fields(View)}
        is_kept = all(text is not None for text in row[7:10])
        views = tuple(View(**{k: v for k, v in view.items() if k in known}) for view in json.loads(row[7] or "[]"))
        definitions, basis = json.loads(row[8] or "[]"), json.loads(row[9] or "{}")
    except (ValueError, TypeError, AttributeError) as error:
        raise _of_another_version(f"build {row[0]} can't be read ({error})") from None
    commit = str(row[5] or "")
    return Build(
        int(row[0]),
        str(row[1]),
        str(row[2]),
        str(row[3]),
        str(row[4]),
        commit,
        int(row[6] or 0),
        views,
        definitions,
        basis,
        is_kept,
    )


def head(session: Session, environment: str) -> Build | None:
    """The build that readers of an environment see."""
    if not _has_state(session):
        return None
    rows = session.fetch(
        f"select b.sequence, b.environment, b.kind, {_to_seconds('b.published_at')}, b.version, b.git_commit,"
        f" b.parent, b.views, b.definitions, b.basis from {BUILDS} as b join {HEADS} as h on h.sequence = b.sequence"
        f" where h.environment = $1",
        [environment],
    )
    return _build(rows[0]) if rows else None


def read_known(session: Session | None, environment: str, schemas: Sequence[str]) -> Known:
    """What a plan needs to know of the database, except verdicts: they are read by their fingerprints, which rest on the head."""
    if session is None:
        return Known(None, {}, {}, {})
    current = head(session, environment)
    shown_in = {view.schema for view in current.views} if current else set()
    published = {schema: session.relations(schema) for schema in sorted(shown_in.union(schemas))}
    texts = session.view_texts(list(published))
    return Known(current, session.relations(DATA_SCHEMA), {}, published, texts)


def read_verdicts(session: Session | None, fingerprints: Collection[str]) -> dict[str, Verdict]:
    """The verdicts of these fingerprints, and no others; none where another version of convsql wrote them."""
    if session is None or session.columns_by_table(STATE_SCHEMA).get("verdicts") != _names(VERDICT_COLUMNS):
        return {}
    rows = session.fetch(
        f"select fingerprint, status, failures, message from {VERDICTS} where {session.is_among('fingerprint', 1)}"
        " and status in ('pass', 'warn')",
        [sorted(fingerprints)],
    )
    return {str(r[0]): Verdict(str(r[0]), cast(VerdictStatus, r[1]), int(r[2] or 0), str(r[3] or "")) for r in rows}


def keep_verdicts(session: Session, verdicts: Sequence[Verdict]) -> None:
    """Remember verdicts, replacing those of the same fingerprints."""
    if not verdicts:
        return
    now = datetime.now(UTC).replace(tzinfo=None)
    rows = [(v.fingerprint, v.status, v.failures, v.message, now) for v in verdicts]
    session.execute("begin")
    try:
        session.execute(f"delete from {VERDICTS} where {session.is_among('fingerprint', 1)}", [[r[0] for r in rows]])
        session.insert(VERDICTS, _names(VERDICT_COLUMNS), rows)
        session.execute("commit")
    except EngineError:
        session.execute("rollback")
        raise
