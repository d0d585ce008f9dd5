"""The packages that `packages.yml` or `dependencies.yml` names: the installed convsql, folders in the project, what `dbt deps` has fetched."""

from __future__ import annotations

from pathlib import Path

from convsql.base.errors import ConvsqlError, Problems, Where
from convsql.base.installed import INSTALLED_PREFIX, PROJECT_FILE, names_installed, package_root
from convsql.base.installed import NAME as INSTALLED
from convsql.base.yaml_file import YamlMap, is_there
from convsql.base.yaml_shapes import drop_misshapen
from convsql.dbt_habits.package_lock import check_lock
from convsql.project.packages import Package, inside, package_in, rendered_map
from convsql.templates.yaml_values import StaticTemplates


def listed_packages(root: Path, templates: StaticTemplates, prefix: str = "") -> list[YamlMap]:
    """The entries of packages.yml, or of dependencies.yml, of the package in `root`. Raises ConvsqlError."""
    for file in ("packages.yml", "dependencies.yml"):
        if is_there(root / file, prefix + file):
            problems = Problems()
            listed = rendered_map(root / file, prefix + file, templates)
            drop_misshapen(listed, problems)
            problems.raise_if_any()
            return list(listed.get("packages") or [])
    return []


def other_packages(root: Path, raw: YamlMap, templates: StaticTemplates, problems: Problems) -> list[Package]:
    """The packages that the project names: the installed convsql, folders in the project, and what `dbt deps` has fetched."""
    try:
        entries = listed_packages(root, templates)
        fetched = inside(
            root, str(raw.get("packages-install-path") or "dbt_packages"), raw.where("packages-install-path")
        )
    except ConvsqlError as error:
        problems.take(error)
        return []
    found: list[Package] = []
    elsewhere: list[YamlMap] = []
    seen: set[Path] = set()
    waiting = list(entries)
    while waiting:
        entry = waiting.pop(0)
        try:
            if names_installed(entry, root, entry.where()):
                folder, prefix = package_root(), INSTALLED_PREFIX
            elif "local" in entry and _is_below(root, str(entry["local"])):
                folder = inside(root, str(entry["local"]), entry.where("local"))
                prefix = folder.relative_to(root).as_posix() + "/"
            else:
                elsewhere.append(entry)
                continue
            if not is_there(folder / PROJECT_FILE, prefix + PROJECT_FILE):
                raise ConvsqlError(f"no {PROJECT_FILE} in '{entry['local']}'", entry.where("local"))
            if folder not in seen:
                found.append(package_in(folder, prefix, templates, problems))
                seen.add(folder)
                waiting += listed_packages(folder, templates, prefix)  # as under dbt, told from the project's folder
        except ConvsqlError as error:
            problems.take(error)
    check_lock(root, fetched, entries, problems)
    if elsewhere:
        found += _fetched(root, fetched, elsewhere, {p.name for p in found}, templates, problems)
    return found


def _is_below(root: Path, folder: str) -> bool:
    return "\0" in folder or root in (root / folder).resolve().parents


def _fetched(
    root: Path, folder: Path, entries: list[YamlMap], known: set[str], templates: StaticTemplates, problems: Problems
) -> list[Package]:
    """The packages in `dbt_packages/`, as many as were asked for; one that lies in the project is read where it lies."""
    names = sorted(p.name for p in folder.iterdir() if (p / PROJECT_FILE).is_file()) if folder.is_dir() else []
    found: list[Package] = []
    for name in names:
        try:
            within = inside(root, (folder / name).relative_to(root).as_posix(), Where(PROJECT_FILE))
            package = package_in(within, f"{folder.relative_to(root).as_posix()}/{name}/", templates, problems)
            if package.name not in known and package.name != INSTALLED:
                found.append(package)
        except ConvsqlError as error:
            problems.take(error)
    for entry in entries:
        hub = str(entry.get("package") or "").rpartition("/")[2]
        if hub in names or (not hub and len(found) >= len(entries)):
            continue
        said = next(
            (str(entry[key]) for key in ("package", "git", "local", "tarball", "private") if key in entry), "it"
        )
        is_far = "package" in entry or ("://" in said and not said.startswith("file://")) or said.startswith("git@")
        command = "dbt deps" if is_far else "convsql deps"
        problems.add(
            f"package '{said}' is not in {folder.name}/", entry.where(), f"run `{command}`, which brings it there"
        )
    return found
