"""Where the installed convsql came from, as a new project may say it: by its name alone an index could answer with anybody's package."""

from __future__ import annotations

import json
import re
from importlib import metadata
from urllib.parse import urlsplit, urlunsplit

from convsql import __version__
from convsql.base.installed import NAME

VARIABLE = "CONVSQL_WHEEL"
WHEEL = f"{NAME}-{__version__}-py3-none-any.whl"
_PUBLIC = ("https", "ssh")
_COMMIT = re.compile(r"[0-9a-f]{40,64}")


def requirement() -> str:
    """The line of requirements.txt: the repository and commit, or the wheel's address, that convsql was installed from.

    Otherwise (a wheel on this machine, a checkout, an index) the variable CONVSQL_WHEEL, which pip replaces by its value: a
    path of this machine is no one else's.
    """
    return requirement_of(_direct_url())


def requirement_of(text: str) -> str:
    """The same for the text of a `direct_url.json` (PEP 610), empty where there is none."""
    try:
        origin = json.loads(text or "{}")
        address = _public(str(origin["url"]))
        repository, archive = origin.get("vcs_info"), origin.get("archive_info")
        if repository and repository["vcs"] == "git" and _COMMIT.fullmatch(repository["commit_id"]):
            return f"{NAME} @ git+{address}@{repository['commit_id']}"
        digest = ((archive or {}).get("hashes") or {}).get("sha256", "")
        if archive is not None and address.startswith("https://") and _COMMIT.fullmatch(digest):
            return f"{NAME} @ {address}#sha256={digest}"
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    return f"${{{VARIABLE}}}"


def is_named() -> bool:
    """Whether the line says where convsql comes from, so that no variable is needed."""
    return VARIABLE not in requirement()


def _public(address: str) -> str:
    """An address without the user and password, query and fragment it may hold. Raises ValueError for one of this machine."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme not in _PUBLIC or host in ("", "localhost") or not re.fullmatch(r"[\w.:/~+-]*", parts.path):
        raise ValueError(address)
    user = "git@" if parts.scheme == "ssh" else ""
    return urlunsplit((parts.scheme, f"{user}{host}" + (f":{parts.port}" if parts.port else ""), parts.path, "", ""))


def _direct_url() -> str:
    try:
        return metadata.distribution(NAME).read_text("direct_url.json") or ""
    except (metadata.PackageNotFoundError, OSError):
        return ""
