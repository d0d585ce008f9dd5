"""The keys of a target of type spark: dbt-spark's where they fit. A token is a secret of the environment, and stands in no URL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from convsql.base.errors import Problems, did_you_mean
from convsql.base.quoting import RESERVED_SCHEMAS
from convsql.base.yaml_file import YamlMap
from convsql.templates.yaml_values import holds_secret, secret_of, without_marks

NAME = re.compile("[a-z0-9_]+")  # what a catalogue keeps as it is written: others are lower-cased or refused
_SAME = {"server_side_parameters": "config"}
_TEXTS = {"schema", "catalog"}
_OF_METHOD = {"session": {"master", "warehouse"}, "connect": {"url", "token"}}
_KEYS = {"type", "method", "config", "threads", *_TEXTS, *_SAME, *_OF_METHOD["session"], *_OF_METHOD["connect"]}
# What a session is set to by convsql, because numbers depend on it, and what would print or listen.
_OURS = re.compile(
    r"spark\.(sql\.(ansi\..*|session\.timeZone|timestampType|caseSensitive|storeAssignmentPolicy|decimalOperations\..*|cteRecursion.*|constraintPropagation\.enabled"
    r"|parser\.escapedStringLiterals|warehouse\.dir|legacy\..*)|ui\..*|log\.level|master|remote)",
    re.IGNORECASE,
)
_URL = re.compile(r"sc://[^/;@\s]+(?:/;.*)?/?")
_TOKEN = re.compile(r";\s*(token|x-databricks-session-token)\s*=", re.IGNORECASE)
_MOST = 100  # characters of a schema's name: a build's number comes behind it


def spark_keys(name: str, output: YamlMap, root: Path, problems: Problems) -> Mapping[str, Any]:
    """What a target says of its Spark, each key under one name; `token` is the name of the variable that holds it, `place` is for people.

    What is wrong goes to `problems`.
    """
    found: dict[str, Any] = {"method": "session", "config": {}}
    for key, value in output.items():
        where, plain = output.where(key), _SAME.get(key, key)
        if key not in _KEYS:
            shown = without_marks(str(key))
            problems.add(f"unknown key '{shown}' in target '{name}'", where, did_you_mean(shown, _KEYS))
        elif plain == "token":
            found[plain] = secret_of(value)
            if found[plain] is None:
                problems.add(
                    "'token' is not a secret of the environment",
                    where,
                    "token: \"{{ env_var('DBT_ENV_SECRET_SPARK_TOKEN') }}\"",
                )
        elif holds_secret(value) or holds_secret(key):
            problems.add(f"'{key}' holds a secret, which would stand in messages", where, "only 'token' may hold one")
        elif plain == "config":
            found[plain] = _settings(output, key, problems)
        elif plain in ("type", "threads"):
            continue
        elif value is None or isinstance(value, Mapping | list) or not str(value).strip():
            problems.add(f"'{key}' must be a text that is not blank", where)
        else:
            found[plain] = str(value).strip()
    _check(name, found, output, problems)
    if found["method"] == "session":
        found["warehouse"] = str((root / found.get("warehouse", "spark-warehouse")).resolve())
    found["place"] = str(found.get("url") or found.get("warehouse"))
    found["dbname"] = found.get("catalog", "spark_catalog")
    return found


def _settings(output: YamlMap, key: str, problems: Problems) -> Mapping[str, str]:
    value = output[key]
    if not isinstance(value, YamlMap):
        problems.add(f"'{key}' must be a mapping of Spark's settings", output.where(key))
        return {}
    found: dict[str, str] = {}
    for setting, given in value.items():
        if _OURS.fullmatch(str(setting)):
            problems.add(
                f"setting '{setting}' is convsql's own",
                value.where(setting),
                "every build has the same one, as numbers depend on it",
            )
        elif given is None or isinstance(given, Mapping | list):
            problems.add(f"setting '{setting}' must be a text or a number", value.where(setting))
        else:
            found[str(setting)] = str(given).lower() if isinstance(given, bool) else str(given)
    return found


def _check(name: str, found: dict[str, Any], output: YamlMap, problems: Problems) -> None:
    method = found["method"]
    if method not in _OF_METHOD:
        problems.add(
            f"method '{method}' of target '{name}' is not known",
            output.where("method"),
            "session (Spark in this process, as a library) or connect (a server, by its sc:// URL)",
        )
        found["method"] = "session"
        return
    for other, keys in _OF_METHOD.items():
        for key in sorted(keys & found.keys()):
            if other != method:
                problems.add(f"'{key}' is a key of method: {other}", output.where(key), f"method: {other}")
    url = found.get("url", "")
    if method == "connect" and not url:
        problems.add(f"target '{name}' has no 'url'", output.where(), "url: sc://spark.example.com:15002")
    elif url and _TOKEN.search(url):
        problems.add("'url' holds a token, which would stand in messages", output.where("url"), "the key is 'token'")
        found["url"] = _TOKEN.split(url)[0]
    elif url and not _URL.fullmatch(url):
        problems.add("'url' is no address of Spark Connect", output.where("url"), "url: sc://host:port/;key=value")
    schema = found.setdefault("schema", "")
    if not schema:
        problems.add(f"target '{name}' has no 'schema'", output.where(), "schema: marts")
    elif schema.lower() in RESERVED_SCHEMAS:
        problems.add(f"schema '{schema}' is convsql's own", output.where("schema"), "choose another schema")
    elif not NAME.fullmatch(schema) or len(schema) > _MOST or schema in ("information_schema", "global_temp"):
        problems.add(
            f"schema '{schema}' is not one that every catalogue keeps as it is written",
            output.where("schema"),
            f"at most {_MOST} small letters, digits and underscores",
        )
