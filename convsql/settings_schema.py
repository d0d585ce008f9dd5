"""The schema of the package's variables but for metric definitions, for editors too: what each is, and which values it takes.

Defaults are those of the macros (`macros/settings.sql` and its neighbours); None stands for a variable that is left blank.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    field_validator,
    model_validator,
)

from convsql.errors import did_you_mean
from convsql.metric_schema import Category, Day, Dimension, Grain

Kind = Literal["attempt", "reached", "two_way", "sales_handled", "intent_qualified"]
Cause = Literal[
    "slow_follow_up", "incorrect_routing", "no_next_step", "not_actionable", "no_reply", "opted_out", "unexplained"
]
Input = Literal[
    "lifecycle_stages",
    "meetings",
    "dispositions",
    "opt_outs",
    "reps",
    "rep_states",
    "campaigns",
    "link_clicks",
    "experiment_assignments",
    "operational_changes",
    "message_sentiments",
]


def _zone(name: str) -> str:
    zones = available_timezones()
    if name not in zones:
        raise ValueError(
            f"'{name}' is no zone of the IANA database; {did_you_mean(name, zones) or 'Europe/Berlin is one'}"
        )
    return name


def _instant(value: object) -> object:
    """An instant as YAML gives it, or as text; dates count from midnight."""
    if isinstance(value, str) and value.strip():
        try:
            datetime.fromisoformat(value.strip())
        except ValueError as error:
            raise ValueError("must be a time such as '2026-06-30 00:00:00'") from error
    return value


Text = Annotated[str, Field(min_length=1)]
Identifier = Annotated[str, Field(pattern=r"^\w+$")]
Share = Annotated[float, Field(gt=0, lt=1)]
LossShare = Annotated[float, Field(gt=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
Zone = Annotated[str, AfterValidator(_zone)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class FunnelStep(_Strict):
    """One step of a funnel: a kind of conversations, or an outcome."""

    name: Text = Field(description="The step's name; benchmarks of the set `funnel` refer to it.")
    kind: Kind | None = Field(default=None, description="What a conversation becomes at this step.")
    outcome: Text | None = Field(default=None, description="The outcome that happens at this step.")
    window_days: Positive | None = Field(default=None, description="Within how many days (30).")
    from_: Literal["previous", "start"] | None = Field(
        default=None,
        alias="from",
        description="Where the window begins: at the step before (default), or at the first.",
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> FunnelStep:
        if (self.kind is None) == (self.outcome is None):
            raise ValueError("a step has either a `kind` or an `outcome`")
        return self


class Funnel(_Strict):
    """A funnel of `funnel_rates`."""

    name: Text = Field(description="The funnel's name.")
    strict: StrictBool | None = Field(
        default=None, description="Whether steps are reached in their order alone (true)."
    )
    unit: Literal["contact", "account"] | None = Field(default=None, description="Whose outcomes count (contact).")
    grains: list[Grain] | None = Field(default=None, description="Lengths of the periods (month); all is always there.")
    by: list[list[Dimension]] | None = Field(default=None, description="Sets of dimensions; an empty set is all.")
    steps: Annotated[list[FunnelStep], Field(min_length=2)] = Field(description="The steps, in their order.")

    @field_validator("steps")
    @classmethod
    def _begins_with_a_kind(cls, steps: list[FunnelStep]) -> list[FunnelStep]:
        if steps[0].kind is None:
            raise ValueError("the first step is a `kind` of conversations")
        return steps


class CapacityTarget(_Strict):
    """What a funnel is to bring (`capacity_plan`)."""

    name: Text = Field(description="The target's name.")
    funnel: Text = Field(description="Name of the funnel.")
    count: Positive = Field(description="How many must reach the step.")
    by: Day = Field(description="The day by which they must have (YYYY-MM-DD).")
    step: Text | None = Field(default=None, description="Name of the step (the last).")
    weeks: Positive | None = Field(default=None, description="Over how many weeks the conversations are begun (13).")
    attempts_per_rep_per_week: Positive | None = Field(default=None, description="Without it no reps are said.")


class BenchmarkedMetric(_Strict):
    """Which metric is compared with which row of the seed benchmarks (`benchmark_gaps`)."""

    metric: Text = Field(description="Name of the metric.")
    benchmark: Text = Field(description="Name of the set in the seed.")
    step: Text = Field(description="Its step.")
    segment: Text | None = Field(default=None, description="Its segment (all).")
    dimension: Dimension | None = Field(
        default=None, description="Compare only cohorts of one value of this dimension."
    )
    value: str | int | bool | None = Field(default=None, description="That value.")

    @model_validator(mode="after")
    def _both_or_none(self) -> BenchmarkedMetric:
        if (self.dimension is None) != (self.value is None):
            raise ValueError("`dimension` and `value` are given together or not at all")
        return self


class DeclaredExperiment(_Strict):
    """What is known of an experiment beyond its assignments (`experiment_results`)."""

    name: Text = Field(description="As the assignments name it.")
    control: Text | None = Field(
        default=None, description="The variant to compare with (`control`, else the least name)."
    )
    shares: dict[str, Positive] | None = Field(default=None, description="Each variant's part of the contacts (equal).")
    metrics: list[Text] | None = Field(default=None, description="Names of the metrics it was made for (all).")
    observation_days: Positive | None = Field(
        default=None, description="How long after its assignment a contact's conversations count (for ever)."
    )


class SentimentCutoffs(_Strict):
    """From which mean score a conversation is of which band (`sentiment_rates`)."""

    very_happy: float | None = Field(default=None, description="From here on very happy (0.5).")
    happy: float | None = Field(default=None, description="From here on happy (0.05).")
    unhappy: float | None = Field(default=None, description="Up to here unhappy (-0.05).")


Tool = Literal["twilio", "hubspot", "salesforce", "zendesk", "intercom"]


class BusinessCalendars(_Strict):
    """Whose waits are counted by another calendar than `business_calendar`."""

    by: Literal["owner_team", "owner_territory", "territory"] = Field(description="What decides on the calendar.")
    calendars: dict[str, Text] = Field(description="Calendar by team or territory.")


class SlaTarget(_Strict):
    """How soon first waits are to be answered (`sla_compliance`); for those that fit all of its lists."""

    name: Text = Field(description="Name of the target.")
    minutes: Positive = Field(description="How soon the answer is to come.")
    clock: Literal["business", "calendar"] | None = Field(default=None, description="Counted in (business).")
    topics: list[Text] | None = Field(default=None, description="Topics of the opening message.")
    channels: list[Text] | None = Field(default=None, description="Its channels.")
    lifecycle_stages: list[Text] | None = Field(default=None, description="Stages when the conversation began.")
    sources: list[Text] | None = Field(default=None, description="Sources of the contact.")


class OutcomeTiming(_Strict):
    """From one outcome to another (`outcome_timing`)."""

    name: Text = Field(description="Name of the timing.")
    from_: Text = Field(alias="from", description="The outcome that begins it.")
    to: Text = Field(description="The outcome that ends it.")
    by: Literal["deal", "contact", "entity"] | None = Field(default=None, description="Of one of which (deal).")
    window_days: Positive = Field(description="Within how many days it must follow.")


class PackageSettings(BaseModel):
    """The variables of the package. Others may stand beside them: a project may have variables of its own."""

    model_config = ConfigDict(extra="allow", str_strip_whitespace=True)

    raw_path: str | None = Field(default=None, description="Folder of the raw tables; without it the schema `raw`.")
    raw_format: Literal["parquet", "csv", "parquet_folder", "csv_folder"] | None = Field(
        default=None, description="How the files under raw_path are kept (parquet)."
    )
    connectors: list[Literal["raw", "twilio", "hubspot", "salesforce", "zendesk", "intercom"]] | None = Field(
        default=None,
        description="Tools whose tables are read, the most trusted first; raw: the raw tables beside them.",
    )
    connector_path: str | None = Field(default=None, description="Folder of the tools' tables; without it, schemas.")
    connector_schemas: dict[Tool, Identifier] | None = Field(
        default=None, description="Schema of a tool's tables, where it is not the tool's name."
    )
    connectors_without: list[Annotated[str, Field(pattern=r"^\w+\.\w+$")]] | None = Field(
        default=None, description="Tables that are not there, as in twilio.call."
    )
    contact_match: list[Literal["email", "phone"]] | None = Field(
        default=None, description="By what contacts of several tools are one."
    )
    phone_country_code: Annotated[str, Field(pattern=r"^[0-9]{1,4}$", coerce_numbers_to_str=True)] | None = Field(
        default=None, description="Country of numbers without + or 00."
    )
    zendesk_disposition_field: Text | None = Field(
        default=None, description="The ticket field that says what became of a conversation."
    )
    inputs: list[Input] | None = Field(default=None, description="Optional inputs that exist.")
    as_of: Annotated[str | datetime | None, BeforeValidator(_instant)] = Field(
        default=None, description="Hide all that is later (default: the latest event or load)."
    )
    timezone: Zone | None = Field(default=None, description="Zone of days, weeks and months (UTC); an IANA name.")
    disposition_grace_hours: Annotated[float, Field(ge=0)] | None = Field(
        default=None, description="How long after its last message a conversation's disposition counts (24)."
    )
    business_calendar: Text | None = Field(default=None, description="Calendar of business seconds (default).")
    business_calendars: BusinessCalendars | None = Field(
        default=None, description="Other calendars, by team or territory."
    )
    confidence: Share | None = Field(default=None, description="Of all intervals (0.95).")
    abandonment_hours: Positive | None = Field(default=None, description="Waiting longer counts as left waiting (24).")
    freshness_hours: Positive | None = Field(default=None, description="A source silent for longer is stale (168).")
    unreadable_warn_share: LossShare | None = Field(
        default=None, description="Share of a column's values that can't be read from which it is warned of (0.01)."
    )
    unreadable_error_share: LossShare | None = Field(default=None, description="From which it is an error (0.2).")
    set_aside_warn_share: LossShare | None = Field(
        default=None, description="Share of an input's rows that can't be used from which it is warned of (0.05)."
    )
    set_aside_error_share: LossShare | None = Field(default=None, description="From which it is an error (0.5).")
    accepted_losses: list[Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z_]+$")]] | None = Field(
        default=None,
        description="Losses that are known and accepted: input.column or input.reason, as in deals.amount.",
    )
    minimum_coverage: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None, description="Share of the standard's strata a group must have to be compared (0.8)."
    )
    sensitivity_windows: list[Positive] | None = Field(default=None, description="Days of window_sensitivity.")
    sample_ratio_alpha: Share | None = Field(default=None, description="Below this p an experiment's sizes are off.")
    alert_minimum_cohorts: Count | None = Field(default=None, description="Fewest earlier cohorts of limits (8).")
    alert_baseline_cohorts: Count | None = Field(default=None, description="Most earlier cohorts of limits (25).")
    alert_run_length: Count | None = Field(default=None, description="Cohorts on one side that are a signal (9).")
    benchmarked_metrics: list[BenchmarkedMetric] | None = Field(
        default=None, description="What benchmark_gaps compares."
    )
    funnels: list[Funnel] | None = Field(default=None, description="The funnels of funnel_rates.")
    capacity_targets: list[CapacityTarget] | None = Field(default=None, description="The targets of capacity_plan.")
    experiments: list[DeclaredExperiment] | None = Field(default=None, description="What is known of experiments.")
    sla_targets: list[SlaTarget] | None = Field(default=None, description="The targets of sla_compliance.")
    outcome_timings: list[OutcomeTiming] | None = Field(default=None, description="The timings of outcome_timing.")
    kpi_grains: list[Grain] | None = Field(
        default=None, description="Lengths of the periods of KPIs (month); all is always there."
    )
    drop_off_order: list[Cause] | None = Field(
        default=None, description="In which order causes of drop_off_reasons are asked."
    )
    slow_follow_up_minutes: Positive | None = Field(default=None, description="A later first answer is slow (60).")
    not_actionable_categories: list[Category] | None = Field(
        default=None,
        description="Categories of dispositions after which nobody could have sold (support, wrong_person, other).",
    )
    disposition_reviews: StrictBool | None = Field(
        default=None, description="Whether the project has the seed disposition_reviews (false)."
    )
    audit_seed: Text | None = Field(default=None, description="What the draw for review begins from (convsql).")
    audit_sample_size: Count | None = Field(default=None, description="Conversations drawn of each category (30).")
    revenue_outcome: Text | None = Field(
        default=None, description="The outcome whose amounts are revenue (closed_won)."
    )
    value_horizons: list[Count] | None = Field(
        default=None, description="Days at which customers are compared (30, 90, 180, 365)."
    )
    sentiment_cutoffs: SentimentCutoffs | None = Field(default=None, description="Bands of sentiment_rates.")
    drop_off_cuts: list[Dimension] | None = Field(
        default=None,
        description="By what drop_off_reasons counts (channel, owner_team, territory, campaign_id); not handled_by.",
    )
