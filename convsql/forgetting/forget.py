"""The whole way: the sources have them no more, a build without them is published, and all else that could show them is dropped.

Every step reads what is there and leaves what is wanted, so that a run that was killed is finished by the same command; the record is written last, together
with the new file of the database.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from convsql.base.errors import EXIT_FAILED, EXIT_HELD, ConvsqlError, Where
from convsql.base.quoting import DATA_SCHEMA, qualified
from convsql.building.build import Options, run_build
from convsql.building.results import Listener, Outcome
from convsql.building.state import Build, head, prepare
from convsql.compiling.project import Compiled
from convsql.engines.access import Access
from convsql.engines.session import EngineError, Session
from convsql.enrichment.store import forget_orphans, place_of
from convsql.enrichment.texts import MESSAGES
from convsql.forgetting.audit import audit_rows, prepare_audit, read_audit
from convsql.forgetting.database import (
    check_environments,
    check_shown,
    drop_builds,
    forget_rows,
    held_by_others,
    personal_values,
    tables_of_others,
)
from convsql.forgetting.files import clean_records, empty_target, needles_of, others_with
from convsql.forgetting.people import never_seen, same_people
from convsql.forgetting.raw_tables import check_gone
from convsql.project.profiles import Target


@dataclass(frozen=True, slots=True)
class Request:
    """Whose ids, why, in whose name; `databases` are the files of all targets."""

    ids: Sequence[str]
    reason: str
    by: str
    databases: Collection[Path] = ()


@dataclass(slots=True)
class Ended:
    """How it ended: the exit code, the ids (those of merged contacts too), what was removed, and what is not convsql's and still holds them.

    `unknown`: ids that nothing which was built had, and no record says that they were forgotten: perhaps misspelled.
    """

    exit_code: int
    ids: list[str]
    outcome: Outcome
    build: int = 0
    removed: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


# What is made of its last version would keep the rows of that.
_ANEW = Options(anew=lambda node: bool(node.increment), whole=True)


def forget(
    compile_again: Callable[[], Compiled],
    access: Access,
    request: Request,
    listener: Listener,
    ending: ExitStack | None = None,
) -> Ended:
    """Forget contacts on one target. A build that fails or is held forgets nothing, and is in what is returned.

    Raises ConvsqlError where a source or another environment still has them, LockHeld, StaleHead.
    """
    compiled = compile_again()
    ids, values, unknown = _who(compiled, access, request.ids)
    check_gone(compiled, access, ids)
    outcome = run_build(compiled, access, _ANEW, listener, ending)
    if not outcome.failed and not outcome.held and (scores := _forget_scores(compiled, access)):
        compiled = compile_again()
        outcome = run_build(compiled, access, Options(whole=True), listener, ending)
    else:
        scores = 0
    if outcome.failed or outcome.held or outcome.published is None:
        return Ended(EXIT_FAILED if outcome.failed else EXIT_HELD, ids, outcome)
    ended = Ended(0, ids, outcome, outcome.published.sequence, unknown=unknown)
    _end(compiled, access, request, ended, values)
    if scores:
        ended.removed["scores"] = scores
    ended.exit_code = EXIT_FAILED if ended.left else 0
    return ended


def check_target(target: Target) -> None:
    """Raises ConvsqlError for a target of which it can't be said that what was dropped is gone."""
    if target.type == "spark":
        raise ConvsqlError(
            f"`convsql forget` can't work on target '{target.name}' of type spark: what was dropped there stays in files"
            " of the catalogue's own",
            Where("--target"),
            "delete the person in the sources, build, run `convsql clean`, and let the catalogue expire its files",
        )


def _who(compiled: Compiled, access: Access, given: Sequence[str]) -> tuple[list[str], set[str], list[str]]:
    """All ids of these people, the personal values of their rows, and the ids of which nothing is known.

    Raises ConvsqlError where another environment shows them.
    """
    session = access.read()
    if session is None:
        return sorted(given), set(), []
    try:
        shown = head(session, compiled.target.schema)
        ids = same_people(session, shown, given)
        if shown is not None:
            check_environments(session, compiled.target.schema, ids)
        unknown = [i for i in never_seen(session, given) if not read_audit(session, i)]
        return ids, personal_values(session, compiled, ids), unknown
    except EngineError as error:
        raise ConvsqlError(error.message) from None
    finally:
        session.close()


def _forget_scores(compiled: Compiled, access: Access) -> int:
    """Drop the scores of messages that are no more; returns how many."""
    session = access.read()
    if session is None:
        return 0
    try:
        messages = _relation(head(session, compiled.target.schema), MESSAGES)
        if not messages:
            return 0
        variables = compiled.project.vars_for(compiled.project.name)
        if "://" in str(variables.get("raw_path") or ""):
            return 0  # there `enrich` writes none
        place = place_of(variables)
        if place.path is not None:
            return forget_orphans(session, place, messages) if session.dialect == "duckdb" else 0
    except EngineError as error:
        raise ConvsqlError(error.message) from None
    finally:
        session.close()
    with access.writing() as writing:
        return forget_orphans(writing, place, messages)


def _relation(build: Build | None, name: str) -> str:
    found = [view.relation for view in build.views if view.name == name] if build else []
    return qualified(DATA_SCHEMA, found[0]) if found else ""


def _end(compiled: Compiled, access: Access, request: Request, ended: Ended, values: set[str]) -> None:
    """Drop all but what readers see, clean the files, and write the database anew with the record in it."""
    session: Session = access.write()
    try:
        prepare(session)
        check_shown(session, compiled.target.schema, ended.build, ended.ids)
        alone = values - held_by_others(session, compiled, values)
        needles = needles_of([*ended.ids, *alone])
        removed = ended.removed
        removed |= {
            "builds": 0,
            "relations": 0,
        }  # they are said first, and go last: who the person is, is known from them
        removed |= forget_rows(session, ended.ids, alone, ended.outcome.results)
        removed["files"] = empty_target(compiled, needles, request.databases)
        removed["records"] = clean_records(compiled, needles)
        ended.left = [*tables_of_others(session, ended.ids), *others_with(compiled, needles)]
        removed["left elsewhere"] = len(ended.left)
        removed |= drop_builds(session, ended.ids)
        prepare_audit(session)
        session.renew(audit_rows(ended.ids, compiled.target.schema, ended.build, request.by, request.reason, removed))
    except EngineError as error:
        raise ConvsqlError(error.message) from None
    finally:
        session.close()
