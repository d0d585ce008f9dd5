"""The answer to a supposed definition, for a terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from convsql.base.printable import one_line
from convsql.rates.words import NOTHING, bare, percent, period_name

MOVES = 8


def answer_view(found: Mapping[str, Any]) -> RenderableType:
    """What `convsql whatif` prints; `found`: the document of `answered`."""
    key = f"{found['metric']}@{found['metric_version']}"
    parts: list[RenderableType] = [Text(f"{key}, what if", style="bold")]
    parts += [Text(f"  {c['key']}: {_said(c['before'])} → {_said(c['after'])}") for c in found["changes"]]
    if found["total"]:
        parts += [Text(), Text(_headline(found))]
    parts.append(_cohorts(found))
    parts += _moves(found)
    parts += [Text(_target(each)) for each in found["targets"] if each["was_met"] != each["would_be_met"]]
    parts.append(
        Text(
            f"Nothing was built or published. To keep it, add it as another version of {found['metric']} in vars.yml.",
            style="dim",
        )
    )
    return Group(*parts)


def _said(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return "any" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _headline(found: Mapping[str, Any]) -> str:
    before, after = found["total"]["before"], found["total"]["after"]
    return f"All time: {_rate(before)} → {_rate(after)}{_points(before, after, ', ')}"


def _rate(side: Mapping[str, Any] | None) -> str:
    if side is None or side["conversion_rate"] is None:
        return "no rate"
    return f"{percent(side['conversion_rate']).strip()} ({side['matured_converted']:,} / {side['matured']:,})"


def _points(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, lead: str = "") -> str:
    first, last = (side["conversion_rate"] if side else None for side in (before, after))
    if first is None or last is None:
        return "" if lead else NOTHING
    return f"{lead}{100 * (last - first):+.1f} points"


def _cohorts(found: Mapping[str, Any]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("period" if found["grain"] == "all" else found["grain"], no_wrap=True)
    for name in found["by"]:
        table.add_column(Text(one_line(name)), no_wrap=True)
    for name in ("now", "what if"):
        table.add_column(name, justify="right", no_wrap=True)
        table.add_column("interval", no_wrap=True)
        table.add_column("converted / n", justify="right", no_wrap=True)
    table.add_column("change", justify="right", no_wrap=True)
    table.add_column("complete?", no_wrap=True)
    for entry in found["cohorts"]:
        before, after = entry["before"], entry["after"]
        period = date.fromisoformat(entry["period"]) if entry["period"] else None
        states = ["complete" if side and side["is_complete"] else "open" for side in (before, after)]
        cells = [
            period_name(period, found["grain"]),
            *(one_line(str(entry["cut"][name])) for name in found["by"]),
            *_side(before),
            *_side(after),
            _points(before, after),
            states[0] if states[0] == states[1] else f"{states[0]} → {states[1]}",
        ]
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _side(side: Mapping[str, Any] | None) -> tuple[str, str, str]:
    if side is None:
        return NOTHING, "", ""
    counts = (
        f"{side['matured_converted']:,} / {side['matured']:,}{'*' if side['is_small'] and side['matured'] else ' '}"
    )
    if side["conversion_rate"] is None:
        return NOTHING, "", counts
    return percent(side["conversion_rate"]), f"{bare(side['rate_low'])}-{bare(side['rate_high'])}", counts


def _moves(found: Mapping[str, Any]) -> list[RenderableType]:
    if not found["moved"]:
        return [Text("No conversation would stand elsewhere; only rates that rest on credit can differ.")]
    lines: list[RenderableType] = [Text(f"{found['moved']:,} conversations would stand elsewhere:")]
    for move in found["moves"][:MOVES]:
        lines.append(
            Text(
                f"  {move['conversations']:>6,}  {_stand(move, 'before')} → {_stand(move, 'after')}   for example {move['example']}"
            )
        )
    if len(found["moves"]) > MOVES:
        lines.append(Text(f"  and {len(found['moves']) - MOVES} other kinds of moves: --json has all", style="dim"))
    lines.append(Text())
    return lines


def _stand(move: Mapping[str, Any], side: str) -> str:
    status, why = str(move[side]).replace("_", " "), str(move[f"{side}_eligibility"]).replace("_", " ")
    return f"{status} ({why})" if status == "excluded" else status


def _target(each: Mapping[str, Any]) -> str:
    words = "would be missed" if each["was_met"] else "would be met"
    return f"The target of {percent(each['target']).strip()} for the period from {each['period']} {words}."
