"""Rates by how friendly contacts write, against a plain reading of generated messages."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.support.examples import examples
from tests.support.root import ROOT

START = datetime(2024, 1, 1)
CUTOFFS = {"very_happy": Fraction(1, 2), "happy": Fraction(1, 10), "unhappy": Fraction(-1, 10)}
CELLS = Alone("sentiment_cells", sentiment_cutoffs={name: float(limit) for name, limit in CUTOFFS.items()})
RATES = Alone("sentiment_rates")
SCORES = [-10, -3, -1, 0, 1, 4, 5, 10]  # tenths, so that means fall on the limits


def band(scores: list[int]) -> str:
    if not scores:
        return "unscored"
    mean = Fraction(sum(scores), 10 * len(scores))
    if mean >= CUTOFFS["happy"]:
        return "very_happy" if mean >= CUTOFFS["very_happy"] else "happy"
    return "unhappy" if mean <= CUTOFFS["unhappy"] else "neutral"


message = st.fixed_dictionaries(
    {
        "conversation_id": st.sampled_from("abc"),
        "hour": st.integers(0, 4),
        "direction": st.sampled_from(("inbound", "inbound", "outbound")),
        "message_role": st.sampled_from(("message", "message", "failed")),
        "non_reply_kind": st.sampled_from((None, None, "opt_out")),
        "tenths": st.sampled_from([None, *SCORES]),
    }
)


@examples(150)
@given(drawn=st.lists(message, max_size=12), ends=st.integers(1, 4))
def test_a_conversation_has_the_band_of_what_was_written_before_it_ended(drawn: Rows, ends: int) -> None:
    messages = [{**row, "message_id": f"m{n:02}", "sent_at": START + timedelta(hours=row["hour"])} for n, row in enumerate(drawn)]  # fmt: skip
    scores = [{"message_id": "elsewhere", "model": "v", "compound": 1.0}]
    scores += [{"message_id": row["message_id"], "model": "v", "compound": row["tenths"] / 10} for row in messages if row["tenths"] is not None]  # fmt: skip
    kept = ("message_id", "conversation_id", "sent_at", "direction", "message_role", "non_reply_kind")
    matured = [
        {"metric": "m", "metric_version": 1, "conversation_id": name, "ends_at": START + timedelta(hours=ends), "cell_date": date(2024, 1, 1), "is_converted": name == "a"}
        for name in "abc"
    ]  # fmt: skip
    topics = [{"conversation_id": "a", "topic": "price", "first_named_by_contact_at": START + timedelta(hours=1)}]
    found = CELLS.build(
        matured_conversations=matured,
        stg_message_sentiments=scores,
        conversation_messages=[{name: row[name] for name in kept} for row in messages],
        conversation_topics=topics,
    )
    heard: dict[str, list[int]] = {name: [] for name in "abc"}
    for row in messages:
        is_heard = row["direction"] == "inbound" and row["message_role"] == "message" and row["non_reply_kind"] is None
        if is_heard and row["hour"] < ends and row["tenths"] is not None:
            heard[row["conversation_id"]].append(row["tenths"])
    expected = Counter(("all", band(scores)) for scores in heard.values())
    if ends > 1:
        expected["price", band(heard["a"])] += 1
    assert {(row["topic"], row["band"]): row["matured"] for row in found} == expected
    assert sum(row["matured_converted"] for row in found if row["topic"] == "all") == 1


def cell(**columns: object) -> Row:
    return {"model": "v", "metric": "m", "metric_version": 1, "cell_date": date(2024, 1, 1), "topic": "all", **columns}


def test_bands_are_shares_of_a_topic_and_the_figures_of_the_page_are_theirs() -> None:
    page = (ROOT / "docs/kpis/sentiment_rates.md").read_text(encoding="utf-8")
    counts = {"very_happy": (20, 8), "happy": (40, 10), "neutral": (80, 12), "unhappy": (40, 2), "unscored": (20, 3)}
    cells = [cell(band=name, matured=n, matured_converted=k) for name, (n, k) in counts.items()]
    cells.append(cell(band="happy", topic="price", matured=5, matured_converted=1))
    rows = [row for row in RATES.build(sentiment_cells=cells) if row["period_grain"] == "all"]
    whole = sorted((row for row in rows if row["topic"] == "all"), key=lambda row: row["band_number"])
    assert [row["band"] for row in whole] == list(counts)
    assert sum(row["band_share"] for row in whole) == pytest.approx(1)
    for row in whole:
        assert f"| {row['band']} | {row['matured']} | {row['band_share']:.2f} | {row['conversion_rate']:.2f} |" in page
    (price,) = (row for row in rows if row["topic"] == "price")
    assert price["band_share"] == 1 and price["is_small"]


def test_cutoffs_out_of_order_are_an_error() -> None:
    with pytest.raises(ValueError, match="sentiment_cutoffs"):
        Alone("sentiment_cells", sentiment_cutoffs={"very_happy": 0.0}).build()
