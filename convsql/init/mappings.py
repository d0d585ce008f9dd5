"""Mapping seeds for the values found: the package's own rows, rows proposed by what values are called, and what is left."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from convsql.base.printable import begins_formula
from convsql.init.found import Found
from convsql.init.vocabulary.dispositions import DISPOSITIONS, IS_WIN
from convsql.init.vocabulary.messages import CHANNELS, REGULATED, STATUSES
from convsql.init.vocabulary.reading import Reading, Vocabulary, first_of, read, words
from convsql.init.vocabulary.stages import DEAL_STAGES, LIFECYCLE_STAGES, MEETINGS, NO_OUTCOME

Row = dict[str, str]
# Which input an outcome is taken from when several could tell: one source per outcome.
_SOURCES = ("meetings", "lifecycle_stages", "deal_stages")

UNDECIDED = "undecided_values"
_NOT_EDITED = ("zone_offsets",)  # made by `convsql zones`; the package's own serves
_OF_THE_DEMO = ("amount_targets", "events", "metric_locks", "targets")


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
    """The package's mapping seeds as they are, and what is only so in the demo without a row: targets, events and the log of locks."""
    rows, columns = {}, {}
    for file in sorted(p for p in (package / "seeds").glob("*.csv") if p.stem not in _NOT_EDITED):
        with file.open(encoding="utf-8", newline="") as opened:
            reader = csv.DictReader(opened)
            rows[file.stem] = [] if file.stem in _OF_THE_DEMO else list(reader)
            columns[file.stem] = list(reader.fieldnames or [])
    return Mappings(rows, columns)


def propose(mappings: Mappings, found: Found) -> None:
    """Add a row to the seeds for every value of `found` that they do not list, where its words say for sure what it is.

    A value that its words only hint at is written to the seed `undecided_values`, with the reason: nothing reads it from there.
    """
    mappings.rows[UNDECIDED] = []
    _each(mappings, found, "channels", "raw_channel", "channel", CHANNELS, _channel)
    _each(mappings, found, "message_statuses", "status", "status", STATUSES, _status)
    _each(mappings, found, "disposition_categories", "code", "code", DISPOSITIONS, _code)
    _each(mappings, found, "industry_groups", "industry", "industry", REGULATED, _industry)
    _outcomes(mappings, found)


def _each(
    mappings: Mappings,
    found: Found,
    seed: str,
    key: str,
    subject: str,
    vocabulary: Vocabulary,
    make: Callable[[str, str, list[Row]], Row],
) -> None:
    known = {row[key].strip().lower() for row in mappings.rows[seed]}
    for value, count in found.values.get(subject, {}).items():
        if value in known or _is_formula(value, seed, found):
            continue
        reading = read(value, vocabulary)
        if reading is not None and reading.is_sure:
            row = make(value, reading.meaning, mappings.rows[seed])
            mappings.rows[seed].append(row)
            mappings.guessed.setdefault(seed, []).append((row, count))
        elif seed != "industry_groups" or reading is not None:  # an industry that is not listed is not regulated
            blank = dict.fromkeys(mappings.columns[seed], "")
            mappings.unknown.setdefault(seed, []).append(({**blank, key: value}, count))
            _wait(mappings, seed, "", value, reading)


def _wait(mappings: Mappings, seed: str, source: str, value: str, reading: Reading | None) -> None:
    """A guess is noted with its reason, and used nowhere."""
    if reading is not None:
        row = {"seed": seed, "source": source, "value": value, "proposal": reading.meaning, "reason": reading.reason}
        mappings.rows[UNDECIDED].append(row)


def _is_formula(value: str, seed: str, found: Found) -> bool:
    """Whether a value is left out of a seed, and noted: whoever opens the file in a spreadsheet would run it."""
    if not begins_formula(value):
        return False
    found.notes.append(
        f"'{value}' begins as a formula does, and a spreadsheet would run it: not written to seeds/{seed}.csv; map it where the data come from"
    )
    return True


def _channel(value: str, meaning: str, rows: list[Row]) -> Row:
    return {**_like(rows, "channel", meaning), "raw_channel": value}


def _status(value: str, meaning: str, rows: list[Row]) -> Row:
    return {**_like(rows, "status", meaning), "status": value}


def _like(rows: list[Row], column: str, meaning: str) -> Row:
    found = first_of(rows, column, meaning)
    assert found is not None, f"the package's seed lists {meaning}"
    return found


def _code(value: str, meaning: str, rows: list[Row]) -> Row:
    is_win = meaning == "qualified" and re.fullmatch(IS_WIN, words(value)) is not None
    return {"code": value, "category": meaning, "is_win": str(is_win).lower()}


def _industry(value: str, meaning: str, rows: list[Row]) -> Row:
    return {"industry": value, "is_regulated": meaning}


def _outcomes(mappings: Mappings, found: Found) -> None:
    rules = {"deal_stages": DEAL_STAGES, "lifecycle_stages": LIFECYCLE_STAGES, "meetings": MEETINGS}
    listed = {(row["source"], row["stage"].strip().lower()): row["outcome"] for row in mappings.rows["outcome_stages"]}
    used: dict[str, dict[str, str]] = {}  # outcome → source → how it was found
    proposed: dict[tuple[str, str], Reading] = {}
    for source in _SOURCES:
        for stage in found.values.get(source, {}):
            if _is_formula(stage, "outcome_stages", found):
                continue
            known = listed.get((source, stage))
            reading = Reading(known) if known else read(stage, rules[source])
            if reading is None and len(found.values[source]) == 1 and (own := _named(stage)):
                reading = Reading(own)  # what stands alone is what the feed is about, and has a name
            if reading is None:
                continue
            if source == "deal_stages" and not known and reading.is_sure and stage in found.doubtful:
                reading = Reading(reading.meaning, found.doubtful[stage])
            proposed[source, stage] = reading
            if reading.is_sure and reading.meaning != NO_OUTCOME:
                by = used.setdefault(reading.meaning, {})
                by[source] = "listed" if known or by.get(source) == "listed" else "read"
    taken = {o: next((s for s in by if by[s] == "listed"), next(iter(by))) for o, by in used.items()}
    mappings.rows["outcome_stages"] = [
        row for row in mappings.rows["outcome_stages"] if taken.get(row["outcome"], row["source"]) == row["source"]
    ]
    for source in _SOURCES:
        for stage, count in found.values.get(source, {}).items():
            if begins_formula(stage):
                continue
            reading = proposed.get((source, stage))
            outcome = reading.meaning if reading is not None and reading.is_sure else ""
            row = {"source": source, "stage": stage, "outcome": outcome}
            owner = taken.get(outcome, source)
            if not outcome or owner != source:
                unknown = mappings.unknown.setdefault("outcome_stages", [])
                unknown.append(({**row, "outcome": ""}, count))
                elsewhere = f"{outcome} is taken from {owner}, and an outcome comes from one source"
                _wait(mappings, "outcome_stages", source, stage, Reading(outcome, elsewhere) if outcome else reading)
            elif (source, stage) not in listed:
                mappings.rows["outcome_stages"].append(row)
                mappings.guessed.setdefault("outcome_stages", []).append((row, count))


def _named(stage: str) -> str:
    """An outcome's name from a stage's; empty where no letter is left."""
    return re.sub(r"[^a-z0-9]+", "_", stage.lower()).strip("_")


def outcomes_of(mappings: Mappings, found: Found | None) -> set[str]:
    """The outcomes that the data have (without data: that the seed lists)."""
    rows = [row for row in mappings.rows["outcome_stages"] if row["outcome"] not in ("", NO_OUTCOME)]
    if found is None:
        return {row["outcome"] for row in rows}
    return {r["outcome"] for r in rows if r["stage"].strip().lower() in found.values.get(r["source"], {})}
