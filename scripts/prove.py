"""Compares a whole project on DuckDB and on another engine, and records the run in docs/proven.json and docs/proven.md.

`python scripts/prove.py postgres`                     the demo, on a server that is begun for it
`python scripts/prove.py spark`                        the same by Spark Connect: a quarter of an hour
`python scripts/prove.py postgres filled`              the demo with what it leaves empty filled in, so that every table has rows
`python scripts/prove.py spark bpi2012_sample`         a shared data set, where it is on this machine

What runs is `convsql verify` in a copy of the package, with the engines' servers of the tests; a run that differs is not recorded, and
its exit code is 1. Spark's server gets 6 GB, since it plans four models at once; the end of its log stays in target/spark_server.log.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.models.shared_data.conftest import copy_project  # noqa: E402
from tests.postgres import project as postgres_project  # noqa: E402
from tests.spark import project as spark_project  # noqa: E402
from tests.spec.reference.shared import SHARED  # noqa: E402
from tests.support import postgres_server, spark_server  # noqa: E402
from tests.support.demo import copy_package  # noqa: E402
from tests.verification.filled import write_filled  # noqa: E402

DEMO = "the demo, seed 7"
FILLED = "filled"
NAMES = {FILLED: "the demo, seed 7, every table filled"}
TARGETS = {"postgres": "pg", "spark": "spark"}


@contextmanager
def output(engine: str) -> Iterator[str]:
    """A server of an engine, as a target of profiles.yml."""
    if engine == "spark":
        for server in spark_server.running(memory="6g"):
            try:
                yield spark_project.OUTPUT.format(url=server.url)
            finally:
                (ROOT / "target").mkdir(exist_ok=True)
                (ROOT / "target" / "spark_server.log").write_text(server.log(), encoding="utf-8")
    else:
        for begun in postgres_server.running():
            database = postgres_project.Database.create(begun.port, "proven")
            os.environ["DBT_ENV_SECRET_PG_PASSWORD"] = postgres_server.PASSWORD
            yield postgres_project.OUTPUT.format(port=database.port, name=database.name)


def project(folder: Path, data: str) -> None:
    """The package in a folder, over the demo's year, the same with every table filled, or a shared data set."""
    if data == FILLED:
        write_filled(folder)
        return
    if data == DEMO:
        from convsql.demo import write_demo

        copy_package(folder)
        write_demo(folder / "demo" / "raw")
        return
    copy_project(folder, SHARED / data)
    variables = folder / "vars.yml"
    variables.write_text(variables.read_text(encoding="utf-8") + f"\nraw_path: {SHARED / data}\n", encoding="utf-8")


def main(engine: str, data: str = DEMO) -> int:
    """Compare, and record what was equal; the exit code."""
    with tempfile.TemporaryDirectory(prefix="convsql_proving_") as name, output(engine) as target:
        folder = Path(name)
        project(folder, data)
        profiles = folder / "profiles.yml"
        profiles.write_text(profiles.read_text(encoding="utf-8").rstrip("\n") + "\n" + target, encoding="utf-8")
        command = [sys.executable, "-m", "convsql", "verify", "--target", "dev", "--against", TARGETS[engine]]
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        done = subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": path}, check=False)
        if done.returncode == 0:
            written = [
                str(ROOT / "scripts/write_proven.py"),
                str(folder / "target/verified.json"),
                NAMES.get(data, data),
            ]
            subprocess.run([sys.executable, *written], check=True)
        return done.returncode


if __name__ == "__main__":
    if sys.argv[1:2] not in ([engine] for engine in TARGETS):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:3]))
