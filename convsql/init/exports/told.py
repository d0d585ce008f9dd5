"""What `--set` said, held against what was read: an answer that names what is not there, or that nothing follows from, is an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from convsql.base.errors import ConvsqlError, did_you_mean
from convsql.base.quoting import literal
from convsql.definitions.read_inputs import declared_inputs
from convsql.engines.session import Session
from convsql.init.exports.columns import Column
from convsql.init.exports.matching import ends_of
from convsql.init.exports.overlaps import MADE
from convsql.init.exports.plan import Part, Plan
from convsql.init.exports.sheets import Sheet
from convsql.init.exports.stages import CREATED
from convsql.init.exports.unread import unread_column
from convsql.init.exports.writings import writings_of

_MOST = 12  # names in a hint


def check_told(told: Mapping[str, str], sheets: Sequence[Sheet], plan: Plan, session: Session) -> None:
    """Raises ConvsqlError, with what was probably meant, for an answer that changes nothing."""
    for key, value in told.items():
        name, _, field = key.rpartition(".")
        said = f"--set {key}={value}"
        if not name:
            continue  # a zone, an order or a sign for all inputs, if any of their values asks for it
        if field == "file":
            _check_files(name, value, said, sheets, plan)
            continue
        parts = plan.inputs.get(name, [])
        if not parts:
            raise ConvsqlError(
                f"{said}: no file is read as {name}",
                hint=f"name it, too: --set {name}.file='{sheets[0].opened.file.name if sheets else 'file'}'",
            )
        if field in (c.name for c in declared_inputs()[name].columns):
            kind = next(c.kind for c in declared_inputs()[name].columns if c.name == field)
            _check_column(field, kind, value, said, parts)
        elif field in ("inbound", "outbound"):
            _check_words(value, said, parts)
        elif field in ("from", "to"):
            _check_column("contact_id", "text", value, said, parts)
        elif field == "own_numbers":
            _check_own(value, said, parts, session)
        elif field == "senders" and value == "rep" and not _speaks_of(parts, "sender_type", "rep"):
            raise ConvsqlError(f"{said}: every message says who sent it", hint="leave it out")
        elif field == "opportunity" and CREATED not in plan.decided:
            raise ConvsqlError(f"{said}: no stage is made of when a deal was created", hint="leave it out")


def _check_files(name: str, value: str, said: str, sheets: Sequence[Sheet], plan: Plan) -> None:
    files = sorted({sheet.opened.file.name for sheet in sheets})
    read = {f.lower() for part in plan.inputs.get(name, []) for f in (part.sheet.opened.file.name, part.sheet.name)}
    for file in (each.strip() for each in value.split(",")):
        if file.lower() not in {f.lower() for f in files} | {sheet.name for sheet in sheets}:
            raise ConvsqlError(
                f"{said}: no file '{file}'", hint=did_you_mean(file, files) or f"there are {_few(files)}"
            )
        if file.lower() not in read:
            raise ConvsqlError(
                f"{said}: it can't be read as {name} beside the others",
                hint=f"see what is read without it, and name all files of {name}",
            )


def _check_column(field: str, kind: str, value: str, said: str, parts: Sequence[Part]) -> None:
    columns = [column for part in parts if (column := part.sheet.column(value))]
    if not columns:
        names = list(dict.fromkeys(c.name for part in parts for c in part.sheet.columns))
        files = ", ".join(dict.fromkeys(part.sheet.opened.file.name for part in parts))
        raise ConvsqlError(
            f"{said}: no column '{value}' in {files}",
            hint=did_you_mean(value, names) or f"there are {_few(names)}",
        )
    if not any(_fits(column, kind) for column in columns):
        what = "numbers" if kind == "number" else "times"
        if what == "times" and (unread := unread_column(columns[0])):
            reason, hint = unread
            raise ConvsqlError(f"{said}: {reason}", hint=hint)
        raise ConvsqlError(f"{said}: no {what} stand in that column", hint=f"name the column of {field}")
    if not any(column.sql in text for column in columns for part in parts for text in texts_of(part, field)):
        raise ConvsqlError(f"{said}: {field} can't be made of that column", hint="name another")


def _fits(column: Column, kind: str) -> bool:
    if kind == "number":
        return column.number is not None or column.is_duration
    return column.time is not None if kind in ("time", "open_time") else True


def _check_words(value: str, said: str, parts: Sequence[Part]) -> None:
    for word in (each.strip() for each in value.split(",")):
        if word and not _speaks_of(parts, "direction", word):
            raise ConvsqlError(
                f"{said}: no column of the direction has the value '{word}'",
                hint="name the column with --set messages.direction='column'",
            )


def _check_own(value: str, said: str, parts: Sequence[Part], session: Session) -> None:
    ends = [(part.sheet, pair) for part in parts if (pair := ends_of(part.sheet)) and part.steps]
    if not ends:
        raise ConvsqlError(f"{said}: something else says the direction", hint="leave it out")
    for number in (each.strip() for each in value.split(",")):
        if number and not any(writings_of([number], list(pair), sheet, session) for sheet, pair in ends):
            named = " or ".join(dict.fromkeys(f"{sender.name}, {receiver.name}" for _, (sender, receiver) in ends))
            raise ConvsqlError(f"{said}: no row is of that number", hint=f"use one that stands in {named}")


def _speaks_of(parts: Sequence[Part], field: str, text: str) -> bool:
    return any(
        literal(word) in each for part in parts for each in texts_of(part, field) for word in (text, text.lower())
    )


def texts_of(part: Part, field: str = "") -> list[str]:
    """The SQL that reads a column of an input, or all of it: where a column of the file stands in none, nothing is read of it."""
    picked = [p for name, p in part.columns.items() if not field or name == field]
    texts = [text for p in picked for text in (p.sql, p.plain)]
    if not field or field in ("contact_id", "direction"):
        texts += [sql for _, sql in part.steps]
        texts += list(part.reached_by or ())
        texts += [part.lookup.party, part.lookup.shown_party, part.lookup.own] if part.lookup else []
    return texts if field else [*texts, part.where]


def note_unused(plan: Plan, direct: Mapping[str, Sheet]) -> None:
    """Name the columns of each file of which nothing is read, in one line a file."""
    read: dict[str, str] = {}
    sheets: dict[str, list[Sheet]] = {}
    for part in (part for of in plan.inputs.values() for part in of):
        name = part.sheet.opened.file.name
        sheets.setdefault(name, []).append(part.sheet)
        made = part.columns.get("message_id")
        texts = [t for t in texts_of(part) if made is None or made.evidence != MADE or t not in (made.sql, made.plain)]
        read[name] = read.get(name, "") + "\n".join(texts) + part.sheet.where
        if part.lookup is not None:
            for sheet, contact_id, key in part.lookup.tables:
                other = sheet.opened.file.name
                read[other] = read.get(other, "") + key + contact_id
    for name, sheet in direct.items():
        sheets.setdefault(sheet.opened.file.name, []).append(sheet)
        known = {c.name for c in declared_inputs()[name].columns}
        text = "\n".join(c.sql for c in sheet.columns if c.name.lower() in known)
        read[sheet.opened.file.name] = read.get(sheet.opened.file.name, "") + text
    for file, of in sheets.items():
        unused = dict.fromkeys(c.name for sheet in of for c in sheet.columns if c.filled and c.sql not in read[file])
        if unused:
            plan.notes.append(f"{file}: not read: {_few(list(unused))}")


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(" ".join(name.split()) for name in names[:_MOST])
    return f"{shown} and {len(names) - _MOST:,} more" if len(names) > _MOST else shown
