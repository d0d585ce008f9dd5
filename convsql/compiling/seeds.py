"""Seeds: CSV files loaded as dbt-duckdb loads them: a blank cell is null, the word `null` is a word.

Columns without a declared type get the one that dbt would infer.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from convsql.base.errors import ConvsqlError, Where
from convsql.base.file_facts import Facts, content_digest, facts
from convsql.base.quoting import literal, quote
from convsql.engines.session import Columns, EngineError, Session
from convsql.project.nodes import Node

_INFERRING = (
    "nullstr = ['', 'null', 'NULL', 'Null'], dateformat = '%Y-%m-%d', sample_size = -1, "
    "auto_type_candidates = ['BOOLEAN', 'BIGINT', 'DOUBLE', 'DATE', 'TIMESTAMP', 'VARCHAR']"
)
_TIME = "\\d{4}-\\d{1,2}-\\d{1,2}SEPARATOR\\d{1,2}:\\d{2}(:\\d{2}(\\.\\d+)?)?(Z|[-+]\\d{2}(:?\\d{2})?)?"


def _delimiter(node: Node) -> str:
    return str(node.config.get("delimiter") or ",")


def _reader(node: Node, root: Path, options: str) -> str:
    return (
        f"read_csv({literal(str(node.file_in(root)))}, header = true, delim = {literal(_delimiter(node))}, "
        f"quote = '\"', escape = '\"', {options})"
    )


def _as_text(node: Node, root: Path, names: list[str]) -> str:
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    return _reader(node, root, f"nullstr = [''], auto_detect = false, columns = {{{columns}}}")


def _header(node: Node, root: Path) -> list[str]:
    """The names in the first line of the file."""
    try:
        with node.file_in(root).open(encoding="utf-8-sig", newline="") as file:
            names = next(csv.reader(file, delimiter=_delimiter(node)), [])
    except (UnicodeDecodeError, csv.Error, TypeError) as error:
        raise ConvsqlError(
            f"not a CSV file: {error}", node.where, "save it as UTF-8, with a delimiter of one character"
        ) from None
    if not names:
        raise ConvsqlError("the file is empty", node.where, "the first line of a seed names its columns")
    twice = next((n for n in names if [m.lower() for m in names].count(n.lower()) > 1), None)
    if twice is not None:
        raise ConvsqlError(f"column '{twice}' stands twice", node.where, "rename one of the two")
    return names


def seed_sql(node: Node, root: Path, columns: Columns) -> str:
    """The query that loads a seed with these column types."""
    casts = ",\n    ".join(f"cast({quote(name)} as {kind}) as {quote(name)}" for name, kind in columns)
    return f"select\n    {casts}\nfrom {_as_text(node, root, [n for n, _ in columns])}"


def seed_facts(node: Node, root: Path) -> Facts:
    """How a seed's file stands, when it holds the bytes that were compiled (`node.raw` is their digest); empty when it does not."""
    file = node.file_in(root)
    try:
        found = facts(file)
        return found if content_digest(file) == node.raw and facts(file) == found else ()
    except OSError:
        return ()


def seed_columns(node: Node, root: Path, session: Session) -> Columns:
    """Names and types of a seed's columns: declared in `column_types`, otherwise inferred from all rows.

    A declared column that `meta: {optional_columns: […]}` lists may be absent, as dbt lets any. Raises ConvsqlError for
    a file that is no CSV, another declared column that is not there, an unknown
    type, a cell that can't have its column's type (with the line), or a file that changed since its digest was taken.
    """
    before = seed_facts(node, root)
    try:
        columns = _columns(node, root, session)
    finally:
        if not before or seed_facts(node, root) != before:
            raise ConvsqlError("changed while it was read", node.where, "run again when the file is whole") from None
    return columns


def _columns(node: Node, root: Path, session: Session) -> Columns:
    declared = {str(k).lower(): str(v) for k, v in (node.config.get("column_types") or {}).items()}
    names = _header(node, root)
    try:
        session.fetch(f"select count({quote(names[-1])}) from {_as_text(node, root, names)}")
        inferred = {} if all(n.lower() in declared for n in names) else _inferred(node, root, names, session)
    except EngineError as error:
        raise _no_csv(node, error) from None
    optional = (node.config.get("meta") or {}).get("optional_columns") or []
    for name in declared:
        if name not in [n.lower() for n in names] and name not in optional:
            from convsql.raw_files.dialects import NAMES  # for an error only

            other = next((sign for sign in NAMES if len(names) == 1 and sign in names[0] and sign != ","), "")
            if other and _delimiter(node) == ",":
                raise ConvsqlError(
                    f"its columns are parted by {NAMES[other]}, not by commas",
                    node.where,
                    "save it again as a CSV file with commas",
                )
            raise ConvsqlError(
                f"column_types names '{name}', and the file has no such column",
                node.patch_where,
                f"its columns: {', '.join(names)}",
            )
    columns = [(n, declared.get(n.lower()) or inferred[n]) for n in names]
    for name, kind in columns:
        try:
            session.fetch(f"select cast(null as {kind})")
        except EngineError as error:
            raise ConvsqlError(f"column '{name}': {error.message.splitlines()[0]}", node.patch_where) from None
    _check_cells(node, root, columns, session)
    return session.columns(f"({seed_sql(node, root, columns)})")


def _inferred(node: Node, root: Path, names: list[str], session: Session) -> dict[str, str]:
    """What DuckDB infers, corrected to what dbt does: INTEGER for any whole numbers, and for nothing at all."""
    sniffed = [kind for _, kind in session.columns(_reader(node, root, _INFERRING))]
    checks = []
    for name in names:
        cell, number = quote(name), f"try_cast({quote(name)} as double)"
        checks += [
            f"count({cell})",
            f"count(*) filter (where not regexp_full_match({cell}, '\\s*[-+]?[0-9]+(\\.[0-9]*)?\\s*'))",
            f"count(*) filter (where {number} <> floor({number}))",
            f"count(*) filter (where lower({cell}) not in ('true', 'false'))",
            f"count(*) filter (where not regexp_full_match({cell}, '{_TIME.replace('SEPARATOR', ' ')}'))",
            f"count(*) filter (where not regexp_full_match({cell}, '{_TIME.replace('SEPARATOR', 'T')}'))",
        ]
    facts = session.fetch(f"select {', '.join(checks)} from {_as_text(node, root, names)}")[0]
    found = {}
    for index, (name, kind) in enumerate(zip(names, sniffed, strict=False)):
        filled, no_number, fractions, no_flag, no_time, no_iso_time = facts[6 * index : 6 * index + 6]
        if not filled or (not fractions and (not no_number or kind in ("BIGINT", "DOUBLE"))):
            found[name] = "INTEGER"
        elif not no_number:
            found[name] = "DOUBLE"
        elif not no_time or not no_iso_time:
            found[name] = "TIMESTAMP"
        else:
            found[name] = "VARCHAR" if (kind == "BOOLEAN" and no_flag) or kind == "TIMESTAMP" else kind
    return found


def _check_cells(node: Node, root: Path, columns: Columns, session: Session) -> None:
    """Raises ConvsqlError, with its line, for the first cell that can't have its column's type."""
    wrong = [f"{quote(n)} is not null and try_cast({quote(n)} as {kind}) is null" for n, kind in columns]
    source = _as_text(node, root, [n for n, _ in columns])
    try:
        counts = session.fetch(f"select {', '.join(f'count(*) filter (where {w})' for w in wrong)} from {source}")[0]
        bad = next((i for i, count in enumerate(counts) if count), None)
        if bad is None:
            return
        name, kind = columns[bad]
        cells = {str(r[0]) for r in session.fetch(f"select {quote(name)} from {source} where {wrong[bad]} limit 1000")}
    except EngineError as error:
        raise _no_csv(node, error) from None
    cell, line = _first_of(node, root, bad, cells)
    hint = "mend the cell, or declare another type in column_types"
    raise ConvsqlError(f"'{cell}' in column '{name}' is no {kind}", Where(node.path, line), hint)


def _first_of(node: Node, root: Path, column: int, cells: set[str]) -> tuple[str, int]:
    """The first of these cells in the file, and the line on which its row begins."""
    with node.file_in(root).open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, delimiter=_delimiter(node))
        before = 0
        for row in rows:
            if before and len(row) > column and row[column] in cells:
                return row[column], before + 1
            before = rows.line_num
    return min(cells), 1


def _no_csv(node: Node, error: EngineError) -> ConvsqlError:
    line = re.search(r"CSV Error on Line: (\d+)\n(?:Original Line: .*\n)?(.*)", error.message)
    if line is None:
        return ConvsqlError(f"not a CSV file: {error.message.splitlines()[0]}", node.where)
    return ConvsqlError(f"not a CSV file: {line[2]}", Where(node.path, int(line[1])))
