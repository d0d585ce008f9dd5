"""`convsql metrics check`: every rule over every version, the meanings of unchanged projects from a cache."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from convsql.base.errors import Where
from convsql.base.sealed_json import read_sealed, write_sealed
from convsql.change_control import rules
from convsql.change_control.difference import changes
from convsql.change_control.lock import FILE_NAME, Locked, read_lock
from convsql.change_control.log import last_events
from convsql.change_control.rules import Finding
from convsql.compiling.cache import digest
from convsql.compiling.code_version import code_version
from convsql.compiling.project import Compiled
from convsql.definitions.leaks import LEAK_HINT
from convsql.definitions.versions import Defined, cohorts_of, defined
from convsql.project.files import read_project_files

CACHE = "metrics_cache.json"


@dataclass(slots=True)
class Checked:
    """The result of a check: broken rules, and what is worth a note and breaks none."""

    versions: list[Defined]
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Workshop:
    """Meanings and leaks of one compiled project; what was worked out before comes from `target/`."""

    def __init__(self, compiled: Compiled, use_cache: bool = True) -> None:
        self.compiled = compiled
        self._meanings: Any = None
        self._file = compiled.project.target_dir / CACHE
        self._key = _cache_key(compiled)
        self._version = f"{code_version()} {self._key}"
        self._known: dict[str, Any] = _read_cache(self._file, self._version) if use_cache else {}
        self._changed = False

    @property
    def meanings(self) -> Any:
        """The `Meanings` of the project, made when first needed: they take a second."""
        if self._meanings is None:
            from convsql.change_control.meaning import Meanings

            self._meanings = Meanings(self.compiled)
        return self._meanings

    def digest(self, one: Defined, grains: list[str], dimensions: list[str]) -> str:
        """The digest of a version's meaning, cut by these cohorts."""
        key = json.dumps(["meaning", one.key, grains, dimensions])
        if key not in self._known:
            self._keep(key, self.meanings.of(one, grains, dimensions).digest)
        return str(self._known[key])

    def meaning(self, one: Defined, grains: list[str], dimensions: list[str]) -> Any:
        """A version's `Meaning` with its parts, for locking and for explaining a change."""
        found = self.meanings.of(one, grains, dimensions, with_parts=True)
        self._keep(json.dumps(["meaning", one.key, grains, dimensions]), found.digest)
        return found

    def leaks(self, one: Defined) -> list[tuple[str, int, str]]:
        """Leaks of a version: path and line of the place to mend, and what leaks."""
        key = json.dumps(["leaks", one.key])
        if key not in self._known:
            from convsql.change_control.leakage import Leakage

            self._keep(key, [[f.where.path, f.where.line, str(f.leak)] for f in Leakage(self.meanings).of(one)])
        return [(str(p), int(n), str(t)) for p, n, t in self._known[key]]

    def claims(self, one: Defined) -> list[tuple[str, int, str]]:
        """Columns that say they are known early and are not; one version stands for all."""
        key = json.dumps(["claims"])
        if key not in self._known:
            from convsql.change_control.leakage import Leakage

            found = Leakage(self.meanings).of_claims(one)
            self._keep(key, [[f.where.path, f.where.line, str(f.leak)] for f in found])
        return [(str(p), int(n), str(t)) for p, n, t in self._known[key]]

    def _keep(self, key: str, value: Any) -> None:
        self._known[key] = value
        self._changed = True

    def save(self) -> None:
        """Write the cache; a folder that can't be written is no error."""
        if self._changed and _cache_key(self.compiled) == self._key:  # else a file changed while it was worked out
            write_sealed(self._file, self._version, {"known": self._known})


def _read_cache(file: Path, version: str) -> dict[str, Any]:
    known = (read_sealed(file, version) or {}).get("known")
    return known if isinstance(known, dict) else {}


def _cache_key(compiled: Compiled) -> str:
    """What meanings rest on: the project's files, variables and columns, and convsql's own code."""
    project = compiled.project
    files = [(f.shown, f.digest) for f in read_project_files(project) if f.role != "test"]
    variables = {p.name: project.vars_for(p.name) for p in project.packages}
    environment = sorted((k, v) for k, v in project.templates.variables.read.items())
    return digest(str(project.root), files, variables, environment, compiled.columns)


def check(compiled: Compiled, workshop: Workshop, today: date, only: set[str] | None = None) -> Checked:
    """Check the definitions of a project against the rules and the lock; `only`: versions, by key.

    Raises ConvsqlError for a lock file that can't be read.
    """
    known = defined(compiled.project)
    locked = read_lock(compiled.project.root)
    result = Checked(known)
    found = rules.of_definitions(known, today)
    if locked or any(last_events(compiled) or ()):
        found += rules.of_lock(known, locked)
    elif known:
        result.notes.append(
            "nothing was ever locked: `convsql metrics lock` records the definitions once they are agreed on"
        )
    for one in known:
        if only is not None and one.key not in only:
            continue
        if one.key in locked:
            found += _against_lock(workshop, one, locked[one.key], result.notes)
        for path, line, leak in workshop.leaks(one):
            found.append(Finding("leakage", one.key, f"{one.key} leaks: {leak}", Where(path, line), LEAK_HINT))
    if known:
        for path, line, leak in workshop.claims(known[0]):
            column = leak.split(" → ")[0]
            found.append(
                Finding(
                    "leakage",
                    "",
                    f"{column} says it is known early, yet rests on {leak}",
                    Where(path, line),
                    "mark it known_at: later, or compute it from what was known",
                )
            )
    found += _of_log(compiled, locked)
    result.findings = [f for f in found if only is None or not f.metric or f.metric in only]
    workshop.save()
    return result


def _against_lock(workshop: Workshop, one: Defined, locked: Locked, notes: list[str]) -> list[Finding]:
    meaning_holds = workshop.digest(one, locked.grains, locked.dimensions) == locked.meaning_digest
    fields = rules.changed_fields(one, locked, meaning_holds)
    grains, dimensions = cohorts_of(one.definition)
    if (added := sorted({*grains, *dimensions} - {*locked.grains, *locked.dimensions})) and meaning_holds:
        notes.append(
            f"{one.key} is cut by {', '.join(added)} too since it was locked: `convsql metrics lock {one.key}`"
        )
    if meaning_holds and not fields:
        return []
    if not locked.is_released:
        notes.append(f"draft {one.key} changed since it was locked")
        return []
    new = f"make it version {_next_version(workshop, one)} and leave {one.key} as it was"
    relock = f"convsql metrics lock {one.key} --reason '…'"
    finding = Finding(
        "definition_changed",
        one.key,
        f"the definition of {one.key} changed",
        one.where,
        f"{new}; or {relock}",
        fields=fields,
    )
    if not meaning_holds:
        now = workshop.meaning(one, locked.grains, locked.dimensions)
        order = [n.name for n in workshop.compiled.graph.of("model")]
        finding.changes = changes(locked.parts, now.parts, order)
        finding.seeds = rules.seed_changes(locked.seeds, now.seeds)
        if not fields:
            finding.rule = "meaning_changed"
            finding.reason = f"the meaning of {one.key} changed, and its definition did not"
            finding.where = _place(workshop.compiled, finding, one)
            finding.hint = f"take it back; or see what it moves (convsql metrics diff --base <ref>), then {relock}"
    return [finding]


def _place(compiled: Compiled, finding: Finding, one: Defined) -> Where:
    """The first CTE that changed, as far as the file spells its name; else the seed, or the definition."""
    nodes = {n.name: n for n in compiled.graph.of("model", "seed")}
    for change in (c for c in finding.changes if c.model in nodes):  # a model may be gone
        node = nodes[change.model]
        name = re.compile(rf"\b{re.escape(change.cte.split('#')[0])} as\b", re.IGNORECASE)
        line = next((n for n, text in enumerate(node.raw.splitlines(), 1) if name.search(text)), node.line)
        return Where(node.path, line)
    return next((nodes[s].where for s, _, _ in finding.seeds if s in nodes), one.where)


def _next_version(workshop: Workshop, one: Defined) -> int:
    return max(d.version for d in defined(workshop.compiled.project) if d.name == one.name) + 1


def _of_log(compiled: Compiled, locked: Mapping[str, Locked]) -> list[Finding]:
    events = last_events(compiled)
    if events is None:
        return []
    found = []
    for key, lock in locked.items():
        event = events.get(key)
        if event != (lock.definition_digest, lock.meaning_digest, lock.status):
            found.append(
                Finding(
                    "lock_log",
                    key,
                    f"the seed metric_locks does not end with what {FILE_NAME} says of {key}",
                    Where(FILE_NAME),
                    f"take both files from one side of a merge, then convsql metrics lock {key}",
                )
            )
    return found
