"""Macros by name, as dbt looks them up: a file's own package first, then the project, then what is built in.

A macro of another package is called by the package's name (`money.to_cents`). Files are loaded at the
first call of one of their macros.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import jinja2

from convsql.base.errors import Problems, Where
from convsql.rendering.dbt_macros import BUILT_IN_TESTS
from convsql.rendering.facades import MacroProxy, Namespace
from convsql.templates.environment import declared_macros

_BUILT_IN = "dbt"


class Macros:
    """All macros of a project and its packages. `overrides` (of a unit test) win over everything."""

    def __init__(
        self,
        environment: jinja2.Environment,
        project: str,
        files: Iterable[tuple[str, str, str]],
        problems: Problems,
    ) -> None:
        self.overrides: dict[str, Any] = {}
        self._environment = environment
        self._project = project
        self._modules: dict[str, Any] = {}
        self._by_package: dict[str, dict[str, MacroProxy]] = {}
        self._where: dict[tuple[str, str], Where] = {}
        for package, shown, text in [(_BUILT_IN, "convsql/rendering/dbt_macros.py", BUILT_IN_TESTS), *files]:
            self._declare(package, shown, text, problems)
        self._scopes: dict[str, dict[str, MacroProxy]] = {}

    def _declare(self, package: str, shown: str, text: str, problems: Problems) -> None:
        try:
            declared = declared_macros(text)
        except jinja2.TemplateSyntaxError as error:
            problems.add(f"template error: {error.message}", Where(shown, error.lineno))
            return
        except (RecursionError, MemoryError):
            problems.add("template error: expressions or blocks go too deep", Where(shown), "nest them less")
            return
        for name, line in declared:
            place = Where(shown, line)
            first = self._where.setdefault((package, name), place)
            if first is not place:
                problems.add(f"duplicate macro '{name}' (also {first})", place)
            proxy = MacroProxy(name, self._loader(package, shown, text, name))
            self._by_package.setdefault(package, {})[name] = proxy

    def _loader(self, package: str, shown: str, text: str, name: str) -> Callable[[], Any]:
        def load() -> Any:
            for key in (f"{package}.{name}", name):
                if key in self.overrides:
                    value = self.overrides[key]
                    return lambda *a, **k: value
            if shown not in self._modules:
                template = self._environment.from_string(text, globals=self.scope(package))
                template.filename = shown
                self._modules[shown] = template.make_module()
            return getattr(self._modules[shown], name)

        return load

    def scope(self, package: str) -> dict[str, MacroProxy]:
        """The macros that a file of `package` calls without a prefix."""
        if package not in self._scopes:
            layers = (_BUILT_IN, self._project, package)
            self._scopes[package] = {n: m for layer in layers for n, m in self._by_package.get(layer, {}).items()}
        return self._scopes[package]

    def namespaces(self) -> dict[str, Namespace]:
        """Package name → its macros, for calls with a prefix."""
        return {p: Namespace(p, members) for p, members in self._by_package.items() if p != _BUILT_IN}

    def of(self, package: str) -> Mapping[str, MacroProxy]:
        """A package's own macros."""
        return self._by_package.get(package, {})

    def dispatched(self, name: str, package: str | None) -> MacroProxy | None:
        """The macro for `adapter.dispatch`: the project's, else the named package's."""
        for owner in (self._project, package or "", _BUILT_IN):
            if name in self.of(owner):
                return self.of(owner)[name]
        return None

    def prefixed(self, name: str) -> str:
        """`package.name` of a macro that some other package has, or an empty string."""
        return next((f"{p}.{name}" for p, members in self._by_package.items() if name in members), "")
