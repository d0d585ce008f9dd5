"""Jinja's filters within a budget: what they are given, and what they make, is counted."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from jinja2.filters import FILTERS

from convsql.base.errors import ConvsqlError
from convsql.templates.bounded_environment import (
    MAX_WIDTH,
    check_filtered_format,
    check_indented,
    check_joined,
    check_replaced,
    check_summed,
)
from convsql.templates.budget import budget

_MAX_SLOW_TEXT = 50_000
_CHECKS: dict[str, Callable[..., None]] = {
    "replace": check_replaced,
    "join": check_joined,
    "indent": check_indented,
    "format": check_filtered_format,
    "sum": check_summed,
}
_OF_EACH_CHARACTER = ("list", "batch", "slice", "map", "sort", "unique", "groupby", "select", "reject", "reverse")
_SLOW = ("striptags", "urlize", "wordwrap", "title", "xmlattr")
_SIZED = ("batch", "slice", "center", "wordwrap", "round", "tojson", "indent", "truncate", "urlize")


def _bounded_filter(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    passes = 1 if getattr(function, "jinja_pass_arg", None) is not None else 0
    check = _CHECKS.get(name)
    sized, split, slow = name in _SIZED, name in _OF_EACH_CHARACTER, name in _SLOW

    @wraps(function)
    def bounded(*args: Any, **kwargs: Any) -> Any:
        budget.call()
        given = args[passes:]
        if given and isinstance(given[0], str | list | tuple | dict):
            budget.step(len(given[0]) if split else len(given[0]) // 1000)
            if slow:
                budget.number(len(given[0]), _MAX_SLOW_TEXT)
        if sized:
            for value in (*given[1:], *kwargs.values()):
                budget.number(value, MAX_WIDTH if name != "round" else 300)
            if name == "round" and given:
                budget.made(given[0])
        if check is not None:
            check(*given, **kwargs)
        return budget.made(function(*args, **kwargs))

    return bounded


def no_chance(*_: Any, **__: Any) -> Any:
    """In the place of `random` and `lipsum`."""
    raise ConvsqlError(
        "convsql does not support chance in templates (random, lipsum)",
        hint="two compiles of one project must give one SQL",
    )


def _as_it_is(value: Any) -> Any:
    """dbt's filters for the type of a value in YAML, which is seen to once all is rendered (`yaml_values`)."""
    return value


BOUNDED_FILTERS: dict[str, Any] = {
    **{name: _bounded_filter(name, function) for name, function in FILTERS.items()},
    "random": no_chance,
    **dict.fromkeys(("as_text", "as_bool", "as_number", "as_native"), _as_it_is),
}
