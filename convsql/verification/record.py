"""`target/verified.json`: what was compared, of which engines, and what came of it. Without names of machines, paths and rows."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Any

from convsql import __version__
from convsql.base.json_values import plain
from convsql.compiling.project import Compiled
from convsql.dialects import layer_version
from convsql.verification.rows import TOLERANCE
from convsql.verification.verify import Verified

FILE_NAME = "verified.json"


def record(
    verified: Verified, select: Sequence[str], exclude: Sequence[str], was_built: bool, whole: bool = False
) -> dict[str, Any]:
    """The content of the file."""
    compiled = verified.here
    return {
        "convsql_version": __version__,
        "dialect_layer": layer_version(),
        "verified_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "command": _command(verified, select, exclude, was_built, whole),
        "project": compiled.project.name,
        "as_of": plain(compiled.project.vars_for(compiled.project.name).get("as_of")),
        "here": _side(verified.here, verified.version_here),
        "there": _side(verified.there, verified.version_there),
        "tolerance_of_doubles": TOLERANCE,
        "select": list(select),
        "exclude": list(exclude),
        "relations": [relation.to_json() for relation in verified.relations],
    }


def _side(compiled: Compiled, version: str) -> dict[str, Any]:
    return {"target": compiled.target.name, "engine": compiled.target.type, "version": short_version(version)}


def short_version(version: str) -> str:
    """The number alone: what stands behind it are compilers and machines."""
    number = re.search(r"\d+(?:\.\d+)+", version)
    return number[0] if number else version.split()[0]


def _command(verified: Verified, select: Sequence[str], exclude: Sequence[str], was_built: bool, whole: bool) -> str:
    words = ["convsql verify", "--target", verified.here.target.name]
    words += ["--whole"] if whole else ["--against", verified.there.target.name]
    for option, given in (("--select", select), ("--exclude", exclude)):
        words += [option, *given] if given else []
    return " ".join(words if was_built else [*words, "--no-build"])
