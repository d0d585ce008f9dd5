"""What a look at a folder of tables found, and how its tables and their values are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from convsql.base.errors import ConvsqlError, Where
from convsql.base.quoting import quote
from convsql.compiling.code_version import code_version
from convsql.engines.session import EngineError, Session
from convsql.raw_files.forms import RAW_FORMATS, lying_there, matching
from convsql.raw_files.reading import RawFiles

MOST_VALUES = 200  # of one column: more are no vocabulary but free text


@dataclass(slots=True)
class Found:
    """The tables of one folder.

    `work`: where files are written that DuckDB can't read as they are (`convsql.raw_files`). `forms`: input → the file, or the pattern of parts, that holds it. `columns`: input → its columns. `values`: what a mapping
    seed is asked about (a key of MAPPED_COLUMNS, or meetings) → its values, trimmed and in lower case, with their row counts.
    `notes` say what is missing or not understood; `filled` are the dimensions of contacts that hold any value. `connectors` are
    tools whose tables lie in folders of their names, `connectors_without` those of their tables that do not. `times`: input → its first and
    last time. `doubtful`: stage of deals → why it is not what its words say.
    """

    folder: Path
    work: Path
    forms: dict[str, str] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    values: dict[str, dict[str, int]] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    connectors: list[str] = field(default_factory=list)
    connectors_without: list[str] = field(default_factory=list)
    connector_forms: set[str] = field(default_factory=set)
    times: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    doubtful: dict[str, str] = field(default_factory=dict)

    @property
    def days(self) -> float | None:
        """From the first message to the latest time known: no window is longer that is to be over for any conversation."""
        if "messages" not in self.times:
            return None
        first = self.times["messages"][0]
        return (max(last for _, last in self.times.values()) - first).total_seconds() / 86400

    @property
    def has_one_side(self) -> bool:
        """Whether all messages go one way."""
        return len(set(self.values.get("direction", {})) & {"inbound", "outbound"}) == 1

    @property
    def form(self) -> str:
        """The one form (`raw_format`) in which all tables lie; parquet where there are several, as the runner finds each by itself."""
        shown = {*self.shown_forms}
        return next((form for form, suffix in RAW_FORMATS.items() if shown == {suffix}), "parquet")

    @property
    def shown_forms(self) -> set[str]:
        """What stands after the names of the tables: `.csv`, `/*.parquet`."""
        return {re.sub(r"^.*/[^/.*]*?(?=/\*|\.)", "", form) for form in (*self.forms.values(), *self.connector_forms)}

    def relation(self, form: str, named: str) -> str:
        """What reads a file, or a pattern of parts. Raises ConvsqlError where that is not possible, with the reason and its line."""
        reader = RawFiles(self.work, code_version())
        files = [file for file in matching(form) if Path(file).is_file()]
        reading = reader.reading(files, form if "*" in form else "")
        if reading.wrong:
            raise self.unreadable(named, reading.wrong, reading.hint)
        self.notes += [note.removeprefix(f"{self.folder}/") for note in reading.notes]
        return reading.relation

    def stumbled(self, forms: Mapping[str, str], error: EngineError) -> ConvsqlError:
        """The error of reading some tables (name → form), of which the engine stumbled over one; the last is blamed where none shows why."""
        named = ""
        for named, form in forms.items():
            files = [file for file in matching(form) if Path(file).is_file()]
            if why := RawFiles(self.work, code_version()).look_again(files):
                return self.unreadable(named, why, "")
        return self.unreadable(named, " ".join(error.message.splitlines()[:4]), "")

    def unreadable(self, named: str, why: str, hint: str) -> ConvsqlError:
        """The error of a table that can't be read."""
        said = f"{named} can't be read: {why.removeprefix(f'{self.folder}/')}"
        return ConvsqlError(said, Where(f"--from {self.folder}"), hint)


def forms_of(folder: Path, table: str) -> list[str]:
    """The files, and patterns of parts, as which a table lies in a folder."""
    return lying_there(str(folder), table)


def form_of(folder: Path, table: str) -> str | None:
    """The file, or the pattern of parts, as which a table lies in a folder, or None."""
    return next(iter(forms_of(folder, table)), None)


def note_times(name: str, column: str, relation: str, session: Session, found: Found) -> None:
    """Note the first and last time of a column, as far as the engine reads it by itself."""
    time = f"try_cast(cast({quote(column)} as varchar) as timestamp)"
    ((first, last),) = session.fetch(
        f"select min({time}), max({time}) from {relation} where {time} between '1990-01-01' and '2099-12-31'"
    )
    if isinstance(first, datetime) and isinstance(last, datetime):
        known = found.times.get(name, (first, last))
        found.times[name] = min(first, known[0]), max(last, known[1])


def text_of(column: str) -> str:
    """A column's values as staging compares them."""
    return f"nullif(lower(trim(cast({quote(column)} as varchar))), '')"


def values_of(column: str, relation: str, session: Session, found: Found, place: str) -> dict[str, int]:
    """The values of a column with their row counts, most rows first."""
    return counted(text_of(column), relation, session, found, place)


def counted(value: str, relation: str, session: Session, found: Found, place: str) -> dict[str, int]:
    """The values of an SQL expression with their row counts, most rows first; too many are noted."""
    rows = session.fetch(
        f"select {value} as found_value, count(*) from {relation} where {value} is not null "
        f"group by 1 order by 2 desc, 1 limit {MOST_VALUES + 1}"
    )
    if len(rows) > MOST_VALUES:
        found.notes.append(f"{place}: more than {MOST_VALUES} values; those with fewest rows were not looked at")
    return {str(each): int(count) for each, count in rows[:MOST_VALUES]}
