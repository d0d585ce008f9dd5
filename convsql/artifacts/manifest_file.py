"""`target/manifest.json`: written whole where the project is another one than it tells of, otherwise its metadata alone is new.

To work out a thousand models again takes longer than to plan a build of them. So the metadata, which stands first, says which compiled
project the rest is of, and what its hash is: a file that somebody edited is written whole.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from convsql.artifacts.metadata import metadata
from convsql.base.whole_file import write_changed
from convsql.compiling.project import Compiled

_BEGIN = '{"metadata": '
_MOST = 4_000  # characters of the metadata
_KEPT_AS, _REST = "CONVSQL_COMPILED", "CONVSQL_REST_SHA256"  # in its `env`, which is open to any names


def write_manifest(compiled: Compiled) -> None:
    """Write the file. Raises ConvsqlError where it can't be written, or a file of the project can't be read any more."""
    file = compiled.project.target_dir / "manifest.json"
    rest = _rest_of(file, compiled.kept_as) if compiled.kept_as else None
    if rest is None:
        from convsql.artifacts.manifest import manifest

        rest = ", " + json.dumps(manifest(compiled), default=str)[1:]
    write_changed(file, _BEGIN + json.dumps(_metadata(compiled, rest)) + rest)


def _metadata(compiled: Compiled, rest: str) -> dict[str, Any]:
    found = metadata("manifest")
    if compiled.kept_as:
        found["env"] |= {_KEPT_AS: compiled.kept_as, _REST: _hash(rest)}
    return {
        **found,
        "project_name": compiled.project.name,
        "project_id": None,
        "user_id": None,
        "adapter_type": compiled.target.type,
        "send_anonymous_usage_stats": False,
        "quoting": {"database": True, "schema": True, "identifier": True, "column": None},
    }


def _rest_of(file: Path, kept_as: str) -> str | None:
    """What follows the metadata of a file that tells of this compiled project, as it was written; else None."""
    try:
        text = file.read_bytes().decode("ascii")
        found, end = json.JSONDecoder().raw_decode(text[: len(_BEGIN) + _MOST], len(_BEGIN))
        env = found["env"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    rest = text[end:]
    is_as_written = isinstance(env, dict) and env.get(_KEPT_AS) == kept_as and env.get(_REST) == _hash(rest)
    return rest if is_as_written else None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()
