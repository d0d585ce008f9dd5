"""An input that had rows in the published build and has none now is not published without being asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import Folder

FILES = {
    "models/sources.yml": """
        version: 2
        sources:
          - name: raw
            tables:
              - name: deals
                config: {meta: {external_location: "read_csv('data/deals.csv', header=true, all_varchar=true)"}}
              - name: leads
                config: {meta: {external_location: "read_csv('data/leads.csv', header=true, all_varchar=true)"}}
        """,
    "models/stg_deals.sql": """
        {{ config(materialized='table', meta={'never_emptied': {'input': 'deals'}}) }}
        {% if var('has_deals', true) %}
        select deal_id from {{ source('raw', 'deals') }} where deal_id is not null and deal_id <> 'late'
        {% else %}
        select '1' as deal_id where 1 = 0
        {% endif %}
        """,
    "models/stg_leads.sql": "select * from {{ source('raw', 'leads') }}",
    "models/staging_set_aside.sql": """
        select 'deals' as input, case when deal_id is null then 'missing_required' else 'after_as_of' end as reason, count(*) as row_count
        from {{ source('raw', 'deals') }} where deal_id is null or deal_id = 'late' group by all
        """,
    "data/deals.csv": "deal_id,amount\na,1\nb,2\n",
    "data/leads.csv": "lead_id\nx\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path, FILES)
    folder.build()
    return folder


def deals(folder: Folder) -> int:
    return int(folder.query("select count(*) from stg_deals")[0][0])


@pytest.mark.parametrize("text", ["deal_id,amount\n", "deal_id,amount\n,1\n,2\n"])
def test_an_input_that_lost_all_its_rows_fails_and_readers_keep_the_last_build(project: Folder, text: str) -> None:
    project.write("data/deals.csv", text)
    done = project.build(code=1)
    assert "input 'deals' has no row that can be used; build 1 had 2" in done.err
    assert "readers see the last good build" in done.err
    assert deals(project) == 2


def test_the_failure_says_why_the_rows_delivered_were_not_used(project: Folder) -> None:
    project.write("data/deals.csv", "deal_id,amount\n,1\n,2\n,3\n")
    assert "3 lack a required value" in project.build(code=1).err


def test_it_fails_again_when_nothing_is_left_to_build(project: Folder) -> None:
    project.write("data/deals.csv", "deal_id,amount\n")
    project.build(code=1)
    project.build(code=1)
    assert deals(project) == 2


def test_a_build_of_that_model_alone_is_asked_too(project: Folder) -> None:
    project.write("data/deals.csv", "deal_id,amount\n")
    project.build("--select", "stg_deals", code=1)
    project.build("--select", "stg_leads")


def test_what_is_meant_to_be_empty_is_allowed_by_name_for_one_build(project: Folder) -> None:
    project.write("data/deals.csv", "deal_id,amount\n")
    project.build("--allow-empty", "deals")
    assert deals(project) == 0
    project.write("data/leads.csv", "lead_id\ny\n")
    project.build()


def test_a_name_that_is_no_input_is_an_error_with_the_nearest(project: Folder) -> None:
    done = project.build("--allow-empty", "deal", code=2)
    assert "no input 'deal'" in done.err
    assert "deals" in done.err


def test_rows_that_as_of_hides_and_an_input_switched_off_are_no_loss(project: Folder) -> None:
    project.build("--vars", "{has_deals: false}")
    project.build()
    project.write("data/deals.csv", "deal_id,amount\nlate,1\n")
    project.build()
    assert deals(project) == 0


def test_a_first_build_may_be_empty_and_a_rollback_is_not_asked(tmp_path: Path) -> None:
    folder = Folder(tmp_path, FILES | {"data/deals.csv": "deal_id,amount\n"})
    folder.build()
    folder.write("data/deals.csv", "deal_id,amount\na,1\n")
    folder.build()
    assert folder.run("rollback").code == 0
    assert deals(folder) == 0
