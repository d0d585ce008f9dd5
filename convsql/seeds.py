"""Seeds: CSV files with declared types, loaded as dbt loads them (blank and `null` cells are null)."""

from __future__ import annotations

from pathlib import Path

from convsql.engine import Columns, EngineError, Session
from convsql.errors import ConvsqlError, Where
from convsql.manifest import Node
from convsql.names import literal, quote


def _reader(node: Node, root: Path, all_varchar: bool) -> str:
    delimiter = str(node.config.get("delimiter", ","))
    return (
        f"read_csv({literal(str(root / node.path))}, header = true, all_varchar = {str(all_varchar).lower()}, "
        f"delim = {literal(delimiter)}, quote = '\"', escape = '\"', sample_size = -1, "
        f"nullstr = ['', 'null', 'NULL', 'Null'])"
    )


def seed_sql(node: Node, root: Path, columns: Columns) -> str:
    """The query that loads a seed with these column types."""
    casts = ",\n    ".join(f"cast({quote(name)} as {kind}) as {quote(name)}" for name, kind in columns)
    return f"select\n    {casts}\nfrom {_reader(node, root, all_varchar=True)}"


def seed_columns(node: Node, root: Path, session: Session) -> Columns:
    """Names and types of a seed's columns: declared in `column_types`, otherwise inferred from all rows.

    Raises ConvsqlError for a file that is no CSV, a declared column that is not there, an unknown
    type, or a cell that can't have its column's type (with the line).
    """
    declared = {str(k).lower(): str(v) for k, v in (node.config.get("column_types") or {}).items()}
    try:
        names = [name for name, _ in session.columns(_reader(node, root, all_varchar=True))]
        inferred = (
            {}
            if all(n.lower() in declared for n in names)
            else dict(session.columns(_reader(node, root, all_varchar=False)))
        )
    except EngineError as error:
        raise ConvsqlError(f"not a CSV file: {error.message.splitlines()[0]}", node.where) from None
    for name in declared:
        if name not in [n.lower() for n in names]:
            raise ConvsqlError(
                f"column_types names '{name}', and the file has no such column",
                node.patch_where,
                f"its columns: {', '.join(names)}",
            )
    columns = [(n, declared.get(n.lower()) or _as_dbt(inferred.get(n, "VARCHAR"))) for n in names]
    try:
        session.fetch(f"select count(*) from ({seed_sql(node, root, columns)}) as loaded")
        return session.columns(f"({seed_sql(node, root, columns)})")
    except EngineError:
        raise _bad_cell(node, root, columns, session) from None


def _as_dbt(inferred: str) -> str:
    """Undeclared whole numbers become INTEGER where DuckDB infers BIGINT, as under dbt."""
    return "INTEGER" if inferred == "BIGINT" else inferred


def _bad_cell(node: Node, root: Path, columns: Columns, session: Session) -> ConvsqlError:
    for name, kind in columns:
        try:
            session.fetch(f"select cast(null as {kind})")
        except EngineError as error:
            return ConvsqlError(f"column '{name}': {error.message.splitlines()[0]}", node.patch_where)
        rows = session.fetch(
            f"select {quote(name)}, row_number from (select *, row_number() over () as row_number "
            f"from {_reader(node, root, all_varchar=True)}) as r where {quote(name)} is not null "
            f"and try_cast({quote(name)} as {kind}) is null order by row_number limit 1"
        )
        if rows:
            return ConvsqlError(
                f"'{rows[0][0]}' in column '{name}' is no {kind}",
                Where(node.path, int(rows[0][1]) + 1),
                "mend the cell, or declare another type in column_types",
            )
    return ConvsqlError("the seed can't be loaded", node.where)
