"""The schema of one metric definition, as `MetricDefinition.model_json_schema()` for editors too."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, model_validator

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
DIMENSIONS: tuple[str, ...] = get_args(Dimension)
Category = Literal["qualified", "support", "wrong_person", "no_intent", "callback", "no_answer", "other"]
Name = Annotated[str, Field(min_length=1, pattern=r"^[a-z][a-z0-9_]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Eligible(_Strict):
    """Which conversations may count; everything absent means no restriction."""

    channels: list[str] | None = None
    exclude_dispositions: list[Category] | None = None
    handled_by: list[Literal["human", "bot", "mixed", "none"]] | None = None
    where: str | None = None


class Cohorts(_Strict):
    """Grains and dimension sets of `cohort_rates`."""

    grains: list[Literal["day", "week", "month", "quarter", "year", "all"]] | None = None
    by: list[list[Dimension]] | None = None


class MetricDefinition(_Strict):
    """One version of one conversion metric (the standard's section 3)."""

    name: Name
    version: Annotated[StrictInt, Field(ge=1)]
    outcome: Name
    window_days: Annotated[float, Field(gt=0, le=36500)]
    status: Literal["draft", "active", "deprecated"] = "active"
    owner: str | None = None
    description: str | None = None
    change_note: str | None = None
    kind: Literal["attempt", "reached", "two_way", "sales_handled", "intent_qualified"] = "two_way"
    anchor: Literal["kind", "start"] = "kind"
    unit: Literal["contact", "account"] = "contact"
    attribution: Literal["first_touch", "last_touch", "linear", "position_based", "time_decay"] = "linear"
    half_life_days: Annotated[float, Field(gt=0)] = 7
    repeat_outcomes: StrictBool = True
    eligible: Eligible = Field(default_factory=Eligible)
    strata: list[Dimension] = Field(default_factory=list)
    cohorts: Cohorts = Field(default_factory=Cohorts)

    @model_validator(mode="before")
    @classmethod
    def _blank_blocks(cls, data: object) -> object:
        """`eligible:` with nothing below it means no restriction."""
        if isinstance(data, dict):
            return {k: v for k, v in data.items() if not (v is None and k in ("eligible", "cohorts", "strata"))}
        return data


def known_keys(location: tuple[int | str, ...]) -> list[str]:
    """The keys allowed at a location of a definition."""
    blocks: dict[str, type[BaseModel]] = {"eligible": Eligible, "cohorts": Cohorts}
    owner = blocks.get(str(location[0]), MetricDefinition) if len(location) > 1 else MetricDefinition
    return list(owner.model_fields)
