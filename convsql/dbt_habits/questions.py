"""What a template may ask: the columns of a relation that it refers to, and the rows of a query.

Nothing is asked of the target's database: columns are those that binding found, and a query that reads no relation is answered in
memory. While a project's files are first rendered there is no answer yet (`NotAnsweredError`); then they are rendered as dbt parses
them, with `execute` false, and once more when what they read is bound (`convsql.dbt_habits.answers`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from convsql.base.errors import ConvsqlError
from convsql.rendering.facades import RelationFacade
from convsql.rendering.questions import NotAnsweredError
from convsql.rendering.render import Renderer

_TEXTS = ("VARCHAR", "TEXT", "CHAR", "UUID", "ENUM")
_WHOLE = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
)


@dataclass(frozen=True, slots=True)
class ColumnFacade:
    """A column as dbt's adapters show it."""

    name: str
    dtype: str

    @property
    def column(self) -> str:
        return self.name

    @property
    def data_type(self) -> str:
        return self.dtype

    @property
    def quoted(self) -> str:
        return '"' + self.name.replace('"', '""') + '"'

    @property
    def char_size(self) -> None:  # DuckDB's texts have none
        return None

    @property
    def numeric_precision(self) -> int | None:
        found = re.match(r"(?:DECIMAL|NUMERIC)\((\d+)", self.dtype.upper())
        return int(found[1]) if found else None

    @property
    def numeric_scale(self) -> int | None:
        found = re.match(r"(?:DECIMAL|NUMERIC)\(\d+,\s*(\d+)", self.dtype.upper())
        return int(found[1]) if found else None

    def string_size(self) -> int:
        """As dbt says of a text without a size. Raises ConvsqlError for what is no text."""
        if not self.is_string():
            raise ConvsqlError(f"string_size() of column '{self.name}', which is {self.dtype}")
        return 256

    def is_string(self) -> bool:
        return self.dtype.upper().startswith(_TEXTS)

    def is_integer(self) -> bool:
        return self.dtype.upper() in _WHOLE

    def is_float(self) -> bool:
        return self.dtype.upper() in ("DOUBLE", "FLOAT", "REAL")

    def is_numeric(self) -> bool:
        return self.dtype.upper().startswith(("DECIMAL", "NUMERIC"))

    def is_number(self) -> bool:
        return self.is_integer() or self.is_float() or self.is_numeric()


class RowFacade:
    """One row: values by place and by name."""

    def __init__(self, names: Sequence[str], row: Sequence[Any]) -> None:
        self._names = names
        self._row = row

    def __getitem__(self, key: int | str) -> Any:
        return self._row[_place(self._names, key)]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._row)

    def __len__(self) -> int:
        return len(self._row)

    def values(self) -> tuple[Any, ...]:
        return tuple(self._row)

    def keys(self) -> tuple[str, ...]:
        return tuple(self._names)

    def dict(self) -> dict[str, Any]:
        return dict(zip(self._names, self._row, strict=True))

    def get(self, key: str, default: Any = None) -> Any:
        return self[key] if key in self._names else default


class _Values:
    """The values of one column, or the columns of a table, by place and by name."""

    def __init__(self, names: Sequence[str], items: Sequence[Any], name: str = "") -> None:
        self._names = names
        self._items = items
        self.name = name

    def __getitem__(self, key: int | str) -> Any:
        return self._items[_place(self._names, key)]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def keys(self) -> tuple[str, ...]:
        return tuple(self._names)

    def values(self) -> tuple[Any, ...]:
        return tuple(self._items)

    def items(self) -> tuple[tuple[str, Any], ...]:
        return tuple(zip(self._names, self._items, strict=True))


def _place(names: Sequence[str], key: int | str) -> int:
    """Where a value stands. Raises KeyError for a name that is not there, as templates expect."""
    if not isinstance(key, str):
        return key
    if key not in names:
        raise KeyError(key)
    return names.index(key)


class TableFacade:
    """What a query gave, with the names that agate's tables have."""

    def __init__(self, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        self.column_names = tuple(names)
        self.rows = _Values((), [RowFacade(names, row) for row in rows])
        columns = [_Values((), [row[i] for row in rows], name) for i, name in enumerate(names)]
        self.columns = _Values(tuple(names), columns)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __str__(self) -> str:
        raise ConvsqlError(
            "convsql does not support 'run_query' in templates",
            hint="as a text: take its rows or columns, it is a table",
        )


class Questions:
    """The functions by which templates ask: `run_query`, `statement`, `load_result`, `adapter.get_columns_in_relation`.

    What a statement gave stands with the node that is being rendered.
    """

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def columns(self, relation: Any) -> list[ColumnFacade]:
        """`adapter.get_columns_in_relation`."""
        if not isinstance(relation, RelationFacade) or relation.unique_id in (
            "",
            self._renderer.current.node.unique_id,
        ):
            raise ConvsqlError(
                "convsql does not support 'adapter.get_columns_in_relation' in templates of anything but ref() or source()",
                hint="templates never query the database; name a model, a seed or a source",
            )
        if not self._renderer.executes:
            return []
        found = self._renderer.answers.columns(relation.unique_id) if self._renderer.answers else None
        if found is None:
            raise NotAnsweredError
        return [ColumnFacade(name, kind) for name, kind in found]

    def load_relation(self, relation: Any) -> Any:
        """dbt's `load_relation`: what is referred to is there once it is asked about."""
        self.columns(relation)
        return relation

    def run_query(self, sql: Any) -> TableFacade | None:
        """dbt's `run_query`; None while there is nothing to ask."""
        if not self._renderer.executes:
            return None
        if self._renderer.answers is None:
            raise NotAnsweredError
        return TableFacade(*self._renderer.answers.rows(str(sql)))

    def statement(
        self,
        name: str | None = None,
        fetch_result: bool = False,
        auto_begin: bool = True,
        language: str = "sql",
        caller: Any = None,
    ) -> str:
        """dbt's `{% call statement(name, fetch_result=true) %}`: a query, whose rows `load_result` gives."""
        if not fetch_result or caller is None:
            raise ConvsqlError(
                "convsql does not support 'statement' in templates",
                hint="without fetch_result: templates change nothing",
            )
        sql = str(caller())
        table = self.run_query(sql)
        if table is not None and name:
            self._renderer.current.results[name] = {
                "data": [row.values() for row in table],
                "table": table,
                "response": "OK",
            }
        return ""

    def load_result(self, name: str) -> Any:
        """What a statement gave; None where it was not sent."""
        return self._renderer.current.results.get(name)
