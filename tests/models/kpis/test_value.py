"""What customers bring, against a plain reading of generated purchases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.support.examples import examples
from tests.support.root import ROOT

START = datetime(2024, 1, 28, 12)
HORIZONS = [2, 5]
MODEL = Alone("customer_value", value_horizons=HORIZONS, kpi_grains=["week", "month"])

purchase = st.fixed_dictionaries(
    {
        "contact_id": st.sampled_from(("a", "b", "c", None)),
        "occurred_at": st.integers(0, 9).map(lambda days: START + timedelta(days=days)),
        "amount": st.sampled_from((None, Decimal("0.10"), Decimal("0.20"), Decimal("1000000.01"))),
    }
)


def read(purchases: Rows, complete_at: datetime, grain: str, horizon: int | None) -> dict[date | None, Row]:
    """Period of the first conversion → customers, purchases, revenue."""
    bought: dict[str, list[Row]] = {}
    for row in purchases:
        if row["contact_id"]:
            bought.setdefault(row["contact_id"], []).append(row)
    found: dict[date | None, Row] = {}
    for rows in bought.values():
        first = min(row["occurred_at"] for row in rows)
        if horizon is not None and complete_at - first < timedelta(days=horizon):
            continue
        day = first.date()
        period = {"week": day - timedelta(days=day.weekday()), "month": day.replace(day=1), "all": None}[grain]
        own = [row for row in rows if horizon is None or row["occurred_at"] - first < timedelta(days=horizon)]
        each = found.setdefault(period, {"customers": 0, "purchases": 0, "repeat_customers": 0, "revenue": Decimal(0)})
        each["customers"] += 1
        each["purchases"] += len(own)
        each["repeat_customers"] += len(own) > 1
        each["revenue"] += sum((row["amount"] for row in own if row["amount"] is not None), Decimal(0))
    return found


@examples(80)
@given(purchases=st.lists(purchase, max_size=9), until=st.integers(0, 9))
def test_customers_are_counted_by_their_first_conversion_and_their_age(purchases: Rows, until: int) -> None:
    complete_at = START + timedelta(days=until)
    rows = [{**row, "outcome_id": str(n), "outcome": "closed_won"} for n, row in enumerate(purchases)]
    found = MODEL.build(outcomes=rows, outcome_clocks=[{"outcome": "closed_won", "complete_at": complete_at}])
    seen = 0
    for grain in ("week", "month", "all"):
        for horizon in (None, *HORIZONS):
            expected = read(purchases, complete_at, grain, horizon)
            own = {row["period_start"]: row for row in found if (row["period_grain"], row["horizon_days"]) == (grain, horizon)}  # fmt: skip
            assert own.keys() == expected.keys()
            seen += len(own)
            for period, each in expected.items():
                assert {name: own[period][name] for name in ("customers", "purchases", "repeat_customers")} == {
                    name: each[name] for name in ("customers", "purchases", "repeat_customers")
                }
                assert own[period]["revenue"] == float(each["revenue"])
                assert own[period]["revenue_per_customer"] == pytest.approx(float(each["revenue"] / each["customers"]))
    assert seen == len(found)


def test_without_a_clock_nobody_has_been_observed_for_any_time() -> None:
    rows = MODEL.build(outcomes=[{"outcome_id": "1", "outcome": "closed_won", "contact_id": "a", "occurred_at": START}])
    assert rows and {row["horizon_days"] for row in rows} == {None}
    assert all(row["mean_observed_days"] is None for row in rows)


def test_the_figures_of_the_page_are_those_of_the_table() -> None:
    page = (ROOT / "docs/kpis/customer_value.md").read_text(encoding="utf-8")
    bought = [("a", 0, 1000), ("a", 60, 500), ("b", 0, 400), ("c", 80, 900)]
    rows = [{"outcome_id": str(n), "outcome": "closed_won", "contact_id": who, "occurred_at": datetime(2024, 1, 1) + timedelta(days=day), "amount": Decimal(amount)} for n, (who, day, amount) in enumerate(bought)]  # fmt: skip
    clock = {"outcome": "closed_won", "complete_at": datetime(2024, 1, 1) + timedelta(days=120)}
    found = {(row["period_start"], row["horizon_days"]): row for row in Alone("customer_value", value_horizons=[30]).build(outcomes=rows, outcome_clocks=[clock])}  # fmt: skip
    for month in (1, 3):
        for horizon in (None, 30):
            assert f" {found[date(2024, month, 1), horizon]['revenue_per_customer']:,.0f} |" in page
