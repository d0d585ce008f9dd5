"""A comparison for people: a headline per metric, the totals, the split, who moved, and the cohorts that changed."""

from __future__ import annotations

from typing import Any

from convsql.cli import terminal
from convsql.diff.slices import RATES
from convsql.diff.wording import (
    COUNTS,
    RATE_COLUMNS,
    cohort_name,
    difference,
    headline,
    moves,
    notes,
    number,
    percent,
    points,
    rate_cells,
    setting,
    sharing,
    sides,
)


def put_movement(found: dict[str, Any], quiet: bool = False) -> None:
    """Print the document to stdout; `quiet`: the headlines only."""
    if found["form"] == "code":
        before, after = sides(found)
        terminal.put(f"{before} → {after}")
        for line in sharing(found):
            terminal.put(f"  {line}")
        for word in ("added", "removed"):
            if found[word]:
                terminal.put(f"  metric versions {word}: {', '.join(found[word])}")
    for metric in found["metrics"]:
        _headline(metric)
        if metric["has_moved"] and not quiet:
            _tables(metric, found)
    if not found["metrics"]:
        terminal.put("no metric version stands on both sides")


def _headline(metric: dict[str, Any]) -> None:
    total = metric["total"]
    terminal.put(f"\n{metric['title']}")
    for change in metric["definition"]:
        terminal.put(f"  {change['key']}: {setting(change['before'])} → {setting(change['after'])}")
    if not metric["has_moved"]:
        terminal.put(f"  no conversation moved, of {total['after']['conversations']:,}")
        return
    rate = total["conversion_rate"]
    terminal.put(
        f"  {headline(metric)}; conversion rate {percent(rate['before'])}% → {percent(rate['after'])}%"
        f" ({points(rate['change'])} points)"
    )
    for note in notes(metric):
        terminal.put(f"  {note}")


def _tables(metric: dict[str, Any], found: dict[str, Any]) -> None:
    total = metric["total"]
    terminal.put_table(
        ["in total", "before", "after", "change"],
        [
            [
                n,
                number(total["before"][n]),
                number(total["after"][n]),
                difference(total["before"][n], total["after"][n]),
            ]
            for n in COUNTS
        ],
    )
    terminal.put_table(["rate", *RATE_COLUMNS], [[name, *rate_cells(total[name])] for name in RATES])
    moved = moves(total)
    if moved:
        terminal.put_table(
            ["from", "to", "conversations", "such as"],
            [[m["from"], m["to"], m["conversations"], _examples(metric, m)] for m in moved],
        )
    changed = [part for part in metric["cohorts"] if part["has_moved"]]
    if changed:
        terminal.put_table(
            [" ".join([found["grain"], *found["by"]]), "moved", "eligible", "after", *RATE_COLUMNS],
            [
                [
                    cohort_name(part["cohort"]),
                    part["moved"],
                    part["before"]["eligible"],
                    part["after"]["eligible"],
                    *rate_cells(part["conversion_rate"]),
                ]
                for part in changed
            ],
        )


def _examples(metric: dict[str, Any], move: dict[str, Any]) -> str:
    return "\n".join(
        f"{e['conversation_id']} ({e['contact_id']})"
        for e in metric["examples"]
        if (e["from"], e["to"]) == (move["from"], move["to"])
    )
