"""dbt's own tests of adapters, driven through `convsql …`: what is basic, and the functions and types that macros have."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.test_clients import installed, python
from tests.runner.parity.both import dbt_command
from tests.support.root import ROOT

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent / "conformance"
LEFT = {
    "TestBaseCaching::test_adapter_methods": "a template drops a schema",
    "TestDocsGenReferences::test_references": "has a snapshot",
    "TestDocsGenerate::test_run_and_generate": "has a snapshot",
    "TestDocsGenerate::test_run_and_generate_no_compile": "has a snapshot",
    "TestGetPowersOfTwo::test_build_assert_equal": "describes a model that is not there, which is an error",
    "TestSnapshotCheckCols::test_snapshot_check_cols": "is a snapshot",
    "TestSnapshotTimestamp::test_snapshot_timestamp": "is a snapshot",
    "TestTableMat::test_table_materialization_sort_dist_no_op": "reads a seed by its bare name, without ref()",
}
"""What convsql does not pass, and why."""


def test_fifty_of_58_tests_of_adapters_pass_and_the_others_are_named(tmp_path: Path) -> None:
    if "dbt-tests-adapter" not in installed():
        pytest.skip("dbt-tests-adapter is not installed: make test-clients")
    if dbt_command() is None:
        pytest.skip("dbt is not installed")
    where = "import importlib.metadata as m; print(m.distribution('dbt-tests-adapter').locate_file('dbt/tests'))"
    tests = subprocess.run([str(python()), "-c", where], capture_output=True, text=True, check=True).stdout.strip()
    (tmp_path / "path/dbt").mkdir(parents=True)
    (tmp_path / "path/dbt/tests").symlink_to(tests)
    (tmp_path / "suite").mkdir()
    for name, place in {"plugin.py": "conftest.py", "adapter_suite.py": "adapter_suite.py"}.items():
        (tmp_path / "suite" / place).write_text((HERE / name).read_text(encoding="utf-8"), encoding="utf-8")
    plain = ("-c", os.devnull, "--rootdir", str(tmp_path / "suite"), "-p", "no:cacheprovider", "-p", "no:xdist", "-rA")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plain, "--tb=short", f"--basetemp={tmp_path / 'made'}", "adapter_suite.py"],
        cwd=tmp_path / "suite", capture_output=True, text=True, timeout=1800, check=False,
        env={**os.environ, "CONFORMANCE_BY": "convsql", "CONFORMANCE_TREE": str(ROOT), "PYTHONPATH": str(tmp_path / "path"),
             "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"},
    )  # fmt: skip
    ended = re.findall(r"^(PASSED|FAILED|ERROR) adapter_suite\.py::(\S+)", done.stdout, re.MULTILINE)
    passed = sorted(name for how, name in ended if how == "PASSED")
    left = sorted(name for how, name in ended if how != "PASSED")
    assert left == sorted(LEFT), done.stdout[-20_000:]
    assert (len(passed), len(ended)) == (50, 58)
