"""What `convsql init` knows of the inputs: the registry's, and where the words stand that mapping seeds translate."""

from __future__ import annotations

from convsql.definitions.read_inputs import declared_inputs, optional_inputs

BY_NAME = declared_inputs()
INPUTS = tuple(BY_NAME.values())
OPTIONAL = optional_inputs()

# Input → the column of its times, from which the span of the data is known.
TIMED = {"messages": "sent_at", "deal_stages": "entered_at", "lifecycle_stages": "entered_at", "meetings": "booked_at"}
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
