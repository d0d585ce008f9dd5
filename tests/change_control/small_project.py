"""A project of one model and two metrics, for tests of locking that need no package."""

from __future__ import annotations

from pathlib import Path

from tests.change_control.workbench import Bench

FILES = {
    "dbt_project.yml": "name: tiny\nversion: 1.0.0\nprofile: tiny\n",
    "profiles.yml": "tiny:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: tiny.duckdb, schema: main, threads: 1}\n",
    "models/numbers.sql": """\
with stages as (
    select * from {{ ref('outcome_stages') }}
)
{% for metric in var('conversion_metrics') %}
select
    '{{ metric.name }}' as metric,
    count(*) * {{ metric.window_days }} as number
from stages
where outcome = '{{ metric.outcome }}'
{% if not loop.last %}union all{% endif %}
{% endfor %}
""",
    "models/numbers.yml": "models:\n  - name: numbers\n    config: {meta: {is_metric_output: true}}\n",
    "seeds/outcome_stages.csv": "stage,outcome\nopened,opportunity_created\nbought,closed_won\n",
    "seeds/metric_locks.csv": "metric,metric_version,locked_at,status,definition_digest,meaning_digest,reason\n",
    "seeds/seeds.yml": "seeds:\n  - name: outcome_stages\n    config: {meta: {relevant_rows: {outcome: outcome}}}\n",
    "vars.yml": """\
vars:
  conversion_metrics:
    - name: opportunity
      version: 1
      status: active
      owner: revops
      description: Opportunities.
      outcome: opportunity_created
      window_days: 30
      cohorts:
        by: [[], [channel], [response_band]]
    - name: won
      version: 1
      status: active
      owner: finance
      description: Deals.
      outcome: closed_won
      window_days: 90
""",
}


class SmallBench(Bench):
    """The same bench over the small project."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in FILES.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
