"""Losses that `accepted_losses` names and that no input can have: a slip of the pen that accepts nothing, in silence."""

from __future__ import annotations

from typing import Any

from convsql.base.errors import Problems, Where, did_you_mean
from convsql.base.schema_errors import place_of
from convsql.definitions.read_inputs import declared_inputs

VARIABLE = "accepted_losses"
# why staging sets rows aside: models/losses/staging_set_aside.sql
REASONS = (
    "missing_required",
    "unknown_direction",
    "implausible_time",
    "after_as_of",
    "repeated_key",
    "no_conversation",
)


def check_losses(listed: Any, where: Where, problems: Problems) -> None:
    """Note each item that is neither `input.column` nor `input.reason`; `where` the variable stands. What is no text is said elsewhere."""
    for number, loss in enumerate(listed if isinstance(listed, list) else []):
        name, dot, part = loss.strip().partition(".") if isinstance(loss, str) else ("", "", "")
        if not dot:
            continue
        inputs = declared_inputs()
        place = place_of(listed, (number,), where)
        if name not in inputs:
            hint = did_you_mean(name, inputs) or f"inputs are {', '.join(inputs)}"
            problems.add(f"variable '{VARIABLE}': '{loss}': there is no input '{name}'", place, hint)
            continue
        columns = [column.name for column in inputs[name].columns]
        if part not in (*columns, *REASONS):
            problems.add(
                f"variable '{VARIABLE}': '{loss}': '{part}' is neither a column of {name} nor a reason for which rows are set aside",
                place,
                did_you_mean(part, [*columns, *REASONS])
                or f"columns are {', '.join(columns)}; reasons are {', '.join(REASONS)}",
            )
