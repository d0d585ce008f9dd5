"""What `convsql init` reads out of a folder of tables, and what it writes for it. Nothing is built here."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import Run, convsql

MESSAGES = "message_id,contact_id,channel,direction,sent_at,status\n"
TABLES = {
    "messages.csv": MESSAGES
    + "1,c,Carrier Pigeon,inbound,2026-01-01,\n2,c,WhatsApp Business,sideways,2026-01-02,Odd\n",
    "contacts.csv": "contact_id,persona\nc,buyer\n",
    "deals.csv": "deal_id,created_at\nd,2026-01-01\n",
    "deal_stages.csv": "deal_id,stage,entered_at\nd,Deal Won!,2026-01-05\nd,limbo,2026-01-03\nd,MQL,2026-01-02\n",
}
Begin = Callable[..., Run]


@pytest.fixture
def tables(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    def write(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            file = tmp_path / "raw" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return tmp_path / "raw"

    return write


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return tmp_path / "new"


def seed(project: Path, name: str) -> list[dict[str, str]]:
    with (project / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def variables(project: Path) -> dict[str, Any]:
    return dict(yaml.safe_load((project / "vars.yml").read_text(encoding="utf-8"))["vars"])


def test_values_are_mapped_by_what_they_are_called(tables: Any, new: Path) -> None:
    assert convsql("init", str(new), "--from", str(tables(TABLES))).code == 0
    (whatsapp,) = [r for r in seed(new, "channels") if r["raw_channel"] == "whatsapp business"]
    (like,) = [r for r in seed(new, "channels") if r["raw_channel"] == "whatsapp"]
    assert whatsapp == {**like, "raw_channel": "whatsapp business"}
    assert {"source": "deal_stages", "stage": "deal won!", "outcome": "closed_won"} in seed(new, "outcome_stages")


def test_what_cannot_be_guessed_is_listed_with_blanks_and_mapped_to_nothing(tables: Any, new: Path) -> None:
    done = convsql("init", str(new), "--from", str(tables(TABLES)))
    readme = (new / "README.md").read_text(encoding="utf-8")
    for name, value, line in (
        ("outcome_stages", "limbo", "deal_stages,limbo,\n"),
        ("channels", "carrier pigeon", "carrier pigeon,,,,\n"),
        ("message_statuses", "odd", "odd,,,\n"),
    ):
        assert line in readme
        assert f"not mapped, add to seeds/{name}.csv: {value}\n" in done.err
        assert all(value not in row.values() for row in seed(new, name))


def test_each_outcome_comes_from_one_source_and_a_stage_that_is_listed_decides(tables: Any, new: Path) -> None:
    stages = "contact_id,stage,entered_at\nc,Lead,2026-01-01\n"
    tables({"lifecycle_stages.csv": stages})
    assert convsql("init", str(new), "--from", str(tables(TABLES))).code == 0
    rows = seed(new, "outcome_stages")
    sources: dict[str, set[str]] = {}
    for row in rows:
        if row["outcome"] != "none":
            sources.setdefault(row["outcome"], set()).add(row["source"])
    assert all(len(found) == 1 for found in sources.values())
    assert sources["mql"] == {"deal_stages"}  # the data have it there, and not in lifecycle_stages
    assert sources["lead"] == {"lifecycle_stages"}


def test_metrics_are_proposed_for_the_outcomes_that_exist_and_no_others(tables: Any, new: Path) -> None:
    convsql("init", str(new), "--from", str(tables(TABLES)))
    found = variables(new)
    assert [m["outcome"] for m in found["conversion_metrics"]] == ["closed_won"]
    assert found["conversion_metrics"][0]["cohorts"]["by"] == [[], ["channel"], ["persona"]]
    assert [s.get("outcome") for s in found["funnels"][0]["steps"] if "outcome" in s] == ["closed_won"]
    assert found["inputs"] == []
    assert found["raw_format"] == "csv"


def test_missing_and_misnamed_things_are_reported(tables: Any, new: Path) -> None:
    files = {k: v for k, v in TABLES.items() if k != "deals.csv"}
    folder = tables({**files, "deal.csv": "x\n1\n", "contacts.csv": "contact_ids\nc\n"})
    said = convsql("init", str(new), "--from", str(folder)).err
    assert "note: deals: required, but missing; the build will ask for it\n" in said
    assert "note: deal.csv: is not one of the inputs, and was not read (did you mean 'deals'?)\n" in said
    assert "note: contacts: column contact_id is required, but missing (did you mean 'contact_ids'?)\n" in said
    assert "note: messages: without thread_id, sender_type, rep_id, talk_seconds" in said
    assert "note: messages.direction: sideways are neither inbound nor outbound; set aside\n" in said


def test_the_folder_of_the_tables_is_named_from_the_project(tables: Any, tmp_path: Path) -> None:
    folder = tables(TABLES)
    convsql("init", str(tmp_path), "--from", str(folder), "--name", "near")
    convsql("init", str(tmp_path / "far"), "--from", str(folder))
    assert variables(tmp_path)["raw_path"] == "raw"
    assert variables(tmp_path / "far")["raw_path"] == "../raw"


def test_parts_in_a_folder_are_one_table(tables: Any, new: Path) -> None:
    parts = {f"{name.removesuffix('.csv')}/1.csv": text for name, text in TABLES.items()}
    more = {"messages/2.csv": MESSAGES + "3,c,fax,inbound,2026-01-03,\n"}
    done = convsql("init", str(new), "--from", str(tables({**parts, **more})))
    assert "messages 3, contacts 1" in done.err
    assert variables(new)["raw_format"] == "csv_folder"


def test_no_file_is_ever_written_over(tables: Any, new: Path) -> None:
    new.mkdir()
    (new / "README.md").write_text("mine", encoding="utf-8")
    done = convsql("init", str(new), "--from", str(tables(TABLES)))
    assert (new / "README.md").read_text(encoding="utf-8") == "mine"
    assert "kept, because it exists already: README.md\n" in done.err
    before = {p: p.read_bytes() for p in new.rglob("*") if p.is_file()}
    again = convsql("init", str(new), "--from", str(tables(TABLES)))
    assert (again.code, "already holds a project" in again.err) == (0, True)
    assert {p: p.read_bytes() for p in new.rglob("*") if p.is_file()} == before
    assert convsql("init", str(new), "--yes").code == 2


def test_again_on_new_files_proposes_the_difference_and_changes_nothing(tables: Any, new: Path) -> None:
    exports = {
        "sms.csv": "Id,Contact,Direction,Sent,Text\n1,c,inbound,2026-01-01T10:00Z,hi\n2,d,outbound,2026-01-02T10:00Z,yo\n",
        "deal_stages.csv": TABLES["deal_stages.csv"],
    }
    assert convsql("init", str(new), "--from", str(tables(exports))).code == 0
    model = new / "models/inputs/messages.sql"
    edited = model.read_text(encoding="utf-8") + "-- mine\n"
    model.write_text(edited, encoding="utf-8")
    exports["sms.csv"] = exports["sms.csv"].replace("Sent", "Sent at").replace("Text", "Message")
    exports["deal_stages.csv"] += "d,Contract Signed,2026-01-06\n"
    again = convsql("init", str(new), "--from", str(tables(exports)))
    assert again.code == 0, again.err
    assert model.read_text(encoding="utf-8") == edited
    proposed = (new / "models/inputs/messages.sql.proposed").read_text(encoding="utf-8")
    assert '"Sent at" as sent_at' in proposed and "-- mine" not in proposed
    assert '+        "Sent at" as sent_at' in again.out
    assert "+deal_stages,contract signed,proposal_signed" in again.out
    assert "contract signed" not in (new / "seeds/outcome_stages.csv").read_text(encoding="utf-8")


def test_without_data_and_without_a_terminal_the_defaults_are_taken(new: Path) -> None:
    assert convsql("init", str(new)).code == 0
    found = variables(new)
    assert "raw_path" not in found
    assert [m["outcome"] for m in found["conversion_metrics"]][-1] == "closed_won"
    assert yaml.safe_load((new / "dbt_project.yml").read_text(encoding="utf-8"))["name"] == "new"


def test_answers_decide_what_is_written(new: Path) -> None:
    from convsql.cli.init import begin

    answers = {"Name": "sales", "Folder": "", "Time zone": "Asia/Tokyo", "Optional": "reps, meetings"}
    begin(new, None, None, None, lambda q, _: next(a for k, a in answers.items() if q.startswith(k)))
    assert variables(new)["inputs"] == ["meetings", "reps"]
    assert {row["timezone"] for row in seed(new, "business_hours")} == {"Asia/Tokyo"}
    assert "sales:" in (new / "profiles.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--timezone", "Europe/Amsterdm"], "no time zone 'Europe/Amsterdm'\n  hint: did you mean 'Europe/Amsterdam'?"),
        (["--name", "convsql"], "'convsql' can't be a project's name"),
        (["--name", "no way"], "'no way' can't be a project's name"),
        (["--from", "nowhere"], "no such folder"),
    ],
)
def test_a_wrong_answer_is_an_error_and_nothing_is_written(arguments: list[str], reason: str, new: Path) -> None:
    done = convsql("init", str(new), *arguments)
    assert done.code == 2
    assert reason in done.err
    assert not new.exists()


def test_a_folder_without_tables_is_an_error(tables: Any, new: Path) -> None:
    done = convsql("init", str(new), "--from", str(tables({"mesages.csv": "x\n"})))
    assert (done.code, new.exists()) == (2, False)
    assert "holds none of the raw tables\n  hint: did you mean 'messages'?" in done.err


def test_a_stage_that_won_deals_pass_is_no_loss_and_waits_with_the_reason(tables: Any, new: Path) -> None:
    """An offer is cancelled, and the deal is won with the next one. A deal that was lost and came back is no such thing."""
    stages = "deal_id,stage,entered_at\n" + "".join(
        f"{deal},{stage},2026-01-{day:02}\n"
        for deal in range(40)
        for day, stage in enumerate(["O_CANCELLED", "A_APPROVED"] if deal % 2 else ["O_DECLINED"], 3)
    )
    deals = "deal_id,created_at\n" + "".join(f"{deal},2026-01-01\n" for deal in range(40))
    source = tables({**TABLES, "deals.csv": deals, "deal_stages.csv": stages + "1,O_DECLINED,2026-01-02\n"})
    assert convsql("init", str(new), "--from", str(source)).code == 0
    mapped = {row["stage"]: row["outcome"] for row in seed(new, "outcome_stages")}
    assert (mapped.get("o_cancelled"), mapped["o_declined"], mapped["a_approved"]) == (None, "closed_lost", "closed_won")  # fmt: skip
    (waits,) = [row for row in seed(new, "undecided_values") if row["value"] == "o_cancelled"]
    assert (waits["proposal"], waits["reason"]) == ("closed_lost", "20 of the 20 deals that pass it are won")
