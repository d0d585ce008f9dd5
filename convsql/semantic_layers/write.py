"""The file that a tool reads, and what that tool has no place for."""

from __future__ import annotations

from collections.abc import Callable

from convsql.semantic_layers import cube, lookml, metricflow, ossie, semantic_manifest
from convsql.semantic_layers.exported import NOT_SAID, Exported

TOOLS = ("metricflow", "semantic_manifest", "ossie", "cube", "lookml")
_HEAD = "# Written by `convsql metrics export --to {tool}`: write it again instead of changing it."
_NOT_SAID: dict[str, tuple[str, ...]] = {
    "metricflow": metricflow.NOT_SAID,
    "semantic_manifest": metricflow.NOT_SAID,
    "ossie": ossie.NOT_SAID,
    "cube": cube.NOT_SAID,
    "lookml": lookml.NOT_SAID,
}


def written(tool: str, exported: Exported) -> str:
    """The text of the file; `tool` is one of TOOLS."""
    writers: dict[str, Callable[[], str]] = {
        "metricflow": lambda: _yaml(metricflow.document(exported)),
        "ossie": lambda: _yaml(ossie.document(exported)),
        "cube": lambda: _yaml(cube.document(exported)),
        "lookml": lambda: lookml.text(exported),
    }
    if tool == "semantic_manifest":  # JSON, which has no comments
        return semantic_manifest.text(exported)
    return f"{_HEAD.format(tool=tool)}\n{writers[tool]()}"


def not_said(tool: str) -> tuple[str, ...]:
    """What a tool has no place for, of all that stands in `cohort_rates`."""
    return (*NOT_SAID, *_NOT_SAID[tool])


def _yaml(document: dict[str, object]) -> str:
    import yaml

    class Plain(yaml.SafeDumper):
        """Without aliases, which other readers refuse as this project's own reader does."""

        def ignore_aliases(self, data: object) -> bool:
            return True

    return yaml.dump(document, Dumper=Plain, sort_keys=False, allow_unicode=True, width=150)
