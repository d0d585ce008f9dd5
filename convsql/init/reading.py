"""What lies in a folder of raw tables: which inputs, in which form, with which columns and values."""

from __future__ import annotations

from pathlib import Path

from convsql.base.errors import ConvsqlError, Where, did_you_mean
from convsql.base.printable import first_of
from convsql.engines.session import EngineError, Session
from convsql.init.connected import TOOLS, read_connectors
from convsql.init.contradicted import note_contradicted
from convsql.init.exports.columns import words_of
from convsql.init.exports.found import note_models
from convsql.init.exports.names import FILE_WORDS, spoken_of
from convsql.init.exports.plan import Plan
from convsql.init.found import Found, counted, forms_of, note_times, text_of, values_of
from convsql.init.inputs import BY_NAME, INPUTS, MAPPED_COLUMNS, TIMED
from convsql.raw_files.forms import PACKED, kind_of

_MOST = 12  # files in a hint


def read_folder(folder: Path, package: Path, session: Session, work: Path, plan: Plan | None = None) -> Found:
    """Look at every input in `folder`, and every known tool's, through `session` (an empty database).

    Files that the session can't read as they are, are written anew into `work`, which it must be allowed to read.

    Raises ConvsqlError when there is no such folder, nothing of it is an input, or a file can't be read.
    """
    where = Where(f"--from {folder}")
    if not folder.is_dir():
        wrong = "is a file, not a folder" if folder.exists() else "no such folder"
        raise ConvsqlError(wrong, where, "name the folder that holds the exports")
    found = Found(folder, work)
    plan = plan or Plan()
    for each in INPUTS:
        if each.name not in plan.inputs:
            _look_for(each.name, found, where)
    read_connectors(found, package, session)
    if not found.forms and not found.connectors and not plan.inputs:
        files = sorted(p.name for p in folder.iterdir())
        near = next((hint for n in files if (hint := did_you_mean(n.split(".")[0], BY_NAME, 0.8))), "")
        if not near and plan.others:
            shown = first_of(plan.others, _MOST)
            near = f"nothing tells which input is in {shown}; say it: {_say_which(plan.others[0])}"
        raise ConvsqlError(
            "holds none of the raw tables", where, near or "put exports of messages, contacts and deals into it"
        )
    for name in found.forms:
        try:
            _read(name, found, session)
        except EngineError as error:
            raise found.stumbled({name: found.forms[name]}, error) from None
    note_models(plan, found, session)
    if found.forms or plan.inputs or not found.connectors:
        found.notes += [
            f"{each.name}: required, but missing; the build will ask for it"
            for each in INPUTS
            if each.is_required and each.name not in found.forms and each.name not in plan.inputs
        ]
    _note_others(found, plan)
    others = [v for v in found.values.get("direction", {}) if v not in ("inbound", "outbound")]
    if others:
        found.notes.append(f"messages.direction: {', '.join(others)} are neither inbound nor outbound; set aside")
    return found


def _look_for(name: str, found: Found, where: Where) -> None:
    there = forms_of(found.folder, name)
    if len(there) > 1:
        places = ", ".join(form.removeprefix(f"{found.folder}/") for form in there)
        raise ConvsqlError(f"{name} lies there in {len(there)} forms: {places}", where, "keep one of them")
    if there:
        found.forms[name] = there[0]


def _read(name: str, found: Found, session: Session) -> None:
    relation = found.relation(found.forms[name], name)
    columns = [column.lower() for column, _ in session.columns(relation)]
    found.columns[name] = columns
    found.rows[name] = int(session.fetch(f"select count(*) from {relation}")[0][0])
    known = BY_NAME[name]
    for column in known.must:
        if column not in columns:
            near = did_you_mean(column, [c for c in columns if c not in (*known.must, *known.may)])
            found.notes.append(f"{name}: column {column} is required, but missing" + (f" ({near})" if near else ""))
    absent = [c for c in known.may if c not in columns]
    if absent:
        found.notes.append(f"{name}: without {', '.join(absent)} (optional: null)")
    for subject, (table, column) in MAPPED_COLUMNS.items():
        if table == name and column in columns:
            found.values[subject] = values_of(column, relation, session, found, f"{name}.{column}")
    if TIMED.get(name) in columns:
        note_times(name, TIMED[name], relation, session, found)
    if name == "deal_stages":
        note_contradicted(relation, columns, session, found)
    if name == "meetings":
        found.values["meetings"] = _meeting_stages(relation, columns, session, found)
    if name == "contacts":
        for column in (c for c in ("persona", "source") if c in columns):
            count = session.fetch(f"select count({text_of(column)}) from {relation}")[0][0]
            found.filled |= {column} if count else set()


def _meeting_stages(relation: str, columns: list[str], session: Session, found: Found) -> dict[str, int]:
    """Meetings become stages: their kind followed by _booked, and by _attended where one was."""
    kind = f"coalesce({text_of('kind')}, 'meeting')" if "kind" in columns else "'meeting'"
    booked = counted(f"{kind} || '_booked'", relation, session, found, "meetings.kind")
    if "attended_at" not in columns:
        return booked
    attended = f"case when {text_of('attended_at')} is not null then {kind} || '_attended' end"
    return {**booked, **counted(attended, relation, session, found, "meetings.kind")}


def _say_which(file: str) -> str:
    """The answer that names the input of a file; the likeliest by the file's name."""
    words = words_of(file.split(".")[0])[0]
    named = next((name for name, pattern in FILE_WORDS.items() if spoken_of(words, pattern)), "messages")
    return f"--set {named}.file='{file}'"


def _note_others(found: Found, plan: Plan) -> None:
    read = {sheet.opened.file.name for sheet in plan.sheets.values()}
    for path in sorted(found.folder.iterdir()):
        name = path.name.split(".")[0]
        noted = any(note.startswith(f"{path.name}") for note in plan.notes)
        is_read = name in (*BY_NAME, *TOOLS) or path.name in read or noted
        if not is_read and path.name.lower().endswith(PACKED):
            found.notes.append(f"{path.name}: is packed, and was not read: unpack it into the folder")
        elif not is_read and (path.is_dir() or kind_of(path.name)):
            near = did_you_mean(name, [n for n in BY_NAME if n not in found.forms], 0.8)
            if not near and path.name in plan.others:
                near = f"its columns are too few of any input's; if it is one, say which: {_say_which(path.name)}"
            found.notes.append(
                f"{path.name}: is not one of the inputs, and was not read" + (f" ({near})" if near else "")
            )
    if len(found.shown_forms) > 1:
        found.notes.append(
            "the tables lie in several forms: convsql reads them, dbt reads one (variable raw_format) only"
        )
