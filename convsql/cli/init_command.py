"""`convsql init`: look at the data, propose a project, write it, say what is missing."""

from __future__ import annotations

from pathlib import Path

from convsql.base.errors import EXIT_OK
from convsql.base.installed import package_root
from convsql.cli import terminal
from convsql.init.asking import Answers, Ask, ask_all
from convsql.init.files import project_files
from convsql.init.found import Found
from convsql.init.inputs import OPTIONAL
from convsql.init.mappings import Mappings, outcomes_of, package_seeds, propose
from convsql.init.metrics import propose_funnel, propose_metrics
from convsql.init.reading import read_folder
from convsql.init.settings import Settings
from convsql.init.writing import check_free, write_files

_OWNER = "analytics"


def init_command(folder: Path, source: str | None, name: str | None, timezone: str | None, ask: Ask) -> int:
    """Write a project into `folder`; returns the exit code. Raises ConvsqlError before anything is written."""
    folder = folder.resolve()
    check_free(folder)
    answers = ask_all(folder, name, source, timezone, ask)
    found = _look(answers.source) if answers.source else None
    mappings = package_seeds(package_root())
    if found is not None:
        propose(mappings, found)
    settings = _settings(folder, answers, found, mappings)
    notes = found.notes if found is not None else []
    written, kept = write_files(folder, project_files(settings, mappings, notes))
    _say(folder, settings, found, mappings, written, kept)
    return EXIT_OK


def _look(source: str) -> Found:
    from convsql.engines.duckdb import open_memory

    folder = Path(source).expanduser().resolve()
    session = open_memory(folders=[str(folder)])
    try:
        return read_folder(folder, package_root(), session)
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


def _say(
    folder: Path, settings: Settings, found: Found | None, mappings: Mappings, written: list[str], kept: list[str]
) -> None:
    terminal.say(f"project '{settings.name}' in {folder}: {len(written)} files")
    for path in kept:
        terminal.say(f"kept, as it was there: {path}")
    if found is not None:
        counts = ", ".join(f"{name} {found.rows[name]:,}" for name in found.rows)
        terminal.say(f"read: {counts} rows")
        for note in found.notes:
            terminal.say(f"note: {note}")
    for seed, rows in mappings.guessed.items():
        values = ", ".join(_meaning(mappings, seed, row) for row, _ in rows)
        terminal.say(f"guessed, check seeds/{seed}.csv: {values}")
    for seed, rows in mappings.unknown.items():
        values = ", ".join(row[_key(mappings, seed)] for row, _ in rows)
        terminal.say(f"not mapped, add to seeds/{seed}.csv: {values}")
    names = ", ".join(m["name"] for m in settings.metrics)
    terminal.say(f"metrics: {names}" if names else "metrics: none, as no outcome was found; map stages first")
    terminal.say("next: convsql build (README.md says what is to be decided)")


def _key(mappings: Mappings, seed: str) -> str:
    return "stage" if seed == "outcome_stages" else mappings.columns[seed][0]


def _meaning(mappings: Mappings, seed: str, row: dict[str, str]) -> str:
    meaning = {
        "outcome_stages": "outcome",
        "channels": "channel",
        "disposition_categories": "category",
        "industry_groups": "is_regulated",
        "message_statuses": "is_delivered",
    }[seed]
    return f"{row[_key(mappings, seed)]} → {row[meaning]}"
