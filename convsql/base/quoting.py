"""Names of relations: quoting, and where built and published relations stand.

A model is built once per fingerprint into `_convsql_data."<name>__<fingerprint>"`; the published
name is a view on it in the target's schema. What convsql remembers stands in schema `_convsql`.
"""

from __future__ import annotations

STATE_SCHEMA = "_convsql"
DATA_SCHEMA = "_convsql_data"
FAILURES_SCHEMA = "_convsql_failures"
RESERVED_SCHEMAS = frozenset({STATE_SCHEMA, DATA_SCHEMA, FAILURES_SCHEMA})

FINGERPRINT_LENGTH = 16  # hex digits kept in a physical name: 64 bits
NAME_BYTES = 45  # of a node's name in a physical one: PostgreSQL cuts names after 63 bytes, without saying so

# Words that DuckDB takes as no bare column name.
RESERVED_WORDS = frozenset(
    "all analyse analyze and anti any array as asc asof asymmetric at authorization binary both by case cast check"
    " collate collation column columns concurrently constraint create cross default deferrable desc describe"
    " distinct do else end except false fetch for foreign freeze from full generated glob group having ilike in"
    " initially inner intersect into is isnull join lambda lateral leading left like limit map natural not notnull"
    " null offset on only or order outer overlaps pivot pivot_longer pivot_wider placing positional primary qualify"
    " references returning right select semi show similar some struct summarize symmetric table tablesample then to"
    " trailing true try_cast tuple union unique unpack unpivot using variadic verbose when where window with".split()
)


def quote(identifier: str) -> str:
    """A quoted SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A quoted SQL string."""
    return "'" + text.replace("'", "''") + "'"


def qualified(schema: str, name: str) -> str:
    """`"schema"."name"`."""
    return f"{quote(schema)}.{quote(name)}"


def physical_name(name: str, fingerprint: str) -> str:
    """The name of the relation that holds this version of a node."""
    short = name[:40].encode()[:NAME_BYTES].decode(errors="ignore")
    return f"{short}__{fingerprint[:FINGERPRINT_LENGTH]}"
