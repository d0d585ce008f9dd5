"""What is said of the values that mapping seeds translate: how each was read, what waits, and what nothing is known of."""

from __future__ import annotations

from collections.abc import Iterator

from convsql.init.mappings import UNDECIDED, Mappings, Row


def mapping_lines(mappings: Mappings) -> Iterator[str]:
    """One line per seed and kind of news. A row that was added is told whole: the wrong half of one must not be hidden."""
    for seed, rows in mappings.guessed.items():
        key = mappings.key(seed)
        values = "; ".join(f"{row[key]} → {_meaning(row, key)}" for row, _ in rows)
        yield f"read by its words, check seeds/{seed}.csv: {values}"
    waiting = mappings.rows[UNDECIDED]
    if waiting:
        values = "; ".join(f"{row['value']} ({row['proposal'] or 'nothing'}? {row['reason']})" for row in waiting)
        yield f"undecided, used nowhere until you say what it means (seeds/{UNDECIDED}.csv): {values}"
    known = {(row["seed"], row["value"]) for row in waiting}
    for seed, rows in mappings.unknown.items():
        key = mappings.key(seed)
        values = ", ".join(row[key] for row, _ in rows if (seed, row[key]) not in known)
        if values:
            yield f"not mapped, add to seeds/{seed}.csv: {values}"


def _meaning(row: Row, key: str) -> str:
    """All that a row says of its value: one meaning by itself, several by their names."""
    said = {column: value for column, value in row.items() if column not in (key, "source")}
    if len(said) == 1:
        return next(iter(said.values()))
    return ", ".join(f"{column} {value or 'blank'}" for column, value in said.items())
