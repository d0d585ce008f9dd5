"""A tiny project with two targets, each a DuckDB file."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.support import Folder

PROFILES = """\
    tiny:
      target: dev
      outputs:
        dev: {type: duckdb, path: tiny.duckdb, schema: main, threads: 1}
        other: {type: duckdb, path: other.duckdb, schema: marts, threads: 1}
    """
FILES = {
    "profiles.yml": PROFILES,
    "seeds/amounts.csv": "id,name,amount,share,seen\n1,a,10.5,0.1,2024-01-02 03:04:05\n2,b,20,0.25,\n3,c,30,nan,2024-01-03 00:00:00.000001\n",
    "seeds/properties.yml": """\
        seeds:
          - name: amounts
            config: {column_types: {id: bigint, name: varchar, amount: "decimal(10, 2)", share: double, seen: timestamp}}
        """,
    "models/sales.sql": "select id, name, amount, share, seen from {{ ref('amounts') }}",
    "models/doubled.sql": "select name, amount from {{ ref('sales') }} union all select name, amount from {{ ref('sales') }}",
    "models/models.yml": """\
        models:
          - name: sales
            config: {materialized: table}
            columns: [{name: id, data_tests: [unique]}]
          - {name: doubled, config: {materialized: table}}
        """,
}


def physical(folder: Path, file: str, name: str) -> str:
    """The relation behind a published one."""
    with duckdb.connect(str(folder / file), read_only=True) as connection:
        (found,) = (
            row[0]
            for row in connection.execute(
                "select table_name from information_schema.tables where table_schema = '_convsql_data'"
            ).fetchall()
            if row[0].startswith(f"{name}__")
        )
    return f'_convsql_data."{found}"'


def plant(project: Folder, name: str, sql: str) -> None:
    """Change what the other target holds of a relation, `{}` in the statement, behind convsql's back."""
    relation = physical(project.root, "other.duckdb", name)
    with duckdb.connect(str(project.root / "other.duckdb")) as connection:
        connection.execute(sql.replace("{}", relation))
