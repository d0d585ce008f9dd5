"""dbt's semantic models and metrics, as MetricFlow reads them: a file for the `models` folder of the dbt project.

Written to the semantic layer specification of dbt 1.6 to 1.11. A metric is a ratio of two simple metrics, both filtered to one version. As every dbt project with
metrics, one needs a time spine.
"""

from __future__ import annotations

from typing import Any

from convsql.semantic_layers.exported import COUNTS, DAY, MODEL, RATES, Exported, ExportedMetric

ENTITY = "rate_member"
NOT_SAID = ("that two metrics are versions of one: each stands by itself, and its meta says which it is",)


def document(exported: Exported) -> dict[str, Any]:
    """The content of the YAML file."""
    return {
        "semantic_models": [_semantic_model(exported)],
        "metrics": [metric for one in exported.metrics for metric in _metrics(one)],
    }


def _semantic_model(exported: Exported) -> dict[str, Any]:
    words = exported.described
    return {
        "name": MODEL,
        "description": "The conversations behind every rate: one row per metric version and conversation.",
        "model": f"ref('{MODEL}')",
        "defaults": {"agg_time_dimension": DAY},
        "primary_entity": ENTITY,
        "entities": [
            {"name": "conversation", "type": "foreign", "expr": "conversation_id"},
            {"name": "contact", "type": "foreign", "expr": "contact_id"},
        ],
        "dimensions": [
            {"name": DAY, "type": "time", "description": words[DAY], "type_params": {"time_granularity": "day"}},
            *(
                {"name": name, "type": "categorical", "description": words[name]}
                for name in ("metric", "metric_version", "status", "eligibility", *exported.dimensions)
            ),
        ],
        "measures": [
            {"name": f"members_{name}", "agg": "sum", "expr": name, "description": f"Of every version: {text}."}
            for name, text in COUNTS.items()
        ],
    }


def _metrics(one: ExportedMetric) -> list[dict[str, Any]]:
    condition = one.condition("{{{{ Dimension('" + ENTITY + "__{}') }}}}")
    counts = [
        {
            "name": f"{one.name}_{name}",
            "label": f"{one.name}: {name.replace('_', ' ')}",
            "description": f"{one.metric}@{one.version}: {text}.",
            "type": "simple",
            "type_params": {"measure": {"name": f"members_{name}"}},
            "filter": condition,
            "config": {"meta": {"convsql": dict(one.meta)}},
        }
        for name, text in COUNTS.items()
    ]
    rates = [
        {
            "name": f"{one.name}{behind}",
            "label": f"{one.name}{behind}".replace("_", " "),
            "description": f"{one.description} {text.capitalize()}.",
            "type": "ratio",
            "type_params": {
                "numerator": {"name": f"{one.name}_{numerator}"},
                "denominator": {"name": f"{one.name}_{denominator}"},
            },
            "config": {"meta": {"convsql": dict(one.meta)}},
        }
        for behind, (numerator, denominator, text) in RATES.items()
    ]
    return rates + counts
