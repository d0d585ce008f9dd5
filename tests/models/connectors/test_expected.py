"""What became of the fixtures, worked out by hand from the tools' tables: one build of all connectors together."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.models.connectors.noise import add_rows_that_do_not_count, make_ids_floats
from tests.models.connectors.project import FIXTURES, TOOLS, Project, begin
from tests.models.connectors.used import USED, rows_of, used_rows

pytestmark = pytest.mark.slow

ANN, BEN, DAN = "hubspot:1", "hubspot:2", "salesforce:003B"


def march(day: int, clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{day:02} {clock}:00")


# Tool → first message → contact, channel, inbound, outbound, failed, two-way at, sales-handled at, thread.
CONVERSATIONS: dict[str, dict[str, tuple[Any, ...]]] = {
    "twilio": {
        # A program writes, Ann answers half an hour later; the third message fails and only counts as failed.
        "twilio:SM1": (ANN, "sms", 1, 1, 1, march(2, "09:30"), None, None),
        # A call that was completed has both sides in it at once; nobody of ours is named.
        "twilio:CA1": (ANN, "voice", 1, 0, 0, march(2, "15:00"), None, None),
        # Ben's number, by way of WhatsApp; three days before HubSpot's message in that channel.
        "twilio:SM4": (BEN, "whatsapp", 1, 0, 0, None, None, None),
    },
    "hubspot": {
        # An e-mail and its answer; the deleted one is not there. Nobody of sales wrote after the answer. That the e-mail also hangs on a
        # contact who was merged into Ben makes it no second one, and the deleted association with Ann makes it none of hers.
        "hubspot:10:2": (BEN, "email", 1, 1, 0, march(4, "12:00"), None, None),
        # To a contact who was merged into Ann, by an owner, who is of sales; live.
        "hubspot:12:3": (ANN, "voice", 0, 1, 0, march(5, "09:00"), march(5, "09:00"), None),
        "hubspot:14:2": (BEN, "whatsapp", 0, 1, 0, None, None, None),
        # A minute with the gatekeeper, an outcome of the account's own that nobody mapped, and half a minute of voicemail: attempts.
        "hubspot:17:1": (ANN, "voice", 0, 1, 0, None, None, None),
        "hubspot:18:1": (ANN, "voice", 0, 1, 0, None, None, None),
    },
    "salesforce": {
        # A call to the lead who became Dan, when it was completed. The task that is only something to do, the deleted one, and the call
        # that is planned are no messages.
        "salesforce:T1": (DAN, "voice", 0, 1, 0, march(9, "11:00"), march(9, "11:00"), None),
        # Ann by her e-mail address, written otherwise.
        "salesforce:T3": (ANN, "email", 0, 1, 0, None, None, None),
    },
    "zendesk": {
        # The note between the two is private. An agent is of support.
        "zendesk:C1": (BEN, "email", 1, 1, 0, march(12, "09:00"), None, "zendesk:1"),
    },
    "intercom": {
        # Ann's first words, a bot, an admin, Ann; neither the note nor the closing, which has no words.
        "intercom:conversation:9": (ANN, "chat", 2, 2, 0, march(15, "10:01"), None, "intercom:9"),
    },
}
# Tool → outcome, contact, deal, when, amount.
OUTCOMES: dict[str, set[tuple[Any, ...]]] = {
    "hubspot": {
        ("mql", ANN, None, march(1, "08:00"), None),
        ("meeting_booked", BEN, "hubspot:100", march(7, "09:00"), None),
        ("meeting_attended", BEN, "hubspot:100", march(10, "14:00"), None),
        ("meeting_booked", ANN, None, march(7, "10:00"), None),  # to which she did not come
        ("opportunity_created", BEN, "hubspot:100", march(8, "09:00"), 5000.0),
        ("proposal_sent", BEN, "hubspot:100", march(15, "09:00"), 5000.0),  # of the deal that was merged into it
        ("closed_won", BEN, "hubspot:100", march(20, "09:00"), 5000.0),  # a stage that has a number, by its label
    },
    "salesforce": {
        # An event, not its copy in another calendar, a proposal of one, nor a deleted one; what was booked and when it begins are two times.
        ("meeting_booked", DAN, "salesforce:006X", march(10, "09:00"), None),
        ("demo_scheduled", DAN, None, march(10, "09:30"), None),
        # The change of the amount on the 12th is no entry into a stage; the deleted opportunity has none.
        ("opportunity_created", DAN, "salesforce:006X", march(11, "09:00"), 900.0),
        ("proposal_sent", DAN, "salesforce:006X", march(13, "09:00"), 900.0),
        ("closed_won", DAN, "salesforce:006X", march(25, "09:00"), 900.0),
    },
    "twilio": set(),
    "zendesk": set(),
    "intercom": set(),
}
_CONVERSATIONS = """
    select first_message_id, contact_id, channel, inbound_count, outbound_count, failed_count, two_way_at, sales_handled_at, thread_id
    from conversations"""
_OUTCOMES = "select outcome, contact_id, deal_id, occurred_at, amount from outcomes"


@pytest.fixture(scope="module")
def all_tools(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Over the fixtures with an earlier version beside each row and deleted records in every table of HubSpot and Salesforce, ids as pandas writes them."""
    root = tmp_path_factory.mktemp("connected")
    shutil.copytree(FIXTURES, root / "data")
    add_rows_that_do_not_count(root / "data")
    make_ids_floats(root / "data")
    project = begin(root / "project", connector_path=str(root / "data"))
    done = project.run("build", "--json")
    assert done.code == 0, done.out[-3000:]
    return project


@pytest.mark.parametrize("tool", TOOLS)
def test_each_tool_makes_the_conversations_worked_out_by_hand(tool: str, all_tools: Project) -> None:
    found = {r[0]: r[1:] for r in all_tools.rows(_CONVERSATIONS) if r[0].startswith(f"{tool}:")}
    assert found == CONVERSATIONS[tool]


@pytest.mark.parametrize("tool", TOOLS)
def test_each_tool_brings_the_outcomes_worked_out_by_hand(tool: str, all_tools: Project) -> None:
    of_tool = {"hubspot": {ANN, BEN}, "salesforce": {DAN}}.get(tool, set())
    assert {r for r in all_tools.rows(_OUTCOMES) if r[1] in of_tool} == OUTCOMES[tool]


def test_there_is_nothing_but_these(all_tools: Project) -> None:
    assert len(all_tools.rows(_CONVERSATIONS)) == sum(len(found) for found in CONVERSATIONS.values())
    assert len(all_tools.rows(_OUTCOMES)) == sum(len(found) for found in OUTCOMES.values())
    assert all_tools.rows("select * from staging_set_aside") == []


def test_contacts_are_one_by_the_keys_that_are_declared(all_tools: Project) -> None:
    merged = dict(all_tools.rows("select contact_id, merged_into from stg_contacts where merged_into is not null"))
    assert (
        merged
        == {
            "hubspot:3": ANN,  # HubSpot's own merge
            "hubspot:5": BEN,  # another, as the contact that is left lists it
            "salesforce:0039": DAN,  # Salesforce's merge; the two share an address, and the least id is not the one that stays
            "salesforce:00QB": DAN,  # Salesforce's conversion, before the address that the two share
            "salesforce:003A": ANN,  # address, in capitals and with a blank
            "twilio:+12025550101": ANN,  # number, which HubSpot has without its country
            "twilio:+442079460102": BEN,  # his mobile, which HubSpot has with 00 beside another number
            "zendesk:501": BEN,
            "intercom:i1": ANN,
        }
    )


def test_what_is_left_out_of_the_tables_is_counted_by_its_reason(all_tools: Project) -> None:
    """Each task has an earlier version and a deleted record beside it, and T4 is deleted: 5 and 5 + 1. T2 is a thing to do, T5 planned.
    Four deleted rows of stages, and the one of deal 101, which was deleted."""
    rows = all_tools.rows(
        "select reason, row_count from connector_left_out where tool = 'salesforce' and table_name = 'task'"
    )
    assert dict(rows) == {"earlier_version": 5, "deleted": 6, "no_message": 1, "planned": 1}
    others = {r[:2]: r[2] for r in all_tools.rows("select table_name, reason, row_count from connector_left_out")}
    assert (others["deal", "merged"], others["event", "no_meeting"], others["deal_stage", "deleted"]) == (1, 2, 4 + 1)
    assert ("deal_stage", "earlier_version") not in others and ("owner", "deleted") not in others


@pytest.mark.parametrize("table", USED)
def test_every_row_of_a_table_is_used_or_left_out(table: str, all_tools: Project) -> None:
    tool, name = table.split(".")
    ((left_out,),) = all_tools.rows(
        f"select coalesce(sum(row_count), 0) from connector_left_out where tool = '{tool}' and table_name = '{name}'"
    )
    assert (used_rows(all_tools, table) or 0) + left_out == rows_of(all_tools.root.parent / "data", table)


def test_a_ticket_field_is_a_disposition_when_it_is_declared(all_tools: Project) -> None:
    assert all_tools.rows("select thread_id, code, rep_id from stg_dispositions") == [
        ("zendesk:1", "support_request", "zendesk:502")
    ]


def test_a_column_that_nothing_fills_is_reported_and_does_no_harm(all_tools: Project) -> None:
    """HubSpot's contacts have no company in the fixtures' header, Twilio's calls no price, though its messages do."""
    empty = {r[:3] for r in all_tools.rows("select * from connector_coverage where row_count > 0 and filled_count = 0")}
    assert ("hubspot", "contacts", "account_id") in empty
    assert ("hubspot", "messages", "thread_id") in empty
    assert not {e for e in empty if e[0] == "twilio"}
    done = all_tools.run("test", "--select", "connector_coverage", "--json")
    warned = {r["name"]: r for r in done.json["results"] if r["status"] == "warn"}
    assert (done.code, warned["filled_where_rows_connector_coverage_filled_count"]["failures"]) == (0, len(empty))


def test_reps_have_the_role_of_their_tool(all_tools: Project) -> None:
    assert dict(all_tools.rows("select rep_id, role from stg_reps")) == {
        "hubspot:7": "sales",
        "salesforce:005U": "sales",
        "zendesk:502": "support",
        "intercom:77": "support",
    }


@pytest.fixture
def outcomes_of(tmp_path: Path) -> Callable[..., Project]:
    """A project with other variables, built as far as its conversations and outcomes, without tests."""

    def build(**variables: Any) -> Project:
        project = begin(tmp_path / "other", **variables)
        done = project.run(
            "build",
            "--select",
            "+outcomes",
            "+conversations",
            "--exclude",
            "resource_type:test",
            "resource_type:unit_test",
            "--quiet",
        )
        assert done.code == 0, done.err[-3000:]
        return project

    return build


@pytest.mark.slow
def test_without_a_declared_key_contacts_of_two_tools_are_two(outcomes_of: Callable[..., Project]) -> None:
    contacts = {r[1] for r in outcomes_of(contact_match=[]).rows(_CONVERSATIONS)}
    assert contacts == {
        ANN, BEN, DAN, "salesforce:003A", "twilio:+12025550101", "twilio:+442079460102", "zendesk:501", "intercom:i1",
    }  # fmt: skip


@pytest.mark.slow
def test_the_tool_named_first_has_the_contact_that_stays(outcomes_of: Callable[..., Project]) -> None:
    project = outcomes_of(connectors=["zendesk", *(t for t in TOOLS if t != "zendesk")])
    assert {r[1] for r in project.rows(_CONVERSATIONS)} == {ANN, "zendesk:501", DAN}


@pytest.mark.slow
def test_stages_of_opportunities_are_also_read_from_changes_of_fields(outcomes_of: Callable[..., Project]) -> None:
    """The first change says what the stage was before it: since the opportunity was created."""
    project = outcomes_of(
        connectors=["salesforce"],
        connectors_without=["salesforce.opportunity_history", "salesforce.opportunity_contact_role"],
    )
    assert set(project.rows(_OUTCOMES)) == OUTCOMES["salesforce"]


@pytest.mark.slow
@pytest.mark.parametrize("tool", TOOLS)
def test_each_tool_stands_alone(tool: str, tmp_path: Path) -> None:
    compiled = begin(tmp_path, connectors=[tool]).run("ls", "--resource-type", "model")
    assert compiled.code == 0, compiled.err
    others = [other for other in TOOLS if other != tool and f"{other}_messages" in compiled.out]
    assert (others, f"{tool}_messages" in compiled.out) == ([], True)


def test_an_unknown_tool_is_an_error_that_names_the_known_ones(tmp_path: Path) -> None:
    done = begin(tmp_path, connectors=["twillio"]).run("compile")
    assert done.code == 2
    assert "variable 'connectors'" in done.err
    assert all(f"'{tool}'" in done.err for tool in ("raw", *TOOLS))
