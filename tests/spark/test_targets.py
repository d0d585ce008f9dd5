"""The target's keys: what is read, what is refused, and what is said where Spark is missing. No Spark is needed here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from convsql.base.errors import ConvsqlError
from convsql.dbt_habits.habits import load_project
from convsql.engines import spark_opening
from convsql.project.profiles import Target, load_target
from tests.support import PROFILES, Folder

KEYS = "    spark: {{type: spark, {}}}\n"


def target(tmp_path: Path, keys: str) -> Target:
    project = Folder(tmp_path, {"profiles.yml": PROFILES + KEYS.format(keys)})
    return load_target(load_project(project.root), None, "spark")


def refused(tmp_path: Path, keys: str) -> str:
    with pytest.raises(ConvsqlError) as error:
        target(tmp_path, keys)
    return str(error.value)


def test_a_session_of_this_process_keeps_its_tables_below_the_project(tmp_path: Path) -> None:
    found = target(
        tmp_path, "schema: marts, master: 'local[2]', config: {spark.driver.memory: 3g, spark.speculation: true}"
    )
    assert found.connection["method"] == "session"
    assert found.connection["warehouse"] == str(tmp_path.resolve() / "spark-warehouse") == found.place
    assert found.connection["config"] == {"spark.driver.memory": "3g", "spark.speculation": "true"}
    assert (found.type, found.schema, found.path) == ("spark", "marts", "")


def test_a_server_is_named_by_its_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_ENV_SECRET_SPARK_TOKEN", "a-secret-token")
    keys = (
        "schema: marts, method: connect, url: 'sc://spark.example.com:443/;use_ssl=true', server_side_parameters: {a.b: 1},"
        " token: \"{{{{ env_var('DBT_ENV_SECRET_SPARK_TOKEN') }}}}\""
    )
    found = target(tmp_path, keys.replace("{{{{", "{{").replace("}}}}", "}}"))
    assert found.place == "sc://spark.example.com:443/;use_ssl=true"
    assert found.connection["token"] == "DBT_ENV_SECRET_SPARK_TOKEN"
    assert found.connection["config"] == {"a.b": "1"}
    assert "a-secret-token" not in repr(found)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("method: session", "target 'spark' has no 'schema'"),
        ("schema: marts, method: thrift", "method 'thrift' of target 'spark' is not known"),
        ("schema: marts, method: connect", "target 'spark' has no 'url'"),
        ("schema: marts, method: connect, url: 'https://x'", "'url' is no address of Spark Connect"),
        ("schema: marts, method: connect, url: 'sc://x:443/;token=abc'", "'url' holds a token"),
        ("schema: marts, url: 'sc://x:443'", "'url' is a key of method: connect"),
        ("schema: marts, method: connect, url: 'sc://x', warehouse: w", "'warehouse' is a key of method: session"),
        ("schema: marts, token: abc, method: connect, url: 'sc://x'", "'token' is not a secret of the environment"),
        ("schema: Marts", "schema 'Marts' is not one that every catalogue keeps as it is written"),
        ("schema: _convsql", "schema '_convsql' is convsql's own"),
        ("schema: marts, config: {spark.sql.ansi.enabled: false}", "setting 'spark.sql.ansi.enabled' is convsql's own"),
        ("schema: marts, config: [a]", "'config' must be a mapping"),
        ("schema: marts, mastr: x", "unknown key 'mastr' in target 'spark'"),
        ("schema: marts, master: ' '", "'master' must be a text that is not blank"),
    ],
)
def test_what_is_no_target_is_refused_at_its_line(tmp_path: Path, keys: str, said: str) -> None:
    error = refused(tmp_path, keys)
    assert said in error
    assert "profiles.yml:5" in error
    assert "abc" not in error or "token: abc" in keys


def test_without_pyspark_the_command_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = target(tmp_path, "schema: marts")
    (tmp_path / "spark-warehouse").mkdir()
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(ConvsqlError, match="needs pyspark, which is not installed") as error:
        spark_opening.open_spark(found.connection)
    assert "pip install 'pyspark[connect]>=4.1,<5'" in error.value.hint


def test_without_java_the_command_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = target(tmp_path, "schema: marts")
    (tmp_path / "spark-warehouse").mkdir()

    class Installed:
        __version__ = "4.1.0"

    monkeypatch.setitem(sys.modules, "pyspark", Installed())  # type: ignore[arg-type]
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(ConvsqlError, match="needs Java 17 or later"):
        spark_opening.open_spark(found.connection)


def test_where_nothing_was_built_nothing_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def session(keys: Any) -> Any:
        raise AssertionError("Spark was begun")

    monkeypatch.setattr(spark_opening, "_session", session)
    assert spark_opening.open_spark(target(tmp_path, "schema: marts").connection) is None
