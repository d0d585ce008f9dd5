"""A tiny project that is built in Spark, and its catalogue as other tools see it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support import PROFILES, Folder

OUTPUT = """\
    spark:
      type: spark
      method: connect
      url: {url}
      schema: marts
"""
IN_PROCESS = """\
    spark:
      type: spark
      method: session
      master: {master}
      warehouse: {warehouse}
      schema: marts
      config: {{spark.driver.memory: 2g, spark.driver.host: 127.0.0.1, spark.driver.bindAddress: 127.0.0.1, {more}}}
"""


class Sessions:
    """What other tools ask a server: each asks in a session of its own, which is set to nothing."""

    def __init__(self, url: str) -> None:
        self.url = url

    def session(self) -> Any:
        from pyspark.sql import SparkSession

        return SparkSession.builder.remote(self.url).create()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        session = self.session()
        try:
            return [tuple(row) for row in session.sql(sql).collect()]
        finally:
            session.stop()

    def schemas(self) -> set[str]:
        return {name for (name,) in self.rows("show schemas")} - {"default"}

    def clear(self) -> None:
        session = self.session()
        for (name,) in session.sql("show schemas").collect():
            if name != "default":
                session.sql(f"drop schema if exists `{name}` cascade")
        session.stop()


class SparkFolder(Folder):
    """A project's folder whose commands go to the target `spark`."""

    def __init__(self, root: Path, sessions: Sessions, files: Mapping[str, str | bytes] | None = None) -> None:
        super().__init__(root, {"profiles.yml": PROFILES + OUTPUT.format(url=sessions.url), **(files or {})})
        self.sessions = sessions

    def run(self, command: str, *arguments: str) -> Any:
        chosen = () if "--target" in arguments else ("--target", "spark")
        return super().run(command, *arguments, *chosen)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return self.sessions.rows(sql)

    def execute(self, sql: str) -> None:
        self.sessions.rows(sql)

    def relations(self) -> set[str]:
        """The relations of data, as the protocol names them."""
        return {name for _, name, _ in self.query("show views in _convsql_data")}
