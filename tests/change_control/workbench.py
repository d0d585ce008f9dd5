"""A copy of the package with two metrics, locked, whose files a test edits; and what the check says then."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from convsql.change_control.checking import Checked, Workshop, check
from convsql.change_control.locking import LockResult, lock_versions
from convsql.compiling.project import Compiled, compile_project
from convsql.dbt_habits.habits import load_project
from convsql.definitions.versions import defined
from convsql.engines.access import access_to
from convsql.project.profiles import load_target
from tests.spec.reference.columns import INPUTS
from tests.support.root import ROOT

TODAY = date(2026, 6, 30)
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
OPPORTUNITY, WON = "opportunity@1", "won@1"
VARS = """\
vars:
  raw_path: raw
  raw_format: csv
  inputs: [lifecycle_stages, meetings, dispositions, reps]
  timezone: UTC
  conversion_metrics:
    - name: opportunity
      version: 1
      status: active
      owner: revops
      description: Two-way SMS or chat conversations that open an opportunity within 30 days.
      outcome: opportunity_created
      kind: two_way
      window_days: 30
      attribution: linear
      eligible:
        channels: [sms, chat]
        exclude_dispositions: [support, wrong_person]
        handled_by: [human, mixed]
      cohorts:
        grains: [month]
        by: [[], [channel], [response_band]]
    - name: won
      version: 1
      status: active
      owner: finance
      description: Attempts of reps, of unregulated accounts, that buy for the first time within 90 days.
      outcome: closed_won
      kind: attempt
      anchor: start
      window_days: 90
      unit: account
      attribution: time_decay
      half_life_days: 7
      repeat_outcomes: false
      eligible:
        where: "not is_regulated and initiated_by = 'rep'"
      cohorts:
        grains: [month, quarter]
        by: [[]]
"""


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: texts to replace, by file (`None` for the old text: the file is new), and the metrics that it changes.

    A replacement that is a function gets the old text of the whole file.
    """

    name: str
    files: Mapping[str, list[tuple[str, str]] | str]
    changes: frozenset[str] = field(default_factory=frozenset)

    def __str__(self) -> str:
        return self.name


class Bench:
    """The copy, its compiled form, and its check."""

    def __init__(self, root: Path) -> None:
        self.root = root
        spared = shutil.ignore_patterns("unit_tests", "comparisons", "kpis")  # no metric rests on what explains it
        for folder in ("models", "macros", "seeds"):
            shutil.copytree(ROOT / folder, root / folder, ignore=spared if folder == "models" else None)
        for file in ("dbt_project.yml", "profiles.yml"):
            shutil.copy(ROOT / file, root / file)
        log = root / "seeds/metric_locks.csv"
        if log.exists():  # the events of the demo's own metrics are none of these
            log.write_text(log.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
        (root / "vars.yml").write_text(VARS, encoding="utf-8")
        (root / "raw").mkdir()
        for name, table in INPUTS.items():
            (root / f"raw/{name}.csv").write_text(",".join(table.columns) + "\n", encoding="utf-8")

    def compile(self) -> Compiled:
        """The project compiled from its own folder, in which sources are looked for."""
        with chdir(self.root):
            project = load_project(self.root)
            target = load_target(project)
            return compile_project(project, target, access_to(target))

    def lock(self, *keys: str, reason: str = "") -> LockResult:
        """Lock some versions, or all."""
        compiled = self.compile()
        chosen = [d for d in defined(compiled.project) if not keys or d.key in keys]
        return lock_versions(Workshop(compiled), chosen, not keys, reason, NOW)

    def check(self, today: date = TODAY) -> Checked:
        compiled = self.compile()
        return check(compiled, Workshop(compiled), today)

    def leaks(self) -> list[str]:
        """What a check says of leaks, without the digests of meanings, which are most of its work."""
        workshop = Workshop(self.compile())
        known = defined(workshop.compiled.project)
        found = [(path, line, f"{one.key} leaks: {leak}") for one in known for path, line, leak in workshop.leaks(one)]
        found += [
            (path, line, f"{leak.split(' → ')[0]} says it is known early, yet rests on {leak}")
            for path, line, leak in workshop.claims(known[0])
        ]
        return [f"{path}:{line}: {words}" for path, line, words in found]

    @contextmanager
    def edited(self, files: Mapping[str, list[tuple[str, str]] | str]) -> Iterator[None]:
        """The project with an edit, taken back at the end."""
        before: dict[str, str | None] = {}
        for name, edit in files.items():
            file = self.root / name
            old = file.read_text(encoding="utf-8") if file.exists() else None
            before[name] = old
            if isinstance(edit, str):
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(edit, encoding="utf-8")
                continue
            assert old is not None, f"{name} is not there"
            text = old
            for one, other in edit:
                assert one in text, f"{name} has no {one!r}"
                text = text.replace(one, other)
            assert text != old
            file.write_text(text, encoding="utf-8")
        try:
            yield
        finally:
            for name, old in before.items():
                if old is None:
                    (self.root / name).unlink()
                else:
                    (self.root / name).write_text(old, encoding="utf-8")


def changed(result: Checked) -> set[str]:
    """The versions that a check says were changed."""
    return {f.metric for f in result.findings if f.rule in ("definition_changed", "meaning_changed")}
