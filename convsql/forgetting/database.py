"""What a database keeps of a person besides the build that readers see, and its end: earlier builds, failing rows, values that moved."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from convsql.base.errors import ConvsqlError, StaleHead
from convsql.base.printable import number_of
from convsql.base.quoting import DATA_SCHEMA, FAILURES_SCHEMA, STATE_SCHEMA, qualified, quote
from convsql.building.carried import is_carried
from convsql.building.holds import HOLDS
from convsql.building.keeping import tidy
from convsql.building.restatements import TABLE as RESTATEMENTS
from convsql.building.results import Result
from convsql.building.run_test import forget_failures
from convsql.building.state import HEADS, VERDICTS, Build, builds, head, head_sequence
from convsql.compiling.personal import marked_columns, marked_names
from convsql.compiling.project import Compiled
from convsql.engines.session import Session
from convsql.forgetting.people import among, is_telling, node_of, rows_with, said

_CONTACT = "contact_id"


def personal_values(session: Session, compiled: Compiled, ids: Collection[str]) -> set[str]:
    """The values of marked columns in rows of these contacts, in all relations that are there. Raises EngineError."""
    marks = {node.name: marked_columns(node) for node in compiled.graph.of("model", "seed")}
    everywhere = marked_names(compiled)
    found: set[str] = set()
    for relation, kind in session.relations(DATA_SCHEMA).items():
        if kind != "table":
            continue
        table = qualified(DATA_SCHEMA, relation)
        columns = [name for name, _ in session.columns(table)]
        wanted = [c for c in columns if c.lower() in marks.get(node_of(relation), everywhere)]
        if _CONTACT not in columns or not wanted:
            continue
        for column in wanted:
            rows = session.fetch(
                f"select distinct cast({quote(column)} as varchar) from {table} where {among(_CONTACT, ids)} and {quote(column)} is not null"
            )
            found |= {str(row[0]) for row in rows}
    return {value for value in found if is_telling(value)}


def check_environments(session: Session, mine: str, ids: Collection[str]) -> None:
    """Raises ConvsqlError where readers of another environment of the same database still see one of the contacts."""
    for environment in _environments(session):
        shown = head(session, environment) if environment != mine else None
        if shown is not None and (where := _where_shown(session, shown, ids)):
            raise ConvsqlError(
                f"readers of '{environment}' (build {shown.sequence}) in the same database still see the person: {where}",
                hint="build that environment again first (or drop it, where it is one of `convsql ci`), then run this again",
            )


def check_shown(session: Session, mine: str, sequence: int, ids: Collection[str]) -> None:
    """Raises StaleHead where another build is published by now, ConvsqlError where readers still see one of the contacts."""
    if (current := head_sequence(session, mine)) != sequence:
        raise StaleHead(f"build {current} of '{mine}' was published meanwhile", hint="run the same command again")
    shown = head(session, mine)
    if shown is not None and (where := _where_shown(session, shown, ids)):
        raise ConvsqlError(
            f"build {sequence}, made of the sources as they are, still has the person: {where}",
            hint="a source, seed or model still has them, perhaps in another spelling: delete them there, then run this again;"
            " or a table of the warehouse changed and its loaded_at_field did not: `convsql build --full-refresh` first",
        )
    check_environments(session, mine, ids)


def _where_shown(session: Session, build: Build, ids: Collection[str]) -> str:
    held = session.relations(DATA_SCHEMA)
    found: list[str] = []
    for view in build.views:
        is_table = held.get(view.relation) == "table" or is_carried(view.relation, held)
        if is_table and (columns := _rows(session, DATA_SCHEMA, view.relation, ids)):
            found.append(f"{view.name}: {said(columns)}")
    return "; ".join(found[:3]) + (f"; and {len(found) - 3} more relations" if len(found) > 3 else "")


def _environments(session: Session) -> list[str]:
    return [str(row[0]) for row in session.fetch(f"select environment from {HEADS} order by environment")]


def held_by_others(session: Session, compiled: Compiled, values: Collection[str]) -> set[str]:
    """Those of the values that the published build has too: they are not this person's alone. Raises EngineError."""
    shown = head(session, compiled.target.schema)
    nodes = compiled.graph.nodes
    found: set[str] = set()
    for view in shown.views if shown and values else ():
        marked = marked_columns(nodes[view.unique_id]) if view.unique_id in nodes else frozenset()
        table = qualified(DATA_SCHEMA, view.relation)
        for column in [name for name, _ in session.columns(table) if name.lower() in marked] if marked else []:
            texts = f"cast({quote(column)} as varchar)"
            found |= {
                str(r[0])
                for r in session.fetch(f"select distinct {texts} from {table} where {among(quote(column), values)}")
            }
    return found


def forget_rows(
    session: Session, ids: Collection[str], values: Collection[str], results: Sequence[Result]
) -> dict[str, int]:
    """Delete rows of convsql's own tables that have the person, and failing rows but those that `results` say of what readers see.

    Returns how many of each went. Raises EngineError.
    """
    removed = {"failing rows": _failing_rows(session, {*ids, *values}, results)}
    removed["restatements"] = _restatements(session, {*ids, *values})
    if "holds" in session.relations(STATE_SCHEMA):
        for text in filter(is_telling, ids):
            session.execute(f"update {HOLDS} set reason = replace(reason, $1, '(forgotten)')", [text])
    return removed


def drop_builds(session: Session, ids: Collection[str]) -> dict[str, int]:
    """Drop every relation but those that readers see; returns how many builds and relations went. Afterwards nothing here knows the person.

    Raises EngineError, and ConvsqlError where a relation with them can't be dropped now.
    """
    kept = {b.sequence for b in builds(session, only_kept=True)}
    dropped = tidy(session, keep=1, attempts=False)
    left = {b.sequence for b in builds(session, only_kept=True)}
    held = session.relations(DATA_SCHEMA)
    for relation in sorted(name for name, kind in held.items() if kind == "table"):
        if found := _rows(session, DATA_SCHEMA, relation, ids):
            raise ConvsqlError(
                f"{relation} still has the person and can't be dropped now: {said(found)}",
                hint="somebody reads it, or rests a view on it; run the same command again afterwards",
            )
    return {"builds": len(kept - left), "relations": len(dropped)}


def _rows(session: Session, schema: str, name: str, texts: Collection[str]) -> dict[str, int]:
    table = qualified(schema, name)
    return rows_with(session, table, session.columns(table), texts)


def _failing_rows(session: Session, texts: Collection[str], results: Sequence[Result]) -> int:
    """Drop the failing rows of other runs, and any that still have the person; returns how many tables went."""
    before = session.relations(FAILURES_SCHEMA)
    forget_failures(session, results)
    for name, kind in session.relations(FAILURES_SCHEMA).items():
        if _rows(session, FAILURES_SCHEMA, name, texts):
            session.drop(kind, FAILURES_SCHEMA, name)
            session.execute(f"delete from {VERDICTS} where status <> 'pass'")  # what is gone is to be found again
    return len(before) - len(session.relations(FAILURES_SCHEMA))


def _restatements(session: Session, texts: Collection[str]) -> int:
    """Forget the changed values of closed rows whose key or value is one of these."""
    if "restatements" not in session.relations(STATE_SCHEMA):
        return 0
    rows = session.fetch(f"select distinct row_key, value_before, value_after from {RESTATEMENTS}")
    wanted = set(texts)
    keys = sorted({str(k) for k, before, after in rows if {before, after, *str(k).split("|")} & wanted})
    if not keys:
        return 0
    ((count,),) = session.fetch(f"select count(*) from {RESTATEMENTS} where {session.is_among('row_key', 1)}", [keys])
    session.execute(f"delete from {RESTATEMENTS} where {session.is_among('row_key', 1)}", [keys])
    return int(count)


def tables_of_others(session: Session, ids: Collection[str]) -> list[str]:
    """Tables in the database that convsql did not make and in which one of the contacts is named."""
    mine = (STATE_SCHEMA, DATA_SCHEMA, FAILURES_SCHEMA, "pg_catalog", "information_schema")
    rows = session.fetch(
        "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE' order by 1, 2"
    )
    found = []
    for schema, name in rows:
        if schema in mine or str(schema).startswith("pg_"):
            continue
        if named := _rows(session, str(schema), str(name), ids):
            found.append(f"table {schema}.{name}: {said(named)}")
    return found


def counted(removed: Mapping[str, int]) -> str:
    """What was removed, in words."""
    parts = [
        number_of(number, what.removesuffix("s")) if what != "left elsewhere" else f"{number} {what}"
        for what, number in removed.items()
        if number
    ]
    return ", ".join(parts) or "nothing"
