"""A view in LookML."""

from __future__ import annotations

import json
from collections.abc import Iterator

from convsql.semantic_layers.exported import COUNTS, DAY, MODEL, RATES, Exported, ExportedMetric

NOT_SAID = ("that two measures are versions of one metric: each stands by itself, under a label of its version",)


def text(exported: Exported) -> str:
    """The file."""
    words = exported.described
    lines = [f"view: {MODEL} {{", f"  sql_table_name: {exported.table} ;;", ""]
    key = "CONCAT(${TABLE}.metric, '@', ${TABLE}.metric_version, ' ', ${TABLE}.conversation_id)"
    lines += _block("dimension", "member_id", ["hidden: yes", "primary_key: yes", "type: string", f"sql: {key} ;;"])
    lines += _block(
        "dimension_group",
        "placed",
        [
            "type: time",
            "timeframes: [raw, date, week, month, quarter, year]",
            "datatype: date",
            "convert_tz: no",
            f"description: {_quoted(words[DAY])}",
            f"sql: ${{TABLE}}.{DAY} ;;",
        ],
    )
    for each in ("metric", "conversation_id", "contact_id", "status", "eligibility", *exported.dimensions):
        lines += _block(
            "dimension", each, ["type: string", f"description: {_quoted(words[each])}", f"sql: ${{TABLE}}.{each} ;;"]
        )
    lines += _block("dimension", "metric_version", ["type: number", "sql: ${TABLE}.metric_version ;;"])
    for one in exported.metrics:
        for block in _measures(one):
            lines += block
    return "\n".join([*lines[:-1], "}", ""])


# In a filter of Looker `_` stands for any sign; with a caret it stands for itself.
def _measures(one: ExportedMetric) -> Iterator[list[str]]:
    group = f"group_label: {_quoted(f'{one.metric} v{one.version}')}"
    tags = [json.dumps(f"convsql:{key}={value}") for key, value in one.meta.items() if value is not None]
    for name, words in COUNTS.items():
        yield _block(
            "measure",
            f"{one.name}_{name}",
            [
                group,
                "type: sum",
                f"description: {_quoted(f'{one.metric}@{one.version}: {words}.')}",
                f'filters: [metric: "{one.metric.replace("_", "^_")}", metric_version: "{one.version}"]',
                f"sql: ${{TABLE}}.{name} ;;",
            ],
        )
    for behind, (numerator, denominator, words) in RATES.items():
        yield _block(
            "measure",
            f"{one.name}{behind}",
            [
                group,
                "type: number",
                "value_format_name: percent_1",
                f"description: {_quoted(f'{one.description} {words.capitalize()}.')}",
                f"tags: [{', '.join(tags)}]",
                f"sql: 1.0 * ${{{one.name}_{numerator}}} / NULLIF(${{{one.name}_{denominator}}}, 0) ;;",
            ],
        )


def _block(kind: str, name: str, lines: list[str]) -> list[str]:
    return [f"  {kind}: {name} {{", *(f"    {line}" for line in lines), "  }", ""]


def _quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)
