"""The tables in the files of a folder: one per file, one per kind of row where a column says the kind, and the lists in a JSON file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from convsql.base.quoting import literal, quote
from convsql.engines.session import EngineError, Session
from convsql.init.exports.columns import Column, columns_of, read_as, words_of
from convsql.init.exports.names import OBJECT, OBJECT_WORDS, rank, spoken_of
from convsql.init.exports.opening import Opened

MOST_KINDS = 12


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. `name` is its file's as a source, `rows_sql` the rows of that source as the model reads them.

    `where` chooses its rows; `listed` is the column that holds a list of which each item is a row. `ends`: the columns of who sent and who
    received, as somebody said; empty where nobody did.
    """

    name: str
    opened: Opened
    columns: tuple[Column, ...]
    count: int
    where: str = ""
    listed: str = ""
    kind: str = ""
    all_columns: tuple[tuple[str, str], ...] = ()
    ends: tuple[str, str] = ("", "")

    @property
    def words(self) -> str:
        """Its file's name, and the kind of its rows, as words."""
        return f"{words_of(self.opened.file.name.split('.')[0])[0]} {self.kind.lower()}".strip()

    @property
    def place(self) -> str:
        """Its file, and which rows of it."""
        rows = f" ({self.where})" if self.where else f" ({self.listed})" if self.listed else ""
        return self.opened.file.name + rows

    @property
    def relation(self) -> str:
        """The rows, here and now."""
        if self.listed:
            return f"(select given.*, {item_of(self.listed)} as list_item from {self.opened.relation} as given)"
        return f"(select * from {self.opened.relation} as given{f' where {self.where}' if self.where else ''})"

    def column(self, name: str) -> Column | None:
        """A column by its name, in any case of letters."""
        return next((c for c in self.columns if c.name.lower() == name.lower()), None)


def item_of(listed: str) -> str:
    """Each item of a list that is kept as JSON text."""
    return f"unnest(from_json({quote(listed)}, '[\"json\"]'))"


def sheets_of(opened: Opened, session: Session) -> Iterator[Sheet]:
    """The tables of one file. Raises EngineError where it can't be read."""
    names = [name for name, _ in session.columns(opened.relation)]
    types = tuple(session.columns(opened.relation))
    columns, count = columns_of(opened.relation, [(n, read_as(n)) for n in names], session)
    members = {c.name: list(_nested(c)) for c in columns}
    nested = [member for of in members.values() for member in of]
    if nested:
        columns = [c for c in columns if not members[c.name]] + columns_of(opened.relation, nested, session)[0]
    slug = re.sub(r"\W+", "_", opened.file.name.split(".")[0], flags=re.ASCII).strip("_").lower() or "export"
    whole = Sheet(slug if not slug[0].isdigit() else f"file_{slug}", opened, tuple(columns), count, all_columns=types)
    listed = [c for c in columns if c.values and all(v.startswith("[{") and v.endswith("]") for v in c.values[:20])]
    if listed:
        yield from (_unfolded(whole, c, session) for c in listed)
    elif kinds := _kinds(whole):
        column, values = kinds
        for value in values:
            where = f"{column.sql} = {literal(value)}"
            part = replace(whole, where=where, kind=words_of(value)[0])
            found, rows = columns_of(part.relation, [(c.name, c.sql) for c in columns], session)
            yield replace(part, columns=tuple(c for c in found if c.filled), count=rows)
    else:
        yield whole


def _kinds(sheet: Sheet) -> tuple[Column, list[str]] | None:
    """The column that says what each row is, and its values, where they are different objects."""
    for column in sheet.columns:
        if not rank(column.words, OBJECT) or not 1 < column.distinct <= MOST_KINDS:
            continue
        objects = {
            v: next((o for o, p in OBJECT_WORDS.items() if spoken_of(words_of(v)[0], p)), "") for v in column.values
        }
        if len({o for o in objects.values() if o}) > 1:
            return column, sorted(v for v, o in objects.items() if o)
    return None


def _nested(column: Column) -> Iterator[tuple[str, str]]:
    """The members of a column whose values are all objects in JSON: the name of each, and the SQL that reads it."""
    if not column.values or not all(v.startswith("{") and v.endswith("}") for v in column.values[:20]):
        return
    keys: dict[str, None] = {}
    for text in column.values[:50]:
        try:
            keys |= dict.fromkeys(_paths(json.loads(text)))
        except ValueError:
            return
    for key in keys:
        yield f"{column.name}.{key}", f"{column.sql} ->> '$.{key}'"


def _unfolded(sheet: Sheet, column: Column, session: Session) -> Sheet:
    keys: dict[str, None] = {}
    for text in column.values[:50]:
        for item in json.loads(text):
            keys |= dict.fromkeys(_paths(item))
    inner = [(key, f"list_item ->> '$.{key}'") for key in keys]
    outer = [(f"{c.name}", c.sql) for c in sheet.columns if c.name != column.name and c.name not in keys]
    outer += [(f"{_singular(sheet.name)}.{c.name}", c.sql) for c in sheet.columns if c.name in keys]
    part = replace(sheet, listed=column.name, kind=words_of(column.name)[0])
    columns, count = columns_of(part.relation, [*inner, *outer], session)
    return replace(part, columns=tuple(columns), count=count)


def _paths(item: object, before: str = "") -> Iterator[str]:
    if not isinstance(item, dict):
        return
    for key, value in item.items():
        if isinstance(value, dict):
            yield from _paths(value, f"{before}{key}.")
        elif not isinstance(value, list) and re.fullmatch(r"\w+", str(key)):
            yield f"{before}{key}"


def _singular(name: str) -> str:
    return name.removesuffix("s")


def read_sheets(files: list[Path], session: Session, work: Path, notes: list[str]) -> list[Sheet]:
    """The tables of all files; one that can't be read is noted."""
    from convsql.base.errors import ConvsqlError
    from convsql.init.exports.opening import opened

    found: list[Sheet] = []
    for file in files:
        try:
            found += sheets_of(opened(file, work), session)
        except ConvsqlError as error:
            notes.append(f"{file.name}: can't be read: {error.reason}" + (f" ({error.hint})" if error.hint else ""))
        except EngineError as error:
            notes.append(f"{file.name}: can't be read: {error.message.splitlines()[0]}")
    taken: dict[str, Path] = {}
    renamed = []
    for sheet in found:
        name = sheet.name
        while taken.setdefault(name, sheet.opened.file) != sheet.opened.file:
            name += "_2"
        renamed.append(replace(sheet, name=name))
    return [s for s in renamed if s.count]
