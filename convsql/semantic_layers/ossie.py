"""Apache Ossie (incubating; before, Open Semantic Interchange), core specification 0.2.0.dev0."""

from __future__ import annotations

import json
from typing import Any

from convsql.semantic_layers.exported import COUNTS, KEY, MODEL, RATES, Exported, ExportedMetric

VERSION = "0.2.0.dev0"
VENDOR = "CONVSQL"
NOT_SAID = ("that two metrics are versions of one: each stands by itself, and its extension says which it is",)
_TYPES = {"VARCHAR": "String", "BIGINT": "Integer", "DOUBLE": "Float", "DATE": "Date", "TIMESTAMP": "DateTime"}
_TIMES = ("Date", "DateTime")


def document(exported: Exported) -> dict[str, Any]:
    """The content of the YAML file."""
    return {
        "version": VERSION,
        "dialects": ["ANSI_SQL"],
        "vendors": [VENDOR],
        "semantic_model": [
            {
                "name": exported.project,
                "description": "Conversion rates of conversations, over the rows that convsql has judged.",
                "datasets": [_dataset(exported)],
                "metrics": [metric for one in exported.metrics for metric in _metrics(one)],
            }
        ],
    }


def _dataset(exported: Exported) -> dict[str, Any]:
    fields = []
    for column in exported.columns:
        kind = _TYPES.get(column.data_type.upper())
        field: dict[str, Any] = {"name": column.name, "expression": _expression(column.name)}
        if column.name not in COUNTS:
            field["dimension"] = {"is_time": kind in _TIMES}
        field |= {"description": exported.described[column.name]} | ({"datatype": kind} if kind else {})
        fields.append(field)
    return {
        "name": MODEL,
        "source": f"{exported.relation[0]}.{exported.table}",
        "primary_key": list(KEY),
        "description": "One row per metric version and conversation; counts are 0 or 1.",
        "fields": fields,
    }


def _expression(text: str) -> dict[str, Any]:
    return {"dialects": [{"dialect": "ANSI_SQL", "expression": text}]}


def _sum(one: ExportedMetric, count: str) -> str:
    return f"SUM(CASE WHEN {one.condition(MODEL + '.{}')} THEN {MODEL}.{count} END)"


def _metrics(one: ExportedMetric) -> list[dict[str, Any]]:
    extension = [{"vendor_name": VENDOR, "data": json.dumps(dict(one.meta), sort_keys=True)}]
    rates = [
        {
            "name": f"{one.name}{behind}",
            "expression": _expression(f"1.0 * {_sum(one, numerator)} / NULLIF({_sum(one, denominator)}, 0)"),
            "description": f"{one.description} {text.capitalize()}.",
            "datatype": "Float",
            "custom_extensions": extension,
        }
        for behind, (numerator, denominator, text) in RATES.items()
    ]
    counts = [
        {
            "name": f"{one.name}_{name}",
            "expression": _expression(_sum(one, name)),
            "description": f"{one.metric}@{one.version}: {text}.",
            "datatype": "Float" if name in ("credit", "amount") else "Integer",
            "custom_extensions": extension,
        }
        for name, text in COUNTS.items()
    ]
    return rates + counts
