"""What `convsql verify` found, for people: a table, and behind it the rows that differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convsql.base.printable import number_of, one_line
from convsql.cli import terminal
from convsql.verification.differing import Pair
from convsql.verification.verify import Compared, Verified

_COLUMNS = ("relation", "rows here", "rows there", "only here", "only there", "status")


def put_verified(found: Verified, quiet: bool, whole: bool = False) -> None:
    """Put the table (`quiet`: of what differs alone) and the differing rows to stdout, and the last line to stderr."""
    shown = found.differing if quiet else found.relations
    if shown:
        rows = [(r.name, r.rows_here, r.rows_there, r.only_here, r.only_there, r.status) for r in shown]
        terminal.put_table(_COLUMNS, rows)
    for relation in found.differing:
        terminal.put("\n".join(_told(relation)))
    here, there = found.here.target.name, found.there.target.name
    engines = f"'{here}' ({_engine(found.here.target.type, found.version_here)}) and '{there}' ({_engine(found.there.target.type, found.version_there)})"
    total, differing = len(found.relations), len(found.differing)
    if whole:
        made = number_of(total, "model")
        which = (
            f"{differing} of {made} {'differs' if differing == 1 else 'differ'} from"
            if differing
            else f"{made} {'is' if total == 1 else 'are'}"
        )
        here_and_there = " (here: published; there: whole)" if differing else ""
        terminal.say(f"{which} what a whole build would make of {'it' if total == 1 else 'them'}{here_and_there}")
    elif differing:
        terminal.say(
            f"{differing} of {number_of(total, 'relation')} {'differs' if differing == 1 else 'differ'} between {engines}"
        )
    else:
        terminal.say(f"{number_of(total, 'relation')} {'is' if total == 1 else 'are'} equal on {engines}")


def _engine(kind: str, version: str) -> str:
    from convsql.verification.record import short_version

    return f"{kind} {short_version(version)}"


def _told(relation: Compared) -> list[str]:
    """One relation that is not equal, and its first differing rows."""
    lines = [f"{relation.name}: {relation.status}" + (f": {relation.reason}" if relation.reason else "")]
    for pair in relation.pairs:
        lines += ["  " + line for line in _pair(pair, relation.key)]
    shown = sum(pair.times for pair in relation.pairs)
    if relation.pairs and max(relation.only_here or 0, relation.only_there or 0) > shown:
        lines.append("  … more: --limit shows them")
    return lines


def _pair(pair: Pair, key: list[str]) -> list[str]:
    row = pair.here if pair.here is not None else pair.there
    assert row is not None
    times = f" ({pair.times} rows)" if pair.times > 1 else ""
    if pair.here is None or pair.there is None:
        side = "here" if pair.there is None else "there"
        return [f"only {side}: {_values(row, list(row))}{times}"]
    name = _values(row, key if key and not set(key) & set(pair.differing) else list(row))
    return [f"{name}: " + "; ".join(_two(column, pair.here, pair.there) for column in pair.differing) + times]


def _two(column: str, here: Mapping[str, Any], there: Mapping[str, Any]) -> str:
    return f"{one_line(column)} is {_value(here[column])} here and {_value(there[column])} there"


def _values(row: Mapping[str, Any], columns: list[str]) -> str:
    return ", ".join(f"{one_line(column)} {_value(row[column])}" for column in columns)


def _value(value: Any) -> str:
    return "null" if value is None else repr(value) if isinstance(value, float | str) else one_line(str(value))
