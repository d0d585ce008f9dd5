"""Rows that another translation made are never taken for rows of this one."""

from __future__ import annotations

from pathlib import Path

import pytest

from convsql.dialects import layer_version, version


@pytest.mark.parametrize("change", ["an edit", "a new file", "another sqlglot"])
def test_a_translation_that_may_be_another_one_has_another_version(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "version.py").write_text("")
    (tmp_path / "postgres.py").write_text("RULES = {}\n")
    monkeypatch.setattr(version, "__file__", str(tmp_path / "version.py"))
    before = layer_version.__wrapped__()
    assert before == layer_version.__wrapped__()
    if change == "an edit":
        (tmp_path / "postgres.py").write_text("RULES = { }\n")
    elif change == "a new file":
        (tmp_path / "spark.py").write_text("")
    else:
        monkeypatch.setattr("importlib.metadata.version", lambda _: "0.0.1")
    assert layer_version.__wrapped__() != before
