"""How a comparison's figures are said, on a terminal and in Markdown alike. All take parts of the document of `document`."""

from __future__ import annotations

from typing import Any

from convsql.diff.slices import STEPS

COUNTS = (
    "conversations",
    "below_kind",
    "excluded",
    "eligible",
    "pending",
    "not_converted",
    "converted",
    "matured",
    "matured_converted",
    "credited",
    "matured_credited",
    "credit",
    "amount",
)
RATE_COLUMNS = ("before %", "after %", "change", *STEPS)


def percent(rate: float | None) -> str:
    """`12.34`, of a share; `–` where there is none."""
    return "–" if rate is None else f"{100 * rate:.2f}"


def points(change: float | None) -> str:
    """`+1.25` percentage points; a plain 0 when nothing changed."""
    return "–" if change is None else f"{100 * change:+.2f}" if change else "0"


def number(value: float) -> str:
    """A count whole, a sum with two digits."""
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"


def difference(before: float, after: float) -> str:
    """`+12`, or a plain 0."""
    change = after - before
    return "0" if not change else f"{change:+,.2f}" if isinstance(change, float) else f"{change:+,}"


def rate_cells(change: dict[str, Any]) -> list[str]:
    """A rate before and after, its change, and the parts of it, under RATE_COLUMNS."""
    return [
        percent(change["before"]),
        percent(change["after"]),
        points(change["change"]),
        *(points(change["parts"][step]) for step in STEPS),
    ]


def cohort_name(cohort: dict[str, Any]) -> str:
    """`2026-03-01`, `2026-03-01 sms`, `unknown`."""
    return " ".join("–" if value is None else str(value) for value in cohort.values())


def moves(part: dict[str, Any]) -> list[dict[str, Any]]:
    """The cells of the matrix off its diagonal."""
    return [cell for cell in part["matrix"] if cell["from"] != cell["to"]]


def notes(metric: dict[str, Any]) -> list[str]:
    """What moved besides states: credit, with one conversation as an example, and cohorts."""
    total = metric["total"]
    found = []
    if total["credit_moved"]:
        examples = [e for e in metric["examples"] if e["credit_before"] != e["credit_after"]]
        such_as = [
            f", such as {e['conversation_id']} ({e['contact_id']}): {e['credit_before']:.2f} → {e['credit_after']:.2f}"
            for e in sorted(examples, key=lambda e: e["from"] != e["to"])[:1]
        ]
        found.append(f"{number(total['credit_moved'])} with other credit, or another amount" + "".join(such_as))
    if total["changed_cohort"]:
        found.append(f"{number(total['changed_cohort'])} in another cohort")
    return found


def headline(metric: dict[str, Any]) -> str:
    """`5 of 9 conversations moved`, those of either side."""
    total = metric["total"]
    everyone = sum(cell["conversations"] for cell in total["matrix"])
    return f"{number(total['moved'])} of {number(everyone)} conversations moved"


def setting(value: Any) -> str:
    """A value of a definition as YAML would have it on one line."""
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return (
        "none"
        if value is None
        else str(value).lower()
        if isinstance(value, bool)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def sides(found: dict[str, Any]) -> tuple[str, str]:
    """What is compared with what: names, the base with its commit."""
    before = found["before"]
    return (f"{before['label']} ({before['commit'][:12]})" if before["commit"] else before["label"]), found["after"][
        "label"
    ]


def sharing(found: dict[str, Any]) -> list[str]:
    """One line each on what both sides share, what differs, and what had to be built."""
    relations = found["relations"]
    lines = [
        f"{len(relations['shared'])} relations shared, {len(relations['changed'])} changed"
        + _names(relations["changed"])
    ]
    labels = {
        "built_for_both": "both sides",
        "built_for_base": found["before"]["label"],
        "built_for_working_tree": "the working tree",
    }
    lines += [
        f"{len(relations[key])} built for {label}{_names(relations[key])}"
        for key, label in labels.items()
        if relations[key]
    ]
    return lines


def _names(names: list[str]) -> str:
    return f": {', '.join(names)}" if names else ""
