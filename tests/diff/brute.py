"""The split of a rate's change and the movement matrix, read off docs/diff.md one conversation at a time.

Written apart from the package: it takes rows of the built tables as they are, and keeps sets of conversations where the
package keeps counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

Row = dict[str, Any]


@dataclass
class Seen:
    """One conversation on one side. `credited_by_old_rule` is only looked at after."""

    state: str
    cohort: Any
    matured: bool
    converted: bool
    credited: bool
    credited_by_old_rule: bool = False

    @property
    def eligible(self) -> bool:
        return self.state in ("pending", "not_converted", "converted", "converted, window open")


Side = dict[str, Seen]


def side(
    conversations: Iterable[Row], judged: Iterable[Row], touches: Iterable[Row], cohort: Callable[[Any], Any]
) -> Side:
    """Every conversation of a side; `judged` and `touches` are the rows of one metric version."""
    by_id = {row["conversation_id"]: row for row in judged}
    holding = {row["conversation_id"] for row in touches if row["credit"] > 0}
    found = {}
    for row in conversations:
        of_kind = by_id.get(row["conversation_id"])
        at = of_kind["anchor_at"] if of_kind else row["started_at"]
        if of_kind is None:
            state = "below_kind"
        elif of_kind["eligibility"] != "eligible":
            state = f"excluded: {of_kind['eligibility']}"
        else:
            state = of_kind["status"]
        matured = bool(of_kind and of_kind["is_matured"])
        converted = state == "converted"
        if converted and not matured:
            state = "converted, window open"
        found[row["conversation_id"]] = Seen(state, cohort(at), matured, converted, row["conversation_id"] in holding)
    return found


def credit_by_rule(side_after: Side, touches: Iterable[Row], rule: str) -> None:
    """Mark who holds credit when the touches of after are credited by a rule of before that reads no ages."""
    by_outcome: dict[str, list[Row]] = defaultdict(list)
    for row in touches:
        by_outcome[row["outcome_id"]].append(row)
    for listed in by_outcome.values():
        listed.sort(key=lambda row: row["touch_position"])
        holders = {"first_touch": listed[:1], "last_touch": listed[-1:]}.get(rule, listed)
        for row in holders:
            side_after[row["conversation_id"]].credited_by_old_rule = True


def matrix(before: Side, after: Side) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for name in before.keys() | after.keys():
        found[before[name].state if name in before else "absent", after[name].state if name in after else "absent"] += 1
    return found


def split(before: Side, after: Side, measure: str, cohort: Any = ...) -> list[Fraction] | None:
    """The four parts, in order; None where a rate of before or after does not exist. `cohort`: ... for all."""

    def counting(of: Side) -> set[str]:
        return {name for name, seen in of.items() if seen.eligible and cohort in (..., seen.cohort)}

    old, new = counting(before), counting(after)
    both_sides = before.keys() & after.keys()
    is_rate_of_credit = measure == "credited_rate"

    def rate(as_before: set[str], as_between: set[str], as_after: set[str]) -> Fraction | None:
        matured = hit = 0
        for names, of, flag in (
            (as_before, before, "credited"),
            (as_between, after, "credited_by_old_rule"),
            (as_after, after, "credited"),
        ):
            for name in names:
                if of[name].matured:
                    matured += 1
                    hit += bool(getattr(of[name], flag if is_rate_of_credit else "converted"))
        return Fraction(hit, matured) if matured else None

    nobody: set[str] = set()
    path = [
        rate(old, nobody, nobody),
        rate(old & both_sides, new - both_sides, nobody),
        rate(old & new, new - old, nobody),
        rate(nobody, new, nobody),
        rate(nobody, nobody, new),
    ]
    if path[0] is None or path[-1] is None:
        return None
    known: list[Fraction] = []
    for reached in path:
        known.append(known[-1] if reached is None else reached)
    return [b - a for a, b in pairwise(known)]
