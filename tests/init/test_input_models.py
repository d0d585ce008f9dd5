"""A model of the project's own in place of a raw table."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.runner.parity.both import Both, dbt_command
from tests.support import convsql
from tests.support.root import ROOT

FILES = {
    "data/sms.csv": "Msg Id,Who,Way,When\n1,c1,in,2026-01-01 10:00:00\n2,c1,out,2026-01-01 10:05:00\n",
    "data/contacts.csv": "contact_id\nc1\n",
    "data/deals.csv": "deal_id,contact_id,created_at,amount\nd1,c1,2026-01-03,10\n",
    "data/deal_stages.csv": "deal_id,stage,entered_at\nd1,closedwon,2026-01-05\n",
}
MODEL = """\
{{ config(materialized='view') }}
with sms as (
    select * from {{ source('exports', 'sms') }}
)

select
    "Msg Id" as message_id,
    "Who" as contact_id,
    'sms' as channel,
    case "Way" when 'in' then 'inbound' else 'outbound' end as direction,
    "When" as sent_at
from sms
"""
SOURCES = """\
version: 2
sources:
  - name: exports
    config:
      meta:
        external_location: "read_csv('{{ var('raw_path') }}/{name}.csv', all_varchar = true, header = true)"
    tables:
      - name: sms
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "mine"
    (root / "data").mkdir(parents=True)
    monkeypatch.chdir(root)
    for name, text in FILES.items():
        if name != "data/sms.csv":
            (root / name).write_text(text, encoding="utf-8")
    assert convsql("init", "--from", "data", "--yes", "--name", "mine").code == 0
    (root / "data/sms.csv").write_text(FILES["data/sms.csv"], encoding="utf-8")
    (root / "models/inputs").mkdir(parents=True, exist_ok=True)
    (root / "models/inputs/messages.sql").write_text(MODEL, encoding="utf-8")
    (root / "models/inputs/sources.yml").write_text(SOURCES, encoding="utf-8")
    text = (root / "vars.yml").read_text(encoding="utf-8")
    (root / "vars.yml").write_text(text + "  input_models: [messages]\n", encoding="utf-8")
    return root


def messages(root: Path) -> list[str]:
    with duckdb.connect(str(root / "mine.duckdb"), read_only=True) as connection:
        return [r[0] for r in connection.execute("select message_id from conversation_messages order by 1").fetchall()]


@pytest.mark.slow
def test_an_input_model_is_read_in_place_of_the_raw_table_and_follows_its_file(project: Path) -> None:
    select = ("build", "--quiet", "--select", "+conversation_messages", "--exclude", "resource_type:unit_test")
    done = convsql(*select)
    assert done.code == 0, done.err
    assert messages(project) == ["1", "2"]
    with (project / "data/sms.csv").open("a", encoding="utf-8") as file:
        file.write("3,c1,in,2026-01-02 10:00:00\n")
    assert convsql(*select).code == 0
    assert messages(project) == ["1", "2", "3"]


def test_a_model_that_is_not_there_is_named_with_its_line(project: Path) -> None:
    text = (project / "vars.yml").read_text(encoding="utf-8")
    (project / "vars.yml").write_text(text.replace("[messages]", "[messages, meetings]"), encoding="utf-8")
    done = convsql("compile")
    assert done.code == 2
    line = 1 + text[: text.index("input_models")].count("\n")
    assert (
        f"vars.yml:{line}: variable 'input_models' lists 'meetings', and the project has no model 'meetings'"
        in done.err
    )
    assert "write models/inputs/meetings.sql" in done.err


@pytest.mark.slow
def test_an_optional_input_is_there_by_its_model_alone(project: Path) -> None:
    model = "select 'c1' as contact_id, 'sms' as channel, '2026-01-02' as opted_out_at\n"
    (project / "models/inputs/opt_outs.sql").write_text(model, encoding="utf-8")
    text = (project / "vars.yml").read_text(encoding="utf-8")
    (project / "vars.yml").write_text(text.replace("[messages]", "[messages, opt_outs]"), encoding="utf-8")
    assert convsql("build", "--quiet", "--select", "+stg_opt_outs", "--exclude", "resource_type:unit_test").code == 0
    found = convsql("show", "--json", "--inline", "select contact_id, channel from {{ ref('stg_opt_outs') }}")
    assert found.json["rows"] == [["c1", "sms"]]


@pytest.mark.slow
def test_dbt_reads_the_same_model(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if dbt_command() is None:
        pytest.skip("dbt is not on this machine")
    monkeypatch.setenv("CONVSQL_PACKAGE", str(ROOT))
    monkeypatch.setenv("DBT_EXCLUDE_RESOURCE_TYPES", "unit_test")
    both = Both(tmp_path, project)
    _, theirs = both.build()
    assert theirs.failing == []
    assert both.differences() == []
    assert both.rows_of("cohort_rates")
