"""Outcomes and their clocks (sections 1 and 3).

> Each canonical outcome is mapped from one source: `deal_stages` (entity: the deal; stage; `entered_at`; amount
> from `deals`), `lifecycle_stages` (entity: the contact), `meetings` (entity: the meeting; stages
> `<kind>_booked` at `booked_at` and `<kind>_attended` at `attended_at`, kind null = `meeting`). An outcome is
> the **first** time an entity enters a stage mapped to it.
> `complete_at` of an *outcome* = the least, over `messages` and the input the outcome is mapped from, of the
> latest visible `coalesce(loaded_at, event time)`; null when either has no row.

Only deals have an amount. A meeting's account is its deal's, else its contact's. `outcome_id` is left to the
models: here an outcome is named by (outcome, source, entity).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.mappings import Mappings
from tests.spec.reference.staging import Staged

Entry = tuple[str, str, str, datetime, str | None, str | None]
"""source, entity, stage, at, contact, deal"""


def outcomes(staged: Staged, maps: Mappings) -> Rows:
    """All outcomes, once per entity."""
    deals = {row["deal_id"]: row for row in staged.tables["deals"]}
    accounts = {row["contact_id"]: row["account_id"] for row in staged.tables["contacts"]}
    found: dict[tuple[str, str, str], Row] = {}
    for source, entity, stage, at, contact_id, deal_id in _entries(staged, deals):
        for mapped_source, mapped_stage, outcome in maps.outcome_stages:
            if (mapped_source, mapped_stage) != (source, stage):
                continue
            key = (outcome, source, entity)
            if key in found and found[key]["occurred_at"] <= at:
                continue
            deal = deals.get(deal_id or "", {})
            account_id = deal.get("account_id")
            found[key] = {
                "outcome_id": key,
                "outcome": outcome,
                "source": source,
                "entity_id": entity,
                "contact_id": contact_id,
                "account_id": account_id if account_id is not None else accounts.get(contact_id),
                "deal_id": deal_id,
                "occurred_at": at,
                "amount": deal.get("amount") if source == "deal_stages" else None,
            }
    return list(found.values())


def _entries(staged: Staged, deals: dict[str, Row]) -> Iterator[Entry]:
    for row in staged.tables["deal_stages"]:
        contact_id = deals.get(row["deal_id"], {}).get("contact_id")
        yield "deal_stages", row["deal_id"], row["stage"], row["entered_at"], contact_id, row["deal_id"]
    for row in staged.tables["lifecycle_stages"]:
        yield "lifecycle_stages", row["contact_id"], row["stage"], row["entered_at"], row["contact_id"], None
    for row in staged.tables["meetings"]:
        kind = row["kind"] or "meeting"
        for word, at in (("booked", row["booked_at"]), ("attended", row["attended_at"])):
            if at is not None:
                stage = f"{kind}_{word}"
                yield "meetings", row["meeting_id"], stage, at, row["contact_id"], row["deal_id"]


def outcome_clocks(staged: Staged, maps: Mappings) -> Rows:
    """One row per mapped outcome."""
    sources = {outcome: source for source, _, outcome in maps.outcome_stages}
    return [
        {"outcome": outcome, "source": source, "complete_at": _complete_at(staged, source)}
        for outcome, source in sorted(sources.items())
    ]


def _complete_at(staged: Staged, source: str) -> datetime | None:
    latest = [staged.latest.get("messages"), staged.latest.get(source)]
    known = [each for each in latest if each is not None]
    return min(known) if len(known) == len(latest) else None
