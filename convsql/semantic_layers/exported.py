"""What is exported, whatever the tool: the table `rate_members`, its dimensions, and per metric version its counts and rates.

Every tool is given sums over rows that convsql has already judged, and never the rule by which it judged them: windows, attribution and
maturity mean the same there because they are not computed there. So a rate of the tool is the rate of `cohort_rates`, by construction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from convsql.base.errors import ConvsqlError, Problems
from convsql.base.quoting import quote
from convsql.change_control.lock import Locked
from convsql.definitions.identity import definition_digest
from convsql.definitions.versions import Defined
from convsql.definitions.vocabulary import DIMENSIONS
from convsql.project.nodes import Column

MODEL = "rate_members"
KEY = ("metric", "metric_version", "conversation_id")
DAY = "placed_on"
COUNTS: Mapping[str, str] = {
    "conversations": "all conversations, those that do not count too",
    "eligible": "conversations that count",
    "converted": "of them those with the outcome in their window, so far",
    "pending": "of them those without it whose window is not over",
    "matured": "eligible conversations whose window is over",
    "matured_converted": "matured conversations that converted",
    "matured_credited": "matured conversations that hold credit for an outcome",
    "credit": "credit for outcomes",
    "amount": "amount of outcomes, as credited",
}
RATES: Mapping[str, tuple[str, str, str]] = {
    "": ("matured_converted", "matured", "share of matured conversations that converted"),
    "_credited": ("matured_credited", "matured", "share of matured conversations that hold credit"),
}
"""The rates of a version, by what is put behind its name: numerator, denominator, and what it is."""

NOT_SAID = (
    "how sure a rate is: rate_low and rate_high, is_small",
    "whether a period can still change: is_complete, and the projected rates; young periods are rates of few matured conversations",
    "like for like: strata and standardised rates",
    "distinct outcomes and deals, which do not add up over conversations",
)
"""What no semantic layer of a tool has a place for; cohort_rates has it."""

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_NAME = re.compile(r"[a-z](?:_?[a-z0-9])*")


@dataclass(frozen=True, slots=True)
class ExportedMetric:
    """One metric version as other tools name it: `name_v2`. `meta` has its digests: of its
    definition and, once it is locked, of its meaning."""

    name: str
    metric: str
    version: int
    description: str
    meta: Mapping[str, Any]

    def condition(self, column: str = "{}") -> str:
        """That a row is one of the version; `column` is how the tool writes a column."""
        return f"{column.format('metric')} = '{self.metric}' and {column.format('metric_version')} = {self.version}"


@dataclass(frozen=True, slots=True)
class Exported:
    """All that a tool's file is written of. `relation`: database, schema and name of the published table."""

    project: str
    relation: tuple[str, str, str]
    columns: Sequence[Column]
    metrics: Sequence[ExportedMetric]
    notes: Sequence[str] = field(default_factory=tuple)

    @property
    def table(self) -> str:
        """Schema and name as SQL, in quotes where they need them."""
        return ".".join(part if _PLAIN.fullmatch(part) else quote(part) for part in self.relation[1:])

    @property
    def described(self) -> dict[str, str]:
        """The description of each column, on one line."""
        return {column.name: " ".join(column.description.split()) for column in self.columns}

    @property
    def dimensions(self) -> list[str]:
        """The dimensions by which a tool may cut, in the order of the table."""
        return [column.name for column in self.columns if column.name in DIMENSIONS]


def exported_metrics(
    chosen: Iterable[Defined], locked: Mapping[str, Locked], current: Iterable[str]
) -> tuple[list[ExportedMetric], list[str]]:
    """The versions to export, and what is to be said of them.

    Raises ConvsqlError for a version whose definition is not the one that is locked, and for a name that other tools can't hold.
    """
    problems = Problems()
    found: list[ExportedMetric] = []
    notes: list[str] = []
    for one in chosen:
        digest, lock = definition_digest(one.definition), locked.get(one.key)
        if not _NAME.fullmatch(one.name):
            problems.add(f"'{one.name}' is no name in other tools: two underscores, or one at its end", one.where)
        if lock is not None and lock.definition_digest != digest:
            problems.add(
                f"{one.key} is not what was locked as {one.key}",
                one.where,
                "`convsql metrics check` says what changed; a changed meaning is a new version",
            )
        if lock is None:
            notes.append(f"{one.key} is not locked: what it counts may still change under this name")
        if one.definition.eligible.exclude_dispositions:
            notes.append(f"{one.key} rests on dispositions, facts later than the anchor: no tool marks its figures so")
        found.append(_metric(one, digest, lock, set(current)))
    problems.raise_if_any()
    return found, notes


def _metric(one: Defined, digest: str, lock: Locked | None, current: set[str]) -> ExportedMetric:
    definition = one.definition
    words = (
        definition.description
        or f"{definition.kind} conversations with {definition.outcome} within {definition.window_days:g} days."
    )
    meta = {
        "metric": one.name,
        "metric_version": one.version,
        "status": definition.status,
        "is_current": one.key in current,
        "owner": definition.owner,
        "definition_digest": digest,
        "meaning_digest": lock.meaning_digest if lock else None,
    }
    return ExportedMetric(f"{one.name}_v{one.version}", one.name, one.version, " ".join(words.split()), meta)


def nothing_to_export() -> ConvsqlError:
    """What is raised of a project without metric versions."""
    return ConvsqlError("there is no metric version to export", hint="define one in conversion_metrics, in vars.yml")
