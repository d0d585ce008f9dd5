"""What stays in the database, and what is dropped in every run that writes: its size follows what is kept, not the number of runs.

Kept are, of each environment, the head, the builds that can be shown again, and what the last attempt made, so that a
failed build is resumed. `_convsql.needs` names them: the relations of the last attempt (sequence 0), of the last comparison
(-1) and those loaded from files (-2), and the fingerprints of the tests that a build or an attempt has. Every other build keeps its line in the
history alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from convsql.base.quoting import DATA_SCHEMA
from convsql.base.reached import reached
from convsql.building.state import BUILDS, NEEDS, VERDICTS, Build, builds, head_sequence
from convsql.engines.session import EngineError, Session

KEPT_BUILDS = 3
ROLLBACK = "rollback to "  # the kind of a build that shows an earlier one, before its number
ATTEMPT, COMPARISON, LOADED = 0, -1, -2
_NAMES = re.compile(
    r'"((?:[^"]|"")+)"|(\w+)'
)  # of relations, as the engine writes a view's text: in quotes where they must be


def note_need(
    session: Session, environment: str, sequence: int, relations: Iterable[str], verdicts: Iterable[str]
) -> None:
    """Say what an attempt needs, before it makes anything: then a killed one leaves nothing unnamed behind."""
    row = (environment, sequence, json.dumps(sorted(relations)), json.dumps(sorted(verdicts)))
    session.execute("begin transaction")
    try:
        session.exclusively()
        session.execute(f"delete from {NEEDS} where environment = $1 and sequence = $2", [environment, sequence])
        session.execute(f"insert into {NEEDS} values ($1, $2, $3, $4)", row)
        session.execute("commit transaction")
    except BaseException:
        _roll_back(session)
        raise


def attempt_published(session: Session, environment: str, sequence: int) -> None:
    """The attempt is build `sequence` now: its views name its relations. Part of the transaction that publishes it."""
    session.execute(f"delete from {NEEDS} where environment = $1 and sequence = $2", [environment, COMPARISON])
    session.execute(
        f"update {NEEDS} set sequence = $2, needed_relations = '[]' where environment = $1 and sequence = $3",
        [environment, sequence, ATTEMPT],
    )


def kept_builds(listed: Iterable[Build], head: int, keep: int) -> list[Build]:
    """Of one environment's builds, newest first, those that can be shown again: `keep` different ones, the head among them.

    A rollback shows what its original shows, which stays; itself it is kept only while it is the head.
    """
    kept: list[Build] = []
    originals: dict[frozenset[tuple[str, str, str]], bool] = {}  # what is shown → whether its build is kept
    for build in listed:
        shown = frozenset((v.schema, v.name, v.relation) for v in build.views)
        is_original = not build.kind.startswith(ROLLBACK)
        if build.sequence == head:
            originals[shown] = is_original
        elif is_original and not originals.get(shown, len(originals) >= max(keep, 1)):
            originals[shown] = True
        else:
            continue
        kept.append(build)
    return kept


def tidy(session: Session, keep: int = KEPT_BUILDS, attempts: bool = True) -> list[str]:
    """Drop relations and forget verdicts that no kept build and no last attempt needs; returns the relations dropped.

    `keep`: builds of each environment that can be shown again; `attempts`: whether the last attempts stay too. A build needs what it shows, and what a view that it shows stands on:
    after a partial build that may be a version of the parent which no build shows. All in one transaction. Raises EngineError.
    """
    session.execute("begin transaction")
    try:
        session.exclusively()
        if not attempts:
            session.execute(f"delete from {NEEDS} where sequence <= 0")
        dropped = _tidy(session, keep)
        session.execute("commit transaction")
    except BaseException:
        _roll_back(session)
        raise
    if dropped:
        session.reclaim()
    return dropped


def _roll_back(session: Session) -> None:
    try:
        session.execute("rollback")
    except EngineError:
        return  # there was no transaction left


def _tidy(session: Session, keep: int) -> list[str]:
    by_environment: dict[str, list[Build]] = {}
    for build in builds(session, only_kept=True):
        by_environment.setdefault(build.environment, []).append(build)
    kept = [
        build
        for name, listed in by_environment.items()
        for build in kept_builds(listed, head_sequence(session, name), keep)
    ]
    sequences = sorted(build.sequence for build in kept)
    session.execute(
        f"update {BUILDS} set views = null, definitions = null, basis = null"
        f" where views is not null and not {session.is_among('sequence', 1, 'bigint')}",
        [sequences],
    )
    session.execute(
        f"delete from {NEEDS} where sequence > 0 and not {session.is_among('sequence', 1, 'bigint')}", [sequences]
    )
    needs = session.fetch(f"select needed_relations, needed_verdicts from {NEEDS}")
    if needs:
        verdicts = {verdict for _, listed in needs for verdict in json.loads(listed)}
        session.execute(f"delete from {VERDICTS} where not {session.is_among('fingerprint', 1)}", [sorted(verdicts)])
    needed = {view.relation for build in kept for view in build.views}
    needed |= {relation for listed, _ in needs for relation in json.loads(listed)}
    held = session.relations(DATA_SCHEMA)
    needed |= _below(session, needed, held)
    unseen = sorted((r for r in held if r not in needed), key=lambda r: (held[r] != "view", r))
    return session.drop_all(DATA_SCHEMA, [(relation, held[relation]) for relation in unseen])


def _below(session: Session, start: set[str], held: Mapping[str, str]) -> set[str]:
    """`start`, and the held relations that the views in it read, through other views too."""
    texts = session.view_texts([DATA_SCHEMA])
    reads = {name: {r for r in names_in(sql) if r in held and r != name} for (_, name), sql in texts.items()}
    return reached(start, lambda name: reads.get(name, ()))


def names_in(sql: str) -> set[str]:
    """The names that the text of a view has, as they are without quotes."""
    return {quoted.replace('""', '"') or plain for quoted, plain in _NAMES.findall(sql)}
