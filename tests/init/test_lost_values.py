"""What a first project of a user is told when a delivery can't be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import convsql

pytestmark = pytest.mark.slow

MESSAGES = "message_id,contact_id,channel,direction,sent_at,talk_seconds\n" + "".join(
    f"m{n},c{n % 5},sms,{('inbound', 'outbound')[n % 2]},2026-01-{n % 27 + 1:02} 10:00:00,\n" for n in range(100)
)
FILES = {
    "messages.csv": MESSAGES,
    "contacts.csv": "contact_id,created_at\n" + "".join(f"c{n},2026-01-01\n" for n in range(5)),
    "deals.csv": "deal_id,contact_id,created_at,amount\nd1,c1,2026-01-03,10\n",
    "deal_stages.csv": "deal_id,stage,entered_at\nd1,closed_won,2026-03-05\n",
}


def test_a_delivery_that_cannot_be_read_fails_and_names_its_cause(tmp_path: Path) -> None:
    data, project = tmp_path / "data", tmp_path / "project"
    data.mkdir()
    for name, text in FILES.items():
        (data / name).write_text(text, encoding="utf-8")
    assert convsql("init", str(project), "--from", str(data), "--yes").code == 0
    assert convsql("build", "--project-dir", str(project)).code == 0

    (data / "messages.csv").write_text(MESSAGES.replace("2026-01-", "01/2026/"), encoding="utf-8")
    failed = convsql("build", "--project-dir", str(project))
    assert failed.code == 1
    assert "messages | sent_at | 100 | 100 | '01/2026/01 10:00:00' (message_id m0)" in failed.err

    (data / "messages.csv").write_text(MESSAGES.splitlines()[0] + "\n", encoding="utf-8")
    failed = convsql("build", "--project-dir", str(project))
    assert failed.code == 1
    assert "input 'messages' has no row that can be used" in failed.err

    (data / "messages.csv").write_text(MESSAGES, encoding="utf-8")
    (data / "deals.csv").write_text(FILES["deals.csv"].replace(",10", ',"1,200"'), encoding="utf-8")
    failed = convsql("build", "--project-dir", str(project))
    assert failed.code == 1
    assert "deals | amount | 1 | 1 | '1,200' (deal_id d1)" in failed.err
    accepted = convsql("build", "--project-dir", str(project), "--vars", "{accepted_losses: [deals.amount]}")
    assert accepted.code == 0, accepted.err


def test_a_value_that_nothing_has_and_an_input_without_rows_are_warned_of_by_name(tmp_path: Path) -> None:
    data, project = tmp_path / "data", tmp_path / "project"
    data.mkdir()
    for name, text in {**FILES, "deals.csv": "deal_id,contact_id,created_at\n"}.items():
        (data / name).write_text(text, encoding="utf-8")
    assert convsql("init", str(project), "--from", str(data), "--yes").code == 0
    settings = project / "vars.yml"
    eligible = "unit: contact\n    eligible: {channels: [sms, voice, pigeon], where: \"source = 'web' or channel in ('sms', 'telex')\"}"
    settings.write_text(settings.read_text(encoding="utf-8").replace("unit: contact", eligible, 1), encoding="utf-8")
    built = convsql("build", "--project-dir", str(project))
    assert built.code == 0, built.err
    assert "      deals | nobody converts to anything that happens to deals: such rates are 0" in built.err
    named = [line.split(" | ")[2:4] for line in built.err.splitlines() if "no conversation has this" in line]
    assert named == [["channel", "pigeon"], ["channel", "telex"], ["source", "web"]], (
        "sms is in the data, voice in the seed"
    )
