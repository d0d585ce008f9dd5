"""What generated metric definitions count, as the macro writes it under both, and as Python does."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import duckdb
import yaml

from convsql.metric_identity import definition_digest, definition_text
from convsql.metric_schema import MetricDefinition
from tests.parity.both import REPOSITORY, Both
from tests.properties.definitions import definition

MODEL = """\
{% for metric in conversion_metrics() %}
select
    {{ string_literal(metric.name) }} as metric,
    {{ string_literal(metric_identity(metric)) }} as definition_text,
    md5({{ string_literal(metric_identity(metric)) }}) as definition_digest,
    {{ date_literal(metric.effective_from) }} as effective_from,
    {{ date_literal(metric.retired_on) }} as retired_on,
    {{ date_literal(metric.review_by) }} as review_by
{% if not loop.last %}union all{% endif %}
{% endfor %}
"""
PROJECT = {"name": "identities", "version": "1.0.0", "profile": "convsql", "config-version": 2}
NUMBERS = range(150)


def test_the_text_of_a_definition_is_the_same_everywhere(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "models").mkdir(parents=True)
    shutil.copytree(REPOSITORY / "macros", source / "macros")
    shutil.copy(REPOSITORY / "profiles.yml", source)
    (source / "models" / "identities.sql").write_text(MODEL, encoding="utf-8")
    (source / "dbt_project.yml").write_text(yaml.safe_dump(PROJECT), encoding="utf-8")
    found = [definition(number) for number in NUMBERS]
    (source / "vars.yml").write_text(yaml.safe_dump({"vars": {"conversion_metrics": found}}), encoding="utf-8")
    both = Both(tmp_path, source)
    both.build()
    assert both.differences() == []
    wanted = {}
    for each in found:
        read = MetricDefinition.model_validate(each)
        text = definition_text(read)
        assert definition_digest(read) == hashlib.md5(text.encode()).hexdigest()
        wanted[read.name] = (text, definition_digest(read), read.effective_from, read.retired_on, read.review_by)
    with duckdb.connect(str(tmp_path / "dbt.duckdb"), read_only=True) as connection:
        made = connection.execute("from main.identities").fetchall()
    assert {name: tuple(rest) for name, *rest in made} == wanted
