"""What templates hand to `ref`, `source` and `config`: checked, so that an error names the call and the value; and what they are handed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import jinja2

from convsql.base.errors import ConvsqlError


def short(value: Any) -> str:
    """A value as an error shows it: of any type, and not longer than a line."""
    if isinstance(value, jinja2.Undefined):
        return "an undefined name"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def ref_names(names: tuple[Any, ...], keywords: Mapping[str, Any]) -> tuple[str, ...]:
    """The name, or the package and the name, that `ref()` was given."""
    if {"v", "version"} & keywords.keys():
        raise ConvsqlError("convsql does not support versions of models", hint="give each version a model of its own")
    if keywords:
        raise ConvsqlError(f"ref() takes no '{next(iter(keywords))}='", hint="write ref('a_model')")
    if len(names) not in (1, 2):
        raise ConvsqlError("ref() takes a model's name, or a package's and a model's")
    return tuple(_name("ref", n) for n in names)


def source_names(names: tuple[Any, ...], keywords: Mapping[str, Any]) -> tuple[str, str]:
    """The source and the table that `source()` was given."""
    if keywords:
        raise ConvsqlError(f"source() takes no '{next(iter(keywords))}='", hint="write source('a_source', 'a_table')")
    if len(names) != 2:
        raise ConvsqlError("source() takes a source's name and a table's")
    return _name("source", names[0]), _name("source", names[1])


def _name(function: str, value: Any) -> str:
    if isinstance(value, jinja2.Undefined):
        str(value)  # raises, naming what is not defined
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise ConvsqlError(f"{function}() takes names as text, not {short(value)}")
    return str(value)


def is_plain(value: Any) -> bool:
    """Whether a value is what YAML could hold: text, numbers, dates, and lists and mappings of them."""
    if value is None or isinstance(value, str | int | float | date):
        return True
    if isinstance(value, Mapping):
        return isinstance(value, dict) and all(
            isinstance(k, str | int | float) and is_plain(v) for k, v in value.items()
        )
    return isinstance(value, list | tuple | set) and all(is_plain(v) for v in value)


def own_copy(value: Any) -> Any:
    """A value that its reader may change: plain lists and mappings are copied, with all that they hold."""
    kind = type(value)
    if kind is list:
        return [own_copy(v) for v in value]
    if kind is dict:
        return {k: own_copy(v) for k, v in value.items()}
    if kind is tuple:
        return tuple(map(own_copy, value))
    return value


def thawed(value: Any) -> Any:
    """As `own_copy`, of what YAML gave too, whose lists and mappings can't be changed in a template."""
    if isinstance(value, dict):
        return {k: thawed(v) for k, v in value.items()}
    return [thawed(v) for v in value] if isinstance(value, list) else value
