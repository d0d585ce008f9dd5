"""`convsql forget`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from convsql.base.errors import EXIT_FAILED, EXIT_HELD, EXIT_OK, ConvsqlError, Where
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.context import Context
    from convsql.forgetting.forget import Ended

_COLUMNS = ("at (UTC)", "environment", "build", "ids", "by", "reason", "removed")


@project_command(OWN, *PROJECT, "json", "quiet")
def forget(
    context: Context,
    contact: Annotated[
        Optional[list[str]], typer.Option("--contact", help="The contact_id of a person to forget; may be repeated.")
    ] = None,
    contacts: Annotated[
        Optional[Path], typer.Option("--contacts", help="A file of contact_ids, one per line.", show_default=False)
    ] = None,
    reason: Annotated[
        Optional[str],
        typer.Option("--reason", help="The reason, for the record; without names or ids.", show_default=False),
    ] = None,
    list_: Annotated[
        bool, typer.Option("--list", help="Show who was forgotten, and when; with --contact, whether this person was.")
    ] = False,
) -> int:
    """Delete people who are no longer in the sources: publish a build without them, and remove everything else that could show them.

    Removes earlier builds, failing rows, caches and logs, and rewrites the database. A record says that it was done; of the ids it keeps only a hash.
    """
    from convsql.forgetting.people import cleaned

    given = cleaned([*(contact or []), *_in_file(contacts)])
    if list_:
        return _list(context, given)
    if not given:
        raise ConvsqlError(
            "nobody is named", Where("forget"), "--contact ID, or --contacts FILE with an id on each line"
        )
    if any(i in (reason or "") for i in given):
        raise ConvsqlError(
            "the reason names the contact, and it is kept", Where("--reason"), "say why without an id or a name"
        )
    return _forget(context, given, reason or "")


def _in_file(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConvsqlError(
            f"can't read {file}: {getattr(error, 'strerror', None) or 'it is not text'}", Where("--contacts")
        ) from None


def _forget(context: Context, ids: list[str], reason: str) -> int:
    from convsql.base.personal import without_addresses
    from convsql.cli.aloud import compile_aloud
    from convsql.cli.finish import ending, listener
    from convsql.cli.recorded import Patience, recorded
    from convsql.engines.access import access_to
    from convsql.forgetting.forget import Request, check_target
    from convsql.forgetting.forget import forget as run
    from convsql.project.profiles import all_databases
    from convsql.runs.recording import who

    project, target = context.load()
    check_target(target)
    request = Request(ids, without_addresses(reason), who(), list(all_databases(project, context.profiles_folder)))

    def body(recording: object) -> int:
        compiled = compile_aloud(context)
        ended = run(context.compiled, access_to(compiled.target), request, listener(context, compiled), ending())
        _say(context, ended)
        return ended.exit_code

    return recorded(context, "forget", {"contacts": len(ids)}, Patience(), body)


def _say(context: Context, ended: Ended) -> None:
    from convsql.base.printable import number_of
    from convsql.cli import terminal
    from convsql.cli.results_in_words import summary
    from convsql.forgetting.database import counted

    environment = context.load()[1].schema
    done = bool(ended.build)
    if context.json:
        status = (
            ("incomplete" if ended.left else "forgotten")
            if done
            else "held"
            if ended.exit_code == EXIT_HELD
            else "failed"
        )
        facts = {"build": ended.build or None, "ids": len(ended.ids), "removed": ended.removed, "left": ended.left}
        facts["unknown"] = len(ended.unknown)
        terminal.put(json.dumps({"status": status, "exit_code": ended.exit_code, **facts}))
        return
    if not done:
        why = (
            f"the build failed: {summary(ended.outcome, 'build', environment)}"
            if ended.exit_code == EXIT_FAILED
            else f"'{environment}' is {ended.outcome.held}"
        )
        terminal.say(f"nobody was forgotten, {why}")
        return
    terminal.say(
        f"forgotten in '{environment}': {number_of(len(ended.ids), 'id')}; build {ended.build} is what readers see;"
        f" removed: {counted(ended.removed)}; the database was written anew"
    )
    for each in ended.unknown:
        terminal.say(f"warning: nothing that was built had the contact_id '{each}': is it written as in the data?")
    for place in ended.left:
        terminal.say(f"warning: not convsql's, but still contains the person: {place}")


def _list(context: Context, ids: list[str]) -> int:
    from convsql.cli import terminal
    from convsql.engines.access import access_to
    from convsql.forgetting.audit import read_audit
    from convsql.forgetting.database import counted

    session = access_to(context.load()[1]).read()
    try:
        found = {f.request: f for i in ids or [""] for f in read_audit(session, i)}.values()
    finally:
        if session is not None:
            session.close()
    if context.json:
        terminal.put(json.dumps([each.to_json() for each in found]))
    elif not found:
        terminal.say("nobody was forgotten yet" if not ids else "no record says that they were forgotten")
    else:
        terminal.put_table(
            _COLUMNS, [(f.at, f.environment, f.build, f.contacts, f.by, f.reason, counted(f.removed)) for f in found]
        )
    return EXIT_OK
