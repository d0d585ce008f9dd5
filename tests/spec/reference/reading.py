"""The whole reading: from a world to the tables a build makes of it."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from tests.spec.reference.attribution import attribute
from tests.spec.reference.catalogue import catalogue, day_of, is_retired
from tests.spec.reference.columns import INPUTS, Rows
from tests.spec.reference.comparisons import rate_changes, standardised_rates
from tests.spec.reference.conversation_rows import talk
from tests.spec.reference.currencies import deal_currencies
from tests.spec.reference.curves import cohort_curves
from tests.spec.reference.experiments import experiment_contacts, experiment_results, experiment_variants
from tests.spec.reference.keys import key_matches
from tests.spec.reference.mappings import mappings
from tests.spec.reference.members import rate_members
from tests.spec.reference.metrics import metric_of, subject_row, subjects
from tests.spec.reference.outcomes import outcome_clocks, outcomes
from tests.spec.reference.rates import Measured, cohort_rates, period_rates
from tests.spec.reference.staging import stage
from tests.spec.reference.windows import window_sensitivity
from tests.spec.reference.world import World

INNER = ("occurred_at", "deal_id", "subject")


def read(world: World) -> dict[str, Rows]:
    """Every table of sections 1 to 4, by name."""
    maps = mappings(world)
    staged = stage(world, maps)
    spoken = talk(world, staged, maps)
    if spoken.no_conversation_count:
        staged.set_aside["messages", "no_conversation"] = spoken.no_conversation_count
    found = outcomes(staged, maps)
    clocks = outcome_clocks(staged, maps)
    complete_at = {row["outcome"]: row["complete_at"] for row in clocks}
    tables: dict[str, Rows] = {f"stg_{name}": staged.tables[name] for name in INPUTS}
    tables |= {
        "contact_survivors": [
            {"contact_id": each, "survivor_id": survivor} for each, survivor in staged.survivors.items()
        ],
        "clocks": [{"as_of": staged.as_of}],
        "staging_set_aside": [
            {"input": name, "reason": reason, "row_count": count} for (name, reason), count in staged.set_aside.items()
        ],
        "staging_unreadable": staged.unreadable,
        "deal_currencies": deal_currencies(staged.tables["deals"]),
        "key_matches": key_matches(world, staged.tables),
        "conversation_messages": spoken.conversation_messages,
        "conversations": [each.row for each in spoken.conversations],
        "waits": spoken.waits,
        "outcomes": found,
        "outcome_clocks": clocks,
        "metric_definitions": catalogue(world, staged.as_of),
        "metric_conversations": [],
        "attributed_outcomes": [],
        "cohort_rates": [],
        "period_rates": [],
        "cohort_curves": [],
        "standardised_rates": [],
        "window_sensitivity": [],
        "rate_changes": [],
        "rate_members": [],
    }
    today = day_of(staged.as_of, world.timezone)
    versions: dict[str, dict[int, Rows]] = defaultdict(dict)
    all_measured: list[Measured] = []
    for definition in world.metrics:
        if is_retired(definition, today):
            continue
        metric = metric_of(definition)
        at = complete_at.get(metric.outcome)
        seen = subjects(metric, spoken.conversations, found, at)
        measured = Measured(metric, seen, attribute(metric, seen), at)
        tables["metric_conversations"] += [
            subject_row(metric, each) for each in seen if each.eligibility != "below_kind"
        ]
        tables["attributed_outcomes"] += [
            {column: _plain(value) for column, value in touch.items() if column not in INNER}
            for touch in measured.touches
        ]
        all_measured.append(measured)
        rates = versions[metric.name][metric.version] = cohort_rates(world, measured)
        tables["cohort_rates"] += rates
        tables["period_rates"] += period_rates(world, measured)
        tables["rate_members"] += rate_members(world, measured)
        tables["cohort_curves"] += cohort_curves(world, measured)
        tables["window_sensitivity"] += window_sensitivity(world, measured)
        tables["standardised_rates"] += standardised_rates(world, measured, rates)
    for measured in all_measured:
        of_name = versions[measured.metric.name]
        tables["rate_changes"] += rate_changes(world, measured, of_name[measured.metric.version], of_name)
    current = {(r["metric"], r["metric_version"]) for r in tables["metric_definitions"] if r["is_current"]}
    tables["current_rates"] = [r for r in tables["cohort_rates"] if (r["metric"], r["metric_version"]) in current]
    assignments = staged.tables["experiment_assignments"]
    variants = tables["experiment_variants"] = experiment_variants(world, assignments)
    contacts = tables["experiment_contacts"] = experiment_contacts(world, assignments, tables["metric_conversations"])
    tables["experiment_results"] = experiment_results(
        world, _definitions(world), variants, contacts, staged.tables["operational_changes"]
    )
    return tables


def _definitions(world: World) -> Rows:
    return [
        {
            "name": each["name"],
            "version": each["version"],
            "status": each.get("status", "active"),
            "excludes": bool((each.get("eligible") or {}).get("exclude_dispositions")),
        }
        for each in world.metrics
    ]


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Fraction) else value
