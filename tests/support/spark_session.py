"""A local Spark session in a process of its own, for tests that compare rows; where PySpark or Java is missing they say so and are skipped.

In a process of its own, since a session in this one could not stand beside one of Spark Connect.
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest

from convsql.dialects.spark import NEEDS

T = TypeVar("T")
SETTINGS = {
    **NEEDS,
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "3g",
    "spark.sql.shuffle.partitions": "3",
    "spark.driver.extraJavaOptions": "-Duser.timezone=UTC",
    "spark.log.level": "OFF",
}


def in_spark_s_process(work: Callable[..., T], *arguments: object) -> T:
    """What a function of a module gives there, where it may ask for `spark_session`."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("PySpark is not installed: pip install 'convsql[spark]'")
    if not os.environ.get("JAVA_HOME") and shutil.which("java") is None:
        pytest.skip("Java is not installed: PySpark needs Java 17 or later")
    return _process().submit(work, *arguments).result()


@cache
def _process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=_without_a_server)


def _without_a_server() -> None:
    """A session of Spark Connect leaves in the environment that PySpark is to connect, and a process inherits it."""
    for name in [name for name in os.environ if name.startswith("SPARK_") and ("CONNECT" in name or "REMOTE" in name)]:
        del os.environ[name]


@cache
def spark_session() -> Any:
    """A session in UTC and ANSI mode, on `local[CONVSQL_SPARK_CORES]` (2)."""
    from pyspark.sql import SparkSession

    folder = Path(tempfile.mkdtemp(prefix="convsql_spark_"))
    builder = SparkSession.builder.appName("convsql").master(f"local[{os.environ.get('CONVSQL_SPARK_CORES', '2')}]")
    for name, value in {**SETTINGS, "spark.sql.warehouse.dir": str(folder / "warehouse")}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session
