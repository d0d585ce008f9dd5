"""The answer to a supposed definition, as one document: rates before and after, who moves, and which targets are met otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from convsql.base.json_values import plain
from convsql.base.quoting import literal
from convsql.definitions.metric_schema import MetricDefinition
from convsql.diff.pairs import Pair
from convsql.rates.members import period_after
from convsql.whatif.supposed import Supposed

Ask = Callable[[str], list[Mapping[str, Any]]]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """What a metric is to reach in a period that is complete on both sides, and whether it does."""

    period: Any
    target: float
    was_met: bool
    would_be_met: bool


def answered(supposed: Supposed, ask: Ask, targets: str | None) -> dict[str, Any]:
    """Everything, as JSON can hold it. `targets`: the full name of the seed, where it is published."""
    rows = ask(supposed.rates_sql())
    cohorts = _cohorts(supposed, rows)
    total = cohorts.pop(0) if cohorts else None
    moved = ask(supposed.moves_sql())
    return {
        "metric": supposed.before.name,
        "metric_version": supposed.before.version,
        "changes": [
            {"key": key, "before": before, "after": after}
            for key, before, after in Pair(supposed.before, supposed.after).changed_keys()
        ],
        "grain": supposed.grain,
        "by": list(supposed.by),
        "total": total,
        "cohorts": cohorts,
        "moves": [plain(dict(row)) for row in moved],
        "moved": sum(int(row["conversations"]) for row in moved),
        "targets": [plain(asdict(each)) for each in _targets(supposed, cohorts, ask, targets)],
    }


def _cohorts(supposed: Supposed, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """One entry per cohort of either side, the whole first."""
    sides: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = (row["cohort_grain"], row["cohort_period"], *(row[name] for name in supposed.by))
        entry = sides.setdefault(
            key,
            {
                "period": plain(row["cohort_period"]),
                "cut": {name: row[name] for name in supposed.by} if row["cohort_period"] is not None else {},
                "before": None,
                "after": None,
            },
        )
        side = "before" if row["metric_version"] == supposed.before.version else "after"
        entry[side] = {
            name: plain(value) for name, value in row.items() if name not in _KEY and name not in supposed.by
        }
    whole = [entry for key, entry in sides.items() if key[0] == "all" and not any(key[2:])]
    if supposed.grain == "all":
        return [
            *whole,
            *(
                entry | {"cut": dict(zip(supposed.by, key[2:], strict=True))}
                for key, entry in sides.items()
                if any(key[2:])
            ),
        ]
    parts = [entry for key, entry in sides.items() if key[0] == supposed.grain]
    return [*whole, *sorted(parts, key=lambda entry: (entry["period"], *map(str, entry["cut"].values())))]


_KEY = ("metric_version", "cohort_grain", "cohort_period")


def _targets(supposed: Supposed, cohorts: Sequence[Mapping[str, Any]], ask: Ask, targets: str | None) -> list[Target]:
    """Periods that are complete on both sides and lie in one target whole, as `target_attainment` has it."""
    if targets is None or supposed.by or supposed.grain == "all":
        return []
    standing: dict[str, float] = {}
    for row in ask(
        f"select period_start, max(target) as target from {targets} where lower(trim(metric)) = {literal(supposed.before.name)}"
        " and target is not null and period_start is not null group by period_start order by period_start"
    ):
        standing[str(row["period_start"])[:10]] = float(row["target"])
    found = []
    for entry in cohorts:
        begun = [day for day in standing if day <= entry["period"]]
        until = str(period_after(date.fromisoformat(entry["period"]), supposed.grain))
        if not begun or any(entry["period"] < day < until for day in standing):
            continue
        sides = [entry["before"], entry["after"]]
        if all(side and side["is_complete"] and side["conversion_rate"] is not None for side in sides):
            target = standing[begun[-1]]
            found.append(Target(entry["period"], target, *(side["conversion_rate"] >= target for side in sides)))
    return found


def supposed_version(definitions: Sequence[MetricDefinition], name: str) -> int:
    """The number that the next version of a metric would have."""
    return 1 + max(d.version for d in definitions if d.name == name)
