"""The whole report, gathered from what is published. A section whose tables are not there says so."""

from __future__ import annotations

from datetime import datetime

from convsql.api import Published
from convsql.definitions.metric_key import MetricKey
from convsql.rates.confidence import confidence_of
from convsql.report.alert_section import alert_section
from convsql.report.centre_section import centre_section
from convsql.report.coaching_section import coaching_section
from convsql.report.conversation_list import conversation_list
from convsql.report.credit_section import credit_section
from convsql.report.curve_section import curve_section
from convsql.report.definition_section import definition_section
from convsql.report.figure import Document
from convsql.report.findings import findings
from convsql.report.forecast_section import forecast_section
from convsql.report.funnel_section import funnel_section
from convsql.report.handover_section import handover_section
from convsql.report.headlines import headlines
from convsql.report.kpi_sections import kpi_sections
from convsql.report.money_section import money_section
from convsql.report.more_sections import answers_in_time, changes, experiments, targets
from convsql.report.pipeline_section import pipeline_section
from convsql.report.quality_section import quality_section
from convsql.report.ramp_section import ramp_section
from convsql.report.reminder_section import reminder_section
from convsql.report.response_section import response_curve_section
from convsql.report.rules_section import rules_section
from convsql.report.scope import Scope
from convsql.report.segment_section import segment_section
from convsql.report.story import story
from convsql.report.velocity_section import velocity_section
from convsql.report.worth_section import worth_section

MOST_METRICS = 24


def gather(published: Published, build: int, since: datetime | None, pii: bool = False) -> Document:
    """Read every section; without `pii` people are named by their ids. Raises ConvsqlError when the project publishes no rates."""
    published.need("cohort_rates", "metric_definitions", "clocks")
    scope = _scope(published, since, pii)
    project = published.compiled.project
    document = Document(
        project.name, published.compiled.target.schema, build, scope.said_as_of, scope.confidence, headlines(scope)
    )
    document.story = story(scope)
    document.findings = findings(scope, document.story)
    drop_off, waits, responses, sending, agents, scorecard = kpi_sections(scope)
    document.sections = [
        targets(scope),
        alert_section(scope),
        changes(scope),
        curve_section(scope),
        funnel_section(scope),
        handover_section(scope),
        worth_section(scope),
        segment_section(scope),
        experiments(scope),
        drop_off,
        money_section(scope),
        velocity_section(scope),
        pipeline_section(scope),
        forecast_section(scope),
        responses,
        answers_in_time(scope),
        response_curve_section(scope),
        credit_section(scope),
        waits,
        sending,
        rules_section(scope),
        centre_section(scope),
        agents,
        reminder_section(scope),
        coaching_section(scope),
        ramp_section(scope),
        quality_section(scope),
        scorecard,
        definition_section(scope),
    ]
    document.conversations = conversation_list(scope)
    return document


def _scope(published: Published, since: datetime | None, pii: bool = False) -> Scope:
    project = published.compiled.project
    variables = project.vars_for(project.name)
    clock = published.ask(f"select as_of from {published.name('clocks')}")
    metrics = published.ask(
        "select d.metric, d.metric_version, d.description, d.outcome, d.window_days, d.cohort_grains, d.cohort_sets, d.owner,"
        " r.matured, r.matured_converted, r.rate_low, r.rate_high"
        f" from {published.name('metric_definitions')} as d left join {published.name('cohort_rates')} as r"
        " on r.metric = d.metric and r.metric_version = d.metric_version and r.cohort_grain = 'all' and r.cohort_by = 'all'"
        f" where d.is_current order by coalesce(r.matured, 0) desc, d.metric limit {MOST_METRICS}"
    )
    labels = _labels(variables.get("conversion_metrics"))
    return Scope(
        published,
        clock[0]["as_of"] if clock else None,
        [{**m, "label": labels.get(MetricKey(m["metric"], int(m["metric_version"])), "")} for m in metrics],
        confidence_of(metrics, variables.get("confidence")),
        str(variables.get("timezone") or "UTC"),
        since,
        _currency(published, variables.get("reporting_currency")),
        pii,
    )


def _currency(published: Published, reporting: object) -> str:
    """The currency of all amounts: the one into which they are converted, else the only one that deals have; empty where it is not known."""
    if reporting:
        return str(reporting).upper()
    if not published.has("deal_currencies"):
        return ""
    rows = published.ask(f"select currency from {published.name('deal_currencies')} where given_count > 0")
    return str(rows[0]["currency"] or "").upper() if len(rows) == 1 else ""


def _labels(defined: object) -> dict[MetricKey, str]:
    """What versions are called, as far as their definitions say."""
    found = {}
    for item in defined if isinstance(defined, list) else []:
        if isinstance(item, dict) and item.get("label") and str(item.get("version", "")).isdigit():
            found[MetricKey(str(item.get("name")), int(item["version"]))] = str(item["label"])
    return found
