"""The answer to a supposed definition, for a terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from convsql.base.printable import one_line
from convsql.rates.words import NOTHING, bare, percent, period_name

MOVES = 8


def answer_head(found: Mapping[str, Any]) -> list[str]:
    """What is supposed, and the rate over all time; `found`: the document of `answered`."""
    lines = [f"{found['metric']}@{found['metric_version']}, what if"]
    lines += [f"  {c['key']}: {_said(c['before'])} → {_said(c['after'])}" for c in found["changes"]]
    return [*lines, "", _headline(found)] if found["total"] else lines


def answer_columns(found: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of `answer_rows`."""
    first = "period" if found["grain"] == "all" else str(found["grain"])
    of_a_side = ("interval", "converted / n")
    return (first, *map(one_line, found["by"]), "now", *of_a_side, "what if", *of_a_side, "points", "complete?")


def answer_rows(found: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """A row per cohort: both rates, each with its interval and counts."""
    rows = []
    for entry in found["cohorts"]:
        before, after = entry["before"], entry["after"]
        period = date.fromisoformat(entry["period"]) if entry["period"] else None
        states = ["complete" if side and side["is_complete"] else "open" for side in (before, after)]
        rows.append(
            (
                period_name(period, found["grain"]),
                *(one_line(str(entry["cut"][name])) for name in found["by"]),
                *_side(before),
                *_side(after),
                _points(before, after) or NOTHING,
                states[0] if states[0] == states[1] else f"{states[0]} → {states[1]}",
            )
        )
    return rows


def answer_tail(found: Mapping[str, Any]) -> list[str]:
    """Who moves, which targets are met otherwise, and that nothing was done."""
    targets = [_target(each) for each in found["targets"] if each["was_met"] != each["would_be_met"]]
    last = f"Nothing was built or published. To keep it, add it as another version of {found['metric']} in vars.yml."
    return [*_moves(found), *targets, last]


def _said(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return "any" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _headline(found: Mapping[str, Any]) -> str:
    before, after = found["total"]["before"], found["total"]["after"]
    change = _points(before, after)
    return f"All time: {_rate(before)} → {_rate(after)}{f', {change} points' if change else ''}"


def _rate(side: Mapping[str, Any] | None) -> str:
    if side is None or side["conversion_rate"] is None:
        return "no rate"
    return f"{percent(side['conversion_rate']).strip()} ({side['matured_converted']:,} / {side['matured']:,})"


def _points(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    first, last = (side["conversion_rate"] if side else None for side in (before, after))
    return "" if first is None or last is None else f"{100 * (last - first):+.1f}"


def _side(side: Mapping[str, Any] | None) -> tuple[str, str, str]:
    if side is None:
        return NOTHING, "", ""
    counts = (
        f"{side['matured_converted']:,} / {side['matured']:,}{'*' if side['is_small'] and side['matured'] else ' '}"
    )
    if side["conversion_rate"] is None:
        return NOTHING, "", counts
    return percent(side["conversion_rate"]), f"{bare(side['rate_low'])}-{bare(side['rate_high'])}", counts


def _moves(found: Mapping[str, Any]) -> list[str]:
    if not found["moved"]:
        return ["No conversation would be counted differently; only rates that rest on credit can differ.", ""]
    lines = [f"{found['moved']:,} conversations would be counted differently. One of each to look at:"]
    for move in found["moves"][:MOVES]:
        lines += [
            f"  {move['conversations']:>6,}  {_stand(move, 'before')} → {_stand(move, 'after')}",
            f"          {move['example']}",
        ]
    if len(found["moves"]) > MOVES:
        lines.append(f"  and {len(found['moves']) - MOVES} other kinds of moves: --json has all")
    return [*lines, ""]


def _stand(move: Mapping[str, Any], side: str) -> str:
    status, why = str(move[side]).replace("_", " "), str(move[f"{side}_eligibility"]).replace("_", " ")
    return f"{status} ({why})" if status == "excluded" else status


def _target(each: Mapping[str, Any]) -> str:
    words = "would be missed" if each["was_met"] else "would be met"
    return f"The target of {percent(each['target']).strip()} for the period from {each['period']} {words}."
