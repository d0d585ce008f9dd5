"""A comparison as a comment on a pull request: one table, and the rest folded. The same document gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convsql.base.printable import markdown_text as _text
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
    rate_cells,
    setting,
    sharing,
    sides,
)

SHOWN_COHORTS = 40  # a comment has room for 65,536 characters


def markdown(found: dict[str, Any]) -> str:
    """The document as GitHub-flavoured Markdown."""
    blocks = [_title(found)]
    blocks += [
        f"Metric versions {word}: {', '.join(map(_code, found[word]))}." for word in ("added", "removed") if found[word]
    ]
    blocks.append(
        _table(
            ["metric", "moved", "eligible", *RATE_COLUMNS],
            [
                [
                    _code(m["title"]),
                    number(m["total"]["moved"]),
                    f"{number(m['total']['before']['eligible'])} → {number(m['total']['after']['eligible'])}",
                    *rate_cells(m["total"]["conversion_rate"]),
                ]
                for m in found["metrics"]
            ],
        )
        if found["metrics"]
        else "No metric version stands on both sides."
    )
    if found["has_moved"]:
        blocks.append("Conversion rates in per cent; their change, and its four parts, in percentage points.")
    else:
        blocks.append("No conversation moved.")
    blocks += [_metric(m, found) for m in found["metrics"] if m["has_moved"]]
    if found["form"] == "code":
        blocks.append(_folded("Relations", "\n".join(f"- {_text(line)}" for line in sharing(found))))
    return "\n\n".join(blocks)


def _title(found: dict[str, Any]) -> str:
    if found["form"] == "versions":
        return "### " + ", ".join(_code(m["title"]) for m in found["metrics"])
    before, after = sides(found)
    return f"### What the change does to the numbers: {_code(before)} → {_text(after)}"


def _metric(metric: dict[str, Any], found: dict[str, Any]) -> str:
    total = metric["total"]
    blocks = []
    if metric["definition"]:
        blocks.append(
            "\n".join(
                f"- {_code(d['key'])}: {_code(setting(d['before']))} → {_code(setting(d['after']))}"
                for d in metric["definition"]
            )
        )
    blocks.append(_table(["rate", *RATE_COLUMNS], [[name, *rate_cells(total[name])] for name in RATES]))
    blocks.append(
        _table(
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
    )
    if moves(total):
        rows = [
            [_text(m["from"]), _text(m["to"]), number(m["conversations"]), _examples(metric, m)] for m in moves(total)
        ]
        blocks.append(_table(["from", "to", "conversations", "such as"], rows))
    changed = [part for part in metric["cohorts"] if part["has_moved"]]
    if changed:
        rows = [
            [_text(cohort_name(c["cohort"])), number(c["moved"]), *rate_cells(c["conversion_rate"])]
            for c in changed[:SHOWN_COHORTS]
        ]
        blocks.append(_table([_text(" ".join([found["grain"], *found["by"]])), "moved", *RATE_COLUMNS], rows))
        if len(changed) > SHOWN_COHORTS:
            blocks.append(f"… and {len(changed) - SHOWN_COHORTS} more cohorts.")
    summary = "; ".join(map(_text, [headline(metric), *notes(metric)]))
    return _folded(f"{_code(metric['title'])}: {summary}", "\n\n".join(blocks))


def _examples(metric: dict[str, Any], move: dict[str, Any]) -> str:
    return "<br>".join(
        f"{_code(e['conversation_id'])} of {_code(e['contact_id'])}"
        for e in metric["examples"]
        if (e["from"], e["to"]) == (move["from"], move["to"])
    )


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _folded(summary: str, content: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{content}\n\n</details>"


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"
