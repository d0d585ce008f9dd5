"""The keys of a target of type postgres, as dbt-postgres names them. The password is a secret of the environment, or libpq's own affair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convsql.base.errors import Problems, did_you_mean
from convsql.base.quoting import RESERVED_SCHEMAS
from convsql.base.yaml_file import YamlMap
from convsql.templates.yaml_values import holds_secret, secret_of, without_marks

NAME_BYTES = 63  # PostgreSQL cuts longer names
_SAME = {"pass": "password", "username": "user", "database": "dbname"}
_NUMBERS = {"port", "threads", "keepalives_idle", "connect_timeout", "retries"}
_TEXTS = {"host", "user", "dbname", "schema", "search_path", "role", "sslmode", "sslcert", "sslkey", "sslrootcert"}
_KEYS = {"type", "password", *_NUMBERS, *_TEXTS, *_SAME}
_WITHOUT_DEFAULT = ("host", "user", "dbname", "schema")


def postgres_keys(name: str, output: YamlMap, problems: Problems) -> Mapping[str, Any]:
    """What a target says of its server, each key under one name; `password` is the name of the variable that holds it.

    What is wrong goes to `problems`.
    """
    found: dict[str, Any] = {}
    for key, value in output.items():
        where, plain = output.where(key), _SAME.get(key, key)
        if key not in _KEYS:
            shown = without_marks(str(key))
            problems.add(f"unknown key '{shown}' in target '{name}'", where, did_you_mean(shown, _KEYS))
        elif plain in found:
            problems.add(f"'{plain}' stands twice in target '{name}', as '{key}' too", where)
        elif plain == "password":
            found[plain] = secret_of(value)
            if found[plain] is None:
                problems.add(
                    f"'{key}' is not a secret of the environment",
                    where,
                    f"{key}: \"{{{{ env_var('DBT_ENV_SECRET_PG_PASSWORD') }}}}\"; without the key PGPASSWORD or ~/.pgpass is read",
                )
        elif holds_secret(value) or holds_secret(key):
            problems.add(
                f"'{key}' holds a secret, which would stand in messages",
                where,
                "only 'password' may hold one: name the variable without DBT_ENV_SECRET",
            )
        elif plain in _NUMBERS and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            problems.add(f"'{key}' must be a whole number, not {value!r}", where)
        elif plain in _TEXTS and (value is None or isinstance(value, Mapping | list) or not str(value).strip()):
            problems.add(f"'{key}' must be a text that is not blank", where)
        else:
            found[plain] = value if plain in _NUMBERS else str(value)
    for key in _WITHOUT_DEFAULT:
        if key not in found and not any(_SAME.get(k, k) == key for k in output):
            problems.add(
                f"target '{name}' has no '{key}'", output.where(), "as in dbt-postgres: host, user, dbname, schema"
            )
    _check_schema(found, output, problems)
    return found


def _check_schema(found: Mapping[str, Any], output: YamlMap, problems: Problems) -> None:
    schema = str(found.get("schema", ""))
    if schema.lower() in RESERVED_SCHEMAS:
        problems.add(f"schema '{schema}' is convsql's own", output.where("schema"), "choose another schema")
    elif schema.lower().startswith("pg_") or schema.lower() == "information_schema":
        problems.add(f"schema '{schema}' is PostgreSQL's own", output.where("schema"), "choose another schema")
    elif len(schema.encode()) > NAME_BYTES:
        problems.add(f"schema '{schema}' has more than {NAME_BYTES} bytes", output.where("schema"))
