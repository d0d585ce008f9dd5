"""A seed that `init` writes is opened in spreadsheets: no value of the data is a formula there, and all others stand exactly."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from convsql.base.printable import begins_formula
from tests.support import convsql

FORMULAS = ["=1+1 sms", "+cmd|' /c calc'!a0", "-2+3+sms", "@sum(1)", "＝sms", '=hyperlink("http://evil","sms")']
ORDINARY = ["sms", "a=b sms", "-", "+1", "-1.5", 'sms, "quoted"', "e-mail"]


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_told(text: str) -> None:
    assert begins_formula(text)


@pytest.mark.parametrize("text", ["", *ORDINARY])
def test_ordinary_values_are_no_formulas(text: str) -> None:
    assert not begins_formula(text)


def test_no_seed_of_a_new_project_holds_a_formula_and_the_rest_is_exact(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    values = [*FORMULAS, *ORDINARY]
    with (raw / "messages.csv").open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["message_id", "contact_id", "sent_at", "direction", "channel", "body"])
        writer.writerows([i, "c", "2026-01-01 00:00:00", "inbound", value, "hi"] for i, value in enumerate(values))
    with (raw / "deal_stages.csv").open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows(
            [["deal_id", "stage", "entered_at"], ["1", "=won", "2026-01-01"], ["2", "deal won", "2026-01-01"]]
        )
    done = convsql("init", str(tmp_path / "mine"), "--from", str(raw), "--yes")
    assert done.code == 0
    written = []
    for file in (tmp_path / "mine/seeds").glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as opened:
            written += [cell for row in csv.reader(opened) for cell in row]
    assert not [cell for cell in written if begins_formula(cell)]
    assert {"sms", "a=b sms", 'sms, "quoted"', "deal won"} <= set(written)
    for text in [*FORMULAS, "=won"]:
        assert f"'{text}' begins as a formula does" in done.err
    readme = (tmp_path / "mine/README.md").read_text(encoding="utf-8")
    assert not [line for line in readme.splitlines() if line.startswith(("=", "+c", "@"))]
