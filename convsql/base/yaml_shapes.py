"""The shapes that values in a project's YAML must have, checked once, where an entry is first read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from convsql.base.errors import Problems
from convsql.base.yaml_file import YamlMap


def _is_mapping(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_text(value: Any) -> bool:
    return not isinstance(value, Mapping | list | tuple | bool)


def _is_words(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list | tuple) and all(_is_text(v) for v in value))


def _is_schema(value: Any) -> bool:
    return isinstance(value, str) and "\0" not in value


def _is_name(value: Any) -> bool:
    return _is_schema(value) and bool(value.strip())


def _is_mappings(value: Any) -> bool:
    return isinstance(value, list) and all(_is_mapping(v) for v in value)


_WORDING: dict[Callable[[Any], bool], str] = {
    _is_mapping: "must be a mapping",
    _is_text: "must be a text",
    _is_words: "must be a word or a list of words",
    _is_mappings: "must be a list of mappings",
    _is_schema: "must be a text",
    _is_name: "must be a text that is not blank",
}
_MAPPINGS = ("config", "meta", "docs", "overrides", "expect", "contract", "column_types", "settings", "config_options")
_TEXTS = (
    *("description", "data_type", "identifier", "database", "loaded_at_field", "materialized"),
    *("delimiter", "severity", "warn_if", "error_if", "fail_calc", "where", "model", "format", "input", "fixture"),
)
_SHAPES: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(_MAPPINGS, _is_mapping),
    **dict.fromkeys(_TEXTS, _is_text),
    "schema": _is_schema,
    "alias": _is_name,
    **dict.fromkeys(("tags", "extensions", "clean-targets"), _is_words),
    **dict.fromkeys(("given", "packages"), _is_mappings),
}
OVERRIDES = dict.fromkeys(("vars", "macros", "env_vars"), _is_mapping)


def misshapen(key: str, value: Any, shapes: Mapping[str, Callable[[Any], bool]] = _SHAPES) -> str:
    """What is wrong with the shape of a value, or an empty string."""
    shape = shapes.get(key)
    if shape is not None:
        return "" if shape(value) else f"'{key}' {_WORDING[shape]}"
    if key in ("enabled", "quote", "full_refresh") and not isinstance(value, bool):
        return f"'{key}' must be true or false, not {value!r}"
    if key == "limit" and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        return f"'{key}' must be a whole number above 0, not {value!r}"
    return ""


def drop_misshapen(entry: YamlMap, problems: Problems, shapes: Mapping[str, Callable[[Any], bool]] = _SHAPES) -> None:
    """Take values of a wrong shape out of an entry, each with a problem; null is as good as absent."""
    for key in list(entry):
        wrong = "" if entry[key] is None else misshapen(key, entry[key], shapes)
        if wrong:
            problems.add(wrong, entry.where(key))
        if wrong or (entry[key] is None and (key in shapes or key == "enabled")):
            del entry[key]
