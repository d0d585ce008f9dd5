"""The relations that a comparison reads: found where they are, built where they are not, never published.

A relation is looked for from the tables that are read upwards, and only as far as something is missing: what a change did not
reach has its fingerprint on both sides, is one relation, and stays as it is. No test is run, because nothing is shown to
readers; `convsql build` tests what it shows all the same, since no verdict is written here. What was built here is tidied away by the
next publish, or by the next comparison of other sides.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from convsql.base.errors import ConvsqlError, Where
from convsql.base.quoting import DATA_SCHEMA, qualified
from convsql.base.reached import reached
from convsql.building.execute import Executor
from convsql.building.keeping import COMPARISON, note_need, tidy
from convsql.building.plan import Plan, Step, environment_of, relation_of
from convsql.building.results import Listener, Result
from convsql.building.state import head, prepare
from convsql.compiling.fingerprints import fingerprints
from convsql.compiling.project import Compiled
from convsql.compiling.sources import has_changed
from convsql.diff.sides import READS, Side
from convsql.engines.access import Access
from convsql.engines.session import EngineError, Session


@dataclass(slots=True)
class Sharing:
    """Names of the models and seeds behind both sides, parents first: one relation for both, or one each; and what was built."""

    shared: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    built_for_both: list[str] = field(default_factory=list)
    built_for_base: list[str] = field(default_factory=list)
    built_for_working_tree: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Relations:
    """Quoted names of what to read, by table of the standard, on each side; open as long as `session` is."""

    session: Session
    before: Mapping[str, str]
    after: Mapping[str, str]
    sharing: Sharing


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What one side reads: the physical name of every node above its tables, parents first."""

    side: Side
    prints: Mapping[str, str]
    targets: Mapping[str, str]  # table → unique id
    names: Mapping[str, str]  # unique id → physical name

    def missing(self, held: Mapping[str, str]) -> list[str]:
        """Unique ids to build, parents first: what is read and not there, and what that needs."""
        graph = self.side.compiled.graph

        def absent(ids: Iterable[str]) -> list[str]:
            return [i for i in ids if i in self.names and self.names[i] not in held]

        found = reached(absent(self.targets.values()), lambda i: absent(graph.built_parents(graph.nodes[i])))
        return [i for i in self.names if i in found]

    def quoted(self) -> dict[str, str]:
        return {table: qualified(DATA_SCHEMA, self.names[i]) for table, i in self.targets.items()}


@contextmanager
def open_relations(before: Side, after: Side, access: Access, listener: Listener) -> Iterator[Relations]:
    """The relations of both sides, in one session that nobody can drop them under.

    The database is opened for writing only when something must be built. Raises ConvsqlError when a model can't be built or an
    input changed meanwhile, LockHeld when another process holds the database.
    """
    session = access.read()
    try:
        if session is None:
            session = access.write()
            prepare(session)
        wanted = _wanted(before, after, session)
        sharing = _sharing(*wanted)
        if any(each.missing(session.relations(DATA_SCHEMA)) for each in wanted):
            session.close()
            session = access.write()
            prepare(session)
            names = {name for each in wanted for name in each.names.values()}
            note_need(session, environment_of(after.compiled), COMPARISON, names, [])
            tidy(session)
            _build(wanted, sharing, session, access, listener)
        yield Relations(session, wanted[0].quoted(), wanted[1].quoted(), sharing)
        _check_sources(after.compiled)
    except EngineError as error:
        raise ConvsqlError(error.message) from None
    finally:
        if session is not None:
            session.close()


def _wanted(before: Side, after: Side, session: Session) -> tuple[_Wanted, _Wanted]:
    """Both sides' fingerprints, made in one run and with the full refreshes that readers see, so that they can be equal."""
    current = head(session, environment_of(after.compiled))
    refreshed = {v.unique_id: v.refresh for v in current.views if v.refresh} if current else {}
    run = uuid.uuid4().hex

    def of(side: Side) -> _Wanted:
        graph = side.compiled.graph
        prints = fingerprints(side.compiled, refreshed, run)
        targets = {table: side.model(table).unique_id for table in READS}
        above = graph.ancestors(targets.values())
        names = {i: relation_of(n, prints) for i, n in graph.nodes.items() if i in above and n.is_built}
        return _Wanted(side, prints, targets, names)

    last = of(after)
    return (last if before is after else of(before)), last


def _sharing(before: _Wanted, after: _Wanted) -> Sharing:
    shared = set(before.names.values()) & set(after.names.values())
    nodes = {**before.side.compiled.graph.nodes, **after.side.compiled.graph.nodes}
    changed = [i for each in (after, before) for i, name in each.names.items() if name not in shared]
    return Sharing(
        shared=[nodes[i].name for i, name in after.names.items() if name in shared],
        changed=[nodes[i].name for i in dict.fromkeys(changed)],
    )


def _build(
    wanted: tuple[_Wanted, _Wanted], sharing: Sharing, session: Session, access: Access, listener: Listener
) -> None:
    before, after = wanted
    both = set(before.names.values()) & set(after.names.values())
    for each, own in ((before, sharing.built_for_base), (after, sharing.built_for_working_tree)):
        missing = each.missing(session.relations(DATA_SCHEMA))
        if not missing:
            continue
        compiled = each.side.compiled
        steps = [Step(compiled.graph.nodes[i], "build", each.prints[i], each.names[i]) for i in missing]
        plan = Plan(compiled, each.prints, steps, [], [], 0, environment_of(compiled), partial=True)
        for result in Executor(plan, session, access.memory, listener, fail_fast=True).run():
            if result.failed:
                raise _failed(result, each.side)
        for i in missing:
            (sharing.built_for_both if each.names[i] in both else own).append(compiled.graph.nodes[i].name)


def _failed(result: Result, side: Side) -> ConvsqlError:
    """A model that could not be built, at the line that the engine named."""
    place, reason = side.place(result.node), result.message
    if spot := re.match(rf"{re.escape(result.node.path)}:(\d+): ", reason):
        place, reason = Where(place.path, int(spot[1])), reason[spot.end() :]
    return ConvsqlError(f"{result.node.name} of {side.label} can't be built: {reason}", place)


def _check_sources(compiled: Compiled) -> None:
    for unique_id, state in compiled.sources.items():
        if has_changed(state):
            node = compiled.graph.nodes[unique_id]
            raise ConvsqlError(
                f"source '{node.dotted_name}' changed while the sides were compared",
                node.where,
                "compare again when its files are whole",
            )
