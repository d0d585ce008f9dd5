"""`convsql docs`: everything of the project is on the page, with its last result, and the page needs nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from convsql.api import Project
from convsql.catalogue import texts
from convsql.catalogue.column_lineage import column_lineage
from convsql.catalogue.content import Catalogue, gather
from convsql.catalogue.drawing import Drawn, graph_svg
from convsql.catalogue.page import catalogue_page
from convsql.catalogue.rates_now import rates_now
from convsql.context import Context
from convsql.engines.access import access_to
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


def test_steps_are_folded_away_from_the_tables_and_say_that_they_are_steps(folder: Make) -> None:
    project = folder(
        {
            "models/rates/rates.sql": "select n from {{ ref('cells') }}",
            "models/rates/steps/cells.sql": "{{ config(tags=['step']) }} select 1 as n",
        }
    )
    compiled = project.compile()
    page = catalogue_page(gather(compiled, access_to(compiled.target), date(2026, 1, 1)))
    tables, steps = page.partition("</nav>")[0].split('<details class="steps">')
    assert '"#model-rates"' in tables
    assert '"#model-cells"' not in tables
    assert '"#model-cells"' in steps
    assert "1 table and 1 step with 2 columns" in page
    assert re.search(r'id="model-cells"[^>]*><p class="above">Step · rates', page)
    assert re.search(r'id="model-rates"[^>]*><p class="above">Model · rates', page)
    known = json.loads(re.findall(r'<script type="application/json" id="index">(.*?)</script>', page, re.DOTALL)[0])
    assert {e[1]: e[2] for e in known if e[2] != "column"} == {"cells": "step", "rates": "model"}


def test_the_page_fetches_nothing_and_has_no_handlers(text: str) -> None:
    for tag, attributes in Read(text).tags:
        assert tag not in ("iframe", "object", "img", "embed")
        assert not [a for a in attributes if a.startswith("on")]
        assert "src" not in attributes
        assert tag != "link" or attributes["href"] == "data:,"
    assert "http-equiv" in text
    assert len(text.encode()) < 6_000_000


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


def test_each_model_has_its_sql_and_each_seed_its_rows(catalogue: Catalogue, text: str) -> None:
    models = [n.node for n in catalogue.nodes.values() if n.node.kind == "model"]
    assert set(catalogue.texts) == {n.unique_id for n in models}
    source, compiled = catalogue.texts["model.convsql.cohort_rates"]
    assert "{{ ref('cohort_members') }}" in source
    assert "ref(" not in compiled and "cohort_members" in compiled
    assert "as it is written" in text and "as it is compiled" in text
    seed = catalogue.rows["seed.convsql.channels"]
    assert seed.columns[0] == "raw_channel"
    assert [row[1] for row in seed.rows if row[0] == "sms"] == ["sms"]
    assert seed.count >= len(seed.rows) > 5


def test_a_metric_says_where_it_stands(demo_project: Path) -> None:
    with Project(demo_project).published() as published:
        rates = rates_now(published)
        ((rate, low, high, n),) = (
            tuple(r.values())
            for r in published.ask(
                f"select conversion_rate, rate_low, rate_high, matured from {published.name('cohort_rates')} where metric = 'conversation_to_meeting'"
                " and cohort_grain = 'month' and cohort_by = 'all' and is_complete order by cohort_period desc limit 1"
            )
        )
    assert rates["conversation_to_meeting@1"].startswith(f"{rate * 100:.1f}% ({low * 100:.1f} to {high * 100:.1f}, n = {n:,}) in 2026-")  # fmt: skip
    assert set(rates) == {f"{name}@{version}" for name, version in METRICS}


METRICS = {
    ("call_to_demo", 1), ("conversation_to_meeting", 1), ("conversation_to_opportunity", 1), ("conversation_to_opportunity", 2),
    ("handled_to_proposal", 1), ("lead_to_sales_accepted", 1), ("qualified_to_won", 1),
}  # fmt: skip


def test_columns_of_raw_tables_say_what_they_are(catalogue: Catalogue) -> None:
    messages = catalogue.nodes["source.convsql.raw.messages"]
    described = {name: words for name, _, words in messages.columns}
    assert described["sent_at"] == next(w for n, _, w in catalogue.nodes["model.convsql.stg_messages"].columns if n == "sent_at")  # fmt: skip
    assert described["sent_at"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [("win rate", "contact_close_rates"), ("speed to lead", "response_kpis"), ("unsubscribe", "opt_out_rates"), ("a/b test", "experiment_results"), ("win rate", "qualified_to_won@1")],
)  # fmt: skip
def test_search_knows_what_else_things_are_called(text: str, asked: str, found: str) -> None:
    held = re.search(r'<script type="application/json" id="index">(.*?)</script>', text, re.DOTALL)
    assert held is not None
    entries = {name: f"{name} {words}".lower() for _, name, _, words in json.loads(held[1])}
    assert all(part in entries[found] for part in asked.split())


def test_what_failed_stands_before_what_passed(folder: Make) -> None:
    columns = "columns: [{name: n, data_tests: [unique, {accepted_values: {arguments: {values: [1]}, config: {severity: warn}}}, {accepted_values: {arguments: {values: [2]}}}]}]"
    project = folder({"models/one.sql": "select 3 as n", "models/one.yml": f"models: [{{name: one, {columns}}}]"})
    project.build(code=1)
    compiled = project.compile()
    (page,) = gather(compiled, access_to(compiled.target), date(2026, 1, 1)).nodes.values()
    assert [t.result for t in page.tests] == ["failed", "warned", "passed"]


def test_a_thousand_models_make_a_page_of_less_than_ten_megabytes(folder: Make) -> None:
    """Made, not built: what a page weighs is decided by what is written."""
    nodes = [f"node_{i:04}" for i in range(1000)]
    parents = {n: [nodes[(i * 7919) % i]] if i else [] for i, n in enumerate(nodes)}
    drawn = {n: Drawn(n, n, "g-models") for n in nodes}
    assert len(graph_svg(drawn, parents, "t")) < 2_000_000
    assert texts.ROOM + 2_000_000 < 10_000_000


def test_compiled_sql_beyond_the_room_of_a_page_is_left_out_and_says_so(
    folder: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "ROOM", 30)
    project = folder({"models/a.sql": "select 1 as n", "models/b.sql": "select 2 as n, 3 as a_longer_name_of_a_column"})
    found = texts.model_texts(project.compile())
    assert [t[1].startswith("-- left out") for t in found.values()] == [False, True]
