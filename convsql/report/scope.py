"""What all sections of a report ask: the published tables, the metrics of today, as_of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from convsql.api import Published
from convsql.base.personal import masked_row
from convsql.base.quoting import literal, quote
from convsql.definitions.metric_key import key_text
from convsql.definitions.vocabulary import DIMENSIONS, FEW
from convsql.report.figure import Figure, Row
from convsql.report.labels import value_label
from convsql.report.listed import Lists

MOST_METRICS = 8  # of which curves and segments are drawn


@dataclass(frozen=True, slots=True)
class Scope:
    """The published tables, and what every figure says of itself."""

    published: Published
    as_of: datetime | None
    metrics: list[Row]
    confidence: float
    timezone: str
    since: datetime | None = None
    currency: str = ""
    pii: bool = False  # people by their names, and what looks like an address as it is
    lists: Lists = field(default_factory=Lists)

    def rows(self, sql: str) -> list[Row]:
        """The rows of a query in which `{name}` stands for a published relation."""
        found = self.published.ask(sql.format_map(_Names(self.published)))
        return found if self.pii else [masked_row(row) for row in found]

    def has(self, relation: str, *columns: str) -> bool:
        """Whether a relation is published, with these columns."""
        return self.published.has(relation) and set(columns) <= set(self.published.columns(relation))

    def pick(self, relation: str, *columns: str) -> str:
        """Columns for a select; a null of its name for each that the relation has not."""
        there = set(self.published.columns(relation))
        return ", ".join(c if c in there else f"null as {c}" for c in columns)

    def footing(self, key: str, n: int | None = None, of: str = "matured conversations") -> str:
        """`metric@version · as of … · n = …`."""
        parts = [key] if key else []
        parts.append(f"as of {self.said_as_of} UTC")
        if n is not None:
            parts.append(f"n = {n:,} {of}".rstrip())
        return " · ".join(parts)

    @property
    def tells_hours(self) -> bool:
        """Whether what is in the data has times: where all of many lie in one hour of the day, they are dates."""
        hours: dict[int, int] = {}
        for relation, n, condition in (
            ("wait_hotspots", "waits", "period_grain = 'all' and topic is null"),
            ("send_windows", "matured", "cut_by = 'hour'"),
        ):
            if self.has(relation, "hour", n):
                for row in self.rows(f"select hour, sum({n}) as n from {{{relation}}} where {condition} group by hour"):
                    if row["hour"] is not None and row["n"]:
                        hours[int(row["hour"])] = hours.get(int(row["hour"]), 0) + int(row["n"])
        return len(hours) != 1 or sum(hours.values()) < FEW

    @property
    def said_as_of(self) -> str:
        return f"{self.as_of:%Y-%m-%d %H:%M}" if self.as_of else "no data"

    @property
    def drawn(self) -> list[Row]:
        """The metrics of which the long sections draw."""
        return self.metrics[:MOST_METRICS]

    def drawn_figures(self, figure_of: Callable[[Scope, Row], Figure | None]) -> list[Figure]:
        """A figure of each drawn metric that has one."""
        return [figure for metric in self.drawn if (figure := figure_of(self, metric)) is not None]


class _Names(dict[str, str]):
    """`{name}` → the relation's full name."""

    def __init__(self, published: Published) -> None:
        super().__init__()
        self._published = published

    def __missing__(self, relation: str) -> str:
        return self._published.name(relation)


def of_metric(metric: Row) -> str:
    """A condition: rows of one metric version."""
    return f"metric = {literal(metric['metric'])} and metric_version = {int(metric['metric_version'])}"


def of_metrics(metrics: Sequence[Row]) -> str:
    """A condition: rows of any of these metric versions."""
    named = ", ".join(f"({said(m['metric'])}, {int(m['metric_version'])})" for m in metrics)
    return f"(metric, metric_version) in ({named or '(null, null)'})"


def said(value: Any) -> str:
    """A value as SQL text that `rows` takes as it is: braces are no names."""
    return literal(str(value)).replace("{", "{{").replace("}", "}}")


def key_of(metric: Row) -> str:
    """`metric@version` of a row."""
    return key_text(metric["metric"], metric["metric_version"])


def segment(row: Row, cohort_by: str) -> str:
    """The values of a row's dimensions in words: `sms`, `manager, retail`."""
    return ", ".join(value_label(name, row[name]) for name in cohort_by.split("+"))


def dimensions() -> str:
    """The dimension columns of the rate tables, for a select."""
    return ", ".join(quote(name) for name in DIMENSIONS)


def campaign_name(scope: Scope, campaign: object) -> str:
    """A campaign by its name and id, or by its id where it has no name."""
    if not scope.has("stg_campaigns", "campaign_id", "name"):
        return str(campaign)
    rows = scope.rows(f"select name from {{stg_campaigns}} where campaign_id = {said(campaign)}")
    return f"{rows[0]['name']} ({campaign})" if rows and rows[0]["name"] else str(campaign)


def whole(value: Any) -> int:
    """A count that may be null."""
    return int(value or 0)
