"""Experiments (section 4): `experiment_contacts`, `experiment_variants`, `experiment_results`.

> `experiment_results` (difference, Newcombe interval, p, sample-ratio check, Benjamini–Hochberg)

An assigned contact counts with its eligible, matured conversations anchored at its assignment or later, and within
`observation_days` where the experiment is declared with them. Where contacts repeat,
counts are divided by Rao and Scott's design effect. The p is that of the score test; results of one experiment are adjusted
together, by metrics of each status apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

from scipy.stats import chi2

from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import newcombe, wilson
from tests.spec.reference.world import World


@dataclass
class Arm:
    """A variant as one metric version sees it."""

    contacts: Rows = field(default_factory=list)

    def total(self, column: str) -> int:
        return sum(each[column] for each in self.contacts)

    @property
    def design_effect(self) -> Fraction:
        n, k = self.total("matured"), self.total("matured_converted")
        seen = [each for each in self.contacts if each["matured"]]
        if n == len(seen) or k in (0, n):
            return Fraction(1)
        rate = Fraction(k, n)
        squares = sum((each["matured_converted"] - rate * each["matured"]) ** 2 for each in seen)
        return max(Fraction(1), squares / (n * rate * (1 - rate)))


def experiment_contacts(world: World, assignments: Rows, metric_conversations: Rows) -> Rows:
    by_contact: dict[str, Rows] = defaultdict(list)
    for row in metric_conversations:
        if row["eligibility"] == "eligible":
            by_contact[row["contact_id"]].append(row)
    days = {each["name"]: each.get("observation_days") for each in world.setting("experiments", [])}
    found: dict[tuple[object, ...], Rows] = defaultdict(list)
    for each in assignments:
        observed = days.get(each["experiment"])
        ends_at = datetime.max if observed is None else each["assigned_at"] + timedelta(days=observed)
        for row in by_contact[each["contact_id"]]:
            if each["assigned_at"] <= row["anchor_at"] < ends_at:
                found[each["experiment"], each["variant"], row["metric"], row["metric_version"], each["contact_id"]].append(row)  # fmt: skip
    return [
        {
            **dict(zip(("experiment", "variant", "metric", "metric_version", "contact_id"), key, strict=True)),
            "matured": sum(row["is_matured"] for row in rows),
            "matured_converted": sum(row["is_matured"] and row["status"] == "converted" for row in rows),
            "not_matured": sum(not row["is_matured"] for row in rows),
            "last_window_ends_at": max((row["window_ends_at"] for row in rows if row["is_matured"]), default=None),
        }
        for key, rows in found.items()
    ]


def experiment_variants(world: World, assignments: Rows) -> Rows:
    """Every experiment's variants, the declared ones too."""
    declared = {each["name"]: each for each in world.setting("experiments", [])}
    rows: Rows = []
    for name in sorted({each["experiment"] for each in assignments}):
        own = [each for each in assignments if each["experiment"] == name]
        sizes = Counter(each["variant"] for each in own)
        shares = declared.get(name, {}).get("shares") or {}
        control = declared.get(name, {}).get("control")
        control = control or ("control" if "control" in sizes else min(sizes, key=lambda variant: variant.encode()))
        variants = {*sizes, *shares, control}
        whole = sum(shares.get(each, 1) for each in variants)
        expected = {each: shares.get(each, 1) / whole for each in variants}
        distance = sum((sizes[v] - len(own) * share) ** 2 / (len(own) * share) for v, share in expected.items())
        p = float(chi2.sf(distance, len(variants) - 1)) if len(variants) > 1 else None
        rows += [
            {
                "experiment": name,
                "variant": variant,
                "control_variant": control,
                "is_control": variant == control,
                "first_assigned_at": min(each["assigned_at"] for each in own),
                "last_assigned_at": max(each["assigned_at"] for each in own),
                "assigned": sizes[variant],
                "expected_share": expected[variant],
                "assigned_share": sizes[variant] / len(own),
                "sample_ratio_p": p,
                "is_ratio_off": p is not None and p < world.setting("sample_ratio_alpha", 0.001),
            }
            for variant in variants
        ]
    return rows


def two_sided_p(one: tuple[Fraction, Fraction], other: tuple[Fraction, Fraction]) -> float | None:
    """Of (hits, trials) each, effective ones."""
    if not one[1] or not other[1]:
        return None
    pooled = (one[0] + other[0]) / (one[1] + other[1])
    if pooled in (0, 1):
        return 1.0
    error = sqrt(pooled * (1 - pooled) * (1 / one[1] + 1 / other[1]))
    return 2 * NormalDist().cdf(-abs(float(one[0] / one[1] - other[0] / other[1])) / error)


def adjust(rows: Rows) -> None:
    """Benjamini and Hochberg: from the greatest p down, the least so far of p × count / rank."""
    tested = sorted((row for row in rows if row["p"] is not None), key=lambda row: row["p"])
    least = 1.0
    for rank, row in reversed(list(enumerate(tested, start=1))):
        least = row["adjusted_p"] = min(least, row["p"] * len(tested) / rank)
    for row in rows:
        row["test_count"] = len(tested)
        row.setdefault("adjusted_p", None)


def experiment_results(world: World, definitions: Rows, variants: Rows, contacts: Rows, changes: Rows) -> Rows:
    """Every variant but the controls, by metric version; `definitions` with name, version, status, excludes."""
    arms: dict[tuple[object, ...], Arm] = defaultdict(Arm)
    for each in contacts:
        arms[each["experiment"], each["variant"], each["metric"], each["metric_version"]].contacts.append(each)
    only = {each["name"]: each.get("metrics") for each in world.setting("experiments", [])}
    controls = {each["experiment"]: each for each in variants if each["is_control"]}
    families: dict[tuple[str, str], Rows] = defaultdict(list)
    for each in variants:
        name = each["experiment"]
        for metric in definitions:
            if each["is_control"] or (only.get(name) and metric["name"] not in only[name]):
                continue
            sides = [arms[name, one["variant"], metric["name"], metric["version"]] for one in (each, controls[name])]
            row = {
                "experiment": name,
                "variant": each["variant"],
                "control_variant": each["control_variant"],
                "metric": metric["name"],
                "metric_version": metric["version"],
                "metric_status": metric["status"],
                "sample_ratio_p": each["sample_ratio_p"],
                "is_ratio_off": each["is_ratio_off"],
                "uses_late_facts": metric["excludes"],
                **_counts(each, controls[name], *sides),
                **_tested(world, *sides),
                **_others(definitions, variants, changes, each, metric["name"], sides),
            }
            families[name, metric["status"]].append(row)
    for rows in families.values():
        adjust(rows)
        for row in rows:
            row["verdict"] = _verdict(world, row)
    return [row for rows in families.values() for row in rows]


def _counts(variant: Row, control: Row, one: Arm, other: Arm) -> Row:
    return {
        **{
            f"{prefix}{column}": value
            for prefix, of, arm in (("", variant, one), ("control_", control, other))
            for column, value in {
                "assigned": of["assigned"],
                "contacts": sum(each["matured"] > 0 for each in arm.contacts),
                "matured": arm.total("matured"),
                "matured_converted": arm.total("matured_converted"),
                "design_effect": float(arm.design_effect),
            }.items()
        },
        "not_matured": one.total("not_matured") + other.total("not_matured"),
    }


def _tested(world: World, one: Arm, other: Arm) -> Row:
    pairs = [
        (arm.total("matured_converted") / arm.design_effect, arm.total("matured") / arm.design_effect)
        for arm in (one, other)
    ]
    row: Row = {"p": two_sided_p(*pairs)}
    for prefix, (hits, trials) in zip(("", "control_"), pairs, strict=True):
        limits = wilson(hits, trials, world.confidence)
        row[f"{prefix}rate_low"], row[f"{prefix}rate_high"] = limits or (None, None)
        row["conversion_rate" if not prefix else "control_rate"] = float(hits / trials) if trials else None
    row |= dict.fromkeys(("difference", "difference_low", "difference_high"))
    (k1, n1), (k2, n2) = pairs
    row["is_small"] = row["p"] is None or min(n1, n2) * min(k1 + k2, n1 + n2 - k1 - k2) < 5 * (n1 + n2)
    if row["p"] is not None:
        row["difference"] = row["conversion_rate"] - row["control_rate"]
        row["difference_low"], row["difference_high"] = newcombe(*pairs, world.confidence)
    return row


def _others(definitions: Rows, variants: Rows, changes: Rows, variant: Row, metric: str, sides: list[Arm]) -> Row:
    begins = variant["first_assigned_at"]
    ends = [row["last_window_ends_at"] for arm in sides for row in arm.contacts if row["last_window_ends_at"]]
    names = {each["name"] for each in definitions}
    found = {
        f"experiment {each['experiment']}"
        for each in variants
        if each["experiment"] != variant["experiment"]
        and each["last_assigned_at"] > begins
        and each["first_assigned_at"] < max([begins, *ends])
    }
    found |= {
        f"change {each['change_id']}"
        for each in changes
        if each["scope"] != variant["experiment"]
        and (each["scope"] not in names or each["scope"] == metric)
        and begins < each["effective_at"] < max([begins, *ends])
    }
    listed = sorted(found, key=lambda name: name.encode())
    return {
        "other_changes": len(listed),
        "other_change_names": ", ".join(listed) or None,
        "is_confounded": bool(listed),
    }


def _verdict(world: World, row: Row) -> str:
    if row["p"] is None:
        return "no_data"
    if row["is_ratio_off"]:
        return "sample_ratio"
    if row["adjusted_p"] >= 1 - world.confidence:
        return "undecided"
    return "better" if row["difference"] > 0 else "worse"
