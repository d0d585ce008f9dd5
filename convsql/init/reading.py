"""What lies in a folder of raw tables: which inputs, in which form, with which columns and values."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from convsql.engine import EngineError, Session
from convsql.errors import ConvsqlError, Where, did_you_mean
from convsql.init.inputs import BY_NAME, INPUTS, MAPPED_COLUMNS
from convsql.names import literal, quote
from convsql.sources import CSV_OPTIONS

MOST_VALUES = 200  # of one column: more are no vocabulary but free text
_FORMS = {"parquet": "{}.parquet", "csv": "{}.csv", "parquet_folder": "{}/*.parquet", "csv_folder": "{}/*.csv"}


@dataclass(slots=True)
class Found:
    """The tables of one folder.

    `forms`: input → one of parquet, csv, parquet_folder, csv_folder. `columns`: input → its columns. `values`: what a mapping
    seed is asked about (a key of MAPPED_COLUMNS, or meetings) → its values, trimmed and in lower case, with their row counts.
    `notes` say what is missing or not understood; `filled` are the dimensions of contacts that hold any value.
    """

    folder: Path
    forms: dict[str, str] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    values: dict[str, dict[str, int]] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def read_folder(folder: Path, session: Session) -> Found:
    """Look at every input in `folder` through `session` (an empty database).

    Raises ConvsqlError when there is no such folder, nothing of it is an input, or a file can't be read.
    """
    where = Where(f"--from {folder}")
    if not folder.is_dir():
        raise ConvsqlError("no such folder", where, "name the folder that holds messages.parquet or messages.csv")
    found = Found(folder)
    for each in INPUTS:
        _look_for(each.name, found, where)
    if not found.forms:
        names = sorted({p.name.split(".")[0] for p in folder.iterdir()})
        near = next((hint for n in names if (hint := did_you_mean(n, BY_NAME))), "")
        raise ConvsqlError(
            "holds none of the raw tables", where, near or "its files are named messages.parquet, contacts.csv, …"
        )
    for name in found.forms:
        try:
            _read(name, found, session)
        except EngineError as error:
            raise ConvsqlError(f"{name} can't be read: {error.message.splitlines()[0]}", where) from None
    _note_others(found)
    others = [v for v in found.values.get("direction", {}) if v not in ("inbound", "outbound")]
    if others:
        found.notes.append(f"messages.direction: {', '.join(others)} are neither inbound nor outbound; set aside")
    return found


def _look_for(name: str, found: Found, where: Where) -> None:
    there = [form for form, pattern in _FORMS.items() if any(found.folder.glob(pattern.format(name)))]
    if len(there) > 1:
        places = ", ".join(_FORMS[form].format(name) for form in there)
        raise ConvsqlError(f"{name} lies there in {len(there)} forms: {places}", where, "keep one of them")
    if there:
        found.forms[name] = there[0]
    elif BY_NAME[name].is_required:
        found.notes.append(f"{name}: required, and not there; the build will ask for it")


def _reader(name: str, found: Found) -> str:
    form = found.forms[name]
    path = literal(str(found.folder / _FORMS[form].format(name)))
    options = CSV_OPTIONS if form.startswith("csv") else "union_by_name = true, hive_partitioning = false"
    return f"read_{form.removesuffix('_folder')}({path}, {options})"


def _text(column: str) -> str:
    return f"nullif(lower(trim(cast({quote(column)} as varchar))), '')"


def _read(name: str, found: Found, session: Session) -> None:
    relation = _reader(name, found)
    columns = [column.lower() for column, _ in session.columns(relation)]
    found.columns[name] = columns
    found.rows[name] = int(session.fetch(f"select count(*) from {relation}")[0][0])
    known = BY_NAME[name]
    for column in known.must:
        if column not in columns:
            near = did_you_mean(column, [c for c in columns if c not in (*known.must, *known.may)])
            found.notes.append(f"{name}: column {column} is required, and not there" + (f" ({near})" if near else ""))
    absent = [c for c in known.may if c not in columns]
    if absent:
        found.notes.append(f"{name}: without {', '.join(absent)} (optional: null)")
    for subject, (table, column) in MAPPED_COLUMNS.items():
        if table == name and column in columns:
            found.values[subject] = _values(_text(column), relation, session, found, f"{name}.{column}")
    if name == "meetings":
        found.values["meetings"] = _meeting_stages(relation, columns, session, found)
    if name == "contacts":
        for column in (c for c in ("persona", "source") if c in columns):
            count = session.fetch(f"select count({_text(column)}) from {relation}")[0][0]
            found.filled |= {column} if count else set()


def _values(value: str, relation: str, session: Session, found: Found, place: str) -> dict[str, int]:
    rows = session.fetch(
        f"select {value} as value, count(*) from {relation} where {value} is not null "
        f"group by 1 order by 2 desc, 1 limit {MOST_VALUES + 1}"
    )
    if len(rows) > MOST_VALUES:
        found.notes.append(f"{place}: more than {MOST_VALUES} values; those with fewest rows were not looked at")
    return {str(value): int(count) for value, count in rows[:MOST_VALUES]}


def _meeting_stages(relation: str, columns: list[str], session: Session, found: Found) -> dict[str, int]:
    """Meetings become stages: their kind followed by _booked, and by _attended where one was."""
    kind = f"coalesce({_text('kind')}, 'meeting')" if "kind" in columns else "'meeting'"
    booked = _values(f"{kind} || '_booked'", relation, session, found, "meetings.kind")
    if "attended_at" not in columns:
        return booked
    attended = f"case when {_text('attended_at')} is not null then {kind} || '_attended' end"
    return {**booked, **_values(attended, relation, session, found, "meetings.kind")}


def _note_others(found: Found) -> None:
    for path in sorted(found.folder.iterdir()):
        name = path.name.split(".")[0]
        if name not in BY_NAME and (path.is_dir() or path.suffix in (".parquet", ".csv")):
            near = did_you_mean(name, [n for n in BY_NAME if n not in found.forms])
            found.notes.append(f"{path.name}: not one of the inputs, not read" + (f" ({near})" if near else ""))
    if len(set(found.forms.values())) > 1:
        found.notes.append(
            "the tables lie in several forms: convsql reads them, dbt reads one (variable raw_format) only"
        )
