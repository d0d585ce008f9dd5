"""How a session of Spark is opened: in this process, or of a server; and what it is set to, whatever the server says.

One stays open until the process ends or another target is asked for: beginning one takes seconds.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import signal
import threading
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from convsql.base.errors import ConvsqlError, Where
from convsql.base.installed import require
from convsql.base.quoting import STATE_SCHEMA
from convsql.engines.session import EngineError
from convsql.engines.spark import SparkSession
from convsql.engines.spark_catalogue import PARTITIONS, Catalogue, mark
from convsql.engines.spark_faults import NO_JAVA, NO_PYSPARK, first_line, opening_error
from convsql.engines.spark_lock import Lock

# What numbers depend on: the same in every session, and kept with every view that is made.
SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.caseSensitive": "false",
    "spark.sql.storeAssignmentPolicy": "ANSI",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",  # else sums and products of decimals lose places in silence
    "spark.sql.cteRecursionLevelLimit": "-1",  # a recursion goes as far as it must
    "spark.sql.cteRecursionRowLimit": "-1",
    "spark.sql.constraintPropagation.enabled": "false",  # minutes for a wide query, and nothing gained
}
# What a session in this process is begun with; a target's `config` may say otherwise.
_OF_PROCESS = {
    "spark.app.name": "convsql",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.catalogImplementation": "hive",  # so that what is built is there for the next session
    "spark.sql.legacy.createHiveTableByDefault": "false",
    "spark.hadoop.fs.permissions.umask-mode": "022",
}
_METASTORE = "metastore_db"
_LOG = "spark.log"
_RETRIES = 8  # of a call to a server that does not answer: some ten seconds
_HELD = ("Another instance of Derby", "XSDB6")
_open: dict[str, Any] = {}  # the keys that a session was begun with, as JSON → the session


def open_spark(keys: Mapping[str, Any], environment: str | None = None) -> SparkSession | None:
    """A session of the Spark that a target names: for reading, or as the one that builds `environment`; None when there is nothing to read.

    Raises LockHeld naming who builds, ConvsqlError when Spark can't be begun or reached.
    """
    is_remote = keys["method"] == "connect"
    if environment is None and not is_remote and not Path(keys["warehouse"]).is_dir():
        return None
    spark = _session(keys)
    catalogue = Catalogue(spark, str(keys["place"]), is_remote)
    _set(catalogue, keys)
    if not is_remote and PARTITIONS not in keys["config"]:  # a server's own are its administrator's
        catalogue.grow(_bytes_below(Path(keys["warehouse"])))
    if environment is None:
        return SparkSession(catalogue)
    try:
        catalogue.create_schema(STATE_SCHEMA)
        lock = Lock(catalogue)
        try:
            return SparkSession(catalogue, lock)
        except BaseException:
            lock.release()
            raise
    except EngineError as error:
        raise ConvsqlError(f"{keys['place']} can't be built in: {error.message}", Where("profiles.yml")) from None


def _session(keys: Mapping[str, Any]) -> Any:
    known = json.dumps(keys, sort_keys=True)
    if known in _open:
        if _answers(_open[known]):
            return _open[known]
        end_sessions()
    if any(json.loads(other)["method"] == "session" for other in _open) or keys["method"] == "session":
        end_sessions()  # one of this process, or several of servers: Spark takes no others
    with _quiet():
        try:
            import pyspark
        except ImportError:
            raise NO_PYSPARK from None
        require("pyspark", pyspark.__version__, "4.1")  # recursion came with it
        try:
            spark = _remote(keys) if keys["method"] == "connect" else _local(keys)
        except ConvsqlError:
            raise
        except Exception as error:
            raise opening_error(error, str(keys["place"])) from None
    if not _open:
        atexit.register(end_sessions)
    _open[known] = spark
    return spark


def _bytes_below(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*.parquet") if file.is_file())


def _answers(spark: Any) -> bool:
    try:
        return bool(spark.sql("select 1").collect())
    except Exception:
        return False


def end_sessions() -> None:
    """End the sessions of this process; the next that is opened begins anew."""
    for key in list(_open):
        with contextlib.suppress(Exception):
            _open.pop(key).stop()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """What Spark warns of and logs while it begins is for nobody here, and Ctrl-C stays convsql's own affair."""
    from logging import getLogger

    is_main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGINT) if is_main else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger", "pyspark.sql.connect.logging"):
            getLogger(name).disabled = True  # errors are said once, by convsql
        if is_main and before is not None:
            signal.signal(signal.SIGINT, before)


def _remote(keys: Mapping[str, Any]) -> Any:
    from pyspark.sql import SparkSession as Session

    url = str(keys["url"])
    if variable := keys.get("token"):
        if variable not in os.environ:
            raise ConvsqlError(
                f"environment variable '{variable}' is not set", Where("profiles.yml"), "it holds the token"
            )
        url = f"{url.rstrip(';')}{'' if '/;' in url else '/'};token={os.environ[variable]}".replace("//;", "/;")
    spark = Session.builder.remote(url).create()
    from pyspark.sql.connect.client.retries import DefaultPolicy

    # Of itself a client asks a server that is gone for ten minutes, and once more when the process ends.
    spark.client.set_retry_policies(
        [DefaultPolicy(max_retries=_RETRIES, max_backoff=2_000, min_jitter_threshold=2_000)]
    )
    spark.sql("select 1").collect()
    return spark


def _local(keys: Mapping[str, Any]) -> Any:
    java = Path(os.environ["JAVA_HOME"]) / "bin" / "java" if os.environ.get("JAVA_HOME") else None
    if not (java and java.is_file()) and shutil.which("java") is None:
        raise NO_JAVA
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession as Session

    warehouse = Path(keys["warehouse"])
    warehouse.mkdir(parents=True, exist_ok=True)
    settings = {
        **_OF_PROCESS,
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={warehouse / _METASTORE};create=true",
        **keys["config"],
        "spark.sql.warehouse.dir": str(warehouse),
        "spark.master": str(keys.get("master", "local[*]")),
    }
    options = f"-Duser.timezone=UTC -Dderby.stream.error.file={warehouse / 'derby.log'} {settings.get('spark.driver.extraJavaOptions', '')}"
    settings["spark.driver.extraJavaOptions"] = options.strip()
    conf = SparkConf(loadDefaults=False)
    for name, value in {**settings, **SETTINGS}.items():
        conf.set(name, str(value))
    log = warehouse / _LOG
    if SparkContext._gateway is None:
        with open(log, "ab") as file:
            launch: Any = launch_gateway
            gateway = launch(conf, {"stdout": file, "stderr": file})
    else:
        gateway = SparkContext._gateway  # a second target in one process is begun in the same Java
    spark = Session(SparkContext(conf=conf, gateway=gateway))
    try:
        spark.sql("show schemas").collect()
    except Exception as error:
        spark.stop()
        if any(words in str(error) for words in _HELD) or any(words in _tail(log) for words in _HELD):
            from convsql.base.errors import LockHeld

            raise LockHeld(
                f"{warehouse} is in use: another process has its catalogue open",
                hint="wait until it has ended, then run again; several at once need a metastore or Spark Connect (docs/spark.md)",
            ) from None
        raise
    return spark


def _tail(log: Path) -> str:
    try:
        return log.read_bytes()[-20_000:].decode(errors="replace")
    except OSError:
        return ""


def _set(catalogue: Catalogue, keys: Mapping[str, Any]) -> None:
    """Set a session to what numbers depend on. Raises ConvsqlError where a server does not let it."""
    settings = dict(SETTINGS)
    if catalogue.is_remote:
        settings.update(keys["config"])
    for name, value in settings.items():
        try:
            catalogue.spark.conf.set(name, value)
        except Exception as error:
            raise ConvsqlError(
                f"Spark at {keys['place']} does not take the setting {name}: {first_line(error)}", Where("profiles.yml")
            ) from None
    if chosen := keys.get("catalog"):
        try:
            catalogue.run(f"set catalog {mark(str(chosen))}")
        except EngineError as error:
            raise ConvsqlError(f"catalog '{chosen}': {error.message}", Where("profiles.yml")) from None
