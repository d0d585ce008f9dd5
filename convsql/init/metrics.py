"""First metric definitions and a funnel, for the outcomes that exist."""

from __future__ import annotations

from typing import Any

# outcome → name, kind, window in days, attribution, what happens, in a sentence. In the order of a sale.
_PROPOSED = {
    "meeting_booked": ("conversation_to_meeting", "reached", 14, "last_touch", "book a meeting"),
    "demo_scheduled": ("conversation_to_demo", "reached", 14, "last_touch", "schedule a demo"),
    "sql_accepted": ("conversation_to_sales_accepted", "reached", 30, "first_touch", "are accepted by sales"),
    "opportunity_created": ("conversation_to_opportunity", "two_way", 30, "linear", "open an opportunity"),
    "proposal_sent": ("conversation_to_proposal", "two_way", 30, "linear", "get a proposal"),
    "closed_won": ("conversation_to_won", "two_way", 60, "position_based", "end in a closed deal"),
    "customer": ("conversation_to_customer", "two_way", 60, "position_based", "end in a new customer"),
}
_SUBJECT = {
    "reached": "Conversations in which the contact was reached",
    "two_way": "Conversations in which both sides wrote or talked",
}
_STEPS = {
    "meeting_booked": "meeting",
    "opportunity_created": "opportunity",
    "proposal_sent": "proposal",
    "closed_won": "won",
}


def propose_metrics(outcomes: set[str], filled: set[str], owner: str) -> list[dict[str, Any]]:
    """One definition per outcome that exists; cut by the dimensions in which contacts have values."""
    cuts: list[list[str]] = [[], ["channel"], *([d] for d in ("persona", "source") if d in filled)]
    found = []
    for outcome, (name, kind, days, attribution, what) in _PROPOSED.items():
        if outcome not in outcomes or (outcome == "customer" and "closed_won" in outcomes):
            continue
        found.append(
            {
                "name": name,
                "version": 1,
                "status": "active",
                "owner": owner,
                "description": f"{_SUBJECT[kind]} that {what} within {days} days.",
                "change_note": "First version.",
                "outcome": outcome,
                "kind": kind,
                "anchor": "kind",
                "window_days": days,
                "unit": "contact",
                "attribution": attribution,
                "strata": ["channel"],
                "cohorts": {"grains": ["month"], "by": [list(cut) for cut in cuts]},
            }
        )
    return found


def propose_funnel(outcomes: set[str]) -> list[dict[str, Any]]:
    """One funnel from the first attempt to the last outcome that exists; none without an outcome."""
    steps: list[dict[str, Any]] = [
        {"name": "attempt", "kind": "attempt"},
        {"name": "reached", "kind": "reached", "window_days": 7},
        {"name": "two_way", "kind": "two_way", "window_days": 7},
    ]
    later = [{"name": n, "outcome": o, "window_days": 30} for o, n in _STEPS.items() if o in outcomes]
    return [{"name": "sales", "grains": ["month"], "by": [[], ["channel"]], "steps": steps + later}] if later else []
