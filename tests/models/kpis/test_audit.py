"""The audit of dispositions: error rates and kappa against statsmodels, and the corrected rate against fractions."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from hashlib import md5
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.proportion import proportion_confint

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import z_value
from tests.support.examples import examples
from tests.support.root import ROOT

CATEGORIES = ("qualified", "support", "wrong_person")
METRIC: Row = {"name": "m", "version": 1, "outcome": "won", "window_days": 1, "eligible": {"exclude_dispositions": ["support", "wrong_person"]}}  # fmt: skip
AUDIT = Alone("disposition_audit")
RATES = Alone("audited_rates", conversion_metrics=[METRIC])
START = datetime(2024, 1, 1)

Table = dict[tuple[str, str], int]
"""(recorded, reviewed) → reviews."""


def sample_of(table: Table, recorded: dict[str, int]) -> Rows:
    rows = [
        {"disposition_category": a, "reviewed_category": b} for (a, b), count in table.items() for _ in range(count)
    ]
    rows += [{"disposition_category": each, "reviewed_category": None} for each in recorded]
    return [
        {**row, "conversation_id": str(n), "category_count": recorded[row["disposition_category"]], "is_drawn": True}
        for n, row in enumerate(rows)
    ]


def audited(table: Table, recorded: dict[str, int]) -> dict[str, Row]:
    return {row["category"]: row for row in AUDIT.build(disposition_sample=sample_of(table, recorded))}


tables = st.fixed_dictionaries({(a, b): st.integers(0, 9) for a in CATEGORIES for b in CATEGORIES})
sizes = st.fixed_dictionaries({name: st.integers(60, 900) for name in CATEGORIES})


@examples(80)
@given(table=tables, recorded=sizes)
def test_error_rates_and_kappa_are_those_of_statsmodels(table: Table, recorded: dict[str, int]) -> None:
    found = audited(table, recorded)
    reviewed = {a: sum(table[a, b] for b in CATEGORIES) for a in CATEGORIES}
    for name in CATEGORIES:
        wrong = reviewed[name] - table[name, name]
        assert (found[name]["reviewed"], found[name]["wrong"]) == (reviewed[name], wrong)
        if reviewed[name]:
            assert found[name]["error_rate"] == pytest.approx(wrong / reviewed[name])
            limits = proportion_confint(wrong, reviewed[name], method="wilson")
            assert (found[name]["error_low"], found[name]["error_high"]) == pytest.approx(limits, abs=1e-12)
    covered = [name for name in CATEGORIES if reviewed[name]]
    if not covered:
        assert found["all"]["error_rate"] is found["all"]["error_low"] is None and found["all"]["coverage"] == 0
        return
    weighed = np.array([[table[a, b] * recorded[a] / reviewed[a] if reviewed[a] else 0.0 for b in CATEGORIES] for a in CATEGORIES])  # fmt: skip
    right = np.trace(weighed) / weighed.sum()
    assert found["all"]["error_rate"] == pytest.approx(1 - right, abs=1e-12)
    assert found["all"]["error_low"] <= found["all"]["error_rate"] + 1e-12
    assert found["all"]["coverage"] == pytest.approx(sum(recorded[n] for n in covered) / sum(recorded.values()))
    by_chance = weighed.sum(axis=0) @ weighed.sum(axis=1) / weighed.sum() ** 2
    if by_chance < 1 - 1e-9:
        assert found["all"]["kappa"] == pytest.approx(cohens_kappa(weighed, return_results=False), abs=1e-9)


def world(counts: dict[str, tuple[int, int]]) -> dict[str, Rows]:
    """Matured conversations of a recorded category, so many of which converted."""
    judged: Rows = []
    conversations: Rows = []
    spans: Rows = []
    for category, (matured, converted) in counts.items():
        for n in range(matured):
            name = f"{category} {n}"
            is_excluded = category in METRIC["eligible"]["exclude_dispositions"]
            status = None if is_excluded else "converted" if n < converted else "not_converted"
            judged.append({"metric": "m", "metric_version": 1, "conversation_id": name, "unit_id": name, "anchor_at": START, "window_ends_at": START.replace(day=2), "eligibility": "disposition" if is_excluded else "eligible", "status": status})  # fmt: skip
            conversations.append({"conversation_id": name, "contact_id": name, "disposition_category": category})
            if is_excluded and n < converted:
                spans.append({"outcome": "won", "unit": "contact", "span_unit_id": name, "span_after": START.replace(year=1), "span_until": START, "next_outcome_at": START})  # fmt: skip
    clocks = [{"outcome": "won", "complete_at": START.replace(day=3)}]
    return {"metric_conversations": judged, "conversations": conversations, "outcome_spans": spans, "outcome_clocks": clocks}  # fmt: skip


counted = st.integers(1, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


@examples(60)
@given(counts=st.fixed_dictionaries(dict.fromkeys(CATEGORIES, counted)), table=tables)
def test_the_corrected_rate_counts_each_category_as_far_as_it_is_right(
    counts: dict[str, tuple[int, int]], table: Table
) -> None:
    (row,) = RATES.build(**world(counts), disposition_sample=sample_of(table, dict.fromkeys(CATEGORIES, 99)))
    kept: dict[str, Fraction] = {}
    spread: dict[str, Fraction] = {}
    for name in CATEGORIES:
        reviews = sum(table[name, other] for other in CATEGORIES)
        right = table[name, "qualified"]
        kept[name] = Fraction(right, reviews) if reviews else Fraction(int(name == "qualified"))
        share = Fraction(right + 2, reviews + 4)
        spread[name] = share * (1 - share) / (reviews + 4) if reviews else Fraction(0)
    assert (row["matured"], row["matured_converted"]) == counts["qualified"]
    if not any(table.values()):
        assert row["corrected_rate"] is row["corrected_matured"] is None
        return
    matured = sum(kept[name] * counts[name][0] for name in CATEGORIES)
    converted = sum(kept[name] * counts[name][1] for name in CATEGORIES)
    assert row["corrected_matured"] == pytest.approx(float(matured), abs=1e-9)
    if not matured:
        assert row["corrected_rate"] is None
        return
    rate = Fraction(converted, matured)
    variance = rate * (1 - rate) / matured
    variance += sum(((counts[n][1] - rate * counts[n][0]) / matured) ** 2 * spread[n] for n in CATEGORIES)
    half = z_value(0.95) * sqrt(variance)
    assert row["corrected_rate"] == pytest.approx(float(rate), abs=1e-9)
    limits = max(0.0, float(rate) - half), min(1.0, float(rate) + half)
    assert (row["corrected_low"], row["corrected_high"]) == pytest.approx(limits, abs=1e-7)


def test_the_same_seed_draws_the_same_and_another_seed_another_sample() -> None:
    conversations = [{"conversation_id": str(n), "contact_id": "c", "started_at": START, "disposition_code": "busy", "disposition_category": "no_answer"} for n in range(200)]  # fmt: skip

    def drawn(seed: str, rows: Rows) -> set[str]:
        with Alone("disposition_sample", audit_seed=seed, audit_sample_size=20) as model:
            return {row["conversation_id"] for row in model.build(conversations=rows)}

    first = drawn("one", conversations)
    assert len(first) == 20
    assert drawn("one", conversations[::-1]) == first != drawn("two", conversations)
    by_hand = sorted(conversations, key=lambda row: md5(f"one:{row['conversation_id']}".encode()).hexdigest())
    assert first == {row["conversation_id"] for row in by_hand[:20]}


def test_a_review_is_found_by_its_conversation_drawn_or_not() -> None:
    conversations = [{"conversation_id": str(n), "contact_id": "c", "started_at": START, "disposition_code": "busy", "disposition_category": "no_answer" if n < 9 else None} for n in range(10)]  # fmt: skip
    by_hand = sorted(range(9), key=lambda n: md5(f"s:{n}".encode()).hexdigest())
    reviews = [{"conversation_id": str(by_hand[4]), "category": " Qualified\t"}, {"conversation_id": "9", "category": "support"}]  # fmt: skip
    with Alone("disposition_sample", audit_seed="s", audit_sample_size=2, disposition_reviews=True) as model:
        rows = {row["conversation_id"]: row for row in model.build(conversations=conversations, disposition_reviews=reviews)}  # fmt: skip
    assert set(rows) == {str(by_hand[n]) for n in (0, 1, 4)}, "nor is one without a disposition"
    found = rows[str(by_hand[4])]
    assert (found["reviewed_category"], found["is_drawn"], found["sample_number"]) == ("qualified", False, 5)
    assert {row["category_count"] for row in rows.values()} == {9}


def test_a_project_without_the_seed_of_reviews_builds() -> None:
    with Alone("disposition_sample") as without, Alone("disposition_sample", disposition_reviews=True) as with_it:
        assert without.parents == ["conversations"]
        assert "disposition_reviews" in with_it.parents


def test_the_figures_of_the_page_are_those_of_the_tables() -> None:
    page = (ROOT / "docs/kpis/disposition_audit.md").read_text(encoding="utf-8")
    table = {("qualified", "qualified"): 19, ("qualified", "support"): 1, ("wrong_person", "wrong_person"): 12, ("wrong_person", "qualified"): 8}  # fmt: skip
    recorded = {"qualified": 900, "wrong_person": 100}
    row = audited(table, recorded)["all"]
    assert f"= {row['error_rate']:.3f}" in page and f"kappa is {row['kappa']:.2f}" in page
    (rate,) = RATES.build(
        **world({"qualified": (900, 180), "wrong_person": (100, 40)}), disposition_sample=sample_of(table, recorded)
    )
    assert f"{rate['conversion_rate']:.3f}" in page
    assert f"{rate['corrected_converted']:.0f} of {rate['corrected_matured']:.0f}" in page
    assert f"= {rate['corrected_rate']:.3f}" in page
