"""What a tool of dbt's says of the artifacts in a folder, as JSON: `python answers.py CLIENT FOLDER`, run by the Python that has the tool.

Nothing of convsql is imported here.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

BOUNCER = """
dbt_artifacts_dir: target
catalog_checks:
  - name: check_column_description_populated
  - name: check_columns_are_all_documented
  - name: check_columns_are_documented_in_public_models
  - name: check_source_columns_are_all_documented
manifest_checks:
  - name: check_exposure_based_on_non_public_models
  - name: check_exposure_based_on_view
  - name: check_macro_description_populated
  - name: check_model_access
    access: protected
  - name: check_model_description_populated
  - name: check_model_documented_in_same_directory
  - name: check_model_has_contracts_enforced
  - name: check_model_has_meta_keys
    keys: [owner]
  - name: check_model_has_unique_test
  - name: check_model_has_unit_tests
  - name: check_model_names
    model_name_pattern: ^stg_
  - name: check_source_description_populated
  - name: check_source_not_orphaned
  - name: check_unit_test_expect_format
run_results_checks:
  - name: check_run_results_max_execution_time
    max_execution_time_seconds: 1000
"""


def artifact(folder: Path, name: str) -> Any:
    return json.loads((folder / "target" / f"{name}.json").read_text(encoding="utf-8"))


def command(folder: Path, *arguments: str) -> str:
    """What a command beside this Python printed; it runs in the folder."""
    program = Path(sys.executable).with_name(arguments[0])
    done = subprocess.run(
        [str(program), *arguments[1:]], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    if done.returncode not in (0, 1):
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout + done.stderr


def dbt_artifacts_parser(folder: Path) -> Any:
    from dbt_artifacts_parser import parser

    manifest: Any = parser.parse_manifest(artifact(folder, "manifest"))
    catalog: Any = parser.parse_catalog(artifact(folder, "catalog"))
    results: Any = parser.parse_run_results(artifact(folder, "run_results"))
    return {
        "read as": [type(read).__module__ for read in (manifest, catalog, results)],
        "nodes": {i: [n.name, sorted(n.columns or {})] for i, n in manifest.nodes.items()},
        "sources": sorted(manifest.sources),
        "columns": {i: {c.name: c.type for c in n.columns.values()} for i, n in catalog.nodes.items()},
        "results": {r.unique_id: str(getattr(r.status, "value", r.status)) for r in results.results},
    }


def dbt_coverage(folder: Path) -> Any:
    found = []
    for kind in ("doc", "test"):
        command(folder, "dbt-coverage", "compute", kind, "--cov-report", f"{kind}.json")
        found.append(json.loads((folder / f"{kind}.json").read_text(encoding="utf-8")))
    return found


def dbterd(folder: Path) -> Any:
    (folder / "erd").mkdir(exist_ok=True)
    said = command(
        folder,
        "dbterd",
        "run",
        "-ad",
        "target",
        "-o",
        "erd",
        "-t",
        "dbml",
        "--resource-type",
        "model",
        "--resource-type",
        "source",
    )
    file = folder / "erd" / "output.dbml"
    return (
        re.sub(r"Generated at.*|Note:.*", "", file.read_text(encoding="utf-8")).split("\n") if file.exists() else said
    )


def dbt_metabase(folder: Path) -> Any:
    from dbtmetabase.manifest import Manifest

    models = Manifest(str(folder / "target" / "manifest.json")).read_models()
    return {
        m.unique_id: {
            "table": f"{m.database}.{m.schema}.{m.alias}",
            "description": m.description,
            "columns": {c.name: f"{c.description} → {c.fk_target_table}.{c.fk_target_field}" for c in m.columns},
        }
        for m in models
    }


def dbt_colibri(folder: Path) -> Any:
    command(
        folder,
        "colibri",
        "generate",
        "--manifest",
        "target/manifest.json",
        "--catalog",
        "target/catalog.json",
        "--output-dir",
        "colibri",
        "--disable-telemetry",
    )
    said = json.loads((folder / "colibri" / "colibri-manifest.json").read_text(encoding="utf-8"))
    edges = [f"{e['source']}.{e['sourceColumn']} → {e['target']}.{e['targetColumn']}" for e in said["lineage"]["edges"]]
    kinds = {i: [n["nodeType"], n["materialized"], sorted(n["columns"])] for i, n in said["nodes"].items()}
    return {"nodes": kinds, "edges": edges, "parents": said["lineage"].get("parents")}


def dbt_bouncer(folder: Path) -> Any:
    (folder / "dbt-bouncer.yml").write_text(BOUNCER, encoding="utf-8")
    said = command(
        folder,
        "dbt-bouncer",
        "run",
        "--config-file",
        "dbt-bouncer.yml",
        "--output-file",
        "bounced.json",
        "--output-format",
        "json",
    )
    file = folder / "bounced.json"
    if not file.exists():
        raise SystemExit(said)
    found = json.loads(file.read_text(encoding="utf-8"))
    rows = found if isinstance(found, list) else found["results"]
    return [f"{r['check_run_id']} {r['outcome']}" for r in rows]


def dbt_score(folder: Path) -> Any:
    return json.loads(
        command(folder, "dbt-score", "lint", "--manifest", "target/manifest.json", "--format", "json").split("\n\n")[-1]
    )


def dagster_dbt(folder: Path) -> Any:
    from dagster_dbt import dbt_assets

    @dbt_assets(manifest=folder / "target" / "manifest.json")
    def loaded(context):  # type: ignore[no-untyped-def]
        yield

    return {
        "assets": sorted(k.to_user_string() for k in loaded.keys),
        "needs": sorted(k.to_user_string() for k in loaded.dependency_keys),
        "checks": sorted(f"{c.asset_key.to_user_string()}:{c.name}" for c in loaded.check_specs),
        "groups": {k.to_user_string(): name for k, name in loaded.group_names_by_key.items()},
        "described": {
            k.to_user_string(): s.description for k, s in loaded.specs_by_key.items() if "models" in str(s.metadata)
        },
    }


def openlineage_dbt(folder: Path) -> Any:
    from openlineage.common.provider.dbt.local import DbtLocalArtifactProcessor

    processor = DbtLocalArtifactProcessor(
        producer="https://tests", project_dir=str(folder), target="dev", job_namespace="tests"
    )
    return [
        f"{e.eventType} {e.job.name}: {sorted(i.name for i in e.inputs or ())} → {[o.name for o in e.outputs or ()]}"
        for e in processor.parse().events()
    ]


def in_order(value: Any) -> Any:
    """The same, whatever the order in which nodes stand in an artifact."""
    if isinstance(value, dict):
        return {key: in_order(value[key]) for key in sorted(value)}
    return sorted(map(in_order, value), key=str) if isinstance(value, list | tuple) else value


CLIENTS: dict[str, Callable[[Path], Any]] = {
    "dbt-artifacts-parser": dbt_artifacts_parser,
    "dbt-bouncer": dbt_bouncer,
    "dbt-colibri": dbt_colibri,
    "dbt-coverage": dbt_coverage,
    "dbt-metabase": dbt_metabase,
    "dbt-score": dbt_score,
    "dbterd": dbterd,
    "dagster-dbt": dagster_dbt,
    "openlineage-dbt": openlineage_dbt,
}

if __name__ == "__main__":
    os.environ["DO_NOT_TRACK"] = "1"
    sys.path.pop(0)
    print("\n" + json.dumps(in_order(CLIENTS[sys.argv[1]](Path(sys.argv[2]).resolve())), default=str))
