"""The inputs of the standard's section 1: which columns each must and may have."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Input:
    """One raw table. `must` are columns it can't be read without, `may` those that are null where it lacks them."""

    name: str
    is_required: bool
    must: tuple[str, ...]
    may: tuple[str, ...]


def _input(name: str, must: str, may: str = "", is_required: bool = False) -> Input:
    return Input(name, is_required, tuple(must.split()), (*may.split(), "loaded_at"))


INPUTS = (
    _input(
        "messages",
        "message_id contact_id channel direction sent_at",
        "thread_id sender_type rep_id status talk_seconds campaign_id body cost",
        True,
    ),
    _input("contacts", "contact_id", "account_id persona industry source territory created_at merged_into", True),
    _input("deals", "deal_id created_at", "contact_id account_id owner_id amount", True),
    _input("deal_stages", "deal_id stage entered_at", "", True),
    _input("lifecycle_stages", "contact_id stage entered_at"),
    _input("meetings", "meeting_id contact_id booked_at", "deal_id kind starts_at status attended_at"),
    _input("dispositions", "contact_id code recorded_at", "thread_id message_id rep_id"),
    _input("opt_outs", "contact_id opted_out_at", "channel"),
    _input("reps", "rep_id", "valid_from valid_to name team role territory"),
    _input("rep_states", "rep_id state started_at", "ended_at"),
    _input("campaigns", "campaign_id", "name kind cost"),
    _input("link_clicks", "message_id clicked_at"),
    _input("experiment_assignments", "contact_id experiment variant assigned_at"),
    _input("message_sentiments", "message_id model compound"),
    _input("operational_changes", "change_id kind effective_at", "scope description"),
)
BY_NAME = {each.name: each for each in INPUTS}
OPTIONAL = tuple(each.name for each in INPUTS if not each.is_required)

# Where the values stand that mapping seeds translate: what they are for → input and column.
MAPPED_COLUMNS = {
    "channel": ("messages", "channel"),
    "direction": ("messages", "direction"),
    "status": ("messages", "status"),
    "industry": ("contacts", "industry"),
    "code": ("dispositions", "code"),
    "deal_stages": ("deal_stages", "stage"),
    "lifecycle_stages": ("lifecycle_stages", "stage"),
}
