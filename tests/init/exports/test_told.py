"""What `--set` says is done, or refused with what was probably meant; and what is read of no column is listed once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.init.exports.test_plans import CONTACTS, SMS, TEXTS, begin, model
from tests.support import Run, convsql

ORDERS = (
    "Nr;Kunde;Summe (EUR);Stand;Angelegt;Stand seit;Notiz\n"
    "D1;1;7.863,50;Angebot raus;09.05.2026 12:38;10.05.2026 15:38;a\n"
    "D2;2;2.532,50;Auftrag erhalten;26.02.2026 11:04;27.02.2026 14:04;b\n"
)
FILES = {"sms.csv": SMS.replace("03/04/2024 9:30 AM", "2024-01-05T10:00Z").replace("05/06/2024 9:40 AM", "2024-01-05T11:00Z"), "contacts.csv": CONTACTS, "Abschluesse.csv": ORDERS}  # fmt: skip


def refused(folder: Path, files: dict[str, str], *told: str) -> Run:
    (folder / "data").mkdir()
    for name, text in files.items():
        (folder / "data" / name).write_text(text, encoding="utf-8")
    options = [part for each in told for part in ("--set", each)]
    return convsql("init", str(folder / "mine"), "--from", str(folder / "data"), "--yes", *options)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("told", "reason", "hint"),
    [
        ("messages.contact_id=Gibt es nicht", "no column 'Gibt es nicht' in sms.csv", "there are Id, Contact ID"),
        ("messages.sent_at=Date Snt", "no column 'Date Snt'", "did you mean 'Date Sent'"),
        ("deals.file=Abschlusse.csv", "no file 'Abschlusse.csv'", "did you mean 'Abschluesse.csv'"),
        ("messages.sent_at=Text", "no times stand in that column", "name the column of sent_at"),
        ("deals.amount=Notiz", "no numbers stand in that column", "name the column of amount"),
        ("deal_stages.entered_at=Notiz", "no times stand in that column", "name the column of entered_at"),
        ("messages.inbound=word", "no column of the direction has the value 'word'", "messages.direction"),
        ("messages.own_numbers=+12065550100", "something else says the direction", "leave it out"),
        ("contacts.opportunity=created", "has no effect", "write deals.opportunity"),
        ("file=sms.csv", "has no effect", "messages.file"),
    ],
)  # fmt: skip
def test_an_answer_that_would_change_nothing_is_refused(told: str, reason: str, hint: str, tmp_path: Path) -> None:
    done = refused(tmp_path, FILES, told)
    assert done.code == 2, done.err
    said = " ".join(done.err.split())
    assert reason in said and hint in said, said
    assert not (tmp_path / "mine").exists()


def test_an_answer_of_an_input_that_no_file_is_is_refused(tmp_path: Path) -> None:
    done = refused(tmp_path, {"sms.csv": FILES["sms.csv"]}, "deals.amount=Text")
    assert (done.code, "no file is read as deals" in done.err) == (2, True)


def test_our_number_may_be_said_in_any_writing_and_must_be_there(tmp_path: Path) -> None:
    texts = TEXTS.replace("Direction,", "").replace("incoming,", "").replace("outgoing,", "")
    begin(tmp_path, {"texts.csv": texts}, "messages.own_numbers=(415) 555-0000")
    assert "in ('+14155550000') then 'outbound'" in model(tmp_path, "messages")
    (tmp_path / "other").mkdir()
    done = refused(tmp_path / "other", {"texts.csv": texts}, "own_numbers=+14155559999")
    assert (done.code, "no row is of that number" in done.err) == (2, True)


def test_answers_without_exports_are_refused(tmp_path: Path) -> None:
    done = convsql("init", str(tmp_path / "mine"), "--yes", "--set", "messages.sent_at=Date")
    assert (done.code, "nothing is read" in done.err, "--from" in done.err) == (2, True, True)


@pytest.mark.slow
@pytest.mark.parametrize(
    "told",
    [
        ["deal_stages.stage=Stand", "deal_stages.entered_at=Stand seit"],
        ["deal_stages.file=Abschluesse.csv", "deal_stages.stage=Stand", "deal_stages.entered_at=Stand seit"],
        ["deals.file=Abschluesse.csv", "deal_stages.file=Abschluesse.csv"],
        [],
    ],
)
def test_the_stage_of_a_list_of_deals_and_since_when_it_is_in_it(told: list[str], tmp_path: Path) -> None:
    begin(tmp_path, FILES, *told)
    text = model(tmp_path, "deal_stages")
    assert '"Stand" as stage' in text and "convsql.time_from('\"Stand seit\"'" in text
    assert '"Kunde" as contact_id' in model(tmp_path, "deals")


def test_columns_of_which_nothing_is_read_stand_in_one_line_a_file(tmp_path: Path) -> None:
    done = begin(tmp_path, FILES)
    notes = [line for line in done.err.splitlines() if "not read: " in line]
    assert notes == ["note: contacts.csv: not read: Name, Email, Phone", "note: Abschluesse.csv: not read: Notiz"]
