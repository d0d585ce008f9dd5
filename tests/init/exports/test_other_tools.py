"""Exports of other tools: a German Zoho, a telephone exchange (Asterisk), campaign events, a folder that nothing is recognised in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.init.exports.test_plans import begin, model
from tests.support import convsql

ZOHO = """\
Datensatz-ID,Geschäftsname,Betrag,Phase,Abschlussdatum,Kontaktname.id,Kontaktname,Geschäftsinhaber,Erstellungszeit
zcrm_1,Ash,"1.200,50",Abgeschlossen (gewonnen),20.01.2024,zcrm_101,Ann Ash,Rita Rep,08.01.2024 10:00
zcrm_2,Cox,"300,00",Abgeschlossen (verloren),30.04.2024,zcrm_103,Cleo Cox,Rita Rep,10.01.2024 10:00
zcrm_3,Bay,"2.500,00",Qualifizierung,31.12.2024,zcrm_102,Bob Bay,Rita Rep,11.01.2024 10:00
"""
ZOHO_CONTACTS = """\
Datensatz-ID,Vorname,Nachname,E-Mail,Telefon,Firma,Erstellungszeit
zcrm_101,Ann,Ash,ann@ash.example,+49 89 3530829,Ash GmbH,01.12.2023 09:00
zcrm_102,Bob,Bay,bob@bay.example,+49 89 3530830,Bay AG,02.12.2023 09:00
zcrm_103,Cleo,Cox,cleo@cox.example,+49 89 3530831,Cox KG,03.12.2023 09:00
"""
CALLS = "calldate,clid,src,dst,channel,dstchannel,duration,billsec,disposition,uniqueid\n" + "".join(
    f"2024-01-0{day} 14:30:00,x,{src},{dst},PJSIP/201-0000000{day},PJSIP/trunk-0000001{day},{billed + 15},{billed},{said},170446500{day}.{day}\n"
    for day, (src, dst, billed, said) in enumerate(
        [("12125550101", "201", 60, "ANSWERED"), *(("201", f"1212555010{n}", 0 if n == 3 else 30, "NO ANSWER" if n == 3 else "ANSWERED") for n in (1, 2, 3, 4, 2, 1))], 1
    )
)  # fmt: skip
CONTACTS = "Record ID,First Name,Phone Number\n" + "".join(f"10{n},P{n},(212) 555-010{n}\n" for n in (1, 2, 3, 4))
EVENTS = """\
timestamp,event_type,campaign_name,lead_email,email_account,email_subject,email_body
2024-01-05T14:30:00Z,email_sent,Spring,ann@ash.example,rita@us.example,Hello,Hi Ann
2024-01-05T14:40:00Z,reply_received,Spring,ann@ash.example,rita@us.example,Re: Hello,Tell me more
"""


def test_a_german_zoho_is_read_as_it_is(tmp_path: Path) -> None:
    said = " ".join(begin(tmp_path, {"Deals_2024.csv": ZOHO, "Kontakte.csv": ZOHO_CONTACTS}).err.split())
    assert "contacts 3, deals 3, deal_stages 3 rows" not in said  # the open deal has no stage beside its creation
    assert "contacts 3, deals 3, deal_stages 5 rows" in said
    assert "Kontaktname.id 100% are a Datensatz-ID of Kontakte.csv" in said
    assert "stages of open deals are left out: Qualifizierung. If one of these is won or lost, add it to" in said
    assert "lower(trim(\"Phase\")) in ('abgeschlossen (gewonnen)', 'abgeschlossen (verloren)')" in model(
        tmp_path, "deal_stages"
    )
    stages = (tmp_path / "mine/seeds/outcome_stages.csv").read_text("utf-8")
    assert "abgeschlossen (gewonnen),closed_won" in stages and "abgeschlossen (verloren),closed_lost" in stages


def test_no_stage_is_said_to_be_left_out_where_every_deal_is_closed(tmp_path: Path) -> None:
    closed = "".join(line for line in ZOHO.splitlines(keepends=True) if "Qualifizierung" not in line)
    assert "left out" not in begin(tmp_path, {"Deals_2024.csv": closed, "Kontakte.csv": ZOHO_CONTACTS}).err


def test_the_log_of_a_telephone_exchange(tmp_path: Path) -> None:
    """Talk time is what is billed, without the ringing; `channel` is the line. The numbers stand with a country that the contacts' have not."""
    begin(tmp_path, {"cdr.csv": CALLS, "contacts.csv": CONTACTS})
    written = model(tmp_path, "messages")
    for line in (
        '"uniqueid" as message_id',
        "'voice' as channel",
        '"calldate" as sent_at',
        '"disposition" as status',
        '"billsec" as talk_seconds',
        "case when \"src\" in ('201') then 'outbound' else 'inbound' end as side",
    ):
        assert line in written
    assert 'phone_country_code: "1"' in (tmp_path / "mine/vars.yml").read_text("utf-8")


def test_events_of_mails_are_no_chat(tmp_path: Path) -> None:
    done = begin(tmp_path, {"instantly.csv": EVENTS}, "messages.file=instantly.csv", "messages.contact_id=lead_email")
    assert "email: every row of instantly.csv" in " ".join(done.err.split())


def test_the_type_of_a_ticket_is_no_channel_where_its_source_is_one(tmp_path: Path) -> None:
    tickets = "Ticket ID,Type,Source,Agent,Created time,Contact ID\n" + "".join(
        f"{n},Question,{'Outbound email' if n % 2 else 'Phone'},Rita,2024-01-0{n} 14:30:00,10{n}\n" for n in range(1, 5)
    )
    assert "channel Source 2 values" in " ".join(begin(tmp_path, {"tickets.csv": tickets}).err.split())
    assert "question" not in (tmp_path / "mine/seeds/channels.csv").read_text("utf-8")


def test_a_file_that_is_said_to_be_deals_and_has_no_id_of_deals_is_told_what_it_lacks(tmp_path: Path) -> None:
    done = begin(tmp_path, {"list.csv": "Sparte,Phase,Abschlussdatum\na,gewonnen,20.01.2024\n"}, "deals.file=list.csv")
    assert "deals: list.csv: no column is deal_id, which each row must have: --set deals.deal_id='column'" in done.err


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"Angebote 2024.csv": "a,b\n1,2\n"}, "say it: --set deals.file='Angebote 2024.csv'"),
        ({"Kontakte.csv": "a,b\n1,2\n"}, "say it: --set contacts.file='Kontakte.csv'"),
        ({"mesages.csv": "a,b\n1,2\n"}, "did you mean 'messages'?"),
    ],
)
def test_a_folder_in_which_nothing_is_recognised_shows_how_to_say_it(
    files: dict[str, str], said: str, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    for name, content in files.items():
        (tmp_path / "data" / name).write_text(content, "utf-8")
    done = convsql("init", str(tmp_path / "mine"), "--from", str(tmp_path / "data"), "--yes")
    assert (done.code, said in done.err) == (2, True), done.err


def test_what_is_packed_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    done = begin(tmp_path, {"Deals_2024.csv": ZOHO, "Kontakte.csv": ZOHO_CONTACTS, "all.zip": "PK"})
    assert "all.zip: is packed, and was not read: unpack it into the folder" in done.err


def test_a_file_in_the_place_of_a_folder_is_called_a_file(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text(ZOHO, "utf-8")
    done = convsql("init", str(tmp_path / "mine"), "--from", str(tmp_path / "deals.csv"))
    assert (done.code, "is a file, not a folder" in done.err) == (2, True)
