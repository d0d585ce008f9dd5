"""Where scores are kept: beside the other raw tables, in their format, or as a table of schema `raw`.

Files are written whole beside their place and moved there, so that a reader, or an interruption, sees the old ones or the new ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convsql.base.errors import ConvsqlError
from convsql.base.quoting import literal, qualified
from convsql.base.whole_file import drafted, real_place
from convsql.engines.session import Session
from convsql.raw_files.forms import RAW_FORMATS, csv_options, json_relation

INPUT = "message_sentiments"
COLUMNS = "message_id varchar, model varchar, compound double, loaded_at timestamp"
NEW = "new_sentiments"
ROWS_AT_ONCE = 500

Score = tuple[str, str, float]
"""message_id, model, compound."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file or a folder of parts (`path`), in `format` (`parquet`, `csv`, `csv.gz`, …); a table of schema raw where `path` is None."""

    path: Path | None
    format: str
    is_folder: bool

    def __str__(self) -> str:
        return str(self.path) if self.path else f"raw.{INPUT}"


def place_of(variables: Mapping[str, Any]) -> Place:
    """The place that the variables raw_path and raw_format say. Raises ConvsqlError for a raw_path that is no local folder."""
    folder = str(variables.get("raw_path") or "")
    named = str(variables.get("raw_format") or "parquet")
    suffix = RAW_FORMATS.get(named, ".parquet")
    is_folder = suffix.startswith("/*")
    kind = suffix.removeprefix("/*").removeprefix(".")
    if not folder:
        return Place(None, "", False)
    if "://" in folder:
        raise ConvsqlError(f"raw_path is '{folder}', and scores are written to local folders only")
    path = Path(folder) / (INPUT if is_folder else f"{INPUT}.{kind}")
    return Place(path, kind, is_folder)


def known_scores(session: Session, place: Place) -> str | None:
    """A relation of the scores that are there, or None where there are none yet."""
    if place.path is None:
        return qualified("raw", INPUT) if INPUT in session.relations("raw") else None
    files = sorted(place.path.glob(f"*.{place.format}")) if place.is_folder else [place.path] * place.path.is_file()
    if not files:
        return None
    named = ", ".join(literal(str(file)) for file in files)
    if place.format == "parquet":
        return f"read_parquet([{named}], union_by_name = true)"
    if place.format in ("json", "ndjson"):
        return json_relation(str(files[0]))
    return f"read_csv([{named}], {csv_options(_delimiter(place))})"


def forget_orphans(session: Session, place: Place, messages: str) -> int:
    """Drop the scores of messages that the relation `messages` does not have; returns how many went.

    `session` may write where the place is a table. Raises EngineError.
    """
    known = known_scores(session, place)
    if known is None:
        return 0
    gone = f"message_id not in (select message_id from {messages} where message_id is not null)"
    ((count,),) = session.fetch(f"select count(*) from {known} where {gone}")
    if not count:
        return 0
    if place.path is None:
        session.execute(f"delete from {qualified('raw', INPUT)} where {gone}")
        return int(count)
    files = sorted(place.path.glob(f"*.{place.format}")) if place.is_folder else [place.path]
    for file in files:
        part = known_scores(session, Place(file, place.format, False))
        rows = f"select * from {part} where not coalesce({gone}, false)"
        with drafted(real_place(file)) as draft:
            session.execute(f"copy ({rows}) to {literal(str(draft))} ({_options(place)})")
    return int(count)


def _delimiter(place: Place) -> str:
    return "\t" if place.format == "tsv" else ","


def keep(session: Session, place: Place, scores: Iterable[Score]) -> int:
    """Add scores to those that are there; returns how many. `session` may write where the place is a table. Raises EngineError."""
    session.execute(f"create or replace temp table {NEW} ({COLUMNS})")
    count = 0
    part: list[Score] = []
    for score in scores:
        part.append(score)
        count += 1
        if len(part) == ROWS_AT_ONCE:
            _insert(session, part)
            part = []
    _insert(session, part)
    if count:
        _write(session, place)
    return count


def _insert(session: Session, part: list[Score]) -> None:
    if part:
        holes = ", ".join("(?, ?, ?, now()::timestamptz at time zone 'UTC')" for _ in part)
        session.execute(f"insert into {NEW} values {holes}", [value for score in part for value in score])


def _write(session: Session, place: Place) -> None:
    if place.path is None:
        session.execute("create schema if not exists raw")
        session.execute(f"create table if not exists {qualified('raw', INPUT)} ({COLUMNS})")
        session.execute(f"insert into {qualified('raw', INPUT)} by name select * from {NEW}")
        return
    known = known_scores(session, place)
    rows = f"select * from {NEW}"
    target = real_place(place.path)
    if place.is_folder:
        target.mkdir(parents=True, exist_ok=True)
        target = target / f"{len(list(target.iterdir())) + 1:06}.{place.format}"
    elif known is not None:
        rows = (
            "select message_id, model, cast(compound as double) as compound, cast(loaded_at as timestamp) as loaded_at"
            f" from {known} union all {rows}"
        )
    with drafted(target) as draft:
        session.execute(f"copy ({rows} order by message_id, model) to {literal(str(draft))} ({_options(place)})")


def _options(place: Place) -> str:
    """How a file of the place's format is written."""
    delimiter = "e'\\t'" if place.format == "tsv" else "','"
    options = {
        "parquet": "format parquet",
        "json": "format json, array true",
        "ndjson": "format json",
    }.get(place.format, f"format csv, header, delimiter {delimiter}, quote '\"', escape '\"'")
    return options + (", compression gzip" if place.format.endswith(".gz") else "")
