"""The words of definitions, once for Python: dimensions, grains, kinds. The macros have them once for SQL; a test holds the two together.

Light to import, so that the report and the diff can read them without the schemas.
"""

from __future__ import annotations

from typing import Literal, get_args

Dimension = Literal[
    "channel",
    "persona",
    "industry",
    "is_regulated",
    "lifecycle_stage_at_start",
    "deal_stage_at_start",
    "owner_id",
    "owner_team",
    "owner_territory",
    "source",
    "territory",
    "campaign_id",
    "initiated_by",
    "handled_by",
    "response_band",
    "timing_window",
]
Grain = Literal["day", "week", "month", "quarter", "year", "all"]
Kind = Literal["attempt", "reached", "two_way", "sales_handled", "intent_qualified"]
Unit = Literal["contact", "account"]
DIMENSIONS: tuple[str, ...] = get_args(Dimension)
GRAINS: tuple[str, ...] = get_args(Grain)
KINDS: tuple[str, ...] = get_args(Kind)
FEW = 30  # the fewest of which a rate is read without a mark
