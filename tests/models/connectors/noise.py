"""What tables have that does not count: rows beside HubSpot's and Salesforce's (earlier versions, deleted records), and what tools make of ids."""

from __future__ import annotations

import csv
from pathlib import Path

# Tables of which every version, or every row, is read: what a record once was is what they are for.
HISTORIES = (
    "deal_stage", "deal_property_history", "contact_property_history", "opportunity_history", "opportunity_field_history",
)  # fmt: skip
KEYS = (
    "engagement_id",
    "deal_id",
    "opportunity_id",
    "owner_id",
    "vid_to_merge",
    "stage_id",
    "id",
    "contact_id",
    "value",
)
# Columns of ids that are not named as one.
_OTHER_IDS = ("property_hs_merged_object_ids", "vid_to_merge", "canonical_vid")
# What says that a record was merged into another, which no deletion takes back.
MERGED = ("property_hs_merged_object_ids", "master_record_id", "converted_contact_id", "converted_opportunity_id")
EARLIER = {"_fivetran_active": "false", "_fivetran_end": "2026-02-02 00:00:00"}
LATEST = {"_fivetran_active": "true", "_fivetran_end": "9999-12-31 23:59:59"}


def add_rows_that_do_not_count(data: Path) -> None:
    """Beside each row, where no history is read, an earlier version with other values; and deleted records in every table."""
    for path in [*data.glob("hubspot/*.csv"), *data.glob("salesforce/*.csv")]:
        rows = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
        key = next(c for c in KEYS if c in rows[0])
        added = []
        for number, row in enumerate(rows):
            other = {c: "9" + v if v and c != key else v for c, v in row.items()}
            other |= {c: "2020-01-01 00:00:00" for c, v in row.items() if v.startswith("20")}
            other |= {c: "" for c in row if c in MERGED}
            deleted = {c: "" if c in MERGED else v for c, v in row.items()} | {"is_deleted": "TRUE"}
            fields = {c: "1999-01-01 00:00:00" for c, v in row.items() if v.startswith("20") and not c.startswith("_")}
            if path.stem in HISTORIES:
                row |= EARLIER if any(later[key] == row[key] for later in rows[number + 1 :]) else LATEST
            else:
                row |= LATEST
                added.append({**other, **EARLIER})
            if path.stem not in ("owner", "user"):
                added.append({**deleted, **fields, **LATEST, "_fivetran_deleted": "true"})
                added[-1] |= {key: f"{row[key]}9"} if key == "id" and path.stem not in HISTORIES else {}
        columns = list(dict.fromkeys(c for row in (*rows, *added) for c in row))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(added + rows)


def make_ids_floats(data: Path) -> None:
    """In every other table the ids that are numbers become floating point numbers, and what is empty beside them a null word: pandas, where cells are empty."""
    for path in sorted(data.glob("*/*.csv"))[::2]:
        rows = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
        for row in rows:
            for column in (c for c in row if c == "id" or c.endswith("_id") or c in _OTHER_IDS):
                row[column] = f"{row[column]}.0" if row[column].isdigit() else row[column] or "NaN"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
