"""A test that fails says its rows, and where its SQL stands."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable

import pytest

from convsql.cli.main import run
from tests.support import Folder

Make = Callable[..., Folder]


def test_a_failed_test_names_its_rows_and_its_compiled_sql(folder: Make) -> None:
    project = folder(
        {
            "models/one.sql": "select 7 as n",
            "models/one.yml": "models: [{name: one, columns: [{name: n, data_tests: [{accepted_values: {arguments: {values: [1]}}}]}]}]",
            "tests/never.sql": "select n, 'odd' as why from {{ ref('one') }}",
        }
    )
    said = project.build(code=1).err
    assert "7 | odd" in said
    paths = re.findall(r"compiled: (target/compiled/\S+)", said)
    assert len(paths) == 2
    for path in paths:
        text = (project.root / path).read_text(encoding="utf-8")
        assert '"one"' in text
        assert "{{" not in text


def test_a_model_in_error_names_its_compiled_sql(folder: Make) -> None:
    project = folder({"models/one.sql": "{{ config(materialized='table') }} select error('no') as n"})
    said = project.build(code=1).err
    (path,) = re.findall(r"compiled: (\S+)", said)
    assert "error('no')" in (project.root / path).read_text(encoding="utf-8")


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_each_model_built_is_named_and_no_color_is_obeyed(
    folder: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = folder(
        {
            "models/one.sql": "{{ config(materialized='table') }} select 1 as n",
            "models/two.sql": "select n from {{ ref('one') }}",
            "tests/never.sql": "select * from {{ ref('two') }}",
        }
    )
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("NO_COLOR", "FORCE_COLOR", "CI", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    said = {}
    for name in ("colour", "plain"):
        screen = Screen()
        with contextlib.redirect_stderr(screen):
            assert run(["build", "--full-refresh", "--project-dir", str(project.root)]) == 1
        said[name] = screen.getvalue()
        monkeypatch.setenv("NO_COLOR", "1")
    for text in said.values():
        assert re.search(r"built one +\d+\.\d\d s", text)
        assert re.search(r"built two +\d+\.\d\d s", text)
        assert "test never" in text
    colours = r"\x1b\[(?:\d+;)*3[1-7]"
    assert re.search(colours, said["colour"])
    assert not re.search(colours, said["plain"])
