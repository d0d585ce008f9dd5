"""convsql: measure how conversations become meetings, opportunities and deals.

>>> import convsql
>>> project = convsql.Project("path/to/project")
>>> project.build()
>>> project.rates("conversation_to_opportunity", by="channel").pandas()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from convsql.api import BuildFailed, Project
    from convsql.base.errors import ConvsqlError
    from convsql.engines.duckdb_reader import Table

__version__ = "0.1.0"
__all__ = ["BuildFailed", "ConvsqlError", "Project", "Table", "__version__"]

_HOMES = {
    "BuildFailed": "convsql.api",
    "ConvsqlError": "convsql.base.errors",
    "Project": "convsql.api",
    "Table": "convsql.engines.duckdb_reader",
}


def __getattr__(name: str) -> Any:
    """The names above, imported when first asked for: start-up is a feature."""
    if name not in _HOMES:
        raise AttributeError(f"module 'convsql' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
