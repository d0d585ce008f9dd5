"""The files of a new project, as text."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import yaml

from convsql import __version__
from convsql.init.inputs import OPTIONAL
from convsql.init.mappings import Mappings
from convsql.init.origin import VARIABLE, WHEEL, is_named, requirement
from convsql.init.readme import readme
from convsql.init.settings import Settings
from convsql.init.workflows import workflow_files


def project_files(settings: Settings, mappings: Mappings, notes: list[str]) -> dict[str, str]:
    """Path → text of every file of the project."""
    seeds = {f"seeds/{name}.csv": _csv(mappings, name, settings) for name in mappings.rows}
    return {
        "dbt_project.yml": _project(settings, mappings),
        "packages.yml": _PACKAGES,
        "profiles.yml": _PROFILES.format(name=settings.name),
        "vars.yml": _vars(settings),
        "requirements.txt": _requirements(),
        ".gitignore": f"target/\ndbt_packages/\nlogs/\n.venv/\n{settings.name}*.duckdb*\n",
        **workflow_files(),
        **seeds,
        "README.md": readme(settings, mappings, notes),
    }


def _requirements() -> str:
    about = f"# convsql {__version__}, from where it was installed: its name alone is nobody's on an index, and could be anybody's.\n"
    wheel = f"# {VARIABLE} is the path or address of {WHEEL}; pip puts it here.\n"
    return about + ("" if is_named() else wheel) + requirement() + "\n"


def _csv(mappings: Mappings, seed: str, settings: Settings) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, mappings.columns[seed], lineterminator="\n")
    writer.writeheader()
    for row in mappings.rows[seed]:
        writer.writerow({**row, "timezone": settings.timezone} if seed == "business_hours" else row)
    return out.getvalue()


def _project(settings: Settings, mappings: Mappings) -> str:
    off = "".join(f"    {name}: {{+enabled: false}}\n" for name in mappings.rows)
    return (
        f"name: {settings.name}\nversion: 1.0.0\nconfig-version: 2\nprofile: {settings.name}\n\n"
        "flags:\n  send_anonymous_usage_stats: false\n\n"
        "# The files in seeds/ stand in for the package's own of the same names, and are described and tested by it.\nseeds:\n  convsql:\n"
        + off
    )


_PACKAGES = """\
# The convsql models, from the installed convsql: requirements.txt says which version.
# Under dbt: CONVSQL_PACKAGE=$(convsql package) dbt deps
packages:
  - local: "{{ env_var('CONVSQL_PACKAGE', 'convsql') }}"
"""

_PROFILES = """\
{name}:
  target: dev
  outputs:
    dev:
      type: duckdb
      path: {name}.duckdb
      schema: main
      threads: 2
      settings: {{TimeZone: UTC}}
    ci:
      type: duckdb
      path: {name}_ci.duckdb
      schema: main
      threads: 2
      settings: {{TimeZone: UTC}}
"""


def _yaml(value: Any, depth: int) -> str:
    text = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=130, default_flow_style=None)
    return "".join(f"{' ' * depth}{line}" for line in text.splitlines(keepends=True))


def _vars(settings: Settings) -> str:
    lines = ["# What this project reads, and what it measures. Every variable has a default.", "vars:"]
    path = json.dumps(settings.raw_path, ensure_ascii=False)
    if settings.connectors:
        lines += [
            "  # Tools whose tables are read, the most trusted first, and their folder: {connector_path}/{tool}/{table}."
        ]
        lines += [f"  connectors: [{', '.join(settings.connectors)}]", f"  connector_path: {path}"]
        lines.append(_yaml({"connectors_without": list(settings.connectors_without)}, 2).rstrip())
        lines += [
            "  # Contacts that have one of these in common are one. Numbers without a country need phone_country_code."
        ]
        lines.append(f"  contact_match: [{'email, phone' if len(settings.connectors) > 1 else ''}]")
    if settings.raw_path and (not settings.connectors or "raw" in settings.connectors):
        lines += ["  # Folder of the raw tables: {raw_path}/messages.parquet, …", f"  raw_path: {path}"]
    if settings.raw_format != "parquet":
        lines.append(f"  raw_format: {settings.raw_format}")
    if not settings.raw_path:
        lines.append(
            "  # The raw tables are read from the schema `raw` of the database; raw_path would name a folder of files."
        )
    if settings.raw_columns:
        lines += [
            "  # Their columns, by which `convsql compile` and `metrics check` go where the files are not, as in CI."
        ]
        lines.append(_yaml({"raw_columns": settings.raw_columns}, 2).rstrip())
    absent = [name for name in OPTIONAL if name not in settings.inputs]
    lines += ["", "  # Optional inputs that exist." + (f" Not there: {', '.join(absent)}." if absent else "")]
    lines.append(_yaml({"inputs": list(settings.inputs)}, 2).rstrip())
    if settings.input_models:
        lines += ["", "  # Inputs that are models of this project, models/inputs/, made of the exports in raw_path."]
        lines.append(_yaml({"input_models": list(settings.input_models)}, 2).rstrip())
    for name, value in settings.variables.items():
        lines.append(f"  {name}: {json.dumps(value, ensure_ascii=False)}")
    lines += ["", "  # Days, weeks and months of all rates are those of this zone. All stored times are UTC."]
    lines.append(f"  timezone: {json.dumps(settings.timezone)}")
    if settings.funnels:
        lines += ["", "  # Ordered steps, each a kind of conversations or an outcome (funnel_rates)."]
        lines.append(_yaml({"funnels": settings.funnels}, 2).rstrip())
    lines += [
        "",
        "  # One item per version of a metric. A change of what is counted is a new version; the old one stays.",
    ]
    lines.append(_yaml({"conversion_metrics": settings.metrics}, 2).rstrip())
    return "\n".join(lines) + "\n"
