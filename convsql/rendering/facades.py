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
