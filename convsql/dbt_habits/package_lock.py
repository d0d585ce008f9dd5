"""`package-lock.yml`, which `dbt deps` writes, held against what the project asks for and what is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from convsql.base.errors import Problems
from convsql.base.installed import NAME as INSTALLED
from convsql.base.installed import PROJECT_FILE
from convsql.base.yaml_file import YamlMap, is_there, read_yaml_map

FILE_NAME = "package-lock.yml"


def check_lock(root: Path, fetched: Path, entries: list[YamlMap], problems: Problems) -> None:
    """Note what the lock names and `dbt_packages/` lacks, packages of packages included, and where the lock is older than what is asked for."""
    if not is_there(root / FILE_NAME, FILE_NAME):
        return
    lock = read_yaml_map(root / FILE_NAME, FILE_NAME)
    asked_for = {str(e.get("package")).lower() for e in entries}
    locked = [e for e in lock.get("packages") or [] if isinstance(e, YamlMap)]
    for entry in locked:
        name = _name(entry)
        of_packages = "package" in entry and str(entry["package"]).lower() not in asked_for and name != INSTALLED
        if of_packages and not (fetched / name / PROJECT_FILE).is_file():
            problems.add(
                f"package '{name}' of {FILE_NAME} is not in {fetched.name}/",
                entry.where(),
                "run `dbt deps`, which brings it there",
            )
    known = {str(e.get("package")).lower(): _version(e.get("version")) for e in locked if "package" in e}
    for entry in entries:
        if "package" not in entry:
            continue
        asked, has = _version(entry.get("version")), known.get(str(entry["package"]).lower())
        if has is None or (asked[:1].isdigit() and asked != has):
            what = f"has version {has}" if has else "does not have it"
            problems.add(
                f"package '{entry['package']}' is asked for{f' in version {asked}' if asked else ''}, and {FILE_NAME} {what}",
                entry.where(),
                "run `dbt deps`, which brings what is asked for",
            )


def _name(entry: YamlMap) -> str:
    return str(entry.get("name") or str(entry.get("package")).rpartition("/")[2])


def _version(said: Any) -> str:
    """An exact version as text; of a range, or of several, nothing that could be compared."""
    if isinstance(said, list):
        return _version(said[0]) if len(said) == 1 else ""
    return str(said or "").strip().removeprefix("=").strip()
