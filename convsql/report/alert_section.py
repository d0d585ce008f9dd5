"""Alerts: the signals of each metric by when they began, and the control charts of the series they came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from convsql.base.printable import number_of
from convsql.rates.words import period_name
from convsql.report import charts
from convsql.report.drill import drill
from convsql.report.event_names import events_of_series
from convsql.report.figure import Figure, Row, Section, slug
from convsql.report.labels import dimension_label, metric_label, period_label
from convsql.report.scope import Scope, dimensions, key_of, of_metric, said, segment

MOST_EPISODES = 20
MOST_CHARTS = 6
MOST_PERIODS = 40
MOST_NAMED = 4
# A signal of the next period, of the same metric and side, belongs to it: so many days.
_NEAR = {"day": 1, "week": 8, "month": 32, "quarter": 93, "year": 367}
_WORDS = {
    "above_limit": "above its limit",
    "below_limit": "below its limit",
    "run_above": "a run above the centre",
    "run_below": "a run below the centre",
}
_EPISODES = (
    ("since", "since", "text"),
    ("until", "last seen", "text"),
    ("metric", "metric", "text"),
    ("way", "what", "text"),
    ("where", "where", "prose"),
    ("rate", "rate", "share"),
    ("lower", "lower limit", "share"),
    ("upper", "upper limit", "share"),
    ("matured", "matured (n)", "count"),
    ("event", "on record", "prose"),
)
_CHART = (
    ("period", "period", "text"),
    ("what", "signal", "text"),
    ("event", "on record", "prose"),
    ("rate", "rate", "share"),
    ("centre", "centre", "share"),
    ("lower", "lower limit", "share"),
    ("upper", "upper limit", "share"),
    ("matured", "matured (n)", "count"),
)


@dataclass(slots=True)
class Episode:
    """Signals of one metric, grain and side that follow each other: one thing happened, and shows in several series."""

    metric: Row
    rows: list[Row] = field(default_factory=list)

    @property
    def first(self) -> date:
        found: date = self.rows[0]["cohort_period"]
        return found

    @property
    def last(self) -> date:
        found: date = self.rows[-1]["cohort_period"]
        return found

    @property
    def is_small(self) -> bool:
        """Whether there are few conversations behind each of its signals."""
        return all(r["is_small"] for r in self.rows)

    @property
    def main(self) -> Row:
        """The signal that stands for it: over all conversations if there is one, else of the series of most; of these the first."""
        return min(self.rows, key=lambda r: (r["cohort_by"] != "all", r["is_small"], r["cohort_period"], -r["matured"], r["series_id"]))  # fmt: skip


def _seasonal(scope: Scope) -> str:
    """How many of them are the weekday's, the month's or a holiday's, where season_alerts knows that."""
    if not scope.has("season_alerts", "judged_by", "no_season_because", "plain_signal", "signal"):
        return ""
    current = ", ".join(f"({said(m['metric'])}, {int(m['metric_version'])})" for m in scope.metrics)
    (row,) = scope.rows(
        "select count(*) as n from {season_alerts} where plain_signal is not null and signal is null"
        f" and (judged_by = 'season' or no_season_because = 'holiday') and (metric, metric_version) in ({current or '(null, null)'})"
    )
    if not row["n"]:
        return ""
    return f" {row['n']:,} of them {'is' if row['n'] == 1 else 'are'} of a weekday, a month or a holiday as it always is (season_alerts)."  # fmt: skip


def alert_section(scope: Scope) -> Section:
    """Signals by when they began; a control chart for the main series of the newest."""
    section = Section(
        "alerts",
        "Signals",
        "Which changes are more than chance? Each complete cohort is compared with earlier ones of its own series; signals that follow each other are one line.",
        caption="Dashed: limits set by the cohorts before. Large dots: signals. Dotted uprights: periods in which something is on record.",
    )
    if not scope.has("rate_alerts"):
        section.missing = "the table rate_alerts is not published"
        return section
    episodes = [e for metric in scope.metrics for e in _episodes(scope, metric)]
    if not episodes:
        section.missing = "no signal in any series"
        return section
    episodes.sort(key=lambda e: (-e.first.toordinal(), -len({r["series_id"] for r in e.rows}), key_of(e.metric)))
    large = [e for e in episodes if not e.is_small]
    small = [e for e in episodes if e.is_small]
    count = sum(len(e.rows) for e in episodes)
    series = len({r["series_id"] for e in episodes for r in e.rows})
    if large:
        left = f" The newest {MOST_EPISODES} of {len(large)} are listed." if len(large) > MOST_EPISODES else ""
        section.figures.append(
            Figure(
                "signals",
                "What began when",
                f"{number_of(count, 'signal')} in {series:,} series, in {number_of(len(episodes), 'episode')}.{left}{_seasonal(scope)}",
                scope.footing("rate_alerts"),
                _EPISODES,
                [_line(scope, e) for e in large[:MOST_EPISODES]],
            )
        )
    if small:
        section.figures.append(
            Figure(
                "small-signals",
                f"{len(small):,} more in small cohorts",
                "Fewer than 30 conversations stand behind each of these signals; among so many series most of them are chance.",
                scope.footing("rate_alerts"),
                _EPISODES,
                [_line(scope, e) for e in small[:MOST_EPISODES]],
                in_text=False,
                folded=True,
            )
        )
    drawn = {e.main["series_id"]: e for e in reversed(large)}
    section.figures += [_chart(scope, e) for e in list(drawn.values())[::-1][:MOST_CHARTS]]
    return section


def _episodes(scope: Scope, metric: Row) -> list[Episode]:
    rows = scope.rows(
        "select series_id, cohort_grain, cohort_by, cohort_period, signal, conversion_rate, centre, lower_limit, upper_limit, matured, is_small,"
        f" {dimensions()} from {{rate_alerts}} where {of_metric(metric)} and signal is not null order by cohort_period, cohort_by, series_id"
    )
    found: list[Episode] = []
    going: dict[tuple[str, bool], Episode] = {}
    for row in rows:
        key = row["cohort_grain"], row["signal"].endswith("above") or row["signal"].startswith("above")
        episode = going.get(key)
        if episode is None or (row["cohort_period"] - episode.last).days > _NEAR.get(row["cohort_grain"], 31):
            episode = going[key] = Episode(metric)
            found.append(episode)
        episode.rows.append(row)
    return found


def _line(scope: Scope, episode: Episode) -> dict[str, object]:
    main = episode.main
    grain = main["cohort_grain"]
    return {
        "since": period_name(episode.first, grain),
        "until": period_name(episode.last, grain),
        "metric": metric_label(episode.metric),
        "way": _WORDS.get(main["signal"], main["signal"]),
        "where": _where(episode),
        "rate": main["conversion_rate"],
        "lower": main["lower_limit"],
        "upper": main["upper_limit"],
        "matured": main["matured"],
        "event": _on_record(scope, episode),
        "drill": drill(scope, episode.metric, grain, main["cohort_period"], main["cohort_by"], main),
    }


def _on_record(scope: Scope, episode: Episode) -> str:
    """What is on record for any period of the episode, of the series that stands for it."""
    events = events_of_series(scope, f"series_id = {said(episode.main['series_id'])}")
    named = [events[p] for p in sorted({r["cohort_period"] for r in episode.rows}) if p in events]
    return "; ".join(dict.fromkeys(named))


def _where(episode: Episode) -> str:
    every = {r["series_id"]: r for r in episode.rows}
    cut = [r for r in every.values() if r["cohort_by"] != "all"]
    named = sorted({f"{dimension_label(r['cohort_by'])}: {segment(r, r['cohort_by'])}" for r in cut})
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    parts = ["all conversations"] if len(cut) < len(every) else []
    if named:
        parts.append(f"{len(named)} segment{'s' if len(named) > 1 else ''} ({'; '.join(named[:MOST_NAMED])}{more})")
    return "; ".join(parts)


def _series(metric: Row, row: Row) -> str:
    where = "" if row["cohort_by"] == "all" else f", {dimension_label(row['cohort_by'])} {segment(row, row['cohort_by'])}"  # fmt: skip
    return f"{metric_label(metric)} by {row['cohort_grain']}{where}"


def _chart(scope: Scope, episode: Episode) -> Figure:
    signal = episode.main
    rows = scope.rows(
        "select cohort_period, cohort_grain, conversion_rate, centre, lower_limit, upper_limit, matured, signal from {rate_alerts}"
        f" where series_id = {said(signal['series_id'])} order by cohort_period desc limit {MOST_PERIODS}"
    )[::-1]
    events = events_of_series(scope, f"series_id = {said(signal['series_id'])}")
    values: list[dict[str, object]] = [
        {
            "period": period_name(r["cohort_period"], r["cohort_grain"]),
            "event": events.get(r["cohort_period"], ""),
            "rate": r["conversion_rate"],
            "centre": r["centre"],
            "lower": r["lower_limit"],
            "upper": r["upper_limit"],
            "matured": r["matured"],
            "signal": bool(r["signal"]),
            "what": _WORDS.get(r["signal"], r["signal"] or ""),
            "drill": drill(scope, episode.metric, r["cohort_grain"], r["cohort_period"], signal["cohort_by"], signal),
        }
        for r in rows
    ]
    title = _series(episode.metric, signal)
    name = slug("alert", episode.metric["metric"], signal["cohort_grain"], signal["cohort_by"], segment(signal, signal["cohort_by"]) if signal["cohort_by"] != "all" else "", episode.first)  # fmt: skip
    return Figure(
        name,
        title,
        f"{str(_WORDS.get(signal['signal'], signal['signal'])).capitalize()} in {period_label(signal['cohort_period'], signal['cohort_grain'])}.",
        scope.footing(key_of(episode.metric), sum(int(r["matured"]) for r in rows)),
        _CHART,
        values,
        charts.control_chart(values),
        in_text=False,
    )
