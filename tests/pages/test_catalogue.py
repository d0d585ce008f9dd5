"""`convsql docs`: everything of the project is on the page, with its last result, and the page needs nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from convsql.building.connections import access_to
from convsql.building.context import Context
from convsql.catalogue.column_lineage import column_lineage
from convsql.catalogue.content import Catalogue, gather
from convsql.catalogue.page import catalogue_page
from tests.pages.test_report import Read
from tests.support import Folder, convsql

Make = Callable[..., Folder]


@pytest.fixture(scope="module")
def catalogue(demo_project: Path) -> Catalogue:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(demo_project)
        compiled = Context(demo_project, None, None, None).compiled()
        return gather(compiled, access_to(compiled.target), date(2026, 9, 30))


@pytest.fixture(scope="module")
def text(catalogue: Catalogue) -> str:
    return catalogue_page(catalogue)


def test_every_model_column_seed_source_and_metric_has_its_place(catalogue: Catalogue, text: str) -> None:
    tags = Read(text).tags
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert len(catalogue.nodes) > 80
    for node in catalogue.nodes.values():
        assert node.anchor in ids
        is_switched_off = node.node.kind == "source" and not node.children
        assert node.columns or is_switched_off, node.anchor
        assert all(f"{node.anchor}/{name}" in ids for name, _, _ in node.columns)
        if node.node.kind == "model":
            assert node.node.description, node.anchor
            assert all(description for _, _, description in node.columns), node.anchor
    assert len(catalogue.metrics) == len({m.anchor for m in catalogue.metrics}) == 7
    for metric in catalogue.metrics:
        assert metric.anchor in ids
        assert metric.reading.startswith("Of the ")
        assert metric.lock_state == "locked"
        assert "cohort_rates" in metric.models


def test_every_link_leads_somewhere_on_the_page(text: str) -> None:
    tags = Read(text).tags
    ids = {a["id"] for _, a in tags if "id" in a}
    links = {str(a["href"]) for t, a in tags if t == "a"}
    assert len(links) > 500
    assert {link for link in links if not link.startswith("#") or link[1:] not in ids} == set()
    known = json.loads(re.findall(r'<script type="application/json" id="index">(.*?)</script>', text, re.DOTALL)[0])
    assert {entry[0] for entry in known} <= ids


def test_the_page_fetches_nothing_and_has_no_handlers(text: str) -> None:
    for tag, attributes in Read(text).tags:
        assert tag not in ("iframe", "object", "img", "embed")
        assert not [a for a in attributes if a.startswith("on")]
        assert "src" not in attributes
        assert tag != "link" or attributes["href"] == "data:,"
    assert "http-equiv" in text
    assert len(text.encode()) < 5_000_000


def test_only_the_current_version_is_called_so(catalogue: Catalogue) -> None:
    current = {m.key for m in catalogue.metrics if m.is_current}
    assert "conversation_to_opportunity@2" in current
    assert not {"conversation_to_opportunity@1", "lead_to_sales_accepted@1"} & current


def test_a_column_is_led_back_through_ctes_unions_and_subqueries(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "select 1 as id, 2 as x, 3 as y",
            "models/b.sql": "select 1 as id, 5 as z",
            "models/c.sql": """\
                with joined as (select a.id, a.x + b.z as total, a.y from {{ ref('a') }} as a join {{ ref('b') }} as b on a.id = b.id),
                more as (select id, total, 'n' as word from joined union all select id, z, 'm' from {{ ref('b') }})
                select id, sum(total) as total, (select max(y) from {{ ref('a') }}) as top, max(word) as word from more group by id
                """,
        }
    )
    found, unread = column_lineage(project.compile())
    names = {
        column: {(i.split(".")[-1], c) for i, c in origins} for column, origins in found["model.tiny.c"].items()
    }  # fmt: skip
    assert unread == []
    assert names == {
        "id": {("a", "id"), ("b", "id")},
        "total": {("a", "x"), ("b", "z")},
        "top": {("a", "y")},
        "word": set(),
    }


def test_tests_stand_with_their_last_result(folder: Make) -> None:
    project = folder(
        {
            "models/one.sql": "select {{ var('n', 1) }} as n",
            "models/one.yml": "models: [{name: one, columns: [{name: n, data_tests: [unique, {accepted_values: {arguments: {values: [1]}}}]}]}]",
            "tests/whole.sql": "{{ config(severity='warn') }} select * from {{ ref('one') }}",
        }
    )

    def results() -> dict[str, str]:
        compiled = project.compile()
        found = gather(compiled, access_to(compiled.target), date(2026, 1, 1))
        lines = [t for n in found.nodes.values() for t in n.tests] + found.unattached
        return {line.says.split()[0]: line.result for line in lines}

    not_run = "not run on this version"
    assert results() == {"unique": not_run, "accepted": not_run, "whole": not_run}
    project.build()
    assert results() == {"unique": "passed", "accepted": "passed", "whole": "warned"}
    project.write("vars.yml", "vars: {n: 2}")
    assert set(results().values()) == {not_run}
    project.build(code=1)
    assert results() == {"unique": "passed", "accepted": "failed", "whole": "warned"}


def test_it_is_written_to_a_file_or_a_folder_and_needs_no_build(folder: Make, tmp_path: Path) -> None:
    project = folder({"models/one.sql": "select 1 as n", "models/two.sql": "select n as m from {{ ref('one') }}"})
    done = project.run("docs", "--json")
    assert done.code == 0, done.err
    assert Path(done.json["path"]) == project.root / "target/catalogue.html"
    assert project.run("docs", "-o", "site").code == 0
    page = (project.root / "site/index.html").read_text(encoding="utf-8")
    assert 'href="#model-one/n"' in page
    again = convsql("docs", "-o", "again.html", "--project-dir", str(project.root))
    assert again.code == 0
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == page
