"""What init makes of exports, and what it leaves to be said. Nothing is built here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support import Run, convsql

DEALS = "Deal ID,Contact ID,Stage,Amount,Created,Close Date\n1,1,Closed Won,10,2024-01-08,2024-01-20\n"
CONTACTS = "Contact ID,Name,Email,Phone\n1,Ann,ann@a.example,+12125550101\n2,Bob,bob@b.example,+12125550102\n"
SMS = "Id,Contact ID,Direction,Date Sent,Text\n1,1,in,03/04/2024 9:30 AM,hi\n2,1,out,05/06/2024 9:40 AM,yo\n"


def begin(folder: Path, files: Mapping[str, str], *told: str) -> Run:
    data = folder / "data"
    data.mkdir(exist_ok=True)
    for name, text in files.items():
        (data / name).write_text(text, encoding="utf-8")
    options = [part for each in told for part in ("--set", each)]
    done = convsql("init", str(folder / "mine"), "--from", str(data), "--yes", *options)
    assert done.code == 0, done.err
    return done


def model(folder: Path, name: str) -> str:
    return (folder / "mine/models/inputs" / f"{name}.sql").read_text(encoding="utf-8")


def test_a_date_with_two_readings_is_not_guessed_and_both_are_named(tmp_path: Path) -> None:
    done = begin(tmp_path, {"sms.csv": SMS, "contacts.csv": CONTACTS, "crm deals.csv": DEALS})
    assert "is two dates, month first or day first, and nothing tells which" in done.err
    assert '"Date Sent" as sent_at' in model(tmp_path, "messages")


@pytest.mark.parametrize(("order", "text"), [("month_first", "%m/%d/%Y %I:%M %p"), ("day_first", "%d/%m/%Y %I:%M %p")])
def test_an_order_that_is_said_decides(order: str, text: str, tmp_path: Path) -> None:
    begin(tmp_path, {"sms.csv": SMS, "contacts.csv": CONTACTS}, f"date_order={order}", "messages.zone=Europe/Paris")
    assert f"""convsql.time_from('"Date Sent"', '{text}', zone='Europe/Paris')""" in model(tmp_path, "messages")


def test_one_late_row_settles_the_order_of_all(tmp_path: Path) -> None:
    rows = "".join(f"{n},1,in,03/04/2024 9:30 AM,hi\n" for n in range(3, 600)) + "600,1,in,25/04/2024 9:30 AM,hi\n"
    begin(tmp_path, {"sms.csv": SMS + rows, "contacts.csv": CONTACTS})
    assert "'%d/%m/%Y %I:%M %p'" in model(tmp_path, "messages")


def test_the_rows_of_one_file_are_told_apart_by_what_they_are(tmp_path: Path) -> None:
    text = (
        "Object,Id,Contact Id,Direction,Created At,Body,Email,Amount,Stage,Close Date\n"
        "Contact,1,,,2023-12-01,,ann@a.example,,,\nContact,2,,,2023-12-01,,bob@b.example,,,\n"
        "Message,10,1,inbound,2024-01-05T10:00Z,hi,,,,\nMessage,11,1,outbound,2024-01-05T11:00Z,yo,,,,\n"
        "Deal,20,1,,2024-01-08,,,100,Closed Won,2024-01-20\nDeal,21,2,,2024-01-09,,,50,Closed Lost,2024-01-21\n"
    )
    begin(tmp_path, {"everything.csv": text})
    for name, kind in (("messages", "Message"), ("contacts", "Contact"), ("deals", "Deal"), ("deal_stages", "Deal")):
        assert f"""where "Object" = '{kind}'""" in model(tmp_path, name)


def test_two_files_are_one_input_and_their_ids_are_kept_apart(tmp_path: Path) -> None:
    calls = "Id,Contact ID,Direction,Started at,Duration\n1,2,out,2024-01-09T10:00Z,0:02:10\n"
    sms = SMS.replace("03/04/2024 9:30 AM", "2024-01-05T10:00Z").replace("05/06/2024 9:40 AM", "2024-01-05T11:00Z")
    begin(tmp_path, {"sms.csv": sms, "call log.csv": calls, "contacts.csv": CONTACTS})
    text = model(tmp_path, "messages")
    assert "'sms:' || \"Id\" as message_id" in text and "'call_log:' || \"Id\" as message_id" in text
    assert "'voice' as channel" in text and "'sms' as channel" in text
    assert "union all" in text


def test_our_own_number_is_the_one_at_both_ends(tmp_path: Path) -> None:
    text = "Sid,From,To,Sent,Body\n1,+12125550101,+12065550100,2024-01-05T10:00Z,a\n2,+12065550100,+12125550101,2024-01-05T11:00Z,b\n3,+12125550102,+12065550100,2024-01-06T10:00Z,c\n"
    begin(tmp_path, {"texts.csv": text, "contacts.csv": CONTACTS})
    assert """case when "From" in ('+12065550100') then 'outbound' else 'inbound' end as side""" in model(
        tmp_path, "messages"
    )


def test_a_feed_of_one_direction_gets_no_metric_of_two_sides_and_windows_fit_the_data(tmp_path: Path) -> None:
    sms = "message_id,contact_id,channel,direction,sent_at\n1,1,sms,outbound,2024-01-05T10:00:00Z\n2,2,sms,outbound,2024-01-25T10:00:00Z\n"
    stages = "deal_id,stage,entered_at\n1,Activated,2024-01-20T10:00:00Z\n"
    deals = "deal_id,contact_id,created_at\n1,1,2024-01-10\n"
    begin(
        tmp_path,
        {"messages.csv": sms, "deal_stages.csv": stages, "deals.csv": deals, "contacts.csv": "contact_id\n1\n2\n"},
    )
    text = (tmp_path / "mine/vars.yml").read_text(encoding="utf-8")
    assert "two_way" not in text
    assert "name: conversation_to_activated" in text and "outcome: activated" in text
    assert "window_days: 7" in text, "half of 20 days is 10; the longest usual window below is 7"


@pytest.mark.parametrize("told", ["messages.sent=Date", "zone=Nowhere/Here", "date_order=sideways", "messages.sent_at"])
def test_an_answer_that_says_nothing_is_an_error(told: str, tmp_path: Path) -> None:
    done = convsql("init", str(tmp_path / "mine"), "--yes", "--set", told)
    assert done.code == 2
    assert "hint: " in done.err
    assert not (tmp_path / "mine").exists()


PEOPLE = "Contact ID,Name\nC-100,Ann\nC-101,Bob\n"
BOUGHT = "Deal ID,{},Stage,Created\nD-1,{},Closed Won,2024-01-08\nD-2,{},Closed Lost,2024-01-09\n"


def test_a_contact_in_a_column_of_another_name_is_known_by_its_values(tmp_path: Path) -> None:
    deals = BOUGHT.format("Relates to", "C-100", "C-101")
    done = begin(tmp_path, {"sms.csv": SMS, "contacts.csv": PEOPLE, "crm deals.csv": deals})
    assert '"Relates to" as contact_id' in model(tmp_path, "deals")
    assert "100% are a Contact ID of" in " ".join(done.err.split())


def test_short_numbers_that_meet_by_chance_are_no_contacts_and_it_is_said_what_that_costs(tmp_path: Path) -> None:
    deals = BOUGHT.format("Seats", "1", "2")
    done = begin(tmp_path, {"sms.csv": SMS, "contacts.csv": CONTACTS, "crm deals.csv": deals})
    assert "contact_id" not in model(tmp_path, "deals")
    assert "no column says whose deal it is, so that no conversation can become one" in done.err
    assert "--set deals.contact_id='column'" in done.err


def test_columns_that_say_when_a_deal_entered_a_stage_are_its_history(tmp_path: Path) -> None:
    deals = (
        'Deal ID,Contact ID,Deal Stage,Close Date,"Date entered ""Demo (Sales)""","Date entered ""Closed Won (Sales)""",hs_date_entered_closedlost\n'
        "D-1,C-100,Closed Won (Sales),2024-02-01,2024-01-08,2024-01-20,\nD-2,C-101,Demo (Sales),2024-03-01,2024-01-09,,\n"
    )
    done = begin(tmp_path, {"sms.csv": SMS, "contacts.csv": PEOPLE, "crm deals.csv": deals})
    text = model(tmp_path, "deal_stages")
    assert '\'Demo\' as stage,\n        "Date entered ""Demo (Sales)""" as entered_at' in text
    assert (
        "'closedlost' as stage,\n        \"hs_date_entered_closedlost\" as entered_at" in text
    )  # none has got there yet
    assert '"Close Date"' not in text, "a planned close is no stage, and the history says when it came"
    assert "stages of open deals are left out" not in done.err


def test_a_stage_that_no_column_dates_is_taken_from_the_day_of_closing(tmp_path: Path) -> None:
    deals = (
        'Deal ID,Contact ID,Deal Stage,Close Date,"Date entered ""Demo (Sales Pipeline)"""\n'
        "D-1,C-100,Closed Won (Sales Pipeline),2024-02-01,2024-01-08\nD-2,C-101,Demo (Sales Pipeline),2024-03-01,2024-01-09\n"
    )
    begin(tmp_path, {"sms.csv": SMS, "contacts.csv": PEOPLE, "crm deals.csv": deals})
    text = model(tmp_path, "deal_stages")
    assert "'Demo' as stage" in text
    assert """where lower(trim("Deal Stage")) in ('closed won (sales pipeline)')""" in text


TEXTS = (
    "ID,Sent At,Direction,From,To,Body\n"
    "1,2024-01-05T10:00Z,incoming,+1 (415) 555-0101,+14155550000,hi\n"
    "2,2024-01-05T11:00Z,outgoing,+14155550000,+1 (415) 555-0101,yo\n"
    "3,2024-01-06T10:00Z,incoming,+1 (415) 555-0102,+14155550000,hi\n"
)
PIPEDRIVE = (
    "Deal - ID;Deal - Value;Deal - Stage;Deal - Deal created;Deal - Won time;Deal - Lost time;Person - Phone\n"
    "1;10;Demo;2024-01-08 09:00:00;2024-01-20 09:00:00;;415-555-0101\n"
    "2;20;Demo;2024-01-09 09:00:00;;2024-01-21 09:00:00;415-555-0102\n"
)


def test_without_a_table_of_contacts_a_deal_is_of_the_number_that_was_written_to_however_it_is_written(
    tmp_path: Path,
) -> None:
    done = begin(tmp_path, {"texts.csv": TEXTS, "deals export.csv": PIPEDRIVE}, "zone=America/Los_Angeles")
    assert "messages 3, contacts 2, deals 2, deal_stages 4 rows" in done.out + done.err
    assert "no column says whose deal it is" not in done.err
    deals = model(tmp_path, "deals")
    assert "convsql.phone_keys(" in deals and """"Person - Phone\"""" in deals
    assert "select distinct * from contacts_repeated" in model(tmp_path, "contacts"), "everybody once"


def test_a_time_of_winning_and_one_of_losing_are_stages_and_a_word_said_twice_is_said_once(tmp_path: Path) -> None:
    begin(tmp_path, {"texts.csv": TEXTS, "deals export.csv": PIPEDRIVE})
    stages = model(tmp_path, "deal_stages")
    for stage, column in (
        ("Won", "Deal - Won time"),
        ("Lost", "Deal - Lost time"),
        ("deal created", "Deal - Deal created"),
    ):
        assert f"'{stage}' as stage,\n        \"{column}\" as entered_at" in stages


def amounts(*values: str) -> str:
    rows = "".join(f'{n},1,Closed Won,"{value}",2024-01-08,2024-01-20\n' for n, value in enumerate(values))
    return DEALS.splitlines()[0] + "\n" + rows


def test_a_number_with_two_readings_is_named_and_not_one_with_one(tmp_path: Path) -> None:
    done = begin(tmp_path, {"sms.csv": SMS, "contacts.csv": CONTACTS, "deals.csv": amounts("944", "9,479", "944")})
    assert "'9,479' has two readings" in done.err


def test_signs_that_only_part_thousands_are_read_as_that(tmp_path: Path) -> None:
    large = [f"{n},{(n * 37) % 1000:03}" for n in range(1, 60)]
    begin(tmp_path, {"sms.csv": SMS, "contacts.csv": CONTACTS, "deals.csv": amounts("944", *large)})
    assert "decimal='.', thousands=','" in model(tmp_path, "deals")


@pytest.mark.parametrize("other", ["0,250", "1500", "7,001"])
def test_signs_that_may_open_decimals_are_not_taken_for_those_of_thousands(other: str, tmp_path: Path) -> None:
    """A number below 1, one from 1,000 on without a sign, and none without a sign at all."""
    large = [f"{n},{(n * 37) % 1000:03}" for n in range(1, 60)]
    plain = [] if other == "7,001" else ["944"]
    done = begin(tmp_path, {"sms.csv": SMS, "contacts.csv": CONTACTS, "deals.csv": amounts(*plain, other, *large)})
    assert "has two readings" in done.err


@pytest.mark.slow
def test_a_deal_without_an_id_of_a_contact_is_found_by_its_address_and_a_stage_by_when_it_changed(
    tmp_path: Path,
) -> None:
    rows = "".join(f"D-{n},{'' if n % 5 == 0 else f'C-{99 + n}'},{'UP' if n % 2 else 'p'}{n}@ash.example,won,{n:02}/05/2024,01/05/2024\n" for n in range(1, 21))  # fmt: skip
    people = "Contact ID,E-mail\n" + "".join(
        f"C-{99 + n},{'up' if n % 2 else 'p'}{n}@ash.example\n" for n in range(1, 21)
    )
    head = "Deal ID,Contact ID,Contact e-mail,Stage,{},Created on\n"
    sms = "Message ID,Contact ID,Direction,Sent at,Body\nm1,C-100,inbound,2024-05-13 10:00:00,hello\n"
    done = begin(
        tmp_path, {"sms.csv": sms, "people.csv": people, "crm deals.csv": head.format("Stage changed on") + rows}
    )
    assert "4 are blank, and are looked up by Contact e-mail" in " ".join(done.err.split())
    assert "coalesce(nullif(trim(\"Contact ID\"), ''), contacts_1.found_contact_id" in model(tmp_path, "deals")
    assert '"Stage" as stage' in model(tmp_path, "deal_stages")
    (tmp_path / "other").mkdir()
    done = begin(
        tmp_path / "other", {"sms.csv": sms, "people.csv": people, "crm deals.csv": head.format("As it was on") + rows}
    )
    assert "crm deals.csv says in Stage which stage each deal is in, and nothing known says since when" in done.err
    assert "--set 'deal_stages.entered_at=…'" in done.err
