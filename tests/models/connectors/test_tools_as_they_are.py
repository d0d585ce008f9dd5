"""What tools of support and telephony leave in their tables besides conversations, in the folder `cases`: legs, machines, notes,
campaigns, merged tickets, deleted rows, and numbers and addresses in every spelling. Worked out by hand, one build of all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.models.connectors.project import Project, begin
from tests.models.connectors.used import USED, rows_of, used_rows

pytestmark = pytest.mark.slow  # of the tools, the fast suite builds what tests/spec/oracles reads

CASES = Path(__file__).parent / "cases"
TRUST = ["raw", "zendesk", "intercom", "twilio"]

# First message → contact, channel, inbound, outbound, reached at, two-way at, first human at, seconds to the first response.
TWILIO_CALLS: dict[str, tuple[Any, ...]] = {
    # A machine and a fax picked up, the third was busy: attempts. A person picked up the fourth.
    "A1": ("+15550000001", 0, 1, None, None, None),
    "A2": ("+15550000002", 0, 1, None, None, None),
    "A3": ("+15550000003", 0, 1, None, None, None),
    "A4": ("+15550000004", 0, 1, "09:30:00", "09:30:00", None),
    # Put through to Rae, who was not there, and on to a mobile: one conversation, which the file has twice. Nobody's of its legs.
    "B1": ("+15550000011", 1, 0, "10:00:00", "10:00:00", None),
    # Put through to Rae and to the mobile's voicemail: they called, and nobody of ours was there.
    "B2": ("+15550000012", 1, 0, "10:10:00", None, None),
    # The rep is called first, or calls in by browser, SIP phone or the caller id that the account verified: the leg to the contact counts,
    # and a rep dialled it.
    "C1a": ("+15550000021", 0, 1, "11:00:10", "11:00:10", "11:00:10"),
    "C2a": ("+15550000022", 0, 1, "11:10:05", "11:10:05", "11:10:05"),
    "C3a": ("+15550000023", 0, 1, None, None, "11:20:05"),
    "C4a": ("+15550000024", 0, 1, "11:30:05", "11:30:05", "11:30:05"),
    # A dialler calls the contact, then connects Sam, a verified mobile, or (to one who had written to us) a number unknown. A
    # call to the verified mobile alone (D4) is none.
    "D1": ("+15550000031", 0, 1, "12:00:00", "12:00:00", None),
    "D2": ("+15550000032", 0, 1, "12:10:00", "12:10:00", None),
    "D3": ("+15550000033", 0, 1, "12:20:00", "12:20:00", None),
    # What a trunk terminates goes out, what it originates comes in.
    "E1": ("+15550000041", 0, 1, "13:00:00", "13:00:00", None),
    "E2": ("+15550000042", 1, 0, "13:10:00", "13:10:00", None),
    # Two callers who withhold their number are two. The deleted call (G1) is none.
    "F1": ("F1", 1, 0, "14:00:00", "14:00:00", None),
    "F2": ("F2", 1, 0, "14:10:00", "14:10:00", None),
}
TWILIO_TEXTS: dict[str, tuple[Any, ...]] = {
    # The one who calls in B1, by way of WhatsApp. Not there: the alert to the mobile of B1 (M5), the deleted message (M6).
    "M2": ("+15550000011", "whatsapp"),
    "M1": ("+15550000033", "sms"),
    "M3": ("+15550000001", "sms"),  # from a messaging service
    "M4": ("+15550000002", "sms"),  # from a short code
}
ZENDESK: dict[str, tuple[Any, ...]] = {
    # Eva at 8:00, Cy in copy, a note, a trigger, Al at 9:00; a comment that was deleted.
    "11": ("email", 2, 1, "08:00:00", "09:00:00", "09:00:00", 3600.0, "zendesk:1"),
    # Al requested it for Eva: his comment is a rep's, hers makes it two-way. Ticket 3, among agents, is none; nor are 4 and 5, deleted; 11 is
    # suspended.
    "21": ("web_form", 1, 1, "10:30:00", "10:30:00", "10:00:00", None, "zendesk:2"),
    # Ticket 6 went into 7: one wait from 13:00 to 13:20. What Zendesk wrote into both at 13:05 is no answer.
    "61": ("chat", 2, 1, "13:00:00", "13:20:00", "13:20:00", 1200.0, "zendesk:7"),
    # Answered by who was an agent then.
    "81": ("chat", 1, 1, "14:00:00", "14:02:00", "14:02:00", 120.0, "zendesk:8"),
    # A call of 60 seconds is live; a voicemail of 20 is not.
    "91": ("voice", 1, 1, "15:00:00", "15:00:00", "15:30:00", None, "zendesk:9"),
    "101": ("voice", 1, 0, "16:00:00", None, None, None, "zendesk:10"),
}
INTERCOM: dict[str, tuple[Any, ...]] = {
    # An answer given while assigning, and one while snoozing; not the note, the parts without words, the rating, the deleted part.
    "9": ("25", "chat", 2, 2, "10:05:00", "10:05:00", 300.0),
    "10": ("intercom:i2", "chat", 1, 1, "10:05:00", None, None),  # a campaign in Ada's name
    "11": ("intercom:i3", "chat", 2, 1, "10:05:00", "10:05:00", 300.0),  # i1 was added; answered while closing
    "12": ("intercom:i2", "email", 0, 1, None, "10:00:00", None),  # by Ada herself; i1 is not in its last version
    "13": ("intercom:i2", "chat", 1, 2, "10:02:00", None, None),  # by Operator
    "15": ("intercom:i2", "chat", 1, 0, None, None, None),  # by a lead who became i2; 14 was deleted
}
# Table → rows, those used, and those left out by reason; of each table the numbers add up.
LEFT_OUT: dict[str, tuple[int, int, dict[str, int]]] = {
    # B1a, B1b, B2a, B2b; C1 to C4; D1a, D2a, D3a are legs; D4 goes to a verified mobile; G1 was deleted. B1 is there twice.
    "twilio.call": (31, 18, {"leg": 11, "internal": 1, "deleted": 1}),
    "twilio.message": (18, 16, {"internal": 1, "deleted": 1}),  # M5; M6
    "twilio.incoming_phone_number": (1, 1, {}),
    "twilio.outgoing_caller_id": (1, 1, {}),
    "zendesk.ticket": (11, 7, {"deleted": 2, "suspended": 1, "internal": 1}),  # 4, 5; 11; 3
    # 13, 82; 62, 72; 16, 41, 51; 111; 31, 32
    "zendesk.ticket_comment": (24, 14, {"private": 2, "merge_note": 2, "deleted": 3, "suspended": 1, "internal": 2}),
    "zendesk.ticket_field_history": (4, 1, {"repeated": 1, "other_field": 1, "deleted": 1}),  # the last of ticket 4
    "zendesk.user": (10, 9, {"inactive": 1}),  # 10; of 4, who was an agent, there is a rep
    "intercom.conversation_history": (8, 6, {"earlier_version": 1, "deleted": 1}),  # of 9; 14
    # P3; P7; P2, P6; P14, and P13 of the deleted 14
    "intercom.conversation_part_history": (14, 8, {"note": 1, "event": 1, "no_words": 2, "deleted": 2}),
    "intercom.conversation_contact_history": (9, 7, {"earlier_version": 1, "deleted": 1}),  # of 12; of 14
    "intercom.contact_history": (5, 3, {"earlier_version": 1, "deleted": 1}),  # of i1; i4
    "intercom.admin": (3, 1, {"no_person": 1, "deleted": 1}),  # 78; 79
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = begin(
        tmp_path_factory.mktemp("as_they_are"),
        connectors=TRUST,
        connector_path=str(CASES),
        raw_path=str(CASES / "raw"),
        connectors_without=[],
    )
    done = project.run(
        "build", "--select", "+conversations", "+contact_match_losses", "stg_dispositions", "+connector_left_out", "--exclude", "resource_type:unit_test", "--json"
    )  # fmt: skip
    assert done.code == 0, done.out[-3000:]
    return project


def found(project: Project, tool: str, columns: str, condition: str = "true") -> dict[str, tuple[Any, ...]]:
    rows = project.rows(
        f"select first_message_id, {columns} from conversations where first_message_id like '{tool}:%' and {condition}"
    )
    return {row[0].removeprefix(f"{tool}:").removeprefix("conversation:"): row[1:] for row in rows}


def clock(*columns: str) -> str:
    return ", ".join(f"strftime({column}, '%H:%M:%S')" for column in columns)


def test_calls_of_twilio_are_conversations_with_people_outside(built: Project) -> None:
    columns = f"substring(contact_id, 8), inbound_count, outbound_count, {clock('reached_at', 'two_way_at', 'first_human_at')}"
    assert found(built, "twilio", columns, "channel = 'voice'") == TWILIO_CALLS


def test_messages_of_twilio_go_by_the_number_of_the_other_side(built: Project) -> None:
    texts = found(built, "twilio", "substring(contact_id, 8), channel", "first_message_id like 'twilio:M%'")
    assert texts == TWILIO_TEXTS


def test_comments_of_zendesk_are_the_contacts_or_an_agents(built: Project) -> None:
    columns = f"channel, inbound_count, outbound_count, {clock('reached_at', 'two_way_at', 'first_human_at')}, first_response_seconds, thread_id"
    assert found(built, "zendesk", columns) == ZENDESK
    assert {row[0] for row in built.rows("select contact_id from conversations where thread_id like 'zendesk:%'")} == {
        "20"
    }
    assert built.rows("select contact_id, thread_id from stg_dispositions") == [
        ("20", "zendesk:7")
    ]  # recorded on ticket 6


def test_parts_of_intercom_are_answers_whatever_else_they_do(built: Project) -> None:
    columns = f"contact_id, channel, inbound_count, outbound_count, {clock('two_way_at', 'first_human_at')}, first_response_seconds"
    assert found(built, "intercom", columns) == INTERCOM


def test_reps_are_people_who_are_or_were_agents(built: Project) -> None:
    """Neither Operator nor an admin whose row was deleted."""
    reps = {row[0] for row in built.rows("select rep_id from stg_reps")}
    assert reps == {"zendesk:3", "zendesk:4", "zendesk:5", "intercom:77"}


def test_contacts_of_different_tools_are_one_where_the_key_is_one_contacts(built: Project) -> None:
    merged = dict(built.rows("select contact_id, merged_into from stg_contacts where merged_into is not null"))
    assert merged == {
        "24": "25",  # a merge of the table's own
        "intercom:i1": "25",  # whose address of 24 speaks for the one that is left; of the contact's versions the last
        "zendesk:1": "20",  # `Eva <mailto:EVA@x.example>`
        "twilio:+15551230001": "1",  # 15551230001
        "twilio:+15551230002": "2",  # 1-555-123-0002
        "twilio:+442079460958": "3",  # +44 (0)20 7946 0958
        "twilio:+15551230004": "4",  # 15551230004.0
        "twilio:+15551230007": "7",  # +1 555 123 0007 ext. 12
        "twilio:+15551230008": "8",  # (555) 123-0008
        "twilio:15551230008": "8",  # Twilio's, without its +
        "twilio:+15551230011": "11",  # beside another mobile
        "twilio:+15551230014": "14",  # the second number of a cell
        "twilio:15551230016": "twilio:+15551230016",  # one number of Twilio's, matched to nobody
    }


def test_no_match_leads_to_a_tool_that_is_trusted_less_or_as_much(built: Project) -> None:
    """So that no merges go in a circle."""

    def rank(contact: str) -> int:
        return TRUST.index(contact.split(":")[0]) if ":" in contact else 0

    matched = built.rows("select contact_id, merged_into from stg_contacts where merged_into is not null")
    of_their_own = {"24", "twilio:15551230016"}
    assert all(rank(into) < rank(contact) for contact, into in matched if contact not in of_their_own)


def test_what_could_not_be_matched_is_counted_and_warned_of_with_samples(built: Project) -> None:
    """13 and 14 share a number, 22 and 23 an address, two users of Zendesk that of 1. Four numbers can't be read: two that lost digits, two of zeros."""
    columns = "tool, match_by, reason, contact_count, given_count, samples"
    rows = built.rows(f"select {columns} from contact_match_losses order by all")
    assert rows == [
        ("raw", "email", "shared", 2, 18, "'office@x.example'"),
        ("raw", "email", "unreadable", 1, 18, "'noreply@x.example'"),
        ("raw", "phone", "shared", 2, 13, "'15551230013'"),
        ("raw", "phone", "unreadable", 4, 13, "'000-000-0000', '1.55512E+10'"),
        ("twilio", "phone", "ambiguous", 1, 25, "'15551230013'"),
        ("zendesk", "email", "ambiguous", 1, 4, "'office@x.example'"),
        ("zendesk", "email", "unreadable", 1, 4, "'noreply@x.example'"),
        ("zendesk", "phone", "shared", 2, 2, "'15551230001'"),
    ]
    done = built.run("test", "--select", "contact_match_losses", "--json")
    (result,) = (r for r in done.json["results"] if r["name"].startswith("contacts_share_no_keys"))
    assert (done.code, result["status"], result["failures"]) == (0, "warn", 8)


def test_every_row_of_the_tables_is_used_or_left_out_for_one_reason(built: Project) -> None:
    left_out = built.rows("select tool || '.' || table_name, reason, row_count from connector_left_out")
    found = {
        table: (rows_of(CASES, table), used_rows(built, table), {r[1]: r[2] for r in left_out if r[0] == table})
        for table in LEFT_OUT
    }
    worked_out = {t: (given, used if t in USED else None, reasons) for t, (given, used, reasons) in LEFT_OUT.items()}
    assert found == worked_out
    assert {
        table: used + sum(reasons.values()) - given
        for table, (given, used, reasons) in LEFT_OUT.items()
        if used + sum(reasons.values()) != given
    } == {}
    assert {r[0] for r in left_out} <= set(LEFT_OUT)
