"""How soon segments convert: generated conversations against lifelines' Kaplan and Meier and its log-rank test, and the figures of the page."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from random import Random
from typing import Any

import pytest
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.support.root import ROOT

DAY = 86_400_000_000
WINDOW = 10
METRIC = {"name": "m", "outcome": "o", "window_days": WINDOW, "cohorts": {"by": [[], ["channel"], ["persona"]]}}
SURVIVAL = Alone("conversion_survival", conversion_metrics=[METRIC], sensitivity_windows=[2, 30], confidence=0.95)
Talk = tuple[str, int, int | None]
"""A channel, microseconds of follow-up, and when it converted, if it did while it was followed."""


def build(talks: list[Talk]) -> dict[tuple[str, float], Row]:
    cells: dict[str, list[int]] = defaultdict(list)
    for channel, followed, _ in talks:
        cells[channel].append(followed)
    rows = SURVIVAL.build(
        metric_definitions=[{"metric": "m", "metric_version": 1, "window_days": WINDOW, "is_current": True}],
        cohort_cells=[{"metric": "m", "metric_version": 1, "cohort_by": "channel", "channel": channel, "followed": len(own), "follow_up_us": max(own)} for channel, own in cells.items()],
        cohort_conversations=[watched(n, *talk) for n, talk in enumerate(talks)],
    )  # fmt: skip
    return {(row["cut_value"], row["days"]): row for row in rows}


def watched(number: int, channel: str, followed: int, converted: int | None) -> Row:
    duration = converted if converted is not None else followed if followed < WINDOW * DAY else None
    return {"metric": "m", "metric_version": 1, "conversation_id": str(number), "channel": channel, "duration_us": duration, "is_conversion": converted is not None}  # fmt: skip


def generated(pick: Random) -> list[Talk]:
    found: list[Talk] = []
    for channel, rate in zip(pick.choice((("sms", "chat"), ("sms", "chat", "voice", "fax"))), (0.3, 0.6, 0.05, 0.4), strict=False):  # fmt: skip
        for _ in range(pick.choice((1, 4, 60))):
            followed = pick.choice((WINDOW * DAY, WINDOW * DAY, pick.randint(1, WINDOW - 1) * DAY))
            at = pick.choice((0, 1, DAY, 2 * DAY, pick.randint(0, WINDOW * DAY - 1)))
            found.append((channel, followed, at if pick.random() < rate and at <= followed else None))
    return found


@cache
def of_seed(seed: int) -> tuple[list[Talk], dict[tuple[str, float], Row]]:
    talks = generated(Random(seed))
    return talks, build(talks)


def seen(talks: list[Talk]) -> tuple[list[float], list[bool]]:
    return [float(followed if at is None else at) for _, followed, at in talks], [at is not None for *_, at in talks]


@pytest.mark.parametrize("seed", range(16))
def test_shares_and_the_test_are_those_of_lifelines(seed: int) -> None:
    talks, found = of_seed(seed)
    for channel in {each[0] for each in talks}:
        own, others = ([t for t in talks if (t[0] == channel) == side] for side in (True, False))
        fitter = KaplanMeierFitter().fit(*seen(own))
        for days in (2.0, float(WINDOW)):
            row = found[channel, days]
            assert row["is_window"] == (days == WINDOW)
            if max(followed for _, followed, _ in own) < days * DAY:
                assert row["converted_share"] is None
                continue
            share = 1 - float(fitter.predict(days * DAY - 1))
            assert row["converted_share"] == pytest.approx(share, abs=1e-9)
            if 1e-9 < share < 1 - 1e-9:
                limits = fitter.confidence_interval_survival_function_.loc[: days * DAY - 1].iloc[-1]
                assert (row["share_low"], row["share_high"]) == pytest.approx((1 - limits.iloc[1], 1 - limits.iloc[0]), abs=1e-9)  # fmt: skip
            else:
                assert (row["share_low"], row["share_high"]) == (None, None)
        row = found[channel, float(WINDOW)]
        assert row["observed"] == sum(at is not None for *_, at in own)
        (a, hit_a), (b, hit_b) = seen(own), seen(others)
        if row["logrank_z"] is None:
            assert not any(hit_a + hit_b) or max(a) == 0 or row["expected"] == pytest.approx(row["observed"])
            continue
        wanted = logrank_test(a, b, hit_a, hit_b)
        assert row["logrank_z"] ** 2 == pytest.approx(wanted.test_statistic, rel=1e-6, abs=1e-9)
        assert row["logrank_p"] == pytest.approx(wanted.p_value, rel=1e-6, abs=1e-12)
        assert (row["logrank_z"] > 0) == (row["observed"] > row["expected"])


def test_what_is_expected_of_all_is_what_was_seen_of_all() -> None:
    for seed in range(16):
        rows = [row for (_, days), row in of_seed(seed)[1].items() if days == WINDOW]
        assert sum(row["expected"] for row in rows) == pytest.approx(sum(row["observed"] for row in rows))


def test_the_generated_conversations_hold_what_they_are_meant_to() -> None:
    found = [row for seed in range(16) for row in of_seed(seed)[1].values()]
    assert {"sooner", "later", "undecided"} <= {row["verdict"] for row in found}
    assert any(row["converted_share"] is None for row in found)


@pytest.mark.parametrize("wanted", [[], ["persona"]])
def test_only_the_dimensions_that_are_wanted_are_compared(wanted: list[str]) -> None:
    with Alone("conversion_survival", conversion_metrics=[METRIC], survival_dimensions=wanted) as model:
        common: dict[str, Any] = {"metric": "m", "metric_version": 1}
        cells: Rows = [{**common, "cohort_by": name, name: "x", "followed": 2, "follow_up_us": WINDOW * DAY} for name in ("channel", "persona")]  # fmt: skip
        found = model.build(metric_definitions=[{**common, "window_days": WINDOW, "is_current": True}], cohort_cells=cells)  # fmt: skip
        assert {row["cut_by"] for row in found} == set(wanted)


def test_the_worked_example_of_the_page() -> None:
    talks: list[Talk] = [("chat", WINDOW * DAY, at) for at in (DAY, DAY, 3 * DAY, None)]
    talks += [("mail", WINDOW * DAY, 5 * DAY), ("mail", 2 * DAY, None), ("mail", WINDOW * DAY, None), ("mail", WINDOW * DAY, None)]  # fmt: skip
    found = build(talks)
    page = (ROOT / "docs/comparisons/conversion_survival.md").read_text(encoding="utf-8")
    for channel in ("chat", "mail"):
        row = found[channel, float(WINDOW)]
        cells = f"| `{channel}` | {row['observed']} of {row['followed']} | {row['converted_share']:.3f} | {row['expected']:.3f} | {row['logrank_z']:+.2f} |"
        assert cells in page, cells
    assert f"p is {found['chat', float(WINDOW)]['logrank_p']:.2f}" in page
