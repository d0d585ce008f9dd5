"""HubSpot's and Salesforce's own rules, as their documentation and their loader's has them, on rows of which the answer is worked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from tests.models.connectors.project import Project, begin
from tests.support.root import ROOT

pytestmark = pytest.mark.slow  # of the tools, the fast suite builds what tests/spec/oracles reads


def built(root: Path, tool: str, models: list[str], tables: Mapping[str, str]) -> Project:
    """A project over a tool's tables, table → header and rows; those that are not named are not there. `models` are built, not tested."""
    (root / "data" / tool).mkdir(parents=True)
    for table, rows in tables.items():
        lines = [line.strip() for line in rows.strip().splitlines()]
        (root / "data" / tool / f"{table}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = (ROOT / "models" / "connectors" / tool / "sources.yml").read_text(encoding="utf-8")
    without = [f"{tool}.{t['name']}" for t in yaml.safe_load(text)["sources"][0]["tables"] if t["name"] not in tables]
    project = begin(
        root / "project",
        connectors=[tool],
        connector_path=str(root / "data"),
        connectors_without=without,
        contact_match=[],
    )
    selected = [f"--select=+{model}" for model in models]
    done = project.run("build", "--quiet", "--exclude", "resource_type:test", "resource_type:unit_test", *selected)
    assert done.code == 0, done.err[-3000:]
    return project


HUBSPOT = {
    # 1 and 2 became 3, 3 and 4 became 5, whose list is JSON, as some loaders write it; 6 is in two lists; 7 lists itself; 8 is still there, and 9, which lists it, is not.
    "contact": """
        id,_fivetran_deleted,property_email,property_hs_merged_object_ids,property_hs_calculated_merged_vids
        1,true,a@x.example,,
        3,true,c@x.example,1;2,1:1704800000000;2:1704800000000
        5,false,e@x.example,"[3, 4]",
        7,false,g@x.example,,7:1704800000000; 6:1704800000000
        8,false,h@x.example,,
        9,true,i@x.example,8;6,
    """,
    # HubSpot's six outcomes; two of the account's own, one of them with a label; none.
    "engagement_call": """
        engagement_id,property_hs_timestamp,property_hs_call_status,property_hs_call_disposition,property_hs_call_duration
        1,2026-03-01 09:00:00,COMPLETED,9D9162E7-6cf3-4944-bf63-4dff82258764,0
        2,2026-03-01 09:00:00,COMPLETED,f240bbac-87c9-4f6e-bf70-924b57d47db7,0
        3,2026-03-01 09:00:00,COMPLETED,a4c4c377-d246-4b32-a13b-75a56a4cd0ff,0
        4,2026-03-01 09:00:00,COMPLETED,b2cf5968-551e-4856-9783-52b3da59a7d0,0
        5,2026-03-01 09:00:00,NO_ANSWER,73a0d17f-1163-4015-bdd5-ec830791da20,0
        6,2026-03-01 09:00:00,COMPLETED,17b47fee-58de-441e-a44c-c6300d46f273,0
        7,2026-03-01 09:00:00,COMPLETED,11111111-2222-3333-4444-555555555555,0
        8,2026-03-01 09:00:00,COMPLETED,11111111-2222-3333-4444-666666666666,0
        9,2026-03-01 09:00:00,COMPLETED,,60000
        10,2026-03-01 09:00:00,BUSY,,0
        1.55512E+10,2026-03-01 09:00:00,BUSY,,0
    """,
    # A reply, one that was received and forwarded to be logged, one with a blind copy to be logged, and by the older column.
    "engagement_email": """
        engagement_id,property_hs_timestamp,property_hs_email_direction,type
        21,2026-03-01 09:00:00,INCOMING_EMAIL,
        22,2026-03-01 09:00:00,FORWARDED_EMAIL,EMAIL
        23,2026-03-01 09:00:00,EMAIL,
        24,2026-03-01 09:00:00,,FORWARDED_EMAIL
        25,2026-03-01 09:00:00,,EMAIL
    """,
    "property_option": "value,label\n11111111-2222-3333-4444-555555555555,Not now",
    # 1 was merged into 2. Deals 3 to 5: in yen, of which HubSpot says the amount in the account's own; in euros, of which not; without one.
    "deal": """
        deal_id,property_createdate,property_hs_merged_object_ids,property_amount,property_amount_in_home_currency,property_deal_currency_code
        1,2026-01-01,,7,7,USD
        2,2026-01-01,1,9,9,USD
        3,2026-01-01,,100000,665.2,JPY
        4,2026-01-01,,50,,eur
        5,2026-01-01,,,,JPY
    """,
    "deal_contact": "deal_id,contact_id\n1,7",
    "deal_stage": """
        deal_id,value,date_entered
        1,closedwon,2026-01-05
        2,0F1c3b7e-2a55-4c1e-9d0b-5e1f2a3b4c5d,2026-01-02
        2,4711,2026-01-03
        2,4712,2026-01-04
    """,
    "deal_pipeline_stage": """
        stage_id,label,_fivetran_deleted
        0F1c3b7e-2a55-4c1e-9d0b-5e1f2a3b4c5d,Contract Sent,false
        0F1c3b7e-2a55-4c1e-9d0b-5e1f2a3b4c5d,Zzz,true
        4711,Pilot,true
        closedwon,Signed,false
    """,
    "owner": """
        owner_id,first_name,last_name,_fivetran_deleted,_fivetran_active,_fivetran_synced
        7,Olga,Zuid,false,false,2026-03-02
        7,Olga,Noord,false,true,2026-03-02
        8,Piet,Gone,true,,2026-03-02
    """,
}


@pytest.fixture(scope="module")
def hubspot(tmp_path_factory: pytest.TempPathFactory) -> Project:
    models = [f"hubspot_{name}" for name in ("contacts", "messages", "deals", "deal_stages", "reps")]
    return built(tmp_path_factory.mktemp("hubspot"), "hubspot", models, HUBSPOT)


def test_merges_of_contacts_are_read_from_the_one_that_is_left_and_followed_to_the_end(hubspot: Project) -> None:
    assert hubspot.rows("select contact_id, merged_into, email from hubspot_contacts order by 1") == [
        ("hubspot:1", "hubspot:5", None),
        ("hubspot:2", "hubspot:5", None),
        ("hubspot:3", "hubspot:5", None),
        ("hubspot:4", "hubspot:5", None),
        ("hubspot:5", None, "e@x.example"),
        ("hubspot:6", "hubspot:7", None),
        ("hubspot:7", None, "g@x.example"),
        ("hubspot:8", None, "h@x.example"),
    ]


def test_the_outcome_of_a_call_goes_before_the_status_of_its_log(hubspot: Project) -> None:
    """An outcome of the account's own goes by its label, and by its id without one; without an outcome the status, but for `completed`."""
    query = (
        "select message_id, status from hubspot_messages where channel = 'call' order by len(message_id), message_id"
    )
    assert hubspot.rows(query) == [
        ("hubspot:1", "busy"),
        ("hubspot:2", "connected"),
        ("hubspot:3", "left_live_message"),
        ("hubspot:4", "left_voicemail"),
        ("hubspot:5", "no_answer"),
        ("hubspot:6", "wrong_number"),
        ("hubspot:7", "not now"),
        ("hubspot:8", "11111111-2222-3333-4444-666666666666"),
        ("hubspot:9", None),
        ("hubspot:10", "busy"),
        ("1.55512E+10", "busy"),  # of which digits are lost: handed on as it is, and counted by staging
    ]


def test_an_email_that_a_rep_forwarded_to_be_logged_came_in(hubspot: Project) -> None:
    query = "select message_id, direction, sender_type from hubspot_messages where channel = 'email' order by 1"
    assert hubspot.rows(query) == [
        ("hubspot:21", "inbound", "contact"),
        ("hubspot:22", "inbound", "contact"),
        ("hubspot:23", "outbound", "rep"),
        ("hubspot:24", "inbound", "contact"),
        ("hubspot:25", "outbound", "rep"),
    ]


def test_stages_with_a_number_or_a_uuid_go_by_the_label_they_have_now(hubspot: Project) -> None:
    assert hubspot.rows("select deal_id, stage from hubspot_deal_stages order by entered_at") == [
        ("hubspot:2", "Contract Sent"),  # not the label of the deleted one
        ("hubspot:2", "Pilot"),  # deleted since, but entered
        ("hubspot:2", "4712"),  # without a label
        ("hubspot:2", "closedwon"),  # of deal 1, which was merged into 2; HubSpot's own id, whatever it is called
    ]


def test_amounts_are_in_the_currency_of_the_account_and_several_are_warned_of(hubspot: Project) -> None:
    """Of deal 1 nothing is left but its contact, who is now that of 2."""
    assert hubspot.rows("select deal_id, contact_id, amount, currency from hubspot_deals order by 1") == [
        ("hubspot:2", "hubspot:7", "9", None),
        ("hubspot:3", None, "665.2", None),
        ("hubspot:4", None, "50", "EUR"),
        ("hubspot:5", None, None, "JPY"),
    ]
    done = hubspot.run("build", "--select", "+deal_currencies", "--exclude", "resource_type:unit_test", "--json")
    warned = {r["name"] for r in done.json["results"] if r["status"] == "warn"}
    assert "amounts_are_of_one_currency" in warned
    assert hubspot.rows("select currency, given_count from deal_currencies order by 1 nulls last") == [
        ("eur", 1),
        (None, 2),
    ]


def test_a_rep_who_left_stays_and_goes_by_the_latest_name(hubspot: Project) -> None:
    assert hubspot.rows("select rep_id, name, role from hubspot_reps order by 1") == [
        ("hubspot:7", "Olga Noord", "sales"),
        ("hubspot:8", "Piet Gone", "sales"),
    ]


OPPORTUNITY = """
    id,created_date,stage_name,is_deleted,_fivetran_active,_fivetran_start
    006A,2026-01-01 09:00:00,Closed Won,FALSE,FALSE,2026-01-01 09:00:00
    006A,2026-01-01 09:00:00,Closed Won,FALSE,TRUE,2026-01-20 09:00:00
    006B,2026-01-01 09:00:00,Prospecting,FALSE,TRUE,2026-01-02 09:00:00
    006C,2026-01-01 09:00:00,Closed Won,TRUE,TRUE,2026-01-02 09:00:00
    006D,2026-01-01 09:00:00,Qualification,FALSE,FALSE,2026-01-02 09:00:00
"""
CHANGES = """
    opportunity_id,field,old_value,new_value,created_date
    006A,StageName,Qualification,,2026-01-10 09:00:00
    006A,StageName,Needs Analysis,Closed Won,2026-01-20 09:00:00
    006A,Amount,1,2,2026-01-15 09:00:00
    006C,StageName,Qualification,Closed Won,2026-01-10 09:00:00
    006D,StageName,Prospecting,Qualification,2026-01-10 09:00:00
"""


@pytest.mark.parametrize(
    ("tables", "stages"),
    [
        (
            # The first change says what was before it, the second what it was to; B never changed. C is deleted, and of D no version is left.
            {"opportunity": OPPORTUNITY, "opportunity_field_history": CHANGES},
            [("A", "01", "Qualification"), ("A", "10", "Needs Analysis"), ("A", "20", "Closed Won"), ("B", "01", "Prospecting")],
        ),
        pytest.param(
            # Without a history the versions are one: A's two agree in their stage.
            {"opportunity": OPPORTUNITY},
            [("A", "01", "Closed Won"), ("B", "02", "Prospecting")],
            marks=pytest.mark.slow,
        ),
        pytest.param(
            {"opportunity": "id,created_date,stage_name,last_stage_change_date\n006A,2026-01-01,Closed Won,2026-01-20"},
            [("A", "20", "Closed Won")],
            marks=pytest.mark.slow,
        ),
    ],
)  # fmt: skip
def test_stages_of_opportunities_are_entered_when_they_changed(
    tmp_path: Path, tables: Mapping[str, str], stages: list[tuple[str, str, str]]
) -> None:
    rows = built(tmp_path, "salesforce", ["salesforce_deal_stages"], tables).rows(
        "select substring(deal_id, 15), substring(entered_at, 9, 2), stage from salesforce_deal_stages order by 1, 2"
    )
    assert rows == stages
