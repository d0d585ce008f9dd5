"""Who of us sent a message is read where a column says it; where none does, it is said so, and one answer settles it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.init.exports.test_plans import CONTACTS, begin, model
from tests.init.exports.test_told import refused

UNSAID = "nothing says who sent"


def texts(heading: str, *values: str) -> dict[str, str]:
    """An inbound message and one outbound per value of a column of this name."""
    rows = f"Id,Contact ID,Direction,Sent,Text,{heading}\n1,1,in,2024-01-05T10:00Z,hi,{values[0]}\n"
    rows += "".join(f"{n},1,out,2024-01-05T1{n}:00Z,yo {n},{v}\n" for n, v in enumerate(values[1:], 2))
    return {"sms.csv": rows, "contacts.csv": CONTACTS}


@pytest.mark.slow
@pytest.mark.parametrize(
    "heading", ["Author", "Agent", "Bearbeiter", "Verfasser", "Sent by", "Sachbearbeiter", "Owner", "Gesendet von"]
)
def test_a_column_of_names_is_our_people(heading: str, tmp_path: Path) -> None:
    done = begin(tmp_path, texts(heading, "", "Anna Groß", "Ben Ott"))
    assert f'"{heading}" as rep_id' in model(tmp_path, "messages")
    assert UNSAID not in done.err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("sender_type", ("contact", "rep", "bot")),
        ("sender_type", ("contact", "rep", "campaign")),  # an unlisted word is staging's to count
        ("Sender Type", ("Customer", "Agent", "Bot")),
        ("author type", ("user", "admin", "operator")),
        ("Absenderart", ("Kunde", "Mitarbeiter", "Automation")),
    ],
)
def test_a_column_of_kinds_is_the_sender(heading: str, values: tuple[str, ...], tmp_path: Path) -> None:
    done = begin(tmp_path, texts(heading, *values))
    text = model(tmp_path, "messages")
    line = next(line for line in text.splitlines() if line.endswith(" as sender_type,"))
    assert f'"{heading}"' in line
    for word, sender in zip(values, ("contact", "rep", "bot"), strict=True):
        assert word.lower() == sender or word == "campaign" or f"when '{word.lower()}' then '{sender}'" in line
    assert ("1 of the 2 outbound messages" in done.err) == ("campaign" in values)


def test_where_nothing_says_who_sent_it_is_noted_and_an_answer_settles_it(tmp_path: Path) -> None:
    files = texts("Note", "a", "b", "c")
    assert f"sms.csv: {UNSAID} the outbound messages" in begin(tmp_path, files).err
    assert "sender_type" not in model(tmp_path, "messages"), "the standard's own reading, until somebody says more"
    (tmp_path / "told").mkdir()
    done = begin(tmp_path / "told", files, "messages.senders=rep")
    assert "= 'outbound' then 'rep' end as sender_type" in model(tmp_path / "told", "messages")
    assert UNSAID not in done.err


def test_the_answer_leaves_those_who_are_known(tmp_path: Path) -> None:
    begin(tmp_path, texts("sender_type", "contact", "bot", ""), "senders=rep")
    assert 'coalesce("sender_type", case when' in model(tmp_path, "messages")


def test_an_answer_where_every_sender_is_known_is_refused(tmp_path: Path) -> None:
    done = refused(tmp_path, texts("Author", "", "Anna"), "messages.senders=rep")
    assert (done.code, "every message says who sent it" in done.err) == (2, True)


def test_files_of_the_standard_names_are_told_of_as_well(tmp_path: Path) -> None:
    head = "message_id,contact_id,channel,direction,sent_at"
    rows = f"{head}\n1,1,sms,inbound,2024-01-05T10:00:00Z\n2,1,sms,outbound,2024-01-05T11:00:00Z\n"
    rest = {"contacts.csv": "contact_id\n1\n"}
    assert f"messages.csv: {UNSAID} the outbound messages" in begin(tmp_path, {"messages.csv": rows, **rest}).err
    assert not (tmp_path / "mine/models/inputs").exists(), "and stay as they are"
