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
# Outcomes that the package's seed or a vocabulary knows; of another one, a stage that stands alone, the name is the data's.
_KNOWN = {*_PROPOSED, "meeting_attended", "demo_attended", "proposal_signed", "closed_lost", "mql", "lead"}
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


_SHORTER = (45, 30, 21, 14, 7, 3, 1)


def propose_metrics(
    outcomes: set[str], filled: set[str], owner: str, days: float | None = None, has_one_side: bool = False
) -> list[dict[str, Any]]:
    """One definition per outcome that exists; cut by the dimensions in which contacts have values.

    `days`: how long the data are; a window is at most half of that, so that some are over. `has_one_side`: nobody answers in
    the data, so that no conversation has two sides.
    """
    cuts: list[list[str]] = [[], ["channel"], *([d] for d in ("persona", "source") if d in filled)]
    found = []
    own = {
        o: (f"conversation_to_{o}", "reached", 30, "last_touch", f"come to '{o}'") for o in sorted(outcomes - _KNOWN)
    }
    for outcome, (name, kind, window, attribution, what) in {**_PROPOSED, **own}.items():
        if outcome not in outcomes or (outcome == "customer" and "closed_won" in outcomes):
            continue
        window = fitting(window, days)
        kind = "reached" if has_one_side else kind
        found.append(
            {
                "name": name,
                "version": 1,
                "status": "active",
                "owner": owner,
                "description": f"{_SUBJECT[kind]} that {what} within {window} day{'s' if window != 1 else ''}.",
                "change_note": "First version.",
                "outcome": outcome,
                "kind": kind,
                "anchor": "kind",
                "window_days": window,
                "unit": "contact",
                "attribution": attribution,
                "strata": ["channel"],
                "cohorts": {"grains": ["month"], "by": [list(cut) for cut in cuts]},
            }
        )
    return found


def fitting(window: int, days: float | None) -> int:
    """A window of at most half the data's length."""
    if days is None or window <= days / 2:
        return window
    return next((shorter for shorter in _SHORTER if shorter < window and shorter <= days / 2), 1)


def propose_funnel(outcomes: set[str], has_one_side: bool = False) -> list[dict[str, Any]]:
    """One funnel from the first attempt to the last outcome that exists; none without an outcome."""
    steps: list[dict[str, Any]] = [
        {"name": "attempt", "kind": "attempt"},
        {"name": "reached", "kind": "reached", "window_days": 7},
        *([] if has_one_side else [{"name": "two_way", "kind": "two_way", "window_days": 7}]),
    ]
    later = [{"name": n, "outcome": o, "window_days": 30} for o, n in _STEPS.items() if o in outcomes]
    return [{"name": "sales", "grains": ["month"], "by": [[], ["channel"]], "steps": steps + later}] if later else []
