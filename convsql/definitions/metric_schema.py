"""The schema of one metric definition, as `MetricDefinition.model_json_schema()` for editors too."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    ValidationInfo,
    field_validator,
    model_validator,
)

from convsql.definitions.metric_key import MetricKey
from convsql.definitions.strict_values import NUMBER, WHOLE_NUMBER, Day, Days
from convsql.definitions.vocabulary import Dimension, Grain, Kind, Unit

Category = Literal["qualified", "support", "wrong_person", "no_intent", "callback", "no_answer", "other"]
Name = Annotated[str, Field(min_length=1, pattern=r"^[a-z][a-z0-9_]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Eligible(_Strict):
    """Which conversations may count; everything absent means no restriction."""

    channels: list[str] | None = Field(
        default=None, description="Channels that may count, by their canonical names; an empty list means none."
    )
    exclude_dispositions: list[Category] | None = Field(
        default=None,
        description="Categories of dispositions that exclude a conversation. A late fact: such rates carry uses_late_facts.",
    )
    handled_by: list[Literal["human", "bot", "mixed", "none"]] | None = Field(
        default=None, description="Who may have written up to the anchor; an empty list means nobody counts."
    )
    where: str | None = Field(
        default=None,
        description="SQL over columns of conversations that are known at the anchor; null counts as false.",
    )


class Cohorts(_Strict):
    """Grains and dimension sets of `cohort_rates`."""

    grains: list[Grain] | None = Field(
        default=None, description="Lengths of the periods (month when left out); all, over all time, is always there."
    )
    by: list[list[Dimension]] | None = Field(
        default=None, description="Sets of dimensions, one set of rows each; an empty set is all conversations."
    )


class MetricDefinition(_Strict):
    """One version of one conversion metric (the standard's section 3)."""

    name: Name = Field(description="The metric's name. Every row of it carries name and version.")
    version: Annotated[int, Field(ge=1), WHOLE_NUMBER] = Field(
        description="The version's number. A change of what is counted is a new version."
    )
    outcome: Name = Field(
        description="The canonical outcome that counts as converted, as seeds/outcome_stages.csv names it."
    )
    window_days: Days = Field(
        description="Length of the window in elapsed days of 86,400 seconds; its end is not part of it."
    )
    status: Literal["draft", "active", "deprecated"] = Field(
        default="active", description="All are computed; the active version in force is the metric's, in current_rates."
    )
    owner: str | None = Field(default=None, description="Who answers for the definition.")
    label: str | None = Field(
        default=None,
        description="What people call it in reports; the name in words when left out. No change of meaning.",
    )
    description: str | None = Field(default=None, description="What it measures, in words.")
    change_note: str | None = Field(default=None, description="What this version changed, and why.")
    effective_from: Day | None = Field(
        default=None,
        description="The day from which an active version is the metric's (YYYY-MM-DD); always when left out.",
    )
    retired_on: Day | None = Field(
        default=None,
        description="The last day on which a deprecated version is computed (YYYY-MM-DD); on and on when left out.",
    )
    review_by: Day | None = Field(
        default=None, description="The day by which the definition must be reviewed (YYYY-MM-DD)."
    )
    kind: Kind = Field(default="two_way", description="What a conversation must have become to be looked at.")
    anchor: Literal["kind", "start"] = Field(
        default="kind", description="Where the window begins: when it became the kind, or with its first message."
    )
    unit: Unit = Field(default="contact", description="Whose outcome counts.")
    attribution: Literal["first_touch", "last_touch", "linear", "position_based", "time_decay"] = Field(
        default="linear",
        description="How an outcome's credit is split over its touches; it never changes who converted.",
    )
    half_life_days: Annotated[float, Field(ge=0.000001, le=10**9), NUMBER] = Field(
        default=7, description="After how many days a touch weighs half, for time_decay."
    )
    repeat_outcomes: StrictBool = Field(
        default=True, description="When false, a unit with an earlier such outcome is excluded."
    )
    eligible: Eligible = Field(default_factory=Eligible, description="Which conversations may count.")
    strata: list[Dimension] = Field(default_factory=list, description="Dimensions by which like is compared with like.")
    cohorts: Cohorts = Field(default_factory=Cohorts, description="Which rows cohort_rates has of it.")

    @property
    def key(self) -> MetricKey:
        """Name and version: what every row of the metric carries."""
        return MetricKey(self.name, self.version)

    @model_validator(mode="before")
    @classmethod
    def _blank_blocks(cls, data: object) -> object:
        """`eligible:` with nothing below it means no restriction."""
        if isinstance(data, dict):
            return {k: v for k, v in data.items() if not (v is None and k in ("eligible", "cohorts", "strata"))}
        return data

    @field_validator("retired_on")
    @classmethod
    def _only_deprecated_versions_retire(cls, value: date | None, info: ValidationInfo) -> date | None:
        if value is not None and info.data.get("status", "deprecated") != "deprecated":
            raise ValueError("only a version with status deprecated can be retired")
        return value


def known_keys(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The keys that stand where the last step of a location inside a value of `model` leads."""
    for step in location[:-1]:
        named = {field.alias or name: field for name, field in model.model_fields.items()}
        if step in named:
            model = _block_of(named[str(step)].annotation) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _block_of(annotation: object) -> type[BaseModel] | None:
    """The model that an annotation holds, however deep in lists and alternatives."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _block_of(part))), None)
