"""Exports of tools that no shape is of: what they say is read, and what is not read is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.init.exports.test_plans import begin, model

CONTACTS = "Contact ID,Email,Mobile\n1,ann@a.example,+1 212 555 0101 ext. 5\n2,bob@b.example,212-555-0102 x12\n"
DEALS = "Deal ID,Contact ID,Stage,Amount,Created,Close Date\n1,1,Closed Won,10,2024-01-08,2024-01-20\n"


@pytest.mark.parametrize(
    ("header", "cells", "right"),
    [
        ("answered", ("Yes", "No"), "when 'no' then 'no-answer' when 'yes' then 'answered'"),
        ("Missed call", ("false", "true"), "when 'false' then 'answered' when 'true' then 'no-answer'"),
    ],
)
def test_a_call_that_only_rang_is_no_conversation(
    header: str, cells: tuple[str, str], right: str, tmp_path: Path
) -> None:
    calls = (
        f"datetime (UTC),direction,from,to,{header},duration (total),duration (in call)\n"
        f"2024-01-05 14:30:00,inbound,12125550101,12065550100,{cells[0]},133,120\n"
        f"2024-01-06 15:00:00,outbound,12065550100,12125550102,{cells[1]},20,0\n"
    )
    done = begin(tmp_path, {"calls.csv": calls, "contacts.csv": CONTACTS})
    text = model(tmp_path, "messages")
    assert right in text
    assert '"duration (in call)" as talk_seconds' in text
    assert "100% are found by Mobile" in " ".join(done.err.split())  # an extension is none of the number


def test_a_row_without_a_contact_is_looked_up_whatever_its_file_is_called(tmp_path: Path) -> None:
    messages = (
        "message_id,contact_id,email,channel,direction,sent_at\nm1,1,ann@a.example,sms,inbound,2024-01-05T10:00Z\n"
        "m2,,ANN@a.example,sms,outbound,2024-01-05T11:00Z\n"
    )
    deals = "deal_id,contact_id,email,created_at\nd1,1,ann@a.example,2024-01-08\nd2,,bob@b.example,2024-01-09\n"
    contacts = "contact_id,email\n1,ann@a.example\n2,bob@b.example\n3,Bob@B.example\n"
    done = begin(tmp_path, {"messages.csv": messages, "deals.csv": deals, "contacts.csv": contacts})
    said = " ".join(done.err.split())
    assert said.count("1 are blank, and are looked up by email") == 2, said
    for name in ("messages", "deals"):
        assert "contacts_1.found_contact_id" in model(
            tmp_path, name
        )  # contact_id would be ambiguous beside the file's own
    assert "contacts: 2 of them have the email of another: each id counts as a person of its own" in done.err


def test_contacts_that_are_merged_share_an_address_without_a_word(tmp_path: Path) -> None:
    contacts = "contact_id,email,merged_into\n2,bob@b.example,\n3,Bob@B.example,2\n"
    done = begin(tmp_path, {"contacts.csv": contacts, "deals.csv": DEALS})
    assert "of another" not in done.err


def test_times_that_are_not_read_are_named_with_what_to_do(tmp_path: Path) -> None:
    texts = "Name,Phone,Direction,Created At\nAnn,2125550101,in,01/05/2024 9:30 AM EST\nBob,2125550102,out,01/06/2024 9:30 AM EST\n"
    deals = "Deal ID,Contact ID,Stage,Amount,Created,Closed\n1,1,Closed Won,10,45299,45311.5\n"
    done = begin(tmp_path, {"texts.csv": texts, "contacts.csv": CONTACTS, "won deals.csv": deals})
    notes = {line.split(": ")[1]: line for line in done.err.splitlines() if "is not read as a time" in line}
    assert "a zone in letters has several meanings" in notes["texts.csv"]
    assert "Created has '45299'" in notes["deals"] and "spreadsheet's number of a day" in notes["deals"]
    assert "Closed has '45311.5'" in notes["deal_stages"]


def test_objects_within_json_are_read_by_their_members(tmp_path: Path) -> None:
    chats = [
        {"id": 1, "customer": {"id": 101}, "author": {"type": "user"}, "type": "chat", "createdAt": 1704465000000},
        {"id": 2, "customer": {"id": 101}, "author": {"type": "agent"}, "type": "chat", "createdAt": 1704465600000},
    ]
    deals = [{"id": 1, "customer_id": 101, "stage": "won", "value": {"amount": 1200.5}, "created_at": 1704672000000}]
    begin(tmp_path, {"chats.json": json.dumps({"data": chats}), "deals.json": json.dumps(deals)})
    text = model(tmp_path, "messages")
    assert "\"customer\" ->> '$.id' as contact_id" in text
    assert "when 'agent' then 'outbound'" in text
    assert "\"value\" ->> '$.amount' as amount" in model(tmp_path, "deals")


def test_headers_in_french_and_spanish(tmp_path: Path) -> None:
    begin(
        tmp_path,
        {
            "SMS.csv": "Date;Heure;Sens;Numéro;Message\n05/01/2024;15:30;Entrant;0123456701;Oui\n16/01/2024;15:40;Sortant;0123456701;Oui\n",
            "clientes.csv": "Id|Nombre|Teléfono|Fecha de alta\n101|Ann|01 23 45 67 01|2023-12-01\n",
            "Affaires.csv": "ID d'enregistrement;Montant;Étape;Date de création;Date de clôture;Nom du contact.id\n1;1 200,50 €;Fermé gagné;2024-01-08;2024-01-20;101\n",
        },
    )
    text = model(tmp_path, "messages")
    assert '"Heure"' in text and "%d/%m/%Y %H:%M" in text
    assert "when 'sortant' then 'outbound'" in text
    assert '"Étape" as stage' in model(tmp_path, "deal_stages")
    seed = (tmp_path / "mine/seeds/outcome_stages.csv").read_text(encoding="utf-8")
    assert "fermé gagné,closed_won" in seed


@pytest.mark.parametrize(
    ("amount", "currency", "is_read"),
    [("Amount", "Deal currency", True), ("Betrag", "Währung", True), ("Amount in company currency", "Currency", False)],
)
def test_the_currency_of_an_amount_is_read_and_no_other(
    amount: str, currency: str, is_read: bool, tmp_path: Path
) -> None:
    deals = f"Deal ID,Contact ID,Stage,{amount},{currency},Created,Close Date\n1,1,Closed Won,10,EUR,2024-01-08,2024-01-20\n"
    begin(tmp_path, {"won deals.csv": deals, "contacts.csv": CONTACTS})
    assert (f'"{currency}" as currency' in model(tmp_path, "deals")) == is_read
