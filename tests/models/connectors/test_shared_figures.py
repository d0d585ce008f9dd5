"""Twilio's tables as its loader writes them have, through the connector, the figures found for them without SQL."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest

from tests.models.connectors.project import Project, begin
from tests.spec.reference.shared import SHARED, vars_of

DATA = SHARED / "connectors"
_COUNTS = (
    "conversations below_kind excluded eligible converted pending not_converted matured matured_converted credited "
    "conversion_rate observed_rate projected_rate"
).split()

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="the shared tables are not on this machine"),
]


@pytest.fixture(scope="module")
def twilio(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("twilio")
    (root / "data" / "twilio").mkdir(parents=True)
    for table in ("message", "call"):
        shutil.copy(DATA / "twilio" / f"twilio_{table}_data.csv", root / "data" / "twilio" / f"{table}.csv")
    given = vars_of(DATA / "vars.yml")
    project = begin(
        root,
        **given,
        connectors=["twilio"],
        connector_path="data",
        connectors_without=["twilio.incoming_phone_number", "twilio.outgoing_caller_id"],
    )
    for seed in (DATA / "seeds").glob("*.csv"):
        shutil.copy(seed, root / "seeds" / seed.name)
    done = project.run("build", "--json")
    assert done.code == 0, done.out[-3000:]
    return project


def expected() -> dict[str, Any]:
    return dict(json.loads((DATA / "expected.json").read_text(encoding="utf-8")))


def test_the_metric_has_the_expected_figures(twilio: Project) -> None:
    (metric,) = expected()["metrics"]["twilio"]
    found = twilio.rows(
        f"select {', '.join(_COUNTS)} from cohort_rates where cohort_grain = 'all' and cohort_by = 'all'"
    )
    assert found == [tuple(metric[name] for name in _COUNTS)]
    months = twilio.rows(
        "select cast(cohort_period as varchar), conversations from cohort_rates where cohort_grain = 'month' and cohort_by = 'all'"
    )
    assert dict(months) == {month: row["conversations"] for month, row in metric["by_month"].items()}


def test_conversations_have_the_expected_summary(twilio: Project) -> None:
    wanted = expected()["summary"]["twilio"]
    (found,) = twilio.rows(
        "select count(*), count(reached_at), count(two_way_at), count(sales_handled_at), count(first_inbound_at), sum(wait_count) "
        "from conversations"
    )
    names = ("conversations", "reached", "two_way", "sales_handled", "with_inbound", "waits")
    assert dict(zip(names, found, strict=True)) == {name: wanted[name] for name in names}
    assert dict(twilio.rows("select channel, count(*) from conversations group by 1")) == wanted["by_channel"]
    assert [str(row[0]) for row in twilio.rows("select as_of from clocks")] == [wanted["as_of"]]
    aside = dict(twilio.rows("select reason, row_count from staging_set_aside where input = 'messages'"))
    assert aside == {
        "missing_required": wanted["staging_set_aside"]["messages: required value missing"],
        "no_conversation": wanted["set_aside_messages"],
    }


def test_the_conversations_are_the_same_ones(twilio: Project) -> None:
    """Ids there have no tool before them."""
    (found,) = twilio.rows(
        "select md5(string_agg(id, ',' order by id)) from (select md5(substring(first_message_id, 8)) as id from conversations)"
    )
    assert found == (expected()["summary"]["twilio"]["md5_conversation_ids"],)
