"""What a pydantic schema finds wrong with a value from YAML, said with the value's file and line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from convsql.base.errors import Problems, Where, did_you_mean
from convsql.base.yaml_file import YamlList, YamlMap

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Location = tuple[int | str, ...]


# What pydantic says of these is of programs.
_OURS = {
    "list_type": "must be a list",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "dict_type": "must be a mapping of keys and values",
    "model_type": "must be a mapping of keys and values",
    "string_type": "must be text",
}


def place_of(value: Any, location: Location, where: Where) -> Where:
    """The place of the innermost part of `value` on the way that knows its line; `where` when none does."""
    place = where
    for step in location:
        if isinstance(value, YamlMap) and step in value:
            place = value.where(str(step))
            value = value[str(step)]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            if isinstance(value, YamlList) and step < len(value.lines) and value.lines[step]:
                place = Where(value.path, value.lines[step])
            value = value[step]
    return place


def add_schema_problem(
    subject: str,
    value: Any,
    detail: ErrorDetails,
    where: Where,
    known: Sequence[str],
    problems: Problems,
) -> None:
    """Add what one pydantic error says of `value`, in our words; `known` are the keys allowed where an unknown one stands."""
    location = detail["loc"]
    place = place_of(value, location, where)
    path = ".".join(str(step) for step in location)
    if detail["type"] == "extra_forbidden":
        problems.add(f"{subject}: unknown key '{path}'", place, did_you_mean(str(location[-1]), known))
        return
    message = _OURS.get(detail["type"]) or detail["msg"][0].lower() + detail["msg"][1:]
    expected = re.findall(r"'([^']+)'", str(detail.get("ctx", {}).get("expected", "")))
    hint = did_you_mean(str(detail["input"]), expected) if detail["type"] == "literal_error" else ""
    hint = hint or _hint_of_text(detail)
    problems.add(f"{subject}: {f'{path}: ' if path else ''}{message.removeprefix('value error, ')}", place, hint)


def _hint_of_text(detail: ErrorDetails) -> str:
    """What YAML made of text that stands without quotes, or as one word where several may stand."""
    if detail["type"] == "list_type" and isinstance(detail["input"], str):
        return f"write [{detail['input']}]"
    if detail["type"] not in ("string_type", "literal_error"):
        return ""
    given = detail["input"]
    if isinstance(given, bool):
        return "YAML reads yes, no, on, off, true and false as truth values: put text in quotes"
    return "put text in quotes" if isinstance(given, int | float | date) else ""
