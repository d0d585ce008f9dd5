"""Mapping seeds for the values found: the package's own rows, rows proposed by what values are called, and what is left."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from convsql.base.printable import begins_formula
from convsql.init import synonyms
from convsql.init.found import Found

Row = dict[str, str]
# Which input an outcome is taken from when several could tell: one source per outcome.
_SOURCES = ("meetings", "lifecycle_stages", "deal_stages")

_NOT_EDITED = ("zone_offsets",)  # made by `convsql zones`; the package's own serves


@dataclass(slots=True)
class Mappings:
    """`rows`: seed → all its rows. `guessed` were proposed by a value's words, `unknown` are values without a row.

    Each of the latter two: seed → (row, row count); an unknown's row has blanks where a person must decide.
    """

    rows: dict[str, list[Row]]
    columns: dict[str, list[str]]
    guessed: dict[str, list[tuple[Row, int]]] = field(default_factory=dict)
    unknown: dict[str, list[tuple[Row, int]]] = field(default_factory=dict)

    def key(self, seed: str) -> str:
        """The column that has the value which a row of a seed maps."""
        return "stage" if seed == "outcome_stages" else self.columns[seed][0]


def package_seeds(package: Path) -> Mappings:
    """The package's mapping seeds as they are, and the log of locks without a row."""
    rows, columns = {}, {}
    for file in sorted(p for p in (package / "seeds").glob("*.csv") if p.stem not in _NOT_EDITED):
        with file.open(encoding="utf-8", newline="") as opened:
            reader = csv.DictReader(opened)
            rows[file.stem] = [] if file.stem == "metric_locks" else list(reader)
            columns[file.stem] = list(reader.fieldnames or [])
    return Mappings(rows, columns)


def propose(mappings: Mappings, found: Found) -> None:
    """Add a row to the seeds for every value of `found` that they do not list, where its words say what it is."""
    _each(mappings, found, "channels", "raw_channel", "channel", _channel)
    _each(mappings, found, "message_statuses", "status", "status", _status)
    _each(mappings, found, "disposition_categories", "code", "code", _code)
    _each(mappings, found, "industry_groups", "industry", "industry", _industry)
    _outcomes(mappings, found)


def _each(
    mappings: Mappings, found: Found, seed: str, key: str, subject: str, make: Callable[[str, list[Row]], Row | None]
) -> None:
    known = {row[key].strip().lower() for row in mappings.rows[seed]}
    for value, count in found.values.get(subject, {}).items():
        if value in known or _is_formula(value, seed, found):
            continue
        row = make(value, mappings.rows[seed])
        if row is None:
            blank = dict.fromkeys(mappings.columns[seed], "")
            mappings.unknown.setdefault(seed, []).append(({**blank, key: value}, count))
        else:
            mappings.rows[seed].append(row)
            mappings.guessed.setdefault(seed, []).append((row, count))


def _is_formula(value: str, seed: str, found: Found) -> bool:
    """Whether a value is left out of a seed, and noted: whoever opens the file in a spreadsheet would run it."""
    if not begins_formula(value):
        return False
    found.notes.append(
        f"'{value}' begins as a formula does, and a spreadsheet would run it: not written to seeds/{seed}.csv; map it where the data come from"
    )
    return True


def _channel(value: str, rows: list[Row]) -> Row | None:
    like = synonyms.first_of(rows, "channel", synonyms.guess(value, synonyms.CHANNELS))
    return {**like, "raw_channel": value} if like else None


def _status(value: str, rows: list[Row]) -> Row | None:
    like = synonyms.first_of(rows, "status", synonyms.guess(value, synonyms.STATUSES))
    return {**like, "status": value} if like else None


def _code(value: str, rows: list[Row]) -> Row | None:
    category = synonyms.guess(value, synonyms.DISPOSITIONS)
    is_win = category == "qualified" and synonyms.says(value, synonyms.IS_WIN)
    return {"code": value, "category": category, "is_win": str(is_win).lower()} if category else None


def _industry(value: str, rows: list[Row]) -> Row | None:
    return {"industry": value, "is_regulated": synonyms.guess(value, synonyms.REGULATED) or "false"}


def _outcomes(mappings: Mappings, found: Found) -> None:
    rules = {
        "deal_stages": synonyms.DEAL_STAGES,
        "lifecycle_stages": synonyms.LIFECYCLE_STAGES,
        "meetings": synonyms.MEETINGS,
    }
    listed = {(row["source"], row["stage"].strip().lower()): row["outcome"] for row in mappings.rows["outcome_stages"]}
    used: dict[str, dict[str, str]] = {}  # outcome → source → how it was found
    proposed: dict[tuple[str, str], str] = {}
    for source in _SOURCES:
        for stage in found.values.get(source, {}):
            outcome = listed.get((source, stage)) or synonyms.guess(stage, rules[source])
            if outcome:
                proposed[source, stage] = outcome
                how = "listed" if (source, stage) in listed else "guessed"
                if used.setdefault(outcome, {}).get(source) != "listed":
                    used[outcome][source] = how
    for source in _SOURCES:
        for stage in [s for s in found.values.get(source, {}) if _is_formula(s, "outcome_stages", found)]:
            proposed.pop((source, stage), None)
    taken = {o: next((s for s in by if by[s] == "listed"), next(iter(by))) for o, by in used.items()}
    mappings.rows["outcome_stages"] = [
        row for row in mappings.rows["outcome_stages"] if taken.get(row["outcome"], row["source"]) == row["source"]
    ]
    for source in _SOURCES:
        for stage, count in found.values.get(source, {}).items():
            if begins_formula(stage):
                continue
            outcome = proposed.get((source, stage), "")
            row = {"source": source, "stage": stage, "outcome": outcome}
            if not outcome or taken[outcome] != source:
                unknown = mappings.unknown.setdefault("outcome_stages", [])
                unknown.append(({**row, "outcome": ""}, count))
            elif (source, stage) not in listed:
                mappings.rows["outcome_stages"].append(row)
                mappings.guessed.setdefault("outcome_stages", []).append((row, count))


def outcomes_of(mappings: Mappings, found: Found | None) -> set[str]:
    """The outcomes that the data have (without data: that the seed lists)."""
    rows = mappings.rows["outcome_stages"]
    if found is None:
        return {row["outcome"] for row in rows}
    return {r["outcome"] for r in rows if r["stage"].strip().lower() in found.values.get(r["source"], {})}
