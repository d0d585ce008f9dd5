"""Reasons for drop-off beside the rate of like conversations without them: against fractions, over generated strata."""

from __future__ import annotations

from datetime import date, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.drop_off import Counts, compare
from tests.support.examples import examples
from tests.support.root import ROOT

ORDER = ["no_reply", "slow_follow_up", "incorrect_routing"]
REASONS = [*ORDER, "unexplained"]
MODEL = Alone("drop_off_reasons", drop_off_order=ORDER, inputs=["reps"], confidence=0.9)


def cells_of(counts: Counts) -> Rows:
    return [
        {"metric": "m", "metric_version": 1, "cut_by": "all", "cut_value": "all", "cell_date": date(2024, 1, 1), "stratum": s, "reason": r, "matured": n, "matured_converted": k}
        for (s, r), (n, k) in counts.items()
    ]  # fmt: skip


def reasons_of(counts: Counts) -> Rows:
    return [row for row in MODEL.build(drop_off_cells=cells_of(counts)) if row["period_grain"] == "all"]


counted = st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
drawn = st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from(REASONS)), counted, min_size=1)


@examples(150)
@given(counts=drawn)
def test_each_reason_is_compared_with_those_that_pass_it_and_all_before_it(counts: Counts) -> None:
    found = reasons_of(counts)
    assert [row["reason"] for row in sorted(found, key=lambda row: row["reason_number"])] == REASONS
    for row in found:
        by_hand = compare(counts, REASONS, row["reason"], 0.9)
        assert (row["affected"], row["affected_converted"]) == by_hand.affected
        assert row["unconverted"] == by_hand.affected[0] - by_hand.affected[1]
        assert row["coverage"] == (None if by_hand.coverage is None else pytest.approx(float(by_hand.coverage)))
        if by_hand.rate is None or by_hand.limits is None or by_hand.conversions is None:
            assert row["absent_rate"] is row["absent_low"] is row["associated_conversions"] is None
            continue
        assert row["absent_rate"] == pytest.approx(float(by_hand.rate), abs=1e-12)
        assert (row["absent_low"], row["absent_high"]) == pytest.approx(by_hand.limits, abs=1e-12)
        names = ("associated_conversions", "associated_low", "associated_high")
        assert tuple(row[name] for name in names) == pytest.approx(by_hand.conversions, abs=1e-9)


@examples(50)
@given(counts=drawn)
def test_reasons_sum_to_those_that_did_not_convert(counts: Counts) -> None:
    found = reasons_of(counts)
    unconverted = sum(n - k for n, k in counts.values())
    assert sum(row["unconverted"] for row in found) == unconverted
    if unconverted:
        assert sum(row["unconverted_share"] for row in found) == pytest.approx(1)


def evidence(inputs: tuple[str, ...] = (), **rows: Rows) -> set[str]:
    """The causes that the data could show."""
    built = Alone("drop_off_evidence", inputs=list(inputs)).build(**rows)
    assert len(built) == 6
    return {row["reason"] for row in built if row["is_instrumented"]}


def test_a_cause_that_the_data_cannot_show_is_not_instrumented() -> None:
    every = ("reps", "dispositions", "opt_outs")
    heard: Row = {"conversation_id": "a", "reached_at": datetime(2024, 1, 1)}
    assert evidence() == set(), "nothing at all"
    assert evidence(conversations=[{"conversation_id": "a"}], waits=[{"is_first": True}]) == set()
    assert evidence(conversations=[heard]) == {"no_reply"}
    answered: Row = {"is_first": True, "closed_at": datetime(2024, 1, 2)}
    assert evidence(conversations=[heard], waits=[answered]) == {"no_reply", "slow_follow_up"}
    assert evidence(conversations=[{**heard, "first_human_at": datetime(2024, 1, 1)}]) == {"no_reply", "slow_follow_up"}
    assert evidence(conversation_next_steps=[{"conversation_id": "a"}]) == {"no_next_step", "opted_out"}
    assert evidence(every) == {"opted_out"}
    assert evidence(every, conversations=[{**heard, "disposition_category": "support"}]) == {
        "no_reply", "not_actionable", "opted_out",
    }  # fmt: skip


def test_routing_is_seen_where_contacts_and_reps_share_a_territory() -> None:
    reps: Rows = [{"rep_id": "r", "territory": "EMEA"}]
    assert evidence(("reps",), stg_contacts=[{"contact_id": "a", "territory": "emea-west"}], stg_reps=reps) == set()
    assert evidence(("reps",), stg_contacts=[{"contact_id": "a", "territory": "EMEA"}], stg_reps=reps) == {
        "incorrect_routing"
    }


def test_reasons_say_which_of_them_the_data_could_show() -> None:
    seen: Rows = [{"reason": "no_reply", "is_instrumented": True}, {"reason": "opted_out", "is_instrumented": False}]
    rows = Alone("drop_off_reasons").build(drop_off_cells=cells_of({("a", "unexplained"): (3, 1)}), drop_off_evidence=seen)  # fmt: skip
    assert {row["reason"] for row in rows if row["is_instrumented"]} == {"no_reply", "unexplained"}


def test_a_cause_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"drop_off_order.*bad_luck"):
        Alone("drop_off_conversations", drop_off_order=["bad_luck"]).build()


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_rows_shows_in_no_digit(seed: int) -> None:
    pick = Random(seed)
    counts = {(str(s), r): (pick.randint(1, 90), 1) for s in range(30) for r in REASONS}
    names = list(counts)
    first = reasons_of(counts)
    pick.shuffle(names)
    again = reasons_of({name: counts[name] for name in names})
    assert sorted(again, key=lambda row: row["reason_number"]) == sorted(first, key=lambda row: row["reason_number"])


def test_the_figures_of_the_page_are_those_of_the_table() -> None:
    counts = {("a", "slow_follow_up"): (30, 6), ("b", "slow_follow_up"): (10, 0), ("a", "unexplained"): (20, 10), ("b", "unexplained"): (50, 5)}  # fmt: skip
    page = (ROOT / "docs/kpis/drop_off_reasons.md").read_text(encoding="utf-8")
    (row,) = (row for row in reasons_of(counts) if row["reason"] == "slow_follow_up")
    assert f"= {row['absent_rate']:.2f}" in page
    assert f"= {row['associated_conversions']:.0f} more" in page
    assert f"{row['affected_rate']:.2f}" in page
