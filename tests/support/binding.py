"""The package's queries bound once in a test process: what binds once over the same columns does so again.

Binding them is a third of compiling the package, which very many tests do in folders of their own, or in a project of their own
that has it installed. A project without it is bound anew each time: tests of binding and of its cache are about such.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from convsql.engines.session import Columns

_columns: dict[str, Columns] = {}


class _Shared(dict[str, Columns]):
    """What one compile knows, and what any other in this process found, which it takes over when it asks for it."""

    def __contains__(self, key: object) -> bool:
        if not super().__contains__(key) and key in _columns:
            super().__setitem__(str(key), _columns[str(key)])
        return super().__contains__(key)

    def __setitem__(self, key: str, value: Columns) -> None:
        super().__setitem__(key, value)
        _columns[key] = value

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        _columns.pop(key, None)


def bind_once(bind: Callable[..., Any]) -> Callable[..., Any]:
    """`convsql.compiling.binding.bind`, which asks what was bound before."""

    def bound(graph: Any, sources: Any, source_columns: Any, ground: Any, problems: Any) -> Any:
        if not any(package.name == "convsql" for package in ground.project.packages):
            return bind(graph, sources, source_columns, ground, problems)
        shared = _Shared(ground.cached)
        try:
            return bind(graph, sources, source_columns, replace(ground, cached=shared), problems)
        finally:
            ground.cached.update(shared)

    return bound
