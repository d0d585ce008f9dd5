"""How many rows a tool's table has, and how many rows the models made of them: where a row of a table makes one row."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.models.connectors.project import Project

_ENGAGEMENT = "select count(distinct split_part(message_id, ':', 2)) from hubspot_messages where channel"
USED = {
    "hubspot.engagement_email": f"{_ENGAGEMENT} = 'email'",
    "hubspot.engagement_call": f"{_ENGAGEMENT} = 'call'",
    "hubspot.engagement_communication": f"{_ENGAGEMENT} not in ('email', 'call')",
    "hubspot.engagement_meeting": "select count(distinct split_part(meeting_id, ':', 2)) from hubspot_meetings",
    "hubspot.contact": "select count(*) from hubspot_contacts where email is not null",
    "hubspot.contact_property_history": "select count(*) from hubspot_lifecycle_stages",
    "hubspot.deal": "select count(*) from hubspot_deals",
    "hubspot.deal_stage": "select count(*) from hubspot_deal_stages",
    "hubspot.owner": "select count(*) from hubspot_reps",
    "salesforce.task": "select count(*) from salesforce_messages",
    "salesforce.event": "select count(*) from salesforce_meetings",
    "salesforce.opportunity": "select count(*) from salesforce_deals",
    "salesforce.opportunity_history": "select count(*) from salesforce_deal_stages",
    "salesforce.user": "select count(*) from salesforce_reps",
    "twilio.call": "select count(*) from twilio_messages where channel = 'call'",
    "twilio.message": "select count(*) from twilio_messages where channel <> 'call'",
    "zendesk.ticket_comment": "select count(*) from zendesk_messages",
    "zendesk.ticket_field_history": "select count(*) from zendesk_dispositions",
    "zendesk.user": "select (select count(*) from zendesk_contacts) + (select count(*) from zendesk_reps)",
    "intercom.conversation_history": "select count(*) from intercom_conversations",
    "intercom.conversation_part_history": "select count(*) from intercom_messages where message_id not like '%:conversation:%'",
    "intercom.contact_history": "select count(*) from intercom_contacts",
    "intercom.admin": "select count(*) from intercom_reps",
}


def rows_of(data: Path, table: str) -> int:
    with (data / f"{table.replace('.', '/')}.csv").open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))


def used_rows(project: Project, table: str) -> int | None:
    """None where the rows of a table are read for what they say of others'."""
    return int(project.rows(USED[table])[0][0]) if table in USED else None
