"""The files of a git repository on this machine as of a revision. It is only read, object by object; nothing of it runs."""

from __future__ import annotations

from pathlib import Path

from convsql.base.errors import ConvsqlError
from convsql.base.git import full_hash
from convsql.base.yaml_file import YamlMap
from convsql.diff.base_files import blobs_of, write_blobs


def check_out(source: Path, revision: str, subdirectory: str, there: Path, entry: YamlMap) -> None:
    """Write the files of `source` at `revision`, or of a folder of it, below `there`, which is made. Raises ConvsqlError."""
    where = entry.where("git")
    if not (source / ".git").exists():
        raise ConvsqlError(f"no repository with a work tree in '{entry['git']}'", where, "run `dbt deps`")
    try:
        tree = f"{full_hash(source, revision)}:{subdirectory.strip('/')}"
        blobs = blobs_of(source, tree, revision, ())
        there.mkdir()
        write_blobs(source, blobs, there)
    except ConvsqlError as error:
        raise ConvsqlError(f"'{entry['git']}': {error.reason}", where, error.hint) from None
