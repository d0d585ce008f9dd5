"""What a project is told when its inputs name the same people in different writings, and how it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import Run, convsql

pytestmark = pytest.mark.slow

CONTACTS = [f"003A0000012abc{n}QAC" for n in range(10)]
MESSAGES = "message_id,contact_id,channel,direction,sent_at\n" + "".join(
    f"{each}-{way},{each},sms,{way},2024-01-02 09:0{number}:00\n"
    for each in CONTACTS
    for number, way in enumerate(("inbound", "outbound"))
)


def deals(contacts: list[str]) -> str:
    rows = "".join(f"d{n},{each},2024-01-0{n % 7 + 3},10\n" for n, each in enumerate(contacts))
    return "deal_id,contact_id,created_at,amount\n" + rows


def test_deals_of_contacts_in_another_writing_fail_and_a_few_strangers_do_not(tmp_path: Path) -> None:
    data, project = tmp_path / "data", tmp_path / "project"
    data.mkdir()
    stages = "deal_id,stage,entered_at\n" + "".join(f"d{n},closed_won,2024-03-05\n" for n in range(10))
    files = {
        "messages.csv": MESSAGES,
        "contacts.csv": "contact_id\n" + "".join(f"{each}\n" for each in CONTACTS),
        "deals.csv": deals(CONTACTS),
        "deal_stages.csv": stages,
    }
    for name, text in files.items():
        (data / name).write_text(text, encoding="utf-8")
    assert convsql("init", str(project), "--from", str(data), "--yes").code == 0

    def build(contacts: list[str], *more: str) -> Run:
        (data / "deals.csv").write_text(deals(contacts), encoding="utf-8")
        return convsql("build", "--project-dir", str(project), "--select", "+staging_set_aside", *more)

    assert "keys_meet" not in build(CONTACTS).err

    short = build([each[:15] for each in CONTACTS])
    assert short.code == 1
    assert "deals.contact_id | contacts.contact_id | 0 | 10 | '003A0000012abc0', '003A0000012abc9', " in short.err
    assert (
        "models/inputs/deals.sql); they differ by: 15 or 18 characters 10 ('003A0000012abc0' is '003A0000012abc0QAC')"
        in short.err
    )

    # Three of ten, which is more than a fifth: the rest meets, and hides them.
    assert "FAIL  test keys_meet" in build(CONTACTS[:7] + [each[:15] for each in CONTACTS[7:]]).err
    # One of ten is warned of, be it another writing or, three of ten, strangers.
    for contacts in ([*CONTACTS[:9], "003A0000012abc9"], [*CONTACTS[:7], "p", "q", "r"]):
        few = build(contacts)
        assert (few.code, "WARN  test most_keys_meet" in few.err) == (0, True), few.err
        accepted = build(contacts, "--vars", "{accepted_losses: [deals.contact_id]}")
        assert (accepted.code, "keys_meet" in accepted.err) == (0, False), accepted.err

    strangers = build([f"person {n} of nobody" for n in range(10)])
    assert strangers.code == 1
    assert "look for the column that holds the contact_id of contacts" in strangers.err
