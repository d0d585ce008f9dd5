"""One local Spark session for a test process; where PySpark or Java is missing, the tests that ask for it say so and are skipped."""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from convsql.dialects.spark import NEEDS

SETTINGS = {
    **NEEDS,
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "3g",
    "spark.sql.shuffle.partitions": "3",
    "spark.driver.extraJavaOptions": "-Duser.timezone=UTC",
    "spark.log.level": "OFF",
}


@cache
def spark_session() -> Any:
    """A session in UTC and ANSI mode, on `local[CONVSQL_SPARK_CORES]` (2)."""
    sql = pytest.importorskip("pyspark.sql", reason="PySpark is not installed: pip install 'convsql[spark]'")
    if not os.environ.get("JAVA_HOME") and shutil.which("java") is None:
        pytest.skip("Java is not installed: PySpark needs Java 17 or later")
    folder = Path(tempfile.mkdtemp(prefix="convsql_spark_"))
    builder = sql.SparkSession.builder.appName("convsql").master(f"local[{os.environ.get('CONVSQL_SPARK_CORES', '2')}]")
    for name, value in {**SETTINGS, "spark.sql.warehouse.dir": str(folder / "warehouse")}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session
