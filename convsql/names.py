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
    return f"{name[:40]}__{fingerprint[:FINGERPRINT_LENGTH]}"
