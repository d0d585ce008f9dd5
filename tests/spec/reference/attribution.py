"""Credit (section 3).

> Attribution splits an outcome's credit over its *touches*: the eligible conversations of its unit whose window
> holds it, ordered by (`anchor_at`, `first_message_id`): first 1, last 1, linear 1/n, position 40/20/40 (n = 1:
> 1; n = 2: ½, ½), decay 2^(−age/half-life) normalised, age = `occurred_at − anchor_at` in days.
> `attributed_outcomes`: one row per touch, zero credit included. A conversation is **credited** when it holds
> credit > 0.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.metrics import Metric, Subject
from tests.spec.reference.values import MICROSECOND

DAY_MICROSECONDS = 86_400_000_000


def attribute(metric: Metric, found: list[Subject]) -> Rows:
    """The rows of `attributed_outcomes` of a metric; with what the rates need of each touch."""
    touches: dict[Any, list[tuple[Subject, Row]]] = defaultdict(list)
    for subject in found:
        for outcome in subject.touched:
            touches[outcome["outcome_id"]].append((subject, outcome))
    rows: Rows = []
    for of_outcome in touches.values():
        of_outcome.sort(key=lambda each: _order(each[0]))
        shares = credit(metric, of_outcome)
        for position, ((subject, outcome), share) in enumerate(zip(of_outcome, shares, strict=True), 1):
            amount = outcome["amount"]
            rows.append(
                {
                    "metric": metric.name,
                    "metric_version": metric.version,
                    "outcome_id": outcome["outcome_id"],
                    "conversation_id": subject.conversation.conversation_id,
                    "touch_position": position,
                    "touch_count": len(of_outcome),
                    "credit": share,
                    "credited_amount": None if amount is None else share * Fraction(amount),
                    "occurred_at": outcome["occurred_at"],
                    "deal_id": outcome["deal_id"],
                    "subject": subject,
                }
            )
    return rows


def credit(metric: Metric, touches: list[tuple[Subject, Row]]) -> list[Fraction]:
    """The share of each touch, in order; they sum to 1."""
    n = len(touches)
    if metric.attribution == "first_touch":
        return [Fraction(int(i == 0)) for i in range(n)]
    if metric.attribution == "last_touch":
        return [Fraction(int(i == n - 1)) for i in range(n)]
    if metric.attribution == "time_decay":
        return _decay(metric, touches)
    if metric.attribution == "position_based" and n > 2:
        middle = Fraction(1, 5) / (n - 2)
        return [Fraction(2, 5), *[middle] * (n - 2), Fraction(2, 5)]
    return [Fraction(1, n)] * n


def _decay(metric: Metric, touches: list[tuple[Subject, Row]]) -> list[Fraction]:
    """Ages are taken against the youngest touch: the same shares, and no underflow of all of them."""
    ages = [
        Fraction((row["occurred_at"] - subject.anchor_at) // MICROSECOND, DAY_MICROSECONDS) for subject, row in touches
    ]
    half_lives = [(age - min(ages)) / Fraction(str(metric.half_life_days)) for age in ages]
    weights = [Fraction(2.0 ** -float(each)) for each in half_lives]
    return [weight / sum(weights) for weight in weights]


def _order(subject: Subject) -> tuple[Any, str]:
    return (subject.anchor_at, subject.conversation.first.message_id)
