"""Objects of dbt's that a template sees besides relations and configuration; none reaches the database or the machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from convsql.base.errors import ConvsqlError


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


class ModelFacade:
    """`{{ model.name }}`, `model['alias']` and the other facts that macros ask for (`convsql.dbt_habits.node_facts`)."""

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
