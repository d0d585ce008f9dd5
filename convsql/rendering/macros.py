"""Macros by name, as dbt looks them up: a file's own package first, then the project, then what is built in.

A macro of another package is called by the package's name (`money.to_cents`). Files are loaded at the
first call of one of their macros.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import jinja2

from convsql.base.errors import Problems, Where
from convsql.base.installed import NAME as INSTALLED
from convsql.rendering.facades import MacroProxy, Namespace, ReturnValue
from convsql.rendering.macro_values import MacroValues
from convsql.templates.environment import as_dbt_has_it, declared_macros
from convsql.templates.macro_facts import MacroFacts, may_change_values

BUILT_IN = "dbt"
# What gives the same for the same; which variables were read is noted.
_SAME = frozenset(
    [(name, "") for name in ("var", "range", "dict", "namespace", "return", "tojson", "fromjson")]
    + [("exceptions", "raise_compiler_error")]
)

_Name = tuple[str, str]  # package and name of a macro


class Macros:
    """All macros of a project, its packages and those that every project has (BUILT_IN), each of `files` with its package. `overrides` (of a unit test) win over everything.

    `variables` gives those that `var` reads in what is being rendered, None where nothing is; `search` is the project's `dispatch`.
    """

    def __init__(
        self,
        environment: jinja2.Environment,
        project: str,
        files: Iterable[tuple[str, str, str]],
        variables: Callable[[], Mapping[str, Any] | None],
        problems: Problems,
        search: Mapping[str, list[str]] | None = None,
    ) -> None:
        self.overrides: dict[str, Any] = {}
        self._search = search or {}
        self._variables = variables
        self._environment = environment
        self._lenient = as_dbt_has_it(environment)
        self._project = project
        self._modules: dict[str, Any] = {}
        self._by_package: dict[str, dict[str, MacroProxy]] = {}
        self._where: dict[tuple[str, str], Where] = {}
        self._facts: dict[_Name, MacroFacts] = {}
        self._closed: dict[_Name, bool] = {}
        listed = list(files)
        for package, shown, text in listed:
            self._declare(package, shown, text, problems)
        self._scopes: dict[str, dict[str, MacroProxy]] = {}
        self._namespaces = {p: Namespace(p, members) for p, members in self._by_package.items() if p != BUILT_IN}
        self.values = MacroValues(project, listed)

    def _declare(self, package: str, shown: str, text: str, problems: Problems) -> None:
        try:
            declared = declared_macros(text)
        except jinja2.TemplateSyntaxError as error:
            problems.add(f"template error: {error.message}", Where(shown, error.lineno))
            return
        except (RecursionError, MemoryError):
            problems.add("template error: expressions or blocks go too deep", Where(shown), "nest them less")
            return
        for facts in declared:
            name = facts.name
            place = Where(shown, facts.line)
            first = self._where.setdefault((package, name), place)
            if first is not place:
                problems.add(f"duplicate macro '{name}' (also {first})", place)
            self._facts[package, name] = facts
            proxy = MacroProxy(name, self._caller(package, shown, text, name))
            self._by_package.setdefault(package, {})[name] = proxy

    def _caller(
        self, package: str, shown: str, text: str, name: str
    ) -> Callable[[tuple[Any, ...], dict[str, Any]], Any]:
        is_strict = package in (BUILT_IN, self._project, INSTALLED)
        environment = self._environment if is_strict else self._lenient
        # what a file sets beside its macros is theirs alone, and is made anew where a call might change it
        is_kept = not may_change_values(text)

        def run(*arguments: Any, **named: Any) -> Any:
            if shown not in self._modules or not is_kept:
                template = environment.from_string(text, globals=self.scope(package))
                template.filename = shown
                context = template.new_context()  # a module would lack the macros whose names begin with `_`
                for _ in template.root_render_func(context):
                    pass
                self._modules[shown] = context.vars
            try:
                return self._modules[shown][name](*arguments, **named)
            except ReturnValue as returned:
                return returned.value

        def call(arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
            if self.overrides:
                for key in (f"{package}.{name}", name):
                    if key in self.overrides:
                        return self.overrides[key]
                return run(*arguments, **named)
            variables = self._variables()
            if variables is None or not self._is_closed((package, name)):
                return run(*arguments, **named)
            return self.values.value((package, name), arguments, named, variables, run)

        return call

    def _is_closed(self, macro: _Name) -> bool:
        """Whether arguments and variables decide what a macro gives."""
        if macro not in self._closed:
            reached: set[_Name] = set()
            waiting: set[_Name] | None = {macro}
            while waiting:
                one = waiting.pop()
                reached.add(one)
                called = self._called_by(one)
                waiting = None if called is None else waiting | (called - reached)
            self._closed[macro] = waiting is not None
        return self._closed[macro]

    def _called_by(self, macro: _Name) -> set[_Name] | None:
        """The macros that a macro calls; None where it reads anything else that may be another thing at another time."""
        facts, scope = self._facts[macro], self.scope(macro[0])
        if facts.reads is None or facts.assigns & (scope.keys() | self._environment.globals.keys()):
            return None
        found = set()
        for name, attribute in facts.reads:
            if name in scope and not attribute:
                found.add((self._owner(macro[0], name), name))
            elif name in scope:
                return None
            elif (name, attribute) in _SAME:
                continue
            elif self._environment.globals.get(name) is self._namespaces.get(name, self) and attribute in self.of(name):
                found.add((name, attribute))
            else:
                return None
        return found

    def _owner(self, package: str, name: str) -> str:
        return next(p for p in (package, self._project, BUILT_IN) if name in self._by_package.get(p, {}))

    def scope(self, package: str) -> dict[str, MacroProxy]:
        """The macros that a file of `package` calls without a prefix."""
        if package not in self._scopes:
            layers = (BUILT_IN, self._project, package)
            self._scopes[package] = {n: m for layer in layers for n, m in self._by_package.get(layer, {}).items()}
        return self._scopes[package]

    def namespaces(self) -> Mapping[str, Namespace]:
        """Package name → its macros, for calls with a prefix."""
        return self._namespaces

    def of(self, package: str) -> Mapping[str, MacroProxy]:
        """A package's own macros."""
        return self._by_package.get(package, {})

    def dispatched(self, names: Iterable[str], package: str | None) -> MacroProxy | None:
        """The macro for `adapter.dispatch`: the project's, else the named package's, or where the project says to look for that."""
        for owner in (*(self._search.get(package or "") or (self._project, package or "")), BUILT_IN):
            found = next((self.of(owner)[name] for name in names if name in self.of(owner)), None)
            if found is not None:
                return found
        return None

    def prefixed(self, name: str) -> str:
        """`package.name` of a macro that some other package has, or an empty string."""
        return next((f"{p}.{name}" for p, members in self._by_package.items() if name in members), "")
