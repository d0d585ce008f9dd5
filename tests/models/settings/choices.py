"""Unusual values of every variable, all of them legal, and the builds that mix them.

A variable of the package that stands neither in `CHOICES` nor in `ELSEWHERE` fails a test: give it the least, the greatest and
the oddest values that its schema takes.
"""

from __future__ import annotations

from itertools import cycle, islice
from random import Random
from typing import Any

from convsql.definitions.vocabulary import DIMENSIONS

Values = tuple[Any, ...]
GRAINS = ["day", "week", "month", "quarter", "year", "all"]
CAUSES = [
    "slow_follow_up",
    "incorrect_routing",
    "no_next_step",
    "not_actionable",
    "no_reply",
    "opted_out",
    "unexplained",
]
CATEGORIES = ["qualified", "support", "wrong_person", "no_intent", "callback", "no_answer", "other"]
OPTIONAL = [
    "lifecycle_stages", "meetings", "dispositions", "opt_outs", "reps", "rep_states", "campaigns", "link_clicks",
    "experiment_assignments", "operational_changes", "delivery_failures", "consents", "rosters",
]  # fmt: skip
LONGEST_DAYS = 36500

# From the westernmost to the easternmost; half hours and quarters; clocks changed at midnight, by half an hour, in Ramadan.
ZONES = (
    "America/New_York", "Pacific/Pago_Pago", "America/St_Johns", "Pacific/Auckland", "Asia/Kathmandu", "Pacific/Kiritimati",
    "Australia/Lord_Howe", "Pacific/Chatham", "Asia/Kolkata", "Africa/Casablanca", "America/Sao_Paulo", "America/Havana",
    "Asia/Tehran", "Africa/Cairo", "Pacific/Marquesas", "Australia/Eucla", "Europe/Dublin", "Asia/Gaza", "Etc/GMT+12", "America/Los_Angeles",
)  # fmt: skip

METRIC = {"name": "m", "version": 1, "outcome": "closed_won", "window_days": 30}


def metric(**fields: Any) -> dict[str, Any]:
    return {**METRIC, **fields}


# Metric by metric, each field at what is not its default.
METRICS: Values = (
    [],
    [metric(window_days=1, kind="attempt", anchor="start", cohorts={"grains": GRAINS, "by": [[], list(DIMENSIONS[:4])]})],
    [metric(window_days=3650, kind="reached", unit="account", attribution="time_decay", half_life_days=0.01)],
    [metric(window_days=LONGEST_DAYS, kind="sales_handled", attribution="position_based", repeat_outcomes=False)],
    [metric(window_days=0.001, kind="intent_qualified", attribution="last_touch", strata=list(DIMENSIONS))],
    [
        metric(name=f"m_{kind}_{unit}", kind=kind, unit=unit, attribution=attribution, anchor=anchor, window_days=days,
               outcome=outcome, strata=["channel"], cohorts={"grains": ["week", "quarter"], "by": [[], ["owner_id", "timing_window"]]})
        for kind, unit, attribution, anchor, days, outcome in (
            ("attempt", "contact", "first_touch", "kind", 1, "mql"),
            ("reached", "account", "last_touch", "start", 3650, "meeting_booked"),
            ("two_way", "contact", "linear", "kind", 0.5, "opportunity_created"),
            ("sales_handled", "account", "position_based", "start", 90, "proposal_sent"),
            ("intent_qualified", "contact", "time_decay", "kind", 45, "closed_won"),
        )
    ],
    [
        metric(version=1, status="deprecated", retired_on="2026-01-01", label="it's 'one' %"),
        metric(version=2, status="draft", review_by="2000-01-01", owner="it's", description="a 'quoted' text", change_note=""),
        metric(version=3, effective_from="2999-12-31"),
        metric(version=4, effective_from="2026-02-28", outcome="proposal_signed"),
    ],
    [
        metric(eligible={"channels": [], "handled_by": []}),
        metric(name="n", eligible={"channels": ["sms", "none such"], "exclude_dispositions": CATEGORIES, "handled_by": ["none"]}),
        metric(name="o", eligible={"where": "channel = 'it''s' or thread_id is null", "handled_by": ["bot", "mixed"]}),
    ],
    [metric(cohorts={"grains": [grain], "by": [[dimension]]}, name=f"m_{dimension}") for grain, dimension in zip(
        cycle(["day", "quarter", "year", "all", "week"]), DIMENSIONS, strict=False)],
)  # fmt: skip

STEPS = [
    {"name": "a 'start'", "kind": "attempt"},
    {"name": "two", "kind": "two_way", "window_days": LONGEST_DAYS, "from": "start"},
    {"name": "won", "outcome": "closed_won", "window_days": 0.001},
]
FUNNELS: Values = (
    [],
    [{"name": "it's", "strict": False, "unit": "account", "grains": GRAINS, "by": [[], ["channel", "persona"]], "steps": STEPS}],
    [
        {"name": "one", "unit": "account", "grains": ["day", "all"], "steps": STEPS[:2]},
        {"name": "two", "grains": [], "by": [[each] for each in DIMENSIONS], "steps": [
            {"name": "q", "kind": "intent_qualified"}, {"name": "unheard", "outcome": "unheard_of"}]},
    ],
)  # fmt: skip

CHOICES: dict[str, Values] = {
    "timezone": ZONES,
    "as_of": (None, "2026-01-15T12:00:00", "2000-01-01", "9999-12-31 23:59:59", "2026-02-28 23:59:59.999999"),
    "inputs": ([], OPTIONAL, *([each] for each in OPTIONAL), *([e for e in OPTIONAL if e != left] for left in OPTIONAL)),
    "disposition_grace_hours": (0, 0.25, 87600, 24),
    "business_calendar": ("emea", "Default ", "it's", "default"),
    "business_calendars": (
        None,
        {"by": "owner_team", "calendars": {"sdr": "night ", "it's": "default"}},
        {"by": "owner_territory", "calendars": {"north": "Night"}},
        {"by": "territory", "calendars": {}},
    ),
    "confidence": (0.5, 0.999999, 0.001, 0.95),
    "abandonment_hours": (0.01, 48, 87600, 1),
    "short_abandonment_seconds": (0, 0.5, 3600, 10),
    "freshness_hours": (0.001, 876000),
    "plausible_times": ({"from": "1900-01-01", "to": "2199-12-31"}, {"from": "2000-02-29"}, {"to": "2026-12-31"}),
    "null_words": ([], ["it's", "\\N", "^$", "[a-z]+", "-", "É"], ["0"]),
    "unreadable_warn_share": (0.0001, 1),
    "unreadable_error_share": (1, 0.9),
    "set_aside_warn_share": (0.0001, 1),
    "set_aside_error_share": (1, 0.9),
    "key_match_warn_share": (0.0001, 1),
    "key_match_error_share": (0.0001, 0.01),
    "reporting_currency": (None, "usd", "XXX"),
    "accepted_losses": ([], ["deals.amount", "messages.missing_required"]),
    "minimum_coverage": (0, 1, 0.5),
    "sensitivity_windows": ([1], [0.001, LONGEST_DAYS], [], [3, 3, 1], [3650]),
    "sample_ratio_alpha": (0.0001, 0.999),
    "alert_minimum_cohorts": (1, 1000, 2),
    "alert_baseline_cohorts": (1, 1000, 3),
    "alert_run_length": (1, 1000, 2),
    "alert_seasons": ([], ["month", "month"], ["weekday"]),
    "benchmarked_metrics": (
        [],
        [{"metric": "m", "benchmark": "lead_stages", "step": "mql_to_sql", "segment": "all", "dimension": "channel", "value": "sms"}],
        [{"metric": "none such", "benchmark": "it's", "step": "x", "dimension": "is_regulated", "value": True}],
    ),
    "funnels": FUNNELS,
    "capacity_targets": ([],),
    "response_minutes": ([], [0.001, 5256000], [60, 5, 5]),
    "staffing_states": ([], ["talk", "it's", " Available "]),
    "contact_centre": (
        {"enabled": False},
        {"available": [], "talk": ["it's", " Talk "], "hold": ["pause"], "service_seconds": 0, "service_level": 0.999999, "shrinkage": 0.95, "weeks": 1},
        {"service_seconds": 86400, "service_level": 0.0001, "shrinkage": 0, "weeks": 104},
    ),
    "sending_rules": ({"enabled": False}, {"territory_zones": {"it's": "Asia/Kathmandu", "west": "America/St_Johns"}}, {"territory_zones": {}}),
    "survival_dimensions": ([], ["channel", "channel", "owner_team"], list(DIMENSIONS)),
    "event_sources": ([], ["events"], ["changes", "holidays", "changes"]),
    "handover_funnels": ([],),
    "pipeline_ages": ([], [0.001, LONGEST_DAYS], [60, 5, 5]),
    "ramp_months": (0, 1, 60),
    "coaching_conversations": (0, 1, 100),
    "reminder_effect": ({}, {"kinds": []}, {"kinds": ["it's", " Reminder "], "topic": "it's", "landmark_days": 0.001, "window_days": LONGEST_DAYS}),
    "won_forecast": ({}, {"metrics": []}, {"metrics": ["m", "it's"], "backtests": 0, "history_days": 1}, {"backtests": 60, "history_days": LONGEST_DAYS}),
    "removal_credit": ({"by": []}, {"by": ["campaign_id", "campaign_id"], "replicates": 10}, {"replicates": 99}),
    "sales_velocity": ({}, {"by": []}, {"opened": "mql", "lost": "it's", "by": ["persona", "all", "industry", "all"]}, {"by": ["source"]}),
    "worth_lifts": ({}, {"points": [], "percent": []}, {"points": [0.01, 1000, 1, 1], "percent": [1000, 0.5]}),
    "experiments": (
        [],
        [{"name": "it's", "control": "b", "shares": {"a": 0.001, "b": 1000}, "metrics": ["none such"], "observation_days": 0.001}],
        [{"name": "reply_speed", "metrics": [], "observation_days": LONGEST_DAYS, "planned_contacts": 1e9, "minimum_effect": 1}],
        [{"name": "it's", "holdout": True, "withholds": {"dimension": "channel", "value": "it's"}, "planned_contacts": 0.001, "minimum_effect": 0.0001}, {"name": "reply_speed", "holdout": True}],
    ),
    "experiment_monitor": ({"enabled": False}, {"planned_contacts": 1, "power": 0.5, "covariate_days": 0}, {"planned_contacts": 1e9, "power": 0.9999, "covariate_days": 3650}),
    "sla_targets": (
        [],
        [{"name": "it's", "minutes": 0.001, "clock": "calendar", "topics": [], "channels": ["it's"], "sources": []}],
        [{"name": "a", "minutes": 5256000, "lifecycle_stages": ["lead"], "topics": ["pricing", "none such"]}, {"name": "b", "minutes": 1}],
    ),
    "outcome_timings": (
        [],
        [{"name": "it's", "from": "mql", "to": "closed_won", "by": "contact", "window_days": LONGEST_DAYS}],
        [{"name": each, "from": "opportunity_created", "to": "opportunity_created", "by": each, "window_days": 0.001}
         for each in ("deal", "contact", "entity")],
    ),
    "kpi_grains": ([], ["all"], GRAINS, ["week"], ["year", "day", "year"], ["quarter"]),
    "drop_off_order": ([], CAUSES[::-1], ["opted_out"], ["unexplained"]),
    "slow_follow_up_minutes": (0.001, 5256000),
    "not_actionable_categories": ([], CATEGORIES, ["other", "other"]),
    "disposition_reviews": (True, False),
    "audit_seed": ("it's", "ünï 😀"),
    "audit_sample_size": (1, 1000000),
    "revenue_outcome": ("opportunity_created", "unheard_of", "it's", "mql"),
    "value_horizons": ([1], [LONGEST_DAYS, 1, 1], []),
    "sentiment_cutoffs": ({}, {"very_happy": 1, "happy": 0.999, "unhappy": -1}, {"happy": 0, "unhappy": -0.001}),
    "drop_off_cuts": ([], [d for d in DIMENSIONS if d != "handled_by"], ["channel", "channel"]),
    "conversion_metrics": METRICS,
}  # fmt: skip

ELSEWHERE: dict[str, str] = {
    "raw_path": "tests/models/settings builds from it; tests/runner/cli, tests/init: other places",
    "raw_format": "tests/runner/cli/test_odd_files.py",
    "raw_columns": "tests/init/test_without_data.py",
    "input_models": "tests/init/test_input_models.py",
    "connectors": "tests/models/connectors, and what follows with it",
    "connector_path": "tests/models/connectors",
    "connector_schemas": "tests/models/connectors",
    "connectors_without": "tests/models/connectors",
    "contact_match": "tests/models/connectors",
    "phone_country_code": "tests/models/connectors",
    "zendesk_disposition_field": "tests/models/connectors",
}

BUILDS = max(len(values) for values in CHOICES.values())
"""As many builds hold every value once."""


def mixed(number: int) -> dict[str, Any]:
    """The variables of a build: each in an order of its own, so that another build has other values beside it."""
    found: dict[str, Any] = {}
    for name, values in CHOICES.items():
        order = list(values)
        Random(name).shuffle(order)
        found[name] = next(islice(cycle(order), number, None))
    targeted = [f for f in found["funnels"] if f["name"] != "one"]
    if targeted:
        first = targeted[-1]
        found["capacity_targets"] = [
            {"name": "it's", "funnel": first["name"], "count": 0.5, "by": "2000-01-01", "step": first["steps"][-1]["name"], "weeks": 0.01},
            {"name": "later", "funnel": first["name"], "count": 1000000, "by": "2999-12-31", "attempts_per_rep_per_week": 0.001},
        ]  # fmt: skip
    return found
