"""The rows of one relation, from an engine into the database in which they are compared.

They go through a file, never through Python's lists: however many there are, memory holds none of them.
"""

from __future__ import annotations

from pathlib import Path

from convsql.base.quoting import quote
from convsql.engines.session import Columns, Session
from convsql.verification.common_types import read_as

# Bytes as hexadecimal digits: engines write them in ways of their own.
_HEX = {"duckdb": "hex({})", "postgres": "upper(encode({}, 'hex'))", "spark": "hex({})"}


def bring(session: Session, relation: str, columns: Columns, scratch: Session, name: str, folder: Path) -> None:
    """Make the table `name` in `scratch` of all rows of `relation` (quoted), whose columns are `columns`. Raises EngineError."""
    shown = ", ".join(_written(column, kind, session.dialect) for column, kind in columns)
    file = folder / "rows.csv"
    try:
        session.export(f"select {shown} from {relation}", str(file))
        scratch.load("main", name, [(column, read_as(kind)) for column, kind in columns], str(file))
    finally:
        file.unlink(missing_ok=True)


def _written(column: str, kind: str, dialect: str) -> str:
    name = quote(column)
    return f"{_HEX[dialect].format(name)} as {name}" if kind == "BLOB" else name
