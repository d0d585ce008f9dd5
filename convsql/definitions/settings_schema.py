"""The schema of the package's variables but for metric definitions, for editors too: what each is, and which values it takes.

Defaults are those of the macros (`macros/settings/settings.sql` and its neighbours); None stands for a variable that is left blank.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
)

from convsql.definitions.metric_schema import Category
from convsql.definitions.plausible_times import PlausibleTimes
from convsql.definitions.setting_entries import (
    AnyInput,
    BenchmarkedMetric,
    BusinessCalendars,
    CapacityTarget,
    Cause,
    ContactCentre,
    DeclaredExperiment,
    ExperimentMonitor,
    Funnel,
    Input,
    OutcomeTiming,
    ReminderEffect,
    RemovalCredit,
    SalesVelocity,
    SendingRules,
    SentimentCutoffs,
    SlaTarget,
    Tool,
    WonForecast,
    WorthLifts,
)
from convsql.definitions.setting_values import (
    Count,
    Cut,
    HoursOrNone,
    Identifier,
    Loss,
    LossShare,
    Months,
    NamedOnce,
    SecondsOrNone,
    Share,
    ShareOrWhole,
    Text,
    WholeDays,
)
from convsql.definitions.strict_values import WHOLE_NUMBER, Days, Hours, Instant, Minutes, Zone
from convsql.definitions.vocabulary import Dimension, Grain


class PackageSettings(BaseModel):
    """The variables of the package. Others may stand beside them: a project may have variables of its own."""

    model_config = ConfigDict(extra="allow", str_strip_whitespace=True)

    raw_path: str | None = Field(default=None, description="Folder of the raw tables; without it the schema `raw`.")
    raw_format: Literal["parquet", "csv", "parquet_folder", "csv_folder", "csv_gz", "tsv", "json", "ndjson"] | None = (
        Field(default=None, description="How the files under raw_path are kept, for dbt; convsql sees it (parquet).")
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
    raw_columns: dict[str, list[Text]] | None = Field(
        default=None,
        description="Columns of raw tables, by input or tool.table, by which definitions are checked where the data are not.",
    )
    inputs: list[Input] | None = Field(default=None, description="Optional inputs that exist.")
    input_models: list[AnyInput] | None = Field(
        default=None, description="Inputs that are models of the project, models/inputs/<input>.sql, and no raw tables."
    )
    as_of: Instant = Field(default=None, description="Hide all that is later (default: the latest event or load).")
    plausible_times: PlausibleTimes | None = Field(
        default=None, description="First and last day of what is taken for true; events outside are set aside."
    )
    null_words: list[Text] | None = Field(
        default=None,
        description="Words that mean nothing is given, in every column but free text; case and blanks around do not count.",
    )
    timezone: Zone | None = Field(default=None, description="Zone of days, weeks and months (UTC); an IANA name.")
    disposition_grace_hours: HoursOrNone | None = Field(
        default=None, description="How long after its last message a conversation's disposition counts (24)."
    )
    business_calendar: Text | None = Field(default=None, description="Calendar of business seconds (default).")
    business_calendars: BusinessCalendars | None = Field(
        default=None, description="Other calendars, by team or territory."
    )
    confidence: Share | None = Field(default=None, description="Of all intervals (0.95).")
    abandonment_hours: Hours | None = Field(default=None, description="Waiting longer counts as left waiting (24).")
    short_abandonment_seconds: SecondsOrNone | None = Field(
        default=None, description="A caller who leaves within it is no abandoned call (10)."
    )
    freshness_hours: Hours | None = Field(default=None, description="A source silent for longer is stale (168).")
    unreadable_warn_share: LossShare | None = Field(
        default=None, description="Share of a column's values that can't be read from which it is warned of (0.01)."
    )
    unreadable_error_share: LossShare | None = Field(default=None, description="From which it is an error (0.2).")
    set_aside_warn_share: LossShare | None = Field(
        default=None, description="Share of an input's rows that can't be used from which it is warned of (0.05)."
    )
    set_aside_error_share: LossShare | None = Field(default=None, description="From which it is an error (0.5).")
    key_match_warn_share: LossShare | None = Field(
        default=None,
        description="Share of keys that find their row in another input below which it is warned of (0.8).",
    )
    key_match_error_share: LossShare | None = Field(default=None, description="Below which it is an error (0.02).")
    accepted_losses: list[Loss] | None = Field(
        default=None,
        description="Losses that are known and accepted: input.column or input.reason, as in deals.amount.",
    )
    reporting_currency: Annotated[str, Field(pattern=r"^[A-Za-z]{3}$")] | None = Field(
        default=None, description="Currency of all amounts of deals, into which the seed currency_rates converts them."
    )
    minimum_coverage: ShareOrWhole | None = Field(
        default=None, description="Share of the standard's strata a group must have to be compared (0.8)."
    )
    sensitivity_windows: list[Days] | None = Field(default=None, description="Days of window_sensitivity.")
    sample_ratio_alpha: Share | None = Field(default=None, description="Below this p an experiment's sizes are off.")
    alert_minimum_cohorts: Count | None = Field(default=None, description="Fewest earlier cohorts of limits (8).")
    alert_baseline_cohorts: Count | None = Field(default=None, description="Most earlier cohorts of limits (25).")
    alert_run_length: Count | None = Field(default=None, description="Cohorts on one side that are a signal (9).")
    alert_seasons: list[Literal["weekday", "month"]] | None = Field(
        default=None, description="Seasons that season_alerts knows (weekday, month); an empty list for none."
    )
    benchmarked_metrics: list[BenchmarkedMetric] | None = Field(
        default=None, description="What benchmark_gaps compares."
    )
    funnels: Annotated[list[Funnel], NamedOnce] | None = Field(default=None, description="The funnels of funnel_rates.")
    capacity_targets: Annotated[list[CapacityTarget], NamedOnce] | None = Field(
        default=None, description="The targets of capacity_plan."
    )
    response_minutes: list[Minutes] | None = Field(default=None, description="Limits of response_curve's bands.")
    contact_centre: ContactCentre | None = Field(
        default=None, description="How contact_centre and staffing_need read calls and states of reps."
    )
    staffing_states: list[Text] | None = Field(
        default=None, description="States of reps in which somebody is there to answer (available)."
    )
    survival_dimensions: list[Dimension] | None = Field(
        default=None, description="Dimensions that conversion_survival compares (all); an empty list for none."
    )
    event_sources: list[Literal["events", "holidays", "changes"]] | None = Field(
        default=None, description="Which events rate_events puts beside rates (all); an empty list for none."
    )
    handover_funnels: list[Text] | None = Field(
        default=None, description="Strict funnels that handover_rates reads (all); an empty list for none."
    )
    pipeline_ages: list[Days] | None = Field(
        default=None, description="Days in a stage at which ages of pipeline_stages end (14, 30, 60); none for no rows."
    )
    ramp_months: Months | None = Field(
        default=None, description="Months of 30 days after which a rep is established, for rep_ramp (6); 0 for no rows."
    )
    coaching_conversations: Annotated[int, Field(ge=0, le=100), WHOLE_NUMBER] | None = Field(
        default=None, description="Most conversations of a rep in coaching_conversations (5); 0 for no rows."
    )
    reminder_effect: ReminderEffect | None = Field(
        default=None, description="What reminder_effect takes for a reminder."
    )
    won_forecast: WonForecast | None = Field(default=None, description="What won_forecast foretells.")
    removal_credit: RemovalCredit | None = Field(default=None, description="What removal_credit reckons.")
    sales_velocity: SalesVelocity | None = Field(default=None, description="What sales_velocity counts.")
    worth_lifts: WorthLifts | None = Field(default=None, description="The lifts that worth_of_a_point supposes.")
    experiments: Annotated[list[DeclaredExperiment], NamedOnce] | None = Field(
        default=None, description="What is known of experiments."
    )
    experiment_monitor: ExperimentMonitor | None = Field(
        default=None, description="How experiment_monitor reads experiments day by day."
    )
    sla_targets: Annotated[list[SlaTarget], NamedOnce] | None = Field(
        default=None, description="The targets of sla_compliance."
    )
    outcome_timings: Annotated[list[OutcomeTiming], NamedOnce] | None = Field(
        default=None, description="The timings of outcome_timing."
    )
    kpi_grains: list[Grain] | None = Field(
        default=None, description="Lengths of the periods of KPIs (month); all is always there."
    )
    drop_off_order: list[Cause] | None = Field(
        default=None, description="In which order causes of drop_off_reasons are asked."
    )
    slow_follow_up_minutes: Minutes | None = Field(default=None, description="A later first answer is slow (60).")
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
    value_horizons: list[WholeDays] | None = Field(
        default=None, description="Days at which customers are compared (30, 90, 180, 365)."
    )
    sending_rules: SendingRules | None = Field(
        default=None, description="How sending_rules compares what was sent with the seed messaging_rules."
    )
    sentiment_cutoffs: SentimentCutoffs | None = Field(default=None, description="Bands of sentiment_rates.")
    drop_off_cuts: list[Cut] | None = Field(
        default=None,
        description="By what drop_off_reasons counts (channel, owner_team, territory, campaign_id); not handled_by.",
    )
