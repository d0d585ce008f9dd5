"""What init does with a file or a column that it does not know: it says so, and how to say what it is; and says nothing that is untrue."""

from __future__ import annotations

from pathlib import Path

from tests.init.exports.test_plans import CONTACTS, begin, model
from tests.init.exports.test_told import refused

FRONT = (
    "Message from,Message to,Msg date (PST),Extract,Author\n"
    '(206) 697-1432,(206) 555-0100,3/21/26 06:23 PM,"hi, you",\n'
    "(206) 555-0100,+12066971432,3/21/26 07:23 PM,hello,dana@acme.example\n"
)
ODD = "Wer;An wen;Wann;Was\n+12125550101;+12065550100;2024-01-05T10:00Z;hi\n+12065550100;(212) 555-0101;2024-01-05T11:00Z;yo\n"


def said(err: str) -> str:
    return " ".join(err.split())


def test_the_ends_of_a_message_are_known_by_more_names(tmp_path: Path) -> None:
    begin(tmp_path, {"front conv export (3).csv": FRONT})
    text = model(tmp_path, "messages")
    assert """case when "Message from" in ('(206) 555-0100') then 'outbound' else 'inbound' end as side""" in text
    assert '"Extract" as body' in text and '"Author" as rep_id' in text
    assert "zone='America/Los_Angeles'" in text


def test_the_ends_may_be_said(tmp_path: Path) -> None:
    told = ("messages.file=odd.csv", "messages.from=Wer", "to=An wen", "messages.sent_at=Wann")
    done = begin(tmp_path, {"odd.csv": ODD}, *told)
    assert 'case when side = \'inbound\' then "Wer" else "An wen" end as other_end' in model(tmp_path, "messages")
    assert "contacts 1" in done.err
    assert "odd.csv: not read: Was" in done.err
    (tmp_path / "other").mkdir()
    wrong = refused(tmp_path / "other", {"odd.csv": ODD}, told[0], "messages.from=Von")
    assert (wrong.code, "no column 'Von' in odd.csv" in wrong.err) == (2, True)


def test_a_file_that_is_no_input_is_named_with_the_way_to_say_what_it_is(tmp_path: Path) -> None:
    sms = "Id,Contact ID,Direction,Sent,Text\n1,1,in,2024-01-05T10:00Z,hi\n"
    done = begin(tmp_path, {"sms.csv": sms, "contacts.csv": CONTACTS, "odd.csv": "a,b\n1,2\n"})
    assert "odd.csv: is not one of the inputs, and was not read (its columns are too few of any input's" in said(
        done.err
    )
    assert "--set messages.file='odd.csv'" in done.err


def test_people_that_no_column_names_are_not_called_contacts(tmp_path: Path) -> None:
    done = begin(tmp_path, {"sms.csv": "Id,Direction,Sent,Text\n1,in,2024-01-05T10:00Z,hi\n"})
    assert "everybody with a message is one" not in done.err
    assert "contacts: required, but missing" in done.err


def test_a_channel_that_is_guessed_is_named_and_a_number_of_rows_is_their_id(tmp_path: Path) -> None:
    rows = "Vorgangsnr.;Richtung;Rufnummer Kunde;Zeitpunkt\nN-1;Eingang;+49 89 3530829;05.01.2024 10:00\nN-2;Ausgang;089/3530829;05.01.2024 11:00\n"
    done = begin(tmp_path, {"Nachrichten-Export.csv": rows})
    assert '"Vorgangsnr." as message_id' in model(tmp_path, "messages")
    assert "sms: every row of" in said(done.err)
    assert "no column tells rows apart" not in said(done.err)
