"""What every node of a manifest has: its configuration and its columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convsql.project.nodes import Column, Node

DOCS: dict[str, Any] = {"show": True, "node_color": None}


def config_of(node: Node) -> dict[str, Any]:
    """A node's configuration, with what dbt would have filled in."""
    said = plain(dict(node.config))
    hooks = {key: said.pop(name, []) for key, name in (("pre-hook", "pre_hook"), ("post-hook", "post_hook"))}
    found: dict[str, Any] = {
        "enabled": True,
        "alias": None,
        "schema": None,
        "database": None,
        "group": None,
        "meta": {},
    }
    if node.kind == "test":
        found |= {
            "materialized": "test",
            "schema": "dbt_test__audit",
            "severity": "ERROR",
            "store_failures": None,
            "store_failures_as": None,
        }
        found |= {"where": None, "limit": None, "fail_calc": "count(*)", "warn_if": "!= 0", "error_if": "!= 0"}
    else:
        found |= {
            "persist_docs": {},
            **{
                k: [{"sql": h["sql"], "transaction": True, "index": None} for h in listed]
                for k, listed in hooks.items()
            },
            "quoting": {},
            "column_types": {},
            "full_refresh": None,
        }
        found |= {"unique_key": None, "on_schema_change": "ignore", "on_configuration_change": "apply", "grants": {}}
        found |= {
            "packages": [],
            "docs": DOCS,
            "contract": {"enforced": False, "alias_types": True},
            "event_time": None,
        }
        found |= {
            "incremental_strategy": None,
            "begin": None,
            "batch_size": None,
            "concurrent_batches": None,
            "lookback": 1,
        }
        found |= (
            {"access": "protected", "freshness": None}
            if node.kind == "model"
            else {"delimiter": ",", "quote_columns": None}
        )
        found["materialized"] = "seed" if node.kind == "seed" else "view"
    found |= {key: value for key, value in said.items() if value is not None}
    if isinstance(found.get("contract"), dict):
        found["contract"] = {"alias_types": True, **found["contract"]}
    return {**found, "tags": node.tags}


def columns_of(columns: list[Column]) -> dict[str, Any]:
    """Declared columns by name."""
    return {
        c.name: {
            "name": c.name,
            "description": c.description,
            "meta": plain(c.meta),
            "data_type": c.data_type or None,
            "constraints": [],
            "quote": None,
            "config": {"meta": plain(c.meta), "tags": []},
            "tags": [],
            "granularity": None,
            "doc_blocks": [],
        }
        for c in columns
    }


def plain(value: Any) -> Any:
    """Dates as text, mappings and lists as JSON has them."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(v) for v in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
