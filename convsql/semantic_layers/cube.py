"""A cube for Cube's `model` folder."""

from __future__ import annotations

from typing import Any

from convsql.semantic_layers.exported import COUNTS, DAY, MODEL, RATES, Exported, ExportedMetric

NOT_SAID = ("that two measures are versions of one metric: each stands by itself, and its meta says which it is",)


def document(exported: Exported) -> dict[str, Any]:
    """The content of the YAML file."""
    words = exported.described
    key = "CONCAT({CUBE}.metric, '@', {CUBE}.metric_version, ' ', {CUBE}.conversation_id)"
    return {
        "cubes": [
            {
                "name": MODEL,
                "sql_table": exported.table,
                "description": "The conversations behind every rate: one row per metric version and conversation.",
                "dimensions": [
                    {"name": "member_id", "sql": key, "type": "string", "primary_key": True, "public": False},
                    {
                        "name": DAY,
                        "sql": f"CAST({{CUBE}}.{DAY} AS TIMESTAMP)",
                        "type": "time",
                        "description": words[DAY],
                    },
                    *(
                        {"name": each, "sql": f"{{CUBE}}.{each}", "type": "string", "description": words[each]}
                        for each in (
                            "metric",
                            "conversation_id",
                            "contact_id",
                            "status",
                            "eligibility",
                            *exported.dimensions,
                        )
                    ),
                ],
                "measures": [measure for one in exported.metrics for measure in _measures(one)],
            }
        ]
    }


def _measures(one: ExportedMetric) -> list[dict[str, Any]]:
    meta = {"convsql": dict(one.meta)}
    counts = [
        {
            "name": f"{one.name}_{name}",
            "sql": f"{{CUBE}}.{name}",
            "type": "sum",
            "filters": [{"sql": one.condition("{{CUBE}}.{}")}],
            "description": f"{one.metric}@{one.version}: {text}.",
            "meta": meta,
        }
        for name, text in COUNTS.items()
    ]
    rates = [
        {
            "name": f"{one.name}{behind}",
            "sql": f"1.0 * {{{one.name}_{numerator}}} / NULLIF({{{one.name}_{denominator}}}, 0)",
            "type": "number",
            "format": "percent",
            "description": f"{one.description} {text.capitalize()}.",
            "meta": meta,
        }
        for behind, (numerator, denominator, text) in RATES.items()
    ]
    return counts + rates
