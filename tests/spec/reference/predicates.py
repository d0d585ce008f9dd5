"""`eligible.where` of a metric (section 3).

> SQL over columns of conversations known at the anchor; null = false

SQLite reads the expression, so that three-valued logic is somebody else's and not the models'.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from tests.spec.reference.columns import Row

_ENGINE = sqlite3.connect(":memory:")


def holds(expression: str, row: Row) -> bool:
    """Whether the expression is true of the row; null is not."""
    columns = ", ".join(f'? as "{name}"' for name in row)
    query = f"select ({expression}) from (select {columns})"
    found = _ENGINE.execute(query, [_plain(value) for value in row.values()]).fetchone()
    return bool(found[0])


def _plain(value: Any) -> Any:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value
