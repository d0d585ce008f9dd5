"""What a template sees of the run around it: `target`, `flags`, `execute`, `api`, and what is made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from convsql.dbt_habits.questions import ColumnFacade
from convsql.project.profiles import Target
from convsql.rendering.facades import Namespace, relation_of_names


@dataclass(frozen=True, slots=True)
class TargetFacade:
    """`target`: what is public of the chosen target."""

    name: str
    schema: str
    database: str
    profile_name: str
    threads: int
    type: str = "duckdb"
    target_name: str = ""


def target_facade(target: Target) -> TargetFacade:
    """What templates see of a target."""
    return TargetFacade(
        target.name, target.schema, target.database, target.profile, target.threads, target_name=target.name
    )


class Execute:
    """`execute`: whether questions are answered."""

    def __init__(self, executes: Callable[[], bool]) -> None:
        self._executes = executes

    def __bool__(self) -> bool:
        return self._executes()

    def __eq__(self, other: object) -> bool:
        return bool(self) == other

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return str(bool(self))


class Lazy:
    """A namespace that is made when somebody looks into it."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = cache(make)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ("unsafe_callable", "alters_data", "jinja_pass_arg"):
            raise AttributeError(name)
        return getattr(self._make(), name)


class Flags:
    """`flags`: those of dbt that templates ask for, as they are here on every run."""

    FULL_REFRESH = STORE_FAILURES = EMPTY = WARN_ERROR = DEBUG = FAIL_FAST = USE_COLORS = False
    INTROSPECT = True
    WHICH = "build"


def _translated(kind: str) -> str:
    """`api.Column.translate_type`: dbt's words for types in DuckDB's."""
    words = {"STRING": "TEXT", "INT": "INTEGER"}
    return words.get(str(kind).upper(), str(kind).upper() if str(kind).isalpha() else str(kind))


def _numeric(kind: str, precision: Any = None, scale: Any = None) -> str:
    return str(kind) if precision is None or scale is None else f"{kind}({precision},{scale})"


def api() -> Namespace:
    """`api.Relation.create`, `api.Relation.add_ephemeral_prefix`, and the types and columns of `api.Column`."""
    relations = {"create": relation_of_names, "add_ephemeral_prefix": lambda name: f"__dbt__cte__{name}"}
    columns = {
        "translate_type": _translated,
        "string_type": lambda size: f"character varying({size})",
        "numeric_type": _numeric,
        "create": lambda name, label_or_dtype: ColumnFacade(name, _translated(label_or_dtype)),
    }
    return Namespace(
        "api", {"Relation": Namespace("api.Relation", relations), "Column": Namespace("api.Column", columns)}
    )
