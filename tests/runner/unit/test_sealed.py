"""What convsql reads back from `target/` is what it wrote there, or nothing."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from convsql.base.sealed_json import read_json, read_sealed, write_sealed
from convsql.report.memory import news_since


@pytest.mark.parametrize("content", [{"a": 1}, {"": []}, {"a": {"b": [None, "é\ud800", 1.5]}}])
def test_it_comes_back(content: dict[str, Any], tmp_path: Path) -> None:
    write_sealed(tmp_path / "f", "1", content)
    found = read_sealed(tmp_path / "f", "1")
    assert found is not None
    assert {k: v for k, v in found.items() if k != "seal"} == content


def test_another_version_reads_nothing(tmp_path: Path) -> None:
    write_sealed(tmp_path / "f", "1", {"a": 1})
    assert read_sealed(tmp_path / "f", "2") is None


def test_no_byte_can_be_another_one(tmp_path: Path) -> None:
    file = tmp_path / "f"
    write_sealed(file, "1", {"a": [1, "x"]})
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert read_sealed(file, "1") is None
        file.write_bytes(whole[:place])
        assert read_sealed(file, "1") is None


def test_what_would_come_back_as_something_other_is_not_written(tmp_path: Path) -> None:
    write_sealed(tmp_path / "f", "1", {"a": object()})
    assert not (tmp_path / "f").exists()
    write_sealed(tmp_path / "f", "1", {"a": date(2026, 1, 1)})
    assert (read_sealed(tmp_path / "f", "1") or {})["a"] == "2026-01-01"


@pytest.mark.parametrize("content", [b"", b"[]", b"7", b"\xff", b"{", b"[" * 200_000, b'"x"'])
def test_a_file_of_another_shape_is_none(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(content)
    assert read_json(tmp_path / "f") is None


def test_a_pipe_is_none(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "f")
    assert read_json(tmp_path / "f") is None
    assert read_sealed(tmp_path / "f", "1") is None


@pytest.mark.parametrize("seen", ["7", "[]", '"x"', '"2026-01-01T00:00:00+02:00"', "null", "{}"])
def test_a_report_remembers_a_time_or_nothing(seen: str, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text(f'{{"definitions_seen_to": {seen}}}')
    assert news_since(None, tmp_path / "report.json") is None
