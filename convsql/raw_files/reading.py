"""The decision how a file is read, what is remembered of it, and files written anew.

`target/raw_files/index.json` says of each file that was looked at, as it stood then: the delimiter with which DuckDB reads it, the text file that was
written of it, or what is wrong. It is sealed like all of `target/`, so another version of convsql looks again.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convsql.base.errors import ConvsqlError
from convsql.base.file_facts import content_digest, facts
from convsql.base.printable import number_of
from convsql.base.quoting import literal
from convsql.base.sealed_json import read_sealed, write_sealed
from convsql.base.whole_file import drafted, real_place
from convsql.engines.reach import is_of_the_system
from convsql.raw_files.dialects import NAMES
from convsql.raw_files.encodings import LEGACY
from convsql.raw_files.forms import JSON, PARQUET, SHEET, TEXT, kind_of, parquet_relation, suffix_of, text_relation
from convsql.raw_files.json_rows import json_rows
from convsql.raw_files.problem import Unreadable
from convsql.raw_files.sheets import sheet_rows
from convsql.raw_files.text_shape import HEAD, TextShape, rows_in, shape_of

FOLDER = "raw_files"
# A part of the names of files that are written anew: to be raised when they would come out otherwise.
WRITTEN = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read: the `relation`, or what is `wrong` (`contacts.csv:2: …`, with a `hint`) where there is none.

    `notes`: what was found out about them, such as an encoding.
    """

    relation: str = ""
    wrong: str = ""
    hint: str = ""
    notes: tuple[str, ...] = ()


class RawFiles:
    """Reads raw files; what is written of them lies in `folder`, which a session must be allowed to read.

    `version`: what the code is; what another one remembered does not count.
    """

    def __init__(self, folder: Path, version: str) -> None:
        self.folder = folder
        self._version = version
        self._index: dict[str, Any] | None = None

    def known_as(self, relation: str) -> str:
        """A relation without the folder in which files are written: what it reads, wherever that lies."""
        return relation.replace(literal(f"{self.folder}/")[1:-1], "")

    def reading(self, files: Sequence[str], pattern: str = "") -> Reading:
        """How files of one kind are read as one table. `pattern`: the glob that names just these. Raises OSError."""
        if not files:
            return Reading(wrong="no file", hint="name one")
        kinds = {kind_of(file) for file in files}
        if kinds == {PARQUET}:
            return Reading(parquet_relation(pattern) if pattern else _together(map(parquet_relation, files)))
        known, notes = [], []
        for file in files:
            try:
                known.append(self._how(file))
            except Unreadable as error:
                place = f"{file}:{error.line}" if error.line else file
                return Reading(wrong=f"{place}: {error.reason}", hint=error.hint)
            notes += [f"{file}: {note}" for note in known[-1]["notes"]]
        plain = {how["delimiter"] for how in known}
        if len(plain) == 1 and (pattern or len(files) == 1) and not any(how["made"] for how in known):
            (delimiter,) = plain
            return Reading(text_relation(pattern or files[0], delimiter), notes=tuple(notes))
        relations = (
            text_relation(str(self.folder / how["made"]) if how["made"] else file, how["delimiter"])
            for file, how in zip(files, known, strict=True)
        )
        return Reading(_together(relations), notes=tuple(notes))

    def look_again(self, files: Sequence[str]) -> str:
        """Why DuckDB could not read files that looked plain: their first wrong row; empty where none is found."""
        for file in files:
            try:
                if kind_of(file) != TEXT:
                    continue
                shape = shape_of(file, None)
                if not shape.is_plain:
                    self._remember(file, self._written(file, shape))
                    return f"{file}: it has to be read line by line, and will be: run again"
            except Unreadable as error:
                self._remember(file, _refused(error))
                return f"{file}:{error.line}: {error.reason}" if error.line else f"{file}: {error.reason}"
            except OSError:
                continue
        return ""

    def _how(self, file: str) -> dict[str, Any]:
        """How one file is read, as the index has it. Raises OSError, Unreadable."""
        known = self._known(file)
        if known is None:
            try:
                known = self._decide(file)
            except Unreadable as error:
                known = _refused(error)
            self._remember(file, known)
        if known["reason"]:
            raise Unreadable(known["reason"], known["line"], known["hint"])
        return known

    def _decide(self, file: str) -> dict[str, Any]:
        kind = kind_of(file)
        if is_of_the_system(file):  # through a link
            raise Unreadable("the system's, and no data", hint="name a file of data")
        if kind == TEXT:
            shape = shape_of(file, HEAD)
            if shape.is_plain:
                said = [] if shape.dialect.delimiter == "," else [f"parted by {_named(shape.dialect.delimiter)}"]
                return _as(delimiter=shape.dialect.delimiter, notes=said)
            return self._written(file, shape)
        if kind not in (JSON, SHEET):
            raise Unreadable("no kind of file that is read", hint="CSV, Parquet, JSON and workbooks are")
        return _as(made=self._write(file, json_rows(file) if kind == JSON else sheet_rows(file)))

    def _written(self, file: str, shape: TextShape) -> dict[str, Any]:
        notes = ["read as Windows-1252"] if shape.encoding == LEGACY else []
        if shape.dialect.delimiter != ",":
            notes.append(f"parted by {_named(shape.dialect.delimiter)}")
        if shape.above or shape.footer:
            notes.append(f"without {number_of(shape.above, 'row')} above the header and {shape.footer} below the table")
        return _as(made=self._write(file, rows_in(file, shape)), notes=notes)

    def _write(self, file: str, rows: Iterator[list[str]]) -> str:
        """Write rows as a plain text file, whole or not at all; returns its name."""
        name = hashlib.sha256(f"{WRITTEN} {suffix_of(file)} {content_digest(file)}".encode()).hexdigest()[:32] + ".csv"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with drafted(real_place(self.folder / name)) as draft, draft.open("w", encoding="utf-8", newline="") as out:
                writer = csv.writer(out, lineterminator="\n")
                for row in rows:
                    writer.writerow(row)
        except UnicodeEncodeError:
            raise Unreadable("a text holds half a character", hint="save it as UTF-8") from None
        except PermissionError as error:
            raise ConvsqlError(f"can't write {self.folder}: {error.strerror}") from None
        return name

    def _known(self, file: str) -> dict[str, Any] | None:
        known = self._entries().get(os.path.abspath(file))
        if not isinstance(known, dict) or known.get("facts") != _facts(file):
            return None
        try:
            is_there = not known["made"] or known["made_facts"] == _facts(str(self.folder / known["made"]))
        except OSError:
            return None
        return known if is_there else None

    def _remember(self, file: str, how: dict[str, Any]) -> None:
        index, key = self._entries(), os.path.abspath(file)
        # an export whose name has its day comes under another one tomorrow, and what was written of the last is of no use
        gone = [index.pop(path) for path in list(index) if path == key or not os.path.exists(path)]
        how["facts"] = _facts(file)
        how["made_facts"] = _facts(str(self.folder / how["made"])) if how["made"] else ""
        index[key] = how
        used = {entry.get("made") for entry in index.values() if isinstance(entry, dict)}
        for before in gone:
            if isinstance(before, dict) and before.get("made") and before["made"] not in used:
                (self.folder / Path(str(before["made"])).name).unlink(missing_ok=True)
        write_sealed(self.folder / "index.json", self._version, {"files": index})

    def _entries(self) -> dict[str, Any]:
        if self._index is None:
            found = (read_sealed(self.folder / "index.json", self._version) or {}).get("files")
            self._index = found if isinstance(found, dict) else {}
        return self._index


def _as(**said: Any) -> dict[str, Any]:
    return {"delimiter": ",", "made": "", "notes": [], "reason": "", "line": 0, "hint": "", **said}


def _refused(error: Unreadable) -> dict[str, Any]:
    return _as(reason=error.reason, line=error.line, hint=error.hint)


def _named(delimiter: str) -> str:
    return NAMES.get(delimiter, f"'{delimiter}'")


def _facts(file: str) -> str:
    return hashlib.sha256(repr(facts(file)).encode()).hexdigest()


def _together(relations: Iterable[str]) -> str:
    """Several relations as one, columns matched by name."""
    each = list(relations)
    return each[0] if len(each) == 1 else "(" + " union all by name ".join(f"select * from {r}" for r in each) + ")"
