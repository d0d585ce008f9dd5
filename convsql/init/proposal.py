"""What `convsql init` proposes: read the data where there are any, decide the settings, fill the mapping seeds."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from convsql.base.errors import ConvsqlError
from convsql.base.installed import package_root
from convsql.engines.duckdb import open_memory
from convsql.init.asking import Answers
from convsql.init.exports.answers import GivenAnswers
from convsql.init.exports.models import model_files
from convsql.init.exports.opening import export_files
from convsql.init.exports.plan import Plan
from convsql.init.exports.planning import plan_of
from convsql.init.exports.sheets import read_sheets
from convsql.init.files import project_files
from convsql.init.found import Found
from convsql.init.inputs import OPTIONAL
from convsql.init.mappings import UNDECIDED, Mappings, outcomes_of, package_seeds, propose
from convsql.init.metrics import propose_funnel, propose_metrics
from convsql.init.reading import read_folder
from convsql.init.settings import Settings
from convsql.init.vocabulary.stages import NO_OUTCOME

_OWNER = "analytics"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A project not yet written. `found` is None where no data were given."""

    settings: Settings
    mappings: Mappings
    found: Found | None
    plan: Plan

    def files(self) -> dict[str, str]:
        """Path in the project → text."""
        notes = self.found.notes if self.found is not None else []
        return {**project_files(self.settings, self.mappings, notes), **model_files(self.plan)}


def proposal(folder: Path, answers: Answers, told: GivenAnswers | None = None) -> Proposal:
    """The project that is to stand in `folder`. Reads the data that `answers` name, writes nothing. Raises ConvsqlError.

    `told`: what was said of exports, and whom to ask what was not.
    """
    if told is not None and told.given and not answers.source:
        raise ConvsqlError(
            f"--set {next(iter(told.given))}: nothing is read", hint="name the folder of exports: --from"
        )
    mappings = package_seeds(package_root())
    plan, found = _look(answers.source, mappings, told or GivenAnswers()) if answers.source else (Plan(), None)
    if found is not None:
        propose(mappings, found)
        _of_models(mappings, plan)
    return Proposal(_settings(folder, answers, found, mappings, plan), mappings, found, plan)


def _look(source: str, mappings: Mappings, told: GivenAnswers) -> tuple[Plan, Found]:
    folder = Path(source).expanduser().resolve()
    listed = {
        r["stage"].strip().lower(): r["outcome"]
        for r in mappings.rows["outcome_stages"]
        if r["source"] == "deal_stages"
    }
    with tempfile.TemporaryDirectory(prefix="convsql-") as work:
        session = open_memory(folders=[str(folder), work])
        try:
            plan = Plan()
            unread: list[str] = []
            if folder.is_dir():
                sheets = read_sheets(export_files(folder), session, Path(work), unread)
                plan, _ = plan_of(sheets, session, told, listed)
                plan.notes += unread
            return plan, read_folder(folder, package_root(), session, Path(work), plan)
        finally:
            session.close()


def _of_models(mappings: Mappings, plan: Plan) -> None:
    """Stages that the models make, in the seed or among what is undecided."""
    rows = mappings.rows["outcome_stages"]
    for stage, outcome in plan.decided.items():
        if outcome != NO_OUTCOME:
            rows[:] = [r for r in rows if r["outcome"] != outcome or r["source"] == "deal_stages"]
        rows.append({"source": "deal_stages", "stage": stage, "outcome": outcome})
    for stage, outcome, reason in plan.undecided:
        row = {"seed": "outcome_stages", "source": "deal_stages", "value": stage, "proposal": outcome, "reason": reason}
        mappings.rows[UNDECIDED].append(row)


def _settings(folder: Path, answers: Answers, found: Found | None, mappings: Mappings, plan: Plan) -> Settings:
    outcomes = outcomes_of(mappings, found) | {o for o in plan.decided.values() if o != NO_OUTCOME}
    filled = found.filled if found is not None else set()
    is_one_sided = found is not None and found.has_one_side and not _answers(found, mappings)
    raw_path, raw_format, inputs = "", "parquet", answers.inputs
    if found is not None:
        raw_path = _from_here(found.folder, folder)
        raw_format = found.form
        inputs = tuple(n for n in OPTIONAL if n in found.forms)
    return Settings(
        answers.name,
        raw_path,
        raw_format,
        answers.timezone,
        _OWNER,
        inputs,
        propose_metrics(outcomes, filled, _OWNER, found.days if found else None, is_one_sided),
        propose_funnel(outcomes, is_one_sided),
        tuple((["raw"] if found.forms else []) + found.connectors) if found is not None and found.connectors else (),
        tuple(found.connectors_without) if found is not None else (),
        tuple(plan.inputs),
        {n: found.columns[n] for n in found.forms} if found is not None else {},
        dict(plan.variables),
    )


def _answers(found: Found, mappings: Mappings) -> bool:
    """Whether a status says that somebody answered, which gives a call its other side."""
    answered = {r["status"].strip().lower() for r in mappings.rows["message_statuses"] if r["is_answered"] == "true"}
    return bool(answered & found.values.get("status", {}).keys())


def _from_here(place: Path, folder: Path) -> str:
    """A folder as the project names it: from there, as a path of this machine would be no one else's."""
    try:
        return Path(os.path.relpath(place, folder)).as_posix()
    except ValueError:  # on another drive
        return place.as_posix()
