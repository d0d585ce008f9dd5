"""The conversations behind the rates (section 4): `rate_members`.

Every conversation of every metric version that is computed, by what `cohort_rates` counts it as: its counts are those of a cohort of its own.
"""

from __future__ import annotations

from collections import defaultdict

from tests.spec.reference.cohorts import DIMENSIONS, dimension, local
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.metrics import Subject
from tests.spec.reference.rates import Measured, counted, waits_longer
from tests.spec.reference.values import hours
from tests.spec.reference.world import World

NOT_OF_ONE = ("outcomes", "deals")  # an outcome touches several


def rate_members(world: World, measured: Measured) -> Rows:
    """The rows of `rate_members` of one metric version."""
    touches: dict[str, Rows] = defaultdict(list)
    for touch in measured.touches:
        touches[touch["conversation_id"]].append(touch)
    return [_row(world, measured, each, touches[each.conversation.conversation_id]) for each in measured.subjects]


def _row(world: World, measured: Measured, each: Subject, touches: Rows) -> Row:
    conversation = each.conversation.row
    placed_at = each.anchor_at or conversation["started_at"]
    has_wait = each.is_eligible and conversation["wait_count"] > 0
    limit = hours(world.setting("abandonment_hours", 24))
    counts = {name: value for name, value in counted([each], touches).items() if name not in NOT_OF_ONE}
    is_of_kind = each.eligibility != "below_kind"
    return {
        "metric": measured.metric.name,
        "metric_version": measured.metric.version,
        "conversation_id": each.conversation.conversation_id,
        "contact_id": conversation["contact_id"],
        "unit_id": each.unit_id if is_of_kind else None,
        "placed_at": placed_at,
        "placed_on": local(placed_at, world.timezone).date(),
        "anchor_at": each.anchor_at,
        "window_ends_at": each.window_ends_at,
        "converted_at": each.converted_at if each.is_eligible else None,
        "eligibility": each.eligibility,
        "status": each.status if each.is_eligible else "excluded" if is_of_kind else "below_kind",
        **{name: dimension(each, name, world.timezone) for name in DIMENSIONS},
        **counts,
        "with_wait": int(has_wait),
        "abandoned": int(has_wait and waits_longer(conversation, limit, measured.complete_at)),
    }
