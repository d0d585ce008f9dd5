"""The views that readers of PostgreSQL see: flipped in one short transaction that waits for nobody, and lets nobody wait.

A view can't be changed while somebody reads it, and whoever asks for it next queues behind the change. So the change gives up after a
quarter of a second, lets the queue go on, and tries again: a reader never waits longer, and a reader who goes on for a minute makes the
publish give up, with nothing changed. What convsql made of a view is noted in `_convsql.shown_views`, as the server keeps no text of it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Protocol

from convsql.base.errors import LockHeld
from convsql.base.quoting import STATE_SCHEMA, literal, qualified, quote
from convsql.engines.postgres_faults import InUse, RestedOn
from convsql.engines.session import EngineError, HeadMoved, Swap, ViewTexts

SHOWN = qualified(STATE_SCHEMA, "shown_views")
PATIENCE = 60.0  # seconds for which a publish tries again
TURN = 0.25  # seconds for which it keeps readers waiting
_DEFINED = "md5(pg_get_viewdef(c.oid))"


class Asked(Protocol):
    """What is needed of the session here."""

    def execute(self, sql: str, parameters: Sequence[Any] | None = None) -> None: ...

    def fetch(self, sql: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]: ...

    def exclusively(self) -> None: ...

    def create_schema(self, schema: str) -> None: ...


def view_texts(session: Asked, schemas: Sequence[str]) -> ViewTexts:
    """See `Session.view_texts`."""
    is_noted = session.fetch("select to_regclass($1) is not null", [SHOWN])[0][0]
    noted = "s.query" if is_noted else "null"
    joined = (
        f" left join {SHOWN} as s on s.schema_name = n.nspname and s.view_name = c.relname and s.definition = {_DEFINED}"
        if is_noted
        else ""
    )
    rows = session.fetch(
        f"select n.nspname, c.relname, {noted}, pg_get_viewdef(c.oid) from pg_class as c"
        f" join pg_namespace as n on n.oid = c.relnamespace{joined}"
        " where c.relkind = 'v' and n.nspname = any($1::text[])",
        [list(schemas)],
    )
    return {
        (str(schema), str(name)): str(text) if query is None else f"create view {qualified(schema, name)} as {query}"
        for schema, name, query, text in rows
    }


def flip(session: Asked, swap: Swap) -> None:
    """See `Session.swap_head`. Raises LockHeld, naming who reads, when a view does not get free."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            _flip_once(session, swap)
            return
        except InUse:
            session.execute("rollback")
            if time.monotonic() >= until:
                raise LockHeld(
                    f"the views could not be changed in {PATIENCE:.0f} s, as others read them: {_readers(session, swap)}",
                    hint="readers see the last good build; end those transactions, or wait, and run again: what is built is reused",
                ) from None
            time.sleep(TURN)


def _flip_once(session: Asked, swap: Swap) -> None:
    session.execute("begin")
    session.execute(f"set local lock_timeout = '{TURN * 1000:.0f}ms'")
    session.exclusively()
    rows = session.fetch(f"select sequence from {swap.heads} where environment = $1 for update", [swap.environment])
    if (current := int(rows[0][0]) if rows else 0) != swap.base:
        raise HeadMoved(current)
    swap.record()
    session.execute(
        f"create table if not exists {SHOWN} (schema_name varchar, view_name varchar, query varchar, definition varchar,"
        " primary key (schema_name, view_name))"
    )
    for schema in sorted({schema for schema, _, _ in swap.views}):
        session.create_schema(schema)
    texts = view_texts(session, sorted({schema for schema, *_ in [*swap.views, *swap.drops]}))
    turn = time.monotonic() + TURN * 4
    for schema, name in swap.drops:
        _drop(session, schema, name)
        session.execute(f"delete from {SHOWN} where schema_name = $1 and view_name = $2", [schema, name])
    for schema, name, query in swap.views:
        if texts.get((schema, name)) == f"create view {qualified(schema, name)} as {query}":
            continue
        _show(session, schema, name, query)
        if time.monotonic() > turn:  # each lock came, and all together took too long: somebody waits for the first
            turn = _checked_turn(session, turn)


def _checked_turn(session: Asked, turn: float) -> float:
    """When to look again. Raises InUse where somebody waits for what this transaction holds."""
    if session.fetch("select 1 from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid)) limit 1"):
        raise InUse("others wait")
    return turn + TURN


def _show(session: Asked, schema: str, name: str, query: str) -> None:
    """Change a view, or make it; where its columns are others, anew, with the rights that others have on it."""
    view = qualified(schema, name)
    session.execute("savepoint shown")
    try:
        session.execute(f"create or replace view {view} as {query}")
    except InUse:
        raise
    except EngineError:
        session.execute("rollback to savepoint shown")
        granted = _grants(session, view)
        _drop(session, schema, name)
        session.execute(f"create view {view} as {query}")
        for statement in granted:
            session.execute(statement)
    session.execute("release savepoint shown")
    session.execute(
        f"insert into {SHOWN} select $1, $2, $3, {_DEFINED} from pg_class as c where c.oid = $4::regclass"
        " on conflict (schema_name, view_name) do update set query = excluded.query, definition = excluded.definition",
        [schema, name, query, view],
    )


def _drop(session: Asked, schema: str, name: str) -> None:
    try:
        session.execute(f"drop view if exists {qualified(schema, name)}")
    except RestedOn as error:
        raise EngineError(
            f"{schema}.{name} is gone or has other columns now, and something of yours rests on it: {error.message}."
            " Drop that, build, and make it again; convsql drops nothing of yours"
        ) from None


def _grants(session: Asked, view: str) -> list[str]:
    """The statements that give others the rights on a view that they have now."""
    rows = session.fetch(
        "select a.privilege_type, a.is_grantable, r.rolname from pg_class as c"
        " cross join lateral aclexplode(c.relacl) as a left join pg_roles as r on r.oid = a.grantee"
        " where c.oid = to_regclass($1) and a.grantee <> c.relowner",
        [view],
    )
    return [
        f"grant {right} on {view} to {quote(role) if role else 'public'}{' with grant option' if can_grant else ''}"
        for right, can_grant, role in rows
    ]


def _readers(session: Asked, swap: Swap) -> str:
    """Who holds the views, for people."""
    views = ", ".join(literal(qualified(schema, name)) for schema, name, *_ in [*swap.views, *swap.drops])
    rows = session.fetch(
        "select distinct a.pid, a.usename, a.application_name, a.state,"
        " to_char(a.xact_start, 'YYYY-MM-DD HH24:MI:SS') from pg_locks as l join pg_stat_activity as a on a.pid = l.pid"
        f" where l.relation in (select to_regclass(v) from unnest(array[{views}]) as v) and l.granted"
        " and a.pid <> pg_backend_pid() order by 1 limit 3"
    )
    return (
        "; ".join(
            f"process {pid} of {user or 'a role'}{f' ({application})' if application else ''}, {state or 'at work'}"
            f"{f', in a transaction since {since} UTC' if since else ''}"
            for pid, user, application, state, since in rows
        )
        or "nobody any more"
    )
