"""A file is written whole, or it stays as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from convsql.base.whole_file import write_whole


def test_the_folder_is_made_and_an_older_file_replaced(tmp_path: Path) -> None:
    file = tmp_path / "one" / "two" / "file.json"
    for content in (b"a longer content", b"short"):
        write_whole(file, content)
        assert file.read_bytes() == content
    assert os.listdir(file.parent) == [file.name]


def test_a_reader_who_has_the_old_file_open_reads_it_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write_whole(file, b"old" * 9)
    with file.open("rb") as reader:
        begun = reader.read(3)
        write_whole(file, b"new")
        assert begun + reader.read() == b"old" * 9


def test_where_it_fails_the_old_file_stays_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    write_whole(file, b"old")

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="no space"):
        write_whole(file, b"new")
    assert file.read_bytes() == b"old"
    assert os.listdir(tmp_path) == [file.name]
