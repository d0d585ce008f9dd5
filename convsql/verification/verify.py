"""Every relation that two targets publish, compared."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from convsql.base.errors import ConvsqlError, Where
from convsql.compiling.personal import marked_columns
from convsql.compiling.project import Compiled
from convsql.engines.scratch import open_scratch
from convsql.engines.session import Columns, EngineError, Session
from convsql.project.nodes import Node
from convsql.verification.common_types import compared_as
from convsql.verification.differing import Pair, first_pairs
from convsql.verification.keys import key_of
from convsql.verification.rows import compare
from convsql.verification.sides import Side, open_sides
from convsql.verification.transport import bring

Status = Literal["equal", "differs", "columns differ", "missing here", "missing there"]


@dataclass(slots=True)
class Compared:
    """What became of one relation. `reason` says what is wrong with its columns; rows that were not counted are None."""

    unique_id: str
    name: str
    kind: str
    status: Status
    rows_here: int | None = None
    rows_there: int | None = None
    only_here: int | None = None
    only_there: int | None = None
    reason: str = ""
    key: list[str] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "unique_id": self.unique_id,
            "resource_type": self.kind,
            "status": self.status,
            "rows_here": self.rows_here,
            "rows_there": self.rows_there,
            "only_here": self.only_here,
            "only_there": self.only_there,
            "reason": self.reason or None,
        }


@dataclass(frozen=True, slots=True)
class Verified:
    """All that was compared, in the order of a build; versions are what the engines say of themselves."""

    here: Compiled
    there: Compiled
    version_here: str
    version_there: str
    relations: list[Compared]

    @property
    def differing(self) -> list[Compared]:
        return [relation for relation in self.relations if relation.status != "equal"]


def verify(here: Compiled, there: Compiled, chosen: Collection[str], limit: int = 5, pii: bool = False) -> Verified:
    """Compare what two targets publish of the chosen nodes (unique ids); `limit` is how many differing rows of each are kept, with their
    personal values masked unless `pii`.

    Nothing is built or published. Raises ConvsqlError when a side published nothing or can't be read, LockHeld when it is in use.
    """
    home = here.project.target_dir
    home.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix="verifying_", dir=home) as name:
            folder = Path(name)
            with open_sides(here, there, folder) as (mine, theirs):
                scratch = open_scratch(folder)
                try:
                    found = list(_Comparison(mine, theirs, scratch, folder, limit, pii).all(chosen))
                finally:
                    scratch.close()
                return Verified(here, there, mine.version, theirs.version, found)
    except EngineError as error:
        raise ConvsqlError(f"the targets can't be compared: {error.message}") from None
    except OSError as error:
        raise ConvsqlError(f"the rows can't be written to {home}: {error.strerror or error}") from None


def compare_queries(
    here: Side,
    there: Side,
    scratch: Session,
    folder: Path,
    node: Node,
    relations: tuple[str, str],
    limit: int,
    pii: bool,
) -> Compared:
    """Compare two relations (or queries in brackets) of one node. Raises EngineError, and ConvsqlError with the node's place."""
    return _Comparison(here, there, scratch, folder, limit, pii).both(node, *relations)


class _Comparison:
    """One relation after the other."""

    def __init__(self, here: Side, there: Side, scratch: Session, folder: Path, limit: int, pii: bool) -> None:
        self.here = here
        self.there = there
        self.scratch = scratch
        self.folder = folder
        self.limit = limit
        self.pii = pii

    def all(self, chosen: Collection[str]) -> Iterator[Compared]:
        """Every relation that is published to either target, and every one that should be."""
        mine, theirs = self.here.relations(), self.there.relations()
        nodes = self.here.compiled.graph.nodes
        wanted = [i for i, node in nodes.items() if i in chosen and (node.is_built or i in mine or i in theirs)]
        if not wanted:
            raise ConvsqlError("nothing that is chosen is published", Where("verify"), "choose models or seeds")
        for unique_id in wanted:
            node = nodes[unique_id]
            if unique_id in mine and unique_id in theirs:
                yield self.both(node, mine[unique_id], theirs[unique_id])
            else:
                yield self._one(node, mine.get(unique_id), theirs.get(unique_id))

    def _one(self, node: Node, here: str | None, there: str | None) -> Compared:
        """A relation that one side lacks, or both: then readers of neither see what the project has."""
        if here is None:
            rows = _count(self.there.session, there) if there else None
            reason = "" if there else f"published neither to '{self.here.target}' nor to '{self.there.target}'"
            return Compared(node.unique_id, node.name, node.kind, "missing here", rows_there=rows, reason=reason)
        return Compared(
            node.unique_id, node.name, node.kind, "missing there", rows_here=_count(self.here.session, here)
        )

    def both(self, node: Node, here: str, there: str) -> Compared:
        columns = self.here.session.columns(here), self.there.session.columns(there)
        found = Compared(node.unique_id, node.name, node.kind, "equal")
        found.reason = columns_differ(*columns)
        if found.reason:
            found.status = "columns differ"
            found.rows_here, found.rows_there = _count(self.here.session, here), _count(self.there.session, there)
            return found
        names = [name for name, _ in columns[0]]
        compared: Columns = [(n, compared_as(a, b)) for (n, a), (_, b) in zip(*columns, strict=True)]
        try:
            bring(self.here.session, here, columns[0], self.scratch, "here", self.folder)
            bring(self.there.session, there, columns[1], self.scratch, "there", self.folder)
            counted = compare(self.scratch, "here", "there", compared)
            found.rows_here, found.rows_there = counted.rows_here, counted.rows_there
            found.only_here, found.only_there = counted.only_here, counted.only_there
            if counted.only_here or counted.only_there:
                found.status = "differs"
                found.key = key_of(self.here.compiled.graph, node, names)
                pairs = first_pairs(self.scratch, names, found.key, self.limit)
                personal = {name for name in names if name.lower() in marked_columns(node)}
                found.pairs = pairs if self.pii else [pair.masked(personal) for pair in pairs]
        except EngineError as error:
            raise ConvsqlError(f"{node.name} can't be compared: {error.message}", node.where) from None
        finally:
            for table in ("here", "there"):
                self.scratch.drop("table", "main", table)
        return found


def _count(session: Session, relation: str) -> int:
    return int(session.fetch(f"select count(*) from {relation}")[0][0])


def columns_differ(here: Columns, there: Columns) -> str:
    """What keeps two relations' columns from being compared, in words; empty where nothing does."""
    mine, theirs = [name for name, _ in here], [name for name, _ in there]
    said = []
    if only := [name for name in mine if name not in theirs]:
        said.append(f"only here: {_listed(only)}")
    if only := [name for name in theirs if name not in mine]:
        said.append(f"only there: {_listed(only)}")
    if said:
        return "; ".join(said)
    if mine != theirs:
        first = next(index for index, name in enumerate(mine) if theirs[index] != name)
        return f"in another order: column {first + 1} is {mine[first]} here and {theirs[first]} there"
    kinds = [(name, a, b) for (name, a), (_, b) in zip(here, there, strict=True) if not compared_as(a, b)]
    return "; ".join(f"{name} is {a} here and {b} there" for name, a, b in kinds)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
