"""What a template sees: small frozen objects, none of which reaches the database or the machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from convsql.errors import ConvsqlError, did_you_mean
from convsql.sql import placeholder


class ReturnValue(Exception):
    """Carries the value of `{{ return(value) }}` out of a macro."""

    def __init__(self, value: Any) -> None:
        super().__init__("return() outside a macro")
        self.value = value


@dataclass(frozen=True, slots=True)
class RelationFacade:
    """A reference in a template; as text it is a placeholder that is filled in when SQL is sent."""

    unique_id: str
    database: str
    schema: str
    identifier: str
    text: str = ""

    def __str__(self) -> str:
        return self.text or placeholder(self.unique_id)

    @property
    def name(self) -> str:
        return self.identifier

    @property
    def table(self) -> str:
        return self.identifier

    def render(self) -> str:
        return str(self)

    def include(self, **_: bool) -> RelationFacade:
        return self

    def quote(self, **_: bool) -> RelationFacade:
        return self


class Unsupported:
    """A dbt name that convsql does not have: using it is an error that says why."""

    __slots__ = ("_name", "_why")

    def __init__(self, name: str, why: str) -> None:
        self._name = name
        self._why = why

    def _fail(self, *_: Any, **__: Any) -> Any:
        raise ConvsqlError(f"convsql does not support '{self._name}' in templates", hint=self._why)

    __call__ = __str__ = __iter__ = __bool__ = __len__ = __getitem__ = __eq__ = _fail
    __hash__ = None  # type: ignore[assignment]

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("_") or attribute in ("unsafe_callable", "alters_data", "jinja_pass_arg"):
            raise AttributeError(attribute)
        return self._fail()


_NO_QUERY = "templates never query the database; compute it in a model"
_NO_CLOCK = "the wall clock must not enter a result; pass a variable"
UNSUPPORTED = {
    "run_query": _NO_QUERY,
    "statement": _NO_QUERY,
    "load_result": _NO_QUERY,
    "graph": "the graph is not open to templates",
    "run_started_at": _NO_CLOCK,
    "invocation_id": _NO_CLOCK,
    "modules": "use Jinja's own filters",
    "pre_hooks": "hooks are not supported",
    "post_hooks": "hooks are not supported",
    "selected_resources": "use --select",
    "invocation_args_dict": "pass a variable",
    "dbt_version": "pass a variable",
    "thread_id": _NO_CLOCK,
}


class ConfigFacade:
    """`config(...)` in a file, and `config.get` in macros."""

    def __init__(self, current: Callable[[], dict[str, Any]], record: Callable[[dict[str, Any]], None]) -> None:
        self._current = current
        self._record = record

    def __call__(self, *args: Mapping[str, Any], **settings: Any) -> str:
        for mapping in args:
            settings = {**mapping, **settings}
        self._record(settings)
        return ""

    def get(self, name: str, default: Any = None, **_: Any) -> Any:
        return self._current().get(name, default)

    def require(self, name: str, **_: Any) -> Any:
        if name not in self._current():
            raise ConvsqlError(f"config '{name}' is required here")
        return self._current()[name]

    def persist_relation_docs(self) -> bool:
        return False

    def persist_column_docs(self) -> bool:
        return False


class ExceptionsFacade:
    """`exceptions.raise_compiler_error` and `exceptions.warn`."""

    def __init__(self, warn: Callable[[str], None]) -> None:
        self._warn = warn

    def raise_compiler_error(self, message: str, node: Any = None) -> str:
        raise ConvsqlError(str(message))

    def warn(self, message: str, node: Any = None) -> str:
        self._warn(str(message))
        return ""


class AdapterFacade:
    """`adapter.dispatch` and `adapter.quote`; all else would need the database."""

    def __init__(self, find: Callable[[str], Any]) -> None:
        self._find = find

    def dispatch(self, macro_name: str, macro_namespace: str | None = None, **_: Any) -> Any:
        for prefix in ("duckdb__", "default__"):
            macro = self._find(prefix + macro_name)
            if macro is not None:
                return macro
        raise ConvsqlError(f"no macro 'duckdb__{macro_name}' or 'default__{macro_name}'")

    def quote(self, identifier: str) -> str:
        return '"' + str(identifier).replace('"', '""') + '"'

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ("unsafe_callable", "alters_data", "jinja_pass_arg"):
            raise AttributeError(name)
        raise ConvsqlError(f"convsql does not support 'adapter.{name}' in templates", hint=_NO_QUERY)


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


class MacroProxy:
    """A macro by name; its file is loaded at the first call."""

    __slots__ = ("_load", "name")

    def __init__(self, name: str, load: Callable[[], Any]) -> None:
        self.name = name
        self._load = load

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self._load()(*args, **kwargs)
        except ReturnValue as returned:
            return returned.value


class Namespace:
    """Macros of one package: `package.macro`."""

    def __init__(self, name: str, members: Mapping[str, Any]) -> None:
        self._name = name
        self._members = members

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ("unsafe_callable", "alters_data", "jinja_pass_arg"):
            raise AttributeError(name)
        if name not in self._members:
            raise ConvsqlError(f"no macro '{name}' in package '{self._name}'", hint=did_you_mean(name, self._members))
        return self._members[name]


def raise_return(value: Any = None) -> None:
    """dbt's `return()`."""
    raise ReturnValue(value)


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


def _cast(field: str, type: str) -> str:
    return f"cast({field} as {type})"


def _safe_cast(field: str, type: str) -> str:
    return f"try_cast({field} as {type})"


def dbt_namespace() -> dict[str, Any]:
    """The cross-database macros of `dbt.` that stand for one DuckDB expression each."""

    def listagg(
        measure: str, delimiter_text: str = "','", order_by_clause: str | None = None, limit_num: Any = None
    ) -> str:
        if limit_num:
            raise ConvsqlError("dbt.listagg with a limit is not supported")
        return f"string_agg({measure}, {delimiter_text}{' ' + order_by_clause if order_by_clause else ''})"

    def dateadd(datepart: str, interval: Any, from_date_or_timestamp: str) -> str:
        return f"{from_date_or_timestamp} + ((interval '1 {datepart}') * ({interval}))"

    functions: dict[str, Callable[..., str]] = {
        "type_string": lambda: "varchar",
        "type_timestamp": lambda: "timestamp",
        "type_int": lambda: "integer",
        "type_bigint": lambda: "bigint",
        "type_float": lambda: "float",
        "type_numeric": lambda: "numeric(28,6)",
        "type_boolean": lambda: "boolean",
        "dateadd": dateadd,
        "listagg": listagg,
        "date_trunc": lambda datepart, date: f"date_trunc('{datepart}', {date})",
        "datediff": lambda first_date, second_date, datepart: (
            f"date_diff('{datepart}', {first_date}::timestamp, {second_date}::timestamp)"
        ),
        "concat": lambda fields: " || ".join(fields),
        "hash": lambda field: f"md5(cast({field} as varchar))",
        "length": lambda expression: f"length({expression})",
        "safe_cast": _safe_cast,
        "cast": _cast,
        "string_literal": lambda value: f"'{value}'",
        "escape_single_quotes": lambda expression: str(expression).replace("'", "''"),
        "bool_or": lambda expression: f"bool_or({expression})",
        "any_value": lambda expression: f"any_value({expression})",
        "replace": lambda field, old_chars, new_chars: f"replace({field}, {old_chars}, {new_chars})",
        "right": lambda string_text, length_expression: f"right({string_text}, {length_expression})",
        "position": lambda substring_text, string_text: f"position({substring_text} in {string_text})",
        "split_part": lambda string_text, delimiter_text, part_number: (
            f"split_part({string_text}, {delimiter_text}, {part_number})"
        ),
        "except": lambda: "except",
        "intersect": lambda: "intersect",
        "cast_bool_to_text": lambda expression: f"lower(cast({expression} as varchar))",
        "last_day": lambda date, datepart: (
            f"cast(date_trunc('{datepart}', {date}) + interval '1 {datepart}' - interval '1 day' as date)"
        ),
    }
    return dict(functions)
