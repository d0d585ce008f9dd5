"""The inputs of the standard, section 1, as data.

> Required tables; `*` = not null; **bold** = key. Extra columns are ignored.

Each input is its columns in the page's order with their type, the required ones, the key, and the
event time by which `as_of` hides a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
Rows = list[Row]

TEXT = "text"  # what someone wrote, in which no word means that nothing is given
ID = "id"
LABEL = "label"  # the name of a class
CODE = "code"  # trimmed and lower-cased
TIME = "time"
NUMBER = "number"
LENGTH = "length"  # in seconds
FREE = ("body", "name", "description")


@dataclass(frozen=True)
class Input:
    """One raw table."""

    name: str
    types: dict[str, str]
    required: tuple[str, ...]
    key: tuple[str, ...]
    event_time: str | None
    optional: bool

    @property
    def columns(self) -> list[str]:
        return list(self.types)


def _input(name: str, columns: str, event_time: str | None, optional: bool = False) -> Input:
    """Read `+` as part of the key, `*` as required, and the letter after the colon as the type; without one the name tells."""
    kinds = {"c": CODE, "t": TIME, "n": NUMBER, "l": LENGTH}
    types: dict[str, str] = {}
    required: list[str] = []
    key: list[str] = []
    for part in columns.split():
        marked, _, kind = part.partition(":")
        column = marked.rstrip("+*")
        if kind:
            types[column] = kinds[kind]
        elif column in FREE:
            types[column] = TEXT
        else:
            types[column] = ID if column.endswith("_id") or column == "merged_into" else LABEL
        if "*" in marked:
            required.append(column)
        if "+" in marked:
            key.append(column)
    types["loaded_at"] = TIME
    return Input(name, types, tuple(required), tuple(key), event_time, optional)


INPUTS: dict[str, Input] = {
    each.name: each
    for each in (
        _input(
            "messages",
            "message_id+* contact_id* channel*:c direction*:c sent_at*:t thread_id sender_type:c rep_id"
            " status:c talk_seconds:l campaign_id body cost:n",
            "sent_at",
        ),
        _input(
            "contacts",
            "contact_id+* account_id persona industry:c source territory created_at:t merged_into",
            "created_at",
        ),
        _input("deals", "deal_id+* contact_id account_id owner_id amount:n currency:c created_at*:t", "created_at"),
        _input("deal_stages", "deal_id+* stage+*:c entered_at+*:t", "entered_at"),
        _input("lifecycle_stages", "contact_id+* stage+*:c entered_at+*:t", "entered_at", True),
        _input(
            "meetings",
            "meeting_id+* contact_id* deal_id kind:c booked_at*:t starts_at:t status:c attended_at:t",
            "booked_at",
            True,
        ),
        _input(
            "dispositions",
            "contact_id+* thread_id+ message_id+ code+*:c recorded_at+*:t rep_id",
            "recorded_at",
            True,
        ),
        _input("opt_outs", "contact_id+* channel+:c opted_out_at+*:t", "opted_out_at", True),
        _input("reps", "rep_id+* valid_from+:t valid_to:t name team role:c territory", None, True),
        _input("rep_states", "rep_id+* state+*:c started_at+*:t ended_at:t", "started_at", True),
        _input("campaigns", "campaign_id+* name kind:c cost:n", None, True),
        _input("link_clicks", "message_id+* clicked_at+*:t", "clicked_at", True),
        _input(
            "experiment_assignments",
            "contact_id+* experiment+* variant* assigned_at*:t",
            "assigned_at",
            True,
        ),
        _input(
            "operational_changes",
            "change_id+* kind*:c effective_at*:t scope description",
            "effective_at",
            True,
        ),
    )
}

SENDER_TYPES = ("contact", "rep", "bot", "system")
DIRECTIONS = ("inbound", "outbound")
