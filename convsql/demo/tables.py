"""The columns of the input tables, and how rows become files."""

import csv
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

FileFormat = Literal["parquet", "csv"]
Row = tuple[object, ...]

TABLES: dict[str, dict[str, str]] = {
    "messages": {
        "message_id": "varchar",
        "contact_id": "varchar",
        "channel": "varchar",
        "direction": "varchar",
        "sent_at": "timestamp",
        "thread_id": "varchar",
        "sender_type": "varchar",
        "rep_id": "varchar",
        "status": "varchar",
        "talk_seconds": "double",
        "campaign_id": "varchar",
        "body": "varchar",
        "cost": "double",
        "loaded_at": "timestamp",
    },
    "contacts": {
        "contact_id": "varchar",
        "account_id": "varchar",
        "persona": "varchar",
        "industry": "varchar",
        "source": "varchar",
        "territory": "varchar",
        "created_at": "timestamp",
        "merged_into": "varchar",
        "loaded_at": "timestamp",
    },
    "deals": {
        "deal_id": "varchar",
        "contact_id": "varchar",
        "account_id": "varchar",
        "owner_id": "varchar",
        "amount": "double",
        "created_at": "timestamp",
        "loaded_at": "timestamp",
    },
    "deal_stages": {"deal_id": "varchar", "stage": "varchar", "entered_at": "timestamp", "loaded_at": "timestamp"},
    "lifecycle_stages": {
        "contact_id": "varchar",
        "stage": "varchar",
        "entered_at": "timestamp",
        "loaded_at": "timestamp",
    },
    "meetings": {
        "meeting_id": "varchar",
        "contact_id": "varchar",
        "deal_id": "varchar",
        "kind": "varchar",
        "booked_at": "timestamp",
        "starts_at": "timestamp",
        "status": "varchar",
        "attended_at": "timestamp",
        "loaded_at": "timestamp",
    },
    "dispositions": {
        "contact_id": "varchar",
        "thread_id": "varchar",
        "message_id": "varchar",
        "code": "varchar",
        "recorded_at": "timestamp",
        "rep_id": "varchar",
        "loaded_at": "timestamp",
    },
    "opt_outs": {"contact_id": "varchar", "channel": "varchar", "opted_out_at": "timestamp", "loaded_at": "timestamp"},
    "reps": {
        "rep_id": "varchar",
        "valid_from": "timestamp",
        "valid_to": "timestamp",
        "name": "varchar",
        "team": "varchar",
        "role": "varchar",
        "territory": "varchar",
        "loaded_at": "timestamp",
    },
    "rep_states": {
        "rep_id": "varchar",
        "state": "varchar",
        "started_at": "timestamp",
        "ended_at": "timestamp",
        "loaded_at": "timestamp",
    },
    "campaigns": {
        "campaign_id": "varchar",
        "name": "varchar",
        "kind": "varchar",
        "cost": "double",
        "loaded_at": "timestamp",
    },
    "link_clicks": {"message_id": "varchar", "clicked_at": "timestamp", "loaded_at": "timestamp"},
    "experiment_assignments": {
        "contact_id": "varchar",
        "experiment": "varchar",
        "variant": "varchar",
        "assigned_at": "timestamp",
        "loaded_at": "timestamp",
    },
    "operational_changes": {
        "change_id": "varchar",
        "kind": "varchar",
        "effective_at": "timestamp",
        "scope": "varchar",
        "description": "varchar",
        "loaded_at": "timestamp",
    },
    "delivery_failures": {
        "message_id": "varchar",
        "code": "varchar",
        "failed_at": "timestamp",
        "loaded_at": "timestamp",
    },
    "consents": {
        "contact_id": "varchar",
        "channel": "varchar",
        "source": "varchar",
        "consented_at": "timestamp",
        "loaded_at": "timestamp",
    },
    "rosters": {"rep_id": "varchar", "starts_at": "timestamp", "ends_at": "timestamp", "loaded_at": "timestamp"},
}
"""Every input table of the demo, its columns in the order of the registry and their types in Parquet."""

NULL = "\\N"
_READING = f"auto_detect = false, header = false, nullstr = '{NULL}', quote = '\"', escape = '\"', delim = ','"


def write_tables(folder: Path, tables: Mapping[str, Sequence[Row]], file_format: FileFormat) -> dict[str, int]:
    """Write each table to ``folder``, the same bytes for the same rows, and return the rows of each.

    A typed Parquet column cannot hold a time that does not exist: such a value is null there, and
    stands as it came in CSV.
    """
    import duckdb

    # The texts go through a table: DuckDB pushes a try_cast into the scan of a CSV file, where it fails.
    folder.mkdir(parents=True, exist_ok=True)
    options = "format parquet, compression zstd" if file_format == "parquet" else "format csv, header true"
    with (
        tempfile.TemporaryDirectory() as scratch,
        tempfile.TemporaryDirectory(
            prefix=".part-", dir=folder
        ) as parts,  # beside the tables, so that a file is only moved
        duckdb.connect(config={"threads": "1"}) as connection,
    ):
        for name, rows in tables.items():
            plain = Path(scratch) / f"{name}.csv"
            _write_plain(plain, rows)
            columns = TABLES[name]
            names = ", ".join(f"'{column}': 'varchar'" for column in columns)
            connection.execute(
                f"create or replace temp table plain as select * from read_csv(?, columns = {{{names}}}, {_READING})",
                [str(plain)],
            )
            chosen = ", ".join(
                _typed(column, kind) if file_format == "parquet" else f'"{column}"' for column, kind in columns.items()
            )
            target = folder / f"{name}.{file_format}"
            part = Path(parts) / target.name
            connection.execute(f"copy (select {chosen} from plain) to '{_escaped(part)}' ({options})")
            part.replace(target)
    return {name: len(rows) for name, rows in tables.items()}


def _typed(column: str, kind: str) -> str:
    """Return the expression that types a column; what cannot be typed is null."""
    return f'"{column}"' if kind == "varchar" else f'try_cast("{column}" as {kind}) as "{column}"'


def _escaped(path: Path) -> str:
    """Return a path as it stands inside a quoted SQL string."""
    return str(path).replace("'", "''")


def _write_plain(path: Path, rows: Sequence[Row]) -> None:
    """Write rows as CSV without types, nulls marked."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in rows:
            writer.writerow([NULL if value is None else value for value in row])
