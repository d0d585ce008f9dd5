"""What a template sees: small frozen objects, none of which reaches the database or the machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from convsql.base.errors import ConvsqlError, did_you_mean
from convsql.rendering.call_arguments import own_copy, short
from convsql.sqltext.references import placeholder


class ReturnValue(Exception):
    """Carries the value of `{{ return(value) }}` out of a macro."""

    def __init__(self, value: Any) -> None:
        super().__init__("return() outside a macro")
        self.value = value


@dataclass(frozen=True, slots=True)
class RelationFacade(Mapping[str, Any]):
    """A reference in a template; as text it is a placeholder that is filled in when SQL is sent. It is a mapping, as dbt's is."""

    unique_id: str
    database: str
    schema: str
    identifier: str
    text: str = ""
    type: str = "table"

    def __getitem__(self, key: str) -> Any:
        facts = {"database": self.database, "schema": self.schema, "identifier": self.identifier, "type": self.type}
        return {**facts, "metadata": {"type": "DuckDBRelation"}}[key]

    def __iter__(self) -> Iterator[str]:
        return iter(("database", "schema", "identifier", "type", "metadata"))

    def __len__(self) -> int:
        return 5

    def __hash__(self) -> int:
        return hash((self.unique_id, self.identifier, self.text))

    @property
    def is_cte(self) -> bool:
        return self.type == "cte"

    @property
    def is_view(self) -> bool:
        return self.type == "view"

    @property
    def is_table(self) -> bool:
        return self.type == "table"

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

    def without_identifier(self) -> RelationFacade:
        """Its schema, as a text of names."""
        return relation_of_names(self.database, self.schema)

    def include(self, **_: bool) -> RelationFacade:
        return self

    def quote(self, **_: bool) -> RelationFacade:
        return self


def relation_of_names(database: Any = None, schema: Any = None, identifier: Any = None, **_: Any) -> RelationFacade:
    """`api.Relation.create`: a relation by its names, which is no node of the graph."""
    names = [str(name) for name in (database, schema, identifier) if name]
    text = ".".join('"' + name.replace('"', '""') + '"' for name in names)
    return RelationFacade("", str(database or ""), str(schema or ""), str(identifier or ""), text)


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
    "graph": "the graph is not open to templates",
    "run_started_at": _NO_CLOCK,
    "invocation_id": _NO_CLOCK,
    "pre_hooks": "hooks are not supported",
    "post_hooks": "hooks are not supported",
    "selected_resources": "use --select",
    "invocation_args_dict": "pass a variable",
    "dbt_version": "pass a variable",
    "thread_id": _NO_CLOCK,
}


def unsupported() -> dict[str, Unsupported]:
    """The names that templates may not use, each of which says why."""
    return {name: Unsupported(name, why) for name, why in UNSUPPORTED.items()}


class ConfigFacade:
    """`config(...)` in a file, and `config.get` in macros."""

    def __init__(self, current: Callable[[], dict[str, Any]], record: Callable[[dict[str, Any]], None]) -> None:
        self._current = current
        self._record = record

    def __call__(self, *args: Mapping[str, Any], **settings: Any) -> str:
        for mapping in args:
            if not isinstance(mapping, Mapping):
                raise ConvsqlError(
                    f"config() takes names with values, not {short(mapping)}", hint="config(materialized='table')"
                )
            settings = {**{str(k): v for k, v in mapping.items()}, **settings}
        self._record(settings)
        return ""

    def get(self, name: str, default: Any = None, **_: Any) -> Any:
        return own_copy(self._current().get(name, default))

    def require(self, name: str, **_: Any) -> Any:
        if name not in self._current():
            raise ConvsqlError(f"config '{name}' is required here")
        return own_copy(self._current()[name])

    def persist_relation_docs(self) -> bool:
        return False

    def persist_column_docs(self) -> bool:
        return False


class ExceptionsFacade:
    """`exceptions.raise_compiler_error` and `exceptions.warn`."""

    def __init__(self, warn: Callable[[str], None], named: Callable[[Any], str]) -> None:
        self._warn = warn
        self._named = named

    def raise_compiler_error(self, message: str, node: Any = None) -> str:
        raise ConvsqlError(self._named(message))

    def warn(self, message: str, node: Any = None) -> str:
        self._warn(self._named(message))
        return ""


class AdapterFacade:
    """`adapter.dispatch`, `adapter.quote` and the columns of what is referred to; all else would need the database."""

    def __init__(
        self,
        find: Callable[[tuple[str, ...], str | None], Any],
        columns: Callable[[Any], list[Any]],
        of_dbt: Mapping[str, Any],
    ) -> None:
        self._find = find
        self._columns = columns
        self._of_dbt = of_dbt

    def get_columns_in_relation(self, relation: Any) -> list[Any]:
        return self._columns(relation)

    def type(self) -> str:
        return "duckdb"

    def dispatch(self, macro_name: str, macro_namespace: str | None = None, **_: Any) -> Any:
        macro = self._find(("duckdb__" + macro_name, "default__" + macro_name), macro_namespace)
        if macro is None and macro_namespace == "dbt":
            macro = self._of_dbt.get(macro_name)
        if macro is not None:
            return macro
        raise ConvsqlError(f"no macro 'duckdb__{macro_name}' or 'default__{macro_name}'")

    def quote(self, identifier: str) -> str:
        return '"' + str(identifier).replace('"', '""') + '"'

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ("unsafe_callable", "alters_data", "jinja_pass_arg"):
            raise AttributeError(name)
        raise ConvsqlError(f"convsql does not support 'adapter.{name}' in templates", hint=_NO_QUERY)


class MacroProxy:
    """A macro by name, whose file is loaded when that is called for."""

    __slots__ = ("_call", "name")
    is_macro = True  # which the sandbox asks: a macro may have a name that begins with `_`

    def __init__(self, name: str, call: Callable[[tuple[Any, ...], dict[str, Any]], Any]) -> None:
        self.name = name
        self._call = call

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(args, kwargs)


class Namespace:
    """Macros of one package: `package.macro`."""

    __slots__ = ("__members", "__name")

    def __init__(self, name: str, members: Mapping[str, Any]) -> None:
        self.__name = name
        self.__members = members

    def __getattr__(self, name: str) -> Any:
        if name in self.__members:
            return self.__members[name]
        if name.startswith("__") or name in ("unsafe_callable", "alters_data", "jinja_pass_arg"):
            raise AttributeError(name)
        raise ConvsqlError(f"no macro '{name}' in package '{self.__name}'", hint=did_you_mean(name, self.__members))


def raise_return(value: Any = None) -> None:
    """dbt's `return()`."""
    raise ReturnValue(value)


class ThisFacade:
    """`{{ this }}`: the published name of the model being rendered."""

    def __init__(self, current: Callable[[], RelationFacade]) -> None:
        self._current = current

    def __str__(self) -> str:
        return str(self._current())

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or not hasattr(RelationFacade, name):
            raise AttributeError(name)
        return getattr(self._current(), name)


class ModelFacade:
    """`{{ model.name }}`, `model['alias']` and the other facts that macros ask for (`convsql.rendering.node_facts`)."""

    def __init__(self, facts: Callable[[], dict[str, Any]]) -> None:
        self._facts = facts

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in (facts := self._facts()):
            raise AttributeError(name)
        return facts[name]

    def __getitem__(self, name: str) -> Any:
        return self._facts()[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self._facts().get(name, default)
