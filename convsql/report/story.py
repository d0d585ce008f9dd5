"""What happened, in a few sentences: what moved, since when, why as far as the tables say, what it cost, and what to do about it.

Every figure in a sentence is read from a published table, and each sentence names the figure of the report that shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convsql.rates.words import period_name
from convsql.report.compared import target_of
from convsql.report.figure import Row, Sentence, shown, slug
from convsql.report.headlines import complete_of, grain_of, periods_of
from convsql.report.labels import metric_label, noun_of, period_label, period_short
from convsql.report.scope import Scope
from convsql.report.shift import Shift, shift
from convsql.report.story_causes import causes, fallen_step, first_seen, where_it_is
from convsql.report.story_steps import steps

MOST_STARTS = 2  # times at which something moved


@dataclass(frozen=True, slots=True)
class Mover:
    """A metric that left its level."""

    metric: Row
    grain: str
    complete: Sequence[Row]
    shift: Shift

    @property
    def label(self) -> str:
        return metric_label(self.metric)

    @property
    def card(self) -> str:
        """The name of the figure that shows it."""
        return slug("rate", self.metric["metric"])


def movers(scope: Scope) -> list[Mover]:
    """The metrics that left their level, those that did last first, then those of which most is missing or gained."""
    found = []
    for metric in scope.drawn:
        complete = complete_of(periods_of(scope, metric))
        moved = shift(complete)
        if moved is not None:
            found.append(Mover(metric, grain_of(metric), complete, moved))
    return sorted(found, key=lambda m: (-m.shift.starts.toordinal(), -abs(m.shift.score), str(m.metric["metric"])))


def story(scope: Scope) -> list[Sentence]:
    """Three to five sentences. Without a metric that moved they say so."""
    moved = movers(scope)
    starts = list(dict.fromkeys(mover.shift.starts for mover in moved))[:MOST_STARTS]
    sentences: list[Sentence] = []
    for start in starts:
        group = [m for m in moved if m.shift.starts == start]
        sentences.append(_what(scope, group))
        if start == starts[0]:
            sentences.append(_why(scope, group[0]))
    if moved:
        sentences.append(_worth(scope, [m for m in moved if m.shift.starts in starts]))
    else:
        sentences.append(_nothing_moved(scope))
    first = moved[0] if moved else None
    when = f"around {period_label(first.shift.starts, first.grain)}" if first else ""
    sentences += steps(scope, first.metric if first else None, when)
    return sentences


def _what(scope: Scope, group: list[Mover]) -> Sentence:
    first = group[0]
    moved = first.shift
    by_period = {r["cohort_period"]: r for r in first.complete}
    single = ", ".join(
        f"{period_short(p, first.grain)} {shown(by_period[p]['conversion_rate'], 'share')}"
        for p in (moved.before.periods[-1], *moved.since.periods[:3])
    )
    text = (
        f"{first.label} {_verb(moved)} from {shown(moved.before.rate, 'share')} in the {len(moved.before.periods)} {first.grain}s before"
        f" to {shown(moved.since.rate, 'share')} ({single})"
    )
    for mover in group[1:3]:
        verb = "" if mover.shift.change * moved.change > 0 else f"{_verb(mover.shift)} "
        text += f"; {mover.label} {verb}from {shown(mover.shift.before.rate, 'share')} to {shown(mover.shift.since.rate, 'share')}"
    text += "."
    evidence = [(m.label, m.card) for m in group[:3]]
    for found in (first_seen(scope, first.metric, moved), fallen_step(scope, moved, first.grain)):
        if found is not None:
            text += f" {found[0]}"
            evidence.append(found[1])
    return Sentence(f"Since {period_label(moved.starts, first.grain)},", text, tuple(evidence))


def _verb(moved: Shift) -> str:
    return "has fallen" if moved.change < 0 else "has risen"


def _why(scope: Scope, mover: Mover) -> Sentence:
    said = [*causes(scope, mover.metric, mover.grain, mover.shift), *where_it_is(scope, mover.metric, mover.grain, mover.shift)]  # fmt: skip
    text = " ".join(text for text, _ in said)
    evidence = tuple(dict.fromkeys(link for _, link in said if link is not None))
    return Sentence("Why", text, evidence or ((mover.label, mover.card),))


def _worth(scope: Scope, moved: list[Mover]) -> Sentence:
    parts, priced = [], False
    for mover in moved[:3]:
        noun = noun_of(str(mover.metric["outcome"]))
        missed, amount = mover.shift.missed, _amount(mover)
        said = [f"{mover.label} since {period_label(mover.shift.starts, mover.grain)}"]
        said += [_money(scope, abs(missed) * amount)] if amount else []
        parts.append(f"{abs(missed):,.0f} {'fewer' if missed < 0 else 'more'} {noun} ({', '.join(said)})")
        priced = priced or amount is not None
    valued = (
        f" The amounts{'' if scope.currency else ', in the currency of the deals,'} assume what a conversion brought on average before."
        if priced
        else ""
    )
    text = f"So far {_listed(parts)} than at the earlier levels.{valued} {_targets(scope, moved)}"
    return Sentence("Worth", text, tuple((m.label, m.card) for m in moved[:3]))


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _amount(mover: Mover) -> float | None:
    """What a conversion brought on average in the periods before, by the metric's own attribution."""
    before = [r for r in mover.complete if r["cohort_period"] in mover.shift.before.periods]
    converted = sum(int(r["converted"] or 0) for r in before)
    amount = sum(float(r["amount"] or 0) for r in before)
    return amount / converted if converted and amount > 0 else None


def _money(scope: Scope, amount: float) -> str:
    unit = f" {scope.currency}" if scope.currency else ""
    for size, word in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if amount >= size:
            return f"about {amount / size:.1f} {word}{unit}"
    return f"about {amount:.0f}{unit}"


def _targets(scope: Scope, moved: list[Mover]) -> str:
    said = []
    for mover in moved:
        last = mover.complete[-1]
        target = target_of(scope, mover.metric, last["cohort_period"])
        if target is not None and target <= 1:
            said.append(
                f"{mover.label} stands at {shown(last['conversion_rate'], 'share')} against a target of {shown(target, 'share')}."
            )
        elif target is not None:
            said.append(
                f"{mover.label} has {int(last['converted'] or 0):,} conversions of a target of {target:,.0f} in {period_name(last['cohort_period'], mover.grain)}."
            )
    return " ".join(said) or "None of these metrics has a target yet: targets are rows of seeds/targets.csv."


def _none_of(count: int) -> str:
    return {1: "The one metric has not", 2: "Neither metric has"}.get(count, f"None of the {count} metrics has")


def _nothing_moved(scope: Scope) -> Sentence:
    shown_metrics = [m for m in scope.drawn if complete_of(periods_of(scope, m))]
    if not shown_metrics:
        return Sentence("Too early", "No metric has a complete period yet, so nothing can be compared.", (("Rates", "headlines"),))  # fmt: skip
    return Sentence(
        "No lasting change",
        f"{_none_of(len(shown_metrics))} left its earlier level by more than chance and its usual ups and downs would explain.",
        (("Rates", "headlines"),),
    )
