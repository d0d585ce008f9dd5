"""What is promised of the age of published models (`meta.max_age`), held against what readers see now.

How old a model is: how long ago a build published it or found it up to date; or, where the promise names a column, how long ago its
greatest value is. Rows dated more than a day after this moment prove nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from convsql.base.errors import Problems
from convsql.base.quoting import qualified, quote
from convsql.building.holds import Hold, read_hold
from convsql.building.keeping import ROLLBACK
from convsql.building.state import Build, builds, head
from convsql.compiling.project import Compiled
from convsql.engines.access import access_to
from convsql.engines.session import EngineError, Session
from convsql.freshness.ages import in_words, now
from convsql.freshness.latest import latest_time
from convsql.project.freshness import read_max_age
from convsql.project.nodes import Node, published_alias
from convsql.project.profiles import published_schema
from convsql.runs.journal import journal_of
from convsql.runs.reading import Run, read_runs


@dataclass(frozen=True, slots=True)
class Promise:
    """What one model promises: at most so many seconds, of the build or of a column."""

    node: Node
    seconds: int
    column: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Whether a promise is kept: the model's age in seconds, None where it has none."""

    promise: Promise
    age: float | None
    wrong: str = ""

    @property
    def is_broken(self) -> bool:
        return bool(self.wrong) or self.age is None or self.age > self.promise.seconds

    @property
    def in_words(self) -> str:
        """What is wrong, or that nothing is."""
        promise = self.promise
        limit = f"{in_words(promise.seconds)} are promised"
        if self.wrong:
            return f"{promise.node.name}: {self.wrong}"
        if self.age is None:
            what = f"no value of {promise.column} is past" if promise.column else "it was never published"
            return f"{promise.node.name}: {what}; {limit}"
        of = f"its latest {promise.column} is" if promise.column else "it was built or found up to date"
        return f"{promise.node.name}: {of} {in_words(self.age)} ago; {limit}"


@dataclass(frozen=True, slots=True)
class Standing:
    """What readers see, and how well the promises of it are kept; `hold` and `last` say why one may be broken."""

    kept: Sequence[Kept]
    head: Build | None
    hold: Hold | None
    last: Run | None

    @property
    def broken(self) -> list[Kept]:
        return [each for each in self.kept if each.is_broken]


def promises(compiled: Compiled) -> list[Promise]:
    """What the project's models and seeds promise, in order. Raises ConvsqlError for a promise that can't be read."""
    problems = Problems()
    found = []
    for node in compiled.graph.of("model", "seed"):
        meta = node.config.get("meta")
        value = meta.get("max_age") if isinstance(meta, Mapping) else None
        if value is None or not node.is_built:
            continue
        try:
            seconds, column = read_max_age(value)
            names = [name for name, _ in compiled.columns.get(node.unique_id, [])]
            if column and column not in names:
                raise ValueError(f"names column '{column}', and it has no such column")
            found.append(Promise(node, seconds, column))
        except ValueError as error:
            problems.add(f"meta.max_age of '{node.name}' {error}", node.patch_where, "max_age: 36h")
    problems.raise_if_any()
    return found


def standing(compiled: Compiled) -> Standing:
    """How the promises stand by now. Raises LockHeld, ConvsqlError."""
    wanted = promises(compiled)
    project, target = compiled.project, compiled.target
    journal = journal_of(project, target)
    runs = read_runs(journal, project.name, target.schema) if journal else []
    session = access_to(target).read()
    if session is None:
        return Standing([Kept(p, None) for p in wanted], None, None, _last(runs))
    try:
        current = head(session, target.schema)
        built_at = _built_at(_original(session, current), runs) if current else None
        kept = [_kept(promise, compiled, session, current, built_at) for promise in wanted]
        return Standing(kept, current, read_hold(session, target.schema), _last(runs))
    finally:
        session.close()


def _last(runs: Sequence[Run]) -> Run | None:
    return next((run for run in runs if run.facts.get("command") == "build"), None)


def _original(session: Session, current: Build) -> Build:
    """The build that a head shows, through rollbacks: showing it again made it no younger."""
    listed = {build.sequence: build for build in builds(session, current.environment)}
    while current.kind.startswith(ROLLBACK) and (earlier := listed.get(int(current.kind.removeprefix(ROLLBACK)))):
        current = earlier
    return current


def _built_at(current: Build, runs: Sequence[Run]) -> datetime.datetime:
    """When the build that readers see was last known to be the present one: its publish, or a run that had nothing to do since."""
    published = datetime.datetime.fromisoformat(current.published_at).replace(tzinfo=datetime.UTC)
    return max([published, *_confirmed(runs, current)])


def _confirmed(runs: Sequence[Run], current: Build) -> Iterator[datetime.datetime]:
    for run in runs:
        if run.status == "published" and run.facts.get("build") != current.sequence:
            continue
        whole = not (run.facts.get("asked") or {}).keys() & {"select", "exclude"}
        if run.status == "nothing to do" and run.facts.get("command") == "build" and whole:
            yield datetime.datetime.fromisoformat(str(run.facts["ended_at"]))


def _kept(promise: Promise, compiled: Compiled, session: Session, current: Build | None, built_at: Any) -> Kept:
    node = promise.node
    schema, name = published_schema(compiled.target, node), published_alias(node)
    if current is None or (schema, name) not in {(v.schema, v.name) for v in current.views}:
        return Kept(promise, None)
    if not promise.column:
        return Kept(promise, (now() - built_at).total_seconds())
    try:
        latest, _ = latest_time(session, quote(promise.column), qualified(schema, name))
    except EngineError as error:
        return Kept(promise, None, f"its {promise.column} can't be read: {error.message.splitlines()[0]}")
    return Kept(promise, (now() - latest).total_seconds() if latest is not None else None)
