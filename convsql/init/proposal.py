"""What `convsql init` proposes: read the data where there are any, decide the settings, fill the mapping seeds."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from convsql.base.installed import package_root
from convsql.engines.duckdb import open_memory
from convsql.init.asking import Answers
from convsql.init.files import project_files
from convsql.init.found import Found
from convsql.init.inputs import OPTIONAL
from convsql.init.mappings import Mappings, outcomes_of, package_seeds, propose
from convsql.init.metrics import propose_funnel, propose_metrics
from convsql.init.reading import read_folder
from convsql.init.settings import Settings

_OWNER = "analytics"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A project not yet written. `found` is None where no data were given."""

    settings: Settings
    mappings: Mappings
    found: Found | None

    def files(self) -> dict[str, str]:
        """Path in the project → text."""
        return project_files(self.settings, self.mappings, self.found.notes if self.found is not None else [])


def proposal(folder: Path, answers: Answers) -> Proposal:
    """The project that is to stand in `folder`. Reads the data that `answers` name, writes nothing. Raises ConvsqlError."""
    found = _look(answers.source) if answers.source else None
    mappings = package_seeds(package_root())
    if found is not None:
        propose(mappings, found)
    return Proposal(_settings(folder, answers, found, mappings), mappings, found)


def _look(source: str) -> Found:
    folder = Path(source).expanduser().resolve()
    with tempfile.TemporaryDirectory(prefix="convsql-") as work:
        session = open_memory(folders=[str(folder), work])
        try:
            return read_folder(folder, package_root(), session, Path(work))
        finally:
            session.close()


def _settings(folder: Path, answers: Answers, found: Found | None, mappings: Mappings) -> Settings:
    outcomes = outcomes_of(mappings, found)
    filled = found.filled if found is not None else set()
    raw_path, raw_format, inputs = "", "parquet", answers.inputs
    if found is not None:
        inside = found.folder.is_relative_to(folder) and found.folder != folder
        raw_path = (found.folder.relative_to(folder) if inside else found.folder).as_posix()
        raw_format = found.form
        inputs = tuple(n for n in OPTIONAL if n in found.forms)
    return Settings(
        answers.name,
        raw_path,
        raw_format,
        answers.timezone,
        _OWNER,
        inputs,
        propose_metrics(outcomes, filled, _OWNER),
        propose_funnel(outcomes),
        tuple((["raw"] if found.forms else []) + found.connectors) if found is not None and found.connectors else (),
        tuple(found.connectors_without) if found is not None else (),
    )
