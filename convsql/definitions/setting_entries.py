"""The entries of variables that are lists or mappings: funnels, targets, experiments, calendars; for editors too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, field_validator, model_validator

from convsql.definitions.read_inputs import declared_inputs, optional_inputs
from convsql.definitions.setting_values import (
    Amount,
    DaysOrNone,
    Effect,
    Percentage,
    Power,
    Replicates,
    SecondsOrNone,
    Share,
    Shrinkage,
    Text,
    Weeks,
    WeeksBack,
    WholeDays,
)
from convsql.definitions.strict_values import WHOLE_NUMBER, Day, Days, Minutes, Number, Zone
from convsql.definitions.vocabulary import Dimension, Grain, Kind, Unit

Cause = Literal[
    "slow_follow_up", "incorrect_routing", "no_next_step", "not_actionable", "no_reply", "opted_out", "unexplained"
]
if TYPE_CHECKING:
    Input = str
    AnyInput = str
else:  # the names stand in the package's registry alone
    Input = Literal[optional_inputs()]
    AnyInput = Literal[tuple(declared_inputs())]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class FunnelStep(_Strict):
    """One step of a funnel: a kind of conversations, or an outcome."""

    name: Text = Field(description="The step's name; benchmarks of the set `funnel` refer to it.")
    kind: Kind | None = Field(default=None, description="What a conversation becomes at this step.")
    outcome: Text | None = Field(default=None, description="The outcome that happens at this step.")
    window_days: Days | None = Field(default=None, description="Within how many days (30).")
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
    unit: Unit | None = Field(default=None, description="Whose outcomes count (contact).")
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
    count: Amount = Field(description="How many must reach the step.")
    by: Day = Field(description="The day by which they must have (YYYY-MM-DD).")
    step: Text | None = Field(default=None, description="Name of the step (the last).")
    weeks: Weeks | None = Field(default=None, description="Over how many weeks the conversations are begun (13).")
    attempts_per_rep_per_week: Amount | None = Field(default=None, description="Without it no reps are said.")


class WorthLifts(_Strict):
    """By how much steps are supposed to be better (`worth_of_a_point`)."""

    points: list[Percentage] | None = Field(default=None, description="Points added to the rate of a step (1).")
    percent: list[Percentage] | None = Field(default=None, description="Per cent of the rate added to it (10).")


class SalesVelocity(_Strict):
    """Which deals `sales_velocity` counts, and what it is cut by."""

    opened: Text | None = Field(default=None, description="The outcome that opens a deal (opportunity_created).")
    lost: Text | None = Field(default=None, description="The outcome of a lost deal (closed_lost).")
    by: list[Literal["all", "source", "territory", "industry", "persona"]] | None = Field(
        default=None, description="Cuts by the deal's contact (all, source, territory); an empty list is no rows."
    )


class ReminderEffect(_Strict):
    """What a reminder is, and how long meetings and proposals are followed (`reminder_effect`)."""

    kinds: list[Text] | None = Field(
        default=None, description="Kinds of campaigns that are reminders (reminder); an empty list is no rows."
    )
    topic: Text | None = Field(default=None, description="The topic of the seed topics that tells one (reminder).")
    landmark_days: Days | None = Field(default=None, description="In which a proposal is reminded of (3).")
    window_days: Days | None = Field(default=None, description="In which what follows is looked for (30).")


class WonForecast(_Strict):
    """What is foretold, and from what (`won_forecast`)."""

    metrics: list[Text] | None = Field(default=None, description="Names of metrics (all); an empty list is no rows.")
    backtests: Annotated[int, Field(ge=0, le=60), WHOLE_NUMBER] | None = Field(
        default=None, description="On how many past months it is tried (12)."
    )
    history_days: WholeDays | None = Field(default=None, description="Days before a window from which it learns (180).")


class RemovalCredit(_Strict):
    """What `removal_credit` reckons."""

    by: list[Literal["channel", "campaign_id"]] | None = Field(
        default=None, description="Dimensions (channel, campaign_id); an empty list is no rows."
    )
    replicates: Replicates | None = Field(default=None, description="How often paths are drawn anew (40).")


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


class Withheld(_Strict):
    """What the control of a holdout does not get (`removal_credit`)."""

    dimension: Literal["channel", "campaign_id"] = Field(description="channel or campaign_id.")
    value: Text = Field(description="Its value.")


class DeclaredExperiment(_Strict):
    """What is known of an experiment beyond its assignments (`experiment_results`)."""

    name: Text = Field(description="As the assignments name it.")
    control: Text | None = Field(
        default=None, description="The variant to compare with (`control`, else the least name)."
    )
    shares: dict[str, Amount] | None = Field(default=None, description="Each variant's part of the contacts (equal).")
    metrics: list[Text] | None = Field(default=None, description="Names of the metrics it was made for (all).")
    observation_days: Days | None = Field(
        default=None, description="How long after its assignment a contact's conversations count (for ever)."
    )
    planned_contacts: Amount | None = Field(
        default=None, description="Contacts of both sides at which an always-valid interval is narrowest."
    )
    minimum_effect: Effect | None = Field(
        default=None, description="The least difference of rates that matters (0.02 is two points)."
    )
    holdout: StrictBool | None = Field(
        default=None, description="Whether its control is kept out of all other experiments for good (false)."
    )
    withholds: Withheld | None = Field(default=None, description="What the control does not get.")


class ExperimentMonitor(_Strict):
    """How experiments are read day by day (`experiment_monitor`)."""

    enabled: StrictBool | None = Field(default=None, description="Whether they are (true).")
    planned_contacts: Amount | None = Field(
        default=None, description="Contacts of both sides at which an always-valid interval is narrowest (5000)."
    )
    power: Power | None = Field(default=None, description="With which an effect is to be found (0.8).")
    covariate_days: DaysOrNone | None = Field(
        default=None, description="How long before its assignment a contact's conversations are its history (90)."
    )


class ContactCentre(_Strict):
    """How calls and states of reps are read (`contact_centre`, `staffing_need`)."""

    enabled: StrictBool | None = Field(default=None, description="Whether they are (true).")
    available: list[Text] | None = Field(default=None, description="States of waiting for a contact (available).")
    talk: list[Text] | None = Field(default=None, description="States of a call (talk).")
    hold: list[Text] | None = Field(default=None, description="States of a caller on hold (hold).")
    after_call: list[Text] | None = Field(
        default=None, description="States of work after a call (wrap_up, after_call)."
    )
    transfer: list[Text] | None = Field(default=None, description="States of handing over (transfer).")
    service_seconds: SecondsOrNone | None = Field(default=None, description="Answered in time within it (20).")
    service_level: Share | None = Field(default=None, description="Share that is to be answered in time (0.8).")
    shrinkage: Shrinkage | None = Field(default=None, description="Share of paid time that nobody is there (0.3).")
    weeks: WeeksBack | None = Field(default=None, description="Weeks before as_of that staffing_need reads (13).")


class SendingRules(_Strict):
    """How what was sent is compared with the seed messaging_rules (`sending_rules`)."""

    enabled: StrictBool | None = Field(default=None, description="Whether it is (true).")
    territory_zones: dict[str, Zone] | None = Field(
        default=None, description="The zone of each territory of contacts, for quiet hours (none)."
    )


class SentimentCutoffs(_Strict):
    """From which mean score a conversation is of which band (`sentiment_rates`)."""

    very_happy: Number | None = Field(default=None, description="From here on very happy (0.5).")
    happy: Number | None = Field(default=None, description="From here on happy (0.05).")
    unhappy: Number | None = Field(default=None, description="Up to here unhappy (-0.05).")

    @model_validator(mode="after")
    def _in_order(self) -> SentimentCutoffs:
        given = (self.very_happy, self.happy, self.unhappy)
        limits = [default if limit is None else limit for limit, default in zip(given, (0.5, 0.05, -0.05), strict=True)]
        if not limits[0] > limits[1] > limits[2]:
            raise ValueError(f"very_happy, happy and unhappy must fall in this order, and they are {limits}")
        return self


Tool = Literal["twilio", "hubspot", "salesforce", "zendesk", "intercom"]


class BusinessCalendars(_Strict):
    """Whose waits are counted by another calendar than `business_calendar`."""

    by: Literal["owner_team", "owner_territory", "territory"] = Field(description="What decides on the calendar.")
    calendars: dict[str, Text] = Field(description="Calendar by team or territory.")


class SlaTarget(_Strict):
    """How soon first waits are to be answered (`sla_compliance`); for those that fit all of its lists."""

    name: Text = Field(description="Name of the target.")
    minutes: Minutes = Field(description="How soon the answer is to come.")
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
    window_days: Days = Field(description="Within how many days it must follow.")
