"""The files of a source, as every build remembers them (in its `basis`): what is in files that came since is new, and nothing else is.

That holds of Parquet files which a pattern finds (`messages/*.parquet`): each gives the same rows whatever stands beside it, as long as the columns of
all together, and their types, are the same. Where a file is gone or another one, it is not known which rows are.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convsql.base.quoting import quote
from convsql.engines.session import Columns
from convsql.raw_files.forms import parquet_files_relation

if TYPE_CHECKING:
    from convsql.building.state import Build
    from convsql.compiling.project import Compiled


@dataclass(frozen=True, slots=True)
class Parts:
    """A source's fingerprint, its columns, and its files: path → what tells that it is the same file."""

    fingerprint: str
    columns: tuple[tuple[str, str], ...]
    files: Mapping[str, str]

    def query(self, files: Iterable[str]) -> str:
        """The rows of some of the files, with the columns that all have together."""
        listed = ", ".join(f"cast({quote(name)} as {kind}) as {quote(name)}" for name, kind in self.columns)
        return f"select {listed} from {parquet_files_relation(list(files))}"

    def since(self, before: Parts) -> list[str] | None:
        """The files that came since; None where one of those before is gone or another one, or the columns are others."""
        same = self.columns == before.columns and before.files.items() <= self.files.items()
        return [file for file in self.files if file not in before.files] if same else None


def parts_now(compiled: Compiled, fingerprints: Mapping[str, str]) -> dict[str, Parts]:
    """By unique id, the files of each source that is in parts."""
    found = {}
    for unique_id, state in compiled.sources.items():
        columns = compiled.columns.get(unique_id)
        if state.parts and columns:
            found[unique_id] = Parts(fingerprints[unique_id], _plain(columns), dict(state.parts))
    return found


def to_basis(parts: Mapping[str, Parts]) -> dict[str, dict[str, str]]:
    """What a build remembers of them."""
    return {
        unique_id: {
            "fingerprint": each.fingerprint,
            "columns": json.dumps(each.columns),
            "files": json.dumps(dict(each.files)),
        }
        for unique_id, each in parts.items()
    }


def parts_of(build: Build | None) -> dict[str, Parts]:
    """What a build remembers of its sources' files; nothing where it is written in another way."""
    found = {}
    for unique_id, kept in (build.basis if build else {}).items():
        try:
            found[unique_id] = Parts(
                kept["fingerprint"], _plain(json.loads(kept["columns"])), json.loads(kept["files"])
            )
        except (KeyError, TypeError, ValueError):
            continue
    return found


def bytes_of(files: Iterable[str]) -> int:
    """How large files are together. Raises OSError."""
    return sum(os.path.getsize(file) for file in files)


def _plain(columns: Columns) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(kind)) for name, kind in columns)
