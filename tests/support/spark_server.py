"""A Spark Connect server of the tests' own, on a free port: many real sessions of one catalogue. Thrown away afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

CLASS = "org.apache.spark.sql.connect.service.SparkConnectServer"


def why_not() -> str:
    """Why Spark can't be run here; empty where it can."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "pyspark is not installed: pip install 'convsql[spark]'"
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        return "there is no Java (17 or later), which Spark needs"
    return ""


def needs_spark() -> None:
    """Skip the test, with the reason, where Spark can't be run."""
    if reason := why_not():
        pytest.skip(reason)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def running(master: str = "local[2]", memory: str = "2g") -> Iterator[SparkServer]:
    """A server as a fixture gives it; the test is skipped where none can be had."""
    needs_spark()
    server = SparkServer(master, memory)
    try:
        yield server
    finally:
        server.stop()


class SparkServer:
    """A running server, whose catalogue is in its memory. `stop` ends it and deletes its data."""

    def __init__(self, master: str, memory: str) -> None:
        import pyspark

        self.folder = Path(tempfile.mkdtemp(prefix="convsql_spark_"))
        self.port = _free_port()
        home = Path(pyspark.__file__).parent
        settings = {
            "spark.connect.grpc.binding.port": self.port,
            "spark.connect.grpc.binding.address": "127.0.0.1",
            "spark.sql.shuffle.partitions": 4,  # Spark's own 200 are for more rows than tests have
            "spark.sql.warehouse.dir": self.folder / "warehouse",
            "spark.local.dir": self.folder / "local",
            "spark.ui.enabled": "false",
            "spark.log.level": "ERROR",
            "spark.driver.memory": memory,
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.master": master,
        }
        given = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
        with open(self.folder / "log", "wb") as log:
            self._process = subprocess.Popen(
                [home / "bin" / "spark-submit", "--class", CLASS, "--name", "tests", *given, "spark-internal"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, start_new_session=True,
                env={**os.environ, "SPARK_HOME": str(home), "SPARK_CONNECT_MODE": "0"},
            )  # fmt: skip
        until = time.monotonic() + 120
        while not self._listens():
            assert self._process.poll() is None and time.monotonic() < until, self.log()
            time.sleep(0.2)

    def _listens(self) -> bool:
        with socket.socket() as asked:
            return asked.connect_ex(("127.0.0.1", self.port)) == 0

    @property
    def url(self) -> str:
        return f"sc://127.0.0.1:{self.port}"

    def log(self) -> str:
        """What it said last."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)
