"""The functions of dbt's that need neither a node nor the database: they give the same for the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import yaml

from convsql.base.errors import ConvsqlError
from convsql.base.yaml_file import parse_yaml
from convsql.rendering.call_arguments import thawed


def from_json(text: str, default: Any = None) -> Any:
    """dbt's `fromjson`: the default when the text is not JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return default


def to_json(value: Any, default: Any = None, sort_keys: bool = False) -> Any:
    """dbt's `tojson`: the default when the value has no JSON form."""
    try:
        return json.dumps(value, sort_keys=sort_keys)
    except (TypeError, ValueError):
        return default


def from_yaml(text: str, default: Any = None) -> Any:
    """dbt's `fromyaml`: the default when the text is not YAML."""
    try:
        return thawed(parse_yaml(text, "fromyaml"))
    except (ConvsqlError, AttributeError):
        return default


def to_yaml(value: Any, default: Any = None, sort_keys: bool = False) -> Any:
    """dbt's `toyaml`: the default when the value has no YAML form."""
    try:
        return yaml.safe_dump(value, sort_keys=sort_keys)
    except yaml.YAMLError:
        return default


def _set(items: Any, default: Any = None) -> Any:
    try:
        return set(items)
    except TypeError:
        return default


def _set_strict(items: Any) -> set[Any]:
    try:
        return set(items)
    except TypeError as error:
        raise ConvsqlError(f"set_strict() takes a list: {error}") from None


def plain_functions() -> dict[str, Callable[..., Any]]:
    """dbt's functions by name."""
    return {
        "tojson": to_json,
        "fromjson": from_json,
        "toyaml": to_yaml,
        "fromyaml": from_yaml,
        "set": _set,
        "set_strict": _set_strict,
        "zip": lambda *a, **k: zip(*a, strict=False),
        "zip_strict": lambda *a: zip(*a, strict=False),
        "local_md5": lambda text: hashlib.md5(str(text).encode()).hexdigest(),
        "doc": lambda *a: "",
    }
