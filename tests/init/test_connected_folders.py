"""`convsql init --from` a folder of other tools' tables."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tests.models.connectors.project import FIXTURES, TOOLS
from tests.models.connectors.test_expected import CONVERSATIONS
from tests.support import convsql


def variables(project: Path) -> dict[str, Any]:
    return dict(yaml.safe_load((project / "vars.yml").read_text(encoding="utf-8"))["vars"])


def test_tools_are_known_by_their_folders_and_what_they_lack_is_said(tmp_path: Path) -> None:
    done = convsql("init", str(tmp_path / "new"), "--from", str(FIXTURES))
    assert done.code == 0, done.err
    found = variables(tmp_path / "new")
    assert set(found["connectors"]) == set(TOOLS)
    assert found["contact_match"] == ["email", "phone"]
    assert set(found["connectors_without"]) == {
        f"{tool}.{table}"
        for tool, table in (
            ("hubspot", "deal_company"),
            ("hubspot", "deal_property_history"),
            ("salesforce", "opportunity_contact_role"),
        )
    }
    assert "raw_path" not in found
    assert (
        "note: salesforce/opportunity: without currency_iso_code, last_stage_change_date, contact_id (optional: null)\n"
        in done.err
    )
    assert "required, but missing" not in done.err
    outcomes = {m["outcome"] for m in found["conversion_metrics"]}
    assert outcomes == {"meeting_booked", "demo_scheduled", "opportunity_created", "proposal_sent", "closed_won"}
    # an outcome of a call that the account made itself, and a kind of meeting, by what they are called
    assert "gatekeeper" in done.err
    assert "demo_booked,demo_scheduled" in (tmp_path / "new/seeds/outcome_stages.csv").read_text(encoding="utf-8")


def test_raw_tables_beside_the_tools_are_one_of_the_connectors(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "twilio", tmp_path / "data" / "twilio")
    (tmp_path / "data" / "deals.csv").write_text("deal_id,created_at\nd,2026-01-01\n", encoding="utf-8")
    done = convsql("init", str(tmp_path / "new"), "--from", str(tmp_path / "data"))
    found = variables(tmp_path / "new")
    assert found["connectors"] == ["raw", "twilio"]
    assert found["raw_path"] == found["connector_path"] == "../data"
    assert "note: messages: required, but missing" in done.err


def test_values_of_the_tools_are_mapped_too_and_a_missing_column_is_named(tmp_path: Path) -> None:
    calls = tmp_path / "data" / "twilio" / "call.csv"
    calls.parent.mkdir(parents=True)
    calls.write_text(
        "id,direction,from,start_time,status\nCA1,inbound,+1555,2026-01-01,Not-Answered\n", encoding="utf-8"
    )
    done = convsql("init", str(tmp_path / "new"), "--from", str(tmp_path / "data"))
    with (tmp_path / "new/seeds/message_statuses.csv").open(encoding="utf-8", newline="") as file:
        (row,) = [r for r in csv.DictReader(file) if r["status"] == "not-answered"]
    assert (row["is_attempt"], row["is_answered"]) == ("true", "false")
    assert "note: twilio/call: without to, which must be there\n" in done.err
    absent = ("twilio.message", "twilio.incoming_phone_number", "twilio.outgoing_caller_id")
    assert tuple(variables(tmp_path / "new")["connectors_without"]) == absent


@pytest.mark.slow
def test_a_project_begun_from_such_a_folder_is_built_with_nothing_edited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert convsql("init", "--from", str(FIXTURES), "--name", "begun").code == 0
    done = convsql("build", "--select", "+conversations", "--exclude", "resource_type:unit_test", "--quiet")
    assert done.code == 0, done.err
    with duckdb.connect(str(tmp_path / "begun.duckdb"), read_only=True) as connection:
        found = {r[0] for r in connection.execute("select first_message_id from conversations").fetchall()}
    assert found == {message for of_tool in CONVERSATIONS.values() for message in of_tool}
